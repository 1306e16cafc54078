//! `Request` → the JSON of `POST /v1/responses`.

#[cfg(test)]
mod tests;

use base::{Block, Role, ToolSpec};
use serde_json::{Map, Value, json};

use super::VENDOR;
use crate::body::{Json, Object, object};
use crate::history::{self, Entry, IdRule, Manners, Part};
use crate::lessons::Lessons;
use crate::{Request, ToolChoice, openai, schema, signature};

const IDS: IdRule = IdRule {
    longest: 64,
    shortest: 1,
    others: "_-",
};

pub(crate) fn encode<'a>(request: &'a Request, lessons: &Lessons) -> Object<'a> {
    let mut body = object! { "model": &request.model };
    let instructions = schema::with_words(request, lessons);
    if !instructions.is_empty() {
        body.push("instructions", instructions.join("\n\n"));
    }
    body.push("input", input(request, lessons));
    if !request.tools.is_empty() {
        body.push("tools", request.tools.iter().map(tool).collect::<Json<'_>>());
        if request.tool_choice == ToolChoice::None {
            body.push("tool_choice", "none");
        }
    }
    body.push("max_output_tokens", lessons.max_output(request));
    if let Some(temperature) = request
        .temperature
        .filter(|_| !lessons.no_temperature && !openai::reasons(&request.model))
    {
        body.push("temperature", openai::decimal(temperature));
    }
    if let Some(output) = request.output.as_ref().filter(|_| !lessons.no_schema) {
        let mut format = openai::json_schema(output);
        format["type"] = json!("json_schema");
        body.push("text", json!({ "format": format }));
    }
    let shows_reasoning = openai::reasons(&request.model) && !lessons.no_reasoning;
    let reasoning = reasoning(request, lessons, shows_reasoning);
    if !reasoning.is_empty() {
        body.push("reasoning", Value::Object(reasoning));
    }
    if shows_reasoning {
        body.push("include", json!(["reasoning.encrypted_content"]));
    }
    body.push("store", false);
    body.push("stream", true);
    body
}

fn reasoning(request: &Request, lessons: &Lessons, shows_reasoning: bool) -> Map<String, Value> {
    let mut reasoning = Map::new();
    if let Some(effort) = request.effort.filter(|_| !lessons.no_effort) {
        reasoning.insert("effort".into(), json!(openai::effort(&request.model, effort)));
    }
    if shows_reasoning {
        reasoning.insert("summary".into(), json!("auto"));
    }
    reasoning
}

/// `strict` would want every parameter to be required.
fn tool(tool: &ToolSpec) -> Json<'_> {
    let tool = object! {
        "type": "function",
        "name": &tool.name,
        "description": &tool.description,
        "parameters": &tool.schema,
        "strict": false,
    };
    tool.into()
}

fn input<'a>(request: &'a Request, lessons: &Lessons) -> Vec<Json<'a>> {
    let takes_reasoning = !lessons.foreign_thinking && !openai::never_reasons(&request.model);
    let manners = Manners {
        ids: IDS,
        takes_thinking: &|block| takes_reasoning && item(block).is_some(),
        may_end: &|_| false,
    };
    let mut items = Vec::new();
    for entry in history::entries(&request.messages, &manners) {
        match entry.role {
            Role::User => user(entry, &mut items),
            Role::Assistant => assistant(entry, &mut items),
        }
    }
    items
}

/// The item that a block's signature holds, if it is ours.
fn item(block: &Block) -> Option<Value> {
    match block {
        Block::Thinking {
            signature: Some(signature),
            ..
        } => signed_item(signature),
        _ => None,
    }
}

fn signed_item(signature: &str) -> Option<Value> {
    serde_json::from_str(signature::payload(VENDOR, signature)?).ok()
}

fn user<'a>(entry: Entry<'a>, items: &mut Vec<Json<'a>>) {
    let mut content: Vec<Json<'_>> = Vec::new();
    for part in entry.parts {
        match part {
            Part::Result {
                id, content, is_error, ..
            } => {
                let output = openai::result_text(content, is_error);
                items.push(object! { "type": "function_call_output", "call_id": id, "output": output }.into());
            }
            Part::Text(text) => content.push(object! { "type": "input_text", "text": text }.into()),
            Part::Image(image) => {
                let url = openai::data_url(image);
                content.push(object! { "type": "input_image", "image_url": url, "detail": "auto" }.into());
            }
            Part::Thinking { .. } | Part::RedactedThinking(_) | Part::Call { .. } => {}
        }
    }
    if !content.is_empty() {
        items.push(object! { "role": "user", "content": content }.into());
    }
}

/// Reasoning goes back as the item it was. An item of a message says only how the text after it was meant.
fn assistant<'a>(entry: Entry<'a>, items: &mut Vec<Json<'a>>) {
    let mut phase = Value::Null;
    for part in entry.parts {
        match part {
            Part::Thinking {
                signature: Some(signature),
                ..
            } => match signed_item(signature) {
                Some(item) if item["type"] == "message" => phase = item["phase"].clone(),
                Some(item) => items.push(item.into()),
                None => {}
            },
            Part::Text(text) => {
                let mut message = object! { "role": "assistant", "content": text };
                if !phase.is_null() {
                    message.push("phase", phase.take());
                }
                items.push(message.into());
            }
            Part::Call { id, name, arguments } => {
                let arguments = arguments.to_string();
                items.push(
                    object! { "type": "function_call", "call_id": id, "name": name, "arguments": arguments }.into(),
                );
            }
            Part::Thinking { .. } | Part::RedactedThinking(_) | Part::Result { .. } | Part::Image(_) => {}
        }
    }
}
