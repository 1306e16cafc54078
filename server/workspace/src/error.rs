//! What can go wrong, with the place and what to do about it.

use std::path::PathBuf;

use base::{ContentHash, HunkId, HunkState, TurnId, Uri};

/// A document notification that does not fit what we know. The state is unchanged.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    #[error("{uri} is not open; send didOpen first")]
    Unknown { uri: Uri },
}

/// Why a file has no view.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("{} does not exist", path.display())]
    NotFound { path: PathBuf },
    #[error("{} is outside the workspace", path.display())]
    Outside { path: PathBuf },
    #[error("{} is a link that leaves the workspace", path.display())]
    Link { path: PathBuf },
    #[error("{} is a directory; list it instead", path.display())]
    Directory { path: PathBuf },
    #[error("{} is no regular file (a device, pipe or socket)", path.display())]
    NotAFile { path: PathBuf },
    #[error("{} is binary (byte {offset})", path.display())]
    Binary { path: PathBuf, offset: usize },
    #[error("{} has {bytes} bytes; files over {limit} bytes are not read", path.display())]
    TooLarge { path: PathBuf, bytes: u64, limit: u64 },
    #[error("{}: {source}", path.display())]
    Encoding { path: PathBuf, source: text::DecodeError },
    #[error("{} cannot be read: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
}

/// Why a change was not staged. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("no permission to write {} was given", path.display())]
    NotGranted { path: PathBuf },
    #[error("{} has changed since it was read (it is now {now}); read it again and repeat the edit", path.display())]
    Stale { path: PathBuf, now: ContentHash },
    #[error("the edit of {} does not fit its text: {cause}", path.display())]
    BadEdit { path: PathBuf, cause: String },
    #[error("{} exists already; edit it instead", path.display())]
    Exists { path: PathBuf },
    #[error("the edit leaves {} as it is", path.display())]
    Nothing { path: PathBuf },
    #[error("{}: {source}; use characters the file's encoding has", path.display())]
    Unencodable { path: PathBuf, source: text::EncodeError },
    #[error(
        "{} was {encoding} and is to be written otherwise (another encoding, or a byte order mark added or taken \
         away), which is no change of its text; convert the file outside, with the user", path.display()
    )]
    OtherEncoding { path: PathBuf, encoding: text::Encoding },
    #[error("the user is keeping a change at that place of {} right now; read it again and repeat the edit", path.display())]
    BeingKept { path: PathBuf },
    #[error("the change could not be made durable: {0}")]
    Journal(#[from] JournalError),
}

/// Why nothing was kept, rejected or undone.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    #[error("no pending change is selected")]
    Nothing,
    #[error("there is no change {0} to decide on any more")]
    Unknown(HunkId),
    #[error("the change {hunk} is {state:?}, so it cannot be decided on now: {reason}")]
    State {
        hunk: HunkId,
        state: HunkState,
        reason: String,
    },
    #[error("there is no decision to undo")]
    NothingToUndo,
    #[error("the last decision cannot be undone: {0}")]
    CannotUndo(String),
    #[error("the editor did not apply the change: {0}")]
    Refused(String),
    #[error("the change was not seen in the text within {0:?}; it is offered again")]
    Unproved(std::time::Duration),
    #[error("the decision could not be made durable: {0}")]
    Journal(String),
}

/// The journal could not store a record; the text says why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct JournalError(pub String);

/// Why nothing was rewound.
#[derive(Debug, thiserror::Error)]
pub enum RewindError {
    #[error("the agent has written no files in this session that could be taken back")]
    Nothing,
    #[error("there is no checkpoint {0} in this session; `singletree rewind --list` shows them")]
    NoCheckpoint(u64),
    #[error("the turn {0} has written no files; `singletree rewind --list` shows those that have")]
    NoTurn(TurnId),
    #[error("the last thing done to the files was no rewind; go back to a checkpoint instead (see `--list`)")]
    NothingToUndo,
    #[error("no permission to write {} was given", .0.display())]
    NotGranted(PathBuf),
    #[error("no record of the agent's writes is kept here")]
    NotRecorded,
    #[error("the rewind could not be recorded, so no file was changed: {0}")]
    Journal(#[from] JournalError),
}
