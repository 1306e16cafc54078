//! What one session proposes for one file, and what it may still undo there.

use base::{ChangeKind, HunkId, HunkState};
use ropey::Rope;

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
    /// Hunks are open that the journal's last staging does not list.
    pub(crate) is_unstaged: bool,
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

impl Whole {
    pub(crate) fn new(kind: ChangeKind, hunk: Tracked, from: &FileId) -> Self {
        Self {
            kind,
            hunk,
            from: from.clone(),
            to: None,
            is_target_there: false,
        }
    }
}

impl ChangeSet {
    pub(crate) fn carry(&mut self, step: &Step, after: &Rope) {
        if track::carry(&mut self.hunks, step, after) {
            track::part_overlaps(&mut self.hunks);
        }
        track::carry(&mut self.kept, step, after);
        for hunk in &mut self.rejected {
            hunk.carry(&step.edit, after);
        }
    }

    /// Nothing is open and nothing can be undone.
    pub(crate) fn is_spent(&self) -> bool {
        let wholes = [&self.kept_wholes, &self.rejected_wholes];
        let tracks = [&self.hunks, &self.kept, &self.rejected];
        self.whole.is_none()
            && self.undoing.is_none()
            && !self.restored.as_ref().is_some_and(Restored::is_needed)
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

    /// Whether the file, if it is gone, is where it was to be renamed to: then the hunks have not lost it.
    pub(crate) fn has_moved(&self) -> bool {
        let mut wholes = self.whole.iter().chain(&self.undoing);
        wholes.any(|whole| whole.kind == ChangeKind::Rename && whole.is_target_there)
    }

    /// The file is there again: conflicts whose text is as it was are offered again.
    pub(crate) fn heal(&mut self, rope: &Rope) {
        for hunk in self.hunks.iter_mut().filter(|hunk| !hunk.placed.is_live()) {
            hunk.heal(rope);
        }
        track::part_overlaps(&mut self.hunks);
    }

    /// Puts hunks (back) among the open ones; conflicts where another is there by now.
    pub(crate) fn offer(&mut self, mut hunks: Vec<Tracked>) {
        for hunk in &mut hunks {
            let range = &hunk.placed.range;
            let overlaps = |other: &PlacedHunk| {
                (other.range.start < range.end && range.start < other.range.end) || other.range == *range
            };
            hunk.is_news = true;
            if hunk.placed.is_live() && self.live().any(overlaps) {
                hunk.fall_out(TAKEN);
            }
        }
        self.is_unstaged |= !hunks.is_empty();
        self.hunks.extend(hunks);
        track::part_overlaps(&mut self.hunks);
    }

    /// Rejected hunks are open again, each in the state it has come to.
    pub(crate) fn offer_rejected(&mut self, ids: &[HunkId]) -> Vec<(HunkId, HunkState)> {
        let mut back: Vec<Tracked> = self.rejected.extract_if(.., |hunk| ids.contains(hunk.id())).collect();
        for hunk in &mut back {
            hunk.journaled = HunkState::Pending;
        }
        self.offer(back);
        let whole = self
            .rejected_wholes
            .iter()
            .position(|whole| ids.contains(whole.hunk.id()));
        if let Some(at) = whole.filter(|_| self.whole.is_none()) {
            let mut whole = self.rejected_wholes.remove(at);
            whole.hunk.is_news = true;
            whole.hunk.journaled = HunkState::Pending;
            self.whole = Some(whole);
            self.is_unstaged = true;
        }
        let states = self.open().map(|hunk| (hunk.id().clone(), hunk.placed.state));
        states.filter(|(id, _)| ids.contains(id)).collect()
    }

    /// All that may be sent to the editor.
    pub(crate) fn tracked_mut(&mut self) -> impl Iterator<Item = &mut Tracked> {
        let wholes = self
            .whole
            .iter_mut()
            .chain(&mut self.undoing)
            .map(|whole| &mut whole.hunk);
        self.hunks.iter_mut().chain(&mut self.kept).chain(wholes)
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
