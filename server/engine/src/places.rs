//! The user speaks of places in their own text; the session sees that text with its proposals in it.

use base::Task;
use ropey::Rope;
use serde_json::Value;
use text::{Alignment, Position, PositionEncoding, Span};

/// Where what the user points at stands in what the session sees.
pub(crate) struct Places<'a> {
    users: &'a Rope,
    seen: &'a Rope,
    alignment: Alignment,
}

impl<'a> Places<'a> {
    pub(crate) fn between(users: &'a Rope, seen: &'a Rope) -> Self {
        Self {
            users,
            seen,
            alignment: Alignment::between(users, seen),
        }
    }

    /// Moves all places of the task's own file.
    pub(crate) fn move_task(&self, task: &mut Task) {
        if self.alignment.is_identity() {
            return;
        }
        task.span = task.span.map(|span| self.moved(span));
        for diagnostic in &mut task.diagnostics {
            diagnostic.span = self.moved(diagnostic.span);
            if let Some(data) = &mut diagnostic.data {
                self.move_ranges(data);
            }
            for related in &mut diagnostic.related {
                if Some(&related.uri) == task.uri.as_ref() {
                    related.span = self.moved(related.span);
                }
            }
        }
    }

    /// Lines from 1, inclusive.
    pub(crate) fn move_lines(&self, (first, last): (u32, u32)) -> (u32, u32) {
        if self.alignment.is_identity() || first == 0 || last < first {
            return (first, last);
        }
        let at = |line| Position { line, character: 0 };
        // To the start of the line behind, so that what is proposed below the last line stays out.
        let moved = self.moved(Span {
            start: at(first - 1),
            end: at(last),
        });
        let ends_inside = moved.end.character > 0 || moved.end.line == moved.start.line;
        (moved.start.line + 1, moved.end.line + u32::from(ends_inside))
    }

    fn moved(&self, span: Span) -> Span {
        let range = text::to_range_clamped(self.users, span, PositionEncoding::Utf16);
        text::to_span(self.seen, &self.alignment.nearest(&range), PositionEncoding::Utf16)
    }

    /// Linters carry the edits of their fixes along: every LSP range in their payload moves too.
    fn move_ranges(&self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.move_ranges(item)),
            Value::Object(fields) => {
                let position = |name: &str| serde_json::from_value::<Position>(fields.get(name)?.clone()).ok();
                if let (Some(start), Some(end)) = (position("start"), position("end")) {
                    let moved = self.moved(Span { start, end });
                    fields.insert("start".into(), place(moved.start));
                    fields.insert("end".into(), place(moved.end));
                } else {
                    fields.values_mut().for_each(|field| self.move_ranges(field));
                }
            }
            _ => {}
        }
    }
}

fn place(Position { line, character }: Position) -> Value {
    serde_json::json!({ "line": line, "character": character })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lines with numbers, of which each is deleted, changed or gets new ones above it.
    fn proposal() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(0..4_u8, 1..30)
    }

    fn texts(fates: &[u8]) -> (Rope, Rope) {
        let (mut users, mut seen) = (String::new(), String::new());
        for (number, fate) in fates.iter().enumerate() {
            users += &format!("line {number} é😀;\n");
            seen += &match fate {
                0 => String::new(),
                1 => format!("changed {number}\n"),
                2 => format!("new above\nline {number} é😀;\n"),
                _ => format!("line {number} é😀;\n"),
            };
        }
        (Rope::from_str(&users), Rope::from_str(&seen))
    }

    proptest! {
        /// A line that the session sees is found there, by its number and by its columns; no other one ever is.
        #[test]
        fn lines_that_are_seen_are_found(fates in proposal(), at in any::<prop::sample::Index>()) {
            let line = at.index(fates.len());
            let (users, seen) = texts(&fates);
            let places = Places::between(&users, &seen);
            let number = u32::try_from(line).expect("a small number");
            let (first, last) = places.move_lines((number + 1, number + 1));
            prop_assert!(first <= last && last as usize <= seen.len_lines(), "{first}-{last}");
            if fates[line] >= 2 {
                prop_assert_eq!(first, last);
                prop_assert_eq!(seen.line(first as usize - 1), users.line(line));
                let column = |character| Position { line: number, character };
                let moved = places.moved(Span { start: column(1), end: column(6) });
                prop_assert_eq!((moved.start, moved.end), (
                    Position { line: first - 1, character: 1 },
                    Position { line: first - 1, character: 6 },
                ));
            }
        }
    }

    #[test]
    fn the_edits_that_a_linter_carries_move_along() {
        let (users, seen) = texts(&[2, 3]);
        let mut data = serde_json::json!({"edits": [{"newText": "x", "range": {
            "start": {"line": 1, "character": 2}, "end": {"line": 1, "character": 3},
        }}]});
        Places::between(&users, &seen).move_ranges(&mut data);
        let range = &data["edits"][0]["range"];
        assert_eq!(
            (&range["start"]["line"], &range["end"]["character"]),
            (&2.into(), &3.into())
        );
    }
}
