//! A declaration as people, models and tools see it. The field names are what the `outline` tool prints.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SymbolKind {
    Function,
    Method,
    /// A getter, setter or Python `@property`.
    Property,
    Class,
    Struct,
    Enum,
    Variant,
    Trait,
    Interface,
    Impl,
    Module,
    Type,
    Constant,
    Static,
    Variable,
    Macro,
    /// A test by call: `describe`, `it`, `test`. Its name is its title.
    Test,
}

impl SymbolKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Method => "method",
            Self::Property => "property",
            Self::Class => "class",
            Self::Struct => "struct",
            Self::Enum => "enum",
            Self::Variant => "variant",
            Self::Trait => "trait",
            Self::Interface => "interface",
            Self::Impl => "impl",
            Self::Module => "module",
            Self::Type => "type",
            Self::Constant => "constant",
            Self::Static => "static",
            Self::Variable => "variable",
            Self::Macro => "macro",
            Self::Test => "test",
        }
    }

    /// Whether it has parameters and a body that runs.
    #[must_use]
    pub fn is_callable(self) -> bool {
        matches!(self, Self::Function | Self::Method | Self::Property)
    }
}

/// One declaration. Lines are 1-based and inclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Symbol {
    pub name: String,
    pub kind: SymbolKind,
    /// Set by the index, where symbols of many files are together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<PathBuf>,
    /// From the first attribute, decorator or `export` to the end; a doc comment before it is not part.
    pub lines: (usize, usize),
    pub name_line: usize,
    /// The declaration without its body, on one line, comments left out.
    pub signature: String,
    /// The impl's type, the class, the receiver's type, or else the declaration that this one stands in.
    pub parent: Option<String>,
    /// Lines of the doc comment or docstring.
    pub doc: Option<(usize, usize)>,
    /// Its first sentence.
    pub doc_text: Option<String>,
    /// The line of the body's first statement or member (a docstring included); of its opening where it is empty.
    pub body_first_line: Option<usize>,
    /// The white space that the declaration's first line starts with.
    pub indent: String,
    /// Without `self`, `this` and the receiver.
    pub params: Vec<Param>,
    pub returns: Option<String>,
    /// Returns a `Result` or `error`, or raises in its own body.
    pub fallible: bool,
    /// Its own body can panic: `panic!`, `unwrap`, `expect`, assertions; Go's `panic`.
    pub panics: bool,
    /// Names of the exception types raised in its own body, in order of appearance.
    pub raises: Vec<String>,
    pub is_test: bool,
    pub exported: bool,
    pub is_async: bool,
    /// `&mut self`, `self`, `cls`, `this`, Go's `s *Server`.
    pub receiver: Option<String>,
    /// Calls in its own body, by the last segment of the callee's name; macros end in `!`.
    pub calls: Vec<Call>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Param {
    /// As written: `x`, `*args`, `{ a, b }`, `...rest`. `_` where Go names none.
    pub name: String,
    #[serde(rename = "type")]
    pub ty: Option<String>,
    /// The caller may leave it out.
    pub default: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Call {
    pub name: String,
    pub line: usize,
}
