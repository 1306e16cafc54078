//! What a model does in a transcript, line by line.

use base::{CallId, StopReason, ToolCall, Usage};
use models::{Chunk, ModelError};
use serde_json::{Value, json};

/// One line of a `model` block.
pub(crate) enum Line {
    Chunks(Vec<Chunk>),
    Fail(ModelError),
    Cut,
    Stall,
}

impl Line {
    pub(crate) fn parse(line: &str, provider: &str) -> Result<Self, String> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let chunk = |chunk| Ok(Self::Chunks(vec![chunk]));
        match verb {
            "say" => chunk(Chunk::Text(spoken(rest))),
            "think" => Ok(Self::Chunks(vec![
                Chunk::Thinking(spoken(rest)),
                Chunk::ThinkingDone {
                    signature: Some("signed".into()),
                },
            ])),
            "call" => chunk(Chunk::ToolCall(call(rest)?)),
            "usage" => chunk(Chunk::Usage(usage(rest)?)),
            "done" => chunk(Chunk::Done(reason(rest)?)),
            "fail" => Ok(Self::Fail(failure(rest, provider)?)),
            "cut" => Ok(Self::Cut),
            "stall" => Ok(Self::Stall),
            _ => Err(format!(
                "a model cannot `{verb}`: it can say, think, call, usage, done, fail, cut, stall"
            )),
        }
    }

    /// Whether the answer is over with it.
    pub(crate) fn is_last(&self) -> bool {
        match self {
            Self::Chunks(chunks) => matches!(chunks.last(), Some(Chunk::Done(_))),
            Self::Fail(_) | Self::Cut | Self::Stall => true,
        }
    }
}

/// Words as they stand; a JSON string for those that need more than one line; `"words" × 1000` for a great many.
pub(crate) fn spoken(rest: &str) -> String {
    let (words, times) = match rest.rsplit_once(" × ") {
        Some((words, times)) => (words, times.parse().ok()),
        None => (rest, None),
    };
    match (serde_json::from_str::<String>(words), times) {
        (Ok(words), times) => words.repeat(times.unwrap_or(1)),
        (Err(_), _) => rest.to_owned(),
    }
}

/// `ID NAME ARGUMENTS`; arguments that are no JSON object arrive as providers hand them on.
pub(crate) fn call(rest: &str) -> Result<ToolCall, String> {
    let mut parts = rest.splitn(3, ' ');
    let (Some(id), Some(name)) = (parts.next(), parts.next()) else {
        return Err("write `call ID NAME {arguments}`".to_owned());
    };
    let raw = parts.next().unwrap_or("{}");
    let arguments = match serde_json::from_str::<Value>(raw) {
        Ok(value) if value.is_object() => value,
        _ => json!({ "_invalid": raw }),
    };
    Ok(ToolCall {
        id: CallId::from(id),
        name: name.to_owned(),
        arguments,
    })
}

fn usage(rest: &str) -> Result<Usage, String> {
    let mut usage = Usage::default();
    for part in rest.split_whitespace() {
        let (name, tokens) = part.split_once('=').ok_or("write `usage input=1 output=2`")?;
        let tokens = tokens.parse().map_err(|_| format!("`{tokens}` is no number"))?;
        match name {
            "input" => usage.input = tokens,
            "output" => usage.output = tokens,
            "cache_read" => usage.cache_read = tokens,
            "cache_write" => usage.cache_write = tokens,
            _ => return Err(format!("there are no `{name}` tokens")),
        }
    }
    Ok(usage)
}

fn reason(rest: &str) -> Result<StopReason, String> {
    serde_json::from_value(json!(rest)).map_err(|_| format!("`{rest}` is no reason to stop"))
}

fn failure(rest: &str, provider: &str) -> Result<ModelError, String> {
    let (provider, message) = (provider.to_owned(), String::new());
    Ok(match rest {
        "overloaded" => ModelError::Overloaded {
            provider,
            retry_after: None,
            message,
        },
        "rate-limited" => ModelError::RateLimited {
            provider,
            retry_after: None,
            message,
        },
        "context-length" => ModelError::ContextLength {
            message: "too long".into(),
        },
        "auth" => ModelError::Auth {
            provider,
            message: "no such key".into(),
        },
        "bad-request" => ModelError::BadRequest {
            provider,
            message: "no such model".into(),
        },
        "network" => ModelError::Network {
            provider,
            message: "no route".into(),
        },
        "server" => ModelError::Server {
            provider,
            status: 500,
            message,
        },
        _ => return Err(format!("models do not fail with `{rest}` here")),
    })
}
