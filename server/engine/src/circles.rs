//! Notices a model that goes round in circles (FEATURES EN6).
//!
//! [`Circles`] looks at the last 20 calls. Nine rows are tried in the order of [`Row`]; the first that has something to
//! say wins. A *nudge* is a corrective message for the model; a *stop* means one last model call without tools, after
//! which the user may go on. A row stops only after a nudge of its own that the model has had the chance to read, so
//! calls made in parallel are never stopped for each other.
//!
//! What counts is decided by [`Progress`]. *Changed* is a call that changed something: a proposed edit, files written by
//! a command. *Learned* is a result with content that the tool has not given before. Neither counts twice: an edit that
//! was made and undone before, or a page seen before, is no progress. Identical calls count as one repetition only while
//! their results are the same and nothing changed between them; so tests after each edit, polling whose answer moves,
//! a file read again after it changed, and a retry that has just succeeded are not repetitions. Durations and times of
//! day in a result are no difference.
//!
//! The numbers are those of EN6 ([`Thresholds::strict`]); `relaxed` widens rows 3, 4, 5 and 8. Memory is bounded by the
//! window: of a call only hashes are kept. Make a fresh one for each turn.

mod fingerprint;
mod observed;
mod reading;
mod rows;
mod seen;
mod sleeping;
mod thresholds;
mod topic;
mod words;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

pub(crate) use observed::ObservedCall;
pub(crate) use reading::{Reading, changed_paths};
pub use thresholds::{Bounds, Thresholds};

use rows::{Finding, Level};
use seen::Seen;

/// Calls that are looked back at.
pub(crate) const WINDOW: usize = 20;

/// Why a turn looks stuck, in the order in which the rows are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Row {
    VisualAfterGui,
    VisualAfterRecovery,
    BackToBack,
    Repeated,
    Failing,
    SameTopic,
    FruitlessSearch,
    NoProgress,
    Sleeping,
}

impl Row {
    const ALL: [Self; 9] = [
        Self::VisualAfterGui,
        Self::VisualAfterRecovery,
        Self::BackToBack,
        Self::Repeated,
        Self::Failing,
        Self::SameTopic,
        Self::FruitlessSearch,
        Self::NoProgress,
        Self::Sleeping,
    ];
}

/// What the turn loop must do. `message` is for the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Intervention {
    Nudge {
        row: Row,
        message: String,
    },
    /// `why` is half a sentence for the user, after "Stopped: ".
    Stop {
        row: Row,
        message: String,
        why: String,
    },
}

/// The calls of one turn.
pub(crate) struct Circles {
    thresholds: Thresholds,
    window: VecDeque<Seen>,
    /// How many answers were observed; what was nudged in an earlier one has been read.
    answers: u64,
}

impl Circles {
    pub(crate) fn new(thresholds: Thresholds) -> Self {
        Self {
            thresholds,
            window: VecDeque::with_capacity(WINDOW),
            answers: 0,
        }
    }

    /// Takes note of the calls of one answer, with their results, in call order. Says at most one thing: a stop, or
    /// else the first nudge.
    pub(crate) fn observe(&mut self, calls: &[ObservedCall]) -> Option<Intervention> {
        self.answers += 1;
        let mut nudge = None;
        for call in calls {
            self.remember(call);
            let Some(finding) = self.finding() else { continue };
            match finding.level {
                Level::Stop => {
                    return Some(Intervention::Stop {
                        row: finding.row,
                        message: words::last_words(finding.row, &call.name, finding.count),
                        why: words::why(finding.row, &call.name, finding.count),
                    });
                }
                Level::Nudge | Level::Stronger if nudge.is_none() => {
                    self.mark(finding);
                    nudge = Some(Intervention::Nudge {
                        row: finding.row,
                        message: words::nudge(finding, &call.name),
                    });
                }
                Level::Nudge | Level::Stronger => {}
            }
        }
        nudge
    }

    /// Old results were cut from the conversation: the model may fetch again what it can no longer see. Failures,
    /// commands and everything else still count.
    pub(crate) fn history_was_cut(&mut self) {
        for seen in &mut self.window {
            seen.is_out_of_sight = true;
        }
    }

    fn remember(&mut self, call: &ObservedCall) {
        let seen = Seen::new(call, &self.window);
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back(seen);
    }

    fn finding(&mut self) -> Option<Finding> {
        let answers = self.answers;
        let calls = self.window.make_contiguous();
        Row::ALL
            .into_iter()
            .find_map(|row| rows::judge(row, calls, &self.thresholds, answers))
    }

    /// The newest call carries the mark, so that it fades with the window.
    fn mark(&mut self, finding: Finding) {
        let answer = self.answers;
        if let Some(newest) = self.window.back_mut() {
            newest.nudges.push(seen::Nudge {
                row: finding.row,
                level: finding.level,
                answer,
            });
        }
    }
}
