//! `run --json`: the engine's events in the contract's names, one JSON object a line.

use std::collections::HashSet;

use base::{Event, EventKind, HunkId, Review, TurnState};
use serde_json::{Value, json};

/// Turns events into lines; remembers which hunks it has told of.
#[derive(Default)]
pub(crate) struct EventLines {
    told: HashSet<HunkId>,
}

impl EventLines {
    /// The lines for one event. `reviews` are looked at only when one changed, and at the turn's end.
    pub(crate) fn lines(&mut self, event: &Event, reviews: &[Review]) -> Vec<Value> {
        match &event.kind {
            EventKind::TextDelta { text } => vec![json!({"type": "text.delta", "text": text})],
            EventKind::ThinkingDelta { text } => vec![json!({"type": "thinking.delta", "text": text})],
            EventKind::ToolStarted {
                call,
                name,
                title,
                arguments,
            } => {
                vec![json!({"type": "tool.started", "id": call, "name": name, "title": title, "arguments": arguments})]
            }
            EventKind::ToolCompleted {
                call,
                name,
                ok,
                summary,
                ..
            } => {
                vec![json!({"type": "tool.completed", "id": call, "name": name, "ok": ok, "summary": summary})]
            }
            EventKind::ApprovalRequested(request) => {
                vec![json!({
                    "type": "approval.requested", "id": request.id, "from": request.from, "action": request.action,
                    "rule": request.rule, "reason": request.reason, "place": request.place, "always": request.always,
                })]
            }
            EventKind::ReviewChanged { .. } => self.new_hunks(reviews),
            EventKind::Usage { usage, model, .. } => vec![json!({"type": "usage", "model": model, "usage": usage})],
            EventKind::Notice { message } => vec![json!({"type": "notice", "message": message})],
            EventKind::PermissionDenied { call, action, rule, .. } => {
                vec![json!({"type": "permission.denied", "id": call, "action": action, "rule": rule})]
            }
            EventKind::QuestionAsked(request) => {
                vec![
                    json!({"type": "question.asked", "id": request.id, "from": request.from, "questions": request.questions}),
                ]
            }
            EventKind::ContextSelected(bill) => {
                let mut line = json!(bill);
                line["type"] = "context.selected".into();
                vec![line]
            }
            EventKind::PlanChanged { entries } => vec![json!({"type": "plan.changed", "entries": entries})],
            EventKind::Compacted { cause, before, after } => {
                vec![json!({"type": "compacted", "cause": cause, "before": before, "after": after})]
            }
            EventKind::TurnStarted { .. }
            | EventKind::ReviewGrew { .. }
            | EventKind::Said { .. }
            | EventKind::StoredUpTo { .. }
            | EventKind::ApprovalClosed { .. }
            | EventKind::QuestionClosed { .. }
            | EventKind::RulesRemembered { .. } => Vec::new(),
            EventKind::TurnCompleted {
                state,
                stop_reason,
                error,
                usage,
                cost_usd,
                ..
            } => {
                let mut lines = Vec::new();
                lines.extend(self.new_hunks(reviews));
                if let Some(message) = error {
                    lines.push(json!({"type": "error", "message": message}));
                }
                let files: Vec<&str> = reviews
                    .iter()
                    .flat_map(|review| &review.files)
                    .map(|file| file.uri.as_str())
                    .collect();
                let state = if *state == TurnState::Completed {
                    "completed"
                } else {
                    "failed"
                };
                lines.push(json!({
                    "type": "turn.completed", "state": state, "stop_reason": stop_reason,
                    "files": files, "usage": usage, "cost_usd": cost_usd,
                }));
                lines
            }
        }
    }

    fn new_hunks(&mut self, reviews: &[Review]) -> Vec<Value> {
        let mut lines = Vec::new();
        for review in reviews {
            for file in &review.files {
                for hunk in &file.hunks {
                    if self.told.insert(hunk.id.clone()) {
                        lines.push(json!({
                            "type": "hunk.proposed", "review": review.review_id, "uri": file.uri, "kind": file.kind,
                            "hunk": hunk,
                        }));
                    }
                }
            }
        }
        lines
    }
}
