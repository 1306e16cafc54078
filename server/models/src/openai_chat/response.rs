//! The event stream of `POST /v1/chat/completions`, or the one JSON body of servers that do not stream → chunks.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use super::stream_json::{CallDelta, Choice, Completion, Delta};
use crate::arguments::{PartialCall, calls_at_end};
use crate::exchange::ReadAnswer;
use crate::sse::Event;
use crate::{Chunk, ModelError, openai};
use base::{CallId, StopReason, Usage};

const END_MARKER: &str = "[DONE]";

pub(super) struct Reader {
    provider: String,
    calls: Vec<Slot>,
    is_thinking: bool,
    is_refusal: bool,
    has_begun: bool,
    finish_reason: Option<StopReason>,
}

/// A tool call and how the server refers to it. `call` is gone once it was given out.
struct Slot {
    index: Option<usize>,
    id: String,
    call: Option<PartialCall>,
}

impl ReadAnswer for Reader {
    fn event(&mut self, event: &Event, out: &mut VecDeque<Chunk>) -> Result<(), ModelError> {
        let data = event.data.trim();
        match data {
            "" => Ok(()),
            END_MARKER if !self.has_begun => Err(self.protocol("it ended before it began".to_owned())),
            END_MARKER => {
                self.done(out);
                Ok(())
            }
            data => self.completion(data.as_bytes(), out),
        }
    }

    /// Some servers forget the end marker; the reason for finishing says as much.
    fn end(&mut self, out: &mut VecDeque<Chunk>) {
        if self.finish_reason.is_some() {
            self.done(out);
        }
    }

    fn whole(&mut self, body: &[u8], out: &mut VecDeque<Chunk>) -> Result<(), ModelError> {
        self.completion(body, out)?;
        if self.finish_reason.is_none() {
            return Err(self.protocol("a completion without a choice that finished".to_owned()));
        }
        self.done(out);
        Ok(())
    }
}

