//! The commands of `workspace/executeCommand` and their arguments. Both sides of this crate use these types: a code
//! action serialises what the handler parses.

use base::{ApprovalId, HunkId, ReviewId, SessionId, TurnId, Uri};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower_lsp::gen_lsp_types as lsp;

pub(crate) const RUN: &str = "singletree.run";
pub(crate) const STOP: &str = "singletree.stop";
pub(crate) const KEEP: &str = "singletree.review.keep";
pub(crate) const REJECT: &str = "singletree.review.reject";
pub(crate) const UNDO: &str = "singletree.review.undo";
pub(crate) const STATE: &str = "singletree.review.state";
pub(crate) const SHOW: &str = "singletree.review.show";
pub(crate) const APPROVE: &str = "singletree.approve";
/// Lists what `singletree.run` takes.
pub(crate) const COMMANDS: &str = "singletree.commands";
/// What was found: models, keys by name, trust, problems.
pub(crate) const STATUS: &str = "singletree.status";
/// Says the user's last block of a chat file.
pub(crate) const CHAT_SEND: &str = "singletree.chat.send";
/// Lays out an empty chat file.
pub(crate) const CHAT_BEGIN: &str = "singletree.chat.begin";
pub(crate) const NAMES: [&str; 12] = [
    RUN, STOP, KEEP, REJECT, UNDO, STATE, SHOW, APPROVE, COMMANDS, STATUS, CHAT_SEND, CHAT_BEGIN,
];

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RunArguments {
    pub(crate) command: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) text_document: Option<DocumentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) range: Option<lsp::Range>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) diagnostics: Vec<lsp::Diagnostic>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) prompt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) session_id: Option<SessionId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<String>,
}

/// A document named in an argument; a `version` beside it is allowed and not needed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct DocumentId {
    pub(crate) uri: Uri,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChatArguments {
    pub(crate) text_document: DocumentId,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct StopArguments {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) turn_id: Option<TurnId>,
}

/// Fewer keys select more hunks.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ReviewArguments {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) review_id: Option<ReviewId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) uri: Option<Uri>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) hunk_id: Option<HunkIds>,
    /// The `rev` that the user saw: newer hunks are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rev: Option<u64>,
}

/// One hunk, or several that are decided on together.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged, expecting = "`hunkId` must be the id of a hunk, or a list of them")]
pub(crate) enum HunkIds {
    One(HunkId),
    Several(Vec<HunkId>),
}

impl HunkIds {
    pub(crate) fn into_vec(self) -> Vec<HunkId> {
        match self {
            Self::One(id) => vec![id],
            Self::Several(ids) => ids,
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShowArguments {
    #[serde(default)]
    pub(crate) uri: Option<Uri>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ApproveArguments {
    pub(crate) approval_id: ApprovalId,
}

/// An editor's command with its one argument.
pub(crate) fn command(title: impl Into<String>, name: &str, argument: &impl Serialize) -> lsp::Command {
    let argument = serde_json::to_value(argument).unwrap_or(Value::Null);
    lsp::Command {
        title: title.into(),
        command: name.to_owned(),
        arguments: Some(vec![argument]),
        tooltip: None,
    }
}
