//! Edits at exact places, turned into the fewest and smallest tool calls.

use super::call::Call;
use super::source::{At, Source};

/// Replaces what stands between two places. `start == end` inserts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextEdit {
    pub(super) start: At,
    pub(super) end: At,
    pub(super) text: String,
}

impl TextEdit {
    pub(super) fn replace(start: At, end: At, text: impl Into<String>) -> Self {
        Self {
            start,
            end,
            text: text.into(),
        }
    }

    pub(super) fn insert(at: At, text: impl Into<String>) -> Self {
        Self::replace(at, at, text)
    }

    /// Whole lines in front of `line`; `text` ends with a line break.
    pub(super) fn insert_lines(line: u32, text: impl Into<String>) -> Self {
        Self::insert(At { line, byte: 0 }, text)
    }

    /// Removes whole lines.
    pub(super) fn remove_lines(first: u32, last: u32) -> Self {
        let start = At { line: first, byte: 0 };
        Self::replace(
            start,
            At {
                line: last + 1,
                byte: 0,
            },
            "",
        )
    }

    /// Whether the two cannot both be made. Beside each other they can; two texts at one place would have no order,
    /// unless both are whole lines.
    pub(super) fn touches(&self, other: &Self) -> bool {
        let is_same_place = self.start == self.end && (self.start, self.end) == (other.start, other.end);
        if is_same_place {
            return !(self.inserts_lines() && other.inserts_lines());
        }
        self.start < other.end && other.start < self.end
    }

    fn inserts_lines(&self) -> bool {
        self.start == self.end && self.start.byte == 0 && self.text.ends_with('\n')
    }

    /// The last line whose text the edit needs to quote.
    fn last_line(&self) -> u32 {
        if self.end.byte == 0 && self.end.line > self.start.line {
            self.end.line - 1
        } else {
            self.end.line
        }
    }
}

/// The calls that make `edits` (which do not touch each other) in the file at `path`, bottom first.
/// None if a line they need has not been shown.
pub(super) fn calls(path: &str, source: &Source, mut edits: Vec<TextEdit>) -> Option<Vec<Call>> {
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut groups: Vec<Vec<TextEdit>> = Vec::new();
    for edit in edits {
        match groups.last_mut() {
            Some(group)
                if !edit.inserts_lines()
                    && group.iter().all(|other| !other.inserts_lines())
                    && group.iter().map(TextEdit::last_line).max() >= Some(edit.start.line) =>
            {
                group.push(edit);
            }
            _ => groups.push(vec![edit]),
        }
    }
    groups.iter().rev().map(|group| call(path, source, group)).collect()
}

fn call(path: &str, source: &Source, group: &[TextEdit]) -> Option<Call> {
    let first = group.first()?;
    if first.inserts_lines() {
        return Some(Call::insert(path, first.start.line, &first.text));
    }
    let mut top = first.start.line;
    let last = group.iter().map(TextEdit::last_line).max()?;
    let removes_end_of_file = last >= source.total() && group.iter().any(|edit| edit.end.line > last);
    // `edit` has to find some text. At the end of the file there may be no line break to take along: the one
    // before the lines goes instead.
    if top > 1 && (removes_end_of_file || quoted(source, top, last)?.trim().is_empty()) {
        top -= 1;
    }
    let old = quoted(source, top, last)?;
    let mut new = old.clone();
    for edit in group.iter().rev() {
        let start = offset(source, top, edit.start)?;
        let end = if edit.end.line > last {
            old.len()
        } else {
            offset(source, top, edit.end)?
        };
        new.replace_range(start..end, &edit.text);
    }
    match (old.strip_suffix('\n'), new.strip_suffix('\n')) {
        (Some(old), Some(new)) => Some(Call::edit(path, old, new, top)),
        (Some(old), None) if removes_end_of_file => Some(Call::edit(path, old, &new, top)),
        _ => Some(Call::edit(path, &old, &new, top)),
    }
}

/// Whole lines, each with its line break.
fn quoted(source: &Source, first: u32, last: u32) -> Option<String> {
    Some(source.text(At { line: first, byte: 0 }, source.end_of(last)?)? + "\n")
}

/// Where `at` stands in the text that begins at line `top`.
fn offset(source: &Source, top: u32, at: At) -> Option<usize> {
    source.text(At { line: top, byte: 0 }, at).map(|before| before.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = "f · lines 1-4 of 4 · hash h\n   1| one\n   2|\n   3| three three\n   4| four";

    fn at(line: u32, byte: usize) -> At {
        At { line, byte }
    }

    fn check(edits: &[TextEdit], expect: &[(&str, &str, u32)]) {
        let mut source = Source::default();
        source.add_listing(TEXT);
        let made = calls("f", &source, edits.to_vec()).unwrap();
        let expect: Vec<_> = expect
            .iter()
            .map(|(old, new, line)| json!({ "path": "f", "old_text": old, "new_text": new, "line": line }))
            .collect();
        assert_eq!(made.into_iter().map(|call| call.arguments).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn edits_of_one_line_are_one_call() {
        let edits = [
            TextEdit::replace(at(3, 0), at(3, 5), "3"),
            TextEdit::insert(at(3, 11), ";"),
        ];
        check(&edits, &[("three three", "3 three;", 3)]);
    }

    #[test]
    fn lower_lines_go_first() {
        let edits = [TextEdit::insert(at(1, 3), ","), TextEdit::insert(at(4, 4), ".")];
        check(&edits, &[("four", "four.", 4), ("one", "one,", 1)]);
    }

    #[test]
    fn lines_are_removed_with_their_breaks() {
        check(&[TextEdit::remove_lines(3, 3)], &[("three three\n", "", 3)]);
        check(
            &[TextEdit::remove_lines(4, 4)],
            &[("three three\nfour", "three three", 3)],
        );
    }

    #[test]
    fn an_empty_line_is_found_by_its_neighbour() {
        check(&[TextEdit::insert(at(2, 0), "two")], &[("one\n", "one\ntwo", 1)]);
    }

    #[test]
    fn whole_lines_are_inserted() {
        let mut source = Source::default();
        source.add_listing(TEXT);
        let made = calls("f", &source, vec![TextEdit::insert_lines(2, "x\n")]).unwrap();
        assert_eq!(made, [Call::insert("f", 2, "x\n")]);
    }

    #[test]
    fn unknown_lines_make_no_call() {
        assert!(calls("f", &Source::default(), vec![TextEdit::insert(at(9, 1), "x")]).is_none());
    }
}
