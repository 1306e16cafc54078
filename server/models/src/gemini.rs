//! Google's Gemini API (`POST /v1beta/models/{model}:streamGenerateContent`), streamed.

mod capabilities;
pub(crate) mod request;
mod response;
mod thought;

use std::sync::Arc;

use serde_json::Value;

use crate::http::{Http, Transport};
use crate::lessons::{self, Lessons};
use crate::registry::{ProviderConfig, ProviderError};
use crate::secret::Secret;
use crate::{Answer, ModelError, Provider, Request, exchange};

pub(crate) const BASE_URL: &str = "https://generativelanguage.googleapis.com";

/// Google itself, or whatever speaks its protocol.
pub struct Gemini {
    http: Arc<Http>,
}

impl Gemini {
    /// `config.base_url` is as Google's own SDK takes it: without `/v1beta`.
    pub fn new(name: &str, config: &ProviderConfig, transport: Arc<Transport>) -> Result<Self, ProviderError> {
        let mut headers = Vec::new();
        if let Some(key) = &config.api_key {
            headers.push(("x-goog-api-key".to_owned(), key.clone()));
        }
        if let Some(token) = &config.auth_token {
            headers.push((
                "authorization".to_owned(),
                Secret::new(format!("Bearer {}", token.expose())),
            ));
        }
        headers.extend(config.headers.iter().cloned());
        let base = config.base_url.as_deref().unwrap_or(BASE_URL).trim_end_matches('/');
        let base = base.strip_suffix("/v1beta").unwrap_or(base);
        Ok(Self {
            http: Arc::new(Http::new(name, base, &headers, transport)?),
        })
    }

    /// The ids of the models that the server offers for conversations, in its order.
    pub async fn models(&self) -> Result<Vec<String>, ModelError> {
        self.http.list("v1beta/models?pageSize=1000", model_ids).await
    }
}

impl Provider for Gemini {
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
    let model = request.model.strip_prefix("models/").unwrap_or(&request.model);
    let path = format!("v1beta/models/{model}:streamGenerateContent?alt=sse");
    let body = request::encode(request, lessons).bytes();
    exchange::ask(Arc::clone(http), &path, body, move || response::Reader::new(&provider))
}

/// What a refusal teaches; `message` is in lower case.
fn learn(message: &str, request: &Request, lessons: &mut Lessons) {
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| message.contains(phrase));
    if says(&["thought signature", "thought_signature", "thoughtsignature"]) {
        lessons.foreign_thinking = true;
    } else if says(&["thinking"]) {
        // First without the level, then without any word of thinking.
        lessons.no_reasoning |= lessons.no_effort || request.effort.is_none();
        lessons.no_effort = true;
    }
    lessons.no_temperature |= request.temperature.is_some() && says(&["temperature"]);
    lessons.no_schema |= request.output.is_some() && says(&["mime type", "mime_type", "schema", "json mode"]);
}

/// The ids in the body of `GET /v1beta/models`.
fn model_ids(body: &[u8]) -> Option<Vec<String>> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let converses = |model: &&Value| {
        let methods = model["supportedGenerationMethods"].as_array();
        methods.is_none_or(|methods| methods.iter().any(|method| method == "generateContent"))
    };
    let models = body["models"].as_array()?.iter().filter(converses);
    let ids = models.filter_map(|model| model["name"].as_str()?.strip_prefix("models/"));
    Some(ids.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_of_models() {
        let list = json!({"models": [
            {"name": "models/embedding-001", "supportedGenerationMethods": ["embedContent"]},
            {"name": "models/gemini-3.8-flash", "supportedGenerationMethods": ["generateContent", "countTokens"]},
        ]});
        assert_eq!(
            model_ids(list.to_string().as_bytes()),
            Some(vec!["gemini-3.8-flash".to_owned()])
        );
        assert_eq!(model_ids(b"{\"data\": []}"), None);
    }
}
