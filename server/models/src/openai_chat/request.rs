//! `Request` → the JSON of `POST /v1/chat/completions`.

#[cfg(test)]
mod tests;

use base::{Block, Message, Role, SystemPart, ToolCall, ToolResult, ToolSpec};
use serde_json::{Map, Value, json};

use super::quirks::Quirks;
use crate::Request;

pub(super) fn encode(request: &Request, quirks: Quirks) -> Value {
    let mut body = Map::new();
    body.insert("model".into(), json!(request.model));
    body.insert("messages".into(), Value::Array(messages(request)));
    // Servers refuse an empty list.
    if !request.tools.is_empty() {
        body.insert("tools".into(), request.tools.iter().map(tool).collect());
    }
    body.insert(quirks.max_tokens.into(), json!(request.max_output));
    if let Some(temperature) = request.temperature {
        body.insert("temperature".into(), decimal(temperature));
    }
    body.insert("stream".into(), json!(true));
    if quirks.asks_for_usage {
        body.insert("stream_options".into(), json!({ "include_usage": true }));
    }
    Value::Object(body)
}

pub(super) fn forbid_reasoning(body: &mut Value) {
    body["reasoning_effort"] = json!("none");
}

fn tool(tool: &ToolSpec) -> Value {
    json!({
        "type": "function",
        "function": { "name": tool.name, "description": tool.description, "parameters": tool.schema },
    })
}

fn messages(request: &Request) -> Vec<Value> {
    let mut encoded = Vec::new();
    let system: Vec<_> = request
        .system
        .iter()
        .map(|SystemPart { text, .. }| text.as_str())
        .collect();
    if !system.is_empty() {
        encoded.push(json!({ "role": "system", "content": system.join("\n\n") }));
    }
    for message in &request.messages {
        match message.role {
            Role::User => user(message, &mut encoded),
            Role::Assistant => assistant(message, &mut encoded),
        }
    }
    encoded
}

/// Results of calls are messages of their own and come first; neighbouring texts become one message, because many
/// models' templates want user and assistant in alternation.
fn user(message: &Message, encoded: &mut Vec<Value>) {
    for block in &message.content {
        if let Block::ToolResult(ToolResult {
            call_id,
            content,
            is_error,
        }) = block
        {
            // The protocol has no field for it.
            let content = if *is_error {
                format!("Error: {content}")
            } else {
                content.clone()
            };
            encoded.push(json!({ "role": "tool", "tool_call_id": call_id, "content": content }));
        }
    }
    let text = message.text();
    if text.is_empty() {
        return;
    }
    match encoded.last_mut() {
        Some(last) if last["role"] == "user" => {
            let earlier = last["content"].as_str().unwrap_or_default();
            last["content"] = json!(format!("{earlier}\n\n{text}"));
        }
        _ => encoded.push(json!({ "role": "user", "content": text })),
    }
}

/// Thinking does not go back: the protocol has no place for it, and some servers refuse it.
fn assistant(message: &Message, encoded: &mut Vec<Value>) {
    let text = message.text();
    let calls: Vec<_> = message.tool_calls().map(call).collect();
    match (text.is_empty(), calls.is_empty()) {
        (true, true) => {}
        (false, true) => encoded.push(json!({ "role": "assistant", "content": text })),
        (is_silent, false) => {
            let content = if is_silent { Value::Null } else { json!(text) };
            encoded.push(json!({ "role": "assistant", "content": content, "tool_calls": calls }));
        }
    }
}

fn call(call: &ToolCall) -> Value {
    json!({
        "id": call.id,
        "type": "function",
        "function": { "name": call.name, "arguments": call.arguments.to_string() },
    })
}

/// The number as it was written: 0.2, not 0.20000000298.
fn decimal(number: f32) -> Value {
    number
        .to_string()
        .parse::<f64>()
        .map_or(Value::Null, |number| json!(number))
}
