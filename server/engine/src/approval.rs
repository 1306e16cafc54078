//! Questions that a turn waits on. One broker for all fronts: the first answer wins, silence is a no.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::{ApprovalId, ApprovalRequest, Decision, Event, EventKind, SessionId, TurnId};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::events::EventHub;

#[derive(Clone)]
pub(crate) struct Approvals {
    events: EventHub,
    timeout: Duration,
    open: Arc<Mutex<HashMap<ApprovalId, oneshot::Sender<Decision>>>>,
}

impl Approvals {
    pub(crate) fn new(events: EventHub, timeout: Duration) -> Self {
        Self {
            events,
            timeout,
            open: Arc::default(),
        }
    }

    /// Asks the user and waits: for an answer, the end of the turn, or the timeout (both are a no).
    pub(crate) async fn ask(
        &self,
        session: &SessionId,
        turn: &TurnId,
        request: ApprovalRequest,
        cancel: &CancellationToken,
    ) -> Decision {
        let (sender, answer) = oneshot::channel();
        self.lock().insert(request.id.clone(), sender);
        // A stopped turn drops this future in mid-question: the question is closed all the same.
        let _closing = Closing {
            approvals: self,
            session,
            turn,
            id: request.id.clone(),
        };
        self.send(session, turn, EventKind::ApprovalRequested(request));
        tokio::select! {
            answered = answer => answered.unwrap_or(Decision::Reject { reason: None }),
            () = cancel.cancelled() => Decision::Reject { reason: Some("the turn was stopped".into()) },
            () = tokio::time::sleep(self.timeout) => Decision::Reject { reason: Some("nobody answered in time".into()) },
        }
    }

    /// Gives an answer; false if the question is closed.
    pub(crate) fn answer(&self, id: &ApprovalId, decision: Decision) -> bool {
        let sender = self.lock().remove(id);
        sender.is_some_and(|sender| sender.send(decision).is_ok())
    }

    fn send(&self, session: &SessionId, turn: &TurnId, kind: EventKind) {
        self.events.send(Event {
            session: session.clone(),
            turn: Some(turn.clone()),
            kind,
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ApprovalId, oneshot::Sender<Decision>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes a question however the wait for its answer ends.
struct Closing<'a> {
    approvals: &'a Approvals,
    session: &'a SessionId,
    turn: &'a TurnId,
    id: ApprovalId,
}

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.approvals.lock().remove(&self.id);
        let closed = EventKind::ApprovalClosed { id: self.id.clone() };
        self.approvals.send(self.session, self.turn, closed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(id: &str) -> ApprovalRequest {
        ApprovalRequest {
            id: id.into(),
            from: "agent".into(),
            action: "read .env".into(),
            rule: "secrets".into(),
            reason: String::new(),
            place: None,
            always: Vec::new(),
        }
    }

    async fn ask(approvals: &Approvals, cancel: &CancellationToken) -> Decision {
        approvals.ask(&"s".into(), &"t".into(), request("a"), cancel).await
    }

    #[tokio::test(start_paused = true)]
    async fn silence_is_a_no() {
        let approvals = Approvals::new(EventHub::default(), Duration::from_secs(300));
        let decision = ask(&approvals, &CancellationToken::new()).await;
        assert_eq!(
            decision,
            Decision::Reject {
                reason: Some("nobody answered in time".into())
            }
        );
        assert!(
            !approvals.answer(&"a".into(), Decision::Once),
            "a late answer finds the question closed"
        );
    }

    #[tokio::test]
    async fn the_first_answer_wins() {
        let events = EventHub::default();
        let mut front = events.subscribe();
        let approvals = Approvals::new(events, Duration::from_secs(300));
        let answering = approvals.clone();
        let answers = tokio::spawn(async move {
            front.next().await;
            (
                answering.answer(&"a".into(), Decision::Once),
                answering.answer(&"a".into(), Decision::Session),
            )
        });
        assert_eq!(ask(&approvals, &CancellationToken::new()).await, Decision::Once);
        assert_eq!(answers.await.unwrap(), (true, false));
    }

    #[tokio::test]
    async fn a_question_that_is_dropped_is_closed() {
        let events = EventHub::default();
        let mut front = events.subscribe();
        let approvals = Approvals::new(events, Duration::from_secs(300));
        let asking = approvals.clone();
        let question = tokio::spawn(async move { ask(&asking, &CancellationToken::new()).await });
        front.next().await;
        question.abort();
        assert_eq!(front.next().await.kind, EventKind::ApprovalClosed { id: "a".into() });
        assert!(!approvals.answer(&"a".into(), Decision::Once));
    }

    #[tokio::test]
    async fn a_stopped_turn_asks_no_more() {
        let approvals = Approvals::new(EventHub::default(), Duration::from_secs(300));
        let cancel = CancellationToken::new();
        cancel.cancel();
        assert!(matches!(ask(&approvals, &cancel).await, Decision::Reject { .. }));
    }
}
