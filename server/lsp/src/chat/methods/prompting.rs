//! `session/prompt` and `session/cancel`.

use std::sync::Arc;

use base::{StopReason, Task};
use chat::{acp, prompt, updates};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;

use super::opening::{known, session_id};
use super::refusal;
use crate::chat::conversation::Conversation;
use crate::chat::ends::Ended;
use crate::chat::{Meaning, Method, slash as commands};
use crate::failure;
use crate::front::Front;

pub(super) struct Prompt;

impl Method for Prompt {
    const NAME: &'static str = "session/prompt";
    type Params = acp::PromptRequest;
    type Answer = acp::PromptResponse;

    async fn handle(front: Arc<Front>, params: Self::Params) -> Result<Self::Answer> {
        let conversation = known(&front, &session_id(&params.session_id)).await?;
        let words = prompt::read(params.prompt).map_err(|error| failure::refused(error.cause(), error.to_string()))?;
        let chosen = prompt::choices(params.meta.as_ref())
            .map_err(|error| failure::malformed("arguments", format!("`_meta.singletree`: {error}")))?;
        if let Some(chosen) = chosen {
            conversation.choices_mut().context = chosen.into();
        }
        let text = words.text.clone();
        match commands::meaning(&front, words)? {
            Meaning::Turn { task, own } => run(&front, &conversation, task, own.as_deref()).await,
            Meaning::Command(command) => {
                commands::obey(&front, &conversation, &text, command).await?;
                Ok(acp::PromptResponse::new(acp::StopReason::EndTurn))
            }
        }
    }
}

/// Says it and waits for the end of the turn that hears it. `own` names the user's command that it is for.
async fn run(
    front: &Arc<Front>,
    conversation: &Arc<Conversation>,
    task: Task,
    own: Option<&str>,
) -> Result<acp::PromptResponse> {
    let cancelled = || Ok(acp::PromptResponse::new(acp::StopReason::Cancelled));
    let voice = conversation.voice(front).await.map_err(refusal::link)?;
    if conversation.is_cancelled() {
        return cancelled();
    }
    let request = commands::request_for(front, conversation, task, own).await?;
    let said = voice.say(request).await.map_err(refusal::link)?;
    let turn = said.turn().turn.clone();
    if conversation.is_cancelled() {
        voice.stop(Some(&turn)).await.map_err(refusal::link)?;
    }
    match conversation.ends.of(&turn).await {
        Some(ended) => answer(ended),
        None => Err(failure::refused(
            "gone",
            "nobody knows how the turn ended: its process has gone, or the session was closed here",
        )),
    }
}

fn answer(ended: Ended) -> Result<acp::PromptResponse> {
    let Ended {
        state,
        stop_reason,
        error,
        usage,
        cost_usd,
    } = ended;
    let Some(reason) = updates::stop_reason(state, stop_reason) else {
        let cause = match stop_reason {
            StopReason::NoModel => "no-model",
            _ => "turn-failed",
        };
        return Err(failure::refused(
            cause,
            error.unwrap_or_else(|| "the turn failed".to_owned()),
        ));
    };
    let prompt = usage.input + usage.cache_read + usage.cache_write;
    let used = acp::Usage::new(prompt + usage.output, usage.input, usage.output)
        .cached_read_tokens(usage.cache_read)
        .cached_write_tokens(usage.cache_write);
    let ours = json!({ "stopReason": stop_reason, "costUsd": cost_usd });
    Ok(acp::PromptResponse::new(reason).usage(used).meta(chat::meta(ours)))
}

/// Cancels the prompts that have arrived, whether their turn has begun or not.
pub(super) fn cancel(front: &Arc<Front>, params: Value) {
    let Ok(acp::CancelNotification { session_id: id, .. }) = serde_json::from_value(params) else {
        tracing::warn!("a `session/cancel` that names no session was passed over");
        return;
    };
    let Some(conversation) = front.chats.get(&session_id(&id)) else {
        return;
    };
    conversation.cancel();
    tokio::spawn(async move {
        if let Some(voice) = conversation.standing_voice().await
            && let Err(error) = voice.stop(None).await
        {
            tracing::warn!(%error, "the turn could not be stopped");
        }
    });
}
