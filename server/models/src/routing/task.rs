//! Kinds of work, and what each is worth.

use super::Tier;

/// What a task is, by the command that it came from or by its own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskType {
    /// New code after a pattern that is there: tests, unfinished functions.
    Greenfield,
    /// Prose about code.
    Content,
    Debugging,
    /// Changes that span files.
    Architecture,
    Experiment,
    /// Whatever the user asks for in words.
    General,
}

impl TaskType {
    pub const ALL: [Self; 6] = [
        Self::Greenfield,
        Self::Content,
        Self::Debugging,
        Self::Architecture,
        Self::Experiment,
        Self::General,
    ];

    /// `task` is a command's name or a task type's; anything else is general.
    #[must_use]
    pub fn of(task: &str) -> Self {
        match task {
            "test" | "complete" => Self::Greenfield,
            "document" | "explain" | "commit-message" => Self::Content,
            "fix" | "review" => Self::Debugging,
            "refactor" | "optimize" => Self::Architecture,
            name => Self::ALL
                .into_iter()
                .find(|kind| kind.as_str() == name)
                .unwrap_or(Self::General),
        }
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Greenfield => "greenfield",
            Self::Content => "content",
            Self::Debugging => "debugging",
            Self::Architecture => "architecture",
            Self::Experiment => "experiment",
            Self::General => "general",
        }
    }

    /// The tier that serves it where the user says nothing.
    #[must_use]
    pub fn tier(self) -> Tier {
        match self {
            Self::Greenfield => Tier::Budget,
            Self::Content | Self::General => Tier::Mid,
            Self::Debugging | Self::Architecture => Tier::Premium,
            Self::Experiment => Tier::Free,
        }
    }
}
