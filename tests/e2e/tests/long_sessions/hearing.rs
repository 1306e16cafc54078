//! What a request says, whichever way it is put, and whether its vendor would take it.

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::vendor::Vendor;

/// A tool call and what came of it.
pub(crate) struct Outcome {
    pub(crate) name: String,
    pub(crate) arguments: Value,
    pub(crate) result: String,
}

pub(crate) struct Conversation {
    pub(crate) outcomes: Vec<Outcome>,
    /// Whether the user spoke last, and not a tool.
    pub(crate) was_asked: bool,
}

struct Call {
    id: String,
    name: String,
    arguments: Value,
}

/// Fails where a call has not exactly one result, right after the message that called.
pub(crate) fn conversation(vendor: Vendor, request: &Value) -> anyhow::Result<Conversation> {
    let mut outcomes = Vec::new();
    let mut open: Vec<Call> = Vec::new();
    let mut was_asked = false;
    for part in parts(vendor, request)? {
        match &part {
            Part::Asked => was_asked = true,
            Part::Result { .. } => was_asked = false,
            _ => {}
        }
        match part {
            Part::Call(call) => {
                ensure!(
                    open.iter().all(|other| other.id != call.id),
                    "two open calls are {}",
                    call.id
                );
                open.push(call);
            }
            Part::Result { id, text } => {
                let at = open.iter().position(|call| call.id == id);
                let call = open.remove(at.with_context(|| format!("a result for {id}, which waits for none"))?);
                outcomes.push(Outcome {
                    name: call.name,
                    arguments: call.arguments,
                    result: text,
                });
            }
            Part::Said => {}
            Part::Boundary | Part::Asked => {
                let ids: Vec<_> = open.iter().map(|call| call.id.as_str()).collect();
                ensure!(open.is_empty(), "no result for {ids:?}");
            }
        }
    }
    ensure!(open.is_empty(), "the conversation ends with calls that have no result");
    Ok(Conversation { outcomes, was_asked })
}

enum Part {
    Call(Call),
    Result {
        id: String,
        text: String,
    },
    /// Words of the model, which may stand between its calls.
    Said,
    /// Words of the user. All calls before them must have their results,
    Asked,
    /// and before a new answer.
    Boundary,
}

fn parts(vendor: Vendor, request: &Value) -> anyhow::Result<Vec<Part>> {
    let list = match vendor {
        Vendor::OpenAiChat | Vendor::Anthropic => &request["messages"],
        Vendor::OpenAiResponses => &request["input"],
        Vendor::Gemini => &request["contents"],
    };
    let mut parts = Vec::new();
    for item in list.as_array().context("no conversation")? {
        match vendor {
            Vendor::OpenAiChat => chat(item, &mut parts)?,
            Vendor::Anthropic => anthropic(item, &mut parts),
            Vendor::OpenAiResponses => responses(item, &mut parts)?,
            Vendor::Gemini => gemini(item, &mut parts),
        }
    }
    Ok(parts)
}

fn chat(message: &Value, parts: &mut Vec<Part>) -> anyhow::Result<()> {
    if message["role"] == "tool" {
        parts.push(result(&message["tool_call_id"], &message["content"]));
        return Ok(());
    }
    parts.push(if message["role"] == "user" {
        Part::Asked
    } else {
        Part::Boundary
    });
    for call in blocks(&message["tool_calls"]) {
        let function = &call["function"];
        parts.push(Part::Call(Call {
            id: text(&call["id"]),
            name: text(&function["name"]),
            arguments: serde_json::from_str(&text(&function["arguments"]))?,
        }));
    }
    Ok(())
}

fn anthropic(message: &Value, parts: &mut Vec<Part>) {
    if message["role"] == "assistant" {
        parts.push(Part::Boundary);
    }
    for block in blocks(&message["content"]) {
        parts.push(match block["type"].as_str() {
            Some("tool_use") => Part::Call(Call {
                id: text(&block["id"]),
                name: text(&block["name"]),
                arguments: block["input"].clone(),
            }),
            Some("tool_result") => result(&block["tool_use_id"], &block["content"]),
            _ if message["role"] == "assistant" => Part::Said,
            _ => Part::Asked,
        });
    }
    if message["role"] == "user" {
        if message["content"].is_string() {
            parts.push(Part::Asked);
        }
        parts.push(Part::Boundary);
    }
}

fn responses(item: &Value, parts: &mut Vec<Part>) -> anyhow::Result<()> {
    parts.push(match item["type"].as_str() {
        Some("function_call") => Part::Call(Call {
            id: text(&item["call_id"]),
            name: text(&item["name"]),
            arguments: serde_json::from_str(&text(&item["arguments"]))?,
        }),
        Some("function_call_output") => result(&item["call_id"], &item["output"]),
        _ if item["role"] == "user" => Part::Asked,
        _ => Part::Said,
    });
    Ok(())
}

fn gemini(content: &Value, parts: &mut Vec<Part>) {
    let is_model = content["role"] == "model";
    if is_model {
        parts.push(Part::Boundary);
    }
    for part in blocks(&content["parts"]) {
        let (call, response) = (&part["functionCall"], &part["functionResponse"]);
        parts.push(if call.is_object() {
            Part::Call(Call {
                id: text(&call["id"]),
                name: text(&call["name"]),
                arguments: call["args"].clone(),
            })
        } else if response.is_object() {
            let said = response["response"].as_object().and_then(|said| said.values().next());
            result(&response["id"], said.unwrap_or(&Value::Null))
        } else if is_model {
            Part::Said
        } else {
            Part::Asked
        });
    }
    if !is_model {
        parts.push(Part::Boundary);
    }
}

fn result(id: &Value, said: &Value) -> Part {
    Part::Result {
        id: text(id),
        text: text(said),
    }
}

fn blocks(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// Words, be they a string or text blocks.
fn text(words: &Value) -> String {
    match words {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => blocks.iter().map(|block| text(&block["text"])).collect(),
        _ => String::new(),
    }
}
