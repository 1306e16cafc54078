//! Which places of two texts are the same.

use std::ops::Range;

use ropey::Rope;

use crate::{Edit, diff_edits};

/// Where the places of one text are in another, by the edits that turn the one into the other.
#[derive(Clone, Debug, Default)]
pub struct Alignment {
    /// Ascending, apart from each other, in the old text's coordinates.
    edits: Vec<Edit>,
}

impl Alignment {
    #[must_use]
    pub fn between(old: &Rope, new: &Rope) -> Self {
        Self {
            edits: diff_edits(old, new),
        }
    }

    /// Both texts are the same.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.edits.is_empty()
    }

    /// Where the old text has what the new one has at `offset`; none if it is only in the new one.
    #[must_use]
    pub fn to_old(&self, offset: usize) -> Option<usize> {
        let mut moved: isize = 0;
        for edit in &self.edits {
            let start = edit.range.start.checked_add_signed(moved)?;
            if offset < start {
                break;
            }
            if offset < start + edit.text.len() {
                return None;
            }
            moved += edit.delta();
        }
        offset.checked_add_signed(-moved)
    }

    /// Where the new text has these bytes of the old one; none if an edit touches them.
    #[must_use]
    pub fn to_new(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let mut moved: isize = 0;
        for edit in &self.edits {
            if edit.range.end <= range.start {
                moved += edit.delta();
            } else if edit.range.start < range.end {
                return None;
            }
        }
        Some(range.start.checked_add_signed(moved)?..range.end.checked_add_signed(moved)?)
    }

    /// What stands in the new text for these bytes of the old one: with what came between them, and without what came
    /// beside them. A place (an empty range) is that of the character behind it.
    #[must_use]
    pub fn nearest(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.after(range.start, Side::Right);
        if range.is_empty() {
            return start..start;
        }
        start..self.after(range.end, Side::Left).max(start)
    }

    /// An offset of the old text in the new one. What is inserted at it stays at its `side`'s other one; an offset
    /// inside of what was replaced is as far into what replaced it, as far as that goes.
    fn after(&self, offset: usize, side: Side) -> usize {
        let mut moved: isize = 0;
        for edit in &self.edits {
            let Range { start, end } = edit.range;
            let is_before = match side {
                Side::Right => end <= offset,
                Side::Left => end < offset || (end == offset && start < end),
            };
            if !is_before {
                let into = offset.saturating_sub(start).min(edit.text.len());
                let at = if offset > start { start + into } else { offset };
                return at.saturating_add_signed(moved);
            }
            moved += edit.delta();
        }
        offset.saturating_add_signed(moved)
    }
}

/// Which neighbour an offset keeps to.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn aligned(old: &str, new: &str) -> Alignment {
        Alignment::between(&Rope::from_str(old), &Rope::from_str(new))
    }

    #[track_caller]
    fn check(old: &str, new: &str, part: &str, expected: &str) {
        let start = old.find(part).expect("the part is in the old text");
        let found = aligned(old, new).nearest(&(start..start + part.len()));
        assert_eq!(&new[found], expected);
    }

    #[test]
    fn lines_below_an_insertion_move_along() {
        check("a\nb\nc\n", "a\nnew\nb\nc\n", "b\nc", "b\nc");
    }

    #[test]
    fn what_is_inserted_inside_belongs_to_it_and_beside_it_does_not() {
        check("a\nb\nc\n", "a\nb\nnew\nc\n", "b\nc\n", "b\nnew\nc\n");
        check("a\nb\nc\n", "a\nnew\nb\nnew\nc\n", "b\n", "b\n");
    }

    #[test]
    fn what_was_replaced_is_what_replaced_it() {
        check(
            "a\nold\nc\n",
            "a\nsomething else\nc\n",
            "a\nold\nc\n",
            "a\nsomething else\nc\n",
        );
    }

    #[test]
    fn a_place_goes_behind_what_is_inserted_at_it() {
        let found = aligned("a\nb\n", "a\nnew\nb\n").nearest(&(2..2));
        assert_eq!(found, 6..6);
    }

    #[test]
    fn what_was_deleted_is_the_place_where_it_stood() {
        let found = aligned("a\nb\nc\n", "a\nc\n").nearest(&(2..3));
        assert_eq!(found, 2..2);
    }

    fn lines() -> impl Strategy<Value = String> {
        prop::collection::vec("[abc é]{0,4}\n", 0..12).prop_map(|lines| lines.concat())
    }

    proptest! {
        /// Wherever both sides have a place for certain, the nearest one is that place; otherwise it is in the text.
        #[test]
        fn nearest_is_exact_where_nothing_was_changed((old, new, from, to) in (lines(), lines(), 0..60_usize, 0..60_usize)) {
            let alignment = aligned(&old, &new);
            let (from, to) = (from.min(old.len()), to.min(old.len()));
            let range = from.min(to)..from.max(to);
            let nearest = alignment.nearest(&range);
            prop_assert!(nearest.start <= nearest.end && nearest.end <= new.len());
            if let Some(exact) = alignment.to_new(&range)
                && !range.is_empty()
            {
                prop_assert_eq!(&nearest, &exact);
                prop_assert_eq!(&new.as_bytes()[exact.clone()], &old.as_bytes()[range.clone()]);
                prop_assert_eq!(alignment.to_old(exact.start), Some(range.start));
            }
        }
    }
}
