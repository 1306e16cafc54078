//! Plain data that every crate shares: ids, messages, tool calls, reviews, events.
//!
//! Nothing here does I/O or holds a policy. A type lands here when two crates that may not import each
//! other must agree on it (the store and the workspace on review records, the models and the tools on
//! tool calls); and [`redact`], which whatever writes a log or an error needs.

mod context;
mod event;
mod id;
mod message;
mod question;
pub mod redact;
mod review;
mod task;
mod uri;

pub use context::{ContextBill, ContextItem};
pub use event::{ApprovalRequest, Decision, Event, EventKind, TurnState};
pub use id::{ApprovalId, CallId, ContentHash, HunkId, ReviewId, SessionId, TurnId};
pub use message::{Block, Effort, Image, Message, Role, StopReason, SystemPart, ToolCall, ToolResult, ToolSpec, Usage};
pub use question::{Choice, Question, QuestionRequest, TodoItem, TodoState};
pub use review::{
    ChangeKind, FileKey, FileReview, Hunk, HunkRecord, HunkState, Origin, Review, ReviewRecord, StagedFile,
};
pub use task::{Attachment, CommandName, Diagnostic, RelatedInformation, Severity, Task};
pub use text::{Position, Span};
pub use uri::{Uri, UriError};
