//! A text whose line endings are all `\n`, and the way back to the offsets of the text itself.

use std::borrow::Cow;
use std::ops::Range;

/// Models write `\n`; files may not.
pub(crate) struct Normal<'a> {
    text: Cow<'a, str>,
    /// Offsets in `text` of each `\n` that stands for `\r\n`, ascending.
    crlf: Vec<usize>,
    /// Offsets in `text` of each `\n`, ascending.
    newlines: Vec<usize>,
}

impl<'a> Normal<'a> {
    pub(crate) fn new(original: &'a str) -> Self {
        let mut crlf = Vec::new();
        let text = if original.contains('\r') {
            let mut text = String::with_capacity(original.len());
            let mut characters = original.chars().peekable();
            while let Some(character) = characters.next() {
                if character != '\r' {
                    text.push(character);
                    continue;
                }
                if characters.next_if_eq(&'\n').is_some() {
                    crlf.push(text.len());
                }
                text.push('\n');
            }
            Cow::Owned(text)
        } else {
            Cow::Borrowed(original)
        };
        let newlines = text.match_indices('\n').map(|(at, _)| at).collect();
        Self { text, crlf, newlines }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The 1-based line on which an offset of `text` stands.
    pub(crate) fn line_of(&self, at: usize) -> usize {
        self.newlines.partition_point(|newline| *newline < at) + 1
    }

    /// The range of the original text that a range of `text` stands for. A `\r\n` is never split.
    pub(crate) fn original(&self, range: &Range<usize>) -> Range<usize> {
        let back = |at| at + self.crlf.partition_point(|newline| *newline < at);
        back(range.start)..back(range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every occurrence of `part` in the normal text stands for one of `original_part` in the original.
    fn check(original: &str, part: &str, original_parts: &[&str]) {
        let normal = Normal::new(original);
        let found: Vec<_> = normal
            .text()
            .match_indices(part)
            .map(|(at, part)| &original[normal.original(&(at..at + part.len()))])
            .collect();
        assert_eq!(found, original_parts);
    }

    #[test]
    fn offsets_lead_back() {
        check("a\r\nb\rc\nd", "\n", &["\r\n", "\r", "\n"]);
        check("a\r\n\r\nb\n\r", "\n\n", &["\r\n\r\n", "\n\r"]);
        check("é\r\n𝒳\r\né", "𝒳", &["𝒳"]);
        check("é\r\n𝒳\r\né", "é", &["é", "é"]);
    }

    #[test]
    fn lines_count_from_one() {
        let normal = Normal::new("a\r\nb\rc\n");
        let lines: Vec<_> = (0..=6).map(|at| normal.line_of(at)).collect();
        assert_eq!(lines, [1, 1, 2, 2, 3, 3, 4]);
    }
}
