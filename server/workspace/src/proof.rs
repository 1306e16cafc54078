//! The end of a Keep. What has not been seen to arrive is looked for once more in the whole text; what is not there
//! is offered again, rebased over everything that happened since it was sent.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use base::{HunkId, HunkState, Origin, ReviewId, SessionId};
use ropey::Rope;
use text::Edit;

use crate::change_set::ChangeSet;
use crate::error::ReviewError;
use crate::explain::{cost, intrudes};
use crate::file::{FileState, GONE, TextSource};
use crate::half;
use crate::hunk::Tracked;
use crate::state::{Effects, State};
use crate::workspace::Workspace;

/// How far from a hunk typing may lie, in bytes, to be taken for the hunk's own edit.
const NEAR: usize = 4 * 1024;
const HALF_ARRIVED: &str = "only a part of this change arrived in the text";

impl Workspace {
    /// Ends a Keep: what became of each hunk, and whether none reached what was wanted.
    pub(crate) fn settle(&self, keep: u64, failure: &ReviewError) -> (Vec<(SessionId, HunkId, HunkState)>, bool) {
        self.act(|state, effects| {
            let ids: Vec<_> = state
                .files
                .values()
                .filter(|file| file.has_in_flight(keep))
                .map(|file| file.id.clone())
                .collect();
            let mut failed = Vec::new();
            for id in ids {
                let Some(file) = state.files.get_mut(&id) else {
                    continue;
                };
                let fallen = file.settle(keep);
                // What was not taken back is kept as before, and the journal must not go on calling it sent.
                let mut kept: BTreeMap<&SessionId, Vec<HunkId>> = BTreeMap::new();
                for Failed { origin, hunk, .. } in fallen.iter().filter(|failed| failed.left == HunkState::Kept) {
                    kept.entry(&origin.session).or_default().push(hunk.clone());
                }
                for (session, hunks) in kept {
                    effects.record_state(session, &file.uri, hunks, HunkState::Kept);
                }
                failed.extend(fallen);
                state.sweep(&id, effects);
            }
            tell_failures(&failed, failure, effects);
            for Failed { hunk, left, .. } in &failed {
                State::land(&mut state.keeps, effects, keep, hunk, *left);
            }
            let Some(done) = state.keeps.remove(&keep) else {
                return (Vec::new(), false);
            };
            let wanted = if done.is_undo {
                HunkState::Pending
            } else {
                HunkState::Kept
            };
            let has_failed = !done.outcome.iter().any(|(.., state)| *state == wanted);
            (done.outcome, has_failed)
        })
    }
}

/// A hunk that did not arrive, and the state it is left in.
struct Failed {
    origin: Arc<Origin>,
    hunk: HunkId,
    left: HunkState,
}

fn tell_failures(failed: &[Failed], failure: &ReviewError, effects: &mut Effects) {
    let mut reviews: BTreeMap<&ReviewId, (&Origin, usize)> = BTreeMap::new();
    for Failed { origin, .. } in failed {
        reviews.entry(&origin.review).or_insert((origin, 0)).1 += 1;
    }
    for (origin, count) in reviews.into_values() {
        let what = match count {
            1 => format!("A change ({})", origin.title),
            _ => format!("{count} changes ({})", origin.title),
        };
        effects.notice(origin, format!("{what} could not be made: {failure}"));
    }
}

impl FileState {
    fn has_in_flight(&self, keep: u64) -> bool {
        self.sets
            .values()
            .flat_map(ChangeSet::in_flight)
            .any(|hunk| hunk.is_in(keep))
    }

    fn settle(&mut self, keep: u64) -> Vec<Failed> {
        let now = self.rope.clone();
        find_arrived(
            self.sets
                .values_mut()
                .flat_map(|set| set.hunks.iter_mut().chain(&mut set.kept)),
            keep,
            &now,
        );
        let is_missing = matches!(self.source, TextSource::Missing);
        let mut failed = Vec::new();
        for set in self.sets.values_mut() {
            for hunk in set
                .hunks
                .iter_mut()
                .filter(|hunk| hunk.is_in(keep) && !hunk.has_arrived)
            {
                hunk.land_short(&self.log, &now);
                if is_missing && !hunk.has_arrived {
                    hunk.fall_out(GONE);
                }
                failed.extend(Failed::unless_arrived(hunk, hunk.placed.state));
            }
            for hunk in set.kept.iter_mut().filter(|hunk| hunk.is_in(keep) && !hunk.has_arrived) {
                hunk.land_short(&self.log, &now);
                failed.extend(Failed::unless_arrived(hunk, HunkState::Kept));
            }
            if let Some(whole) = set
                .whole
                .as_mut()
                .filter(|whole| whole.hunk.is_in(keep) && !whole.hunk.has_arrived)
            {
                whole.hunk.flight = None;
                whole.hunk.offer();
                failed.extend(Failed::unless_arrived(&whole.hunk, HunkState::Pending));
            }
            if let Some(whole) = set
                .undoing
                .take_if(|whole| whole.hunk.is_in(keep) && !whole.hunk.has_arrived)
            {
                failed.extend(Failed::unless_arrived(&whole.hunk, HunkState::Kept));
            }
            crate::track::part_overlaps(&mut set.hunks);
        }
        self.weigh_wholes();
        failed
    }
}

