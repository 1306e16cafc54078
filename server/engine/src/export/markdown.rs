//! Markdown that may be opened anywhere: what a model or a file says cannot pose as a part of the transcript, and
//! nothing in it makes a viewer load something from the network.

use std::fmt::Write;

/// Elements that load what they name, or turn what follows into something else.
const LOADING: &[&str] = &[
    "img", "image", "picture", "source", "video", "audio", "track", "iframe", "frame", "embed", "object", "link",
    "script", "style", "svg", "input", "body", "table", "base", "meta",
];

/// A message's words under a heading of level three: their own headings go three levels down, raw HTML blocks, pictures
/// and definitions of links become plain text. What stands in fences stays as it is.
pub(super) fn words(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut fence: Option<Fence> = None;
    for line in text.lines() {
        match &fence {
            Some(open) => {
                safe.push_str(line);
                if open.is_closed_by(line) {
                    fence = None;
                }
            }
            None => {
                fence = Fence::opened_by(line);
                match fence {
                    Some(_) => safe.push_str(line),
                    None => plain_line(&mut safe, line),
                }
            }
        }
        safe.push('\n');
    }
    // What follows must not be drawn into a fence that was never closed.
    if let Some(open) = fence {
        safe.extend(std::iter::repeat_n(open.mark, open.length));
        safe.push('\n');
    }
    safe
}

/// A fence that nothing in `text` closes.
pub(super) fn fenced(language: &str, text: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

/// Text on one line, of which nothing is markup.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => safe.push(' '),
            character
                if character.is_ascii_punctuation()
                    && !matches!(character, '-' | '.' | ',' | '/' | ':' | '\'' | '(' | ')') =>
            {
                let _ = write!(safe, "&#{};", u32::from(character));
            }
            character if character.is_control() => {}
            character => safe.push(character),
        }
    }
    safe
}

struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    /// By CommonMark 0.31 §4.5, for lines that stand in no list or quotation.
    fn opened_by(line: &str) -> Option<Self> {
        let (mark, length, rest) = run(line)?;
        let is_code_span = mark == '`' && rest.contains('`');
        (length >= 3 && !is_code_span).then_some(Self { mark, length })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        run(line).is_some_and(|(mark, length, rest)| {
            mark == self.mark && length >= self.length && rest.trim_matches([' ', '\t']).is_empty()
        })
    }
}

/// The run of backticks or tildes that a line begins with, and what comes after it.
fn run(line: &str) -> Option<(char, usize, &str)> {
    let text = unindented(line)?;
    let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let rest = text.trim_start_matches(mark);
    Some((mark, text.len() - rest.len(), rest))
}

/// The line without its indentation; none if that makes it code.
fn unindented(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(' ');
    (line.len() - text.len() <= 3 && !text.starts_with('\t')).then_some(text)
}

fn plain_line(safe: &mut String, line: &str) {
    let text = line.trim_start_matches([' ', '\t', '>', '-', '*', '+']);
    safe.push_str(&line[..line.len() - text.len()]);
    let level = text.len() - text.trim_start_matches('#').len();
    if (1..=6).contains(&level) && text[level..].starts_with([' ', '\t']) {
        safe.push_str(&"#".repeat((level + 3).min(6)));
        return inline(safe, &text[level..]);
    }
    // Underlines that would make headings of the line before them, HTML blocks, definitions of links.
    let is_underline = !text.is_empty() && text.trim_end().chars().all(|character| character == '=');
    let is_definition = text.starts_with('[') && text.contains("]:");
    if is_underline || is_definition {
        safe.push('\\');
    }
    match text.strip_prefix('<') {
        Some(rest) => {
            safe.push_str("&lt;");
            inline(safe, rest);
        }
        None => inline(safe, text),
    }
}

fn inline(safe: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '!']) {
        let (before, found) = rest.split_at(at);
        safe.push_str(before);
        rest = if let Some(after) = found.strip_prefix("![") {
            // An escaped bracket begins neither a picture nor a link.
            safe.push_str("!\\[");
            after
        } else {
            let (mark, after) = found.split_at(1);
            let is_tag = mark == "<" && is_loading(after);
            safe.push_str(if is_tag { "&lt;" } else { mark });
            after
        };
    }
    safe.push_str(rest);
}

fn is_loading(tag: &str) -> bool {
    let name = tag.trim_start_matches('/');
    let end = name
        .find(|character: char| !character.is_ascii_alphanumeric())
        .unwrap_or(name.len());
    LOADING.iter().any(|loading| name[..end].eq_ignore_ascii_case(loading))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(words(text).trim_end_matches('\n'), expect);
    }

    #[test]
    fn code_and_prose_stay() {
        for text in [
            "Use `Vec<String>` and *this*:\n\n- one\n- two\n\n> quoted",
            "```rust\n# [x]: <img> ![a](b)\nlet v = vec![1];\n```\nafter",
            "~~~~\n~~~\n```\n~~~~",
            "a < b && b > c! #no-heading",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn headings_stand_below_ours() {
        check(
            "## You\nx\n# a\n###### b\n> ## c",
            "##### You\nx\n#### a\n###### b\n> ##### c",
        );
        check("Singletree\n===", "Singletree\n\\===");
    }

    #[test]
    fn nothing_is_loaded() {
        check("see ![x](http://a/b)", "see !\\[x](http://a/b)");
        check("![x][r]\n\n[r]: http://a/b", "!\\[x][r]\n\n\\[r]: http://a/b");
        check("a <IMG src=x> </video>", "a &lt;IMG src=x> &lt;/video>");
        check("<div>\n```\n\n![x](y)", "&lt;div>\n```\n\n![x](y)\n```");
        check("- <details>", "- &lt;details>");
    }

    #[test]
    fn what_was_opened_is_closed() {
        check("```\n## You", "```\n## You\n```");
        check("~~~~x\n~~~", "~~~~x\n~~~\n~~~~");
        check("``` a`b\n# c", "``` a`b\n#### c");
    }

    #[test]
    fn no_text_leaves_its_fence_or_its_line() {
        assert_eq!(fenced("", "a\n```\n````b"), "`````\na\n```\n````b\n`````\n");
        assert_eq!(fenced("json", "{}\n"), "```json\n{}\n```\n");
        assert_eq!(escaped("a\n<b> \u{1b}[1m `c`"), "a &#60;b&#62; &#91;1m &#96;c&#96;");
    }
}
