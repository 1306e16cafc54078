//! What the user asked for: a command on a place, with the diagnostics that stand there.

use serde::{Deserialize, Serialize};
use text::Span;

use crate::Uri;

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
}

impl CommandName {
    pub const ALL: [Self; 8] = [
        Self::Ask,
        Self::Edit,
        Self::Explain,
        Self::Fix,
        Self::Document,
        Self::Test,
        Self::Refactor,
        Self::Complete,
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
        }
    }

    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|command| command.as_str() == name)
    }

    /// Whether the command may propose changes; ask and explain only read.
    #[must_use]
    pub fn may_edit(self) -> bool {
        !matches!(self, Self::Ask | Self::Explain)
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
}
