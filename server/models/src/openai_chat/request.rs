//! `Request` → the JSON of `POST /v1/chat/completions`.

#[cfg(test)]
mod tests;

use base::{Role, ToolSpec};
use serde_json::{Value, json};

use super::quirks::Quirks;
use crate::body::{Json, Object, object};
use crate::history::{self, Entry, Manners, Part};
use crate::lessons::Lessons;
use crate::{OutputSchema, Request, ToolChoice, openai, schema};

pub(crate) fn encode<'a>(request: &'a Request, quirks: Quirks, lessons: &Lessons) -> Object<'a> {
    let mut body = object! { "model": &request.model, "messages": messages(request, quirks, lessons) };
    // Servers refuse an empty list.
    if !request.tools.is_empty() {
        body.push("tools", request.tools.iter().map(tool).collect::<Json<'_>>());
        if request.tool_choice == ToolChoice::None {
            body.push("tool_choice", "none");
        }
    }
    body.push(quirks.max_tokens, lessons.max_output(request));
    if let Some(temperature) = request.temperature.filter(|_| !lessons.no_temperature) {
        body.push("temperature", openai::decimal(temperature));
    }
    if lessons.must_not_reason {
        body.push("reasoning_effort", "none");
    } else if let Some(effort) = request.effort.filter(|_| !lessons.no_effort) {
        body.push("reasoning_effort", openai::effort(&request.model, effort));
    }
    if let Some(output) = request.output.as_ref().filter(|_| !lessons.no_schema) {
        body.push("response_format", response_format(output, lessons));
    }
    body.push("stream", true);
    if quirks.asks_for_usage {
        body.push("stream_options", json!({ "include_usage": true }));
    }
    body
}

fn response_format(output: &OutputSchema, lessons: &Lessons) -> Value {
    if lessons.schema_in_object {
        json!({ "type": "json_object", "schema": output.schema })
    } else {
        json!({ "type": "json_schema", "json_schema": openai::json_schema(output) })
    }
}

fn tool(tool: &ToolSpec) -> Json<'_> {
    let function = object! { "name": &tool.name, "description": &tool.description, "parameters": &tool.schema };
    object! { "type": "function", "function": function }.into()
}

/// Thinking does not go back: the protocol has no place for it, and some servers refuse it.
fn messages<'a>(request: &'a Request, quirks: Quirks, lessons: &Lessons) -> Vec<Json<'a>> {
    let manners = Manners {
        ids: quirks.ids,
        takes_thinking: &|_| false,
        may_end: &|_| false,
    };
    let mut encoded = Vec::new();
    let system = schema::with_words(request, lessons);
    if !system.is_empty() {
        encoded.push(object! { "role": "system", "content": system.join("\n\n") }.into());
    }
    for entry in history::entries(&request.messages, &manners) {
        match entry.role {
            Role::User => user(entry, &mut encoded),
            Role::Assistant => encoded.push(assistant(entry).into()),
        }
    }
    encoded
}

/// Results of calls are messages of their own. Texts become one, because many models' templates want no others; with
/// pictures they are parts of a list, which only servers with eyes need to know.
fn user<'a>(entry: Entry<'a>, encoded: &mut Vec<Json<'a>>) {
    let mut texts = Vec::new();
    let mut parts = Vec::new();
    let mut has_image = false;
    for part in entry.parts {
        match part {
            Part::Result {
                id, content, is_error, ..
            } => {
                let content = openai::result_text(content, is_error);
                encoded.push(object! { "role": "tool", "tool_call_id": id, "content": content }.into());
            }
            Part::Text(text) => {
                texts.push(text);
                parts.push(object! { "type": "text", "text": text }.into());
            }
            Part::Image(image) => {
                has_image = true;
                let url = object! { "url": openai::data_url(image) };
                parts.push(object! { "type": "image_url", "image_url": url }.into());
            }
            Part::Thinking { .. } | Part::RedactedThinking(_) | Part::Call { .. } => {}
        }
    }
    if has_image {
        encoded.push(object! { "role": "user", "content": parts }.into());
    } else if !texts.is_empty() {
        encoded.push(object! { "role": "user", "content": texts.join("\n\n") }.into());
    }
}

fn assistant(entry: Entry<'_>) -> Object<'_> {
    let mut text = String::new();
    let mut calls: Vec<Json<'_>> = Vec::new();
    for part in entry.parts {
        match part {
            Part::Text(more) => text.push_str(more),
            Part::Call { id, name, arguments } => {
                let function = object! { "name": name, "arguments": arguments.to_string() };
                calls.push(object! { "id": id, "type": "function", "function": function }.into());
            }
            Part::Thinking { .. } | Part::RedactedThinking(_) | Part::Result { .. } | Part::Image(_) => {}
        }
    }
    if calls.is_empty() {
        return object! { "role": "assistant", "content": text };
    }
    let content = if text.is_empty() {
        Value::Null.into()
    } else {
        Json::from(text)
    };
    object! { "role": "assistant", "content": content, "tool_calls": calls }
}
