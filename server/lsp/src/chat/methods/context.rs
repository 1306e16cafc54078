//! `_singletree/context/preview` and `_singletree/mentions`: what a prompt would begin with, and what may be named in it.

use std::sync::Arc;

use base::{CommandName, Task};
use chat::own::{self, Mention, MentionKind};
use chat::prompt::{self, PromptError};
use engine::{RunRequest, TurnOptions};
use tower_lsp::jsonrpc::Result;

use super::opening::known;
use super::refusal;
use crate::chat::Method;
use crate::failure;
use crate::front::Front;

/// Mentions of one answer.
const MOST: usize = 200;

pub(super) struct Preview;

impl Method for Preview {
    const NAME: &'static str = own::PREVIEW;
    type Params = own::Preview;
    type Answer = own::Bill;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        let own::Preview {
            session_id,
            prompt,
            choices,
        } = params;
        let words = match prompt::read(prompt) {
            Ok(words) => words,
            // While nothing is written yet, there is nothing to pay.
            Err(PromptError::Empty) => prompt::Words::default(),
            Err(error) => return Err(failure::refused(error.cause(), error.to_string())),
        };
        let mut model = front.client.options.model.clone();
        if let Some(id) = &session_id {
            let conversation = known(&front, id).await?;
            model = conversation.choices().model.or(model);
        }
        let pinned = choices.pinned.clone();
        let task = Task {
            prompt: Some(words.text),
            attachments: words.attachments,
            ..Task::new(CommandName::Edit)
        };
        let request = RunRequest {
            session: session_id.clone(),
            model,
            options: TurnOptions {
                context: choices.into(),
                ..TurnOptions::default()
            },
            ..RunRequest::new(task)
        };
        let bill = front.runtime.preview(request).await.map_err(refusal::run)?;
        Ok(own::Bill::of(session_id, bill, &pinned))
    }
}

pub(super) struct Mentions;

impl Method for Mentions {
    const NAME: &'static str = own::MENTIONS;
    type Params = own::Mentions;
    type Answer = own::Mentioned;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        let own::Mentions { kind, query, limit } = params;
        let (runtime, limit) = (Arc::clone(&front.runtime), limit.min(MOST));
        let found = tokio::task::spawn_blocking(move || match kind {
            MentionKind::File => runtime.files_like(&query, limit),
            MentionKind::Symbol => runtime.symbols_like(&query, limit),
        });
        let found = found.await.map_err(|error| failure::internal(error.to_string()))?;
        let items = found.into_iter().map(|found| Mention {
            label: found.label,
            detail: found.detail,
            uri: found.uri,
            range: found.lines,
        });
        Ok(own::Mentioned { items: items.collect() })
    }
}
