//! A proposed change follows the user's typing.
//!
//! `rebase` moves one [`Change`] over one [`Edit`] of the text below it. It runs for each keystroke and each open
//! hunk, so an edit that is clear of the hunk costs a comparison and an addition; only one that touches it looks at
//! the text, and then at the hunk's lines alone.
//!
//! Where exactly "before", "after" and "inside" begin, with the hunk at `start..end`:
//!
//! | edit | outcome |
//! |---|---|
//! | ends before `start` | the hunk moves |
//! | begins after `end` | nothing |
//! | ends at `start`, and the hunk still begins a line: what was typed there ended with a break | the hunk moves |
//! | ends at `start`, and the hunk's first line now continues another | typing inside that line |
//! | begins at `end`, and what follows the hunk still begins a line, or the hunk still ends the text | nothing |
//! | begins at `end`, and joins the hunk's last line with what follows | typing inside that line |
//! | inserts exactly where a hunk only inserts | the hunk stays; one that must end the text moves behind whole lines |
//! | inserts there exactly what the hunk inserts | the change is made already: merged, `old == new` |
//! | anything else | typing inside |
//!
//! Typing inside is merged token by token: if at least one token lies between what the user changed and what the
//! proposal changes, both stand; if the two changes are the same, it is taken once; else they conflict. The region is
//! widened to whole lines first. Whatever would glue a `\r` to a `\n` across the hunk's border, or a last line
//! without a break to a line behind it, is a conflict too.

use std::ops::Range;

use ropey::Rope;

use crate::diff::{common_lines, diff_lines};
use crate::lines::{Breaks, ends_line, is_line_start, slice, whole_lines};
use crate::merge::interleave;
use crate::tokens::{glues, meaningful_edits, widen};
use crate::{Edit, LineHunk};

/// A proposal: `old` stands at `range` in the text and shall become `new`.
///
/// Whole lines: `range` begins at a line start and ends at a line start or at the end of the text; `new`, if not
/// empty, lacks a final line break only at the end of the text. What [`diff_lines`] yields is so.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Change {
    pub range: Range<usize>,
    pub old: String,
    pub new: String,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rebased {
    /// It stands where it stood.
    Untouched,
    /// The same change, at another place.
    Shifted(Range<usize>),
    /// The user typed inside it; `new` holds both. If `old == new`, the text holds the whole proposal already.
    Merged(Change),
    /// The user and the proposal disagree within these whole lines of the text.
    Conflict { range: Range<usize> },
}

/// Follows `edit`, of which `after` is the outcome. `change` and `edit` count in the text before it.
///
/// Each change is followed by itself: two that the same edit touched may overlap afterwards, which only the caller
/// can see. One that the edit did not touch never overlaps another.
#[must_use]
pub fn rebase(change: &Change, edit: &Edit, after: &Rope) -> Rebased {
    let (hunk, touched) = (&change.range, &edit.range);
    if touched.end < hunk.start {
        return moved(hunk, edit);
    }
    if touched.start > hunk.end {
        return Rebased::Untouched;
    }
    if *touched == (hunk.start..hunk.start) && hunk.is_empty() {
        let behind = hunk.start + edit.text.len();
        if edit.text == change.new && fits(after, &(hunk.start..behind), &change.new) {
            let new = change.new.clone();
            return Rebased::Merged(Change {
                range: hunk.start..behind,
                old: new.clone(),
                new,
            });
        }
        if fits(after, hunk, &change.new) {
            return Rebased::Untouched;
        }
        if fits(after, &(behind..behind), &change.new) {
            return moved(hunk, edit);
        }
    } else if touched.end == hunk.start && fits(after, &shifted(hunk, edit), &change.new) {
        return moved(hunk, edit);
    } else if touched.start == hunk.end && fits(after, hunk, &change.new) {
        return Rebased::Untouched;
    }
    merge_inside(change, edit, after)
}

/// Where text behind an edit stands after it.
fn shifted(range: &Range<usize>, edit: &Edit) -> Range<usize> {
    let by = edit.delta();
    range.start.saturating_add_signed(by)..range.end.saturating_add_signed(by)
}

fn moved(range: &Range<usize>, edit: &Edit) -> Rebased {
    if edit.delta() == 0 {
        Rebased::Untouched
    } else {
        Rebased::Shifted(shifted(range, edit))
    }
}

/// Whether whole lines stand at `range`, and putting `new` there leaves the lines around it as they are.
fn fits(text: &Rope, range: &Range<usize>, new: &str) -> bool {
    let at_end = range.end == text.len_bytes();
    is_line_start(text, range.start)
        && (at_end || is_line_start(text, range.end))
        && (at_end || new.is_empty() || ends_line(new))
        && !glues_break(text, range, new)
}

