//! What a front asks for.

use base::{Effort, SessionId, Task, TurnId};
use models::OutputSchema;
use permissions::Mode;

use crate::breakpoint::Breakpoint;

/// A user's request for a turn.
#[derive(Clone, Debug)]
pub struct RunRequest {
    pub task: Task,
    /// None starts a new session.
    pub session: Option<SessionId>,
    /// None takes the default model.
    pub model: Option<String>,
    pub options: TurnOptions,
}

impl RunRequest {
    /// In a new session, by the default model, with nobody watching.
    #[must_use]
    pub fn new(task: Task) -> Self {
        Self {
            task,
            session: None,
            model: None,
            options: TurnOptions::default(),
        }
    }
}

/// How a turn is to be done.
#[derive(Clone, Debug, Default)]
pub struct TurnOptions {
    /// Whether a user watches and may stop it: then its model alone decides how many steps it takes.
    pub is_attended: bool,
    /// How much the agent may do by itself; none is as the settings say.
    pub mode: Option<Mode>,
    pub breakpoints: Vec<Breakpoint>,
    /// How much the model shall think; none is the vendor's default.
    pub effort: Option<Effort>,
    /// What the last answer must be.
    pub output: Option<OutputSchema>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    pub session: SessionId,
    pub turn: TurnId,
}
