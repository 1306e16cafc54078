//! `script.json`: what the scripted model answers, one entry for each request.

use base::{StopReason, Usage};
use models::Chunk;
use models::scripted::Script;
use serde::Deserialize;
use serde_json::{Map, Value};

/// One answer: text in the pieces in which it is streamed, then tool calls. It asks for a next one if it has calls.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Answer {
    text: Vec<String>,
    calls: Vec<Call>,
    usage: Option<Tokens>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    tool: String,
    arguments: Map<String, Value>,
}

/// What the answer is said to have used, in tokens.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Tokens {
    input: u64,
    output: u64,
    cache_read: u64,
    cache_write: u64,
}

impl Answer {
    /// `number` counts the answers of a conversation: calls need ids of their own.
    pub(super) fn script(&self, number: usize) -> Script {
        let mut script = self.text.iter().fold(Script::new(), |script, piece| script.text(piece));
        for (index, call) in self.calls.iter().enumerate() {
            let arguments = Value::Object(call.arguments.clone());
            script = script.call(&format!("call_{number}_{index}"), &call.tool, arguments);
        }
        if let Some(tokens) = self.usage {
            script = script.chunk(Chunk::Usage(Usage {
                input: tokens.input,
                output: tokens.output,
                cache_read: tokens.cache_read,
                cache_write: tokens.cache_write,
            }));
        }
        script.done(if self.calls.is_empty() {
            StopReason::EndTurn
        } else {
            StopReason::ToolUse
        })
    }
}
