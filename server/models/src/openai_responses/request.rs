//! `Request` → the JSON of `POST /v1/responses`.

#[cfg(test)]
mod tests;

use base::{Block, Role, ToolSpec};
use serde_json::{Map, Value, json};

use super::VENDOR;
use crate::history::{self, Entry, IdRule, Manners, Part};
use crate::lessons::Lessons;
use crate::{Request, ToolChoice, openai, schema, signature};

const IDS: IdRule = IdRule {
    longest: 64,
    shortest: 1,
    others: "_-",
};

pub(crate) fn encode(request: &Request, lessons: &Lessons) -> Value {
    let mut body = Map::new();
    body.insert("model".into(), json!(request.model));
    let instructions = instructions(request, lessons);
    if !instructions.is_empty() {
        body.insert("instructions".into(), json!(instructions));
    }
    body.insert("input".into(), Value::Array(input(request, lessons)));
    if !request.tools.is_empty() {
        body.insert("tools".into(), request.tools.iter().map(tool).collect());
        if request.tool_choice == ToolChoice::None {
            body.insert("tool_choice".into(), json!("none"));
        }
    }
    body.insert("max_output_tokens".into(), json!(lessons.max_output(request)));
    if let Some(temperature) = request
        .temperature
        .filter(|_| !lessons.no_temperature && !openai::reasons(&request.model))
    {
        body.insert("temperature".into(), openai::decimal(temperature));
    }
    if let Some(output) = request.output.as_ref().filter(|_| !lessons.no_schema) {
        let mut format = openai::json_schema(output);
        format["type"] = json!("json_schema");
        body.insert("text".into(), json!({ "format": format }));
    }
    let shows_reasoning = openai::reasons(&request.model) && !lessons.no_reasoning;
    let reasoning = reasoning(request, lessons, shows_reasoning);
    if !reasoning.is_empty() {
        body.insert("reasoning".into(), Value::Object(reasoning));
    }
    if shows_reasoning {
        body.insert("include".into(), json!(["reasoning.encrypted_content"]));
    }
    body.insert("store".into(), json!(false));
    body.insert("stream".into(), json!(true));
    Value::Object(body)
}

fn instructions(request: &Request, lessons: &Lessons) -> String {
    let mut parts: Vec<_> = request.system.iter().map(|part| part.text.clone()).collect();
    parts.extend(
        request
            .output
            .as_ref()
            .filter(|_| lessons.no_schema)
            .map(schema::in_words),
    );
    parts.join("\n\n")
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
fn tool(tool: &ToolSpec) -> Value {
    json!({
        "type": "function",
        "name": tool.name,
        "description": tool.description,
        "parameters": tool.schema,
        "strict": false,
    })
}

fn input(request: &Request, lessons: &Lessons) -> Vec<Value> {
    let takes_reasoning = !lessons.foreign_thinking && !openai::never_reasons(&request.model);
    let manners = Manners {
        ids: IDS,
        takes_thinking: &|block| takes_reasoning && item(block).is_some(),
        may_end: &|_| false,
    };
    let mut items = Vec::new();
    for entry in history::entries(&request.messages, &manners) {
        match entry.role {
            Role::User => user(&entry, &mut items),
            Role::Assistant => assistant(&entry, &mut items),
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

fn user(entry: &Entry<'_>, items: &mut Vec<Value>) {
    let mut content = Vec::new();
    for part in &entry.parts {
        match part {
            Part::Result {
                id, content, is_error, ..
            } => items.push(json!({
                "type": "function_call_output",
                "call_id": id,
                "output": openai::result_text(content, *is_error),
            })),
            Part::Text(text) => content.push(json!({ "type": "input_text", "text": text })),
            Part::Image(image) => {
                content.push(json!({ "type": "input_image", "image_url": openai::data_url(image), "detail": "auto" }));
            }
            Part::Thinking { .. } | Part::RedactedThinking(_) | Part::Call { .. } => {}
        }
    }
    if !content.is_empty() {
        items.push(json!({ "role": "user", "content": content }));
    }
}

/// Reasoning goes back as the item it was. An item of a message says only how the text after it was meant.
fn assistant(entry: &Entry<'_>, items: &mut Vec<Value>) {
    let mut phase = Value::Null;
    for part in &entry.parts {
        match part {
            Part::Thinking {
                signature: Some(signature),
                ..
            } => match signed_item(signature) {
                Some(item) if item["type"] == "message" => phase = item["phase"].clone(),
                Some(item) => items.push(item),
                None => {}
            },
            Part::Text(text) => {
                let mut message = json!({ "role": "assistant", "content": text });
                if !phase.is_null() {
                    message["phase"] = phase.take();
                }
                items.push(message);
            }
            Part::Call { id, name, arguments } => items.push(json!({
                "type": "function_call",
                "call_id": id,
                "name": name,
                "arguments": arguments.to_string(),
            })),
            Part::Thinking { .. } | Part::RedactedThinking(_) | Part::Result { .. } | Part::Image(_) => {}
        }
    }
}
