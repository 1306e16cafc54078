//! A provider whose key is fetched before its first request, and once more when the server refuses it.

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};

use super::{KeySource, connect};
use crate::detect::Endpoint;
use crate::http::Transport;
use crate::{Answer, ModelError, Provider, Request, Secret};

#[derive(Clone)]
pub(super) struct Keyed {
    endpoint: Arc<Endpoint>,
    source: KeySource,
    transport: Arc<Transport>,
}

impl Keyed {
    pub(super) fn new(endpoint: &Endpoint, source: &KeySource, transport: Arc<Transport>) -> Self {
        Self {
            endpoint: Arc::new(endpoint.clone()),
            source: source.clone(),
            transport,
        }
    }

    async fn ask(self, request: Request) -> Result<Answer, ModelError> {
        let key = self.source.key().await.map_err(|why| self.no_key(why))?;
        let mut answer = self.with_key(&key)?.stream(request.clone());
        let first = answer.next().await;
        if let Some(Err(error @ ModelError::Auth { .. })) = &first {
            tracing::info!(%error, "fetching the key again");
            let other = self.source.instead_of(&key).await.map_err(|why| self.no_key(why))?;
            if let Some(key) = other {
                return Ok(self.with_key(&key)?.stream(request));
            }
        }
        Ok(stream::iter(first).chain(answer).boxed())
    }

    fn with_key(&self, key: &Secret) -> Result<Arc<dyn Provider>, ModelError> {
        let endpoint = with_key(&self.endpoint, key);
        connect(&endpoint, &self.transport).map_err(|error| self.no_key(error.to_string()))
    }

    fn no_key(&self, why: String) -> ModelError {
        ModelError::NoKey {
            provider: self.endpoint.name.clone(),
            why,
        }
    }
}

impl Provider for Keyed {
    fn name(&self) -> &str {
        &self.endpoint.name
    }

    fn stream(&self, request: Request) -> Answer {
        stream::once(self.clone().ask(request)).try_flatten().boxed()
    }
}

/// The endpoint with a key of its own.
pub(super) fn with_key(endpoint: &Endpoint, key: &Secret) -> Endpoint {
    let mut endpoint = endpoint.clone();
    endpoint.config.key_source = None;
    endpoint.config.api_key = Some(key.clone());
    endpoint
}
