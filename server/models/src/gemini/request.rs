//! `Request` → the JSON of `POST /v1beta/models/{model}:streamGenerateContent`.

#[cfg(test)]
mod tests;

use base::{Role, ToolSpec};
use serde_json::{Map, Value, json};

use super::capabilities;
use super::thought::{NO_SIGNATURE, Signed};
use crate::history::{self, Entry, IdRule, Manners, Part};
use crate::lessons::Lessons;
use crate::{Request, ToolChoice, openai, schema};

const IDS: IdRule = IdRule {
    longest: 128,
    shortest: 1,
    others: "_-.:",
};

pub(crate) fn encode(request: &Request, lessons: &Lessons) -> Value {
    let mut body = Map::new();
    let mut system: Vec<_> = request.system.iter().map(|part| part.text.clone()).collect();
    system.extend(
        request
            .output
            .as_ref()
            .filter(|_| lessons.no_schema)
            .map(schema::in_words),
    );
    system.retain(|text| !text.trim().is_empty());
    if !system.is_empty() {
        let parts: Vec<_> = system.iter().map(|text| json!({ "text": text })).collect();
        body.insert("systemInstruction".into(), json!({ "parts": parts }));
    }
    body.insert("contents".into(), Value::Array(contents(request, lessons)));
    if !request.tools.is_empty() {
        let declarations: Vec<_> = request.tools.iter().map(declaration).collect();
        body.insert("tools".into(), json!([{ "functionDeclarations": declarations }]));
        if request.tool_choice == ToolChoice::None {
            body.insert(
                "toolConfig".into(),
                json!({ "functionCallingConfig": { "mode": "NONE" } }),
            );
        }
    }
    body.insert("generationConfig".into(), Value::Object(generation(request, lessons)));
    Value::Object(body)
}

fn generation(request: &Request, lessons: &Lessons) -> Map<String, Value> {
    let mut config = Map::new();
    config.insert("maxOutputTokens".into(), json!(lessons.max_output(request)));
    if let Some(temperature) = request.temperature.filter(|_| !lessons.no_temperature) {
        config.insert("temperature".into(), openai::decimal(temperature));
    }
    if let Some(output) = request.output.as_ref().filter(|_| !lessons.no_schema) {
        config.insert("responseMimeType".into(), json!("application/json"));
        config.insert("responseJsonSchema".into(), output.schema.clone());
    }
    if let Some(thinking) = capabilities::thinking(request, lessons) {
        config.insert("thinkingConfig".into(), thinking);
    }
    config
}

/// As JSON Schema: the API's older `parameters` refuse most of its keywords.
fn declaration(tool: &ToolSpec) -> Value {
    json!({ "name": tool.name, "description": tool.description, "parametersJsonSchema": tool.schema })
}

fn contents(request: &Request, lessons: &Lessons) -> Vec<Value> {
    let manners = Manners {
        ids: IDS,
        takes_thinking: &|block| !lessons.foreign_thinking && Signed::of_block(block).is_some(),
        may_end: &|block| Signed::of_block(block) != Some(Signed::Call),
    };
    let wants_signatures = capabilities::wants_signatures(&request.model);
    let content = |entry: &Entry<'_>| match entry.role {
        Role::User => json!({ "role": "user", "parts": entry.parts.iter().filter_map(user).collect::<Vec<_>>() }),
        Role::Assistant => json!({ "role": "model", "parts": model(entry, wants_signatures) }),
    };
    history::entries(&request.messages, &manners)
        .iter()
        .map(content)
        .collect()
}

/// A result names its function: ids alone mean nothing to some models.
fn user(part: &Part<'_>) -> Option<Value> {
    match part {
        Part::Text(text) => Some(json!({ "text": text })),
        Part::Image(image) => Some(json!({ "inlineData": { "mimeType": image.media_type, "data": image.data } })),
        Part::Result {
            id,
            name,
            content,
            is_error,
        } => {
            let key = if *is_error { "error" } else { "output" };
            Some(json!({ "functionResponse": { "id": id, "name": name, "response": { key: content } } }))
        }
        Part::Thinking { .. } | Part::RedactedThinking(_) | Part::Call { .. } => None,
    }
}

fn model(entry: &Entry<'_>, wants_signatures: bool) -> Vec<Value> {
    let mut parts: Vec<Value> = Vec::new();
    let mut of_call = None;
    let mut has_calls = false;
    for part in &entry.parts {
        match part {
            Part::Text(text) => parts.push(json!({ "text": text })),
            Part::Thinking {
                text,
                signature: Some(signature),
            } => match (Signed::read(signature), parts.last_mut()) {
                (Some((Signed::Call, proof)), _) => of_call = Some(proof),
                (Some((Signed::Thought, proof)), _) => {
                    parts.push(json!({ "text": text, "thought": true, "thoughtSignature": proof }));
                }
                (Some((Signed::Text, proof)), Some(last)) if is_unsigned_text(last) => {
                    last["thoughtSignature"] = json!(proof);
                }
                (Some((Signed::Text, proof)), _) => parts.push(json!({ "text": "", "thoughtSignature": proof })),
                (None, _) => {}
            },
            Part::Call { id, name, arguments } => {
                let mut part = json!({ "functionCall": { "id": id, "name": name, "args": arguments } });
                let stand_in = (wants_signatures && !has_calls).then_some(NO_SIGNATURE);
                if let Some(proof) = of_call.take().or(stand_in) {
                    part["thoughtSignature"] = json!(proof);
                }
                has_calls = true;
                parts.push(part);
            }
            Part::Thinking { .. } | Part::RedactedThinking(_) | Part::Result { .. } | Part::Image(_) => {}
        }
    }
    parts
}

fn is_unsigned_text(part: &Value) -> bool {
    part.get("text").is_some() && part.get("thoughtSignature").is_none()
}
