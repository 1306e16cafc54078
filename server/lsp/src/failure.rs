//! Refusals as JSON-RPC errors: a sentence to act on, and `data.cause` for programs.

use serde_json::json;
use tower_lsp::jsonrpc::{Error, ErrorCode};

/// LSP's `RequestFailed`: well-formed, but it cannot be done now.
const REQUEST_FAILED: ErrorCode = ErrorCode::ServerError(-32803);

/// What was asked for cannot be done; nothing was changed.
pub(crate) fn refused(cause: &str, message: impl Into<String>) -> Error {
    failure(REQUEST_FAILED, cause, message.into())
}

/// What was sent is not what the method takes.
pub(crate) fn malformed(cause: &str, message: impl Into<String>) -> Error {
    failure(ErrorCode::InvalidParams, cause, message.into())
}

pub(crate) fn cancelled(message: impl Into<String>) -> Error {
    failure(ErrorCode::RequestCancelled, "cancelled", message.into())
}

/// A bug of ours or of the machine's.
pub(crate) fn internal(message: impl Into<String>) -> Error {
    failure(ErrorCode::InternalError, "internal", message.into())
}

fn failure(code: ErrorCode, cause: &str, message: String) -> Error {
    Error {
        code,
        message: message.into(),
        data: Some(json!({ "cause": cause })),
    }
}
