//! The way to a provider's server: one client, the provider's address and credentials, statuses turned into errors.

use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Response, Url};

use crate::failure::{Failure, is_for_safety, retry_after};
use crate::lessons::Known;
use crate::registry::ProviderError;
use crate::secret::{Secret, redact};
use crate::{Limits, ModelError};

/// The most bytes of a refusal's body that we read.
const REFUSAL_BYTES: usize = 64 * 1024;

/// The HTTP clients, made when first needed and then shared by all providers: loading the system's certificates takes
/// longer than a server start may. Also what was learned of the models behind them.
#[derive(Default)]
pub struct Transport {
    limits: Limits,
    remote: OnceLock<Client>,
    local: OnceLock<Client>,
    known: Known,
}

impl Transport {
    #[must_use]
    pub fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            ..Self::default()
        })
    }

    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// The client for `url`. Plain HTTP to this machine goes past proxies and needs no certificates, so that it works
    /// where there are none.
    pub(crate) fn client(&self, url: &Url) -> Result<&Client, reqwest::Error> {
        let (slot, is_local) = if url.scheme() == "http" && is_loopback(url) {
            (&self.local, true)
        } else {
            (&self.remote, false)
        };
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        // Fails only where one is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .connect_timeout(self.limits.connect)
            // A redirect would carry the key to a place that the user did not name.
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("singletree/", env!("CARGO_PKG_VERSION")));
        if is_local {
            builder = builder.no_proxy().tls_certs_only([]);
        }
        let client = builder.build()?;
        Ok(slot.get_or_init(|| client))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback()),
        None => false,
    }
}

/// A provider's server.
pub(crate) struct Http {
    pub(crate) provider: String,
    pub(crate) limits: Limits,
    transport: Arc<Transport>,
    base: Url,
    /// The base URL without user and password, for messages.
    place: String,
    headers: HeaderMap,
    secrets: Vec<Secret>,
}

/// The body of a successful response.
pub(crate) enum Body {
    Events(BoxStream<'static, Result<Bytes, ModelError>>),
    /// The server does not stream: the whole answer, within the limit of one event.
    Json(Bytes),
    /// The server will not answer, for safety's sake.
    Refused,
}

/// A response that is none of success.
enum Rejection {
    Error(ModelError),
    ForSafety,
}

impl Http {
    /// `headers` go with every request; they are taken for secret, all of them.
    pub(crate) fn new(
        provider: &str,
        base_url: &str,
        headers: &[(String, Secret)],
        transport: Arc<Transport>,
    ) -> Result<Self, ProviderError> {
        let base = Url::parse(base_url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let base = base.ok_or_else(|| ProviderError::BaseUrl {
            provider: provider.to_owned(),
            url: redact_user(base_url),
        })?;
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let header = HeaderName::from_bytes(name.as_bytes())
                .ok()
                .zip(HeaderValue::from_str(value.expose()).ok());
            let (name, mut value) = header.ok_or_else(|| ProviderError::Header {
                provider: provider.to_owned(),
                name: name.clone(),
            })?;
            value.set_sensitive(true);
            map.insert(name, value);
        }
        Ok(Self {
            provider: provider.to_owned(),
            limits: transport.limits,
            transport,
            place: format!("{}{}", base.origin().ascii_serialization(), base.path()),
            base,
            headers: map,
            secrets: headers.iter().flat_map(|(_, value)| parts(value)).collect(),
        })
    }

    pub(crate) fn known(&self) -> &Known {
        &self.transport.known
    }

