//! `$/progress` of one turn, in a task of its own: the client's answer to `create` may take its time.

use base::TurnId;
use serde_json::{Value, json};
use tokio::sync::watch;
use tower_lsp::gen_lsp_types::{
    ProgressNotification, ProgressParams, WorkDoneProgressCreateParams, WorkDoneProgressCreateRequest,
};

use crate::handlers::progress_cancel;
use crate::transport::Outbound;

/// A progress that is shown. Only the newest message counts: a slow client skips the others.
pub(super) struct Progress {
    message: watch::Sender<Step>,
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
        tokio::spawn(show(outbound, turn.clone(), title, steps));
        Self { message }
    }

    pub(super) fn report(&self, message: String) {
        self.message.send_replace(Step::Report(message));
    }

    pub(super) fn end(self, word: &'static str) {
        self.message.send_replace(Step::Ended(word));
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
