//! Why a session of another process can only be read, and why an op was not done.

use base::SessionId;

use crate::error::RunError;

/// Why nobody attaches to the process that owns a session. Each says what to do instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachError {
    #[error("process {pid} has it open and lets nobody attach: {cause}; close it there, or go on with a copy of it")]
    Unreachable { pid: u32, cause: String },
    #[error("process {pid}, which has it open, is a newer Singletree ({version}): update this one, or close it there")]
    Newer { pid: u32, version: String },
    #[error("process {pid}, which has it open, is an older Singletree ({version}): close it there, and open it anew")]
    Older { pid: u32, version: String },
    #[error("process {pid} has it open and does not let us in: {cause}; close it there, or go on with a copy of it")]
    Refused { pid: u32, cause: String },
}

/// Why a session could not be opened, or something in it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error(transparent)]
    Run(#[from] RunError),
    #[error("session `{session}` can only be read: {why}")]
    ReadOnly { session: SessionId, why: AttachError },
    /// The owner's refusal, in its words.
    #[error("{message}")]
    Refused { cause: String, message: String },
    #[error("process {0}, which had the session open, has gone; what was said is stored: say it again to go on here")]
    Gone(u32),
    #[error("process {0}, which has the session open, does not answer; see what it does, or end it")]
    Silent(u32),
    #[error(transparent)]
    Review(#[from] workspace::ReviewError),
}

impl LinkError {
    /// A stable word for programs.
    #[must_use]
    pub fn cause(&self) -> &str {
        match self {
            Self::Run(error) => error.cause(),
            Self::ReadOnly { .. } => "held",
            Self::Refused { cause, .. } => cause,
            Self::Gone(_) => "gone",
            Self::Silent(_) => "silent",
            Self::Review(_) => "review",
        }
    }
}
