//! The stream of `generateContent` responses → chunks. Parts that did not exist when this was written are skipped.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use base::{CallId, StopReason, Usage};
use serde::Deserialize;
use serde_json::Value;

use super::thought::Signed;
use crate::arguments::PartialCall;
use crate::exchange::ReadAnswer;
use crate::failure::Failure;
use crate::sse::Event;
use crate::{Chunk, ModelError};

/// The module in which the model thinks that its tools are.
const TOOLS_AS_GOOGLE_CALLS_THEM: &str = "default_api";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    candidates: Option<Vec<Candidate>>,
    prompt_feedback: Option<PromptFeedback>,
    usage_metadata: Option<ReportedUsage>,
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    #[serde(default)]
    index: usize,
    content: Option<Content>,
    finish_reason: Option<String>,
    finish_message: Option<String>,
}

#[derive(Deserialize)]
struct Content {
    parts: Option<Vec<Part>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    text: Option<String>,
    #[serde(default)]
    thought: bool,
    thought_signature: Option<String>,
    function_call: Option<FunctionCall>,
}

#[derive(Deserialize)]
struct FunctionCall {
    id: Option<String>,
    #[serde(default)]
    name: String,
    args: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PromptFeedback {
    block_reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReportedUsage {
    prompt_token_count: Option<u64>,
    tool_use_prompt_token_count: Option<u64>,
    cached_content_token_count: Option<u64>,
    candidates_token_count: Option<u64>,
    thoughts_token_count: Option<u64>,
}

impl From<ReportedUsage> for Usage {
    /// `promptTokenCount` counts cached tokens too, and the answer's count leaves out thoughts; ours does neither.
    fn from(reported: ReportedUsage) -> Self {
        let cache_read = reported.cached_content_token_count.unwrap_or(0);
        let prompt = reported.prompt_token_count.unwrap_or(0).saturating_sub(cache_read);
        Self {
            input: prompt + reported.tool_use_prompt_token_count.unwrap_or(0),
            output: reported.candidates_token_count.unwrap_or(0) + reported.thoughts_token_count.unwrap_or(0),
            cache_read,
            cache_write: 0,
        }
    }
}

pub(super) struct Reader {
    provider: String,
    calls: usize,
    is_thinking: bool,
    stop_reason: Option<StopReason>,
}

impl ReadAnswer for Reader {
    fn event(&mut self, event: &Event, out: &mut VecDeque<Chunk>) -> Result<(), ModelError> {
        match event.data.trim() {
            "" => Ok(()),
            data => {
                let response = serde_json::from_str(data).map_err(|error| self.protocol(error.to_string()))?;
                self.response(response, out)
            }
        }
    }

    /// The protocol has no end marker. A reason for finishing says as much, and words may still come in its event.
    fn end(&mut self, out: &mut VecDeque<Chunk>) {
        if let Some(reason) = self.stop_reason {
            self.end_thinking(None, out);
            let has_calls = self.calls > 0;
            out.push_back(Chunk::Done(match reason {
                StopReason::EndTurn if has_calls => StopReason::ToolUse,
                reason => reason,
            }));
        }
    }

    /// Without `alt=sse`, which a proxy may drop, the stream is one list.
    fn whole(&mut self, body: &[u8], out: &mut VecDeque<Chunk>) -> Result<(), ModelError> {
        let json: Value = serde_json::from_slice(body).map_err(|error| self.protocol(error.to_string()))?;
        let responses = match json {
            Value::Array(responses) => responses,
            response => vec![response],
        };
        for response in responses {
            let response = serde_json::from_value(response).map_err(|error| self.protocol(error.to_string()))?;
            self.response(response, out)?;
        }
        self.end(out);
        match out.back() {
            Some(Chunk::Done(_)) => Ok(()),
            _ => Err(self.protocol("a response without a reason for finishing".to_owned())),
        }
    }
}

impl Reader {
    pub(super) fn new(provider: &str) -> Self {
        Self {
            provider: provider.to_owned(),
            calls: 0,
            is_thinking: false,
            stop_reason: None,
        }
    }

    fn response(&mut self, response: Response, out: &mut VecDeque<Chunk>) -> Result<(), ModelError> {
        if let Some(error) = response.error {
            return Err(self.failure(&error));
        }
        // We ask for one candidate; the first is the answer whatever comes beside it.
        let candidates = response.candidates.unwrap_or_default().into_iter();
        for candidate in candidates.filter(|candidate| candidate.index == 0) {
            let parts = candidate.content.and_then(|content| content.parts);
            for part in parts.unwrap_or_default() {
                self.part(part, out);
            }
            if let Some(reason) = candidate.finish_reason {
                self.finish(&reason, candidate.finish_message.unwrap_or_default(), out)?;
            }
        }
        // The question itself was refused.
        if response
            .prompt_feedback
            .is_some_and(|feedback| feedback.block_reason.is_some())
        {
            self.stop_reason = Some(StopReason::Refusal);
        }
        if let Some(usage) = response.usage_metadata {
            out.push_back(Chunk::Usage(usage.into()));
        }
        Ok(())
    }

    fn part(&mut self, part: Part, out: &mut VecDeque<Chunk>) {
        let signature = part.thought_signature.filter(|signature| !signature.is_empty());
        let sign = |signed: Signed| signature.as_deref().map(|proof| signed.sign(proof));
        if let Some(call) = part.function_call {
            self.end_thinking(sign(Signed::Call), out);
            self.call(call, out);
        } else if part.thought {
            let words = part.text.unwrap_or_default();
            self.is_thinking |= !words.is_empty();
            if !words.is_empty() {
                out.push_back(Chunk::Thinking(words));
            }
            if signature.is_some() {
                self.end_thinking(sign(Signed::Thought), out);
            }
        } else if let Some(words) = part.text {
            if !words.is_empty() {
                self.end_thinking(None, out);
                out.push_back(Chunk::Text(words));
            }
            if signature.is_some() {
                self.end_thinking(sign(Signed::Text), out);
            }
        }
    }

    /// A signature without words makes a block of its own.
    fn end_thinking(&mut self, signature: Option<String>, out: &mut VecDeque<Chunk>) {
        if std::mem::take(&mut self.is_thinking) || signature.is_some() {
            out.push_back(Chunk::ThinkingDone { signature });
        }
    }

    /// Calls come whole. Older models give them no ids.
    fn call(&mut self, call: FunctionCall, out: &mut VecDeque<Chunk>) {
        let id = call.id.filter(|id| !id.is_empty());
        let call = PartialCall {
            id: id.map_or_else(CallId::fresh, |id| CallId::from(id.as_str())),
            name: call.name,
            json: match call.args {
                None | Some(Value::Null) => String::new(),
                Some(Value::String(text)) => text,
                Some(args) => args.to_string(),
            },
        };
        let index = self.calls;
        self.calls += 1;
        out.push_back(Chunk::ToolCallStarted {
            index,
            id: call.id.clone(),
            name: call.name.clone(),
        });
        if !call.json.is_empty() {
            out.push_back(Chunk::ToolCallArguments {
                index,
                json: call.json.clone(),
            });
        }
        out.push_back(Chunk::ToolCall(call.finish()));
    }

    fn finish(&mut self, reason: &str, message: String, out: &mut VecDeque<Chunk>) -> Result<(), ModelError> {
        match reason {
            "" | "FINISH_REASON_UNSPECIFIED" => {}
            "MAX_TOKENS" => self.stop_reason = Some(StopReason::MaxTokens),
            "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" | "MALFORMED_RESPONSE" => {
                self.malformed(reason, message, out);
            }
            "MISSING_THOUGHT_SIGNATURE" => {
                return Err(ModelError::BadRequest {
                    provider: self.provider.clone(),
                    message: format!("missing thought signature {message}").trim_end().to_owned(),
                });
            }
            "SAFETY"
            | "RECITATION"
            | "LANGUAGE"
            | "OTHER"
            | "BLOCKLIST"
            | "PROHIBITED_CONTENT"
            | "SPII"
            | "ESCALATION"
            | "MODEL_ARMOR"
            | "PUP_LIMITED_DISABLED"
            | "IMAGE_SAFETY"
            | "IMAGE_PROHIBITED_CONTENT" => {
                self.stop_reason = Some(StopReason::Refusal);
            }
            // `STOP` and new ones.
            _ => self.stop_reason = Some(StopReason::EndTurn),
        }
        Ok(())
    }

    /// The model tried to call a tool and failed; Google keeps what it said to itself but for a hint. As a call whose
    /// arguments are no object it gets back to the model, which can do better.
    fn malformed(&mut self, reason: &str, message: String, out: &mut VecDeque<Chunk>) {
        let hint = if message.is_empty() { reason.to_owned() } else { message };
        let named = hint
            .split_once(TOOLS_AS_GOOGLE_CALLS_THEM)
            .map(|(_, rest)| rest)
            .unwrap_or_default();
        let name = named
            .trim_start_matches(['.', ':'])
            .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-'))
            .next();
        let call = FunctionCall {
            id: None,
            name: name.filter(|name| !name.is_empty()).unwrap_or("unknown").to_owned(),
            args: Some(Value::String(hint)),
        };
        self.end_thinking(None, out);
        self.call(call, out);
        self.stop_reason = Some(StopReason::EndTurn);
    }

    fn failure(&self, error: &Value) -> ModelError {
        let status = error["code"].as_u64().and_then(|code| u16::try_from(code).ok());
        Failure {
            provider: &self.provider,
            status: status.filter(|status| (400..600).contains(status)).unwrap_or(500),
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
