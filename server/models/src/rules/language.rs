//! The four languages the rules know, and what differs between them in a word or two.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Rust,
    Python,
    TypeScript,
    JavaScript,
    Go,
}

impl Language {
    /// From an LSP language id.
    pub(super) fn of_id(id: &str) -> Option<Self> {
        match id {
            "rust" => Some(Self::Rust),
            "python" => Some(Self::Python),
            "typescript" | "typescriptreact" | "tsx" => Some(Self::TypeScript),
            "javascript" | "javascriptreact" | "jsx" => Some(Self::JavaScript),
            "go" => Some(Self::Go),
            _ => None,
        }
    }

    pub(super) fn of_path(path: &str) -> Option<Self> {
        match path.rsplit_once('.')?.1 {
            "rs" => Some(Self::Rust),
            "py" | "pyi" => Some(Self::Python),
            "ts" | "tsx" | "mts" | "cts" => Some(Self::TypeScript),
            "js" | "jsx" | "mjs" | "cjs" => Some(Self::JavaScript),
            "go" => Some(Self::Go),
            _ => None,
        }
    }

    /// The word after a Markdown fence.
    pub(super) fn fence(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::TypeScript => "typescript",
            Self::JavaScript => "javascript",
            Self::Go => "go",
        }
    }

    pub(super) fn line_comment(self) -> &'static str {
        match self {
            Self::Python => "#",
            _ => "//",
        }
    }

    /// Whether a type means "nothing is returned".
    pub(super) fn is_unit(self, ty: &str) -> bool {
        match self {
            Self::Rust => matches!(ty, "()" | "!"),
            Self::Python => matches!(ty, "None" | "NoReturn" | "Never"),
            Self::TypeScript | Self::JavaScript => matches!(
                ty,
                "void" | "undefined" | "never" | "Promise<void>" | "Promise<undefined>" | "Promise<never>"
            ),
            Self::Go => ty.is_empty(),
        }
    }
}
