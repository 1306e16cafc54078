//! What a client's change means: which part of it carries out an edit that we sent, and which part was typed.
//!
//! Clients report one outcome in many ways: the edit as it was sent, a smaller one, one that slid along repeated
//! lines, everything since the last report in one piece, the whole document. So while edits are under way, the
//! outcome is compared with what it would be had they been applied, and read in the way that leaves the least to
//! have been typed. All of it looks at the changed piece of text only.

use std::ops::Range;
use std::sync::Arc;

use ropey::Rope;
use text::Edit;

use crate::hunk::{HunkText, slice};
use crate::recognise::recognised;
use crate::track::Step;

/// How far from a hunk an edit that carries it out can have slid, in bytes.
pub(crate) const REACH: usize = 4 * 1024;
/// How many hunks near a change are tried one by one.
const SINGLES: usize = 8;

/// A hunk that a change may carry out, at its place; its old text stands there.
pub(crate) struct Candidate {
    pub(crate) range: Range<usize>,
    pub(crate) text: Arc<HunkText>,
}

/// Whether a change may carry out the hunk at `range`.
pub(crate) fn is_near(range: &Range<usize>, raw: &Edit) -> bool {
    gap(range, &raw.range) <= REACH
}

/// The replacement without what it leaves as it is at both ends; none if it changes nothing.
pub(crate) fn trimmed(rope: &Rope, range: Range<usize>, text: &str) -> Option<Edit> {
    let replaced = rope.get_byte_slice(range.clone())?;
    let prefix = common_prefix(replaced.chunks().map(str::as_bytes), text.as_bytes());
    let prefix = floor_boundary(text, prefix);
    let behind = rope.get_byte_slice(range.start + prefix..range.end)?;
    let rest = &text[prefix..];
    let suffix = common_suffix(behind.bytes_at(behind.len_bytes()).reversed(), rest.as_bytes());
    let suffix = rest.len() - ceil_boundary(rest, rest.len() - suffix);
    let edit = Edit {
        range: range.start + prefix..range.end - suffix,
        text: rest[..rest.len() - suffix].to_owned(),
    };
    (!edit.range.is_empty() || !edit.text.is_empty()).then_some(edit)
}

/// The steps that a change consists of, each in the coordinates of the text after the one before. `awaited` are
/// hunks that were sent, `open` others that may have been carried out by other hands; both [near](is_near) the
/// change and ascending.
pub(crate) fn steps(rope: &Rope, raw: Edit, awaited: &[Candidate], open: &[Candidate]) -> Vec<Step> {
    let mut near: Vec<&Candidate> = awaited.iter().collect();
    near.dedup_by(|right, left| right.range.start < left.range.end);
    let explained = Piece::new(rope, &raw, near).and_then(|piece| piece.explained());
    explained.unwrap_or_else(|| {
        let edits = if awaited.is_empty() && open.is_empty() {
            vec![raw]
        } else {
            refined(rope, raw)
        };
        recognised(rope, edits, open)
    })
}

/// The stretch of text that holds the change and the awaited hunks near it.
struct Piece<'a> {
    start: usize,
    before: String,
    after: String,
    raw: &'a Edit,
    near: Vec<&'a Candidate>,
}

impl<'a> Piece<'a> {
    fn new(rope: &Rope, raw: &'a Edit, near: Vec<&'a Candidate>) -> Option<Self> {
        let start = near.first()?.range.start.min(raw.range.start);
        let end = near.last()?.range.end.max(raw.range.end);
        let before = slice(rope, &(start..end))?;
        let mut after = before.clone();
        after.replace_range(raw.range.start - start..raw.range.end - start, &raw.text);
        Some(Self {
            start,
            before,
            after,
            raw,
            near,
        })
    }

    fn explained(&self) -> Option<Vec<Step>> {
        if self.with(&self.near) == self.after {
            return Some(self.carried_out(&self.near));
        }
        let single = self.single();
        if single.is_some() {
            return single;
        }
        let inside_one =
            |hunk: &&Candidate| hunk.range.start <= self.raw.range.start && self.raw.range.end <= hunk.range.end;
        if self.near.iter().any(inside_one) && self.near.len() > 1 {
            return None;
        }
        self.mixed()
    }

    /// Clients that report each edit of several by itself. Hunks side by side were sent as one edit.
    fn single(&self) -> Option<Vec<Step>> {
        let groups = self.near.chunk_by(|left, right| left.range.end == right.range.start);
        let mut nearest: Vec<&[&Candidate]> = groups
            .filter(|group| group.iter().map(|hunk| hunk.delta()).sum::<isize>() == self.raw.delta())
            .collect();
        nearest.sort_by_key(|group| group.iter().map(|hunk| gap(&hunk.range, &self.raw.range)).min());
        nearest.truncate(SINGLES);
        let found = nearest.into_iter().find(|group| self.with(group) == self.after)?;
        Some(self.carried_out(found))
    }

