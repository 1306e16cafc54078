//! The one task of a conversation: takes the session's events in order and tells the client. While the client does not
//! read it waits, and the engine's queue merges what piles up.

use std::collections::HashMap;
use std::sync::Arc;

use base::{CallId, Event, EventKind, SessionId, Task, TurnId, Usage};
use chat::own;
use chat::updates;
use engine::{Link, Proposal};
use tokio_util::sync::CancellationToken;

use super::conversation::Conversation;
use super::ends::Ended;
use super::outbound::{self, ContextChosen};
use crate::front::Front;

pub(super) struct Following {
    front: Arc<Front>,
    conversation: Arc<Conversation>,
    /// What the user said up to this item was told from the store.
    told_up_to: i64,
    title: Option<String>,
    /// Tokens that models take, by `provider/model`.
    windows: HashMap<String, Option<u64>>,
}

impl Following {
    pub(super) fn new(front: &Arc<Front>, conversation: &Arc<Conversation>, told_up_to: i64) -> Self {
        Self {
            front: Arc::clone(front),
            conversation: Arc::clone(conversation),
            told_up_to,
            title: None,
            windows: HashMap::new(),
        }
    }

    /// Until the session's owner is gone or the client follows no more.
    pub(super) async fn run(mut self, mut link: Link, stop: CancellationToken) {
        loop {
            // An event is told whole: its prompt waits for it.
            let event = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                event = link.next() => event,
            };
            match event {
                Some(event) => self.tell(event).await,
                None => return self.alone(&link).await,
            }
        }
    }

    fn session(&self) -> &SessionId {
        self.conversation.session()
    }

    async fn update(&self, update: chat::acp::SessionUpdate) {
        outbound::update(&self.front, self.session(), update).await;
    }

    async fn notice(&self, message: String) {
        outbound::notice(&self.front, self.session(), message).await;
    }

    async fn tell(&mut self, Event { turn, kind, .. }: Event) {
        match kind {
            EventKind::StoredUpTo { item } => self.told_up_to = item,
            EventKind::Said { message, task } => self.said(message, &task).await,
            EventKind::TextDelta { text } => self.update(updates::words(text)).await,
            EventKind::ThinkingDelta { text } => self.update(updates::thought(text)).await,
            EventKind::ToolStarted {
                call,
                name,
                title,
                arguments,
            } => {
                let root = self.front.workspace().home();
                let named = (name.as_str(), title.as_str());
                self.update(updates::tool_started(turn.as_ref(), &call, named, &arguments, &root))
                    .await;
            }
            EventKind::ToolCompleted {
                call,
                ok,
                summary,
                output,
                ..
            } => {
                let proposals = self.proposals(turn.as_ref(), &call).await;
                let shown = updates::shown(&summary, &output, &proposals);
                self.update(updates::tool_completed(turn.as_ref(), &call, ok, shown, &proposals))
                    .await;
            }
            EventKind::PlanChanged { entries } => self.update(updates::plan(&entries)).await,
            EventKind::ApprovalRequested(request) => {
                self.conversation
                    .questions
                    .ask(&self.front, &self.conversation, turn, request);
            }
            EventKind::QuestionAsked(request) => {
                self.conversation
                    .questions
                    .inquire(&self.front, &self.conversation, request);
            }
            EventKind::ApprovalClosed { id } | EventKind::QuestionClosed { id } => {
                self.conversation
                    .questions
                    .close(&self.front, self.session(), &id)
                    .await;
            }
            EventKind::ContextSelected(bill) => {
                self.conversation.note_bill(bill.clone());
                let pinned = self.conversation.choices().context.pinned;
                let bill = own::Bill::of(Some(self.session().clone()), bill, &pinned);
                self.front.outbound.notify::<ContextChosen>(bill).await;
            }
            EventKind::Compacted { cause, before, after } => {
                self.notice(format!(
                    "The conversation was made shorter ({cause}): {before} tokens are {after} now."
                ))
                .await;
            }
            EventKind::Notice { message } => self.notice(message).await,
            EventKind::Usage { usage, model, purpose } if purpose.is_empty() => self.used(usage, model).await,
            EventKind::TurnCompleted {
                state,
                stop_reason,
                error,
                usage,
                cost_usd,
                ..
            } => {
                let ended = Ended {
                    state,
                    stop_reason,
                    error,
                    usage,
                    cost_usd,
                };
                if let Some(turn) = turn {
                    self.ended(&turn, ended).await;
                }
            }
            EventKind::TurnStarted { .. } => self.update(updates::running()).await,
            EventKind::PermissionDenied { .. }
            | EventKind::RulesRemembered { .. }
            | EventKind::ReviewChanged { .. }
            | EventKind::ReviewGrew { .. }
            | EventKind::Usage { .. } => {}
        }
    }

    async fn said(&mut self, message: i64, task: &Task) {
        if message <= self.told_up_to {
            return;
        }
        self.told_up_to = message;
        let workspace = Arc::clone(self.front.workspace());
        let path_of = |uri: &base::Uri| {
            uri.path()
                .map_or_else(|| uri.to_string(), |path| workspace.relative(&path))
        };
        for update in updates::said(Some(message), task, &path_of) {
            self.update(update).await;
        }
        // A session gets its title with the first words in it.
        let (runtime, session) = (Arc::clone(&self.front.runtime), self.session().clone());
        let title = tokio::task::spawn_blocking(move || runtime.title_of(&session)).await;
        let title = title.ok().flatten().filter(|title| self.title.as_ref() != Some(title));
        if let Some(title) = title {
            self.title = Some(title.clone());
            self.update(updates::title(title)).await;
        }
    }

    async fn proposals(&self, turn: Option<&TurnId>, call: &CallId) -> Vec<Proposal> {
        let Some(turn) = turn.cloned() else { return Vec::new() };
        let (runtime, session, call) = (Arc::clone(&self.front.runtime), self.session().clone(), call.clone());
        let read = tokio::task::spawn_blocking(move || runtime.proposals(&session, &turn, &call)).await;
        match read {
            Ok(Ok(proposals)) => proposals,
            Ok(Err(error)) => {
                tracing::warn!(%error, "what a tool proposes cannot be shown");
                Vec::new()
            }
            Err(_) => Vec::new(),
        }
    }

    async fn used(&mut self, usage: Usage, model: String) {
        let size = match self.windows.get(&model) {
            Some(size) => *size,
            None => {
                let size = self.front.runtime.window(&model).await;
                self.windows.insert(model, size);
                size
            }
        };
        let Some(size) = size else { return };
        let (runtime, session) = (Arc::clone(&self.front.runtime), self.session().clone());
        let spent = tokio::task::spawn_blocking(move || runtime.spent(&session)).await;
        let spent = spent.ok().and_then(Result::ok).flatten();
        let used = usage.input + usage.cache_read + usage.cache_write + usage.output;
        self.update(updates::usage(used, size, spent)).await;
    }

    async fn ended(&self, turn: &TurnId, ended: Ended) {
        if let Some(report) = ended.error.as_ref().filter(|_| updates::is_report(ended.stop_reason)) {
            self.update(updates::words(report.as_str())).await;
        }
        // Who began it hears of its end by the answer.
        if !self.conversation.ends.tell(turn, &ended) {
            let reason = updates::stop_reason(ended.state, ended.stop_reason);
            let error = ended.error.as_deref().filter(|_| reason.is_none());
            let reason = reason.unwrap_or(chat::acp::StopReason::EndTurn);
            self.update(updates::ended(reason, error)).await;
        }
    }

    /// The owner has gone: the next word goes on from what is stored.
    async fn alone(&self, link: &Link) {
        self.conversation.questions.withdraw_all();
        self.conversation.ends.give_up();
        if let Some((pid, front)) = link.owner() {
            let message = format!("{front}, process {pid}, has gone; what you say next goes on with the session here");
            self.notice(message).await;
        }
    }
}
