//! Doc comments: which lines they are, and their first sentence.

use tree_sitter::Node;

use super::shape::Doc;
use crate::code::{Code, is_comment};

/// A first sentence is cut after this many characters.
const SENTENCE_CAP: usize = 300;

/// The comments that stand without a gap above the declaration that `leading` comes before, as far down to up as
/// `accept` takes their text. Attributes and decorators between them do not matter.
pub(crate) fn above(code: Code<'_>, leading: &[Node<'_>], next_line: usize, accept: fn(&str) -> bool) -> Option<Doc> {
    let mut next_line = next_line;
    let mut comments = Vec::new();
    for node in leading.iter().rev() {
        let (first, last) = code.lines(node.byte_range());
        if is_comment(node.kind()) {
            let text = code.of(*node);
            if last + 1 < next_line || !accept(&text) {
                break;
            }
            comments.push(((first, last), text));
        }
        next_line = first;
    }
    comments.reverse();
    let (first, last) = (comments.first()?.0.0, comments.last()?.0.1);
    let lines = comments.iter().flat_map(|(_, text)| text.lines()).map(strip_markers);
    Some(Doc {
        lines: (first, last),
        text: first_sentence(lines),
    })
}

/// A line of a comment without what makes it one.
fn strip_markers(line: &str) -> &str {
    let line = line.trim();
    let line = line.strip_suffix("*/").unwrap_or(line).trim_end();
    ["///", "//!", "//", "/**", "/*!", "/*", "*"]
        .iter()
        .find_map(|marker| line.strip_prefix(marker))
        .unwrap_or(line)
        .trim()
}

/// A Python docstring.
pub(crate) fn docstring(code: Code<'_>, string: Node<'_>) -> Doc {
    let text = code.of(string);
    let text = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let text = ["\"\"\"", "'''", "\"", "'"]
        .iter()
        .find_map(|quote| {
            text.strip_prefix(quote)
                .map(|rest| rest.strip_suffix(quote).unwrap_or(rest))
        })
        .unwrap_or(text);
    Doc {
        lines: code.lines(string.byte_range()),
        text: first_sentence(text.lines().map(str::trim)),
    }
}

/// The first sentence of the first paragraph, on one line; headings (`# Safety`) are none.
pub(super) fn first_sentence<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    let paragraph: Vec<&str> = lines
        .skip_while(|line| line.is_empty() || line.starts_with("# "))
        .take_while(|line| !line.is_empty())
        .collect();
    let text = paragraph.join(" ");
    let end = text
        .match_indices(['.', '!', '?'])
        .map(|(at, _)| at + 1)
        .find(|end| text[*end..].starts_with(' ') && !is_abbreviation(&text[..*end]));
    let sentence = end.map_or(text.as_str(), |end| &text[..end]);
    match sentence.char_indices().nth(SENTENCE_CAP) {
        Some((cut, _)) => format!("{}…", &sentence[..cut]),
        None => sentence.to_owned(),
    }
}

fn is_abbreviation(text: &str) -> bool {
    ["e.g.", "i.e.", "etc.", "vs.", "cf."]
        .iter()
        .any(|short| text.ends_with(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(comment: &str, sentence: &str) {
        assert_eq!(first_sentence(comment.lines().map(strip_markers)), sentence);
    }

    #[test]
    fn first_sentence_of_a_comment() {
        check(
            "/// Adds, e.g. two\n/// numbers. Then more.\n",
            "Adds, e.g. two numbers.",
        );
        check("/**\n * Adds\n *\n * @param a one\n */", "Adds");
        check("/** Adds! */", "Adds!");
        check("/// # Safety\n///\n/// Must hold.", "Must hold.");
        check("// v1.2 of it", "v1.2 of it");
        check("//", "");
    }
}
