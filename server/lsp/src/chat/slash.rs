//! The commands that are typed into a prompt: each answers in words, and nothing of it is part of the conversation.

use std::sync::Arc;

use base::{Attachment, CommandName, Task};
use chat::slash::Slash;
use chat::{place, updates};
use tower_lsp::jsonrpc::Result;

use super::conversation::Conversation;
use super::outbound;
use crate::failure;
use crate::front::Front;

/// What a command of the palette asks for. Its place is the one that is named, or the first that is attached.
pub(super) fn task(
    front: &Front,
    command: CommandName,
    place: Option<String>,
    words: Option<String>,
    mut attachments: Vec<Attachment>,
) -> Result<Task> {
    let task = Task {
        prompt: words,
        ..Task::new(command)
    };
    if matches!(command, CommandName::Ask | CommandName::Edit) {
        return Ok(Task { attachments, ..task });
    }
    // What is attached is named in the words as well, `@a.rs`.
    let named = place.filter(|place| !place.starts_with('@'));
    if let Some(named) = named {
        let place = place::parse(&named, &front.workspace().home());
        let place = place.map_err(|error| failure::refused("place", error.to_string()))?;
        return Ok(Task {
            uri: Some(place.uri),
            span: place.span,
            attachments,
            ..task
        });
    }
    let first = attachments
        .iter()
        .position(|given| matches!(given, Attachment::Place { .. }));
    let Some(Attachment::Place { uri, lines }) = first.map(|first| attachments.remove(first)) else {
        return Ok(Task { attachments, ..task });
    };
    Ok(Task {
        uri: Some(uri),
        span: lines.and_then(|(first, last)| place::span(first, last)),
        attachments,
        ..task
    })
}

/// Does what a command says and tells the client what came of it.
pub(super) async fn obey(
    front: &Arc<Front>,
    conversation: &Arc<Conversation>,
    line: &str,
    command: Slash,
) -> Result<()> {
    let typed = Task {
        prompt: Some(line.to_owned()),
        ..Task::new(CommandName::Ask)
    };
    let _ = command;
    for update in updates::said(None, &typed, &|uri| uri.to_string()) {
        outbound::update(front, conversation.session(), update).await;
    }
    outbound::update(front, conversation.session(), updates::words("not yet")).await;
    Ok(())
}
