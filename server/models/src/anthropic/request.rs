//! `Request` → the JSON of `POST /v1/messages`.

#[cfg(test)]
mod tests;

use base::{Block, Role, SystemPart, ToolSpec};
use serde_json::{Map, Value, json};

use super::capabilities;
use crate::history::{self, Entry, IdRule, Manners, Part};
use crate::lessons::Lessons;
use crate::{Request, ToolChoice, schema, signature};

/// The API takes at most four cache breakpoints; the last ones cover the most.
const CACHE_BREAKPOINTS: usize = 4;
/// Two of them grow with the conversation: one at its end, and one where the last request ended, because that is
/// where its cache entry is to be found.
const MOVING_BREAKPOINTS: usize = 2;

const IDS: IdRule = IdRule {
    longest: 64,
    shortest: 1,
    others: "_-",
};

/// The temperature is not sent: the API has it no more, and its newest models refuse requests that hold one.
pub(crate) fn encode(request: &Request, lessons: &Lessons) -> Value {
    let mut body = Map::new();
    let max_output = lessons.max_output(request);
    body.insert("model".into(), json!(request.model));
    body.insert("max_tokens".into(), json!(max_output));
    body.insert("stream".into(), json!(true));
    if let Some(effort) = request.effort.filter(|_| !lessons.no_effort) {
        capabilities::add_effort(&mut body, &request.model, effort, max_output);
    }
    let is_held_to_schema = !lessons.no_schema && capabilities::follows_schemas(&request.model);
    if let Some(output) = request.output.as_ref().filter(|_| is_held_to_schema) {
        let config = body.entry("output_config").or_insert_with(|| json!({}));
        config["format"] = json!({ "type": "json_schema", "schema": schema::closed(&output.schema) });
    }
    let (messages, marked) = messages(request, lessons);
    let mut system = system(&request.system, CACHE_BREAKPOINTS - marked);
    if let Some(output) = request.output.as_ref().filter(|_| !is_held_to_schema) {
        system.push(json!({ "type": "text", "text": schema::in_words(output) }));
    }
    if !system.is_empty() {
        body.insert("system".into(), Value::Array(system));
    }
    if !request.tools.is_empty() {
        body.insert("tools".into(), request.tools.iter().map(tool).collect());
        if request.tool_choice == ToolChoice::None {
            body.insert("tool_choice".into(), json!({ "type": "none" }));
        }
    }
    body.insert("messages".into(), Value::Array(messages));
    Value::Object(body)
}

/// The last `breakpoints` of the parts that ask for it end a cached prefix.
fn system(parts: &[SystemPart], breakpoints: usize) -> Vec<Value> {
    let marked = parts.iter().filter(|part| part.cache).count();
    let mut to_skip = marked.saturating_sub(breakpoints);
    let mut encoded = Vec::new();
    // The API refuses empty text.
    for part in parts.iter().filter(|part| !part.text.trim().is_empty()) {
        let mut block = json!({ "type": "text", "text": part.text });
        if part.cache {
            if to_skip == 0 {
                mark(&mut block);
            }
            to_skip = to_skip.saturating_sub(1);
        }
        encoded.push(block);
    }
    encoded
}

fn mark(block: &mut Value) {
    block["cache_control"] = json!({ "type": "ephemeral" });
}

fn tool(tool: &ToolSpec) -> Value {
    json!({ "name": tool.name, "description": tool.description, "input_schema": tool.schema })
}

/// The conversation, and how many breakpoints it took. Only what the user's side says is marked: thinking cannot be.
fn messages(request: &Request, lessons: &Lessons) -> (Vec<Value>, usize) {
    let manners = Manners {
        ids: IDS,
        takes_thinking: &|block| !lessons.foreign_thinking && is_own(block),
        may_end: &|_| false,
    };
    let entries = history::entries(&request.messages, &manners);
    let mut messages: Vec<_> = entries.iter().map(message).collect();
    let mut marked = 0;
    for message in messages
        .iter_mut()
        .rev()
        .filter(|message| message["role"] == "user")
        .take(MOVING_BREAKPOINTS)
    {
        if let Some(last) = message["content"].as_array_mut().and_then(|blocks| blocks.last_mut()) {
            mark(last);
            marked += 1;
        }
    }
    (messages, marked)
}

fn is_own(block: &Block) -> bool {
    match block {
        Block::Thinking { signature, .. } => signature.as_deref().is_some_and(signature::is_bare),
        _ => true,
    }
}

fn message(entry: &Entry<'_>) -> Value {
    let role = match entry.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    json!({ "role": role, "content": entry.parts.iter().map(block).collect::<Vec<_>>() })
}

fn block(part: &Part<'_>) -> Value {
    match part {
        Part::Text(text) => json!({ "type": "text", "text": text }),
        Part::Thinking { text, signature } => {
            json!({ "type": "thinking", "thinking": text, "signature": signature })
        }
        Part::RedactedThinking(data) => json!({ "type": "redacted_thinking", "data": data }),
        Part::Call { id, name, arguments } => {
            json!({ "type": "tool_use", "id": id, "name": name, "input": arguments })
        }
        Part::Result {
            id, content, is_error, ..
        } => {
            let mut block = json!({ "type": "tool_result", "tool_use_id": id, "content": content });
            if *is_error {
                block["is_error"] = json!(true);
            }
            block
        }
        Part::Image(image) => json!({
            "type": "image",
            "source": { "type": "base64", "media_type": image.media_type, "data": image.data },
        }),
    }
}
