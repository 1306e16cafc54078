//! What goes up from the engine to every front.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    ApprovalId, CallId, ContextBill, QuestionRequest, ReviewId, SessionId, StopReason, Task, TodoItem, TurnId, Usage,
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    pub session: SessionId,
    /// None for what happens between turns (a hunk rebased by typing, a restored review).
    pub turn: Option<TurnId>,
    pub kind: EventKind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    TurnStarted {
        title: String,
    },
    /// What the user said: what the turn is about, or words that its model hears at its next step.
    Said {
        /// The number of the item that holds it in the store; the conversation can be taken back to before it.
        message: i64,
        task: Box<Task>,
    },
    /// The first event of who follows one session: all up to this item is in the store, what is not follows.
    StoredUpTo {
        item: i64,
    },
    TextDelta {
        text: String,
    },
    ThinkingDelta {
        text: String,
    },
    ToolStarted {
        call: CallId,
        name: String,
        title: String,
        arguments: Value,
    },
    /// `summary` is one line for people, `output` what they may unfold: the beginning and the end of the result, which
    /// went to the model whole.
    ToolCompleted {
        call: CallId,
        name: String,
        ok: bool,
        summary: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        output: String,
    },
    ApprovalRequested(ApprovalRequest),
    /// Someone answered, or the turn ended first.
    ApprovalClosed {
        id: ApprovalId,
    },
    /// The model asks the user something; the turn waits for the answers.
    QuestionAsked(QuestionRequest),
    /// Someone answered, or the turn ended first.
    QuestionClosed {
        id: ApprovalId,
    },
    /// What the agent means to do, whole each time.
    PlanChanged {
        entries: Vec<TodoItem>,
    },
    /// What the turn's first request holds of the workspace beside what the user pointed at.
    ContextSelected(ContextBill),
    /// The conversation was made shorter; sizes are in tokens, as counted.
    Compacted {
        cause: String,
        before: u64,
        after: u64,
    },
    /// The policy or the user refused what a call needed.
    PermissionDenied {
        call: CallId,
        action: String,
        rule: String,
        /// A line for the settings that would make a user's no permanent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offer: Option<String>,
    },
    /// The user answered with *always*: these rules hold from now on, and are to be saved.
    RulesRemembered {
        /// The beginnings of commands that are allowed.
        commands: Vec<String>,
        /// The hosts that may be fetched from.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        hosts: Vec<String>,
    },
    /// The review's hunks changed; ask the workspace for them.
    ReviewChanged {
        review: ReviewId,
    },
    /// Hunks in state *streaming* grew, came or went, and nothing else; for fronts that draw them.
    ReviewGrew {
        review: ReviewId,
    },
    /// A sentence for the user that belongs to no answer: a fallback, a conflict, a failed Keep.
    Notice {
        message: String,
    },
    Usage {
        usage: Usage,
        model: String,
        /// Whose call it was: empty for the session's own agent, else a sub-agent or `compaction`.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        purpose: String,
    },
    TurnCompleted {
        state: TurnState,
        stop_reason: StopReason,
        text: String,
        error: Option<String>,
        usage: Usage,
        /// US dollars; none if the price of a call is not known.
        #[serde(default)]
        cost_usd: Option<f64>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TurnState {
    Running,
    Completed,
    Stopped,
    Failed,
}

/// A question that a turn waits on. Unanswered it is denied after five minutes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ApprovalRequest {
    pub id: ApprovalId,
    /// The tool call that waits for the answer; none where it is the turn itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallId>,
    /// Who asks: the agent, a sub-agent, a job.
    pub from: String,
    /// The full action, escaped.
    pub action: String,
    /// The rule that made it a question.
    pub rule: String,
    pub reason: String,
    /// For a command: where it would run and what that cannot hurt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The beginnings of commands that *always* would allow in this workspace; empty where no rule may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub always: Vec<String>,
    /// The hosts that *always* would allow fetching from; there may be some where `always` is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<String>,
    /// What *session* would allow where that is more than this very action: `all of https://docs.rs/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "decision")]
pub enum Decision {
    Once,
    /// This very action, or the question's scope, for the rest of this session.
    Session,
    /// From now on in this workspace, by the rules that the question offered; as `Session` where it offered none.
    Always,
    Reject {
        reason: Option<String>,
    },
}
