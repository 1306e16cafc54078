//! Names of models → providers.
//!
//! A provider is configured, or named by the process environment, or a server of this machine, or built in; the first
//! of these that knows the name has it. Nothing is connected to until a model is resolved.

mod available;
mod config;
mod error;
mod key;
mod keyed;
mod name;
mod offers;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures::future::join_all;

pub use config::{ModelConfig, Price, ProviderConfig, ProviderKind, Settings};
pub use error::{ProviderError, ResolveError};
pub use key::{FetchedKey, KeySource};
pub use name::ModelRef;
pub use offers::ModelOffer;

use keyed::{Keyed, with_key};

use crate::Provider;
use crate::anthropic::{self, Anthropic};
use crate::detect::{self, Endpoint};
use crate::gemini::{self, Gemini};
use crate::http::Transport;
use crate::openai_chat::{self, OpenAiChat};
use crate::openai_responses::OpenAiResponses;
use crate::prices;
use crate::rules::RuleModel;

/// The name of the built-in model.
pub const RULES: &str = "rules";
/// The name that stands for the best model that can be found.
pub const AUTO: &str = "auto";

/// Tokens of prompt and answer where nothing is configured.
const DEFAULT_WINDOW: u32 = 128_000;
/// Tokens of one answer where nothing is configured: enough for an edit, and even small servers allow it.
const DEFAULT_MAX_OUTPUT: u32 = 8_192;
/// The same for the vendors' own models, which all allow it and count their thinking in.
const VENDOR_MAX_OUTPUT: u32 = 32_000;

/// Every model that a user can name.
pub struct Registry {
    /// Configured ones, then those of the environment.
    endpoints: Vec<Endpoint>,
    local: Vec<Endpoint>,
    added: Vec<Arc<dyn Provider>>,
    models: Vec<(ModelRef, ModelConfig)>,
    transport: Arc<Transport>,
}

/// A model ready to be asked.
#[derive(Clone)]
pub struct Route {
    pub provider: Arc<dyn Provider>,
    /// The id for `Request::model`.
    pub model: String,
    /// Tokens of prompt and answer together.
    pub context_window: u32,
    /// Tokens of an answer.
    pub max_output: u32,
    pub price: Option<Price>,
    /// For people: why this model.
    pub origin: String,
}

/// A provider as `doctor` shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub provider: String,
    pub kind: ProviderKind,
    pub base_url: String,
    pub has_key: bool,
    /// For people: where the key comes from, if it was to be fetched.
    pub key_source: Option<String>,
    /// Why it could not be.
    pub key_problem: Option<String>,
    /// Models that were named or that the server lists.
    pub models: Vec<String>,
    /// For people: the variable, setting or address that it was found by.
    pub origin: String,
}

/// An endpoint with the key that it is asked with, or why it has none though it should.
struct Opened<'a> {
    endpoint: &'a Endpoint,
    keyed: Endpoint,
    problem: Option<String>,
}

