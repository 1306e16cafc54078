//! Questions that a turn waits on. One desk for all fronts: the first answer wins, silence is a no.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::{ApprovalId, ApprovalRequest, Decision, Event, EventKind, QuestionRequest, SessionId, TurnId};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::events::EventHub;

#[derive(Clone)]
pub(crate) struct Approvals {
    events: EventHub,
    timeout: Duration,
    permissions: Desk<Decision>,
    questions: Desk<Vec<String>>,
}

/// What became of a question.
enum Answered<A> {
    By(A),
    /// The turn was stopped first.
    Stopped,
    Unanswered,
}

/// The turn that asks.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub(crate) session: &'a SessionId,
    pub(crate) turn: &'a TurnId,
    pub(crate) cancel: &'a CancellationToken,
}

impl Approvals {
    pub(crate) fn new(events: EventHub, timeout: Duration) -> Self {
        Self {
            events,
            timeout,
            permissions: Desk::default(),
            questions: Desk::default(),
        }
    }

    /// Asks the user and waits: for an answer, the end of the turn, or the timeout (both are a no).
    pub(crate) async fn ask(&self, asker: Asker<'_>, request: ApprovalRequest) -> Decision {
        let id = request.id.clone();
        let closed = EventKind::ApprovalClosed { id: id.clone() };
        let no = |reason: &str| Decision::Reject {
            reason: Some(reason.to_owned()),
        };
        let opened = EventKind::ApprovalRequested(request);
        match self.wait(&self.permissions, asker, id, opened, closed).await {
            Answered::By(decision) => decision,
            Answered::Stopped => no("the turn was stopped"),
            Answered::Unanswered => no("nobody answered in time"),
        }
    }

    /// Puts the model's questions to the user: one answer for each, or why there is none.
    pub(crate) async fn inquire(&self, asker: Asker<'_>, request: QuestionRequest) -> Result<Vec<String>, String> {
        let id = request.id.clone();
        let closed = EventKind::QuestionClosed { id: id.clone() };
        let opened = EventKind::QuestionAsked(request);
        match self.wait(&self.questions, asker, id, opened, closed).await {
            Answered::By(answers) if answers.is_empty() => Err("the user does not want to answer".to_owned()),
            Answered::By(answers) => Ok(answers),
            Answered::Stopped => Err("the turn was stopped".to_owned()),
            Answered::Unanswered => Err("nobody answered in time".to_owned()),
        }
    }

    /// Gives an answer; false if the question is closed.
    pub(crate) fn answer(&self, id: &ApprovalId, decision: Decision) -> bool {
        self.permissions.answer(id, decision)
    }

    /// Answers the model's questions, one answer each; none at all declines. False if they are closed.
    pub(crate) fn answer_questions(&self, id: &ApprovalId, answers: Vec<String>) -> bool {
        self.questions.answer(id, answers)
    }

    async fn wait<A>(
        &self,
        desk: &Desk<A>,
        asker: Asker<'_>,
        id: ApprovalId,
        opened: EventKind,
        closed: EventKind,
    ) -> Answered<A> {
        let answer = desk.open(&id);
        // A stopped turn drops this future in mid-question: the question is closed all the same.
        let _closing = Closing {
            approvals: self,
            asker,
            desk,
            id,
            closed: Some(closed),
        };
        self.send(asker, opened);
        tokio::select! {
            answered = answer => answered.map_or(Answered::Unanswered, Answered::By),
            () = asker.cancel.cancelled() => Answered::Stopped,
            () = tokio::time::sleep(self.timeout) => Answered::Unanswered,
        }
    }

    fn send(&self, asker: Asker<'_>, kind: EventKind) {
        self.events.send(Event {
            session: asker.session.clone(),
            turn: Some(asker.turn.clone()),
            kind,
        });
    }
}

/// The open questions of one kind.
struct Desk<A>(Arc<Mutex<HashMap<ApprovalId, oneshot::Sender<A>>>>);

impl<A> Desk<A> {
    fn open(&self, id: &ApprovalId) -> oneshot::Receiver<A> {
        let (sender, answer) = oneshot::channel();
        self.lock().insert(id.clone(), sender);
        answer
    }

    fn answer(&self, id: &ApprovalId, answer: A) -> bool {
        let sender = self.lock().remove(id);
        sender.is_some_and(|sender| sender.send(answer).is_ok())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ApprovalId, oneshot::Sender<A>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<A> Default for Desk<A> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<A> Clone for Desk<A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// Closes a question however the wait for its answer ends.
struct Closing<'a, A> {
    approvals: &'a Approvals,
    asker: Asker<'a>,
    desk: &'a Desk<A>,
    id: ApprovalId,
    /// Sent once.
    closed: Option<EventKind>,
}

impl<A> Drop for Closing<'_, A> {
    fn drop(&mut self) {
        self.desk.lock().remove(&self.id);
        if let Some(closed) = self.closed.take() {
            self.approvals.send(self.asker, closed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(id: &str) -> ApprovalRequest {
        ApprovalRequest {
            id: id.into(),
            call: None,
            from: "agent".into(),
            action: "read .env".into(),
            rule: "secrets".into(),
            reason: String::new(),
            place: None,
            always: Vec::new(),
            hosts: Vec::new(),
            scope: None,
        }
    }

    async fn ask(approvals: &Approvals, cancel: &CancellationToken) -> Decision {
        let asker = Asker {
            session: &"s".into(),
            turn: &"t".into(),
            cancel,
        };
        approvals.ask(asker, request("a")).await
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

    #[tokio::test]
    async fn questions_are_answered_in_words_or_not_at_all() {
        for (answers, expect) in [(vec!["blue".to_owned()], true), (Vec::new(), false)] {
            let events = EventHub::default();
            let mut front = events.subscribe();
            let approvals = Approvals::new(events, Duration::from_secs(300));
            let answering = approvals.clone();
            let (id, given) = (ApprovalId::from("q"), answers.clone());
            tokio::spawn(async move {
                front.next().await;
                answering.answer_questions(&id, given)
            });
            let asker = Asker {
                session: &"s".into(),
                turn: &"t".into(),
                cancel: &CancellationToken::new(),
            };
            let request = QuestionRequest {
                id: "q".into(),
                from: "agent".into(),
                questions: Vec::new(),
            };
            let answered = approvals.inquire(asker, request).await;
            assert_eq!(answered.is_ok_and(|given| given == answers), expect);
        }
    }
}
