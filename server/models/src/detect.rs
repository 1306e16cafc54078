//! Models that are there without any set-up: endpoints named by the process environment, and servers that listen on
//! this machine. Only the process environment counts; a workspace's `.env` is somebody else's text.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;

use crate::http::Transport;
use crate::openai_chat::OpenAiChat;
use crate::registry::{ProviderConfig, ProviderKind};
use crate::secret::Secret;

/// What a server on this machine has to answer in: it is no further than a context switch away.
const LOCAL_TIMEOUT: Duration = Duration::from_millis(300);

/// The same for a server that the environment names.
const NAMED_TIMEOUT: Duration = Duration::from_secs(3);

/// The models taken where a key is given and no model: the middle of each vendor's range, as of November 2026.
const ANTHROPIC_MODEL: &str = "claude-sonnet-5-5";
const OPENAI_MODEL: &str = "gpt-5.4-mini";

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
    let openai = Variables {
        kind: ProviderKind::OpenAiChat,
        base_url: get("OPENAI_BASE_URL"),
        api_key: get("OPENAI_API_KEY"),
        auth_token: None,
        model: get("OPENAI_MODEL"),
        prefix: "OPENAI",
        default_model: OPENAI_MODEL,
    };
    [("anthropic", anthropic), ("openai", openai)]
        .into_iter()
        .filter_map(|(name, variables)| variables.endpoint(name))
        .collect()
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
        // Who speaks Anthropic's protocol and wants a key has its models; OpenAI's is spoken by servers of every kind,
        // which are asked what they have.
        let has_key = self.api_key.is_some() || self.auth_token.is_some();
        let is_vendor = self.base_url.is_none() || (self.kind == ProviderKind::Anthropic && has_key);
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

/// The endpoints' models, asked for all at once. An endpoint that does not answer in time has none, and so has one of
/// another kind: its key must not go out in this kind's way.
pub(crate) async fn models(endpoints: &[Endpoint], transport: &Arc<Transport>) -> Vec<Vec<String>> {
    join_all(endpoints.iter().map(|endpoint| async {
        let timeout = if endpoint.is_local {
            LOCAL_TIMEOUT
        } else {
            NAMED_TIMEOUT
        };
        let ask = async {
            if endpoint.config.kind != ProviderKind::OpenAiChat {
                return None;
            }
            let server = OpenAiChat::new(&endpoint.name, &endpoint.config, Arc::clone(transport)).ok()?;
            server.models().await.ok()
        };
        tokio::time::timeout(timeout, ask)
            .await
            .ok()
            .flatten()
            .unwrap_or_default()
    }))
    .await
}

/// The first model that can chat: lists hold embedding models, too.
pub(crate) fn first_chat_model(models: &[String]) -> Option<&String> {
    models.iter().find(|model| !model.to_lowercase().contains("embed"))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(variables: &[(&str, &str)], expect: &Expect) {
        let env = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let lines: Vec<_> = environment(&env)
            .into_iter()
            .map(|endpoint| {
                let ProviderConfig {
                    base_url,
                    api_key,
                    auth_token,
                    ..
                } = endpoint.config;
                let has = |secret: &Option<Secret>| secret.as_ref().map_or(0, |secret| secret.expose().len());
                format!(
                    "{}: {}, url {base_url:?}, key {}, token {}, model {:?}\n",
                    endpoint.name,
                    endpoint.origin,
                    has(&api_key),
                    has(&auth_token),
                    endpoint.model
                )
            })
            .collect();
        expect.assert_eq(&lines.concat());
    }

    #[test]
    fn the_environment_names_endpoints() {
        check(&[], &expect![[""]]);
        check(
            &[("ANTHROPIC_API_KEY", "sk-1"), ("OPENAI_API_KEY", "sk-22")],
            &expect![[r#"
                anthropic: ANTHROPIC_API_KEY is set, url None, key 4, token 0, model Some("claude-sonnet-5-5")
                openai: OPENAI_API_KEY is set, url None, key 5, token 0, model Some("gpt-5.4-mini")
            "#]],
        );
        check(
            &[("OPENAI_BASE_URL", "http://litellm:4000/v1"), ("OPENAI_MODEL", "m")],
            &expect![[r#"
                openai: OPENAI_BASE_URL is set, url Some("http://litellm:4000/v1"), key 0, token 0, model Some("m")
            "#]],
        );
        check(
            &[("OPENAI_BASE_URL", "http://litellm:4000/v1")],
            &expect![[r#"
            openai: OPENAI_BASE_URL is set, url Some("http://litellm:4000/v1"), key 0, token 0, model None
        "#]],
        );
        check(
            &[
                ("ANTHROPIC_BASE_URL", "http://proxy"),
                ("ANTHROPIC_AUTH_TOKEN", "tok"),
                ("ANTHROPIC_MODEL", "m"),
            ],
            &expect![[r#"
                anthropic: ANTHROPIC_BASE_URL is set, url Some("http://proxy"), key 0, token 3, model Some("m")
            "#]],
        );
        check(
            &[("ANTHROPIC_BASE_URL", "http://proxy"), ("ANTHROPIC_API_KEY", "k")],
            &expect![[r#"
                anthropic: ANTHROPIC_BASE_URL is set, url Some("http://proxy"), key 1, token 0, model Some("claude-sonnet-5-5")
            "#]],
        );
        check(
            &[("ANTHROPIC_BASE_URL", "http://proxy")],
            &expect![[r#"
            anthropic: ANTHROPIC_BASE_URL is set, url Some("http://proxy"), key 0, token 0, model None
        "#]],
        );
        check(&[("ANTHROPIC_MODEL", "m"), ("OPENAI_API_KEY", "  ")], &expect![[""]]);
    }

    #[test]
    fn embedding_models_do_not_chat() {
        let models = ["nomic-embed-text", "text-embedding-3", "qwen3-coder"].map(str::to_owned);
        assert_eq!(first_chat_model(&models).map(String::as_str), Some("qwen3-coder"));
    }
}
