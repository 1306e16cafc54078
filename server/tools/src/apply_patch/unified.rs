//! Unified diffs, as git writes them and as models do: with or without `diff --git` lines, prefixes and right counts.

use super::patch::{FilePatch, Hunk, Lines, PatchChange, PatchError, Promised, body};

pub(super) fn parse(lines: &mut Lines<'_>) -> Result<Vec<FilePatch>, PatchError> {
    let mut patches = Vec::new();
    while let Some(line) = lines.peek() {
        if let Some(names) = line.strip_prefix("diff --git ") {
            let at = lines.number();
            lines.skip();
            let header = Header::read(lines, names)?;
            patches.push(file(lines, header, at)?);
        } else if has_names(lines) {
            let at = lines.number();
            patches.push(file(lines, Header::default(), at)?);
        } else if line.starts_with("@@ ") {
            return Err(lines.error("no `--- a/file` and `+++ b/file` lines stand before this hunk"));
        } else {
            // What stands around a diff: a mail's head, the fence of a code block.
            lines.skip();
        }
    }
    Ok(patches)
}

/// What git says of a file before its hunks.
#[derive(Default)]
struct Header {
    name: Option<String>,
    from: Option<String>,
    to: Option<String>,
    creates: bool,
    deletes: bool,
    is_executable: bool,
}

impl Header {
    fn read(lines: &mut Lines<'_>, names: &str) -> Result<Self, PatchError> {
        let mut header = Self {
            name: common_name(names),
            ..Self::default()
        };
        while let Some(line) = lines.peek() {
            if line.starts_with("diff --git ") || line.starts_with("--- ") || line.starts_with("@@") {
                break;
            }
            let (words, rest) = key(line);
            match words {
                "old mode" | "new mode" => {
                    return Err(lines.error("modes are not proposed: leave the mode out and tell the user"));
                }
                "copy from" | "copy to" => {
                    return Err(lines.error("copies are not taken: give the new file as a whole"));
                }
                "new file mode" => {
                    header.creates = true;
                    header.is_executable = rest == "100755";
                    only_text(lines, rest)?;
                }
                "deleted file mode" => {
                    header.deletes = true;
                    only_text(lines, rest)?;
                }
                "rename from" => header.from = Some(unquoted(rest)),
                "rename to" => header.to = Some(unquoted(rest)),
                "index" => only_text(lines, rest.rsplit(' ').next().unwrap_or_default())?,
                "similarity index" | "dissimilarity index" => {}
                "Binary files" | "GIT binary patch" => {
                    return Err(lines.error("binary files are not patched: only text is proposed"));
                }
                _ => break,
            }
            lines.skip();
        }
        Ok(header)
    }
}

const KEYS: [&str; 13] = [
    "old mode",
    "new mode",
    "copy from",
    "copy to",
    "new file mode",
    "deleted file mode",
    "rename from",
    "rename to",
    "index",
    "similarity index",
    "dissimilarity index",
    "Binary files",
    "GIT binary patch",
];

/// The words that begin a line of git's header, and the rest of it.
fn key(line: &str) -> (&'static str, &str) {
    let found = KEYS.into_iter().find_map(|key| {
        let rest = line.strip_prefix(key)?;
        (rest.is_empty() || rest.starts_with(' ')).then(|| (key, rest.trim_start()))
    });
    found.unwrap_or(("", line))
}

fn only_text(lines: &Lines<'_>, mode: &str) -> Result<(), PatchError> {
    match mode {
        "120000" => Err(lines.error("links are not proposed: only regular files are")),
        "160000" => Err(lines.error("submodules are not proposed: only regular files are")),
        _ => Ok(()),
    }
}

fn file(lines: &mut Lines<'_>, header: Header, at: usize) -> Result<FilePatch, PatchError> {
    let (mut old, mut new) = (None, None);
    if has_names(lines) {
        old = lines.take("--- ").map(name);
        new = lines.take("+++ ").map(name);
    }
    let mut hunks = Vec::new();
    while lines.peek().is_some_and(|line| line.starts_with("@@")) {
        hunks.push(hunk(lines)?);
    }
    let is_none = |name: &Option<String>| name.as_deref() == Some("/dev/null");
    let creates = header.creates || is_none(&old);
    let deletes = header.deletes || is_none(&new);
    let (old, new) = without_prefixes(old, new);
    let named = if deletes { old.or(new) } else { new.or(old) };
    let path = header.from.clone().or(named).or(header.name);
    let path = path.ok_or_else(|| lines.error_at(at, "it does not say which file is meant"))?;
    let change = if creates {
        PatchChange::Create {
            text: created(lines, &hunks)?,
            is_executable: header.is_executable,
        }
    } else if deletes {
        let removed = |hunk: &Hunk| hunk.old_side().into_iter().map(str::to_owned).collect::<Vec<_>>();
        PatchChange::Delete {
            lines: (!hunks.is_empty()).then(|| hunks.iter().flat_map(removed).collect()),
        }
    } else {
        let to = header.to.filter(|_| header.from.is_some());
        if hunks.is_empty() && to.is_none() {
            return Err(lines.error_at(at, "no hunk follows it"));
        }
        PatchChange::Update { to, hunks }
    };
    Ok(FilePatch { path, change })
}

