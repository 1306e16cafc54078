//! Models that are there without any set-up: endpoints named by the process environment, and servers that listen on
//! this machine. Only the process environment counts; a workspace's `.env` is somebody else's text.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;

use crate::ModelError;
use crate::anthropic::Anthropic;
use crate::gemini::Gemini;
use crate::http::Transport;
use crate::openai_chat::OpenAiChat;
use crate::openai_responses::OpenAiResponses;
use crate::registry::{ProviderConfig, ProviderError, ProviderKind};
use crate::secret::Secret;

/// What a server on this machine has to answer in: it is no further than a context switch away.
const LOCAL_TIMEOUT: Duration = Duration::from_millis(300);

/// The same for a server that the environment names.
const NAMED_TIMEOUT: Duration = Duration::from_secs(3);

/// The models taken where a key is given and no model: the middle of each vendor's range, as of November 2026.
const ANTHROPIC_MODEL: &str = "claude-sonnet-5-5";
const OPENAI_MODEL: &str = "gpt-5.4-mini";
const GEMINI_MODEL: &str = "gemini-3.8-flash";

/// A program that serves models on a port of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalServer {
    /// Also the provider's name.
    pub name: &'static str,
    pub port: u16,
}

/// The usual ports, in the order in which they are preferred.
pub const LOCAL_SERVERS: [LocalServer; 4] = [
    LocalServer {
        name: "ollama",
        port: 11434,
    },
    LocalServer {
        name: "lmstudio",
        port: 1234,
    },
    LocalServer {
        name: "llamacpp",
        port: 8080,
    },
    LocalServer {
        name: "vllm",
        port: 8000,
    },
];

impl LocalServer {
    pub(crate) fn endpoint(self) -> Endpoint {
        Endpoint {
            name: self.name.to_owned(),
            config: ProviderConfig {
                base_url: Some(format!("http://127.0.0.1:{}/v1", self.port)),
                ..ProviderConfig::new(ProviderKind::OpenAiChat)
            },
            model: None,
            origin: format!("listens on 127.0.0.1:{}", self.port),
            is_local: true,
        }
    }
}

/// Where a provider can be reached, and how we know.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Endpoint {
    pub(crate) name: String,
    pub(crate) config: ProviderConfig,
    /// The model to take where the user names none.
    pub(crate) model: Option<String>,
    /// For people: the variable or address that it was found by.
    pub(crate) origin: String,
    pub(crate) is_local: bool,
}

impl Endpoint {
    /// Whether nobody named its model: then it is the vendor's default.
    pub(crate) fn has_default_model(&self) -> bool {
        let default = match self.config.kind {
            ProviderKind::Anthropic => ANTHROPIC_MODEL,
            ProviderKind::OpenAiChat | ProviderKind::OpenAiResponses => OPENAI_MODEL,
            ProviderKind::Gemini => GEMINI_MODEL,
        };
        self.model.as_deref() == Some(default)
    }
}

/// What the process environment names. Anthropic comes first.
pub(crate) fn environment(env: &dyn Fn(&str) -> Option<String>) -> Vec<Endpoint> {
    let get = |name: &str| {
        env(name)
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    };
    let anthropic = Variables {
        kind: ProviderKind::Anthropic,
        base_url: get("ANTHROPIC_BASE_URL"),
        api_key: get("ANTHROPIC_API_KEY"),
        auth_token: get("ANTHROPIC_AUTH_TOKEN"),
        model: get("ANTHROPIC_MODEL"),
        prefix: "ANTHROPIC",
        default_model: ANTHROPIC_MODEL,
    };
    let openai_url = get("OPENAI_BASE_URL");
    let openai = Variables {
        // OpenAI's models keep their reasoning between calls only in the newer protocol; servers that speak like
        // OpenAI speak the older one, all of them.
        kind: match &openai_url {
            Some(url) if !is_openai(url) => ProviderKind::OpenAiChat,
            _ => ProviderKind::OpenAiResponses,
        },
        base_url: openai_url,
        api_key: get("OPENAI_API_KEY"),
        auth_token: None,
        model: get("OPENAI_MODEL"),
        prefix: "OPENAI",
        default_model: OPENAI_MODEL,
    };
    // Google's other services take a `GOOGLE_API_KEY` too, so the name that says more comes first.
    let (gemini_key, prefix) = match get("GEMINI_API_KEY") {
        Some(key) => (Some(key), "GEMINI"),
        None => (get("GOOGLE_API_KEY"), "GOOGLE"),
    };
    let gemini_url = get("GOOGLE_GEMINI_BASE_URL");
    let gemini = Variables {
        kind: ProviderKind::Gemini,
        prefix: if gemini_url.is_some() { "GOOGLE_GEMINI" } else { prefix },
        base_url: gemini_url,
        api_key: gemini_key,
        auth_token: None,
        model: get("GEMINI_MODEL"),
        default_model: GEMINI_MODEL,
    };
    [("anthropic", anthropic), ("openai", openai), ("gemini", gemini)]
        .into_iter()
        .filter_map(|(name, variables)| variables.endpoint(name))
        .collect()
}

