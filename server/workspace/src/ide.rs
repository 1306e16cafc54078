//! What the editor knows of the code through the language servers that its user runs.
//!
//! Those servers see the user's own text, never what a session proposes: positions here count in the user's text, in the
//! encoding that the editor speaks. Nothing is changed through this: what the editor would change comes back as edits.

use base::{Diagnostic, Uri};
use futures::future::BoxFuture;
use text::{Position, PositionEncoding, Span};

/// What an editor may serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdeService {
    Diagnostics,
    Definition,
    References,
    Symbols,
    Rename,
    Format,
}

impl IdeService {
    /// As the client names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Diagnostics => "diagnostics",
            Self::Definition => "definition",
            Self::References => "references",
            Self::Symbols => "symbols",
            Self::Rename => "rename",
            Self::Format => "format",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdePlace {
    pub uri: Uri,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdeSymbol {
    pub name: String,
    /// A word: `function`, `class`.
    pub kind: &'static str,
    pub container: Option<String>,
    pub place: IdePlace,
}

/// What stands in one file; spans of diagnostics are in UTF-16 units.
#[derive(Clone, Debug, PartialEq)]
pub struct IdeDiagnostics {
    pub uri: Uri,
    /// Of the open document that they are about, where the editor says.
    pub version: Option<i32>,
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdeTextEdit {
    pub span: Span,
    pub text: String,
}

/// One step of what the editor would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdeChange {
    Edit {
        uri: Uri,
        edits: Vec<IdeTextEdit>,
    },
    Rename {
        from: Uri,
        to: Uri,
    },
    /// What no tool here proposes, in words.
    Other(String),
}

/// Why the editor has no answer, for the model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdeError {
    #[error("the editor did not answer in time")]
    Slow,
    #[error("the editor: {0}")]
    Refused(String),
}

pub type IdeAnswer<'a, T> = BoxFuture<'a, Result<T, IdeError>>;

/// Each answer comes, or fails, within a few seconds.
pub trait Ide: Send + Sync {
    fn serves(&self, service: IdeService) -> bool;

    /// What positions count in.
    fn encoding(&self) -> PositionEncoding;

    /// None is every file that has any.
    fn diagnostics(&self, uri: Option<Uri>) -> IdeAnswer<'_, Vec<IdeDiagnostics>>;

    fn definition(&self, uri: Uri, at: Position) -> IdeAnswer<'_, Vec<IdePlace>>;

    fn references(&self, uri: Uri, at: Position) -> IdeAnswer<'_, Vec<IdePlace>>;

    fn symbols(&self, query: String) -> IdeAnswer<'_, Vec<IdeSymbol>>;

    /// Empty where there is nothing that can be renamed.
    fn rename(&self, uri: Uri, at: Position, new_name: String) -> IdeAnswer<'_, Vec<IdeChange>>;

    /// None is the whole file.
    fn format(&self, uri: Uri, span: Option<Span>) -> IdeAnswer<'_, Vec<IdeTextEdit>>;
}
