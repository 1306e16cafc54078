//! One replacement in a text, and its checked application to a rope.

use std::ops::Range;

use ropey::Rope;

/// Replace the bytes at `range` by `text`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Edit {
    pub range: Range<usize>,
    pub text: String,
}

impl Edit {
    /// By how many bytes the text behind the edit moves.
    #[must_use]
    pub fn delta(&self) -> isize {
        self.text.len() as isize - (self.range.end as isize - self.range.start as isize)
    }

    /// The same edit, `by` bytes further on.
    pub(crate) fn shifted(self, by: usize) -> Self {
        Self {
            range: self.range.start + by..self.range.end + by,
            ..self
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    #[error("the edit's range {start}..{end} ends before it begins")]
    Reversed { start: usize, end: usize },
    #[error("the edit ends at byte {end}, but the text has {len} bytes; read it again")]
    OutOfBounds { end: usize, len: usize },
    #[error("byte {offset} is inside a character; an edit must begin and end between characters")]
    InsideCharacter { offset: usize },
}

/// Applies one edit. On an error the text is as it was.
pub fn apply(rope: &mut Rope, edit: &Edit) -> Result<(), EditError> {
    let Range { start, end } = edit.range;
    if start > end {
        return Err(EditError::Reversed { start, end });
    }
    if end > rope.len_bytes() {
        return Err(EditError::OutOfBounds {
            end,
            len: rope.len_bytes(),
        });
    }
    let (first, last) = (char_at(rope, start)?, char_at(rope, end)?);
    if first < last {
        rope.remove(first..last);
    }
    if !edit.text.is_empty() {
        rope.insert(first, &edit.text);
    }
    Ok(())
}

fn char_at(rope: &Rope, offset: usize) -> Result<usize, EditError> {
    let index = rope.byte_to_char(offset);
    if rope.char_to_byte(index) == offset {
        Ok(index)
    } else {
        Err(EditError::InsideCharacter { offset })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lines::Breaks;

    fn check(text: &str, range: Range<usize>, insert: &str, expect: Result<&str, EditError>) {
        let mut rope = Rope::from_str(text);
        let outcome = apply(
            &mut rope,
            &Edit {
                range,
                text: insert.into(),
            },
        );
        match expect {
            Ok(after) => assert_eq!((outcome, rope.to_string().as_str()), (Ok(()), after)),
            Err(error) => assert_eq!((outcome, rope.to_string().as_str()), (Err(error), text)),
        }
    }

    #[test]
    fn replaces_inserts_and_deletes() {
        check("abc", 1..2, "XY", Ok("aXYc"));
        check("abc", 3..3, "d", Ok("abcd"));
        check("abc", 0..3, "", Ok(""));
        check("", 0..0, "é", Ok("é"));
    }

    #[test]
    fn refuses_what_is_not_a_range_of_characters() {
        check("abc", 2..4, "", Err(EditError::OutOfBounds { end: 4, len: 3 }));
        check("é", 1..2, "", Err(EditError::InsideCharacter { offset: 1 }));
        check("a𝒳", 0..3, "", Err(EditError::InsideCharacter { offset: 3 }));
        #[expect(clippy::reversed_empty_ranges, reason = "the case under test")]
        check("abc", 2..1, "", Err(EditError::Reversed { start: 2, end: 1 }));
    }

    proptest! {
        /// A rope must count lines as a plain scan does whatever pairs of `\r\n` an edit splits or joins.
        #[test]
        fn a_rope_edits_and_counts_lines_like_a_string(
            mut text in "(a|é|𝒳|\r|\n|\r\n|\u{2028}){0,40}",
            edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..4, "(b|\r|\n|\r\n){0,3}"), 1..20),
        ) {
            let mut rope = Rope::from_str(&text);
            for (at, len, insert) in edits {
                let bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
                let first = at.index(bounds.len());
                let range = bounds[first]..bounds[(first + len).min(bounds.len() - 1)];
                text.replace_range(range.clone(), &insert);
                apply(&mut rope, &Edit { range, text: insert }).unwrap();
                prop_assert_eq!(rope.to_string(), text.as_str());
                let last_is_empty = text.is_empty() || text.ends_with(['\r', '\n']);
                let lines = Breaks::Editor.split(text.as_bytes()).count() + usize::from(last_is_empty);
                prop_assert_eq!(rope.len_lines(), lines);
            }
        }
    }
}
