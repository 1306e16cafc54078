//! Hunks follow the edits of the text below them.
//!
//! An edit that is clear of a hunk costs a comparison and an addition. Where it touches one, the hunk's state
//! decides: a pending one is rebased three-way, a conflict waits for its old text to come back, and one whose
//! edit was sent to the editor waits for its new text to appear.

use std::sync::Arc;

use base::HunkState;
use ropey::Rope;
use text::{Edit, Rebased};

use crate::arrival;
use crate::hunk::{HunkText, Tracked, fits, is_whole, moved, slice, stands, stretched};

pub(crate) const TYPED_OVER: &str = "the text at this place was changed in another way";
const OVERLAPS: &str = "what was typed joins this change with another one";

/// One edit of the text.
pub(crate) struct Step {
    pub(crate) edit: Edit,
    /// The hunk that this edit carries out, if it is known to be one.
    pub(crate) owner: Option<Arc<HunkText>>,
}

impl Step {
    pub(crate) fn typed(edit: Edit) -> Self {
        Self { edit, owner: None }
    }
}

/// Moves the hunks of one session over a step; `after` is the text after it. True if more than places changed.
pub(crate) fn carry(track: &mut [Tracked], step: &Step, after: &Rope) -> bool {
    let owned = step
        .owner
        .as_ref()
        .and_then(|owner| track.iter().position(|hunk| Arc::ptr_eq(&hunk.placed.text, owner)));
    let Some(owned) = owned else {
        return track
            .iter_mut()
            .fold(false, |is_news, hunk| hunk.carry(&step.edit, after) | is_news);
    };
    let replaced = step.edit.range.clone();
    track[owned].placed.range = replaced.start..replaced.start + step.edit.text.len();
    track[owned].typed = None;
    track[owned].has_arrived = true;
    for (index, hunk) in track.iter_mut().enumerate().filter(|(index, _)| *index != owned) {
        // A session's hunks are in order, so one that meets the owner need not guess on which side it is.
        let place = &hunk.placed.range;
        if hunk.placed.is_live() && index < owned && place.end <= replaced.start {
            continue;
        }
        if hunk.placed.is_live() && index > owned && place.start >= replaced.end {
            hunk.shift(step.edit.delta());
        } else {
            hunk.carry(&step.edit, after);
        }
    }
    true
}

/// Two hunks of one session that have grown into each other cannot both stand.
pub(crate) fn part_overlaps(track: &mut [Tracked]) {
    track.sort_by_key(|hunk| hunk.order());
    let mut end = 0;
    for hunk in track
        .iter_mut()
        .filter(|hunk| hunk.placed.is_live() && !hunk.has_arrived)
    {
        if hunk.placed.range.start < end && hunk.flight.is_none() {
            hunk.fall_out(OVERLAPS);
        } else {
            end = end.max(hunk.placed.range.end);
        }
    }
}

impl Tracked {
    fn shift(&mut self, by: isize) {
        self.placed.range = moved(&self.placed.range, by);
        if let Some(typed) = &mut self.typed {
            *typed = moved(typed, by);
        }
    }

    /// True if more than its place changed.
    pub(crate) fn carry(&mut self, edit: &Edit, after: &Rope) -> bool {
        let reach = self.reach();
        if edit.range.start > reach.end {
            return false;
        }
        if edit.range.end < reach.start {
            self.shift(edit.delta());
            return false;
        }
        if self.has_arrived {
            self.placed.range = stretched(&self.placed.range, edit);
            return false;
        }
        match self.placed.state {
            HunkState::Keeping => {
                self.placed.range = stretched(&self.placed.range, edit);
                self.look_for_arrival(after)
            }
            HunkState::Conflict => {
                self.placed.range = stretched(&self.placed.range, edit);
                self.heal(after)
            }
            _ if self.placed.text.old.is_empty() => self.rebase_insertion(edit, after),
            _ => self.rebase(edit, after),
        }
    }

    fn look_for_arrival(&mut self, after: &Rope) -> bool {
        let text = &self.placed.text;
        let Some(there) = slice(after, &self.placed.range) else {
            return false;
        };
        let Some(found) = arrival::find(&there, &text.old, &text.new) else {
            return false;
        };
        let start = self.placed.range.start;
        self.placed.range = start + found.start..start + found.end;
        self.has_arrived = true;
        true
    }

    /// A conflict ends when its old text is back, or when the user has written the proposal.
    pub(crate) fn heal(&mut self, after: &Rope) -> bool {
        let (range, text) = (&self.placed.range, &self.placed.text);
        // What was typed may have joined the hunk's lines with others, and the region has grown by those.
        let region = text::whole_lines(after, range.clone());
        let found = if stands(after, range, &text.old) {
            Some(range.clone())
        } else if self.is_half {
            None
        } else {
            text::find_lines(after, region, &text.old)
        };
        if let Some(found) = found.filter(|found| fits(after, found, &text.new)) {
            self.placed.range = found;
            self.offer();
            return true;
        }
        self.has_arrived = !text.new.is_empty() && is_whole(after, range) && stands(after, range, &text.new);
        self.has_arrived
    }

