//! The format between `*** Begin Patch` and `*** End Patch`: files by name, hunks by the lines around them.

use super::patch::{FilePatch, Hunk, Lines, PatchChange, PatchError, body};
use super::unified::{anchor, numbers};

pub(super) const BEGIN: &str = "*** Begin Patch";
pub(super) const END: &str = "*** End Patch";
const ADD: &str = "*** Add File: ";
const DELETE: &str = "*** Delete File: ";
const UPDATE: &str = "*** Update File: ";
const MOVE: &str = "*** Move to: ";
const END_OF_FILE: &str = "*** End of File";

pub(super) fn parse(lines: &mut Lines<'_>) -> Result<Vec<FilePatch>, PatchError> {
    while lines.peek().is_some_and(|line| line.trim() != BEGIN) {
        lines.skip();
    }
    lines.skip();
    let mut patches = Vec::new();
    loop {
        let Some(line) = lines.peek() else {
            return Err(PatchError::CutOff);
        };
        if line.trim() == END {
            return Ok(patches);
        }
        if line.trim().is_empty() {
            lines.skip();
        } else if let Some(path) = lines.take(ADD) {
            let text = created(lines)?;
            let change = PatchChange::Create {
                text,
                is_executable: false,
            };
            patches.push(FilePatch::new(path, change));
        } else if let Some(path) = lines.take(DELETE) {
            patches.push(FilePatch::new(path, PatchChange::Delete { lines: None }));
        } else if let Some(path) = lines.take(UPDATE) {
            patches.push(FilePatch::new(path, update(lines)?));
        } else {
            return Err(lines.error(format!("it should begin with `{ADD}`, `{UPDATE}` or `{DELETE}`")));
        }
    }
}

impl FilePatch {
    fn new(path: &str, change: PatchChange) -> Self {
        Self {
            path: path.trim().to_owned(),
            change,
        }
    }
}

fn created(lines: &mut Lines<'_>) -> Result<String, PatchError> {
    let mut text = String::new();
    while let Some(line) = lines.peek().filter(|line| !line.starts_with("*** ")) {
        match line.strip_prefix('+') {
            Some(line) => text.push_str(line),
            None if line.is_empty() && !more_follows(lines) => {
                lines.skip();
                continue;
            }
            None if line.is_empty() => {}
            None => return Err(lines.error("the file is new, so each of its lines begins with `+`")),
        }
        text.push('\n');
        lines.skip();
    }
    Ok(text)
}

/// Whether lines of the same file come after blank ones.
fn more_follows(lines: &Lines<'_>) -> bool {
    let mut ahead = (0..).map_while(|by| lines.ahead(by));
    ahead
        .find(|line| !line.is_empty())
        .is_some_and(|line| line.starts_with('+'))
}

fn update(lines: &mut Lines<'_>) -> Result<PatchChange, PatchError> {
    let at = lines.number() - 1;
    let to = lines.take(MOVE).map(|path| path.trim().to_owned());
    let mut hunks = Vec::new();
    while let Some(line) = lines.peek() {
        if line.trim().is_empty() {
            lines.skip();
        } else if line.starts_with("*** ") {
            break;
        } else {
            hunks.push(hunk(lines)?);
        }
    }
    if hunks.is_empty() && to.is_none() {
        return Err(lines.error_at(at, "no hunk follows it"));
    }
    Ok(PatchChange::Update { to, hunks })
}

/// The first hunk of a file may lack its head, and a head may take several lines.
fn hunk(lines: &mut Lines<'_>) -> Result<Hunk, PatchError> {
    let mut hunk = Hunk {
        at: lines.number(),
        ..Hunk::default()
    };
    while let Some(header) = lines.peek().filter(|line| line.starts_with("@@")) {
        match numbers(header) {
            Some((line, _)) => hunk.line = Some(line),
            None => hunk.anchors.extend(anchor(header)),
        }
        lines.skip();
    }
    let is_end = |lines: &Lines<'_>, _| lines.peek().is_some_and(|line| line.starts_with("*** "));
    body(lines, &mut hunk, None, is_end);
    if lines.peek().is_some_and(|line| line.trim() == END_OF_FILE) {
        hunk.at_end = true;
        lines.skip();
    }
    match lines.peek() {
        Some(next) if !next.starts_with("*** ") && !next.starts_with("@@") && !next.trim().is_empty() => {
            Err(lines.error("a line of a hunk begins with ` `, `-` or `+`"))
        }
        _ if hunk.lines.is_empty() => Err(lines.error_at(hunk.at, "no lines follow the hunk's head")),
        _ => Ok(hunk),
    }
}
