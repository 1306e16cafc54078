//! A keystroke, without a parse: what the text says by itself (lines, words) is made right at once; what only syntax
//! says (declarations, uses, imports, where pieces are cut) stays as it was, moved along, until the next parse.

use tree_sitter::InputEdit;

use super::{Count, Declared, Digest, length, place, tally};
use crate::pieces::Lines;
use crate::words;

/// A piece that typing has made longer is cut by the next parse, not by more typing.
const LONGEST_PIECE: u32 = 200;

impl Digest {
    /// The digest of `text`, which came of this digest's text by `edit`. None where more than one piece is touched.
    pub(crate) fn patched(&self, text: &str, edit: &InputEdit) -> Option<Self> {
        let lines = Lines::of(text);
        let moved = Moved::of(edit, lines.count(), self.lines)?;
        let index = self.piece_at(moved.first)?;
        let mut pieces = self.pieces.clone();
        let touched = pieces.get_mut(index)?;
        if touched.last < moved.last.min(self.lines) {
            return None;
        }
        touched.last = touched.last.checked_add_signed(moved.by)?;
        if touched.last < touched.first || touched.last - touched.first > LONGEST_PIECE {
            return None;
        }
        touched.bytes = lines.bytes(touched.first, touched.last);
        for piece in &mut pieces[index + 1..] {
            piece.first = piece.first.checked_add_signed(moved.by)?;
            piece.last = piece.last.checked_add_signed(moved.by)?;
        }
        let here = pieces[index];
        let range = lines.start(here.first) as usize..lines.start(here.last + 1) as usize;
        Some(Self {
            lines: lines.count(),
            bytes: length(text),
            words: recounted(&self.words, index, &text[range]),
            uses: self.uses.clone(),
            pieces,
            declarations: self.declarations.iter().map(|it| moved.declaration(*it)).collect(),
            imports: self.imports.clone(),
            names: self.names.clone(),
        })
    }
}

/// Lines of the old text, 1-based, that an edit replaced, and how far those below have moved.
struct Moved {
    first: u32,
    last: u32,
    by: i32,
    /// What is replaced ends at a line's start: that line is not touched.
    stops_before_last: bool,
}

impl Moved {
    fn of(edit: &InputEdit, now: u32, before: u32) -> Option<Self> {
        let line = |row: usize| u32::try_from(row + 1).ok();
        Some(Self {
            first: line(edit.start_position.row)?,
            last: line(edit.old_end_position.row)?,
            by: i32::try_from(i64::from(now) - i64::from(before)).ok()?,
            stops_before_last: edit.old_end_position.column == 0,
        })
    }

    fn line(&self, line: u32) -> u32 {
        let is_below = line > self.last || (line == self.last && self.stops_before_last);
        match is_below {
            true => line.saturating_add_signed(self.by),
            false => line,
        }
    }

    fn declaration(&self, it: Declared) -> Declared {
        let first = self.line(it.first);
        // What is typed at its end is in it.
        let last = match it.last >= self.last {
            true => it.last.saturating_add_signed(self.by),
            false => it.last,
        };
        Declared {
            first,
            last: last.max(first),
            name_line: self.line(it.name_line).max(first),
            ..it
        }
    }
}

/// The counts with those of one piece taken anew from its text.
fn recounted(counts: &[Count], piece: usize, text: &str) -> Box<[Count]> {
    let mut places = Vec::new();
    words::for_each_term(text, |term| places.push(place(term, piece)));
    let new = tally(places);
    let is_kept = |count: &&Count| usize::from(count.piece) != piece;
    let mut kept = counts.iter().filter(is_kept).peekable();
    let mut all = Vec::with_capacity(counts.len() + new.len());
    for count in new {
        let key = (count.term, count.piece);
        while let Some(earlier) = kept.next_if(|kept| (kept.term, kept.piece) < key) {
            all.push(*earlier);
        }
        all.push(count);
    }
    all.extend(kept);
    all.into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use proptest::prelude::*;
    use ropey::Rope;

    use super::*;
    use crate::edit;

    fn text() -> impl Strategy<Value = String> {
        "(fn one\\(\\) \\{\n|\\}\n|    two\\(three\\);\n|use crate::a;\n|// word é\n|\n){0,90}"
    }

    fn typed() -> impl Strategy<Value = String> {
        "[a-z {}é\n]{0,3}"
    }

    fn by_term(counts: &[Count]) -> BTreeMap<u32, u32> {
        let mut all = BTreeMap::new();
        for count in counts {
            *all.entry(count.term).or_default() += u32::from(count.times);
        }
        all
    }

    proptest! {
        /// Whatever is typed: the words of the text, its lines, and pieces that are the file.
        #[test]
        fn what_the_text_says_is_right_at_once(
            (text, keys) in (text(), prop::collection::vec((any::<prop::sample::Index>(), 0..3_usize, typed()), 1..8))
        ) {
            let mut rope = Rope::from_str(&text);
            let mut digest = Digest::of(Path::new("a.rs"), &text);
            for (at, deleted, typed) in keys {
                let before = rope.clone();
                let at = at.index(rope.len_chars() + 1);
                rope.remove(at..(at + deleted).min(rope.len_chars()));
                rope.insert(at, &typed);
                let Some(edit) = edit::between(&before, &rope) else { continue };
                let text = rope.to_string();
                let fresh = Digest::of(Path::new("a.rs"), &text);
                let Some(patched) = digest.patched(&text, &edit) else {
                    digest = fresh;
                    continue;
                };
                prop_assert_eq!((patched.lines, patched.bytes), (fresh.lines, fresh.bytes));
                prop_assert_eq!(by_term(&patched.words), by_term(&fresh.words));
                prop_assert!(patched.words.is_sorted_by_key(|count| (count.term, count.piece)));
                let lines = Lines::of(&text);
                let mut next = 1;
                for piece in &patched.pieces {
                    prop_assert_eq!(piece.first, next);
                    prop_assert_eq!(piece.bytes, lines.bytes(piece.first, piece.last));
                    next = piece.last + 1;
                }
                prop_assert_eq!(next, lines.count() + 1);
                for it in &patched.declarations {
                    prop_assert!(1 <= it.first && it.first <= it.name_line && it.first <= it.last, "{it:?}");
                }
                digest = patched;
            }
        }
    }

    #[test]
    fn declarations_below_move_along() {
        let before = Rope::from_str("fn a() {\n}\n\nfn b() {\n}\n");
        let mut after = before.clone();
        after.insert(9, "\n");
        let edit = edit::between(&before, &after).unwrap();
        let digest = Digest::of(Path::new("a.rs"), &before.to_string());
        let patched = digest.patched(&after.to_string(), &edit).unwrap();
        assert_eq!(
            patched.declarations,
            Digest::of(Path::new("a.rs"), &after.to_string()).declarations
        );
    }
}
