//! The grammars that are built in. A core of them always is; the features `languages-more` and `languages-all` add the
//! rest: a grammar is up to 12 MB of tables.

use tree_sitter::Language as Grammar;

use crate::Language;

impl Language {
    /// None if no grammar is built in.
    pub(crate) fn grammar(self) -> Option<Grammar> {
        self.core().or_else(|| self.more()).or_else(|| self.rare())
    }

    /// Whether files of it are parsed in this build; else they are plain text.
    #[must_use]
    pub fn is_built_in(self) -> bool {
        self.grammar().is_some()
    }

    fn core(self) -> Option<Grammar> {
        Some(match self {
            Self::Rust => tree_sitter_rust::LANGUAGE.into(),
            Self::Python => tree_sitter_python::LANGUAGE.into(),
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Self::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            // Only what stands in their scripts is parsed.
            Self::Vue | Self::Svelte | Self::Astro | Self::Html => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Go => tree_sitter_go::LANGUAGE.into(),
            Self::Java => tree_sitter_java::LANGUAGE.into(),
            Self::C => tree_sitter_c::LANGUAGE.into(),
            Self::Lua => tree_sitter_lua::LANGUAGE.into(),
            Self::Bash => tree_sitter_bash::LANGUAGE.into(),
            Self::Css => tree_sitter_css::LANGUAGE.into(),
            Self::Markdown => tree_sitter_md::LANGUAGE.into(),
            Self::Json => tree_sitter_json::LANGUAGE.into(),
            Self::Toml => tree_sitter_toml_ng::LANGUAGE.into(),
            Self::Yaml => tree_sitter_yaml::LANGUAGE.into(),
            _ => return None,
        })
    }

    #[cfg(feature = "languages-more")]
    fn more(self) -> Option<Grammar> {
        Some(match self {
            Self::Cpp => tree_sitter_cpp::LANGUAGE.into(),
            Self::CSharp => tree_sitter_c_sharp::LANGUAGE.into(),
            Self::Ruby => tree_sitter_ruby::LANGUAGE.into(),
            Self::Php => tree_sitter_php::LANGUAGE_PHP.into(),
            Self::Kotlin => tree_sitter_kotlin_ng::LANGUAGE.into(),
            Self::Swift => tree_sitter_swift::LANGUAGE.into(),
            Self::Scala => tree_sitter_scala::LANGUAGE.into(),
            Self::Zig => tree_sitter_zig::LANGUAGE.into(),
            Self::Elixir => tree_sitter_elixir::LANGUAGE.into(),
            Self::Dart => tree_sitter_dart::LANGUAGE.into(),
            Self::R => tree_sitter_r::LANGUAGE.into(),
            Self::Sql => tree_sitter_sequel::LANGUAGE.into(),
            Self::Nix => tree_sitter_nix::LANGUAGE.into(),
            Self::Protobuf => tree_sitter_proto::LANGUAGE.into(),
            Self::Hcl => tree_sitter_hcl::LANGUAGE.into(),
            Self::PowerShell => tree_sitter_powershell::LANGUAGE.into(),
            Self::Make => tree_sitter_make::LANGUAGE.into(),
            Self::CMake => tree_sitter_cmake::LANGUAGE.into(),
            _ => return None,
        })
    }

    #[cfg(not(feature = "languages-more"))]
    fn more(self) -> Option<Grammar> {
        None
    }

    #[cfg(feature = "languages-all")]
    fn rare(self) -> Option<Grammar> {
        Some(match self {
            Self::Haskell => tree_sitter_haskell::LANGUAGE.into(),
            Self::OCaml => tree_sitter_ocaml::LANGUAGE_OCAML.into(),
            Self::OCamlInterface => tree_sitter_ocaml::LANGUAGE_OCAML_INTERFACE.into(),
            Self::Julia => tree_sitter_julia::LANGUAGE.into(),
            _ => return None,
        })
    }

    #[cfg(not(feature = "languages-all"))]
    fn rare(self) -> Option<Grammar> {
        None
    }
}
