//! The methods beside ACP's: their names, what they take and what they answer. Extension methods of ACP begin with `_`.

use base::{ContextBill, ContextItem, SessionId, Uri};
use serde::{Deserialize, Serialize};

use crate::acp::ContentBlock;
use crate::prompt::Choices;

pub const RENAME: &str = "_singletree/session/rename";
pub const SEARCH: &str = "_singletree/session/search";
pub const EXPORT: &str = "_singletree/session/export";
pub const REWIND: &str = "_singletree/session/rewind";
pub const PREVIEW: &str = "_singletree/context/preview";
pub const MENTIONS: &str = "_singletree/mentions";
/// Towards the client.
pub const PERMISSION_CLOSED: &str = "_singletree/permission/closed";
pub const ELICITATION_CLOSED: &str = "_singletree/elicitation/closed";
pub const CONTEXT: &str = "_singletree/context";
pub const NOTICE: &str = "_singletree/notice";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rename {
    pub session_id: SessionId,
    pub title: String,
}

#[derive(Debug, Deserialize)]
pub struct Search {
    pub query: String,
}

#[derive(Debug, Serialize)]
pub struct Found {
    pub sessions: Vec<FoundSession>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundSession {
    pub session_id: SessionId,
    pub title: String,
    /// RFC 3339, UTC.
    pub updated_at: String,
    /// The words with what stands around them.
    pub excerpt: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Export {
    pub session_id: SessionId,
}

#[derive(Debug, Serialize)]
pub struct Exported {
    pub markdown: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rewind {
    pub session_id: SessionId,
    /// The number of the user's message that the conversation goes back to before.
    pub message: i64,
}

#[derive(Debug, Serialize)]
pub struct Rewound {
    /// The words of that message.
    pub text: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    pub session_id: Option<SessionId>,
    pub prompt: Vec<ContentBlock>,
    #[serde(flatten)]
    pub choices: Choices,
}

/// What a turn begins with beside the words, and what that costs.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bill {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    pub items: Vec<BillItem>,
    pub tokens: u64,
    pub budget: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<f64>,
    /// Why there is nothing, or less than there could be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct BillItem {
    pub path: String,
    pub tokens: u64,
    pub level: String,
    pub ranges: Vec<(u32, u32)>,
    pub why: Vec<String>,
    pub pinned: bool,
}

impl Bill {
    #[must_use]
    pub fn of(session: Option<SessionId>, bill: ContextBill, pinned: &[String]) -> Self {
        let items = bill.items.into_iter().map(|item| {
            let ContextItem {
                path,
                level,
                ranges,
                tokens,
                why,
            } = item;
            BillItem {
                pinned: pinned.contains(&path),
                path,
                tokens,
                level,
                ranges,
                why,
            }
        });
        Self {
            session_id: session,
            items: items.collect(),
            tokens: bill.tokens,
            budget: bill.budget,
            cost_usd: bill.cost_usd,
            note: bill.note,
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct Mentions {
    pub kind: MentionKind,
    pub query: String,
    pub limit: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MentionKind {
    File,
    Symbol,
}

#[derive(Debug, Serialize)]
pub struct Mentioned {
    pub items: Vec<Mention>,
}

#[derive(Debug, PartialEq, Serialize)]
pub struct Mention {
    pub label: String,
    pub detail: String,
    pub uri: Uri,
    /// Lines from 1, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<(u32, u32)>,
}

/// A permission that needs no answer any more.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PermissionClosed {
    pub session_id: SessionId,
    pub tool_call_id: String,
}

/// A form that needs no answer any more; the id of its `_meta`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ElicitationClosed {
    pub id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    pub session_id: SessionId,
    pub message: String,
}
