//! Where lines begin: `\n`, `\r\n` and a lone `\r` end a line; nothing else does.

use std::ops::Range;

use ropey::Rope;

/// Whether `offset` begins a line of `text`. The end of a text that ends with a line break begins an (empty) line;
/// the middle of a `\r\n` does not.
#[must_use]
pub fn is_line_start(text: &Rope, offset: usize) -> bool {
    text.try_byte_to_line(offset)
        .is_ok_and(|line| text.line_to_byte(line) == offset)
}

/// The smallest range of whole lines that holds `range`: it begins at a line start, and ends at a line start or at
/// the end of the text. An empty range at a line start stays empty.
#[must_use]
pub fn whole_lines(text: &Rope, range: Range<usize>) -> Range<usize> {
    let len = text.len_bytes();
    let start = text.line_to_byte(text.byte_to_line(range.start.min(len)));
    start..next_line_start(text, range.end.min(len)).max(start)
}

/// Where `lines`, which must not be empty, stand as whole lines within a range of whole lines; `None` if nowhere or
/// at several places. So a hunk is found again in a region that typing had widened, once the typing is undone.
#[must_use]
pub fn find_lines(text: &Rope, within: Range<usize>, lines: &str) -> Option<Range<usize>> {
    let region = slice(text, within.clone());
    let is_whole = |start: usize, end: usize| {
        Breaks::Editor.starts_line(region.as_bytes(), start)
            && (end == region.len() || Breaks::Editor.starts_line(region.as_bytes(), end))
    };
    let starts = Breaks::Editor.split(region.as_bytes()).scan(0, |next, line| {
        *next += line.len();
        Some(*next - line.len())
    });
    let ranges = starts.map(|start| start..start + lines.len());
    let mut found = ranges.filter(|range| {
        !lines.is_empty() && region[range.start..].starts_with(lines) && is_whole(range.start, range.end)
    });
    let first = found.next()?;
    found
        .next()
        .is_none()
        .then_some(within.start + first.start..within.start + first.end)
}

/// The first line start at or after `offset`, or the end of the text.
pub(crate) fn next_line_start(text: &Rope, offset: usize) -> usize {
    let line = text.byte_to_line(offset);
    if text.line_to_byte(line) == offset {
        offset
    } else if line + 1 < text.len_lines() {
        text.line_to_byte(line + 1)
    } else {
        text.len_bytes()
    }
}

/// The text at `range`, which must lie on character boundaries; empty where it does not lie in the text at all.
pub(crate) fn slice(text: &Rope, range: Range<usize>) -> String {
    text.get_byte_slice(range)
        .map(|slice| slice.to_string())
        .unwrap_or_default()
}

/// What ends a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breaks {
    /// `\n`, `\r\n`, `\r`: as editors count.
    Editor,
    /// `\n` alone: as git and `patch` count.
    Git,
}

impl Breaks {
    /// As [`is_line_start`], for bytes in one piece.
    pub(crate) fn starts_line(self, text: &[u8], offset: usize) -> bool {
        match offset.checked_sub(1).map(|before| text[before]) {
            None | Some(b'\n') => true,
            Some(b'\r') if self == Self::Editor => text.get(offset) != Some(&b'\n'),
            Some(_) => false,
        }
    }

    /// Cuts text into lines, each with its ending.
    pub(crate) fn split(self, text: &[u8]) -> impl Iterator<Item = &[u8]> {
        let mut rest = text;
        std::iter::from_fn(move || {
            let (line, tail) = rest.split_at(self.first_line_len(rest));
            rest = tail;
            (!line.is_empty()).then_some(line)
        })
    }

    fn first_line_len(self, text: &[u8]) -> usize {
        let ends = |byte: &u8| *byte == b'\n' || (*byte == b'\r' && self == Self::Editor);
        match text.iter().position(ends) {
            None => text.len(),
            Some(at) if text[at..].starts_with(b"\r\n") => at + 2,
            Some(at) => at + 1,
        }
    }
}

/// Whether the text ends with a line break.
pub(crate) fn ends_line(text: &str) -> bool {
    text.ends_with(['\n', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, range: Range<usize>, expect: Range<usize>) {
        assert_eq!(whole_lines(&Rope::from_str(text), range), expect, "{text:?}");
    }

    #[test]
    fn a_range_grows_to_whole_lines() {
        check("ab\ncd\nef", 1..4, 0..6);
        check("ab\ncd\nef", 7..7, 6..8);
        check("ab\ncd\nef", 8..8, 6..8);
        check("ab\ncd\n", 3..3, 3..3);
        check("ab\ncd\n", 6..6, 6..6);
        check("a\r\nb\rc", 2..2, 0..3);
        check("a\r\nb\rc", 3..4, 3..5);
        check("", 0..0, 0..0);
    }

    #[test]
    fn lines_are_found_if_they_stand_there_once() {
        let find = |text: &str, within: Range<usize>, lines: &str| find_lines(&Rope::from_str(text), within, lines);
        assert_eq!(find("p\nold\nq\n", 0..6, "old\n"), Some(2..6));
        assert_eq!(find("pold\nq\n", 0..5, "old\n"), None);
        assert_eq!(find("old\nold\n", 0..8, "old\n"), None);
        assert_eq!(find("old\nold\n", 4..8, "old\n"), Some(4..8));
        assert_eq!(find("p\r\nold\r\n", 0..8, "old\r"), None);
        assert_eq!(find("p\nold", 0..5, "old"), Some(2..5));
        assert_eq!(find("p\nolder", 0..7, "old"), None);
        assert_eq!(find("p\n", 0..2, ""), None);
    }

    #[test]
    fn only_the_three_breaks_break_a_line() {
        let text = Rope::from_str("a\u{2028}b\u{B}c\u{85}\rd\r\ne\n");
        let starts: Vec<usize> = (0..=text.len_bytes())
            .filter(|offset| is_line_start(&text, *offset))
            .collect();
        let text = text.to_string();
        let ends = [text.find('d'), text.find('e'), Some(text.len())].map(Option::unwrap);
        assert_eq!(starts, [0, ends[0], ends[1], ends[2]]);
        let plain = |breaks: Breaks| breaks.split(text.as_bytes()).map(<[u8]>::len).collect::<Vec<_>>();
        assert_eq!(plain(Breaks::Editor), [ends[0], ends[1] - ends[0], ends[2] - ends[1]]);
        assert_eq!(plain(Breaks::Git), [ends[1], ends[2] - ends[1]]);
        assert!((0..=text.len()).all(|at| Breaks::Editor.starts_line(text.as_bytes(), at) == starts.contains(&at)));
    }
}
