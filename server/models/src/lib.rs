//! Model providers behind one canonical stream.
//!
//! The engine sees `Provider`, `Request` and `Chunk`; the JSON of Anthropic, Google, OpenAI and those who speak like
//! them stays in here. A `Registry` turns a name ("auto", "rules", "provider/model") into a provider: configured ones,
//! those that the process environment names, servers that listen on this machine, and the built-in rules.

mod anthropic;
mod arguments;
mod body;
mod detect;
mod error;
mod escape;
mod exchange;
mod failure;
mod gemini;
mod history;
mod http;
mod lessons;
mod limits;
mod openai;
mod openai_chat;
mod openai_responses;
pub mod prices;
mod provider;
mod registry;
#[cfg(test)]
mod replay;
mod retry;
pub mod routing;
pub mod rules;
mod schema;
pub mod scripted;
mod secret;
mod signature;
mod sse;
pub mod tokens;

pub use anthropic::Anthropic;
pub use detect::{LOCAL_SERVERS, LocalServer};
pub use error::ModelError;
pub use gemini::Gemini;
pub use http::Transport;
pub use limits::Limits;
pub use openai_chat::OpenAiChat;
pub use openai_responses::OpenAiResponses;
pub use provider::{Answer, Chunk, OutputSchema, Provider, Request, ToolChoice};
pub use registry::{
    AUTO, FetchedKey, Found, KeySource, ModelConfig, ModelOffer, ModelRef, Price, ProviderConfig, ProviderError,
    ProviderKind, RULES, Registry, ResolveError, Route, Settings,
};
pub use secret::Secret;
