//! The outbound task: follows the engine's events and shows them. It alone decides what the client is told, in
//! order. While the client does not read, it waits, and the engine's queue merges what piles up.

mod hints;
mod old_answers;
mod progress;
pub(crate) mod prose;
mod review_feed;

use std::collections::HashMap;
use std::sync::Arc;

use base::{Event, EventKind, SessionId, StopReason, TurnId, TurnState};
use engine::Subscription;
use tower_lsp::gen_lsp_types::MessageType;
use workspace::Selection;

use crate::approvals;
use crate::capabilities::ReviewMode;
use crate::editor::ClientEditor;
use crate::front::Front;
use crate::notifications::{TurnNotification, TurnParams};
use crate::questions;
use hints::Hints;
use progress::Progress;
use review_feed::ReviewFeed;

/// Runs until the connection ends. The subscription is older than any turn of this connection.
pub(crate) async fn run(front: Arc<Front>, mut events: Subscription) {
    let mut pump = Pump {
        front: Arc::clone(&front),
        progress: HashMap::new(),
        feed: ReviewFeed::default(),
        hints: Hints::default(),
    };
    // What an earlier process left open is there before any event.
    pump.show_reviews().await;
    prose::remove_old(&front);
    loop {
        let mut waiting = tokio::select! {
            () = front.closed() => return,
            () = front.look_again.notified() => None,
            event = events.next() => Some(event),
        };
        // Reviews are shown as they are now, so a run of their events is one.
        let mut reviews_changed = waiting.is_none();
        let mut reviews_grew = false;
        while let Some(event) = waiting {
            match event.kind {
                EventKind::ReviewChanged { .. } => reviews_changed = true,
                EventKind::ReviewGrew { .. } => reviews_grew = true,
                _ => {
                    pump.catch_up(&mut reviews_changed, &mut reviews_grew).await;
                    pump.show(event).await;
                }
            }
            waiting = events.try_next();
        }
        pump.catch_up(&mut reviews_changed, &mut reviews_grew).await;
    }
}

struct Pump {
    front: Arc<Front>,
    progress: HashMap<TurnId, Progress>,
    feed: ReviewFeed,
    hints: Hints,
}

impl Pump {
    async fn show(&mut self, event: Event) {
        let Event { turn, kind, session } = event;
        match kind {
            EventKind::TurnStarted { title } => {
                if let Some(turn) = turn {
                    self.turn_started(turn, title).await;
                }
            }
            EventKind::ToolStarted { title, .. } => self.report(turn.as_ref(), title),
            EventKind::ThinkingDelta { .. } => self.report(turn.as_ref(), "thinking".to_owned()),
            EventKind::TextDelta { .. } => self.report(turn.as_ref(), "writing".to_owned()),
            EventKind::ApprovalRequested(_) | EventKind::QuestionAsked(_) | EventKind::Notice { .. }
                if self.front.chats.shows(&session) => {}
            EventKind::ApprovalRequested(request) => {
                self.report(turn.as_ref(), format!("waits for your answer: {}", request.action));
                approvals::ask(&self.front, turn, request, None).await;
                self.front.refresh_lenses();
            }
            EventKind::ApprovalClosed { id } => {
                self.front.approvals.close(&id);
                self.front.refresh_lenses();
            }
            EventKind::Notice { message } => self.front.show_message(MessageType::Warning, message).await,
            EventKind::TurnCompleted {
                state,
                stop_reason,
                text,
                error,
                ..
            } => {
                if let Some(turn) = turn {
                    self.turn_completed(
                        session,
                        turn,
                        Outcome {
                            state,
                            stop_reason,
                            text,
                            error,
                        },
                    )
                    .await;
                }
            }
            EventKind::PermissionDenied { offer: Some(offer), .. } => {
                self.front
                    .log_message(format!("To refuse this for good, add to your settings: {offer}"))
                    .await;
            }
            EventKind::RulesRemembered { commands, hosts } => {
                let hosts = hosts.into_iter().map(|host| format!("fetching from {host}"));
                let allowed: Vec<String> = commands.into_iter().chain(hosts).collect();
                self.front
                    .log_message(format!(
                        "From now on allowed in this workspace: {}. `singletree permissions list` shows the rules and where they stand.",
                        allowed.join(", ")
                    ))
                    .await;
            }
            EventKind::ContextSelected(bill) if !bill.items.is_empty() => {
                let paths: Vec<&str> = bill.items.iter().map(|item| item.path.as_str()).collect();
                let (tokens, budget) = (bill.tokens, bill.budget);
                self.front
                    .log_message(format!(
                        "This turn begins with {tokens} of {budget} tokens of context: {}",
                        paths.join(", ")
                    ))
                    .await;
            }
            EventKind::QuestionAsked(request) => questions::ask(&self.front, request, None),
            EventKind::ReviewChanged { .. }
            | EventKind::ReviewGrew { .. }
            | EventKind::QuestionClosed { .. }
            | EventKind::Said { .. }
            | EventKind::StoredUpTo { .. }
            | EventKind::PlanChanged { .. }
            | EventKind::Compacted { .. }
            | EventKind::ToolCompleted { .. }
            | EventKind::PermissionDenied { .. }
            | EventKind::ContextSelected(_)
            | EventKind::Usage { .. } => {}
        }
    }

    fn report(&self, turn: Option<&TurnId>, message: String) {
        if let Some(progress) = turn.and_then(|turn| self.progress.get(turn)) {
            progress.report(message);
        }
    }

