//! What the node kinds of each language's grammar mean to a [`Skeleton`](crate::Skeleton).
//!
//! A language is a table of [`Rules`]: plain data, with a function where the name of a declaration takes looking for.
//! It is compiled once into an array with one [`Role`] for each kind id, so that the walk compares no strings.

mod build;
mod c;
mod csharp;
mod dart;
mod data;
mod elixir;
pub(crate) mod embedded;
mod functional;
mod go;
mod jvm;
mod load;
mod lua;
mod markup;
pub(crate) mod parse;
mod php;
mod python;
mod ruby;
mod rust;
mod science;
mod script;
mod shell;
mod swift;
mod zig;

use std::sync::OnceLock;

use crate::skeleton::{Found, ImportFound, Site};
use crate::{Language, SymbolKind};

pub(crate) use script::TEST_CALLS;

/// What one language's node kinds mean. Kinds that are in no list are passed through.
pub(crate) struct Rules {
    pub(crate) declarations: &'static [(&'static str, Declare)],
    pub(crate) imports: &'static [(&'static str, ReadImport)],
    /// Identifiers.
    pub(crate) names: &'static [&'static str],
    /// Names of what is called: a shell's commands.
    pub(crate) called: &'static [&'static str],
    /// Calls where nothing but the field tells what is called; without a field it is the first child.
    pub(crate) calls: &'static [(&'static str, &'static str)],
    /// What follows the name of a called thing.
    pub(crate) arguments: &'static [&'static str],
    /// What may stand between the name and the arguments: `::<T>`.
    pub(crate) type_arguments: &'static [&'static str],
    /// Comments, and attributes that stand beside their declaration: they belong to the one they are directly before.
    pub(crate) leading: &'static [&'static str],
    /// What a declaration in it extends to: `export …`, a decorated definition.
    pub(crate) wrappers: &'static [&'static str],
    /// The same where nothing else is in it: `const a = 1`, but not `const a = 1, b = 2`.
    pub(crate) lone_wrappers: &'static [&'static str],
    /// Nothing in them matters.
    pub(crate) leaves: &'static [&'static str],
    /// Functions that import what their first argument, a string, says.
    pub(crate) requires: &'static [&'static str],
    /// Functions whose first argument is the title of a test.
    pub(crate) tests: &'static [&'static str],
    /// Neighbours of one name are clauses of one declaration.
    pub(crate) clauses: bool,
}

impl Rules {
    pub(crate) const NONE: Self = Self {
        declarations: &[],
        imports: &[],
        names: &["identifier"],
        called: &[],
        calls: &[],
        arguments: &[],
        type_arguments: &[],
        leading: &["comment"],
        wrappers: &[],
        lone_wrappers: &[],
        leaves: &[],
        requires: &[],
        tests: &[],
        clauses: false,
    };
}

/// How a node declares something.
#[derive(Clone, Copy)]
pub(crate) enum Declare {
    /// Its name is in the field `name`, its body in `body`.
    Named(SymbolKind),
    /// The same, but not in a function: there it is a local.
    Outside(SymbolKind),
    /// Its name is in another field.
    In(SymbolKind, &'static str),
    /// Its name is the first node in it of one of the kinds.
    First(SymbolKind, &'static [&'static str]),
    /// The same, but neither in a function nor in a type.
    Top(SymbolKind, &'static [&'static str]),
    By(fn(&Site<'_, '_>, &mut Vec<Found>)),
}

pub(crate) type ReadImport = fn(&Site<'_, '_>, &mut Vec<ImportFound>);

/// What a node kind means: several things can be true of one.
#[derive(Clone, Copy, Default)]
pub(crate) struct Role {
    pub(crate) flags: u16,
    /// One more than the index into the declarations; 0 for none.
    pub(crate) declaration: u8,
    pub(crate) import: u8,
    /// One more than the index into the calls.
    pub(crate) call: u8,
}

impl Role {
    pub(crate) const NAME: u16 = 1;
    pub(crate) const ARGUMENTS: u16 = 2;
    pub(crate) const TYPE_ARGUMENTS: u16 = 4;
    pub(crate) const LEADING: u16 = 8;
    pub(crate) const WRAPPER: u16 = 16;
    pub(crate) const LONE_WRAPPER: u16 = 32;
    /// Nothing in it matters.
    pub(crate) const LEAF: u16 = 64;
    /// A keyword or mark: it has no children and no name.
    pub(crate) const TOKEN: u16 = 128;
    /// A name, and of what is called.
    pub(crate) const CALLED: u16 = 256;

