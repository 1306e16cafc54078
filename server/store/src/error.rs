//! What can go wrong with the database, and what the user can do about it.

use std::io;
use std::path::{Path, PathBuf};

use base::SessionId;
use rusqlite::ErrorCode;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the state folder `{}` cannot be used: {source}; check its owner and permissions", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error(
        "the session database `{}` is damaged ({detail}). It was left as it is: move it and the files beginning \
         with its name aside to start afresh, or recover what it holds with `sqlite3 '{}' .recover`",
        path.display(), path.display()
    )]
    Corrupt { path: PathBuf, detail: String },
    #[error(
        "the session database `{}` was written by a newer Singletree (schema {found}, this one knows {known}). \
         It was left as it is: update Singletree, or set SINGLETREE_HOME to another folder",
        path.display()
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("the disk under `{}` is full: free some space and try again; nothing was written in part", path.display())]
    Full { path: PathBuf },
    #[error("another process has kept `{}` locked for too long: end it, or try again", path.display())]
    Busy { path: PathBuf },
    #[error("there is no session `{0}`")]
    UnknownSession(SessionId),
    #[error("session `{session}` has no item {seq}")]
    UnknownItem { session: SessionId, seq: i64 },
    #[error("there is a session `{0}` already")]
    SessionExists(SessionId),
    #[error("there is nothing to remember: the text is empty")]
    NothingToRemember,
    #[error("the session database `{}` failed: {source}", path.display())]
    Sqlite { path: PathBuf, source: rusqlite::Error },
    #[error("a record cannot be written as JSON: {0}")]
    Encode(#[from] serde_json::Error),
}

/// Which database an error is about.
#[derive(Debug)]
pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub(crate) fn error(&self, source: rusqlite::Error) -> StoreError {
        let path = self.0.clone();
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Corrupt {
                path,
                detail: source.to_string(),
            },
            Some(ErrorCode::DiskFull) => StoreError::Full { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path },
            _ => StoreError::Sqlite { path, source },
        }
    }
}

/// Whether an insert failed because of a key that is there already, or one that is not.
pub(crate) fn is_constraint(error: &StoreError) -> bool {
    matches!(error, StoreError::Sqlite { source, .. }
        if source.sqlite_error_code() == Some(ErrorCode::ConstraintViolation))
}