    /// Tells the models of all servers apart.
    pub(crate) fn address_of(&self, model: &str) -> String {
        format!("{} {model}", self.place)
    }

    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// Posts JSON. Anything but a success status is an error; silence for longer than the idle limit, too.
    pub(crate) async fn post(&self, path: &str, body: Bytes) -> Result<Body, ModelError> {
        let url = self.url(path);
        let request = self
            .client(&url)?
            .post(url)
            .headers(self.headers.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let response = tokio::time::timeout(self.limits.idle, request.send())
            .await
            .map_err(|_| ModelError::Stalled {
                after: self.limits.idle,
            })?
            .map_err(|error| self.network(error))?;
        let response = match self.accept(response).await {
            Ok(response) => response,
            Err(Rejection::ForSafety) => return Ok(Body::Refused),
            Err(Rejection::Error(error)) => return Err(error),
        };
        let content_type = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("");
        match content_type
            .split(';')
            .next()
            .unwrap_or("")
            .trim()
            .to_ascii_lowercase()
            .as_str()
        {
            "application/json" => self.read(response, self.limits.event_bytes).await.map(Body::Json),
            "text/html" => Err(ModelError::Protocol {
                provider: self.provider.clone(),
                message: format!("{} answered with a web page", self.place),
            }),
            _ => Ok(Body::Events(
                response.bytes_stream().map_err(|_| ModelError::Cut).boxed(),
            )),
        }
    }

    /// A small JSON document. Used to list a server's models.
    pub(crate) async fn get(&self, path: &str) -> Result<Bytes, ModelError> {
        let url = self.url(path);
        let request = self.client(&url)?.get(url).headers(self.headers.clone());
        let response = request.send().await.map_err(|error| self.network(error))?;
        match self.accept(response).await {
            Ok(response) => self.read(response, self.limits.event_bytes).await,
            Err(Rejection::Error(error)) => Err(error),
            // Nobody refuses a list for that; if somebody did, it would not be there.
            Err(Rejection::ForSafety) => Ok(Bytes::new()),
        }
    }

    /// The names in a list of models, as `read` finds them.
    pub(crate) async fn list(
        &self,
        path: &str,
        read: fn(&[u8]) -> Option<Vec<String>>,
    ) -> Result<Vec<String>, ModelError> {
        let body = self.get(path).await?;
        read(&body).ok_or_else(|| ModelError::Protocol {
            provider: self.provider.clone(),
            message: "the list of models is not one".to_owned(),
        })
    }

    fn client(&self, url: &Url) -> Result<&Client, ModelError> {
        self.transport.client(url).map_err(|error| self.network(error))
    }

    /// `path` may end in a query.
    fn url(&self, path: &str) -> Url {
        let mut url = self.base.clone();
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        url.set_query(query.or(self.base.query()));
        url.set_path(&format!("{}/{path}", self.base.path().trim_end_matches('/')));
        url
    }

    /// The response, if its status is one of success.
    async fn accept(&self, response: Response) -> Result<Response, Rejection> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let retry_after = retry_after(response.headers(), SystemTime::now());
        let body = self.read_up_to(response, REFUSAL_BYTES).await;
        let mut body = redact(&String::from_utf8_lossy(&body), &self.secrets);
        if body.trim().is_empty() {
            body = match status.canonical_reason() {
                Some(reason) => format!("{reason}, from {}", self.place),
                None => format!("from {}", self.place),
            };
        }
        if is_for_safety(status.as_u16(), &body) {
            tracing::info!(%body, "the model refuses to answer");
            return Err(Rejection::ForSafety);
        }
        let failure = Failure {
            provider: &self.provider,
            status: status.as_u16(),
            body: &body,
            retry_after,
        };
        Err(Rejection::Error(failure.into_error()))
    }

    async fn read(&self, response: Response, limit: usize) -> Result<Bytes, ModelError> {
        let mut body = BytesMut::new();
        let mut stream = response.bytes_stream();
        loop {
            let part = tokio::time::timeout(self.limits.idle, stream.next())
                .await
                .map_err(|_| ModelError::Stalled {
                    after: self.limits.idle,
                })?;
            match part {
                Some(Ok(part)) if body.len() + part.len() > limit => return Err(ModelError::TooLarge { limit }),
                Some(Ok(part)) => body.extend_from_slice(&part),
                Some(Err(_)) => return Err(ModelError::Cut),
                None => return Ok(body.freeze()),
            }
        }
    }

    /// What can be had of a body whose end does not matter.
    async fn read_up_to(&self, response: Response, limit: usize) -> Bytes {
        let mut body = BytesMut::new();
        let mut stream = response.bytes_stream();
        while let Ok(Some(Ok(part))) = tokio::time::timeout(self.limits.connect, stream.next()).await {
            body.extend_from_slice(&part[..part.len().min(limit - body.len())]);
            if body.len() == limit {
                break;
            }
        }
        body.freeze()
    }

    /// reqwest says "error sending request"; what happened stands at the end of its chain of causes.
    fn network(&self, error: reqwest::Error) -> ModelError {
        let error = error.without_url();
        let mut cause: &dyn std::error::Error = &error;
        while let Some(source) = cause.source() {
            cause = source;
        }
        ModelError::Network {
            provider: self.provider.clone(),
            message: redact(&format!("{}: {cause}", self.place), &self.secrets),
        }
    }
}

/// What of a header's value a server may echo: all of it, or the token after `Bearer`.
fn parts(value: &Secret) -> Vec<Secret> {
    let token = value.expose().rsplit(' ').next().unwrap_or_default();
    vec![value.clone(), Secret::new(token)]
}

/// A URL without `user:password@`.
fn redact_user(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://[secret]@{rest}"),
        _ => url.to_owned(),
    }
}