    pub(crate) fn is(self, flag: u16) -> bool {
        self.flags & flag != 0
    }
}

/// The rules of a language by kind id.
pub(crate) struct Table {
    pub(crate) rules: &'static Rules,
    roles: Box<[Role]>,
}

impl Table {
    /// The table of a language; none for those that declare nothing, or whose grammar is not built in.
    pub(crate) fn of(language: Language) -> Option<&'static Self> {
        static TABLES: [OnceLock<Option<Table>>; Language::ALL.len()] =
            [const { OnceLock::new() }; Language::ALL.len()];
        TABLES
            .get(language as usize)?
            .get_or_init(|| Some(Self::compile(rules(language)?, &language.grammar()?)))
            .as_ref()
    }

    fn compile(rules: &'static Rules, grammar: &tree_sitter::Language) -> Self {
        let kinds = u16::try_from(grammar.node_kind_count()).unwrap_or(u16::MAX);
        let roles = (0..kinds).map(|id| match grammar.node_kind_for_id(id) {
            Some(kind) if grammar.node_kind_is_named(id) => rules.role(kind),
            Some(_) => Role {
                flags: Role::TOKEN,
                ..Role::default()
            },
            None => Role::default(),
        });
        Self {
            rules,
            roles: roles.collect(),
        }
    }

    pub(crate) fn role(&self, kind: u16) -> Role {
        self.roles.get(usize::from(kind)).copied().unwrap_or_default()
    }
}

impl Rules {
    fn role(&self, kind: &str) -> Role {
        let lists = [
            (Role::NAME, self.names),
            (Role::NAME | Role::CALLED, self.called),
            (Role::ARGUMENTS, self.arguments),
            (Role::TYPE_ARGUMENTS, self.type_arguments),
            (Role::LEADING, self.leading),
            (Role::WRAPPER, self.wrappers),
            (Role::LONE_WRAPPER, self.lone_wrappers),
            (Role::LEAF, self.leaves),
        ];
        Role {
            flags: lists
                .iter()
                .filter(|(_, kinds)| kinds.contains(&kind))
                .fold(0, |flags, (flag, _)| flags | flag),
            declaration: position(self.declarations, kind),
            import: position(self.imports, kind),
            call: position(self.calls, kind),
        }
    }
}

fn position<T>(list: &[(&str, T)], kind: &str) -> u8 {
    let index = list.iter().position(|(name, _)| *name == kind);
    index.and_then(|index| u8::try_from(index + 1).ok()).unwrap_or(0)
}

fn rules(language: Language) -> Option<&'static Rules> {
    Some(match language {
        Language::Rust => &rust::RULES,
        Language::Python => &python::RULES,
        language if language.is_script() => &script::RULES,
        Language::Go => &go::RULES,
        Language::Java => &jvm::JAVA,
        Language::Kotlin => &jvm::KOTLIN,
        Language::Scala => &jvm::SCALA,
        Language::C | Language::Cpp => &c::RULES,
        Language::CSharp => &csharp::RULES,
        Language::Ruby => &ruby::RULES,
        Language::Php => &php::RULES,
        Language::Bash => &shell::BASH,
        Language::PowerShell => &shell::POWERSHELL,
        Language::Lua => &lua::RULES,
        Language::Swift => &swift::RULES,
        Language::Zig => &zig::RULES,
        Language::Haskell => &functional::HASKELL,
        Language::OCaml | Language::OCamlInterface => &functional::OCAML,
        Language::Nix => &functional::NIX,
        Language::Elixir => &elixir::RULES,
        Language::Dart => &dart::RULES,
        Language::R => &science::R,
        Language::Julia => &science::JULIA,
        Language::Sql => &data::SQL,
        Language::Protobuf => &data::PROTOBUF,
        Language::Json => &data::JSON,
        Language::Toml => &data::TOML,
        Language::Yaml => &data::YAML,
        Language::Hcl => &build::HCL,
        Language::Make => &build::MAKE,
        Language::CMake => &build::CMAKE,
        Language::Css => &markup::CSS,
        Language::Markdown => &markup::MARKDOWN,
        _ => return None,
    })
}