impl Failed {
    fn unless_arrived(hunk: &Tracked, left: HunkState) -> Option<Self> {
        let text = &hunk.placed.text;
        (!hunk.has_arrived).then(|| Self {
            origin: Arc::clone(&text.origin),
            hunk: text.id.clone(),
            left,
        })
    }
}

impl Tracked {
    fn is_in(&self, keep: u64) -> bool {
        self.flight.as_ref().is_some_and(|flight| flight.keep == keep)
    }

    /// Takes the hunk to where it would be had it never been sent.
    fn land_short(&mut self, log: &[(Edit, Rope)], now: &Rope) {
        let place = self.placed.range.clone();
        let Some(flight) = self.flight.take() else {
            return;
        };
        self.placed = flight.sent.clone();
        self.is_news = true;
        for (edit, after) in log.iter().skip(flight.logged) {
            self.carry(edit, after);
        }
        if self.has_arrived {
            self.flight = Some(flight);
            return;
        }
        let text = &self.placed.text;
        if self.placed.is_live() && text.old.is_empty() {
            let before = (&flight.base, flight.sent.range.start);
            if let Some(part) = half::arrived(before, (now, &place), &text.new) {
                self.placed.range = part;
                self.fall_out(HALF_ARRIVED);
            }
        }
        self.is_half = !self.placed.is_live();
    }
}

/// Marks the hunks of a Keep whose new text stands in the text after all, though no single change showed it: the
/// present text is closer to the one that was to be than to the one before, and nothing was typed into the hunk.
fn find_arrived<'a>(hunks: impl Iterator<Item = &'a mut Tracked>, keep: u64, now: &Rope) {
    let mut hunks: Vec<&mut Tracked> = hunks.filter(|hunk| hunk.is_in(keep) && !hunk.has_arrived).collect();
    hunks.sort_by_key(|hunk| hunk.flight.as_ref().map(|flight| flight.sent.range.start));
    let Some(base) = hunks.iter().find_map(|hunk| Some(hunk.flight.as_ref()?.base.clone())) else {
        return;
    };
    if base == *now {
        return;
    }
    let wanted: Vec<Edit> = hunks
        .iter()
        .filter_map(|hunk| Some(hunk.flight.as_ref()?.sent.edit()))
        .collect();
    let Some(arrived) = arrived(&base, now, &wanted) else {
        return;
    };
    for (hunk, place) in hunks.iter_mut().zip(arrived) {
        if let Some(place) = place {
            hunk.placed.range = place;
            hunk.has_arrived = true;
        }
    }
}

/// Where each of the edits of `base` (ascending) stands in `now`.
fn arrived(base: &Rope, now: &Rope, wanted: &[Edit]) -> Option<Vec<Option<Range<usize>>>> {
    let expected = with(base, wanted.iter())?;
    let typed = text::diff_edits(&expected, now);
    if cost(&typed) >= cost(&text::diff_edits(base, now)) {
        return None;
    }
    let mut by = 0;
    let places = wanted.iter().enumerate().map(|(index, edit)| {
        let start = edit.range.start.saturating_add_signed(by);
        let end = start + edit.text.len();
        by += edit.delta();
        let is_spared = !typed.iter().any(|typed| intrudes(typed, start, end));
        // Typing close by may be this very edit taken back, slid along lines that repeat: then it is not needed.
        let is_close = typed
            .iter()
            .any(|typed| typed.range.start <= end + NEAR && start <= typed.range.end + NEAR);
        let is_needed = || {
            let others = wanted
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index)
                .map(|(_, edit)| edit);
            with(base, others).is_some_and(|without| cost(&text::diff_edits(&without, now)) > cost(&typed))
        };
        (is_spared && (!is_close || is_needed())).then(|| {
            let moved: isize = typed
                .iter()
                .filter(|typed| typed.range.end <= start)
                .map(Edit::delta)
                .sum();
            start.saturating_add_signed(moved)..end.saturating_add_signed(moved)
        })
    });
    Some(places.collect())
}

fn with<'a>(base: &Rope, edits: impl DoubleEndedIterator<Item = &'a Edit>) -> Option<Rope> {
    let mut rope = base.clone();
    for edit in edits.rev() {
        text::apply(&mut rope, edit).ok()?;
    }
    Some(rope)
}
