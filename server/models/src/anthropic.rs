//! The Anthropic Messages API (`POST /v1/messages`, version 2023-06-01), streamed.

mod capabilities;
pub(crate) mod request;
mod response;

use std::sync::Arc;

use serde_json::Value;

use crate::http::{Http, Transport};
use crate::lessons::{self, Lessons};
use crate::registry::{ProviderConfig, ProviderError};
use crate::secret::Secret;
use crate::{Answer, ModelError, Provider, Request, exchange};

pub(crate) const BASE_URL: &str = "https://api.anthropic.com";

/// Anthropic itself, or whatever speaks its protocol.
pub struct Anthropic {
    http: Arc<Http>,
}

impl Anthropic {
    /// `config.base_url` is as Anthropic's own SDK takes it: without `/v1`.
    pub fn new(name: &str, config: &ProviderConfig, transport: Arc<Transport>) -> Result<Self, ProviderError> {
        let mut headers = vec![("anthropic-version".to_owned(), Secret::new("2023-06-01"))];
        if let Some(key) = &config.api_key {
            headers.push(("x-api-key".to_owned(), key.clone()));
        }
        if let Some(token) = &config.auth_token {
            headers.push((
                "authorization".to_owned(),
                Secret::new(format!("Bearer {}", token.expose())),
            ));
        }
        headers.extend(config.headers.iter().cloned());
        let base = config.base_url.as_deref().unwrap_or(BASE_URL).trim_end_matches('/');
        let base = base.strip_suffix("/v1").unwrap_or(base);
        Ok(Self {
            http: Arc::new(Http::new(name, base, &headers, transport)?),
        })
    }

    /// The ids of the models that the server offers, newest first.
    pub async fn models(&self) -> Result<Vec<String>, ModelError> {
        self.http.list("v1/models?limit=1000", model_ids).await
    }
}

impl Provider for Anthropic {
    fn name(&self) -> &str {
        &self.http.provider
    }

    fn stream(&self, request: Request) -> Answer {
        let http = Arc::clone(&self.http);
        lessons::ask(
            &self.http,
            request,
            move |request, lessons| ask(&http, request, lessons),
            learn,
        )
    }
}

fn ask(http: &Arc<Http>, request: &Request, lessons: &Lessons) -> Answer {
    let provider = http.provider.clone();
    let body = request::encode(request, lessons).bytes();
    exchange::ask(Arc::clone(http), "v1/messages", body, move || {
        response::Reader::new(&provider)
    })
}

/// What a refusal teaches; `message` is in lower case.
fn learn(message: &str, request: &Request, lessons: &mut Lessons) {
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| message.contains(phrase));
    let is_schema = request.output.is_some() && says(&["output_config.format", "output_format", "schema"]);
    let is_effort = request.effort.is_some() && !lessons.no_effort && !says(&["signature"]);
    lessons.no_schema |= is_schema;
    lessons.no_effort |= is_effort && !is_schema && says(&["thinking", "effort", "output_config", "budget_tokens"]);
    // Thinking goes back to the model that signed it. A session that changed models may have some of another's.
    lessons.foreign_thinking |= !is_effort && says(&["thinking"]);
}

/// The ids in the body of `GET /v1/models`.
fn model_ids(body: &[u8]) -> Option<Vec<String>> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let ids = body["data"].as_array()?.iter().filter_map(|model| model["id"].as_str());
    Some(ids.map(str::to_owned).collect())
}
