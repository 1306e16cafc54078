//! A call as the window remembers it: hashes and flags, so that its size is bounded.

use std::collections::VecDeque;

use super::Row;
use super::fingerprint;
use super::observed::{Class, ObservedCall, Progress};
use super::rows::Level;
use super::sleeping;

/// What the model was told after a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nudge {
    pub(super) row: Row,
    pub(super) level: Level,
    /// The number of the answer that the call was in.
    pub(super) answer: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Visual,
    Gui,
    Search,
    Read {
        path: u64,
        hash: u64,
        lines: (u64, u64),
    },
    /// Words, sorted.
    Web {
        topic: Vec<u64>,
    },
    /// Whether it sleeps, and whether it does nothing else.
    Shell {
        sleeps: Option<bool>,
    },
    Other,
}

#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) tool: u64,
    pub(super) call: u64,
    pub(super) result: u64,
    pub(super) kind: Kind,
    pub(super) is_error: bool,
    pub(super) is_fruitless: bool,
    /// What it brought that the calls before it had not.
    pub(super) progress: Progress,
    /// Whether it would be progress if it were the first of its kind.
    claims: Progress,
    /// Whether its result was cut from the conversation since.
    pub(super) is_out_of_sight: bool,
    pub(super) nudges: Vec<Nudge>,
}

impl Seen {
    pub(super) fn new(call: &ObservedCall, before: &VecDeque<Self>) -> Self {
        let mut seen = Self {
            tool: fingerprint::of_text(&call.name),
            call: fingerprint::of_call(&call.name, &call.arguments),
            result: call.result,
            kind: Kind::of(&call.class),
            is_error: call.is_error,
            is_fruitless: call.is_fruitless,
            progress: call.progress,
            claims: call.progress,
            is_out_of_sight: false,
            nudges: Vec::new(),
        };
        if !seen.is_new(before) {
            seen.progress = Progress::Nothing;
        }
        seen
    }

    fn is_new(&self, before: &VecDeque<Self>) -> bool {
        let mut visible = before.iter().filter(|earlier| !earlier.is_out_of_sight);
        match (&self.kind, self.claims) {
            (_, Progress::Changed) => !before.iter().any(|earlier| self.is_again(earlier)),
            (Kind::Read { lines, .. }, _) if lines.0 <= lines.1 => {
                let known: u64 = visible
                    .map(|earlier| self.lines_in(earlier))
                    .fold(0, u64::saturating_add);
                let all = (lines.1 - lines.0).saturating_add(1);
                known <= all / 2
            }
            _ => !visible.any(|earlier| earlier.tool == self.tool && earlier.result == self.result),
        }
    }

    /// The same call with the same result.
    pub(super) fn is_again(&self, earlier: &Self) -> bool {
        self.call == earlier.call && self.result == earlier.result
    }

    /// The same call, when there is no point in it: it had the same result, or it makes the same change again on top
    /// of itself. One whose result the model can no longer see is fetched again with good reason.
    pub(super) fn is_repetition_of(&self, earlier: &Self) -> bool {
        let is_change = |seen: &Self| seen.kind == Kind::Other && seen.claims == Progress::Changed;
        let is_wanted_again = earlier.is_out_of_sight && earlier.claims == Progress::Learned;
        let is_again = self.is_again(earlier) && !(is_wanted_again && self.fetches());
        is_again || (self.call == earlier.call && is_change(self) && is_change(earlier))
    }

    pub(super) fn is_read_of_other_file(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Read { path, .. }, Kind::Read { path: other, .. }) => path != other,
            _ => false,
        }
    }

    /// Whether the call is made for its result alone.
    fn fetches(&self) -> bool {
        !matches!(self.kind, Kind::Shell { .. } | Kind::Gui)
    }

    /// How many of the lines that this read shows an earlier one showed, from the same text.
    fn lines_in(&self, earlier: &Self) -> u64 {
        let (
            Kind::Read { path, hash, lines },
            Kind::Read {
                path: p,
                hash: h,
                lines: l,
            },
        ) = (&self.kind, &earlier.kind)
        else {
            return 0;
        };
        let (first, last) = (lines.0.max(l.0), lines.1.min(l.1));
        match path == p && hash == h && first <= last && !earlier.is_error {
            true => (last - first).saturating_add(1),
            false => 0,
        }
    }
}

impl Kind {
    fn of(class: &Class) -> Self {
        match class {
            Class::Visual => Self::Visual,
            Class::Gui => Self::Gui,
            Class::Search => Self::Search,
            Class::Read { path, hash, lines } => Self::Read {
                path: fingerprint::of_text(path),
                hash: fingerprint::of_text(hash.as_deref().unwrap_or_default()),
                lines: *lines,
            },
            Class::Web { topic } => {
                let mut topic: Vec<u64> = topic.iter().map(|word| fingerprint::of_text(word)).collect();
                topic.sort_unstable();
                Self::Web { topic }
            }
            Class::Shell { line } => Self::Shell {
                sleeps: sleeping::sleeps(line),
            },
            Class::Other => Self::Other,
        }
    }
}
