//! When a tool call may start: as soon as it is complete in the stream and nothing before it stands in the way.
//!
//! Read-only calls that follow one another run side by side, at most [`MAX_PARALLEL`]; a writing or
//! unclassified call waits for all before it and holds back all after it. Results are yielded in call order
//! whatever the order in which they finish.

use tools::Tier;

/// Read-only calls that run at one time (FEATURES EN2).
const MAX_PARALLEL: usize = 10;

/// The calls of one model answer. `T` is what a finished call leaves.
pub(crate) struct Schedule<T> {
    slots: Vec<Slot<T>>,
}

struct Slot<T> {
    tier: Tier,
    state: State<T>,
}

enum State<T> {
    Queued,
    Running,
    Done(T),
}

impl<T> Schedule<T> {
    pub(crate) fn new() -> Self {
        Self { slots: Vec::new() }
    }

    /// Adds a call; its index is its place in call order.
    pub(crate) fn push(&mut self, tier: Tier) -> usize {
        self.slots.push(Slot {
            tier,
            state: State::Queued,
        });
        self.slots.len() - 1
    }

    /// The indices that may start now; they count as running from here on.
    pub(crate) fn start_ready(&mut self) -> Vec<usize> {
        let mut ready = Vec::new();
        let mut running = 0;
        let mut only_reads_unfinished = true;
        for (index, slot) in self.slots.iter_mut().enumerate() {
            let is_read = slot.tier == Tier::ReadOnly;
            match slot.state {
                State::Done(_) => continue,
                State::Running => running += 1,
                State::Queued => {
                    let may_start = if is_read {
                        only_reads_unfinished && running < MAX_PARALLEL
                    } else {
                        only_reads_unfinished && running == 0
                    };
                    if !may_start {
                        break;
                    }
                    slot.state = State::Running;
                    running += 1;
                    ready.push(index);
                }
            }
            only_reads_unfinished &= is_read;
        }
        ready
    }

    pub(crate) fn finish(&mut self, index: usize, outcome: T) {
        if let Some(slot) = self.slots.get_mut(index) {
            slot.state = State::Done(outcome);
        }
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.slots.iter().all(|slot| matches!(slot.state, State::Done(_)))
    }

    /// What each call left, in call order; none for one that did not finish.
    pub(crate) fn into_outcomes(self) -> Vec<Option<T>> {
        self.slots
            .into_iter()
            .map(|slot| match slot.state {
                State::Done(outcome) => Some(outcome),
                State::Queued | State::Running => None,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `calls`: r, w or d each; prints which start together, finishing each batch before the next.
    fn check(calls: &str, batches: &str) {
        let mut schedule = Schedule::new();
        for tier in calls.chars() {
            schedule.push(match tier {
                'r' => Tier::ReadOnly,
                'w' => Tier::Write,
                _ => Tier::Dangerous,
            });
        }
        let mut seen = Vec::new();
        while !schedule.is_finished() {
            let batch = schedule.start_ready();
            assert!(!batch.is_empty(), "stuck after {seen:?}");
            seen.push(batch.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
            for index in batch {
                schedule.finish(index, ());
            }
        }
        assert_eq!(seen.join(" | "), batches);
    }

    #[test]
    fn neighbouring_reads_run_together_and_writes_alone() {
        check("rrwrwd", "0 1 | 2 | 3 | 4 | 5");
        check("wwrr", "0 | 1 | 2 3");
        check("drr", "0 | 1 2");
    }

    #[test]
    fn at_most_ten_reads_run() {
        check("rrrrrrrrrrrr", "0 1 2 3 4 5 6 7 8 9 | 10 11");
    }

    #[test]
    fn a_call_that_arrives_later_waits_for_a_running_write() {
        let mut schedule = Schedule::new();
        schedule.push(Tier::Write);
        assert_eq!(schedule.start_ready(), [0]);
        schedule.push(Tier::ReadOnly);
        assert_eq!(schedule.start_ready(), [0; 0]);
        schedule.finish(0, "written");
        assert_eq!(schedule.start_ready(), [1]);
        assert_eq!(schedule.into_outcomes(), [Some("written"), None]);
    }
}
