//! The event stream of `POST /v1/messages` → chunks. Events, blocks and deltas that did not exist when this was
//! written are skipped, as the API's versioning policy asks.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};

use base::{CallId, StopReason, Usage};
use serde::Deserialize;
use serde_json::Value;

use crate::arguments::{PartialCall, calls_at_end};
use crate::exchange::ReadAnswer;
use crate::failure::Failure;
use crate::sse::Event;
use crate::{Chunk, ModelError};

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum StreamEvent {
    MessageStart {
        message: MessageStart,
    },
    ContentBlockStart {
        index: usize,
        content_block: ContentBlock,
    },
    ContentBlockDelta {
        index: usize,
        delta: Delta,
    },
    ContentBlockStop {
        index: usize,
    },
    MessageDelta {
        delta: MessageDelta,
        usage: Option<ReportedUsage>,
    },
    MessageStop,
    Error {
        error: Value,
    },
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
struct MessageStart {
    usage: Option<ReportedUsage>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ContentBlock {
    Text {
        #[serde(default)]
        text: String,
    },
    Thinking {
        #[serde(default)]
        thinking: String,
        signature: Option<String>,
    },
    RedactedThinking {
        data: String,
    },
    ToolUse {
        id: CallId,
        name: String,
        #[serde(default)]
        input: Value,
    },
    /// Calls and results of the vendor's own tools, and what comes after us.
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Delta {
    #[serde(rename = "text_delta")]
    Text { text: String },
    #[serde(rename = "thinking_delta")]
    Thinking { thinking: String },
    #[serde(rename = "signature_delta")]
    Signature { signature: String },
    #[serde(rename = "input_json_delta")]
    InputJson { partial_json: String },
    /// Citations, and what comes after us.
    #[serde(other)]
    Unknown,
}

#[derive(Deserialize)]
struct MessageDelta {
    stop_reason: Option<String>,
}

/// Cumulative; `message_delta` repeats only what changed.
#[derive(Deserialize)]
struct ReportedUsage {
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
}

/// A block between its start and its stop.
enum OpenBlock {
    Thinking { signature: Option<String> },
    Call(PartialCall),
}

pub(super) struct Reader {
    provider: String,
    open: HashMap<usize, OpenBlock>,
    /// Calls whose arguments are empty or no JSON: only the stop reason tells whether they were cut off. Calls after
    /// them wait too, to keep their order.
    doubtful: Vec<PartialCall>,
    usage: Usage,
    stop_reason: Option<StopReason>,
}

impl ReadAnswer for Reader {
    fn event(&mut self, event: &Event, out: &mut VecDeque<Chunk>) -> Result<(), ModelError> {
        let event = serde_json::from_str(&event.data)
            .map_err(|error| self.protocol(format!("the event `{}`: {error}", event.name)))?;
        match event {
            StreamEvent::MessageStart { message } => self.report(message.usage, out),
            StreamEvent::ContentBlockStart { index, content_block } => self.start(index, content_block, out),
            StreamEvent::ContentBlockDelta { index, delta } => self.delta(index, delta, out),
            StreamEvent::ContentBlockStop { index } => self.stop(index, out),
            StreamEvent::MessageDelta { delta, usage } => {
                if let Some(reason) = delta.stop_reason {
                    self.stop_reason = Some(stop_reason(&reason));
                }
                self.report(usage, out);
            }
            StreamEvent::MessageStop => self.done(out),
            StreamEvent::Error { error } => return Err(self.failure(&error)),
            StreamEvent::Unknown => {}
        }
        Ok(())
    }

    /// Without `message_stop` the answer is not whole.
    fn end(&mut self, _out: &mut VecDeque<Chunk>) {}

    fn whole(&mut self, body: &[u8], _out: &mut VecDeque<Chunk>) -> Result<(), ModelError> {
        match serde_json::from_slice(body) {
            Ok(StreamEvent::Error { error }) => Err(self.failure(&error)),
            _ => Err(self.protocol("one JSON document instead of a stream of events".to_owned())),
        }
    }
}

impl Reader {
    pub(super) fn new(provider: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            open: HashMap::new(),
            doubtful: Vec::new(),
            usage: Usage::default(),
            stop_reason: None,
        }
    }

    fn start(&mut self, index: usize, block: ContentBlock, out: &mut VecDeque<Chunk>) {
        match block {
            ContentBlock::Text { text } => push_words(Chunk::Text, text, out),
            ContentBlock::Thinking { thinking, signature } => {
                push_words(Chunk::Thinking, thinking, out);
                let signature = signature.filter(|signature| !signature.is_empty());
                self.open.insert(index, OpenBlock::Thinking { signature });
            }
            ContentBlock::RedactedThinking { data } => out.push_back(Chunk::RedactedThinking { data }),
            ContentBlock::ToolUse { id, name, input } => {
                // Anthropic opens with `{}` and streams the arguments; some proxies give them all at once.
                let is_given = input.as_object().is_some_and(|input| !input.is_empty());
                let json = if is_given { input.to_string() } else { String::new() };
                out.push_back(Chunk::ToolCallStarted {
                    index,
                    id: id.clone(),
                    name: name.clone(),
                });
                self.open.insert(index, OpenBlock::Call(PartialCall { id, name, json }));
            }
            ContentBlock::Unknown => {}
        }
    }

    fn delta(&mut self, index: usize, delta: Delta, out: &mut VecDeque<Chunk>) {
        match (delta, self.open.get_mut(&index)) {
            (Delta::Text { text }, _) => push_words(Chunk::Text, text, out),
            (Delta::Thinking { thinking }, _) => push_words(Chunk::Thinking, thinking, out),
            (Delta::Signature { signature: more }, Some(OpenBlock::Thinking { signature })) => {
                signature.get_or_insert_default().push_str(&more);
            }
            (Delta::InputJson { partial_json: json }, Some(OpenBlock::Call(call))) if !json.is_empty() => {
                call.json.push_str(&json);
                out.push_back(Chunk::ToolCallArguments { index, json });
            }
            _ => {}
        }
    }

    fn stop(&mut self, index: usize, out: &mut VecDeque<Chunk>) {
        match self.open.remove(&index) {
            Some(OpenBlock::Thinking { signature }) => out.push_back(Chunk::ThinkingDone { signature }),
            Some(OpenBlock::Call(call)) if self.doubtful.is_empty() && call.is_whole() => {
                out.push_back(Chunk::ToolCall(call.finish()));
            }
            Some(OpenBlock::Call(call)) => self.doubtful.push(call),
            None => {}
        }
    }

    fn report(&mut self, usage: Option<ReportedUsage>, out: &mut VecDeque<Chunk>) {
        let Some(reported) = usage else { return };
        let update = |field: &mut u64, value: Option<u64>| *field = value.unwrap_or(*field);
        update(&mut self.usage.input, reported.input_tokens);
        update(&mut self.usage.output, reported.output_tokens);
        update(&mut self.usage.cache_read, reported.cache_read_input_tokens);
        update(&mut self.usage.cache_write, reported.cache_creation_input_tokens);
        out.push_back(Chunk::Usage(self.usage));
    }

    fn done(&mut self, out: &mut VecDeque<Chunk>) {
        let reason = self.stop_reason.unwrap_or(StopReason::EndTurn);
        out.extend(calls_at_end(std::mem::take(&mut self.doubtful), reason).map(Chunk::ToolCall));
        out.push_back(Chunk::Done(reason));
    }

    fn failure(&self, error: &Value) -> ModelError {
        // The same names as in refusals; here without the status they come with there.
        let status = match error["type"].as_str() {
            Some("invalid_request_error") => 400,
            Some("authentication_error") => 401,
            Some("billing_error") => 402,
            Some("permission_error") => 403,
            Some("not_found_error") => 404,
            Some("request_too_large") => 413,
            Some("rate_limit_error") => 429,
            Some("overloaded_error") => 529,
            _ => 500,
        };
        Failure {
            provider: &self.provider,
            status,
            body: &error.to_string(),
            retry_after: None,
        }
        .into_error()
    }

    fn protocol(&self, message: String) -> ModelError {
        ModelError::Protocol {
            provider: self.provider.clone(),
            message,
        }
    }
}

fn push_words(chunk: fn(String) -> Chunk, words: String, out: &mut VecDeque<Chunk>) {
    if !words.is_empty() {
        out.push_back(chunk(words));
    }
}

fn stop_reason(reason: &str) -> StopReason {
    match reason {
        "tool_use" => StopReason::ToolUse,
        "max_tokens" | "model_context_window_exceeded" => StopReason::MaxTokens,
        "refusal" => StopReason::Refusal,
        // `end_turn`, `stop_sequence`, `pause_turn` (of the vendor's own tools, which we do not ask for) and new ones.
        _ => StopReason::EndTurn,
    }
}
