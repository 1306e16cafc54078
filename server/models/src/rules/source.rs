//! The lines of a file that the conversation has shown, and edits computed on them.
//!
//! A rule works with exact places; the `edit` tool works with text. `Patch` goes from one to the other: edits
//! that share lines become one call that quotes whole lines, and calls go from the bottom of the file to its
//! top, so that no call moves the lines of the next.

use std::collections::BTreeMap;

use super::pattern::{Pattern, pattern};
use super::task::{Place, Span};

static NUMBERED: Pattern = pattern!(r"^\s*(\d+)\|(?: (.*))?$");
static CUT: Pattern = pattern!(r"… \[.*more bytes.*\]$");
static HEADER: Pattern = pattern!(r"lines? (\d+)(?:\s*[-–]\s*(\d+))? of (\d+)");

/// Known lines by number, from 1.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    lines: BTreeMap<u32, String>,
    /// How many lines the file has, once a header told.
    total: Option<u32>,
}

/// A place in the known lines: line from 1, byte from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) line: u32,
    pub(super) byte: usize,
}

impl Source {
    /// Adds what `read` printed: a header, then numbered lines.
    pub(super) fn add_listing(&mut self, listing: &str) {
        for line in listing.lines() {
            if let Some(found) = NUMBERED.captures(line) {
                let text = found.get(2).map_or("", |text| text.as_str());
                if let Ok(number) = found[1].parse()
                    && !CUT.is_match(text)
                {
                    self.lines.insert(number, text.to_owned());
                }
            } else if self.total.is_none()
                && let Some(found) = HEADER.captures(line)
            {
                self.total = found[3].parse().ok();
            }
        }
    }

    pub(super) fn line(&self, number: u32) -> Option<&str> {
        self.lines.get(&number).map(String::as_str)
    }

    pub(super) fn lines(&self) -> impl DoubleEndedIterator<Item = (u32, &str)> {
        self.lines.iter().map(|(number, text)| (*number, text.as_str()))
    }

    pub(super) fn range(&self, first: u32, last: u32) -> impl DoubleEndedIterator<Item = (u32, &str)> {
        self.lines
            .range(first..last.saturating_add(1).max(first))
            .map(|(number, text)| (*number, text.as_str()))
    }

    pub(super) fn total(&self) -> u32 {
        self.total
            .or_else(|| self.lines.keys().next_back().copied())
            .unwrap_or(0)
    }

    /// Whether every line of the file is known.
    pub(super) fn is_whole(&self) -> bool {
        self.total
            .is_some_and(|total| self.lines.len() as u64 >= u64::from(total))
    }

    /// A place as diagnostics give it; past the line's end it is the line's end.
    pub(super) fn at(&self, place: Place) -> Option<At> {
        let text = self.line(place.line)?;
        let mut units = 0;
        let byte = text
            .char_indices()
            .find_map(|(byte, character)| {
                let here = units;
                units += character.len_utf16() as u32;
                (here >= place.character).then_some(byte)
            })
            .unwrap_or(text.len());
        Some(At { line: place.line, byte })
    }

    /// The span's two places. A span that ends at the start of an unknown line ends at the end of the line before.
    pub(super) fn span(&self, span: Span) -> Option<(At, At)> {
        let start = self.at(span.start)?;
        let end = match self.at(span.end) {
            Some(end) => end,
            None if span.end.character == 0 && span.end.line > start.line => self.end_of(span.end.line - 1)?,
            None => return None,
        };
        Some((start, end))
    }

    pub(super) fn end_of(&self, line: u32) -> Option<At> {
        Some(At {
            line,
            byte: self.line(line)?.len(),
        })
    }

    /// The text between two places, lines joined by `\n`.
    pub(super) fn text(&self, start: At, end: At) -> Option<String> {
        if start.line == end.line {
            return self.line(start.line)?.get(start.byte..end.byte).map(str::to_owned);
        }
        let mut text = self.line(start.line)?.get(start.byte..)?.to_owned();
        for line in start.line + 1..end.line {
            text.push('\n');
            text.push_str(self.line(line)?);
        }
        text.push('\n');
        text.push_str(self.line(end.line)?.get(..end.byte)?);
        Some(text)
    }

    /// The last place before `at` that is followed by no white space: where a missing token belongs.
    pub(super) fn after_previous_token(&self, at: At) -> Option<At> {
        let before = self.line(at.line)?.get(..at.byte)?.trim_end();
        if !before.is_empty() {
            return Some(At {
                line: at.line,
                byte: before.len(),
            });
        }
        let (line, text) = self
            .range(1, at.line - 1)
            .rev()
            .find(|(_, text)| !text.trim().is_empty())?;
        (at.line > 1).then(|| At {
            line,
            byte: text.trim_end().len(),
        })
    }

    pub(super) fn indent_of(&self, line: u32) -> String {
        let text = self.line(line).unwrap_or_default();
        text[..text.len() - text.trim_start().len()].to_owned()
    }

    /// One level of indentation, as most of the known lines suggest.
    pub(super) fn indent_unit(&self) -> &'static str {
        let mut previous = 0;
        for (_, text) in self.lines() {
            if text.starts_with('\t') {
                return "\t";
            }
            let indent = text.len() - text.trim_start_matches(' ').len();
            if !text.trim().is_empty() {
                if indent == previous + 2 {
                    return "  ";
                }
                if indent == previous + 4 {
                    return "    ";
                }
                previous = indent;
            }
        }
        "    "
    }
}

/// Whether `name` stands in the text as a whole word.
pub(super) fn has_word(text: &str, name: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')))
        .any(|word| word == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(listing: &str) -> Source {
        let mut source = Source::default();
        source.add_listing(listing);
        source
    }

    #[test]
    fn a_listing_with_its_header_is_read() {
        let source =
            source("src/a.rs · lines 2-4 of 40 · hash ab\n   2| a\n   3|\n   4| \tb | c\nread on with first_line=5");
        assert_eq!(
            (source.line(2), source.line(3), source.line(4)),
            (Some("a"), Some(""), Some("\tb | c"))
        );
        assert_eq!(source.total(), 40);
        assert!(!source.is_whole());
    }

    #[test]
    fn a_line_that_was_cut_is_not_known() {
        assert_eq!(source("   2| aaa … [200 more bytes on this line]").line(2), None);
    }

    #[test]
    fn characters_count_in_utf16_units() {
        let source = source("   1| é😀x");
        let byte = |character| source.at(Place { line: 1, character }).map(|at| at.byte);
        assert_eq!([byte(0), byte(1), byte(3), byte(4), byte(9)], [0, 2, 6, 7, 7].map(Some));
    }

    #[test]
    fn a_missing_token_goes_behind_the_one_before() {
        let source = source("   1| a  \n   2|\n   3|   b");
        let place = source.after_previous_token(At { line: 3, byte: 2 });
        assert_eq!(place, Some(At { line: 1, byte: 1 }));
    }
}
