//! Model providers behind one canonical stream.
//!
//! The engine sees `Provider`, `Request` and `Chunk`; the JSON of Anthropic and of OpenAI-compatible servers stays in
//! here. A `Registry` turns a name ("auto", "rules", "provider/model") into a provider: configured ones, those that the
//! process environment names, servers that listen on this machine, and the built-in rules.

mod anthropic;
mod arguments;
mod detect;
mod error;
mod exchange;
mod failure;
mod http;
mod limits;
mod openai_chat;
mod provider;
mod registry;
#[cfg(test)]
mod replay;
mod retry;
pub mod rules;
pub mod scripted;
mod secret;
mod sse;

pub use anthropic::Anthropic;
pub use detect::{LOCAL_SERVERS, LocalServer};
pub use error::ModelError;
pub use http::Transport;
pub use limits::Limits;
pub use openai_chat::OpenAiChat;
pub use provider::{Answer, Chunk, OutputSchema, Provider, Request, ToolChoice};
pub use registry::{
    AUTO, Found, ModelConfig, ModelRef, Price, ProviderConfig, ProviderError, ProviderKind, RULES, Registry,
    ResolveError, Route, Settings,
};
pub use secret::Secret;
