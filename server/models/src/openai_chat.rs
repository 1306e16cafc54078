//! Chat completions (`POST /v1/chat/completions`) of OpenAI and of the many servers that speak like it: Ollama,
//! LM Studio, llama.cpp, vLLM, LiteLLM, OpenRouter and others.

mod quirks;
mod request;
mod response;
mod stream_json;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::exchange;
use crate::http::{Http, Transport};
use crate::registry::{ProviderConfig, ProviderError};
use crate::secret::Secret;
use crate::{Answer, ModelError, Provider, Request};

pub(crate) const BASE_URL: &str = "https://api.openai.com/v1";

/// OpenAI itself, or whatever speaks its protocol.
pub struct OpenAiChat {
    http: Arc<Http>,
    quirks: quirks::Quirks,
    /// OpenAI's newest models call tools through this API only where they do not reason, and say so when asked.
    may_not_reason: Arc<AtomicBool>,
}

impl OpenAiChat {
    /// `config.base_url` is as OpenAI's own SDK takes it: with `/v1`.
    pub fn new(name: &str, config: &ProviderConfig, transport: Arc<Transport>) -> Result<Self, ProviderError> {
        let mut headers = Vec::new();
        if let Some(key) = config.auth_token.as_ref().or(config.api_key.as_ref()) {
            headers.push((
                "authorization".to_owned(),
                Secret::new(format!("Bearer {}", key.expose())),
            ));
        }
        headers.extend(config.headers.iter().cloned());
        let http = Http::new(
            name,
            config.base_url.as_deref().unwrap_or(BASE_URL),
            &headers,
            transport,
        )?;
        let quirks = quirks::Quirks::of_host(http.base().host_str().unwrap_or_default());
        Ok(Self {
            http: Arc::new(http),
            quirks,
            may_not_reason: Arc::default(),
        })
    }

    /// The ids of the models that the server offers, in its order.
    pub async fn models(&self) -> Result<Vec<String>, ModelError> {
        let body = self.http.get("models").await?;
        response::model_ids(&body).ok_or_else(|| ModelError::Protocol {
            provider: self.http.provider.clone(),
            message: "the list of models is not one".to_owned(),
        })
    }
}

impl Provider for OpenAiChat {
    fn name(&self) -> &str {
        &self.http.provider
    }

    fn stream(&self, request: Request) -> Answer {
        let mut body = request::encode(&request, self.quirks);
        if self.may_not_reason.load(Ordering::Relaxed) {
            request::forbid_reasoning(&mut body);
        }
        let (http, may_not_reason) = (Arc::clone(&self.http), Arc::clone(&self.may_not_reason));
        let answer = ask(&http, &body);
        exchange::or_amended(answer, move |error| {
            let is_about_reasoning =
                matches!(error, ModelError::BadRequest { message, .. } if message.contains("reasoning_effort"));
            // A request that forbids reasoning already has no better form.
            (is_about_reasoning && !may_not_reason.swap(true, Ordering::Relaxed)).then(|| {
                request::forbid_reasoning(&mut body);
                ask(&http, &body)
            })
        })
    }
}

fn ask(http: &Arc<Http>, body: &Value) -> Answer {
    let provider = http.provider.clone();
    let body = body.to_string().into();
    exchange::ask(Arc::clone(http), "chat/completions", body, move || {
        response::Reader::new(&provider)
    })
}
