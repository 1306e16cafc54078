//! An answer as each vendor streams it.

use serde_json::{Value, json};

use crate::vendor::Vendor;

/// Words, then calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Speech {
    pub(crate) words: String,
    pub(crate) calls: Vec<Call>,
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) id: String,
    pub(crate) name: String,
    /// JSON, or what a confused model takes for it.
    pub(crate) arguments: String,
}

/// The events, each with the blank line that ends it.
pub(crate) fn events(vendor: Vendor, speech: &Speech) -> Vec<String> {
    match vendor {
        Vendor::OpenAiChat => chat(speech),
        Vendor::Anthropic => named(anthropic(speech)),
        Vendor::OpenAiResponses => named(responses(speech)),
        Vendor::Gemini => gemini(speech),
    }
}

/// `text` in pieces, as models send it.
fn pieces(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(11).map(|piece| piece.iter().collect()).collect()
}

fn plain(events: Vec<Value>) -> Vec<String> {
    events.into_iter().map(|event| format!("data: {event}\n\n")).collect()
}

/// Events that say their type twice.
fn named(events: Vec<Value>) -> Vec<String> {
    let named = |event: Value| {
        format!(
            "event: {}\ndata: {event}\n\n",
            event["type"].as_str().unwrap_or_default()
        )
    };
    events.into_iter().map(named).collect()
}

fn chat(speech: &Speech) -> Vec<String> {
    let delta = |delta: Value, reason: Option<&str>| {
        let choice = json!({"index": 0, "delta": delta, "finish_reason": reason});
        json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": [choice]})
    };
    let mut events = vec![delta(json!({"role": "assistant", "content": ""}), None)];
    events.extend(
        pieces(&speech.words)
            .into_iter()
            .map(|piece| delta(json!({"content": piece}), None)),
    );
    for (index, call) in speech.calls.iter().enumerate() {
        let head = json!({"index": index, "id": call.id, "type": "function", "function": {"name": call.name, "arguments": ""}});
        events.push(delta(json!({"tool_calls": [head]}), None));
        for piece in pieces(&call.arguments) {
            let more = json!({"index": index, "function": {"arguments": piece}});
            events.push(delta(json!({"tool_calls": [more]}), None));
        }
    }
    let reason = if speech.calls.is_empty() { "stop" } else { "tool_calls" };
    events.push(delta(json!({}), Some(reason)));
    let mut events = plain(events);
    events.push("data: [DONE]\n\n".to_owned());
    events
}

fn anthropic(speech: &Speech) -> Vec<Value> {
    let usage = json!({"input_tokens": 10, "output_tokens": 1});
    let message = json!({"id": "msg_1", "type": "message", "role": "assistant", "model": "scripted", "content": [],
        "stop_reason": null, "stop_sequence": null, "usage": usage});
    let mut events = vec![json!({"type": "message_start", "message": message})];
    let mut block = |start: Value, deltas: Vec<Value>, index: usize| {
        events.push(json!({"type": "content_block_start", "index": index, "content_block": start}));
        let delta = |delta| json!({"type": "content_block_delta", "index": index, "delta": delta});
        events.extend(deltas.into_iter().map(delta));
        events.push(json!({"type": "content_block_stop", "index": index}));
    };
    let has_words = usize::from(!speech.words.is_empty());
    if has_words == 1 {
        let deltas = pieces(&speech.words)
            .into_iter()
            .map(|text| json!({"type": "text_delta", "text": text}));
        block(json!({"type": "text", "text": ""}), deltas.collect(), 0);
    }
    for (nth, call) in speech.calls.iter().enumerate() {
        let start = json!({"type": "tool_use", "id": call.id, "name": call.name, "input": {}});
        let pieces = pieces(&call.arguments).into_iter();
        let deltas = pieces.map(|json| json!({"type": "input_json_delta", "partial_json": json}));
        block(start, deltas.collect(), nth + has_words);
    }
    let reason = if speech.calls.is_empty() {
        "end_turn"
    } else {
        "tool_use"
    };
    let delta = json!({"stop_reason": reason, "stop_sequence": null});
    events.push(json!({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 20}}));
    events.push(json!({"type": "message_stop"}));
    events
}

fn responses(speech: &Speech) -> Vec<Value> {
    let response = |status: &str, output: &[Value]| {
        json!({"id": "resp_1", "object": "response", "created_at": 1, "status": status, "error": null,
            "incomplete_details": null, "model": "scripted", "output": output, "usage": null})
    };
    let mut events = vec![json!({"type": "response.created", "response": response("in_progress", &[])})];
    let mut output = Vec::new();
    if !speech.words.is_empty() {
        let part = json!({"type": "output_text", "annotations": [], "text": speech.words});
        let item = |status: &str, content: &[Value]| json!({"id": "msg_1", "type": "message", "status": status, "role": "assistant", "content": content});
        events.push(json!({"type": "response.output_item.added", "output_index": 0, "item": item("in_progress", &[])}));
        for delta in pieces(&speech.words) {
            events.push(
                json!({"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0,
                "content_index": 0, "delta": delta}),
            );
        }
        output.push(item("completed", &[part]));
        events.push(json!({"type": "response.output_item.done", "output_index": 0, "item": output[0]}));
    }
    for call in &speech.calls {
        let (index, id) = (output.len(), format!("fc_{}", output.len()));
        let item = |status: &str, arguments: &str| {
            json!({"id": id, "type": "function_call", "status": status, "arguments": arguments, "call_id": call.id,
                "name": call.name})
        };
        let place = json!({"item_id": id, "output_index": index});
        let event = |kind: &str, field: &str, value: Value| {
            let mut event = json!({"type": kind, field: value});
            event["item_id"] = place["item_id"].clone();
            event["output_index"] = place["output_index"].clone();
            event
        };
        events.push(event("response.output_item.added", "item", item("in_progress", "")));
        for piece in pieces(&call.arguments) {
            events.push(event("response.function_call_arguments.delta", "delta", json!(piece)));
        }
        events.push(event(
            "response.function_call_arguments.done",
            "arguments",
            json!(call.arguments),
        ));
        output.push(item("completed", &call.arguments));
        events.push(event("response.output_item.done", "item", output[index].clone()));
    }
    events.push(json!({"type": "response.completed", "response": response("completed", &output)}));
    for (nth, event) in events.iter_mut().enumerate() {
        event["sequence_number"] = json!(nth);
    }
    events
}

fn gemini(speech: &Speech) -> Vec<String> {
    let response = |part: Value, reason: Option<&str>| {
        let mut candidate = json!({"content": {"parts": [part], "role": "model"}, "index": 0});
        if let Some(reason) = reason {
            candidate["finishReason"] = json!(reason);
        }
        json!({"candidates": [candidate], "modelVersion": "scripted", "responseId": "r1"})
    };
    let words = pieces(&speech.words)
        .into_iter()
        .map(|words| response(json!({"text": words}), None));
    let mut events: Vec<Value> = words.collect();
    for call in &speech.calls {
        // Arguments are no text here: what is no JSON comes as a string.
        let arguments = serde_json::from_str(&call.arguments).unwrap_or_else(|_| json!(call.arguments));
        let call = json!({"name": call.name, "args": arguments, "id": call.id});
        events.push(response(json!({"functionCall": call}), None));
    }
    events.push(response(json!({"text": ""}), Some("STOP")));
    plain(events)
}
