//! What is still so of each session's running turn and not in the store yet: what a front that comes in the middle must
//! know to take part, with the conversation up to [`Standing::stored`].

use std::collections::{HashMap, VecDeque};

use base::{Block, CallId, Event, EventKind, Message, Role, SessionId};
use store::Item;

/// By session: that a turn runs, what it began with, the plan, the step that is not stored yet (what the user said, the
/// words, the tools), and the open questions.
#[derive(Default)]
pub(super) struct Standing {
    turns: HashMap<SessionId, Vec<Event>>,
    /// The last item that this process stored of each session.
    stored: HashMap<SessionId, i64>,
}

impl Standing {
    /// In the order in which they were sent.
    pub(super) fn of(&self, session: &SessionId) -> VecDeque<Event> {
        self.turns.get(session).into_iter().flatten().cloned().collect()
    }

    /// Up to which item the store has what [`Self::of`] does not tell; none where nothing ran here yet.
    pub(super) fn stored(&self, session: &SessionId) -> Option<i64> {
        self.stored.get(session).copied()
    }

    pub(super) fn note_stored(&mut self, session: &SessionId, number: i64, item: &Item) {
        self.stored.insert(session.clone(), number);
        let Some(turn) = self.turns.get_mut(session) else {
            return;
        };
        turn.retain(|event| !matches!(&event.kind, EventKind::Said { message, .. } if *message <= number));
        if let Item::Message(message) = item {
            forget_told_by(turn, message);
        }
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
                let stored = self.stored(&event.session).unwrap_or_default();
                if let Some(turn) = self.turns.get_mut(&event.session) {
                    note_in(turn, kind, event, stored);
                }
            }
        }
    }
}

/// The events of a step that a stored message tells as well.
fn forget_told_by(turn: &mut Vec<Event>, message: &Message) {
    let answered: Vec<&CallId> = message.content.iter().filter_map(result_of).collect();
    match message.role {
        Role::Assistant => turn.retain(|event| match &event.kind {
            EventKind::TextDelta { .. } | EventKind::ThinkingDelta { .. } => false,
            EventKind::ToolStarted { call, .. } => message.tool_calls().all(|stored| stored.id != *call),
            _ => true,
        }),
        // With the results of a step, what sub-agents did in it is over too.
        Role::User if !answered.is_empty() => {
            let is_done = |event: &Event| match &event.kind {
                EventKind::ToolCompleted { call, .. } => Some(call.clone()),
                _ => None,
            };
            let done: Vec<CallId> = turn.iter().filter_map(is_done).collect();
            turn.retain(|event| match &event.kind {
                EventKind::ToolCompleted { .. } => false,
                EventKind::ToolStarted { call, .. } => !done.contains(call),
                _ => true,
            });
        }
        Role::User => {}
    }
}

fn result_of(block: &Block) -> Option<&CallId> {
    match block {
        Block::ToolResult(result) => Some(&result.call_id),
        _ => None,
    }
}

fn note_in(turn: &mut Vec<Event>, kind: &EventKind, event: &Event, stored: i64) {
    match kind {
        EventKind::TextDelta { text: more } => match turn.last_mut().map(|last| &mut last.kind) {
            Some(EventKind::TextDelta { text }) => text.push_str(more),
            _ => turn.push(event.clone()),
        },
        EventKind::ThinkingDelta { text: more } => match turn.last_mut().map(|last| &mut last.kind) {
            Some(EventKind::ThinkingDelta { text }) => text.push_str(more),
            _ => turn.push(event.clone()),
        },
        EventKind::Said { message, .. } if *message <= stored => {}
        EventKind::PlanChanged { .. } => {
            turn.retain(|standing| !matches!(standing.kind, EventKind::PlanChanged { .. }));
            turn.push(event.clone());
        }
        EventKind::Said { .. }
        | EventKind::ToolStarted { .. }
        | EventKind::ToolCompleted { .. }
        | EventKind::ApprovalRequested(_)
        | EventKind::QuestionAsked(_)
        | EventKind::ContextSelected(_) => turn.push(event.clone()),
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
    use base::{CommandName, QuestionRequest, StopReason, Task, ToolCall, ToolResult, TurnState, Usage};
    use serde_json::Value;

    use super::*;

    /// A word for each event, with a `+` for what is stored: what is sent, and what a front that comes then is told.
    fn check(sent: &[&str], expect: &[&str]) {
        let mut standing = Standing::default();
        for (number, word) in (1..).zip(sent) {
            match word.strip_prefix('+') {
                Some(item) => standing.note_stored(&"s".into(), number, &Item::Message(message(item))),
                None => standing.note(&event(word)),
            }
        }
        let expect: Vec<Event> = expect.iter().map(|word| event(word)).collect();
        assert_eq!(Vec::from(standing.of(&"s".into())), expect, "{sent:?}");
    }

    fn message(item: &str) -> Message {
        let call = |id: &str| {
            Block::ToolCall(ToolCall {
                id: id.into(),
                name: "read".into(),
                arguments: Value::Null,
            })
        };
        let (role, content) = match item {
            "answer" => (Role::Assistant, vec![call("c")]),
            "results" => {
                let result = ToolResult {
                    call_id: "c".into(),
                    content: String::new(),
                    is_error: false,
                };
                (Role::User, vec![Block::ToolResult(result)])
            }
            _ => return Message::user(item),
        };
        Message { role, content }
    }

    fn event(word: &str) -> Event {
        let request = || QuestionRequest {
            id: "q".into(),
            from: "agent".into(),
            questions: Vec::new(),
        };
        let (word, call) = match word.split_once(':') {
            Some((word, call)) => (word, call),
            None => (word, "c"),
        };
        let kind = match word {
            "start" => EventKind::TurnStarted { title: "go".into() },
            "said" => EventKind::Said {
                message: 3,
                task: Box::new(Task::new(CommandName::Ask)),
            },
            "tool" => EventKind::ToolStarted {
                call: call.into(),
                name: "read".into(),
                title: "read".into(),
                arguments: Value::Null,
            },
            "done" => EventKind::ToolCompleted {
                call: call.into(),
                name: "read".into(),
                ok: true,
                summary: String::new(),
                output: String::new(),
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
        check(&["start", "plan", "plan", "more"], &["start", "plan", "more"]);
        check(&["start", "ask"], &["start", "ask"]);
        check(&["start", "ask", "asked"], &["start"]);
        check(&["start", "Hello", "ask", "end"], &[]);
    }

    #[test]
    fn what_the_store_holds_is_not_told_again() {
        check(&["start", "Hello", "tool"], &["start", "Hello", "tool"]);
        check(&["start", "Hello", "tool", "+answer"], &["start"]);
        check(&["start", "tool", "+answer", "done"], &["start", "done"]);
        check(
            &["start", "tool", "done", "+answer", "+results", "more"],
            &["start", "more"],
        );
        check(
            &["start", "tool", "tool:sub", "done:sub", "+answer", "+results"],
            &["start"],
        );
        check(&["start", "Hello", "said"], &["start", "Hello", "said"]);
        check(&["start", "+note", "said", "Hello"], &["start", "said", "Hello"]);
        check(&["start", "said", "x", "+note"], &["start", "x"]);
    }
}
