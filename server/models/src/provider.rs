//! The seam between the engine and every model: one request in, one stream of canonical chunks out.

use std::sync::Arc;

use base::{CallId, Effort, Message, StopReason, SystemPart, ToolCall, ToolSpec, Usage};
use futures::stream::BoxStream;

use crate::ModelError;

/// A model's answer as it arrives. Ends after `Chunk::Done` or after one error; a stream that just ends without
/// either is cut. Dropping it cancels the request.
pub type Answer = BoxStream<'static, Result<Chunk, ModelError>>;

/// A model vendor, a local server, or the built-in rules.
pub trait Provider: Send + Sync {
    /// The name in `provider/model`: `anthropic`, `local`, `rules`.
    fn name(&self) -> &str;

    /// Sends the request when the stream is first polled.
    fn stream(&self, request: Request) -> Answer;
}

/// One model call, free of any vendor's JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// The vendor's own id, without our provider name.
    pub model: String,
    pub system: Vec<SystemPart>,
    /// Alternating user and assistant entries as `base::Message` describes them. Shared with the session, which adds to
    /// them when the request is done with.
    pub messages: Arc<Vec<Message>>,
    pub tools: Arc<[ToolSpec]>,
    /// The most tokens the answer may have.
    pub max_output: u32,
    /// None leaves the vendor's default; newer models have no other. Not sent where the protocol does without it.
    pub temperature: Option<f32>,
    /// None leaves the vendor's default. Not sent to models that do not take it.
    pub effort: Option<Effort>,
    /// What the whole answer must be; none for prose and tool calls.
    pub output: Option<OutputSchema>,
    pub tool_choice: ToolChoice,
}

/// The answer shall be one JSON value that fits a schema.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputSchema {
    /// Letters, digits, `_` and `-`: some vendors want a name.
    pub name: String,
    /// A JSON Schema whose root is an object.
    pub schema: serde_json::Value,
}

/// Whether the model may call tools. The list of tools stays the same either way, for the sake of the cached prompt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToolChoice {
    #[default]
    Auto,
    None,
}

/// A piece of an answer. Text and thinking come in order; the pieces of two tool calls may interleave, told apart by
/// `index`, which is unique within the answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Chunk {
    Text(String),
    Thinking(String),
    /// The thinking block is whole. `signature` is the vendor's proof, to be sent back with it.
    ThinkingDone {
        signature: Option<String>,
    },
    RedactedThinking {
        data: String,
    },
    ToolCallStarted {
        index: usize,
        id: CallId,
        name: String,
    },
    /// More of the arguments' JSON text; for display only, no piece need be valid by itself.
    ToolCallArguments {
        index: usize,
        json: String,
    },
    /// A call whose arguments are whole: it may start.
    ToolCall(ToolCall),
    /// Tokens of this answer so far; a later report replaces an earlier one.
    Usage(Usage),
    Done(StopReason),
}
