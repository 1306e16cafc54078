//! OpenAI's Responses API (`POST /v1/responses`), streamed.
//!
//! Nothing is stored there: each request holds the whole conversation, reasoning included, which comes encrypted and
//! goes back as it came. So a session can be resumed, forked and carried to another model, and no request depends on
//! what a server remembers (`previous_response_id`).

pub(crate) mod request;
mod response;

use std::sync::Arc;

use crate::http::{Http, Transport};
use crate::lessons::{self, Lessons};
use crate::openai_chat::{self, BASE_URL};
use crate::registry::{ProviderConfig, ProviderError};
use crate::{Answer, ModelError, Provider, Request, exchange, openai};

/// Marks the signatures that are ours to read.
const VENDOR: &str = "openai-responses";

/// OpenAI itself, or whatever speaks its newer protocol.
pub struct OpenAiResponses {
    http: Arc<Http>,
}

impl OpenAiResponses {
    /// `config.base_url` is as OpenAI's own SDK takes it: with `/v1`.
    pub fn new(name: &str, config: &ProviderConfig, transport: Arc<Transport>) -> Result<Self, ProviderError> {
        let base = config.base_url.as_deref().unwrap_or(BASE_URL);
        let http = Http::new(name, base, &openai_chat::headers(config), transport)?;
        Ok(Self { http: Arc::new(http) })
    }

    /// The ids of the models that the server offers, in its order.
    pub async fn models(&self) -> Result<Vec<String>, ModelError> {
        self.http.list("models", openai::model_ids).await
    }
}

impl Provider for OpenAiResponses {
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
    exchange::ask(Arc::clone(http), "responses", body, move || {
        response::Reader::new(&provider)
    })
}

/// What a refusal teaches; `message` is in lower case.
fn learn(message: &str, request: &Request, lessons: &mut Lessons) {
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| message.contains(phrase));
    // Reasoning of another account or family of models, or whose continuation was lost with a cut.
    lessons.foreign_thinking |= says(&[
        "could not be verified",
        "required following item",
        "reasoning input item",
    ]) || (says(&["item"]) && says(&["not found", "not persisted"]));
    lessons.no_reasoning |= says(&[
        "encrypted content is not supported",
        "reasoning.encrypted_content",
        "summary",
        "summaries",
    ]);
    lessons.no_effort |= request.effort.is_some() && says(&["reasoning.effort", "reasoning_effort"]);
    lessons.no_temperature |= request.temperature.is_some() && says(&["temperature"]);
    lessons.no_schema |= request.output.is_some() && says(&["text.format", "json_schema", "schema"]);
}
