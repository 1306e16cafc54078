//! What in a conversation is the user's own: their words stand in user messages beside tool results and what the
//! harness adds.

use base::{Block, Message, Role};

/// How texts begin that the harness puts into user messages.
const OURS: [&str; 6] = [
    "[harness]",
    "[auto-test]",
    "[date]",
    "[review]",
    super::collapse::MARK,
    super::summary::MARK,
];

/// Whether a block is the user's own text.
pub(super) fn is_theirs(block: &Block) -> bool {
    matches!(block, Block::Text { text } if !text.trim().is_empty() && !OURS.iter().any(|mark| text.starts_with(mark)))
}

/// The user's own texts of a message.
pub(super) fn of(message: &Message) -> Vec<Block> {
    match message.role {
        Role::User => message
            .content
            .iter()
            .filter(|block| is_theirs(block))
            .cloned()
            .collect(),
        Role::Assistant => Vec::new(),
    }
}

/// Where the user spoke last.
pub(super) fn last(history: &[Message]) -> Option<usize> {
    history.iter().rposition(|message| !of(message).is_empty())
}

/// Where turns begin: the user speaks after an answer that called no tool. The first message begins one in any case.
pub(super) fn turn_starts(history: &[Message]) -> Vec<usize> {
    let begins = |at: &usize| {
        let message = &history[*at];
        let is_answered = *at > 0 && history[*at - 1].tool_calls().next().is_none();
        *at == 0 || (message.role == Role::User && is_answered && !of(message).is_empty())
    };
    (0..history.len()).filter(begins).collect()
}

/// The newest answer that calls tools: its thinking goes back to the vendor unchanged.
pub(super) fn newest_caller(history: &[Message]) -> Option<usize> {
    history
        .iter()
        .rposition(|message| message.tool_calls().next().is_some())
}

pub(super) fn is_thinking(block: &Block) -> bool {
    matches!(block, Block::Thinking { .. } | Block::RedactedThinking { .. })
}
