//! What the engine refuses, in sentences a user can act on.

use base::{SessionId, TurnId};

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("there is no session `{0}` in this workspace; `singletree sessions list` shows those there are")]
    UnknownSession(SessionId),
    #[error("session `{session}` is busy with turn `{turn}`; stop it, or wait for it to end")]
    Busy { session: SessionId, turn: TurnId },
    #[error("session `{session}` is open in another process (pid {pid}); close it there, or start a new session")]
    Held { session: SessionId, pid: u32 },
    #[error("`{command}` needs a file: open one and put the cursor where the work is")]
    NoFile { command: &'static str },
    #[error("`{0}` is not a file on disk yet: save it, then ask again")]
    Untitled(String),
    #[error("`{command}` needs an instruction in words")]
    NoPrompt { command: &'static str },
    #[error("`{path}` cannot be worked on: {cause}")]
    Unreadable { path: String, cause: String },
    #[error("line {line} of the range is past the end of `{path}` ({lines} lines): the range is stale, select again")]
    StaleRange { path: String, line: u32, lines: usize },
    #[error("the schema for the answer is no JSON schema: {0}")]
    Schema(String),
    #[error("{0}")]
    Model(String),
    #[error("session `{session}` has no message {message} of yours in its conversation; it may have been taken back")]
    UnknownMessage { session: SessionId, message: i64 },
    #[error("the session store failed: {0}")]
    Store(#[from] store::StoreError),
    #[error("Singletree is shutting down")]
    ShuttingDown,
}

impl RunError {
    /// A stable word for programs (`data.cause` on the wire).
    #[must_use]
    pub fn cause(&self) -> &'static str {
        match self {
            Self::UnknownSession(_) => "unknown-session",
            Self::Busy { .. } => "busy",
            Self::Held { .. } => "held",
            Self::NoFile { .. } => "no-file",
            Self::Untitled(_) => "untitled",
            Self::NoPrompt { .. } => "no-prompt",
            Self::Unreadable { .. } => "unreadable",
            Self::StaleRange { .. } => "stale-range",
            Self::Schema(_) => "schema",
            Self::Model(_) => "no-model",
            Self::UnknownMessage { .. } => "unknown-message",
            Self::Store(_) => "store",
            Self::ShuttingDown => "shutting-down",
        }
    }
}
