//! `Request` → the JSON of `POST /v1/messages`.

#[cfg(test)]
mod tests;

use base::{Block, Image, Message, Role, SystemPart, ToolCall, ToolResult, ToolSpec};
use serde_json::{Map, Value, json};

use crate::Request;

/// The API takes at most four cache breakpoints; the last ones cover the most.
const CACHE_BREAKPOINTS: usize = 4;

/// The temperature is not sent: the API has it no more, and its newest models refuse requests that hold one.
pub(super) fn encode(request: &Request) -> Value {
    let mut body = Map::new();
    body.insert("model".into(), json!(request.model));
    body.insert("max_tokens".into(), json!(request.max_output));
    body.insert("stream".into(), json!(true));
    let system = system(&request.system);
    if !system.is_empty() {
        body.insert("system".into(), Value::Array(system));
    }
    if !request.tools.is_empty() {
        body.insert("tools".into(), request.tools.iter().map(tool).collect());
    }
    body.insert("messages".into(), Value::Array(messages(&request.messages)));
    Value::Object(body)
}

/// Takes the thinking out of the conversation, which stays a valid one.
pub(super) fn drop_thinking(request: &mut Request) {
    for message in &mut request.messages {
        message
            .content
            .retain(|block| !matches!(block, Block::Thinking { .. } | Block::RedactedThinking { .. }));
    }
}

fn system(parts: &[SystemPart]) -> Vec<Value> {
    let marked = parts.iter().filter(|part| part.cache).count();
    let mut to_skip = marked.saturating_sub(CACHE_BREAKPOINTS);
    let mut encoded = Vec::new();
    // The API refuses empty text.
    for part in parts.iter().filter(|part| !part.text.trim().is_empty()) {
        let mut block = json!({ "type": "text", "text": part.text });
        if part.cache {
            if to_skip == 0 {
                block["cache_control"] = json!({ "type": "ephemeral" });
            }
            to_skip = to_skip.saturating_sub(1);
        }
        encoded.push(block);
    }
    encoded
}

fn tool(tool: &ToolSpec) -> Value {
    json!({ "name": tool.name, "description": tool.description, "input_schema": tool.schema })
}

/// Joins neighbours of one role, so that the results of an answer's calls stand first in the message right after it,
/// as the API demands, even when the user said something in between.
fn messages(messages: &[Message]) -> Vec<Value> {
    let mut joined: Vec<(Role, Vec<Value>)> = Vec::new();
    for message in messages {
        let content = message.content.iter().filter_map(block);
        match joined.last_mut() {
            Some((role, blocks)) if *role == message.role => blocks.extend(content),
            _ => joined.push((message.role, content.collect())),
        }
    }
    joined
        .into_iter()
        .filter(|(_, blocks)| !blocks.is_empty())
        .map(|(role, mut blocks)| {
            if role == Role::User {
                blocks.sort_by_key(|block| block["type"] != "tool_result");
            }
            json!({ "role": role, "content": blocks })
        })
        .collect()
}

/// None for what the API would refuse: blank text, and thinking that another vendor signed or nobody.
fn block(block: &Block) -> Option<Value> {
    match block {
        Block::Text { text } if text.trim().is_empty() => None,
        Block::Text { text } => Some(json!({ "type": "text", "text": text })),
        Block::Thinking { text, signature } => {
            let signature = signature.as_deref().filter(|signature| !signature.is_empty())?;
            Some(json!({ "type": "thinking", "thinking": text, "signature": signature }))
        }
        Block::RedactedThinking { data } => Some(json!({ "type": "redacted_thinking", "data": data })),
        Block::ToolCall(ToolCall { id, name, arguments }) => {
            Some(json!({ "type": "tool_use", "id": call_id(id.as_str()), "name": name, "input": arguments }))
        }
        Block::ToolResult(ToolResult {
            call_id: id,
            content,
            is_error,
        }) => {
            let mut block = json!({ "type": "tool_result", "tool_use_id": call_id(id.as_str()), "content": content });
            if *is_error {
                block["is_error"] = json!(true);
            }
            Some(block)
        }
        Block::Image(Image { media_type, data }) => Some(json!({
            "type": "image",
            "source": { "type": "base64", "media_type": media_type, "data": data },
        })),
    }
}

/// Ids of other vendors, from earlier in the session, may hold characters that this API refuses.
fn call_id(id: &str) -> String {
    id.chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' })
        .collect()
}
