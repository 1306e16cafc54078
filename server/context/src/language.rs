//! Which grammar a file is read with: by its name, else by its `#!` line.

mod names;

use std::path::Path;

use ropey::Rope;

/// The kinds of files that are known by name. Not all have a grammar, and a small build leaves grammars out: what has
/// none is plain text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    Rust,
    Python,
    TypeScript,
    Tsx,
    JavaScript,
    Go,
    Java,
    C,
    Cpp,
    CSharp,
    Ruby,
    Php,
    Bash,
    Lua,
    Kotlin,
    Swift,
    Scala,
    Zig,
    Haskell,
    Elixir,
    OCaml,
    OCamlInterface,
    Dart,
    R,
    Julia,
    Sql,
    Nix,
    Protobuf,
    Hcl,
    PowerShell,
    Make,
    CMake,
    Css,
    Scss,
    Less,
    Html,
    Vue,
    Svelte,
    Astro,
    Markdown,
    Json,
    Toml,
    Yaml,
    Dockerfile,
    Perl,
    Clojure,
    Erlang,
    FSharp,
    Vim,
    GraphQl,
}

/// How comments are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comments {
    /// Empty where there are block comments only, or none.
    pub line: &'static str,
    pub block: Option<(&'static str, &'static str)>,
}

/// A `#!` line is looked for in this many bytes only.
const SHEBANG_WINDOW: usize = 256;
/// What a header is written in shows in this many bytes.
const HEADER_WINDOW: usize = 16 << 10;

impl Language {
    /// The language of a file with this name.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        Self::of_file_name(name).or_else(|| Self::of_extension(&path.extension()?.to_str()?.to_ascii_lowercase()))
    }

    /// The language of a file with this name and text.
    #[must_use]
    pub fn of(path: &Path, rope: &Rope) -> Option<Self> {
        let head = rope.chunks().scan(0, |seen, chunk| {
            let is_seen = *seen >= HEADER_WINDOW;
            *seen += chunk.len();
            (!is_seen).then_some(chunk)
        });
        match Self::of_path(path) {
            Some(Self::C) if is_header(path) => Self::of_text(path, &head.collect::<String>()),
            Some(language) => Some(language),
            None if path.extension().is_some() => None,
            None => Self::of_text(path, &rope.chars().take(SHEBANG_WINDOW).collect::<String>()),
        }
    }

    /// The same, from a text or its start.
    #[must_use]
    pub fn of_text(path: &Path, text: &str) -> Option<Self> {
        match Self::of_path(path) {
            Some(Self::C) if is_header(path) && looks_like_cpp(text) => Some(Self::Cpp),
            Some(language) => Some(language),
            None if path.extension().is_some() => None,
            None => Self::of_shebang(text),
        }
    }

    /// The language of a fenced code block, from what stands after its fence: `rust,no_run`, `ts {1,3}`.
    pub(crate) fn of_fence(info: &str) -> Option<Self> {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '+' | '#' | '-');
        let word = info.trim().split(|c| !is_word(c)).next()?.to_ascii_lowercase();
        let named = Self::ALL.into_iter().find(|language| language.name() == word);
        named
            .or_else(|| Self::of_extension(&word))
            .or_else(|| Self::of_interpreter(&word))
            .or(match word.as_str() {
                "golang" => Some(Self::Go),
                "shell" | "console" => Some(Self::Bash),
                "c#" => Some(Self::CSharp),
                _ => None,
            })
    }

    fn of_shebang(text: &str) -> Option<Self> {
        let line = text.lines().next()?.strip_prefix("#!")?;
        line.split(['/', ' ', '\t']).find_map(|word| {
            let name = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
            Self::of_interpreter(name)
        })
    }

    /// Whether it is read as TypeScript or JavaScript, or has such scripts in it.
    pub(crate) fn is_script(self) -> bool {
        matches!(
            self,
            Self::TypeScript | Self::Tsx | Self::JavaScript | Self::Vue | Self::Svelte | Self::Astro | Self::Html
        )
    }

    /// Whether it is a programming language: neither data nor prose nor style.
    #[must_use]
    pub fn is_code(self) -> bool {
        !matches!(
            self,
            Self::Css
                | Self::Scss
                | Self::Less
                | Self::Html
                | Self::Markdown
                | Self::Json
                | Self::Toml
                | Self::Yaml
                | Self::Dockerfile
        )
    }

    #[must_use]
    pub fn comments(self) -> Comments {
        const SLASHES: Comments = Comments {
            line: "//",
            block: Some(("/*", "*/")),
        };
        const MARKUP: Comments = Comments {
            line: "",
            block: Some(("<!--", "-->")),
        };
        let with = |line, block| Comments { line, block };
        match self {
            Self::Python
            | Self::Bash
            | Self::Make
            | Self::Yaml
            | Self::Toml
            | Self::Dockerfile
            | Self::R
            | Self::Elixir
            | Self::Perl
            | Self::GraphQl => with("#", None),
            Self::Ruby => with("#", Some(("=begin", "=end"))),
            Self::Julia => with("#", Some(("#=", "=#"))),
            Self::Nix | Self::Hcl => with("#", Some(("/*", "*/"))),
            Self::CMake => with("#", Some(("#[[", "]]"))),
            Self::PowerShell => with("#", Some(("<#", "#>"))),
            Self::Lua => with("--", Some(("--[[", "]]"))),
            Self::Haskell => with("--", Some(("{-", "-}"))),
            Self::Sql => with("--", Some(("/*", "*/"))),
            Self::OCaml | Self::OCamlInterface => with("", Some(("(*", "*)"))),
            Self::FSharp => with("//", Some(("(*", "*)"))),
            Self::Css => with("", Some(("/*", "*/"))),
            Self::Html | Self::Vue | Self::Svelte | Self::Astro | Self::Markdown => MARKUP,
            Self::Clojure => with(";", None),
            Self::Erlang => with("%", None),
            Self::Vim => with("\"", None),
            Self::Zig => with("//", None),
            Self::Json => with("", None),
            _ => SLASHES,
        }
    }
}

