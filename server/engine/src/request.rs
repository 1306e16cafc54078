//! What a front asks for.

use std::collections::BTreeSet;

use base::{CommandName, Effort, SessionId, Task, TurnId};
use models::OutputSchema;
use permissions::Mode;
use serde::{Deserialize, Serialize};

use crate::breakpoint::Breakpoint;

/// A user's request for a turn.
#[derive(Clone, Debug)]
pub struct RunRequest {
    pub task: Task,
    /// None starts a new session, or joins one where the options say so.
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

    /// Whether the words, with what is attached to them, say all that is asked for: then a turn that runs can be told.
    pub(crate) fn can_be_told(&self) -> bool {
        let is_said = matches!(self.task.command, CommandName::Ask | CommandName::Edit);
        is_said && self.task.prompt.is_some() && self.task.uri.is_none() && self.options.output.is_none()
    }
}

/// How a turn is to be done.
#[derive(Clone, Debug, Default)]
pub struct TurnOptions {
    /// Whether a user watches and may stop it: then its model alone decides how many steps it takes.
    pub is_attended: bool,
    /// Whether an idle session that knows the task's file may take it, where no session is named: its model has read the
    /// file already, and its vendor has the prompt cached. Else a new session begins.
    pub may_join: bool,
    /// How much the agent may do by itself; none is as the settings say.
    pub mode: Option<Mode>,
    pub breakpoints: Vec<Breakpoint>,
    /// How much the model shall think; none is the vendor's default.
    pub effort: Option<Effort>,
    /// What the last answer must be.
    pub output: Option<OutputSchema>,
    pub context: ContextChoices,
    /// Whether the conversation is summarised first, however much room there is.
    pub compact: bool,
    /// The command of the user's own that the task was made of.
    pub own_command: Option<OwnCommand>,
}

/// What is left of a command of the user's own once its words are the task's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCommand {
    pub name: String,
    /// The only tools that the turn has; none is all.
    pub tools: Option<BTreeSet<String>>,
}

/// What the user says of the pieces of the workspace that a turn begins with. Paths are relative to the workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContextChoices {
    /// Files that come first, whatever the index thinks of them.
    pub pinned: Vec<String>,
    /// Files that stay out.
    pub dropped: Vec<String>,
}

impl ContextChoices {
    pub fn pin(&mut self, path: String) {
        self.forget(&path);
        self.pinned.push(path);
    }

    pub fn leave_out(&mut self, path: String) {
        self.forget(&path);
        self.dropped.push(path);
    }

    fn forget(&mut self, path: &str) {
        self.pinned.retain(|pinned| pinned != path);
        self.dropped.retain(|dropped| dropped != path);
    }

    /// For people.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        let pinned = self.pinned.iter().map(|path| format!("pinned: {path}"));
        pinned.chain(self.dropped.iter().map(|path| format!("dropped: {path}")))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    pub session: SessionId,
    pub turn: TurnId,
}

/// What became of words in a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// They began a turn.
    Started(Started),
    /// A turn ran already; its model hears them at its next step.
    Told(Started),
}

impl Said {
    /// The turn that they began or that hears them.
    #[must_use]
    pub fn turn(&self) -> &Started {
        match self {
            Self::Started(turn) | Self::Told(turn) => turn,
        }
    }
}