fn is_openai(url: &str) -> bool {
    reqwest::Url::parse(url).is_ok_and(|url| url.host_str() == Some("api.openai.com"))
}

/// One vendor's variables.
struct Variables {
    kind: ProviderKind,
    base_url: Option<String>,
    api_key: Option<String>,
    auth_token: Option<String>,
    model: Option<String>,
    prefix: &'static str,
    default_model: &'static str,
}

impl Variables {
    /// A key suffices, and so does an address: many servers want no key.
    fn endpoint(self, name: &str) -> Option<Endpoint> {
        let found = [
            (self.base_url.is_some(), "BASE_URL"),
            (self.api_key.is_some(), "API_KEY"),
            (self.auth_token.is_some(), "AUTH_TOKEN"),
        ];
        let (_, variable) = found.into_iter().find(|(is_set, _)| *is_set)?;
        // Who speaks a vendor's protocol and wants a key has the vendor's models; OpenAI's older one is spoken by
        // servers of every kind, which are asked what they have.
        let has_key = self.api_key.is_some() || self.auth_token.is_some();
        let is_vendor = self.base_url.is_none() || (self.kind != ProviderKind::OpenAiChat && has_key);
        let default_model = is_vendor.then(|| self.default_model.to_owned());
        Some(Endpoint {
            name: name.to_owned(),
            origin: format!("{}_{variable} is set", self.prefix),
            model: self.model.or(default_model),
            config: ProviderConfig {
                base_url: self.base_url,
                api_key: self.api_key.map(Secret::new),
                auth_token: self.auth_token.map(Secret::new),
                ..ProviderConfig::new(self.kind)
            },
            is_local: false,
        })
    }
}

/// The endpoints' models, asked for all at once. An endpoint that does not answer in time has none.
pub(crate) async fn models<'a>(
    endpoints: impl Iterator<Item = &'a Endpoint>,
    transport: &Arc<Transport>,
) -> Vec<Vec<String>> {
    join_all(endpoints.map(|endpoint| async {
        let timeout = if endpoint.is_local {
            LOCAL_TIMEOUT
        } else {
            NAMED_TIMEOUT
        };
        let listed = tokio::time::timeout(timeout, list(endpoint, transport)).await;
        listed
            .ok()
            .and_then(Result::ok)
            .and_then(Result::ok)
            .unwrap_or_default()
    }))
    .await
}

/// Each kind is asked in its own way, so that its key goes where it belongs.
async fn list(
    Endpoint { name, config, .. }: &Endpoint,
    transport: &Arc<Transport>,
) -> Result<Result<Vec<String>, ModelError>, ProviderError> {
    let transport = Arc::clone(transport);
    Ok(match config.kind {
        ProviderKind::Anthropic => Anthropic::new(name, config, transport)?.models().await,
        ProviderKind::OpenAiChat => OpenAiChat::new(name, config, transport)?.models().await,
        ProviderKind::OpenAiResponses => OpenAiResponses::new(name, config, transport)?.models().await,
        ProviderKind::Gemini => Gemini::new(name, config, transport)?.models().await,
    })
}

/// The first model that can chat: lists hold embedding models, too.
pub(crate) fn first_chat_model(models: &[String]) -> Option<&String> {
    models.iter().find(|model| !model.to_lowercase().contains("embed"))
}