    /// The edits and typing in one piece: taken as such if that leaves less typing than any other reading.
    fn mixed(&self) -> Option<Vec<Step>> {
        if self.near.len() > SINGLES {
            return None;
        }
        let after = Rope::from_str(&self.after);
        let typed_after = |hunks: &[&Candidate]| text::diff_edits(&Rope::from_str(&self.with(hunks)), &after);
        let typed = typed_after(&self.near);
        let is_needed = |left_out: usize| {
            let mut others = self.near.clone();
            others.remove(left_out);
            cost(&typed_after(&others)) > cost(&typed)
        };
        if !self.spares_all(&typed) || !(0..self.near.len()).all(is_needed) {
            return None;
        }
        let mut steps = self.carried_out(&self.near);
        steps.extend(
            typed
                .into_iter()
                .rev()
                .map(|edit| Step::typed(shifted(edit, self.start))),
        );
        Some(steps)
    }

    /// Whether no typing lies inside a hunk's new text.
    fn spares_all(&self, typed: &[Edit]) -> bool {
        let mut by = 0;
        self.near.iter().all(|hunk| {
            let start = (hunk.range.start - self.start).saturating_add_signed(by);
            let end = start + hunk.text.new.len();
            by += hunk.text.new.len() as isize - hunk.range.len() as isize;
            !typed.iter().any(|edit| intrudes(edit, start, end))
        })
    }

    /// The piece with some hunks carried out.
    fn with(&self, hunks: &[&Candidate]) -> String {
        let mut text = self.before.clone();
        for hunk in hunks.iter().rev() {
            let range = hunk.range.start - self.start..hunk.range.end - self.start;
            text.replace_range(range, &hunk.text.new);
        }
        text
    }

    fn carried_out(&self, hunks: &[&Candidate]) -> Vec<Step> {
        hunks.iter().rev().map(|hunk| hunk.step()).collect()
    }
}

/// The change cut into what it really changes, so that hunks inside a large replacement survive it, and hunks beside it
/// are not touched: lines put in or taken out may be told as beginning and ending in the midst of lines that are alike
/// (Enter at the end of a line, a replacement without what it leaves as it is), and are looked at as lines.
fn refined(rope: &Rope, raw: Edit) -> Vec<Edit> {
    let has_break = |text: &str| text.contains(['\n', '\r']);
    let lines = text::whole_lines(rope, raw.range.clone());
    let Some(before) = slice(rope, &lines) else {
        return vec![raw];
    };
    let within = raw.range.start - lines.start..raw.range.end - lines.start;
    let is_one_piece = raw.range.is_empty() || raw.text.is_empty();
    if before.is_empty() || !(has_break(&before[within.clone()]) || has_break(&raw.text)) {
        return vec![raw];
    }
    let mut after = before.clone();
    after.replace_range(within, &raw.text);
    let edits = text::diff_edits(&Rope::from_str(&before), &Rope::from_str(&after));
    if is_one_piece && edits.len() > 1 {
        return vec![raw];
    }
    edits.into_iter().map(|edit| shifted(edit, lines.start)).collect()
}

fn shifted(edit: Edit, by: usize) -> Edit {
    Edit {
        range: edit.range.start + by..edit.range.end + by,
        text: edit.text,
    }
}

/// Whether an edit writes into `start..end`; where nothing stands there, whether it writes at that place.
pub(crate) fn intrudes(edit: &Edit, start: usize, end: usize) -> bool {
    match start == end {
        true => edit.range.start <= start && end <= edit.range.end,
        false => edit.range.start < end && start < edit.range.end,
    }
}

pub(crate) fn cost(edits: &[Edit]) -> usize {
    edits.iter().map(|edit| edit.range.len() + edit.text.len()).sum()
}

fn gap(left: &Range<usize>, right: &Range<usize>) -> usize {
    left.start
        .saturating_sub(right.end)
        .max(right.start.saturating_sub(left.end))
}

fn common_prefix<'a>(chunks: impl Iterator<Item = &'a [u8]>, text: &[u8]) -> usize {
    let mut len = 0;
    for chunk in chunks {
        let rest = &text[len..];
        let same = chunk.iter().zip(rest).take_while(|(left, right)| left == right).count();
        len += same;
        if same < chunk.len() {
            break;
        }
    }
    len
}

