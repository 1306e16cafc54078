//! What the user asked for: a command on a place, with the diagnostics that stand there.

use serde::{Deserialize, Serialize};
use text::Span;

use crate::{Image, Uri};

/// The built-in commands (FEATURES BR2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommandName {
    Ask,
    Edit,
    Explain,
    Fix,
    Document,
    Test,
    Refactor,
    Complete,
    Optimize,
    Review,
    CommitMessage,
}

impl CommandName {
    pub const ALL: [Self; 11] = [
        Self::Ask,
        Self::Edit,
        Self::Explain,
        Self::Fix,
        Self::Document,
        Self::Test,
        Self::Refactor,
        Self::Complete,
        Self::Optimize,
        Self::Review,
        Self::CommitMessage,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Edit => "edit",
            Self::Explain => "explain",
            Self::Fix => "fix",
            Self::Document => "document",
            Self::Test => "test",
            Self::Refactor => "refactor",
            Self::Complete => "complete",
            Self::Optimize => "optimize",
            Self::Review => "review",
            Self::CommitMessage => "commit-message",
        }
    }

    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.as_str() == name)
    }

    /// A few words for menus and palettes.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Ask => "ask",
            Self::Edit => "edit",
            Self::Explain => "explain",
            Self::Fix => "fix",
            Self::Document => "document",
            Self::Test => "write tests",
            Self::Refactor => "refactor",
            Self::Complete => "complete",
            Self::Optimize => "optimize",
            Self::Review => "review",
            Self::CommitMessage => "write a commit message",
        }
    }

    /// What it does, in a sentence for people.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Ask => "Answers a question; changes nothing.",
            Self::Edit => "Follows an instruction in your words.",
            Self::Explain => "Says what the code at the cursor is for, how it works and who uses it.",
            Self::Fix => "Repairs what the diagnostics at the cursor complain about.",
            Self::Document => "Writes the documentation comment of the symbol at the cursor.",
            Self::Test => "Writes tests for the symbol at the cursor.",
            Self::Refactor => "Improves the structure of the code at the cursor without changing what it does.",
            Self::Complete => "Finishes a TODO, a stub or a missing branch.",
            Self::Optimize => "Makes the code at the cursor do the same with less time or memory.",
            Self::Review => {
                "Looks for defects in a file or selection, or in all that is not committed; changes nothing."
            }
            Self::CommitMessage => "Writes a message for what is staged, or for all that is not committed.",
        }
    }

    /// Whether the command may propose changes; the others only read.
    #[must_use]
    pub fn may_edit(self) -> bool {
        !matches!(self, Self::Ask | Self::Explain | Self::Review | Self::CommitMessage)
    }

    /// Whether there is nothing to do without the user's words.
    #[must_use]
    pub fn needs_words(self) -> bool {
        matches!(self, Self::Ask | Self::Edit)
    }

    /// Whether it works at a place in a file and nowhere else.
    #[must_use]
    pub fn needs_file(self) -> bool {
        !matches!(self, Self::Ask | Self::Edit | Self::Review | Self::CommitMessage)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Information,
    Hint,
}

/// A diagnostic as a language server published it. `span` counts characters in UTF-16 units, whatever the
/// connection negotiated: the front converts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diagnostic {
    pub span: Span,
    pub severity: Option<Severity>,
    pub code: Option<String>,
    pub source: Option<String>,
    pub message: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<RelatedInformation>,
    /// The server's own payload (ruff puts its edits here, rust-analyzer the rendered message).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<serde_json::Value>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RelatedInformation {
    pub uri: Uri,
    pub span: Span,
    pub message: String,
}

/// One request to the harness. `span` is in UTF-16 units, in the document as it stood when the user asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    pub command: CommandName,
    pub uri: Option<Uri>,
    pub span: Option<Span>,
    #[serde(default)]
    pub diagnostics: Vec<Diagnostic>,
    pub prompt: Option<String>,
    /// What the user put beside the words, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

impl Task {
    /// No more than the command.
    #[must_use]
    pub fn new(command: CommandName) -> Self {
        Self {
            command,
            uri: None,
            span: None,
            diagnostics: Vec::new(),
            prompt: None,
            attachments: Vec::new(),
        }
    }
}

/// Something that the user points the model at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "attachment", rename_all = "snake_case")]
pub enum Attachment {
    Image(Image),
    /// A file, read as the user has it when the turn begins.
    Place {
        uri: Uri,
        /// Lines from 1, inclusive; none is the whole file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lines: Option<(u32, u32)>,
    },
    /// Text as the front gave it: a selection, diagnostics, a diff, the output of a terminal.
    Text {
        /// Where it is from: a URI, or what the front calls it.
        source: String,
        text: String,
    },
}