/// Whether `new` at `range` would make one `\r\n` of a `\r` and a `\n` that are two line breaks.
fn glues_break(text: &Rope, range: &Range<usize>, new: &str) -> bool {
    let cr_before = range.start > 0 && text.byte(range.start - 1) == b'\r';
    let lf_behind = text.get_byte(range.end) == Some(b'\n');
    if new.is_empty() {
        cr_before && lf_behind
    } else {
        (cr_before && new.starts_with('\n')) || (new.ends_with('\r') && lf_behind)
    }
}

/// Merges an edit that touches the hunk.
fn merge_inside(change: &Change, edit: &Edit, after: &Rope) -> Rebased {
    let (hunk, touched) = (&change.range, &edit.range);
    let start = hunk.start.min(touched.start);
    let end = hunk.end.max(touched.end).saturating_add_signed(edit.delta());
    let region = whole_lines(after, start..end);
    let conflict = Rebased::Conflict { range: region.clone() };

    let Some(merged) = merge_text(change, edit, after, start..end) else {
        return conflict;
    };
    let old = slice(after, region.clone());
    let new = slice(after, region.start..start) + &merged + &slice(after, end..region.end);
    let merged = without_common_lines(Change {
        range: region,
        old,
        new,
    });
    if fits(after, &merged.range, &merged.new) {
        Rebased::Merged(merged)
    } else {
        conflict
    }
}

/// What stands at `span` of `after` (the hunk and the edit together), with the proposal brought in.
fn merge_text(change: &Change, edit: &Edit, after: &Rope, span: Range<usize>) -> Option<String> {
    let (hunk, touched) = (&change.range, &edit.range);
    let inside = hunk.start <= touched.start && touched.end <= hunk.end;
    if inside && slice(after, span) == change.new {
        return Some(change.new.clone());
    }
    if inside && change.new.is_empty() && edit.text.is_empty() {
        // The user begins to delete what the proposal deletes.
        return Some(String::new());
    }
    let typed = typed_in_hunk(change, edit, after);
    let theirs = proposed(change, &typed.range);
    let ours = if inside {
        refined(&change.old, &typed)
    } else {
        vec![typed]
    };
    interleave(&change.old, &ours, &theirs)
}

/// The user's edit as an edit of the hunk's old text: cut to it, and widened to the tokens that it changes.
fn typed_in_hunk(change: &Change, edit: &Edit, after: &Rope) -> Edit {
    let Range { start, end } = change.range;
    let touched = &edit.range;
    let within = touched.start.clamp(start, end) - start..touched.end.clamp(start, end) - start;
    let behind = touched.start + edit.text.len();
    let glued = (
        touched.start > start && glued_at(after, touched.start),
        touched.end < end && glued_at(after, behind),
    );
    let range = widen(&change.old, &within, glued);
    let before = &change.old[range.start..within.start];
    let text = format!("{before}{}{}", edit.text, &change.old[within.end..range.end]);
    Edit { range, text }
}

/// Whether the characters on both sides of an offset belong to one token.
fn glued_at(text: &Rope, offset: usize) -> bool {
    let right = text.byte_to_char(offset);
    match (
        right.checked_sub(1).and_then(|left| text.get_char(left)),
        text.get_char(right),
    ) {
        (Some(left), Some(right)) => glues(left, right),
        _ => false,
    }
}

/// A replacement cut into what it really changes: some editors send whole lines for a word.
fn refined(old: &str, edit: &Edit) -> Vec<Edit> {
    if edit.range.is_empty() || edit.text.is_empty() {
        return vec![edit.clone()];
    }
    let replaced = &old[edit.range.clone()];
    let hunk = LineHunk {
        old: 0..replaced.len(),
        new: 0..edit.text.len(),
    };
    let edits = meaningful_edits(replaced, &edit.text, &hunk).into_iter();
    edits.map(|part| part.shifted(edit.range.start)).collect()
}

/// The proposal as edits of its old text: token by token in the lines that the user's edit touches.
fn proposed(change: &Change, touched: &Range<usize>) -> Vec<Edit> {
    let (old, new) = (&change.old, &change.new);
    let edits = diff_lines(old, new).into_iter().flat_map(|hunk| {
        if hunk.old.start <= touched.end && touched.start <= hunk.old.end {
            meaningful_edits(old, new, &hunk)
        } else {
            vec![Edit {
                range: hunk.old,
                text: new[hunk.new].to_owned(),
            }]
        }
    });
    edits.collect()
}

/// Drops the whole lines at both ends that a change leaves as they are; a change that leaves all stays whole.
fn without_common_lines(change: Change) -> Change {
    let Change { range, old, new } = change;
    if old == new {
        return Change { range, old, new };
    }
    let (prefix, suffix) = common_lines(old.as_bytes(), new.as_bytes(), Breaks::Editor);
    Change {
        range: range.start + prefix..range.end - suffix,
        old: old[prefix..old.len() - suffix].to_owned(),
        new: new[prefix..new.len() - suffix].to_owned(),
    }
}