impl Registry {
    /// Fails where a configured provider cannot work. `env` is the process environment.
    pub fn new(settings: Settings, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, ProviderError> {
        let mut endpoints = Vec::new();
        let transport = Transport::new(settings.limits);
        for (name, config) in settings.providers {
            if name == RULES || name == AUTO || name.contains('/') || name.is_empty() {
                return Err(ProviderError::Name { provider: name });
            }
            let origin = format!("[providers.{name}] is configured");
            let endpoint = Endpoint {
                name,
                config,
                model: None,
                origin,
                is_local: false,
            };
            connect(&endpoint, &transport)?;
            endpoints.push(endpoint);
        }
        endpoints.extend(detect::environment(env));
        Ok(Self {
            endpoints,
            local: settings.local_servers.iter().map(|server| server.endpoint()).collect(),
            added: Vec::new(),
            models: settings.models,
            transport,
        })
    }

    /// Adds a provider of the caller's own, which wins over others of its name.
    #[must_use]
    pub fn with(mut self, provider: Arc<dyn Provider>) -> Self {
        self.added.push(provider);
        self
    }

    /// `auto`, `rules` or `provider/model`. Only `auto` may ask servers what they have, those of this machine and those
    /// that were named without a model.
    pub async fn resolve(&self, name: &str) -> Result<Route, ResolveError> {
        match name {
            AUTO => self.best().await,
            RULES => Ok(rules("built in")),
            name => self.named(&name.parse()?),
        }
    }

    /// Every provider, with the models it lists. Asks all servers, with keys that are fetched where they have to be.
    pub async fn survey(&self) -> Vec<Found> {
        let opened = self.opened().await;
        let listed = detect::models(opened.iter().map(|opened| &opened.keyed), &self.transport).await;
        let found = opened.into_iter().zip(listed);
        found
            .filter(|(opened, models)| !opened.endpoint.is_local || !models.is_empty())
            .map(|(opened, listed)| self.found(opened, listed))
            .collect()
    }

    fn found(&self, opened: Opened<'_>, listed: Vec<String>) -> Found {
        let Endpoint {
            name,
            config,
            model,
            origin,
            ..
        } = opened.endpoint.clone();
        let named = self.models.iter().filter(|(model, _)| model.provider == name);
        let mut models: Vec<_> = model.into_iter().collect();
        models.extend(named.map(|(model, _)| model.model.clone()).chain(listed));
        let mut seen = std::collections::HashSet::new();
        models.retain(|model| seen.insert(model.clone()));
        let keyed = opened.keyed.config;
        Found {
            provider: name,
            kind: config.kind,
            has_key: keyed.api_key.is_some() || keyed.auth_token.is_some(),
            key_source: config.key_source.map(|source| source.origin().to_owned()),
            key_problem: opened.problem,
            base_url: config.base_url.unwrap_or_else(|| default_url(config.kind).to_owned()),
            models,
            origin,
        }
    }

    /// A model that the user configured, else one that the environment names, else one of a server on this machine,
    /// else the rules.
    async fn best(&self) -> Result<Route, ResolveError> {
        for (model, _) in &self.models {
            if let Some(endpoint) = self.endpoints.iter().find(|endpoint| endpoint.name == model.provider) {
                return self.route(endpoint, &model.model);
            }
        }
        for endpoint in &self.endpoints {
            if let Some(model) = &endpoint.model {
                return self.route(endpoint, model);
            }
        }
        // What names no model is asked for its list.
        let opened = self.opened().await;
        let listed = detect::models(opened.iter().map(|opened| &opened.keyed), &self.transport).await;
        for (opened, models) in opened.iter().zip(&listed) {
            if let Some(model) = detect::first_chat_model(models) {
                return self.route(opened.endpoint, model);
            }
        }
        let problem = opened.into_iter().find_map(|opened| opened.problem);
        Ok(rules(
            problem.as_deref().unwrap_or("no key and no local server was found"),
        ))
    }

    /// All endpoints, those whose keys are fetched with the keys.
    async fn opened(&self) -> Vec<Opened<'_>> {
        let endpoints = self.endpoints.iter().chain(&self.local);
        let opened = endpoints.map(|endpoint| async move {
            let (keyed, problem) = match &endpoint.config.key_source {
                None => (endpoint.clone(), None),
                Some(source) => match source.key().await {
                    Ok(key) => (with_key(endpoint, &key), None),
                    Err(why) => (endpoint.clone(), Some(why)),
                },
            };
            Opened {
                endpoint,
                keyed,
                problem,
            }
        });
        join_all(opened).await
    }

    fn named(&self, name: &ModelRef) -> Result<Route, ResolveError> {
        if let Some(provider) = self.added.iter().find(|provider| provider.name() == name.provider) {
            let config = self.config(name);
            return Ok(Route {
                provider: Arc::clone(provider),
                model: name.model.clone(),
                context_window: config.context_window.unwrap_or(DEFAULT_WINDOW),
                max_output: config.max_output.unwrap_or(DEFAULT_MAX_OUTPUT),
                price: config.price,
                origin: "added".to_owned(),
            });
        }
        let mut endpoints = self.endpoints.iter().chain(&self.local);
        match endpoints.find(|endpoint| endpoint.name == name.provider) {
            Some(endpoint) => self.route(endpoint, &name.model),
            None => Err(ResolveError::UnknownProvider {
                provider: name.provider.clone(),
                known: self
                    .endpoints
                    .iter()
                    .chain(&self.local)
                    .map(|endpoint| endpoint.name.clone())
                    .collect(),
            }),
        }
    }

