//! The event stream of `POST /v1/responses` → chunks. Events and items that did not exist when this was written are
//! skipped.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet, VecDeque};

use base::{CallId, StopReason, Usage};
use serde::Deserialize;
use serde_json::{Value, json};

use super::VENDOR;
use crate::arguments::{PartialCall, calls_at_end};
use crate::exchange::ReadAnswer;
use crate::failure::is_for_safety;
use crate::sse::Event;
use crate::{Chunk, ModelError, openai, signature};

#[derive(Deserialize)]
#[serde(tag = "type")]
enum StreamEvent {
    #[serde(rename = "response.output_item.added")]
    ItemAdded { output_index: usize, item: Value },
    #[serde(rename = "response.output_item.done")]
    ItemDone { output_index: usize, item: Value },
    #[serde(rename = "response.output_text.delta")]
    Text { output_index: usize, delta: String },
    #[serde(rename = "response.refusal.delta")]
    Refusal { output_index: usize, delta: String },
    #[serde(rename = "response.reasoning_summary_part.added")]
    SummaryPart { output_index: usize, summary_index: usize },
    #[serde(rename = "response.reasoning_summary_text.delta")]
    Summary { output_index: usize, delta: String },
    /// Of models that show their reasoning itself.
    #[serde(rename = "response.reasoning_text.delta")]
    Reasoning { output_index: usize, delta: String },
    #[serde(rename = "response.function_call_arguments.delta")]
    Arguments { output_index: usize, delta: String },
    #[serde(rename = "response.completed")]
    Completed { response: Value },
    #[serde(rename = "response.incomplete")]
    Incomplete { response: Value },
    #[serde(rename = "response.failed")]
    Failed { response: Value },
    #[serde(rename = "error")]
    Error(Value),
    #[serde(other)]
    Unknown,
}

pub(super) struct Reader {
    provider: String,
    /// Calls between their start and their end, by the place of their item.
    open: BTreeMap<usize, PartialCall>,
    /// Calls whose arguments are no object: only the end tells whether they were cut off.
    doubtful: Vec<PartialCall>,
    /// Items whose words came in deltas, and those that are over.
    streamed: HashSet<usize>,
    done: HashSet<usize>,
    has_calls: bool,
    is_refusal: bool,
}

impl ReadAnswer for Reader {
    fn event(&mut self, event: &Event, out: &mut VecDeque<Chunk>) -> Result<(), ModelError> {
        let data = event.data.trim();
        // Proxies add the end marker of the older protocol.
        if matches!(data, "" | "[DONE]") {
            return Ok(());
        }
        let event: StreamEvent = serde_json::from_str(data)
            .map_err(|error| self.protocol(format!("the event `{}`: {error}", event.name)))?;
        match event {
            StreamEvent::ItemAdded { output_index, item } => self.start(output_index, &item, out),
            StreamEvent::ItemDone { output_index, item } => self.finish(output_index, &item, out),
            StreamEvent::Text { output_index, delta } => self.words(Chunk::Text, output_index, delta, out),
            StreamEvent::Refusal { output_index, delta } => {
                self.is_refusal = true;
                self.words(Chunk::Text, output_index, delta, out);
            }
            StreamEvent::SummaryPart {
                output_index,
                summary_index,
            } => {
                if summary_index > 0 {
                    self.words(Chunk::Thinking, output_index, "\n\n".to_owned(), out);
                }
            }
            StreamEvent::Summary { output_index, delta } | StreamEvent::Reasoning { output_index, delta } => {
                self.words(Chunk::Thinking, output_index, delta, out);
            }
            StreamEvent::Arguments { output_index, delta } => self.arguments(output_index, delta, out),
            StreamEvent::Completed { response } | StreamEvent::Incomplete { response } => self.end_of(&response, out),
            StreamEvent::Failed { response } => return self.fail(&response["error"], out),
            StreamEvent::Error(event) => {
                let error = event.get("error").filter(|error| error.is_object()).unwrap_or(&event);
                return self.fail(error, out);
            }
            StreamEvent::Unknown => {}
        }
        Ok(())
    }

    /// Without the event that ends a response it is not whole.
    fn end(&mut self, _out: &mut VecDeque<Chunk>) {}

    fn whole(&mut self, body: &[u8], out: &mut VecDeque<Chunk>) -> Result<(), ModelError> {
        let response: Value = serde_json::from_slice(body).map_err(|error| self.protocol(error.to_string()))?;
        if response["error"].is_object() {
            return self.fail(&response["error"], out);
        }
        if !response["output"].is_array() {
            return Err(self.protocol("one JSON document that is no response".to_owned()));
        }
        self.end_of(&response, out);
        Ok(())
    }
}

