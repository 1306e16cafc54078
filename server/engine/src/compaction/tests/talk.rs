//! Conversations in few words.

use base::{Block, Image, Message, Role, ToolCall, ToolResult};

pub(super) fn text(text: &str) -> Block {
    Block::Text { text: text.into() }
}

pub(super) fn thinking(text: &str) -> Block {
    Block::Thinking {
        text: text.into(),
        signature: Some("signed".into()),
    }
}

pub(super) fn image() -> Block {
    Block::Image(Image {
        media_type: "image/png".into(),
        data: "AAAA".into(),
    })
}

pub(super) fn user(words: &str) -> Message {
    Message::user(words)
}

pub(super) fn answer(words: &str) -> Message {
    Message {
        role: Role::Assistant,
        content: vec![text(words)],
    }
}

/// An answer that calls a tool, and the result.
pub(super) fn step(name: &str, arguments: &str, content: &str) -> Vec<Message> {
    let call = ToolCall {
        id: "call".into(),
        name: name.into(),
        arguments: serde_json::from_str(arguments).expect("arguments"),
    };
    let result = ToolResult {
        call_id: "call".into(),
        content: content.into(),
        is_error: false,
    };
    let message = |role, block| Message {
        role,
        content: vec![block],
    };
    vec![
        message(Role::Assistant, Block::ToolCall(call)),
        message(Role::User, Block::ToolResult(result)),
    ]
}

/// So many steps that are all alike, with long results.
pub(super) fn steps(many: usize) -> Vec<Message> {
    std::iter::repeat_n(step("shell", "{}", &long(1)), many)
        .flatten()
        .collect()
}

pub(super) fn fail(step: &mut [Message]) {
    for block in step.iter_mut().flat_map(|message| &mut message.content) {
        if let Block::ToolResult(result) = block {
            result.is_error = true;
        }
    }
}

/// 6,001 bytes.
pub(super) fn long(n: u32) -> String {
    format!("{}{}", n % 10, "some text of the result\n".repeat(250))
}

/// Four bytes are a token, a message costs four and a picture a thousand.
pub(super) fn tokens(message: &Message) -> u64 {
    let bytes = |block: &Block| match block {
        Block::Text { text } | Block::Thinking { text, .. } => text.len(),
        Block::RedactedThinking { data } => data.len(),
        Block::ToolCall(call) => call.name.len() + call.arguments.to_string().len(),
        Block::ToolResult(result) => result.content.len(),
        Block::Image(_) => 4_000,
    };
    4 + message
        .content
        .iter()
        .map(|block| bytes(block) as u64)
        .sum::<u64>()
        .div_ceil(4)
}
