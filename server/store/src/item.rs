//! What a session consists of: one item after the other, none ever changed.

use std::time::SystemTime;

use base::{Message, StopReason, Task, TurnId, TurnState, Usage};
use serde::{Deserialize, Serialize};

/// One fact of a session, in the order in which it happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "item", rename_all = "snake_case")]
pub enum Item {
    Turn {
        turn: TurnId,
        task: Task,
    },
    /// What the user said while a turn ran; its model reads it in a message after this.
    Said {
        turn: TurnId,
        task: Task,
    },
    Message(Message),
    /// The conversation was made shorter: from here on it begins with these messages, whatever was said before.
    Context {
        /// Why, in a few words: the stage of compaction, a fork, a checkpoint.
        cause: String,
        messages: Vec<Message>,
        /// The user took the conversation back: what was said from this item on is not part of it any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        taken_back_from: Option<i64>,
    },
    TurnEnd {
        turn: TurnId,
        state: TurnState,
        stop_reason: StopReason,
        error: Option<String>,
    },
    /// What one model call used; `model` is `provider/model`.
    Usage {
        turn: TurnId,
        model: String,
        usage: Usage,
        #[serde(default, skip_serializing_if = "CallCost::is_empty")]
        cost: CallCost,
    },
}

/// What a model call is booked under besides its model and tokens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallCost {
    /// US dollars by the price table of then; none where it has no price for the model.
    pub usd: Option<f64>,
    /// The names of the tools whose results the call was made to read, sorted; empty for a first call.
    pub tools: Vec<String>,
    /// Why nothing of the prompt came from the vendor's cache though some of it might have; none for a hit.
    pub miss: Option<String>,
    /// Whose call it was: empty for the session's own agent, else a sub-agent, `compaction`, `title`.
    pub purpose: String,
}

impl CallCost {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Item {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Turn { .. } => "turn",
            Self::Said { .. } => "said",
            Self::Message(_) => "message",
            Self::Context { .. } => "context",
            Self::TurnEnd { .. } => "turn_end",
            Self::Usage { .. } => "usage",
        }
    }
}

/// An item with its place in the store.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredItem {
    /// Grows with every item of the workspace, whatever its session.
    pub seq: i64,
    /// When it was added.
    pub at: SystemTime,
    pub item: Item,
}

/// Some of a session's items, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub items: Vec<StoredItem>,
    /// Ask for the items after this one next; none if there are no more. A page may hold fewer items than it was asked
    /// for, or none, where some are damaged.
    pub next: Option<i64>,
}