    fn route(&self, endpoint: &Endpoint, model: &str) -> Result<Route, ResolveError> {
        let name = ModelRef {
            provider: endpoint.name.clone(),
            model: model.to_owned(),
        };
        let config = self.config(&name);
        // A server on this machine may call its model what it likes.
        let known = (!endpoint.is_local).then(|| prices::find(model)).flatten();
        let known_window = known.map(|known| known.context_window);
        let known_output = known.map(|known| known.max_output.min(VENDOR_MAX_OUTPUT));
        Ok(Route {
            provider: provider(endpoint, &self.transport)?,
            model: name.model,
            context_window: config
                .context_window
                .or(known_window)
                .unwrap_or_else(|| window(endpoint)),
            max_output: config
                .max_output
                .or(known_output)
                .unwrap_or_else(|| max_output(endpoint)),
            price: config.price.or(known.map(|known| known.price)),
            origin: endpoint.origin.clone(),
        })
    }

    fn config(&self, name: &ModelRef) -> ModelConfig {
        self.models
            .iter()
            .find(|(model, _)| model == name)
            .map(|(_, config)| *config)
            .unwrap_or_default()
    }
}

/// Conservative where nothing is configured: what every current model of the vendor has, and what local servers are
/// usually started with.
fn window(endpoint: &Endpoint) -> u32 {
    match endpoint.config.kind {
        _ if endpoint.is_local => 32_768,
        ProviderKind::Anthropic => 200_000,
        ProviderKind::Gemini => 1_048_576,
        ProviderKind::OpenAiChat | ProviderKind::OpenAiResponses => DEFAULT_WINDOW,
    }
}

fn max_output(endpoint: &Endpoint) -> u32 {
    match endpoint.config.kind {
        ProviderKind::Anthropic | ProviderKind::Gemini => VENDOR_MAX_OUTPUT,
        _ if endpoint.config.base_url.is_none() => VENDOR_MAX_OUTPUT,
        ProviderKind::OpenAiChat | ProviderKind::OpenAiResponses => DEFAULT_MAX_OUTPUT,
    }
}

fn default_url(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Anthropic => anthropic::BASE_URL,
        ProviderKind::OpenAiChat | ProviderKind::OpenAiResponses => openai_chat::BASE_URL,
        ProviderKind::Gemini => gemini::BASE_URL,
    }
}

fn provider(endpoint: &Endpoint, transport: &Arc<Transport>) -> Result<Arc<dyn Provider>, ProviderError> {
    Ok(match &endpoint.config.key_source {
        Some(source) => Arc::new(Keyed::new(endpoint, source, Arc::clone(transport))),
        None => connect(endpoint, transport)?,
    })
}

fn connect(endpoint: &Endpoint, transport: &Arc<Transport>) -> Result<Arc<dyn Provider>, ProviderError> {
    let Endpoint { name, config, .. } = endpoint;
    let transport = Arc::clone(transport);
    Ok(match config.kind {
        ProviderKind::Anthropic => Arc::new(Anthropic::new(name, config, transport)?),
        ProviderKind::OpenAiChat => Arc::new(OpenAiChat::new(name, config, transport)?),
        ProviderKind::OpenAiResponses => Arc::new(OpenAiResponses::new(name, config, transport)?),
        ProviderKind::Gemini => Arc::new(Gemini::new(name, config, transport)?),
    })
}

fn rules(origin: &str) -> Route {
    Route {
        provider: Arc::new(RuleModel),
        model: RULES.to_owned(),
        context_window: DEFAULT_WINDOW,
        max_output: DEFAULT_MAX_OUTPUT,
        price: None,
        origin: origin.to_owned(),
    }
}
