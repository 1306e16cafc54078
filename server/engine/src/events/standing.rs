//! What is still so of each session's running turn: what a front that comes in the middle must know to take part.

use std::collections::{HashMap, VecDeque};

use base::{Event, EventKind, SessionId};

/// By session: that a turn runs, what it began with, the plan, the words of the answer that is being written, and the open questions.
#[derive(Default)]
pub(super) struct Standing {
    turns: HashMap<SessionId, Vec<Event>>,
}

impl Standing {
    /// In the order in which they were sent.
    pub(super) fn of(&self, session: &SessionId) -> VecDeque<Event> {
        self.turns.get(session).into_iter().flatten().cloned().collect()
    }

    pub(super) fn note(&mut self, event: &Event) {
        // What happens between turns needs no later telling.
        if event.turn.is_none() {
            return;
        }
        match &event.kind {
            EventKind::TurnStarted { .. } => {
                self.turns.insert(event.session.clone(), vec![event.clone()]);
            }
            // The next turn may have begun before this one's end is told.
            EventKind::TurnCompleted { .. } => self.turns.retain(|session, turn| {
                *session != event.session || turn.first().is_some_and(|first| first.turn != event.turn)
            }),
            kind => {
                if let Some(turn) = self.turns.get_mut(&event.session) {
                    note_in(turn, kind, event);
                }
            }
        }
    }
}

fn note_in(turn: &mut Vec<Event>, kind: &EventKind, event: &Event) {
    match kind {
        EventKind::TextDelta { text: more } => match turn.last_mut() {
            Some(Event {
                kind: EventKind::TextDelta { text },
                ..
            }) => text.push_str(more),
            _ => turn.push(event.clone()),
        },
        // The answer is over: it is in the conversation.
        EventKind::ToolStarted { .. } => {
            turn.retain(|standing| !matches!(standing.kind, EventKind::TextDelta { .. }));
        }
        EventKind::PlanChanged { .. } => {
            turn.retain(|standing| !matches!(standing.kind, EventKind::PlanChanged { .. }));
            turn.push(event.clone());
        }
        EventKind::ApprovalRequested(_) | EventKind::QuestionAsked(_) | EventKind::ContextSelected(_) => {
            turn.push(event.clone())
        }
        EventKind::ApprovalClosed { id } => {
            turn.retain(
                |standing| !matches!(&standing.kind, EventKind::ApprovalRequested(request) if request.id == *id),
            );
        }
        EventKind::QuestionClosed { id } => {
            turn.retain(|standing| !matches!(&standing.kind, EventKind::QuestionAsked(request) if request.id == *id));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use base::{QuestionRequest, StopReason, TurnState, Usage};
    use serde_json::Value;

    use super::*;

    /// A word for each event: what is sent, and what a front that comes then is told.
    fn check(sent: &[&str], expect: &[&str]) {
        let mut standing = Standing::default();
        for word in sent {
            standing.note(&event(word));
        }
        let expect: Vec<Event> = expect.iter().map(|word| event(word)).collect();
        assert_eq!(Vec::from(standing.of(&"s".into())), expect, "{sent:?}");
    }

    fn event(word: &str) -> Event {
        let request = || QuestionRequest {
            id: "q".into(),
            from: "agent".into(),
            questions: Vec::new(),
        };
        let kind = match word {
            "start" => EventKind::TurnStarted { title: "go".into() },
            "tool" => EventKind::ToolStarted {
                call: "c".into(),
                name: "read".into(),
                title: "read".into(),
                arguments: Value::Null,
            },
            "plan" => EventKind::PlanChanged { entries: Vec::new() },
            "ask" => EventKind::QuestionAsked(request()),
            "asked" => EventKind::QuestionClosed { id: "q".into() },
            "end" => EventKind::TurnCompleted {
                state: TurnState::Completed,
                stop_reason: StopReason::EndTurn,
                text: String::new(),
                error: None,
                usage: Usage::default(),
                cost_usd: None,
            },
            text => EventKind::TextDelta { text: text.into() },
        };
        Event {
            session: "s".into(),
            turn: Some("t".into()),
            kind,
        }
    }

    #[test]
    fn what_is_over_is_not_told_again() {
        check(&["Hel", "lo"], &[]);
        check(&["start", "Hel", "lo"], &["start", "Hello"]);
        check(&["start", "Hello", "tool"], &["start"]);
        check(&["start", "plan", "plan", "tool", "more"], &["start", "plan", "more"]);
        check(&["start", "ask"], &["start", "ask"]);
        check(&["start", "ask", "asked"], &["start"]);
        check(&["start", "Hello", "ask", "end"], &[]);
    }
}
