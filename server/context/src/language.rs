//! Which grammar a file is read with: by its extension, else by its `#!` line.

use std::path::Path;

use ropey::Rope;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    Rust,
    Python,
    TypeScript,
    Tsx,
    JavaScript,
    Go,
}

/// How comments are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comments {
    pub line: &'static str,
    pub block: Option<(&'static str, &'static str)>,
}

/// A `#!` line is looked for in this many bytes only.
const SHEBANG_WINDOW: usize = 256;

impl Language {
    /// The language of a file with this name.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match extension.as_str() {
            "rs" => Self::Rust,
            "py" | "pyi" | "pyw" => Self::Python,
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            "js" | "mjs" | "cjs" | "jsx" => Self::JavaScript,
            "go" => Self::Go,
            _ => return None,
        })
    }

    /// The language of a file with this name and text.
    #[must_use]
    pub fn of(path: &Path, rope: &Rope) -> Option<Self> {
        match path.extension() {
            Some(_) => Self::of_path(path),
            None => Self::of_shebang(rope),
        }
    }

    fn of_shebang(rope: &Rope) -> Option<Self> {
        let start: String = rope.chars().take(SHEBANG_WINDOW).collect();
        let line = start.lines().next()?.strip_prefix("#!")?;
        line.split(['/', ' ', '\t']).find_map(|word| {
            let name = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
            Some(match name {
                "python" | "pypy" => Self::Python,
                "node" | "nodejs" => Self::JavaScript,
                "deno" | "bun" | "ts-node" | "tsx" => Self::TypeScript,
                "rust-script" => Self::Rust,
                _ => return None,
            })
        })
    }

    /// As LSP calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::TypeScript => "typescript",
            Self::Tsx => "typescriptreact",
            Self::JavaScript => "javascript",
            Self::Go => "go",
        }
    }

    #[must_use]
    pub fn comments(self) -> Comments {
        match self {
            Self::Python => Comments { line: "#", block: None },
            _ => Comments {
                line: "//",
                block: Some(("/*", "*/")),
            },
        }
    }

    pub(crate) fn grammar(self) -> tree_sitter::Language {
        match self {
            Self::Rust => tree_sitter_rust::LANGUAGE.into(),
            Self::Python => tree_sitter_python::LANGUAGE.into(),
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Self::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            Self::Go => tree_sitter_go::LANGUAGE.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, language: Option<Language>) {
        assert_eq!(
            Language::of(Path::new(path), &Rope::from_str(text)),
            language,
            "{path}: {text}"
        );
    }

    #[test]
    fn extension_decides_before_text() {
        check("a/b.rs", "#!/usr/bin/python3\n", Some(Language::Rust));
        check("A.PY", "", Some(Language::Python));
        check("x.d.ts", "", Some(Language::TypeScript));
        check("x.tsx", "", Some(Language::Tsx));
        check("x.cjs", "", Some(Language::JavaScript));
        check("x.go", "", Some(Language::Go));
        check("x.txt", "#!/usr/bin/python3\n", None);
    }

    #[test]
    fn a_script_without_extension_says_what_runs_it() {
        check(
            "bin/tool",
            "#!/usr/bin/env -S python3.12 -u\nprint()",
            Some(Language::Python),
        );
        check("bin/tool", "#!/usr/bin/node\n", Some(Language::JavaScript));
        check("bin/tool", "#!/bin/sh\npython\n", None);
        check("bin/tool", "", None);
    }
}
