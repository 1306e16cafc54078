//! Chunks → the message that they make, as JSON that the check against the vendors' SDKs compares.

use base::{Block, StopReason, Usage};
use models::Chunk;
use serde_json::{Value, json};

use crate::vendor::Items;

/// `{content, stop_reason, usage}` of a whole answer.
pub(crate) fn accumulate(items: Items) -> Value {
    let mut content: Vec<Block> = Vec::new();
    let mut usage = Usage::default();
    let mut stop_reason: Option<StopReason> = None;
    for chunk in items {
        match chunk.expect("a whole answer") {
            Chunk::Text(more) => match content.last_mut() {
                Some(Block::Text { text }) => text.push_str(&more),
                _ => content.push(Block::Text { text: more }),
            },
            Chunk::Thinking(more) => match content.last_mut() {
                Some(Block::Thinking { text, signature: None }) => text.push_str(&more),
                _ => content.push(Block::Thinking {
                    text: more,
                    signature: None,
                }),
            },
            Chunk::ThinkingDone { signature: proof } => match content.last_mut() {
                Some(Block::Thinking {
                    signature: signature @ None,
                    ..
                }) => *signature = proof,
                _ => content.push(Block::Thinking {
                    text: String::new(),
                    signature: proof,
                }),
            },
            Chunk::RedactedThinking { data } => content.push(Block::RedactedThinking { data }),
            Chunk::ToolCall(call) => content.push(Block::ToolCall(call)),
            Chunk::ToolCallStarted { .. } | Chunk::ToolCallArguments { .. } => {}
            Chunk::Usage(reported) => usage = reported,
            Chunk::Done(reason) => stop_reason = Some(reason),
        }
    }
    json!({ "content": content, "stop_reason": stop_reason, "usage": usage })
}
