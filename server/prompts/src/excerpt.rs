//! The text around the task's place, with line numbers, bounded.

use std::ops::Range;

use base::{ContentHash, Task};

use crate::task_block::Element;

/// Lines of an excerpt: two or three screens, about 2,500 tokens of code.
const MAX_LINES: usize = 200;

/// Characters of a line. Code is shorter; a line of a minified file is not.
const MAX_CHARACTERS: usize = 500;

/// Lines of the task's document, as the user sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The LSP language id.
    pub language: String,
    /// Hash of the whole text that the lines are of.
    pub hash: ContentHash,
    /// Index of the first line, from 0.
    pub first: usize,
    /// The lines that [`window`] chose, with or without their endings.
    pub lines: Vec<String>,
}

/// Which lines, counted from 0, go into the excerpt: the task's span with as much around it as fits.
#[must_use]
pub fn window(task: &Task, line_count: usize) -> Range<usize> {
    let Some(span) = task.span else {
        return 0..line_count.min(MAX_LINES);
    };
    let first = (span.start.line as usize).min(line_count);
    let last = (span.end.line as usize).saturating_add(1).clamp(first, line_count);
    let around = MAX_LINES.saturating_sub(last - first);
    let start = first.saturating_sub(around / 2);
    let end = (start + MAX_LINES).min(line_count);
    // Near the end of the document what is left over goes in front.
    let start = start.min(end.saturating_sub(MAX_LINES));
    start..end
}

impl Excerpt {
    /// The text itself is not escaped, since edits quote it: no line of it can pass for the closing tag,
    /// each has its number in front.
    pub(crate) fn render(&self, path: &str) -> String {
        let mut open = Element::new("excerpt");
        open.attribute("path", path);
        open.number("first_line", self.first + 1);
        open.number("last_line", self.first + self.lines.len());
        open.attribute("hash", &self.hash.0);
        let mut block = open.finish();
        block.push('\n');
        for (index, line) in self.lines.iter().enumerate() {
            let number = self.first + index + 1;
            let line = line.trim_end_matches(['\n', '\r']);
            match line.char_indices().nth(MAX_CHARACTERS) {
                Some((cut, _)) => {
                    let rest = line.len() - cut;
                    block.push_str(&format!(
                        "{number:>4}| {} … [{rest} more bytes on this line]\n",
                        &line[..cut]
                    ));
                }
                None if line.is_empty() => block.push_str(&format!("{number:>4}|\n")),
                None => block.push_str(&format!("{number:>4}| {line}\n")),
            }
        }
        block.push_str("</excerpt>\n");
        block
    }
}

#[cfg(test)]
mod tests {
    use base::{CommandName, Position, Span};

    use super::*;

    fn check(lines: Option<(u32, u32)>, line_count: usize, expect: Range<usize>) {
        let position = |line| Position { line, character: 0 };
        let task = Task {
            command: CommandName::Explain,
            uri: None,
            span: lines.map(|(start, end)| Span {
                start: position(start),
                end: position(end),
            }),
            diagnostics: vec![],
            prompt: None,
            attachments: Vec::new(),
        };
        assert_eq!(window(&task, line_count), expect);
    }

    #[test]
    fn the_place_stands_in_the_middle() {
        check(Some((500, 501)), 1_000, 401..601);
    }

    #[test]
    fn the_ends_of_the_document_move_it() {
        check(Some((3, 3)), 1_000, 0..200);
        check(Some((998, 998)), 1_000, 800..1_000);
        check(Some((3, 3)), 10, 0..10);
    }

    #[test]
    fn a_long_span_shows_its_beginning() {
        check(Some((100, 900)), 1_000, 100..300);
    }

    #[test]
    fn no_span_shows_the_beginning_of_the_document() {
        check(None, 1_000, 0..200);
        check(None, 0, 0..0);
    }

    #[test]
    fn a_span_past_the_end_shows_the_end() {
        check(Some((5_000, 6_000)), 1_000, 800..1_000);
        check(Some((u32::MAX, u32::MAX)), 0, 0..0);
    }
}
