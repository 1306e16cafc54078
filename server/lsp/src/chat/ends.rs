//! How turns ended, for the prompts that wait for it.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use base::{StopReason, TurnId, TurnState, Usage};
use tokio::sync::oneshot;

use crate::front::lock;

/// Ends are kept for prompts that have begun their turn and do not wait yet.
const KEPT: usize = 16;

#[derive(Clone, Debug)]
pub(super) struct Ended {
    pub(super) state: TurnState,
    pub(super) stop_reason: StopReason,
    pub(super) error: Option<String>,
    pub(super) usage: Usage,
    pub(super) cost_usd: Option<f64>,
}

#[derive(Default)]
pub(super) struct Ends(Mutex<State>);

#[derive(Default)]
struct State {
    waiting: HashMap<TurnId, Vec<oneshot::Sender<Ended>>>,
    over: VecDeque<(TurnId, Ended)>,
}

impl Ends {
    /// Tells who waits for the turn; false if nobody does.
    pub(super) fn tell(&self, turn: &TurnId, ended: &Ended) -> bool {
        let mut state = lock(&self.0);
        if state.over.len() == KEPT {
            state.over.pop_front();
        }
        state.over.push_back((turn.clone(), ended.clone()));
        let waiting = state.waiting.remove(turn).unwrap_or_default();
        drop(state);
        let mut told = false;
        for sender in waiting {
            told |= sender.send(ended.clone()).is_ok();
        }
        told
    }

    /// Nobody will hear of the turns that run.
    pub(super) fn give_up(&self) {
        lock(&self.0).waiting.clear();
    }

    /// Waits for the end of a turn; none if it will never be known.
    pub(super) async fn of(&self, turn: &TurnId) -> Option<Ended> {
        let end = {
            let mut state = lock(&self.0);
            if let Some((_, ended)) = state.over.iter().find(|(over, _)| over == turn) {
                return Some(ended.clone());
            }
            let (sender, end) = oneshot::channel();
            state.waiting.entry(turn.clone()).or_default().push(sender);
            end
        };
        end.await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended() -> Ended {
        Ended {
            state: TurnState::Completed,
            stop_reason: StopReason::EndTurn,
            error: None,
            usage: Usage::default(),
            cost_usd: None,
        }
    }

    #[tokio::test]
    async fn an_end_is_heard_of_before_and_after() {
        let ends = Ends::default();
        assert!(!ends.tell(&"early".into(), &ended()));
        assert!(ends.of(&"early".into()).await.is_some());
        let late = "late".into();
        let (heard, told) = tokio::join!(ends.of(&late), async { ends.tell(&late, &ended()) });
        assert!(heard.is_some() && told);
        let never = "never".into();
        let (heard, ()) = tokio::join!(ends.of(&never), async { ends.give_up() });
        assert!(heard.is_none());
    }
}