fn is_header(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("h"))
}

/// C has none of these at the start of a line.
fn looks_like_cpp(text: &str) -> bool {
    text.lines().map(str::trim_start).any(|line| {
        [
            "class ",
            "namespace ",
            "template<",
            "template <",
            "using ",
            "public:",
            "private:",
            "protected:",
        ]
        .iter()
        .any(|start| line.starts_with(start))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, language: Option<Language>) {
        let rope = Rope::from_str(text);
        assert_eq!(Language::of(Path::new(path), &rope), language, "{path}: {text}");
        assert_eq!(Language::of_text(Path::new(path), text), language, "{path}: {text}");
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
    fn some_files_are_known_by_their_whole_name() {
        check("a/Makefile", "", Some(Language::Make));
        check("CMakeLists.txt", "", Some(Language::CMake));
        check("Rakefile", "", Some(Language::Ruby));
        check("docker/Dockerfile.dev", "", Some(Language::Dockerfile));
        check("Jenkinsfile", "", None);
    }

    #[test]
    fn a_script_without_extension_says_what_runs_it() {
        check(
            "bin/tool",
            "#!/usr/bin/env -S python3.12 -u\nprint()",
            Some(Language::Python),
        );
        check("bin/tool", "#!/usr/bin/node\n", Some(Language::JavaScript));
        check("bin/tool", "#!/bin/sh\npython\n", Some(Language::Bash));
        check("bin/tool", "", None);
    }

    #[test]
    fn fences_name_languages_in_many_ways() {
        let of = Language::of_fence;
        assert_eq!(of("rust,no_run"), Some(Language::Rust));
        assert_eq!(of(" ts {1,3}"), Some(Language::TypeScript));
        assert_eq!(of("c++"), Some(Language::Cpp));
        assert_eq!(of("sh"), Some(Language::Bash));
        assert_eq!((of(""), of("text")), (None, None));
    }

    #[test]
    fn a_header_is_c_until_it_looks_like_cpp() {
        check("a.h", "struct a { int class_; };\n", Some(Language::C));
        check(
            "a.h",
            "#pragma once\n  template <class T> struct A {};\n",
            Some(Language::Cpp),
        );
        check("a.hpp", "", Some(Language::Cpp));
    }

    #[test]
    fn every_language_has_its_place_and_a_name_of_its_own() {
        let mut names: Vec<&str> = Language::ALL.iter().map(|language| language.name()).collect();
        for (index, language) in Language::ALL.iter().enumerate() {
            assert_eq!(*language as usize, index);
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Language::ALL.len());
    }
}