    async fn turn_started(&mut self, turn: TurnId, title: String) {
        if self.front.client.has_progress {
            self.progress
                .insert(turn.clone(), Progress::begin(self.front.outbound.clone(), &turn, title));
        }
        if self.front.has_plugin() {
            let params = TurnParams {
                turn_id: turn,
                state: TurnState::Running,
                text: None,
                stop_reason: None,
                error: None,
            };
            self.front.outbound.notify::<TurnNotification>(params).await;
        }
    }

    async fn turn_completed(&mut self, session: SessionId, turn: TurnId, outcome: Outcome) {
        let command = self.front.take_command(&turn);
        self.front.approvals.close_turn(&turn);
        if let Some(progress) = self.progress.remove(&turn) {
            progress.end(outcome.word()).await;
        }
        let proposed = self.proposed(&session, &turn);
        if self.front.has_plugin() {
            let Outcome {
                state,
                stop_reason,
                text,
                error,
            } = outcome;
            let params = TurnParams {
                turn_id: turn,
                state,
                text: Some(text),
                stop_reason: Some(stop_reason),
                error,
            };
            self.front.outbound.notify::<TurnNotification>(params).await;
            self.offer(&proposed);
            return;
        }
        // What the palette began is shown as always, in whatever session it runs.
        let in_buffer = command.is_none() && self.front.chat_files.shows(&session);
        if in_buffer || self.front.chats.shows(&session) {
            self.offer(&proposed);
            return;
        }
        if let Some(error) = &outcome.error {
            self.front
                .show_message(MessageType::Error, format!("Singletree: {error}"))
                .await;
        } else if command.is_some_and(|command| !command.may_edit()) && !outcome.text.is_empty() {
            prose::answer(&self.front, &turn, &outcome.text).await;
        } else {
            self.front
                .show_message(MessageType::Info, outcome.sentence(&proposed))
                .await;
        }
        self.offer(&proposed);
    }

    /// In *confirm* mode the client itself asks, hunk by hunk; what the user unticks stays pending.
    fn offer(&self, proposed: &Proposed) {
        let Some(review) = proposed.review.clone() else { return };
        let front = Arc::clone(&self.front);
        let confirm = front.review_mode == ReviewMode::Confirm && front.client.has_annotations;
        if !confirm && front.review_mode != ReviewMode::Keep {
            return;
        }
        tokio::spawn(async move {
            let kept = if confirm {
                let selection = Selection {
                    review: Some(review),
                    ..Default::default()
                };
                let editor = ClientEditor::confirming(&front);
                front.runtime.keep(&selection, &editor).await
            } else {
                let editor = ClientEditor::new(&front);
                front.runtime.keep_by_itself(&review, &editor).await
            };
            if let Err(error) = kept {
                tracing::info!(%error, "not all was kept");
            }
        });
    }

    fn proposed(&self, session: &SessionId, turn: &TurnId) -> Proposed {
        let mut proposed = Proposed::default();
        for review in self.front.runtime.reviews(self.front.client.encoding) {
            if review.session_id != *session || review.turn_id != *turn {
                continue;
            }
            for file in &review.files {
                let hunks = file.hunks.iter().filter(|hunk| hunk.state.is_open()).count();
                if hunks > 0 {
                    proposed.hunks += hunks;
                    proposed.files.push(file.uri.file_name());
                }
            }
            proposed.review = Some(review.review_id);
        }
        proposed
    }

    /// Shows what the events that were passed over have told of reviews.
    async fn catch_up(&mut self, changed: &mut bool, grew: &mut bool) {
        let grew = std::mem::take(grew);
        if std::mem::take(changed) {
            self.show_reviews().await;
        } else if grew && self.front.has_plugin() {
            self.feed.send(&self.front, self.front.shown_reviews()).await;
        }
    }

    async fn show_reviews(&mut self) {
        let reviews = self.front.runtime.reviews(self.front.client.encoding);
        self.front.publish_open(&reviews);
        if self.front.has_plugin() {
            self.feed.send(&self.front, self.front.shown_reviews()).await;
        } else {
            self.hints.publish(&self.front, &reviews).await;
            self.front.refresh_lenses();
        }
    }
}

struct Outcome {
    state: TurnState,
    stop_reason: StopReason,
    text: String,
    error: Option<String>,
}

#[derive(Default)]
struct Proposed {
    review: Option<base::ReviewId>,
    hunks: usize,
    files: Vec<String>,
}

impl Outcome {
    fn word(&self) -> &'static str {
        match self.state {
            TurnState::Running | TurnState::Completed => "done",
            TurnState::Stopped => "stopped",
            TurnState::Failed => "failed",
        }
    }

    fn sentence(&self, proposed: &Proposed) -> String {
        let text = self.text.trim();
        match (self.state, proposed.hunks) {
            (TurnState::Stopped, 0) => "Singletree: stopped; nothing is proposed.".to_owned(),
            (_, 0) if text.is_empty() => "Singletree: nothing to change.".to_owned(),
            (_, 0) => format!("Singletree: {text}"),
            (_, 1) => format!(
                "Singletree: 1 change in {} waits for Keep or Reject.",
                proposed.files.join(", ")
            ),
            (_, n) => format!(
                "Singletree: {n} changes in {} wait for Keep or Reject.",
                proposed.files.join(", ")
            ),
        }
    }
}