impl Reader {
    pub(super) fn new(provider: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            calls: Vec::new(),
            is_thinking: false,
            is_refusal: false,
            has_begun: false,
            finish_reason: None,
        }
    }

    fn completion(&mut self, json: &[u8], out: &mut VecDeque<Chunk>) -> Result<(), ModelError> {
        let completion: Completion = serde_json::from_slice(json).map_err(|error| self.protocol(error.to_string()))?;
        if let Some(error) = completion.error.filter(|error| !error.is_null()) {
            return Err(openai::failure(&self.provider, &error));
        }
        if completion.object.as_deref() == Some("error") {
            return Err(openai::failure(
                &self.provider,
                &serde_json::from_slice(json).unwrap_or_default(),
            ));
        }
        // We ask for one choice; the first is the answer whatever a server sends beside it.
        for choice in completion.choices.into_iter().filter(|choice| choice.index == 0) {
            self.choice(choice, out);
        }
        if let Some(usage) = completion.usage {
            out.push_back(Chunk::Usage(Usage::from(usage)));
        }
        Ok(())
    }

    fn choice(&mut self, choice: Choice, out: &mut VecDeque<Chunk>) {
        self.has_begun = true;
        let Delta {
            content,
            reasoning_content,
            reasoning,
            refusal,
            tool_calls,
        } = choice.delta.or(choice.message).unwrap_or_default();
        // Servers that send both fields send the same text in both.
        let thinking = reasoning_content.or(reasoning).unwrap_or_default() + &content.thinking;
        if !thinking.is_empty() {
            self.is_thinking = true;
            out.push_back(Chunk::Thinking(thinking));
        }
        let refusal = refusal.unwrap_or_default();
        self.is_refusal |= !refusal.is_empty();
        let text = content.text + &refusal;
        if !text.is_empty() {
            self.end_thinking(out);
            out.push_back(Chunk::Text(text));
        }
        for delta in tool_calls {
            self.end_thinking(out);
            self.call(delta, out);
        }
        if let Some(reason) = choice.finish_reason.filter(|reason| !reason.is_empty()) {
            self.finish_reason = Some(stop_reason(&reason));
        }
    }

    fn end_thinking(&mut self, out: &mut VecDeque<Chunk>) {
        if std::mem::take(&mut self.is_thinking) {
            out.push_back(Chunk::ThinkingDone { signature: None });
        }
    }

    fn call(&mut self, delta: CallDelta, out: &mut VecDeque<Chunk>) {
        let position = self.slot_of(&delta).unwrap_or_else(|| self.open_slot(&delta, out));
        let json = delta.function.arguments();
        if let Some(call) = self.calls[position].call.as_mut().filter(|_| !json.is_empty()) {
            call.json.push_str(&json);
            out.push_back(Chunk::ToolCallArguments { index: position, json });
        }
    }

    /// The call that `delta` goes on with; none if it begins one. Servers may leave out the index (Ollama, Gemini), the
    /// id in later deltas (OpenAI), or both, and may number every call 0 (Gemini, vLLM): then a new id with a name
    /// tells that a call begins.
    fn slot_of(&self, delta: &CallDelta) -> Option<usize> {
        let id = delta.id.as_deref().unwrap_or_default();
        let is_named = delta.function.name.as_deref().is_some_and(|name| !name.is_empty());
        let known = match delta.index {
            Some(index) => self.calls.iter().rposition(|slot| slot.index == Some(index)),
            None if id.is_empty() => self.calls.len().checked_sub(1),
            None => self.calls.iter().rposition(|slot| slot.id == id),
        }?;
        let is_other = if delta.index.is_none() && id.is_empty() {
            is_named
        } else {
            is_named && !id.is_empty() && self.calls[known].id != id
        };
        (!is_other).then_some(known)
    }

    fn open_slot(&mut self, delta: &CallDelta, out: &mut VecDeque<Chunk>) -> usize {
        self.give_out_whole_calls(out);
        let index = self.calls.len();
        let sent = delta.id.clone().unwrap_or_default();
        let id = if sent.is_empty() {
            CallId::fresh()
        } else {
            CallId::from(sent.as_str())
        };
        let name = delta.function.name.clone().unwrap_or_default();
        out.push_back(Chunk::ToolCallStarted {
            index,
            id: id.clone(),
            name: name.clone(),
        });
        self.calls.push(Slot {
            index: delta.index,
            id: sent,
            call: Some(PartialCall {
                id,
                name,
                json: String::new(),
            }),
        });
        index
    }

    /// The protocol marks no end of a call, but when the next one begins, those before it are most likely whole. They
    /// go in order: one that is not whole holds back those after it.
    fn give_out_whole_calls(&mut self, out: &mut VecDeque<Chunk>) {
        for slot in &mut self.calls {
            match slot.call.take() {
                None => {}
                Some(call) if call.is_whole() => out.push_back(Chunk::ToolCall(call.finish())),
                Some(call) => {
                    slot.call = Some(call);
                    return;
                }
            }
        }
    }

    fn done(&mut self, out: &mut VecDeque<Chunk>) {
        self.end_thinking(out);
        let calls: Vec<_> = self.calls.drain(..).collect();
        let has_calls = !calls.is_empty();
        let reason = match self.finish_reason.unwrap_or(StopReason::EndTurn) {
            // What is refused in words ends with `stop`, too.
            StopReason::EndTurn if self.is_refusal => StopReason::Refusal,
            // Some servers say `stop` after tool calls.
            StopReason::EndTurn if has_calls => StopReason::ToolUse,
            reason => reason,
        };
        let open = calls.into_iter().filter_map(|slot| slot.call).collect();
        out.extend(calls_at_end(open, reason).map(Chunk::ToolCall));
        out.push_back(Chunk::Done(reason));
    }

    fn protocol(&self, message: String) -> ModelError {
        ModelError::Protocol {
            provider: self.provider.clone(),
            message,
        }
    }
}

fn stop_reason(reason: &str) -> StopReason {
    match reason {
        "tool_calls" | "function_call" => StopReason::ToolUse,
        "length" => StopReason::MaxTokens,
        "content_filter" => StopReason::Refusal,
        _ => StopReason::EndTurn,
    }
}
