//! The Anthropic Messages API (`POST /v1/messages`, version 2023-06-01), streamed.

mod request;
mod response;

use std::sync::Arc;

use crate::exchange;
use crate::http::{Http, Transport};
use crate::registry::{ProviderConfig, ProviderError};
use crate::secret::Secret;
use crate::{Answer, ModelError, Provider, Request};

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
}

impl Provider for Anthropic {
    fn name(&self) -> &str {
        &self.http.provider
    }

    fn stream(&self, mut request: Request) -> Answer {
        let http = Arc::clone(&self.http);
        let answer = ask(&http, &request);
        exchange::or_amended(answer, move |error| {
            // Thinking goes back to the model that signed it. A session that changed models has some of another's.
            let is_signature = matches!(error, ModelError::BadRequest { message, .. }
                if message.contains("signature") && message.contains("thinking"));
            is_signature.then(|| {
                request::drop_thinking(&mut request);
                ask(&http, &request)
            })
        })
    }
}

fn ask(http: &Arc<Http>, request: &Request) -> Answer {
    let provider = http.provider.clone();
    let body = request::encode(request).to_string().into();
    exchange::ask(Arc::clone(http), "v1/messages", body, move || {
        response::Reader::new(&provider)
    })
}
