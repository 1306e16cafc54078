//! What one file's syntax tree says, in places only: declarations, imports, and where names are used.
//!
//! Lighter than an outline (no text is copied but import targets), so that a whole repository can be read: one walk
//! over the tree, which looks each node up in its language's table.

mod markdown;
mod site;
mod walk;

use std::ops::Range;

use tree_sitter::Tree;

use crate::grammar::Table;
use crate::grammar::parse::parse;
use crate::tree::{PARSE_SIZE_CAP, PARSE_TIME_CAP};
use crate::{Language, SymbolKind};

pub(crate) use site::{Found, ImportFound, Site, child, first, fits, range};

/// More of one kind in one file are left out: such a file is generated.
pub const SKELETON_CAP: usize = 50_000;

/// The declarations, imports and names of a file, each in the order of the text. Ranges are UTF-8 bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skeleton {
    /// An outer one comes before those within it.
    pub declarations: Vec<Declaration>,
    pub imports: Vec<Import>,
    pub references: Vec<NameUse>,
}

/// Something that people navigate to: a function, a type, a top-level constant; no locals and no fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    pub kind: SymbolKind,
    pub name: Range<u32>,
    /// The whole of it with its attributes, decorators or `export`, and the comments directly before.
    pub bytes: Range<u32>,
    pub body: Option<Range<u32>>,
    /// Index of the declaration around it.
    pub parent: Option<u32>,
    /// The name of the type that a member belongs to, where it does not stand in the type's own declaration: of an
    /// `impl` and what is in it, of a receiver, `A` of `A::f`.
    pub owner: Option<Range<u32>>,
}

/// One thing imported, or several from one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub bytes: Range<u32>,
    /// As written, without quotes: `crate::a::B`, `.pkg.mod`, `./x`, `github.com/a/b`, `a/b.h`.
    pub target: Box<str>,
    /// The names that it brings in, where they are listed.
    pub names: Vec<ImportedName>,
}

/// A name that an import brings in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedName {
    /// As the importer calls it; the mark itself where all names come in.
    pub bound: Range<u32>,
    pub origin: Origin,
}

/// What of the target a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The target: a module, or the thing at the end of the path.
    Target,
    /// What a script exports by default.
    Default,
    /// One of its names, as it is called there.
    Named(Range<u32>),
    /// All its names.
    All,
}

impl ImportedName {
    pub(crate) fn target(bound: Range<u32>) -> Self {
        Self {
            bound,
            origin: Origin::Target,
        }
    }

    pub(crate) fn named(name: Range<u32>) -> Self {
        Self {
            bound: name.clone(),
            origin: Origin::Named(name),
        }
    }

    pub(crate) fn all(mark: Range<u32>) -> Self {
        Self {
            bound: mark,
            origin: Origin::All,
        }
    }
}

/// An identifier that names no declaration: a variable, a field, a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameUse {
    pub start: u32,
    /// Longer names are no names.
    pub length: u16,
    /// Arguments follow.
    pub call: bool,
}

impl NameUse {
    #[must_use]
    pub fn name(self) -> Range<u32> {
        self.start..self.start + u32::from(self.length)
    }
}

impl Skeleton {
    /// Parses a text and reads it. None without a grammar, and for texts that are too large or take too long.
    #[must_use]
    pub fn read(language: Language, text: &str) -> Option<Self> {
        if text.len() > PARSE_SIZE_CAP {
            return None;
        }
        let tree = parse(language, text, None, PARSE_TIME_CAP)?;
        Some(Self::of(language, &tree, text))
    }

    /// What the tree says of its text. Empty for languages without declarations, and for texts over 4 GB.
    #[must_use]
    pub fn of(language: Language, tree: &Tree, text: &str) -> Self {
        match Table::of(language) {
            Some(table) if u32::try_from(text.len()).is_ok() => {
                let mut skeleton = walk::run(table, tree, text);
                if language == Language::Markdown {
                    skeleton.references = markdown::names(tree, text);
                }
                skeleton
            }
            _ => Self::default(),
        }
    }
}
