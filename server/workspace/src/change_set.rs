//! What one session proposes for one file, and what it may still undo there.

use base::{ChangeKind, HunkId, HunkState};
use ropey::Rope;
use text::Edit;

use crate::file::FileId;
use crate::hunk::{PlacedHunk, Tracked, stands};
use crate::restore::Restored;
use crate::track::{self, Step};

const TAKEN: &str = "a newer change is proposed at this place";

#[derive(Default)]
pub(crate) struct ChangeSet {
    /// A change of the file itself: its creation, deletion or renaming.
    pub(crate) whole: Option<Whole>,
    /// By place. Live ones are disjoint; where two begin at one place, the first inserts.
    pub(crate) hunks: Vec<Tracked>,
    /// The way back from what was kept: `old` is what stands there now.
    pub(crate) kept: Vec<Tracked>,
    /// What was rejected, as it would be offered again.
    pub(crate) rejected: Vec<Tracked>,
    pub(crate) kept_wholes: Vec<Whole>,
    pub(crate) rejected_wholes: Vec<Whole>,
    /// The way back from a kept whole, while it is under way.
    pub(crate) undoing: Option<Whole>,
    /// Where the hunks stood before a restart, until their document opens.
    pub(crate) restored: Option<Restored>,
}

/// A hunk about the file itself. A creation's `new` is the file's text, a deletion's `old`; a renaming has neither.
#[derive(Clone)]
pub(crate) struct Whole {
    pub(crate) kind: ChangeKind,
    pub(crate) hunk: Tracked,
    pub(crate) from: FileId,
    /// Where a renaming leads.
    pub(crate) to: Option<FileId>,
    /// Whether a file was there when last looked at.
    pub(crate) is_target_there: bool,
}

impl ChangeSet {
    pub(crate) fn carry(&mut self, step: &Step, after: &Rope) -> bool {
        let mut is_news = track::carry(&mut self.hunks, step, after);
        is_news |= track::carry(&mut self.kept, step, after);
        for hunk in &mut self.rejected {
            is_news |= hunk.carry(&step.edit, after);
        }
        is_news
    }

    /// Nothing is open and nothing can be undone.
    pub(crate) fn is_spent(&self) -> bool {
        let wholes = [&self.kept_wholes, &self.rejected_wholes];
        let tracks = [&self.hunks, &self.kept, &self.rejected];
        self.whole.is_none()
            && self.undoing.is_none()
            && wholes.iter().all(|wholes| wholes.is_empty())
            && tracks.iter().all(|track| track.is_empty())
    }

    pub(crate) fn live(&self) -> impl DoubleEndedIterator<Item = &PlacedHunk> {
        self.hunks.iter().map(|hunk| &hunk.placed).filter(|hunk| hunk.is_live())
    }

    /// Every open hunk, one about the file itself first.
    pub(crate) fn open(&self) -> impl Iterator<Item = &Tracked> {
        self.whole.iter().map(|whole| &whole.hunk).chain(&self.hunks)
    }

    pub(crate) fn kind(&self) -> ChangeKind {
        self.whole.as_ref().map_or(ChangeKind::Edit, |whole| whole.kind)
    }

    /// A change of the file itself that is part of what the session sees.
    pub(crate) fn live_whole(&self) -> Option<&Whole> {
        self.whole.as_ref().filter(|whole| whole.hunk.placed.is_live())
    }

    pub(crate) fn awaited(&self) -> impl Iterator<Item = &Tracked> {
        let tracks = self.hunks.iter().chain(&self.kept);
        tracks.filter(|hunk| hunk.placed.state == HunkState::Keeping && !hunk.has_arrived)
    }

    /// Puts a hunk (back) among the open ones; a conflict if another is there by now.
    pub(crate) fn offer(&mut self, mut hunk: Tracked) -> HunkState {
        let range = &hunk.placed.range;
        let overlaps = |other: &PlacedHunk| {
            (other.range.start < range.end && range.start < other.range.end) || other.range == *range
        };
        if hunk.placed.is_live() && self.live().any(overlaps) {
            hunk.fall_out(TAKEN);
        }
        hunk.is_news = true;
        let state = hunk.placed.state;
        self.hunks.push(hunk);
        self.hunks.sort_by_key(|hunk| hunk.placed.range.start);
        state
    }

    /// A rejected hunk is open again, in the state it has come to.
    pub(crate) fn offer_rejected(&mut self, id: &HunkId) -> Option<HunkState> {
        if let Some(at) = self.rejected.iter().position(|hunk| hunk.id() == id) {
            let mut hunk = self.rejected.remove(at);
            hunk.journaled = HunkState::Pending;
            return Some(self.offer(hunk));
        }
        let at = self.rejected_wholes.iter().position(|whole| whole.hunk.id() == id)?;
        if self.whole.is_some() {
            return None;
        }
        let mut whole = self.rejected_wholes.remove(at);
        whole.hunk.is_news = true;
        whole.hunk.journaled = HunkState::Pending;
        let state = whole.hunk.placed.state;
        self.whole = Some(whole);
        Some(state)
    }

    /// Everything that was sent to the editor and is not settled.
    pub(crate) fn in_flight(&self) -> impl Iterator<Item = &Tracked> {
        let wholes = self.whole.iter().chain(&self.undoing).map(|whole| &whole.hunk);
        self.hunks
            .iter()
            .chain(&self.kept)
            .chain(wholes)
            .filter(|hunk| hunk.flight.is_some())
    }

    pub(crate) fn forget_decisions(&mut self) {
        self.kept.retain(|hunk| hunk.flight.is_some());
        self.rejected.clear();
        self.rejected_wholes.clear();
        if self.undoing.is_none() {
            self.kept_wholes.clear();
        }
    }

    pub(crate) fn touches(&self, edit: &Edit) -> bool {
        self.hunks.iter().chain(&self.kept).chain(&self.rejected).any(|hunk| {
            let reach = hunk.reach();
            edit.range.start <= reach.end && reach.start <= edit.range.end
        })
    }
}

/// A text with live hunks brought in. One whose edit is just arriving in pieces is left out.
pub(crate) fn proposed<'a>(base: &Rope, live: impl DoubleEndedIterator<Item = &'a PlacedHunk>) -> Rope {
    let mut rope = base.clone();
    for hunk in live.rev() {
        if hunk.state != HunkState::Keeping || stands(base, &hunk.range, &hunk.text.old) {
            let applied = text::apply(&mut rope, &hunk.edit());
            debug_assert!(applied.is_ok(), "a hunk outside its text: {applied:?}");
        }
    }
    rope
}