/// The text of a file that is there only after the patch.
fn created(lines: &Lines<'_>, hunks: &[Hunk]) -> Result<String, PatchError> {
    let mut text = String::new();
    for hunk in hunks {
        if !hunk.old_side().is_empty() {
            return Err(lines.error_at(hunk.at, "the file is new, so all lines of this hunk begin with `+`"));
        }
        for line in hunk.new_side() {
            text.push_str(line);
            text.push('\n');
        }
        if hunk.new_is_open {
            text.pop();
        }
    }
    Ok(text)
}

fn hunk(lines: &mut Lines<'_>) -> Result<Hunk, PatchError> {
    let at = lines.number();
    let header = lines.peek().unwrap_or_default();
    lines.skip();
    let numbers = numbers(header);
    let mut hunk = Hunk {
        at,
        line: numbers.map(|(line, _)| line),
        ..Hunk::default()
    };
    if numbers.is_none() {
        hunk.anchors.extend(anchor(header));
    }
    let left = body(lines, &mut hunk, numbers.map(|(_, promised)| promised), is_end);
    let is_short = left.is_none_or(|left| left.old > 0 || left.new > 0);
    if let Some(next) = lines.peek()
        && is_short
        && !begins_file(lines)
        && !next.starts_with("@@")
        && !next.starts_with("```")
    {
        return Err(lines.error("a line of a hunk begins with ` `, `-` or `+`"));
    }
    if hunk.lines.is_empty() {
        return Err(lines.error_at(at, "no lines follow the hunk's head"));
    }
    Ok(hunk)
}

fn is_end(lines: &Lines<'_>, left: Option<Promised>) -> bool {
    let is_done = left == Some(Promised { old: 0, new: 0 });
    // The signature below a mailed patch.
    let is_signature = is_done && lines.peek() == Some("-- ");
    // Removed lines that begin with `-- ` and added ones with `++ ` look like the names of the next file.
    let completes = left == Some(Promised { old: 1, new: 1 });
    let has_hunk = lines.ahead(2).is_some_and(|line| line.starts_with("@@"));
    is_signature || (has_names(lines) && !completes && (is_done || has_hunk))
}

fn begins_file(lines: &Lines<'_>) -> bool {
    has_names(lines) || lines.peek().is_some_and(|line| line.starts_with("diff --git "))
}

/// Whether the lines that name a file's two sides are next.
fn has_names(lines: &Lines<'_>) -> bool {
    let starts = |by, prefix: &str| lines.ahead(by).is_some_and(|line: &str| line.starts_with(prefix));
    starts(0, "--- ")
        && starts(1, "+++ ")
        && (starts(2, "@@") || lines.ahead(2).is_none_or(|line| line.trim().is_empty()))
}

/// `@@ -3,2 +3,4 @@`: the old side's first line, and how many lines follow of each.
pub(super) fn numbers(header: &str) -> Option<(usize, Promised)> {
    let mut words = header.strip_prefix("@@ ")?.split_whitespace();
    let (line, old) = side(words.next()?.strip_prefix('-')?)?;
    let (_, new) = side(words.next()?.strip_prefix('+')?)?;
    // Of nothing the line before is named.
    let line = if old == 0 { line + 1 } else { line };
    Some((line, Promised { old, new }))
}

fn side(range: &str) -> Option<(usize, usize)> {
    match range.split_once(',') {
        Some((line, count)) => Some((line.parse().ok()?, count.parse().ok()?)),
        None => Some((range.parse().ok()?, 1)),
    }
}

/// The text of a head without numbers.
pub(super) fn anchor(header: &str) -> Option<String> {
    let text = header.strip_prefix("@@")?.trim();
    let text = text.strip_suffix("@@").unwrap_or(text).trim();
    let is_placeholder = text.chars().all(|c| matches!(c, '.' | '…' | ' '));
    (!is_placeholder).then(|| text.to_owned())
}

/// A side's name: up to a tab, which dates follow; quoted like a C string where git had to.
fn name(text: &str) -> String {
    unquoted(text.split('\t').next().unwrap_or(text).trim_end())
}

fn without_prefixes(old: Option<String>, new: Option<String>) -> (Option<String>, Option<String>) {
    let real = |name: Option<String>| name.filter(|name| name != "/dev/null");
    let (old, new) = (real(old), real(new));
    let has = |name: &Option<String>, prefix: &str| name.as_ref().is_none_or(|name| name.starts_with(prefix));
    if !has(&old, "a/") || !has(&new, "b/") {
        return (old, new);
    }
    let strip = |name: String| name.get(2..).unwrap_or_default().to_owned();
    (old.map(strip), new.map(strip))
}

/// The name in `a/name b/name`.
fn common_name(names: &str) -> Option<String> {
    if let Some(quoted) = names.strip_prefix('"') {
        let end = quoted.find("\" ")? + 2;
        return unquoted(&names[..end]).strip_prefix("a/").map(str::to_owned);
    }
    let middle = names.len() / 2;
    let (old, new) = (names.get(..middle)?, names.get(middle + 1..)?);
    let (old, new) = (
        old.strip_prefix("a/").unwrap_or(old),
        new.strip_prefix("b/").unwrap_or(new),
    );
    (old == new).then(|| old.to_owned())
}

fn unquoted(text: &str) -> String {
    let Some(quoted) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else {
        return text.to_owned();
    };
    let mut bytes = Vec::new();
    let mut rest = quoted.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(digit @ b'0'..=b'3') => {
                let digits = std::iter::from_fn(|| rest.next_if(|byte| (b'0'..=b'7').contains(byte)));
                bytes.push(
                    digits
                        .take(2)
                        .fold(digit - b'0', |value, digit| value * 8 + (digit - b'0')),
                );
            }
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
