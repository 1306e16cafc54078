//! What the front sends: notifications, and requests that the client hears are off when nobody waits for them.

use tower::Service;
use tower_lsp::gen_lsp_types::{self as types, CancelParams};
use tower_lsp::jsonrpc::{Error, ErrorCode, Id, Request, Result};
use tower_lsp::{Client, ExitedError};

const CANCEL: &str = "$/cancelRequest";

/// The way to the client; cheap to clone. Each send waits its turn behind a client that reads slowly.
#[derive(Clone, Debug)]
pub struct Outbound {
    client: Client,
}

impl Outbound {
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Sends a notification, and returns when it is next to be written. After `exit` it goes nowhere.
    pub async fn notify<N: types::Notification>(&self, params: N::Params) {
        let method = N::METHOD.to_string();
        match build(method, params) {
            Ok(notification) => self.send(notification.finish()).await,
            Err(error) => tracing::error!(%error, "a notification could not be built"),
        }
    }

    /// Sends a request and waits for the answer. Dropping the future sends `$/cancelRequest`.
    ///
    /// # Errors
    /// The client's own error, an answer of another shape than the method's, or the end of the connection.
    pub async fn request<R: types::Request>(&self, params: R::Params) -> Result<R::Result> {
        let id = self.client.next_request_id();
        let request = build(R::METHOD.to_string(), params)?.id(id.clone()).finish();
        let mut guard = CancelGuard {
            outbound: self,
            id: Some(id),
        };
        let answer = self.client.clone().call(request).await;
        guard.id = None;
        match answer {
            Ok(Some(response)) => response
                .into_parts()
                .1
                .and_then(|result| serde_json::from_value(result).map_err(bad_shape)),
            Ok(None) | Err(ExitedError { .. }) => Err(Error::internal_error()),
        }
    }

    async fn send(&self, notification: Request) {
        // The connection has ended; there is nobody to tell.
        let _ = self.client.clone().call(notification).await;
    }
}

struct CancelGuard<'a> {
    outbound: &'a Outbound,
    id: Option<Id>,
}

impl Drop for CancelGuard<'_> {
    fn drop(&mut self) {
        let Some(Id::Number(id)) = self.id.take() else { return };
        let (Ok(id), Ok(runtime)) = (i32::try_from(id), tokio::runtime::Handle::try_current()) else {
            return;
        };
        let outbound = self.outbound.clone();
        runtime.spawn(async move {
            if let Ok(cancel) = build(CANCEL.to_owned(), CancelParams { id: types::Id::Int(id) }) {
                outbound.send(cancel.finish()).await;
            }
        });
    }
}

/// `null` parameters are left out: JSON-RPC knows only objects and arrays.
fn build(method: String, params: impl serde::Serialize) -> Result<tower_lsp::jsonrpc::RequestBuilder> {
    let params = serde_json::to_value(params).map_err(bad_shape)?;
    let request = Request::build(method);
    Ok(if params.is_null() {
        request
    } else {
        request.params(params)
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn bad_shape(error: serde_json::Error) -> Error {
    Error {
        code: ErrorCode::InternalError,
        message: error.to_string().into(),
        data: None,
    }
}
