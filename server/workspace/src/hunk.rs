//! A hunk as it is published ([`PlacedHunk`]) and as it is tracked over edits ([`Tracked`]).

use std::ops::Range;
use std::sync::Arc;

use base::{HunkId, HunkState, Origin};
use ropey::Rope;
use text::{Change, Edit};

/// What a hunk is, apart from where it stands. Shared between snapshots, never changed in place.
#[derive(Debug)]
pub struct HunkText {
    pub id: HunkId,
    pub origin: Arc<Origin>,
    /// Whole lines, with their own line endings.
    pub old: String,
    pub new: String,
}

/// A hunk that is open, placed on a text.
#[derive(Clone, Debug)]
pub struct PlacedHunk {
    pub text: Arc<HunkText>,
    /// Bytes of the document (or the file on disk) where `old` stands; of a conflict, what stands there instead.
    pub range: Range<usize>,
    pub state: HunkState,
    /// The review's `rev` when this hunk got its present text.
    pub since: u64,
    /// Why it is a conflict, or why the last Keep failed.
    pub reason: Option<Arc<str>>,
}

impl PlacedHunk {
    #[must_use]
    pub fn id(&self) -> &HunkId {
        &self.text.id
    }

    /// Whether it is part of the session's proposed text.
    pub(crate) fn is_live(&self) -> bool {
        self.state.is_open() && self.state != HunkState::Conflict
    }

    pub(crate) fn change(&self) -> Change {
        Change {
            range: self.range.clone(),
            old: self.text.old.clone(),
            new: self.text.new.clone(),
        }
    }

    pub(crate) fn edit(&self) -> Edit {
        Edit {
            range: self.range.clone(),
            text: self.text.new.clone(),
        }
    }
}

/// An edit sent to the editor for this hunk, as long as its outcome is not known.
#[derive(Clone, Debug)]
pub(crate) struct InFlight {
    pub(crate) keep: u64,
    /// The hunk as it stood when the edit was sent, and how many edits the file's log had then: if the Keep
    /// fails, the hunk is rebased over what was typed since.
    pub(crate) sent: PlacedHunk,
    /// The text then.
    pub(crate) base: Rope,
    pub(crate) logged: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Tracked {
    pub(crate) placed: PlacedHunk,
    /// What the user has typed at the place of a hunk that only inserts: it may become the proposal itself.
    pub(crate) typed: Option<Range<usize>>,
    pub(crate) flight: Option<InFlight>,
    /// The text holds the proposal.
    pub(crate) has_arrived: bool,
    /// A part of it may be in the text, so that finding its old text somewhere near does not make it whole again.
    pub(crate) is_half: bool,
    /// Something about it changed that is more than its place, and nobody was told yet.
    pub(crate) is_news: bool,
    /// The state that the journal knows.
    pub(crate) journaled: HunkState,
}

impl Tracked {
    pub(crate) fn new(placed: PlacedHunk) -> Self {
        Self {
            journaled: placed.state,
            placed,
            typed: None,
            flight: None,
            has_arrived: false,
            is_half: false,
            is_news: false,
        }
    }

    pub(crate) fn id(&self) -> &HunkId {
        &self.placed.text.id
    }

    /// By place; where two begin at one place, the one that only inserts comes first.
    pub(crate) fn order(&self) -> (usize, usize) {
        (self.placed.range.start, self.placed.range.end)
    }

    /// The hunk's place and what was typed at it.
    pub(crate) fn reach(&self) -> Range<usize> {
        let range = &self.placed.range;
        match &self.typed {
            Some(typed) => range.start.min(typed.start)..range.end.max(typed.end),
            None => range.clone(),
        }
    }

    /// Becomes a conflict about whatever stands at its place.
    pub(crate) fn fall_out(&mut self, reason: &str) {
        if self.placed.state != HunkState::Conflict {
            self.placed.state = HunkState::Conflict;
            self.is_news = true;
        }
        self.placed.reason = Some(reason.into());
        self.typed = None;
    }

    /// Is offered (again).
    pub(crate) fn offer(&mut self) {
        self.placed.state = HunkState::Pending;
        self.is_half = false;
        self.placed.reason = None;
        self.is_news = true;
    }

    pub(crate) fn replace_text(&mut self, old: String, new: String) {
        let HunkText { id, origin, .. } = &*self.placed.text;
        self.placed.text = Arc::new(HunkText {
            id: id.clone(),
            origin: Arc::clone(origin),
            old,
            new,
        });
        self.is_news = true;
    }
}

/// The text at a range that may lie outside a text that has shrunk.
pub(crate) fn slice(rope: &Rope, range: &Range<usize>) -> Option<String> {
    rope.get_byte_slice(range.clone()).map(|slice| slice.to_string())
}

/// Whether exactly `text` stands at `range`.
pub(crate) fn stands(rope: &Rope, range: &Range<usize>, text: &str) -> bool {
    range.len() == text.len() && rope.get_byte_slice(range.clone()).is_some_and(|slice| slice == text)
}

/// Moves a range by an edit that lies before it.
pub(crate) fn moved(range: &Range<usize>, by: isize) -> Range<usize> {
    range.start.saturating_add_signed(by)..range.end.saturating_add_signed(by)
}

/// Takes an edit that touches the range into it, so that it covers everything written at that place.
pub(crate) fn stretched(range: &Range<usize>, edit: &Edit) -> Range<usize> {
    let end = range.end.max(edit.range.end);
    range.start.min(edit.range.start)..end.saturating_add_signed(edit.delta())
}

/// Whether `range` is whole lines.
pub(crate) fn is_whole(rope: &Rope, range: &Range<usize>) -> bool {
    text::is_line_start(rope, range.start) && (range.end == rope.len_bytes() || text::is_line_start(rope, range.end))
}

/// Whether `new` at these whole lines leaves the lines around them as they are: it ends its last line, unless that is
/// the text's last, and makes no `\r\n` of two line breaks.
pub(crate) fn fits(rope: &Rope, range: &Range<usize>, new: &str) -> bool {
    let before = range.start.checked_sub(1).and_then(|at| rope.get_byte(at));
    let behind = rope.get_byte(range.end);
    let ends_line = new.is_empty() || behind.is_none() || new.ends_with(['\n', '\r']);
    let glues_in_front = before == Some(b'\r') && new.bytes().next().or(behind) == Some(b'\n');
    let glues_behind = new.ends_with('\r') && behind == Some(b'\n');
    is_whole(rope, range) && ends_line && !glues_in_front && !glues_behind
}

#[cfg(test)]
pub(crate) mod fixture {
    use super::*;

    /// A pending hunk of session `s`.
    pub(crate) fn placed(start: usize, old: &str, new: &str) -> PlacedHunk {
        let origin = Origin {
            session: "s".into(),
            turn: "t".into(),
            review: "r".into(),
            call: "c".into(),
            title: String::new(),
            why: String::new(),
            author: Origin::AGENT.to_owned(),
        };
        let text = HunkText {
            id: HunkId::fresh(),
            origin: origin.into(),
            old: old.into(),
            new: new.into(),
        };
        PlacedHunk {
            text: text.into(),
            range: start..start + old.len(),
            state: HunkState::Pending,
            since: 0,
            reason: None,
        }
    }
}
