//! `Request` → the JSON of `POST /v1/chat/completions`.

#[cfg(test)]
mod tests;

use base::{Role, ToolSpec};
use serde_json::{Map, Value, json};

use super::quirks::Quirks;
use crate::history::{self, Entry, Manners, Part};
use crate::lessons::Lessons;
use crate::{Request, ToolChoice, openai, schema};

pub(crate) fn encode(request: &Request, quirks: Quirks, lessons: &Lessons) -> Value {
    let mut body = Map::new();
    body.insert("model".into(), json!(request.model));
    body.insert("messages".into(), Value::Array(messages(request, quirks, lessons)));
    // Servers refuse an empty list.
    if !request.tools.is_empty() {
        body.insert("tools".into(), request.tools.iter().map(tool).collect());
        if request.tool_choice == ToolChoice::None {
            body.insert("tool_choice".into(), json!("none"));
        }
    }
    body.insert(quirks.max_tokens.into(), json!(lessons.max_output(request)));
    if let Some(temperature) = request.temperature.filter(|_| !lessons.no_temperature) {
        body.insert("temperature".into(), openai::decimal(temperature));
    }
    if lessons.must_not_reason {
        body.insert("reasoning_effort".into(), json!("none"));
    } else if let Some(effort) = request.effort.filter(|_| !lessons.no_effort) {
        body.insert("reasoning_effort".into(), json!(openai::effort(&request.model, effort)));
    }
    if let Some(output) = request.output.as_ref().filter(|_| !lessons.no_schema) {
        let format = json!({ "type": "json_schema", "json_schema": openai::json_schema(output) });
        body.insert("response_format".into(), format);
    }
    body.insert("stream".into(), json!(true));
    if quirks.asks_for_usage {
        body.insert("stream_options".into(), json!({ "include_usage": true }));
    }
    Value::Object(body)
}

fn tool(tool: &ToolSpec) -> Value {
    json!({
        "type": "function",
        "function": { "name": tool.name, "description": tool.description, "parameters": tool.schema },
    })
}

/// Thinking does not go back: the protocol has no place for it, and some servers refuse it.
fn messages(request: &Request, quirks: Quirks, lessons: &Lessons) -> Vec<Value> {
    let manners = Manners {
        ids: quirks.ids,
        takes_thinking: &|_| false,
        may_end: &|_| false,
    };
    let mut encoded = Vec::new();
    let mut system: Vec<_> = request.system.iter().map(|part| part.text.clone()).collect();
    system.extend(
        request
            .output
            .as_ref()
            .filter(|_| lessons.no_schema)
            .map(schema::in_words),
    );
    if !system.is_empty() {
        encoded.push(json!({ "role": "system", "content": system.join("\n\n") }));
    }
    for entry in history::entries(&request.messages, &manners) {
        match entry.role {
            Role::User => user(&entry, &mut encoded),
            Role::Assistant => encoded.push(assistant(&entry)),
        }
    }
    encoded
}

/// Results of calls are messages of their own. Texts become one, because many models' templates want no others; with
/// pictures they are parts of a list, which only servers with eyes need to know.
fn user(entry: &Entry<'_>, encoded: &mut Vec<Value>) {
    let mut texts = Vec::new();
    let mut parts = Vec::new();
    let mut has_image = false;
    for part in &entry.parts {
        match part {
            Part::Result {
                id, content, is_error, ..
            } => encoded.push(json!({
                "role": "tool",
                "tool_call_id": id,
                "content": openai::result_text(content, *is_error),
            })),
            Part::Text(text) => {
                texts.push(*text);
                parts.push(json!({ "type": "text", "text": text }));
            }
            Part::Image(image) => {
                has_image = true;
                parts.push(json!({ "type": "image_url", "image_url": { "url": openai::data_url(image) } }));
            }
            Part::Thinking { .. } | Part::RedactedThinking(_) | Part::Call { .. } => {}
        }
    }
    if has_image {
        encoded.push(json!({ "role": "user", "content": parts }));
    } else if !texts.is_empty() {
        encoded.push(json!({ "role": "user", "content": texts.join("\n\n") }));
    }
}

fn assistant(entry: &Entry<'_>) -> Value {
    let mut text = String::new();
    let mut calls = Vec::new();
    for part in &entry.parts {
        match part {
            Part::Text(more) => text.push_str(more),
            Part::Call { id, name, arguments } => calls.push(json!({
                "id": id,
                "type": "function",
                "function": { "name": name, "arguments": arguments.to_string() },
            })),
            Part::Thinking { .. } | Part::RedactedThinking(_) | Part::Result { .. } | Part::Image(_) => {}
        }
    }
    if calls.is_empty() {
        return json!({ "role": "assistant", "content": text });
    }
    let content = if text.is_empty() { Value::Null } else { json!(text) };
    json!({ "role": "assistant", "content": content, "tool_calls": calls })
}
