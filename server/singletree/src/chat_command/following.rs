//! What runs in the session and what is asked, as its events tell, whoever began it: here, or in another front.

use std::collections::VecDeque;

use base::{ApprovalId, ApprovalRequest, ContextBill, Event, EventKind, Question, QuestionRequest, TurnId, TurnState};

use super::screen;

#[derive(Default)]
pub(super) struct Following {
    running: Option<TurnId>,
    /// Whose end the user waits for, having begun it or spoken to it here.
    awaited: Option<TurnId>,
    /// The first is being asked.
    open: VecDeque<Open>,
    is_in_words: bool,
    is_interrupted: bool,
    /// What the last turn began with.
    bill: Option<ContextBill>,
}

/// A question that is not answered yet.
pub(super) enum Open {
    Permission(ApprovalRequest),
    /// With the answers so far.
    Questions(QuestionRequest, Vec<String>),
}

impl Open {
    fn id(&self) -> &ApprovalId {
        match self {
            Self::Permission(request) => &request.id,
            Self::Questions(request, _) => &request.id,
        }
    }

    /// Puts it to the user, or the next of its questions.
    pub(super) fn put(&self) {
        match self {
            Self::Permission(request) => screen::ask_permission(request),
            Self::Questions(request, answers) => {
                if let Some(question) = request.questions.get(answers.len()) {
                    screen::ask_question(&request.from, question);
                }
            }
        }
    }

    /// The question that the next line answers, if the model asked it.
    pub(super) fn question(&self) -> Option<&Question> {
        match self {
            Self::Permission(_) => None,
            Self::Questions(request, answers) => request.questions.get(answers.len()),
        }
    }
}

impl Following {
    pub(super) fn running(&self) -> Option<&TurnId> {
        self.running.as_ref().or(self.awaited.as_ref())
    }

    pub(super) fn bill(&self) -> Option<&ContextBill> {
        self.bill.as_ref()
    }

    pub(super) fn is_awaiting(&self) -> bool {
        self.awaited.is_some()
    }

    pub(super) fn await_end(&mut self, turn: &TurnId) {
        self.awaited = Some(turn.clone());
        self.is_interrupted = false;
    }

    pub(super) fn asks(&self) -> Option<&Open> {
        self.open.front()
    }

    /// The one that is asked, to be answered.
    pub(super) fn take_question(&mut self) -> Option<Open> {
        self.open.pop_front()
    }

    /// It has further questions.
    pub(super) fn put_back(&mut self, open: Open) {
        self.open.push_front(open);
    }

    /// Whether the user was asked already what the turn should do instead; from now on they were.
    pub(super) fn interrupt(&mut self) -> bool {
        std::mem::replace(&mut self.is_interrupted, true)
    }

    /// Shows what happened; true at the end of a turn.
    pub(super) fn show(&mut self, Event { turn, kind, .. }: Event) -> bool {
        match kind {
            EventKind::TurnStarted { title } => {
                if turn != self.awaited {
                    screen::started_elsewhere(&title);
                }
                self.running = turn;
            }
            EventKind::TextDelta { text } => {
                self.is_in_words = !text.ends_with('\n');
                screen::words(&text);
            }
            EventKind::ContextSelected(bill) => {
                screen::began_with(&bill);
                self.bill = Some(bill);
            }
            EventKind::ApprovalRequested(request) => self.ask(Open::Permission(request)),
            EventKind::QuestionAsked(request) => self.ask(Open::Questions(request, Vec::new())),
            EventKind::ApprovalClosed { id } | EventKind::QuestionClosed { id } => self.closed(&id),
            EventKind::TurnCompleted { state, error, .. } => {
                self.end_words();
                match (state, error) {
                    (TurnState::Stopped, _) => screen::say("(stopped)"),
                    (_, Some(error)) => screen::complain(&error),
                    _ => {}
                }
                self.running = self.running.take().filter(|running| turn.as_ref() != Some(running));
                self.awaited = self.awaited.take().filter(|awaited| turn.as_ref() != Some(awaited));
                self.is_interrupted = false;
                return true;
            }
            kind => {
                // What is said after a tool begins on a line of its own.
                if matches!(kind, EventKind::ToolStarted { .. }) {
                    self.end_words();
                }
                screen::happened(&kind);
            }
        }
        false
    }

    /// Nothing more will be heard of what ran.
    pub(super) fn cut(&mut self) {
        self.end_words();
        *self = Self::default();
    }

    fn ask(&mut self, open: Open) {
        self.end_words();
        self.open.push_back(open);
        if let [only] = self.open.make_contiguous() {
            only.put();
        }
    }

    /// Somebody else answered, or the turn ended first.
    fn closed(&mut self, id: &ApprovalId) {
        let was_asked = self.open.front().is_some_and(|open| open.id() == id);
        self.open.retain(|open| open.id() != id);
        if was_asked {
            screen::say("(that question is closed)");
            self.open.front().into_iter().for_each(Open::put);
        }
    }

    fn end_words(&mut self) {
        if std::mem::take(&mut self.is_in_words) {
            screen::end_of_words();
        }
    }
}
