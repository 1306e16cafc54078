//! What goes over the socket: ops down, events up, each a JSON value on a line of its own.
//!
//! The first line of each side begins with [`Hello`], which is the same in every version, so that two that do not
//! understand each other can say so.

use base::{ApprovalId, Decision, Effort, Event, HunkId, HunkState, Review, ReviewId, SessionId, Task, TurnId, Uri};
use models::OutputSchema;
use permissions::Mode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use text::PositionEncoding;
use workspace::Selection;

use crate::attach::error::LinkError;
use crate::request::{ContextChoices, OwnCommand, RunRequest, Said, TurnOptions};

/// Grows with every change that the other side must know of.
pub(super) const PROTOCOL: u32 = 5;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Hello {
    pub(super) protocol: u32,
    /// Of the program, for people.
    pub(super) version: String,
    pub(super) pid: u32,
}

impl Hello {
    pub(super) fn ours() -> Self {
        Self {
            protocol: PROTOCOL,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
        }
    }
}

/// The part of a first line that every version understands.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Greeting {
    pub(super) hello: Hello,
}

/// The first line of who wants to attach.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Knock {
    pub(super) hello: Hello,
    /// From the owner's address: proof that the files of its user can be read.
    pub(super) token: String,
    pub(super) session: SessionId,
}

/// The owner's first line.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Reception {
    pub(super) hello: Hello,
    #[serde(flatten)]
    pub(super) outcome: Outcome,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// What kind of front the owner has, in words.
    Welcome {
        front: String,
    },
    Refused(Refusal),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Refusal {
    /// A word for programs; those of [`LinkError::cause`], and `protocol`, `token`, `not-here`, `full`.
    pub(super) cause: String,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(cause: &str, message: impl Into<String>) -> Self {
        Self {
            cause: cause.to_owned(),
            message: message.into(),
        }
    }
}

impl From<LinkError> for Refusal {
    fn from(error: LinkError) -> Self {
        Self::new(error.cause(), error.to_string())
    }
}

/// An op with the number that its answer bears.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) id: u64,
    pub(super) op: Op,
}

/// What an attached front asks for, in the session it attached to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Op {
    Say(Box<Saying>),
    Stop { turn: Option<TurnId> },
    Answer { id: ApprovalId, decision: Decision },
    AnswerQuestions { id: ApprovalId, answers: Vec<String> },
    TakeBack { message: i64 },
    Reviews { encoding: PositionEncoding },
    Patch,
    Keep(Choice),
    Reject(Choice),
}

/// A [`Selection`].
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Choice {
    review: Option<ReviewId>,
    uri: Option<Uri>,
    hunks: Option<Vec<HunkId>>,
    rev: Option<u64>,
}

impl From<&Selection> for Choice {
    fn from(selection: &Selection) -> Self {
        let Selection {
            review,
            uri,
            hunks,
            rev,
        } = selection.clone();
        Self {
            review,
            uri,
            hunks,
            rev,
        }
    }
}

impl From<Choice> for Selection {
    fn from(choice: Choice) -> Self {
        let Choice {
            review,
            uri,
            hunks,
            rev,
        } = choice;
        Self {
            review,
            uri,
            hunks,
            rev,
        }
    }
}

/// A [`RunRequest`] but for its session, which is the one attached to.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Saying {
    task: Task,
    model: Option<String>,
    is_attended: bool,
    mode: Option<Mode>,
    breakpoints: Vec<String>,
    effort: Option<Effort>,
    /// Name and schema.
    output: Option<(String, Value)>,
    pinned: Vec<String>,
    dropped: Vec<String>,
    compact: bool,
    own_command: Option<OwnCommand>,
}

impl From<RunRequest> for Saying {
    fn from(request: RunRequest) -> Self {
        let TurnOptions {
            is_attended,
            // The session is named.
            may_join: _,
            mode,
            breakpoints,
            effort,
            output,
            context,
            compact,
            own_command,
        } = request.options;
        Self {
            task: request.task,
            model: request.model,
            is_attended,
            mode,
            breakpoints: breakpoints.iter().map(ToString::to_string).collect(),
            effort,
            output: output.map(|output| (output.name, output.schema)),
            pinned: context.pinned,
            dropped: context.dropped,
            compact,
            own_command,
        }
    }
}

impl Saying {
    pub(super) fn into_request(self, session: SessionId) -> Result<RunRequest, Refusal> {
        let breakpoints: Result<_, String> = self.breakpoints.iter().map(|text| text.parse()).collect();
        Ok(RunRequest {
            task: self.task,
            session: Some(session),
            model: self.model,
            options: TurnOptions {
                may_join: false,
                is_attended: self.is_attended,
                mode: self.mode,
                breakpoints: breakpoints.map_err(|why| Refusal::new("breakpoint", why))?,
                effort: self.effort,
                output: self.output.map(|(name, schema)| OutputSchema { name, schema }),
                context: ContextChoices {
                    pinned: self.pinned,
                    dropped: self.dropped,
                },
                compact: self.compact,
                own_command: self.own_command,
            },
        })
    }
}

/// What the owner sends after its first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Told {
    Event(Box<Event>),
    Reply { id: u64, answer: Answer },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    Said(Said),
    /// Whether there was something to stop or to answer.
    Done(bool),
    TakenBack(Box<Task>),
    Reviews(Vec<Review>),
    Patch(Vec<u8>),
    Decided(Vec<(HunkId, HunkState)>),
    Refused(Refusal),
}