fn common_suffix(bytes: impl Iterator<Item = u8>, text: &[u8]) -> usize {
    bytes
        .zip(text.iter().rev())
        .take_while(|(left, right)| left == *right)
        .count()
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hunk::fixture::placed;

    /// A text, sent hunks as (start, old, new), and what the text becomes; expected are the steps as (start, removed
    /// bytes, text), those that carry out a hunk marked.
    fn check(before: &str, sent: &[(usize, &str, &str)], after: &str, expect: &[(usize, usize, &str, bool)]) {
        let candidate = |(start, old, new): &(usize, &str, &str)| {
            let hunk = placed(*start, old, new);
            Candidate {
                range: hunk.range,
                text: hunk.text,
            }
        };
        let sent: Vec<Candidate> = sent.iter().map(candidate).collect();
        let mut rope = Rope::from_str(before);
        let raw = trimmed(&rope, 0..before.len(), after).unwrap();
        let steps = steps(&rope, raw, &sent, &[]);
        let shown = steps
            .iter()
            .map(|Step { edit, owner }| (edit.range.start, edit.range.len(), edit.text.as_str(), owner.is_some()));
        assert_eq!(shown.collect::<Vec<_>>(), expect);
        steps
            .iter()
            .for_each(|step| text::apply(&mut rope, &step.edit).unwrap());
        assert_eq!(rope, after);
    }

    #[test]
    fn a_whole_document_is_read_as_the_edit_that_was_sent() {
        check("a\nb\nc\n", &[(2, "b\n", "B\n")], "a\nB\nc\n", &[(2, 2, "B\n", true)]);
    }

    #[test]
    fn an_edit_that_slid_along_repeated_lines_is_the_one_sent() {
        check(
            "a\nb\nb\nc\n",
            &[(2, "", "b\n")],
            "a\nb\nb\nb\nc\n",
            &[(2, 0, "b\n", true)],
        );
    }

    #[test]
    fn one_of_several_is_told_from_the_others() {
        let sent = [(0, "a\n", "A\n"), (4, "c\n", "C\n")];
        check("a\nb\nc\n", &sent, "a\nb\nC\n", &[(4, 2, "C\n", true)]);
        check(
            "a\nb\nc\n",
            &sent,
            "A\nb\nC\n",
            &[(4, 2, "C\n", true), (0, 2, "A\n", true)],
        );
    }

    #[test]
    fn typing_in_the_same_piece_is_told_apart() {
        let expect = [(2, 2, "new\nlines\n", true), (12, 0, "typed", false)];
        check(
            "a\nb\nc\n",
            &[(2, "b\n", "new\nlines\n")],
            "a\nnew\nlines\ntypedc\n",
            &expect,
        );
        check("a\nb\nc\n", &[(2, "b\n", "new\n")], "a\nb2\nc\n", &[(3, 0, "2", false)]);
    }

    #[test]
    fn lines_beside_a_hunk_are_put_in_and_taken_out_as_lines() {
        let hunk = [(2, "  b\n", "  B\n")];
        check("a\n  b\nc\n", &hunk, "a\n  b\n  \nc\n", &[(6, 0, "  \n", false)]);
        check(
            "a\n  b\n",
            &hunk,
            "x\na\n  b\nz\n",
            &[(6, 0, "z\n", false), (0, 0, "x\n", false)],
        );
        check(
            "x\na\n  b\nz\n",
            &[(4, "  b\n", "  B\n")],
            "a\n  b\n",
            &[(8, 2, "", false), (0, 2, "", false)],
        );
        check("a\n  b\nc\n", &hunk, "a\n  x\n  b\nc\n", &[(2, 0, "  x\n", false)]);
        check(
            "a\n  x\n  b\nc\n",
            &[(6, "  b\n", "  B\n")],
            "a\n  b\nc\n",
            &[(2, 4, "", false)],
        );
        check("a\n  b\nc\n", &hunk, "a\n  bc\n", &[(5, 1, "", false)]);

        let rope = Rope::from_str("a\n  b\nc\n");
        let enter = Edit {
            range: 5..5,
            text: "\n  new".to_owned(),
        };
        let expect = Edit {
            range: 6..6,
            text: "  new\n".to_owned(),
        };
        assert_eq!(refined(&rope, enter), [expect]);
    }

    #[test]
    fn nothing_changed_is_nothing() {
        assert_eq!(trimmed(&Rope::from_str("é\n"), 0..3, "é\n"), None);
        let edit = trimmed(&Rope::from_str("xéy"), 0..4, "xèy").unwrap();
        assert_eq!((edit.range, edit.text.as_str()), (1..3, "è"));
    }
}