    fn rebase(&mut self, edit: &Edit, after: &Rope) -> bool {
        let in_step = self.placed.range.len() == self.placed.text.old.len();
        debug_assert!(in_step, "the old text does not stand at its place: {:?}", self.placed);
        if !in_step {
            self.placed.range = stretched(&self.placed.range, edit);
            self.fall_out(TYPED_OVER);
            return true;
        }
        let whole = stretched(&self.placed.range, edit);
        if stands(after, &whole, &self.placed.text.new) {
            self.placed.range = whole;
            self.has_arrived = true;
            return true;
        }
        match text::rebase(&self.placed.change(), edit, after) {
            Rebased::Untouched => false,
            Rebased::Shifted(range) => {
                self.placed.range = range;
                false
            }
            Rebased::Merged(change) => {
                self.has_arrived = change.old == change.new;
                self.placed.range = change.range;
                if !self.has_arrived {
                    self.replace_text(change.old, change.new);
                }
                true
            }
            Rebased::Conflict { range } => {
                self.placed.range = range;
                self.fall_out(TYPED_OVER);
                true
            }
        }
    }

    /// A hunk that only inserts has no text of its own to watch, so what is typed at its place is watched.
    fn rebase_insertion(&mut self, edit: &Edit, after: &Rope) -> bool {
        let place = self.placed.range.clone();
        let typed = self.typed.take().unwrap_or(place);
        let is_inside = typed.start <= edit.range.start && edit.range.end <= typed.end;
        if is_inside {
            let typed = stretched(&typed, edit);
            if stands(after, &typed, &self.placed.text.new) {
                self.placed.range = typed;
                self.has_arrived = true;
                return true;
            }
            self.typed = (!typed.is_empty()).then_some(typed);
        }
        let touches_place = edit.range.start <= self.placed.range.end && edit.range.end >= self.placed.range.start;
        let is_news = touches_place && {
            let typed = self.typed.take();
            let is_news = self.rebase(edit, after);
            if !self.has_arrived && self.placed.is_live() {
                self.typed = typed.filter(|_| self.placed.text.old.is_empty());
            }
            is_news
        };
        if !touches_place && edit.range.end < self.placed.range.start {
            self.placed.range = moved(&self.placed.range, edit.delta());
        }
        is_news
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hunk::fixture::placed;

    /// The hunk as (start, old, new); the edits as (start, removed bytes, text), one after the other. Expected is
    /// where the hunk then stands, if it is still pending.
    fn check(text: &str, (start, old, new): (usize, &str, &str), edits: &[(usize, usize, &str)], expect: Expect) {
        let mut track = [Tracked::new(placed(start, old, new))];
        let mut rope = Rope::from_str(text);
        for (start, len, text) in edits {
            let edit = Edit {
                range: *start..start + len,
                text: (*text).into(),
            };
            text::apply(&mut rope, &edit).unwrap();
            carry(&mut track, &Step::typed(edit), &rope);
        }
        let [hunk] = track;
        let found = match (hunk.has_arrived, hunk.placed.state) {
            (true, _) => Expect::Arrived,
            (false, HunkState::Pending) => Expect::At(hunk.placed.range.start),
            (false, _) => Expect::Conflict,
        };
        assert_eq!(found, expect);
    }

    #[derive(Debug, PartialEq)]
    enum Expect {
        At(usize),
        Conflict,
        Arrived,
    }

    #[test]
    fn typing_elsewhere_moves_a_hunk() {
        check("a\nb\nc\n", (2, "b\n", "B\n"), &[(0, 0, "zero\n")], Expect::At(7));
        check("a\nb\nc\n", (2, "b\n", "B\n"), &[(4, 2, "")], Expect::At(2));
    }

    #[test]
    fn a_conflict_heals_when_the_text_returns() {
        let hunk = (2, "b\n", "B\n");
        check("a\nb\nc\n", hunk, &[(2, 1, "x")], Expect::Conflict);
        check("a\nb\nc\n", hunk, &[(2, 1, "x"), (2, 1, "b")], Expect::At(2));
        check(
            "a\nb\nc\n",
            hunk,
            &[(2, 1, "x"), (0, 0, "\n"), (3, 1, "b")],
            Expect::At(3),
        );
        check("a\nb\nc\n", hunk, &[(2, 1, "x"), (2, 1, "B")], Expect::Arrived);
    }

    #[test]
    fn a_proposal_typed_by_hand_has_arrived() {
        check("a\nb\nc\n", (2, "b\n", "B\n"), &[(2, 1, "B")], Expect::Arrived);
        check("a\nb\nc\n", (2, "b\n", ""), &[(2, 2, "")], Expect::Arrived);
        check(
            "a\nb\n",
            (2, "", "xy\n"),
            &[(2, 0, "x"), (3, 0, "y"), (4, 0, "\n")],
            Expect::Arrived,
        );
        check("a\nb\n", (2, "", "xy\n"), &[(2, 0, "x"), (3, 0, "z\n")], Expect::At(2));
    }
}