impl Reader {
    pub(super) fn new(provider: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            open: BTreeMap::new(),
            doubtful: Vec::new(),
            streamed: HashSet::new(),
            done: HashSet::new(),
            has_calls: false,
            is_refusal: false,
        }
    }

    fn words(&mut self, chunk: fn(String) -> Chunk, index: usize, words: String, out: &mut VecDeque<Chunk>) {
        if !words.is_empty() {
            self.streamed.insert(index);
            out.push_back(chunk(words));
        }
    }

    fn start(&mut self, index: usize, item: &Value, out: &mut VecDeque<Chunk>) {
        match text(item, "type") {
            "function_call" => {
                let call = PartialCall {
                    id: Some(text(item, "call_id"))
                        .filter(|id| !id.is_empty())
                        .map_or_else(CallId::fresh, CallId::from),
                    name: text(item, "name").to_owned(),
                    json: String::new(),
                };
                out.push_back(Chunk::ToolCallStarted {
                    index,
                    id: call.id.clone(),
                    name: call.name.clone(),
                });
                self.has_calls = true;
                self.open.insert(index, call);
            }
            // How the text is meant goes back with it; a block of thinking without words carries it.
            "message" if item["phase"].is_string() => {
                let meaning = json!({ "type": "message", "phase": item["phase"] });
                out.push_back(Chunk::ThinkingDone {
                    signature: Some(signature::sign(VENDOR, &meaning.to_string())),
                });
            }
            _ => {}
        }
    }

    fn arguments(&mut self, index: usize, json: String, out: &mut VecDeque<Chunk>) {
        if let Some(call) = self.open.get_mut(&index).filter(|_| !json.is_empty()) {
            call.json.push_str(&json);
            out.push_back(Chunk::ToolCallArguments { index, json });
        }
    }

    /// The whole item, which says again what its deltas said.
    fn finish(&mut self, index: usize, item: &Value, out: &mut VecDeque<Chunk>) {
        if !self.done.insert(index) {
            return;
        }
        match text(item, "type") {
            "function_call" => self.finish_call(index, item, out),
            "reasoning" => self.finish_reasoning(index, item, out),
            "message" if !self.streamed.contains(&index) => {
                for part in item["content"].as_array().into_iter().flatten() {
                    self.is_refusal |= part["type"] == "refusal";
                    let words = text(part, "text").to_owned() + text(part, "refusal");
                    self.words(Chunk::Text, index, words, out);
                }
            }
            _ => {}
        }
    }

    fn finish_call(&mut self, index: usize, item: &Value, out: &mut VecDeque<Chunk>) {
        if !self.open.contains_key(&index) {
            self.start(index, item, out);
        }
        let Some(mut call) = self.open.remove(&index) else {
            return;
        };
        let arguments = text(item, "arguments");
        if !arguments.is_empty() {
            arguments.clone_into(&mut call.json);
        }
        if self.doubtful.is_empty() && call.is_whole() {
            out.push_back(Chunk::ToolCall(call.finish()));
        } else {
            self.doubtful.push(call);
        }
    }

    /// Reasoning without its encrypted self cannot go back: nothing is stored that it could refer to.
    fn finish_reasoning(&mut self, index: usize, item: &Value, out: &mut VecDeque<Chunk>) {
        if !self.streamed.contains(&index) {
            let parts = item["summary"].as_array().into_iter().chain(item["content"].as_array());
            let words: Vec<_> = parts.flatten().map(|part| text(part, "text")).collect();
            self.words(Chunk::Thinking, index, words.join("\n\n"), out);
        }
        let is_whole = !text(item, "encrypted_content").is_empty();
        let signature = is_whole.then(|| {
            let mut item = item.clone();
            if let Some(item) = item.as_object_mut() {
                item.shift_remove("status");
            }
            signature::sign(VENDOR, &item.to_string())
        });
        if signature.is_some() || self.streamed.contains(&index) {
            out.push_back(Chunk::ThinkingDone { signature });
        }
    }

    fn end_of(&mut self, response: &Value, out: &mut VecDeque<Chunk>) {
        // A server that does not stream gives the items here only.
        if self.done.is_empty() && self.streamed.is_empty() && self.open.is_empty() {
            for (index, item) in response["output"].as_array().into_iter().flatten().enumerate() {
                self.finish(index, item, out);
            }
        }
        if let Some(usage) = usage(&response["usage"]) {
            out.push_back(Chunk::Usage(usage));
        }
        let reason = match response["incomplete_details"]["reason"].as_str() {
            Some("max_output_tokens") => StopReason::MaxTokens,
            Some("content_filter") => StopReason::Refusal,
            _ if self.is_refusal => StopReason::Refusal,
            _ if self.has_calls => StopReason::ToolUse,
            _ => StopReason::EndTurn,
        };
        let mut calls = std::mem::take(&mut self.doubtful);
        calls.extend(std::mem::take(&mut self.open).into_values());
        out.extend(calls_at_end(calls, reason).map(Chunk::ToolCall));
        out.push_back(Chunk::Done(reason));
    }

    /// What the vendor will not do is a refusal; what it cannot, an error.
    fn fail(&mut self, error: &Value, out: &mut VecDeque<Chunk>) -> Result<(), ModelError> {
        if is_for_safety(400, &error["code"].to_string()) {
            out.push_back(Chunk::Done(StopReason::Refusal));
            return Ok(());
        }
        Err(openai::failure(&self.provider, error))
    }

    fn protocol(&self, message: String) -> ModelError {
        ModelError::Protocol {
            provider: self.provider.clone(),
            message,
        }
    }
}

fn text<'a>(item: &'a Value, field: &str) -> &'a str {
    item[field].as_str().unwrap_or_default()
}

/// `input_tokens` counts what the cache served and stored; ours does not.
fn usage(reported: &Value) -> Option<Usage> {
    let input = reported["input_tokens"].as_u64()?;
    let details = &reported["input_tokens_details"];
    let cache_read = details["cached_tokens"].as_u64().unwrap_or(0);
    let cache_write = details["cache_write_tokens"].as_u64().unwrap_or(0);
    Some(Usage {
        input: input.saturating_sub(cache_read + cache_write),
        output: reported["output_tokens"].as_u64().unwrap_or(0),
        cache_read,
        cache_write,
    })
}
