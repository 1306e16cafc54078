//! `Request` → the JSON of `POST /v1beta/models/{model}:streamGenerateContent`.

#[cfg(test)]
mod tests;

use base::{Role, ToolSpec};
use serde_json::{Map, Value, json};

use super::capabilities;
use super::thought::{NO_SIGNATURE, Signed};
use crate::body::{Json, Object, object};
use crate::history::{self, Entry, IdRule, Manners, Part};
use crate::lessons::Lessons;
use crate::{Request, ToolChoice, openai, schema};

const IDS: IdRule = IdRule {
    longest: 128,
    shortest: 1,
    others: "_-.:",
};

pub(crate) fn encode<'a>(request: &'a Request, lessons: &Lessons) -> Object<'a> {
    let mut body = Object::default();
    let mut system = schema::with_words(request, lessons);
    system.retain(|text| !text.trim().is_empty());
    if !system.is_empty() {
        let parts: Json<'_> = system.into_iter().map(text_part).map(Json::from).collect();
        body.push("systemInstruction", object! { "parts": parts });
    }
    body.push("contents", contents(request, lessons));
    if !request.tools.is_empty() {
        let declarations: Json<'_> = request.tools.iter().map(declaration).collect();
        body.push("tools", vec![object! { "functionDeclarations": declarations }.into()]);
        if request.tool_choice == ToolChoice::None {
            body.push("toolConfig", json!({ "functionCallingConfig": { "mode": "NONE" } }));
        }
    }
    body.push("generationConfig", Value::Object(generation(request, lessons)));
    body
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
fn declaration(tool: &ToolSpec) -> Json<'_> {
    object! { "name": &tool.name, "description": &tool.description, "parametersJsonSchema": &tool.schema }.into()
}

fn contents<'a>(request: &'a Request, lessons: &Lessons) -> Vec<Json<'a>> {
    let manners = Manners {
        ids: IDS,
        takes_thinking: &|block| !lessons.foreign_thinking && Signed::of_block(block).is_some(),
        may_end: &|block| Signed::of_block(block) != Some(Signed::Call),
    };
    let wants_signatures = capabilities::wants_signatures(&request.model);
    let content = |entry: Entry<'a>| {
        let (role, parts): (_, Json<'a>) = match entry.role {
            Role::User => ("user", entry.parts.into_iter().filter_map(user).collect()),
            Role::Assistant => (
                "model",
                model(entry, wants_signatures).into_iter().map(Json::from).collect(),
            ),
        };
        object! { "role": role, "parts": parts }.into()
    };
    history::entries(&request.messages, &manners)
        .into_iter()
        .map(content)
        .collect()
}

fn text_part<'a>(text: impl Into<Json<'a>>) -> Object<'a> {
    object! { "text": text }
}

/// A result names its function: ids alone mean nothing to some models.
fn user(part: Part<'_>) -> Option<Json<'_>> {
    let part = match part {
        Part::Text(text) => text_part(text),
        Part::Image(image) => {
            let data = object! { "mimeType": &image.media_type, "data": &image.data };
            object! { "inlineData": data }
        }
        Part::Result {
            id,
            name,
            content,
            is_error,
        } => {
            let mut response = Object::default();
            response.push(if is_error { "error" } else { "output" }, content);
            let result = object! { "id": id, "name": name, "response": response };
            object! { "functionResponse": result }
        }
        Part::Thinking { .. } | Part::RedactedThinking(_) | Part::Call { .. } => return None,
    };
    Some(part.into())
}

fn model(entry: Entry<'_>, wants_signatures: bool) -> Vec<Object<'_>> {
    let mut parts: Vec<Object<'_>> = Vec::new();
    // Whether the last part is text that nobody signed.
    let mut may_be_signed = false;
    let mut of_call = None;
    let mut has_calls = false;
    for part in entry.parts {
        let was_text = std::mem::take(&mut may_be_signed);
        match part {
            Part::Text(text) => {
                parts.push(text_part(text));
                may_be_signed = true;
            }
            Part::Thinking {
                text,
                signature: Some(signature),
            } => match (Signed::read(signature), parts.last_mut()) {
                (Some((Signed::Call, proof)), _) => {
                    of_call = Some(proof);
                    may_be_signed = was_text;
                }
                (Some((Signed::Thought, proof)), _) => {
                    parts.push(object! { "text": text, "thought": true, "thoughtSignature": proof });
                }
                (Some((Signed::Text, proof)), Some(last)) if was_text => last.push("thoughtSignature", proof),
                (Some((Signed::Text, proof)), _) => parts.push(object! { "text": "", "thoughtSignature": proof }),
                (None, _) => may_be_signed = was_text,
            },
            Part::Call { id, name, arguments } => {
                let call = object! { "id": id, "name": name, "args": arguments };
                let mut part = object! { "functionCall": call };
                let stand_in = (wants_signatures && !has_calls).then_some(NO_SIGNATURE);
                if let Some(proof) = of_call.take().or(stand_in) {
                    part.push("thoughtSignature", proof);
                }
                has_calls = true;
                parts.push(part);
            }
            Part::Thinking { .. } | Part::RedactedThinking(_) | Part::Result { .. } | Part::Image(_) => {
                may_be_signed = was_text;
            }
        }
    }
    parts
}
