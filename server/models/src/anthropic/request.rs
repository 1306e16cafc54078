//! `Request` → the JSON of `POST /v1/messages`.

#[cfg(test)]
mod tests;

use base::{Block, Role, SystemPart, ToolSpec};
use serde_json::{Map, Value, json};

use super::capabilities;
use crate::body::{Json, Object, object};
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
pub(crate) fn encode<'a>(request: &'a Request, lessons: &Lessons) -> Object<'a> {
    let max_output = lessons.max_output(request);
    let mut body = object! { "model": &request.model, "max_tokens": max_output, "stream": true };
    let mut extras = Map::new();
    if let Some(effort) = request.effort.filter(|_| !lessons.no_effort) {
        capabilities::add_effort(&mut extras, &request.model, effort, max_output);
    }
    let is_held_to_schema = !lessons.no_schema && capabilities::follows_schemas(&request.model);
    if let Some(output) = request.output.as_ref().filter(|_| is_held_to_schema) {
        let config = extras.entry("output_config").or_insert_with(|| json!({}));
        config["format"] = json!({ "type": "json_schema", "schema": schema::closed(&output.schema) });
    }
    body.extend(extras);
    let (messages, marked) = messages(request, lessons);
    let mut system = system(&request.system, CACHE_BREAKPOINTS - marked);
    if let Some(output) = request.output.as_ref().filter(|_| !is_held_to_schema) {
        system.push(object! { "type": "text", "text": schema::in_words(output) }.into());
    }
    if !system.is_empty() {
        body.push("system", system);
    }
    if !request.tools.is_empty() {
        body.push("tools", request.tools.iter().map(tool).collect::<Json<'_>>());
        if request.tool_choice == ToolChoice::None {
            body.push("tool_choice", json!({ "type": "none" }));
        }
    }
    body.push("messages", messages);
    body
}

/// The last `breakpoints` of the parts that ask for it end a cached prefix.
fn system(parts: &[SystemPart], breakpoints: usize) -> Vec<Json<'_>> {
    let marked = parts.iter().filter(|part| part.cache).count();
    let mut to_skip = marked.saturating_sub(breakpoints);
    let mut encoded = Vec::new();
    // The API refuses empty text.
    for part in parts.iter().filter(|part| !part.text.trim().is_empty()) {
        let mut block = object! { "type": "text", "text": &part.text };
        if part.cache {
            if to_skip == 0 {
                mark(&mut block);
            }
            to_skip = to_skip.saturating_sub(1);
        }
        encoded.push(block.into());
    }
    encoded
}

fn mark(block: &mut Object<'_>) {
    block.push("cache_control", json!({ "type": "ephemeral" }));
}

fn tool(tool: &ToolSpec) -> Json<'_> {
    object! { "name": &tool.name, "description": &tool.description, "input_schema": &tool.schema }.into()
}

/// The conversation, and how many breakpoints it took. Only what the user's side says is marked: thinking cannot be.
fn messages<'a>(request: &'a Request, lessons: &Lessons) -> (Vec<Json<'a>>, usize) {
    let manners = Manners {
        ids: IDS,
        takes_thinking: &|block| !lessons.foreign_thinking && is_own(block),
        may_end: &|_| false,
    };
    let entries = history::entries(&request.messages, &manners);
    let of_user = entries.iter().filter(|entry| entry.role == Role::User).count();
    let marked = of_user.min(MOVING_BREAKPOINTS);
    let mut to_skip = of_user - marked;
    let messages = entries.into_iter().map(|entry| {
        let mut is_marked = entry.role == Role::User;
        if is_marked && to_skip > 0 {
            to_skip -= 1;
            is_marked = false;
        }
        message(entry, is_marked)
    });
    (messages.collect(), marked)
}

fn is_own(block: &Block) -> bool {
    match block {
        Block::Thinking { signature, .. } => signature.as_deref().is_some_and(signature::is_bare),
        _ => true,
    }
}

fn message(entry: Entry<'_>, is_marked: bool) -> Json<'_> {
    let role = match entry.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    let mut blocks: Vec<_> = entry.parts.into_iter().map(block).collect();
    if let Some(last) = blocks.last_mut().filter(|_| is_marked) {
        mark(last);
    }
    let content: Json<'_> = blocks.into_iter().map(Json::from).collect();
    object! { "role": role, "content": content }.into()
}

fn block(part: Part<'_>) -> Object<'_> {
    match part {
        Part::Text(text) => object! { "type": "text", "text": text },
        Part::Thinking { text, signature } => {
            object! { "type": "thinking", "thinking": text, "signature": signature.map_or(Value::Null.into(), Json::from) }
        }
        Part::RedactedThinking(data) => object! { "type": "redacted_thinking", "data": data },
        Part::Call { id, name, arguments } => {
            object! { "type": "tool_use", "id": id, "name": name, "input": arguments }
        }
        Part::Result {
            id, content, is_error, ..
        } => {
            let mut block = object! { "type": "tool_result", "tool_use_id": id, "content": content };
            if is_error {
                block.push("is_error", true);
            }
            block
        }
        Part::Image(image) => {
            let source = object! { "type": "base64", "media_type": &image.media_type, "data": &image.data };
            object! { "type": "image", "source": source }
        }
    }
}
