//! HTTP with bounds: so long, so much, and to no address that the judgement was not about.

use std::collections::HashSet;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use permissions::{Reach, WebAddress, reach};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};

/// From the connection to the last byte.
const TIME: Duration = Duration::from_secs(30);

/// Bytes of an answer that are read.
const MAX_BODY: usize = 4 << 20;

const ACCEPTED: &str = "text/html, text/*;q=0.9, application/json;q=0.9, */*;q=0.1";

#[derive(Debug, thiserror::Error)]
pub(crate) enum WebError {
    #[error("no permission came with this call to reach the web")]
    NotGranted,
    #[error("`{0}` is no address that can be fetched")]
    Address(String),
    #[error("{host} did not answer: {cause}")]
    Failed { host: String, cause: String },
    #[error("{host} answered {status}{text}")]
    Refused {
        host: String,
        status: StatusCode,
        text: String,
    },
    #[error("{from} redirects too often; the last place was {to}")]
    Redirects { from: String, to: String },
    #[error("{address} is {kind}: only text is shown")]
    NoText { address: String, kind: String },
    #[error("the search service's address in the settings cannot be used: {0}")]
    Endpoint(String),
    #[error(
        "the search service did not answer in a form that is known: it needs a list of results with their addresses"
    )]
    Results,
}

/// The clients, made when first needed: loading the system's certificates takes a while.
#[derive(Default)]
pub(super) struct Clients {
    outside: OnceLock<Client>,
    inside: OnceLock<Client>,
    configured: OnceLock<Client>,
}

/// An answer, as far as it was read.
pub(super) struct Body {
    pub(super) kind: String,
    pub(super) bytes: Vec<u8>,
    pub(super) is_cut: bool,
}

impl Clients {
    /// For an address that was judged. A public name is not connected to where it leads into private networks, which
    /// whoever owns it could make it do after it was judged; what is not public is not asked of a proxy.
    pub(super) fn to(&self, address: &WebAddress) -> Result<&Client, WebError> {
        match address.reach() {
            Reach::Public => made(&self.outside, || {
                let resolver = Resolver {
                    is_inside: false,
                    proxies: proxies(),
                };
                Client::builder().dns_resolver(Arc::new(resolver))
            }),
            Reach::Private | Reach::Never => made(&self.inside, || {
                let resolver = Resolver {
                    is_inside: true,
                    proxies: HashSet::new(),
                };
                Client::builder().no_proxy().dns_resolver(Arc::new(resolver))
            }),
        }
    }

    /// For what the user configured, wherever it is.
    pub(super) fn to_configured(&self) -> Result<&Client, WebError> {
        made(&self.configured, Client::builder)
    }
}

fn made(slot: &OnceLock<Client>, builder: impl FnOnce() -> reqwest::ClientBuilder) -> Result<&Client, WebError> {
    if let Some(client) = slot.get() {
        return Ok(client);
    }
    // Fails only where one is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let built = builder()
        // Each redirection is judged anew.
        .redirect(Policy::none())
        .timeout(TIME)
        .user_agent(concat!("singletree/", env!("CARGO_PKG_VERSION")))
        .build();
    let client = built.map_err(|error| failed("the HTTP client", &error))?;
    Ok(slot.get_or_init(|| client))
}

/// Looks names up, and forgets the addresses that may not be connected to.
struct Resolver {
    is_inside: bool,
    /// Names of the user's own proxies, which may be anywhere.
    proxies: HashSet<String>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let is_inside = self.is_inside;
        let is_proxy = self.proxies.contains(name.as_str());
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let may_be = |address: &SocketAddr| match reach(address.ip()) {
                Reach::Public => true,
                Reach::Private => is_inside || is_proxy,
                Reach::Never => is_proxy,
            };
            let addresses: Vec<_> = found.filter(may_be).collect();
            if addresses.is_empty() {
                let why = "its name leads to a private address only, which it may not; name the address itself";
                return Err(why.into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

fn proxies() -> HashSet<String> {
    let names = ["http_proxy", "https_proxy", "all_proxy"];
    let values = names
        .into_iter()
        .flat_map(|name| [std::env::var(name), std::env::var(name.to_uppercase())]);
    let host = |value: String| {
        let url = if value.contains("://") {
            value
        } else {
            format!("http://{value}")
        };
        Url::parse(&url).ok()?.host_str().map(str::to_owned)
    };
    values.filter_map(Result::ok).filter_map(host).collect()
}

/// Sends the request; whatever the status is.
pub(super) async fn send(host: &str, request: RequestBuilder) -> Result<Response, WebError> {
    let sent = request.header(ACCEPT, ACCEPTED).send().await;
    sent.map_err(|error| failed(host, &error))
}

/// Reads as much of the answer as is ever shown.
pub(super) async fn read(host: &str, mut response: Response) -> Result<Body, WebError> {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let mut body = Body {
        kind: kind.unwrap_or_default().to_owned(),
        bytes: Vec::new(),
        is_cut: false,
    };
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(host, &error))? {
        let room = MAX_BODY - body.bytes.len();
        body.bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            body.is_cut = true;
            break;
        }
    }
    Ok(body)
}

/// What happened stands at the end of the chain of causes; the address may hold a key, so it is left out.
fn failed(host: &str, error: &reqwest::Error) -> WebError {
    let mut cause = match error.is_timeout() {
        true => format!("it took longer than {} seconds", TIME.as_secs()),
        false => "no connection".to_owned(),
    };
    let mut inner = error.source();
    while let Some(source) = inner {
        if !error.is_timeout() {
            cause = source.to_string();
        }
        inner = source.source();
    }
    WebError::Failed {
        host: host.to_owned(),
        cause,
    }
}
