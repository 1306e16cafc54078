//! `$/progress` of one turn, in a task of its own: the client's answer to `create` may take its time.

use std::time::Duration;

use base::TurnId;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower_lsp::gen_lsp_types::{
    ProgressNotification, ProgressParams, WorkDoneProgressCreateParams, WorkDoneProgressCreateRequest,
};

use crate::handlers::progress_cancel;
use crate::transport::Outbound;

/// For a client that has not answered `create`; the others are told of the end at once.
const PATIENCE: Duration = Duration::from_millis(300);

/// A progress that is shown. Only the newest message counts: a slow client skips the others.
pub(super) struct Progress {
    message: watch::Sender<Step>,
    shown: JoinHandle<()>,
}

#[derive(Clone)]
enum Step {
    Begun,
    Report(String),
    Ended(&'static str),
}

impl Progress {
    pub(super) fn begin(outbound: Outbound, turn: &TurnId, title: String) -> Self {
        let (message, steps) = watch::channel(Step::Begun);
        let shown = tokio::spawn(show(outbound, turn.clone(), title, steps));
        Self { message, shown }
    }

    pub(super) fn report(&self, message: String) {
        self.message.send_replace(Step::Report(message));
    }

    /// Returns when the client is told: what is said next replaces it where an editor has one line for both.
    pub(super) async fn end(self, word: &'static str) {
        self.message.send_replace(Step::Ended(word));
        let _ = tokio::time::timeout(PATIENCE, self.shown).await;
    }
}

async fn show(outbound: Outbound, turn: TurnId, title: String, mut steps: watch::Receiver<Step>) {
    let token = progress_cancel::token(&turn);
    let create = WorkDoneProgressCreateParams { token: token.clone() };
    if let Err(error) = outbound.request::<WorkDoneProgressCreateRequest>(create).await {
        tracing::warn!(%error, "the client shows no progress");
        return;
    }
    let send = |value: Value| {
        outbound.notify::<ProgressNotification>(ProgressParams {
            token: token.clone(),
            value,
        })
    };
    send(json!({"kind": "begin", "title": title, "cancellable": true})).await;
    loop {
        let step = steps.borrow_and_update().clone();
        match step {
            Step::Begun => {}
            Step::Report(message) => send(json!({"kind": "report", "message": message, "cancellable": true})).await,
            Step::Ended(word) => return send(json!({"kind": "end", "message": word})).await,
        }
        if steps.changed().await.is_err() {
            return send(json!({"kind": "end"})).await;
        }
    }
}
