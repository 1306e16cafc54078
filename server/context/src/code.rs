//! Text of syntax nodes, taken from the rope. Nothing here panics on an offset that is out of range or inside a
//! character: it yields less text.

use std::ops::Range;

use ropey::Rope;
use tree_sitter::Node;

/// Signatures and types longer than this are cut; they are for reading.
const ONE_LINE_CAP: usize = 1_000;

#[derive(Clone, Copy)]
pub(crate) struct Code<'r> {
    pub(crate) rope: &'r Rope,
}

impl<'r> Code<'r> {
    pub(crate) fn text(self, range: Range<usize>) -> String {
        if range.start > range.end {
            return String::new();
        }
        self.rope.get_byte_slice(range).map(String::from).unwrap_or_default()
    }

    pub(crate) fn of(self, node: Node<'_>) -> String {
        self.text(node.byte_range())
    }

    pub(crate) fn is(self, node: Node<'_>, text: &str) -> bool {
        self.rope
            .get_byte_slice(node.byte_range())
            .is_some_and(|slice| slice == text)
    }

    pub(crate) fn starts_with(self, node: Node<'_>, byte: u8) -> bool {
        self.rope.get_byte(node.start_byte()) == Some(byte)
    }

    /// 1-based line that holds the byte.
    pub(crate) fn line(self, byte: usize) -> usize {
        self.rope.byte_to_line(byte.min(self.rope.len_bytes())) + 1
    }

    /// First and last line of a range; a line break at its end belongs to the line that it ends.
    pub(crate) fn lines(self, range: Range<usize>) -> (usize, usize) {
        let first = self.line(range.start);
        (first, self.line(range.end.saturating_sub(1)).max(first))
    }

    /// The white space at the start of a 1-based line.
    pub(crate) fn indent(self, line: usize) -> String {
        self.rope
            .get_line(line.saturating_sub(1))
            .map(|text| text.chars().take_while(|c| matches!(c, ' ' | '\t')).collect())
            .unwrap_or_default()
    }

    /// The node's text on one line, without comments.
    pub(crate) fn one_line(self, node: Node<'_>) -> String {
        self.one_line_between(node, node.start_byte(), node.end_byte())
    }

    /// The same, of a part of the node's text.
    pub(crate) fn one_line_between(self, node: Node<'_>, start: usize, end: usize) -> String {
        let mut text = self.text(start..end);
        if text.contains("//") || text.contains("/*") || text.contains('#') {
            for comment in comments_within(node, end)
                .into_iter()
                .rev()
                .filter(|comment| comment.start >= start)
            {
                let comment = comment.start - start..comment.end.min(end) - start;
                if text.is_char_boundary(comment.start) && text.is_char_boundary(comment.end) {
                    // A line break, so that what follows a line comment stays apart and a broken list is joined well.
                    text.replace_range(comment, "\n");
                }
            }
        }
        collapse(&text)
    }
}

/// Byte ranges of the comments that start in `node` before `end`, ascending.
fn comments_within(node: Node<'_>, end: usize) -> Vec<Range<usize>> {
    let mut comments = Vec::new();
    let mut cursor = node.walk();
    loop {
        let here = cursor.node();
        if here.start_byte() >= end {
            return comments;
        }
        if is_comment(here.kind()) {
            comments.push(here.byte_range());
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return comments;
            }
        }
    }
}

pub(crate) fn is_comment(kind: &str) -> bool {
    kind.ends_with("comment") || kind == "haddock"
}

/// White space collapsed to single spaces; a list broken over lines is joined as if it had been written on one.
pub(crate) fn collapse(text: &str) -> String {
    let mut joined = String::with_capacity(text.len().min(ONE_LINE_CAP));
    let mut gap = None;
    for c in text.trim().chars() {
        if c.is_whitespace() {
            gap = Some(gap.unwrap_or(false) || matches!(c, '\n' | '\r'));
            continue;
        }
        match gap.take() {
            Some(true) if joined.ends_with(['(', '[', '<']) => {}
            Some(true) if matches!(c, ')' | ']' | '>') => joined.truncate(joined.trim_end_matches(',').len()),
            Some(_) => joined.push(' '),
            None => {}
        }
        if joined.len() >= ONE_LINE_CAP {
            joined.push('…');
            break;
        }
        joined.push(c);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, one_line: &str) {
        assert_eq!(collapse(text), one_line);
    }

    #[test]
    fn broken_lists_are_joined_as_one_would_write_them() {
        check("fn f(\n    a: u32,\n    b: u32,\n) -> X", "fn f(a: u32, b: u32) -> X");
        check("  a   b\t c\r\n", "a b c");
        check("f( a )", "f( a )");
        check("Map<\n  K,\n  V\n>", "Map<K, V>");
    }

    #[test]
    fn long_text_is_cut_on_a_character() {
        let cut = collapse(&"é".repeat(ONE_LINE_CAP));
        assert!(cut.len() <= ONE_LINE_CAP + 4 && cut.ends_with('…'));
    }
}
