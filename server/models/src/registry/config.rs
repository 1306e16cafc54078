//! What the user configured, as the registry takes it.

use std::fmt;
use std::str::FromStr;

use base::Usage;

use super::{KeySource, ModelRef, ProviderError};
use crate::detect::{LOCAL_SERVERS, LocalServer};
use crate::{Limits, Secret};

/// Everything that a registry is made of. In order: where several would do, the first is taken.
#[derive(Clone, Debug)]
pub struct Settings {
    pub providers: Vec<(String, ProviderConfig)>,
    pub models: Vec<(ModelRef, ModelConfig)>,
    pub local_servers: Vec<LocalServer>,
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            providers: Vec::new(),
            models: Vec::new(),
            local_servers: LOCAL_SERVERS.to_vec(),
            limits: Limits::default(),
        }
    }
}

/// The protocol that a provider speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderKind {
    Anthropic,
    OpenAiChat,
    OpenAiResponses,
    Gemini,
}

impl ProviderKind {
    pub const ALL: [Self; 4] = [Self::Anthropic, Self::OpenAiChat, Self::OpenAiResponses, Self::Gemini];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::OpenAiChat => "openai-chat",
            Self::OpenAiResponses => "openai-responses",
            Self::Gemini => "gemini",
        }
    }
}

impl FromStr for ProviderKind {
    type Err = ProviderError;

    fn from_str(kind: &str) -> Result<Self, ProviderError> {
        Self::ALL
            .into_iter()
            .find(|known| known.as_str() == kind)
            .ok_or_else(|| ProviderError::Kind { kind: kind.to_owned() })
    }
}

impl fmt::Display for ProviderKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct ProviderConfig {
    pub kind: ProviderKind,
    /// As the vendor's own SDK takes it: OpenAI's ends in `/v1`, the others' do not. None is the vendor itself.
    pub base_url: Option<String>,
    /// In the vendor's own way: `x-api-key` for Anthropic, `x-goog-api-key` for Google, a bearer token for OpenAI.
    pub api_key: Option<Secret>,
    /// Where `api_key` comes from if it is not known yet.
    pub key_source: Option<KeySource>,
    /// A bearer token for any of them.
    pub auth_token: Option<Secret>,
    /// Sent with every request; win over our own of the same name.
    pub headers: Vec<(String, Secret)>,
}

impl ProviderConfig {
    /// The vendor itself, without credentials.
    #[must_use]
    pub fn new(kind: ProviderKind) -> Self {
        Self {
            kind,
            base_url: None,
            api_key: None,
            key_source: None,
            auth_token: None,
            headers: Vec::new(),
        }
    }
}

/// What the user knows of a model; none where defaults shall do.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ModelConfig {
    /// Tokens of prompt and answer together.
    pub context_window: Option<u32>,
    /// Tokens of an answer.
    pub max_output: Option<u32>,
    pub price: Option<Price>,
}

/// US dollars per million tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Price {
    pub input: f64,
    pub output: f64,
    pub cache_read: f64,
    pub cache_write: f64,
}

impl Price {
    /// US dollars.
    #[must_use]
    pub fn of(&self, usage: Usage) -> f64 {
        let part = |tokens: u64, price: f64| tokens as f64 / 1e6 * price;
        part(usage.input, self.input)
            + part(usage.output, self.output)
            + part(usage.cache_read, self.cache_read)
            + part(usage.cache_write, self.cache_write)
    }
}
