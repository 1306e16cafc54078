//! What a command left: its exit, its output and the files that it changed.

use std::path::PathBuf;
use std::time::Duration;

use crate::standing::Level;

#[derive(Clone, Debug)]
pub struct Outcome {
    pub exit: Exit,
    pub output: Output,
    /// Files that differ from what the command was given, ordered by path; without what git ignores, git's own
    /// folder and caches.
    pub changes: Vec<Change>,
    /// Whether the changes are on the real files already, as at level L1; else they are proposals.
    pub applied: bool,
    /// What the model and the user have to know: writes to git's folder that were discarded, files that changed
    /// underneath, a limit that was hit. One sentence each.
    pub notes: Vec<String>,
    pub level: Level,
    pub elapsed: Duration,
}

impl Outcome {
    /// Of a command that was stopped before it was started.
    pub(crate) fn stopped(level: Level) -> Self {
        Self {
            exit: Exit::Stopped,
            output: Output::default(),
            changes: Vec::new(),
            applied: false,
            notes: Vec::new(),
            level,
            elapsed: Duration::ZERO,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Code(i32),
    Signal(i32),
    /// The time limit ended it.
    TimedOut,
    /// The turn was stopped.
    Stopped,
}

/// Standard output and error in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The whole if it fits the limit, else the first and last parts of it.
    pub head: Vec<u8>,
    pub tail: Vec<u8>,
    /// Bytes that were written in all.
    pub total: u64,
    /// The whole output, where it did not fit.
    pub spilled: Option<PathBuf>,
}

/// A file that a command changed. Paths are the real ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub path: PathBuf,
    /// Whether there was a file before.
    pub existed: bool,
    pub after: After,
    /// The bytes that the real file had before, where it was changed itself (level L1) and they were kept.
    pub before: Option<Vec<u8>>,
    /// Whether the real file changed while the command ran, so that what it saw is old.
    pub stale: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum After {
    /// A regular file: its bytes and permission bits.
    File {
        bytes: Vec<u8>,
        mode: u32,
    },
    Link {
        target: PathBuf,
    },
    /// It is gone.
    Absent,
    /// Too large to take over, or no file (a socket, a device).
    Unfit {
        why: String,
    },
}
