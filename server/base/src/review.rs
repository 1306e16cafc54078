//! A review: what a turn proposes, file by file and hunk by hunk; and the records that make it durable.
//!
//! `Review`, `FileReview` and `Hunk` are the outer view (their JSON is fixed by the contract, §3).
//! `ReviewRecord` is the journal's unit: folding a session's records in order gives the open hunks back.

use serde::{Deserialize, Serialize};
use text::Span;

use crate::{CallId, ContentHash, HunkId, ReviewId, SessionId, TurnId, Uri};

/// The life of a hunk (DESIGN §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HunkState {
    Streaming,
    Pending,
    /// The edit was sent and is not yet proved.
    Keeping,
    Kept,
    Rejected,
    /// The user's text and the proposal disagree; goes back to `Pending` by itself when the text does.
    Conflict,
    /// The agent proposed something newer for the same place.
    Superseded,
}

impl HunkState {
    /// Whether the user still has something to decide.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Streaming | Self::Pending | Self::Keeping | Self::Conflict)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    Edit,
    Create,
    Delete,
    Rename,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Review {
    pub review_id: ReviewId,
    /// Grows with every change that is more than a shift by typing.
    pub rev: u64,
    pub session_id: SessionId,
    pub turn_id: TurnId,
    pub files: Vec<FileReview>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FileReview {
    pub uri: Uri,
    pub kind: ChangeKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_uri: Option<Uri>,
    /// The open document's version that `range`s are positions in; none for a closed file.
    pub version: Option<i32>,
    pub base_hash: ContentHash,
    pub hunks: Vec<Hunk>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hunk {
    pub id: HunkId,
    pub state: HunkState,
    /// Where `old_text` stands in the buffer (or on disk), in the front's position encoding.
    pub range: Span,
    pub old_text: String,
    pub new_text: String,
    pub title: String,
    pub why: String,
    /// Who made it: `agent`, or the command that wrote it.
    pub author: String,
}

/// Who proposed a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    pub session: SessionId,
    pub turn: TurnId,
    pub review: ReviewId,
    pub call: CallId,
    /// A few words for the lens: the command or tool, and its object.
    pub title: String,
    /// One sentence: what the change is for.
    pub why: String,
    /// Who wrote the text: [`Origin::AGENT`], or the command that did, as in `command: cargo fmt`.
    #[serde(default = "agent")]
    pub author: String,
}

impl Origin {
    pub const AGENT: &str = "agent";

    /// Whether the agent itself wrote it. What a command wrote is never kept without the user.
    #[must_use]
    pub fn is_agents_own(&self) -> bool {
        self.author == Self::AGENT
    }
}

/// Journals from before there were commands name no author.
fn agent() -> String {
    Origin::AGENT.to_owned()
}

/// A file in the journal: the URI as the client (or we) first named it.
pub type FileKey = Uri;

/// One line of the journal. Records are facts, written before their effect leaves the process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum ReviewRecord {
    /// All hunks of one session that are open in one file, positioned on the text whose blob is `base`.
    /// Replaces what earlier records said of that session and file.
    Staged(StagedFile),
    /// Written before the edit is sent: a restart compares hashes with what it finds.
    Keeping {
        session: SessionId,
        file: FileKey,
        hunks: Vec<HunkId>,
        before: ContentHash,
        after: ContentHash,
    },
    /// Hunks of one file reached a new state.
    State {
        session: SessionId,
        file: FileKey,
        hunks: Vec<HunkId>,
        state: HunkState,
    },
}

impl ReviewRecord {
    #[must_use]
    pub fn session(&self) -> &SessionId {
        match self {
            Self::Staged(StagedFile { session, .. }) | Self::Keeping { session, .. } | Self::State { session, .. } => {
                session
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StagedFile {
    pub session: SessionId,
    pub file: FileKey,
    pub kind: ChangeKind,
    pub new_uri: Option<Uri>,
    /// Hash of the decoded text (UTF-8) that the hunks' ranges count in; its blob is in the store.
    pub base: ContentHash,
    pub hunks: Vec<HunkRecord>,
}

/// A hunk as journaled. `start..end` are UTF-8 byte offsets in the base text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HunkRecord {
    pub id: HunkId,
    pub origin: Origin,
    pub state: HunkState,
    pub start: usize,
    pub end: usize,
    pub old: String,
    pub new: String,
}
