//! `task.toml`, as it is written.

use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TaskFile {
    pub(super) title: String,
    pub(super) language: String,
    pub(super) command: Spanned<String>,
    pub(super) prompt: Option<String>,
    /// `F`, `F:L` or `F:L-L`.
    pub(super) file: Option<Spanned<String>>,
    /// A file of the task's folder.
    pub(super) diagnostics: Option<Spanned<String>>,
    /// What the workspace is made from, where that is not `files/`.
    pub(super) commit: Option<Spanned<String>>,
    /// Tool calls that are expected, in order: a tool's name, and words that stand in the call's arguments.
    #[serde(default)]
    pub(super) plan: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) limits: LimitsTable,
    #[serde(default)]
    pub(super) checks: Vec<Spanned<Check>>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsTable {
    /// How many tool calls should be enough.
    pub(super) tool_calls: Option<u32>,
    /// After so many seconds the turn is stopped.
    pub(super) seconds: Option<u64>,
}

/// One thing that must hold when the work is done. Paths are relative to the workspace.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Check {
    /// One of the texts stands in the file.
    FileContains(FileText),
    /// None of the texts stands in the file.
    FileLacks(FileText),
    /// The file has exactly the bytes of a text, or of a file of the task's folder.
    FileEquals(FileBytes),
    FileAbsent(String),
    Command(CommandCheck),
    /// One of the texts stands in the answer, whatever the case of its letters.
    AnswerContains(Texts),
    /// No file differs from what it was.
    NoChange(bool),
    /// Files that may differ from what they were; a name that ends in `/` is a folder.
    DiffTouchesOnly(Vec<String>),
    /// The file's syntax tree has no error.
    Parses(String),
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileText {
    pub(super) path: String,
    pub(super) text: Texts,
    /// How often, for `file_contains`; once at least where it is not said.
    pub(super) times: Option<usize>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileBytes {
    pub(super) path: String,
    pub(super) text: Option<String>,
    pub(super) same_as: Option<String>,
}

/// A line for the workbench.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CommandCheck {
    pub(super) run: String,
    /// Programs without which the check is skipped.
    #[serde(default)]
    pub(super) needs: Vec<String>,
    #[serde(default)]
    pub(super) exit: i32,
    pub(super) prints: Option<String>,
    pub(super) seconds: Option<u64>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
pub(super) enum Texts {
    One(String),
    Any(Vec<String>),
}

impl Texts {
    pub(super) fn all(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Any(texts) => texts,
        }
    }
}
