//! Chat completions (`POST /v1/chat/completions`) of OpenAI and of the many servers that speak like it: Ollama,
//! LM Studio, llama.cpp, vLLM, LiteLLM, OpenRouter and others.

mod quirks;
pub(crate) mod request;
mod response;
mod stream_json;

use std::sync::Arc;

pub(crate) use quirks::Quirks;

use crate::http::{Http, Transport};
use crate::lessons::{self, Lessons};
use crate::registry::{ProviderConfig, ProviderError};
use crate::secret::Secret;
use crate::{Answer, ModelError, Provider, Request, exchange, openai};

pub(crate) const BASE_URL: &str = "https://api.openai.com/v1";

/// OpenAI itself, or whatever speaks its protocol.
pub struct OpenAiChat {
    http: Arc<Http>,
    quirks: Quirks,
}

impl OpenAiChat {
    /// `config.base_url` is as OpenAI's own SDK takes it: with `/v1`.
    pub fn new(name: &str, config: &ProviderConfig, transport: Arc<Transport>) -> Result<Self, ProviderError> {
        let base = config.base_url.as_deref().unwrap_or(BASE_URL);
        let http = Http::new(name, base, &headers(config), transport)?;
        let quirks = Quirks::of_host(http.base().host_str().unwrap_or_default());
        Ok(Self {
            http: Arc::new(http),
            quirks,
        })
    }

    /// The ids of the models that the server offers, in its order.
    pub async fn models(&self) -> Result<Vec<String>, ModelError> {
        self.http.list("models", openai::model_ids).await
    }
}

/// What says who asks, in OpenAI's way.
pub(crate) fn headers(config: &ProviderConfig) -> Vec<(String, Secret)> {
    let key = config.auth_token.as_ref().or(config.api_key.as_ref());
    let bearer = key.map(|key| Secret::new(format!("Bearer {}", key.expose())));
    let mut headers: Vec<_> = bearer
        .map(|bearer| ("authorization".to_owned(), bearer))
        .into_iter()
        .collect();
    headers.extend(config.headers.iter().cloned());
    headers
}

impl Provider for OpenAiChat {
    fn name(&self) -> &str {
        &self.http.provider
    }

    fn stream(&self, request: Request) -> Answer {
        let (http, quirks) = (Arc::clone(&self.http), self.quirks);
        let ask = move |request: &Request, lessons: &Lessons| {
            let provider = http.provider.clone();
            let body = request::encode(request, quirks, lessons).bytes();
            exchange::ask(Arc::clone(&http), "chat/completions", body, move || {
                response::Reader::new(&provider)
            })
        };
        lessons::ask(&self.http, request, ask, learn)
    }
}

/// What a refusal teaches; `message` is in lower case.
fn learn(message: &str, request: &Request, lessons: &mut Lessons) {
    if message.contains("reasoning_effort") {
        // OpenAI's newest models call tools through this API only where they do not reason, and say so when asked.
        let is_about_level = request.effort.is_some() && !lessons.no_effort && !message.contains("tool");
        lessons.no_effort |= is_about_level;
        lessons.must_not_reason |= !is_about_level;
    }
    lessons.no_temperature |= request.temperature.is_some() && message.contains("temperature");
    let is_about_schema = request.output.is_some()
        && ["response_format", "schema", "json_object"]
            .iter()
            .any(|word| message.contains(word));
    // Servers that know no schemas by name tell which types they know.
    let offers_object = message.contains("json_object") && !lessons.schema_in_object;
    lessons.schema_in_object |= is_about_schema && offers_object;
    lessons.no_schema |= is_about_schema && !offers_object;
}
