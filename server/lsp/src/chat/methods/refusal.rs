//! What the engine refuses, as errors of the protocol.

use engine::{LinkError, RunError};
use tower_lsp::jsonrpc::Error;

use crate::failure;

pub(in crate::chat) fn run(error: RunError) -> Error {
    failure::refused(error.cause(), error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
pub(in crate::chat) fn link(error: LinkError) -> Error {
    failure::refused(error.cause(), error.to_string())
}

pub(in crate::chat) fn store(error: impl std::fmt::Display) -> Error {
    failure::refused("store", format!("the session store failed: {error}"))
}

/// Reads or writes the store on a thread where that may wait.
pub(in crate::chat) async fn blocking<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
    refuse: impl FnOnce(E) -> Error,
) -> tower_lsp::jsonrpc::Result<T>
where
    T: Send + 'static,
    E: Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(refuse),
        Err(_panic) => Err(failure::internal(
            "the request failed inside Singletree; this is a bug of ours",
        )),
    }
}
