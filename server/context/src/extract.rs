//! Declarations out of a syntax tree.
//!
//! One pre-order walk with an explicit stack, so that no input can exhaust ours. At each node the language's
//! [`Grammar`] says what it declares (a [`Shape`]) and what it does (an [`Effect`]: a call, a raise, a panic); the walk
//! completes the shapes to symbols and books the effects on the innermost declaration that is open.

mod damage;
mod docs;
mod go;
mod plain;
mod python;
mod rust;
mod shape;
mod typescript;
mod walk;

use std::ops::Range;
use std::time::Instant;

use crate::tree::{PARSE_TIME_CAP, SyntaxTree};
use crate::{Language, Symbol};

use shape::Grammar;

/// A symbol with its places in the text.
pub(crate) struct Declaration {
    pub(crate) symbol: Symbol,
    pub(crate) bytes: Range<usize>,
    pub(crate) name: Range<usize>,
}

#[derive(Default)]
pub(crate) struct Extraction {
    /// In the order of the text, outer before inner.
    declarations: Vec<Declaration>,
    /// Where the names of called things start, ascending.
    calls: Vec<usize>,
}

pub(crate) fn extract(tree: &SyntaxTree) -> Extraction {
    let grammar: &dyn Grammar = match tree.language {
        Language::Rust => &rust::Rust,
        Language::Python => &python::Python,
        language if language.is_script() => &typescript::TypeScript,
        Language::Go => &go::Go,
        _ => return plain::extract(tree),
    };
    let code = tree.code();
    let root = tree.tree.root_node();
    let mut found = walk::run(code, root, grammar);
    let deadline = Instant::now() + PARSE_TIME_CAP;
    for pieces in damage::pieces(tree) {
        mend(tree, grammar, &mut found, &pieces, deadline);
    }
    grammar.finish(code, root, &mut found.declarations);
    found.calls.sort_unstable();
    found
}

/// Replaces what was found in a damaged stretch by what its pieces say, unless that is less.
fn mend(tree: &SyntaxTree, grammar: &dyn Grammar, found: &mut Extraction, pieces: &[Range<usize>], deadline: Instant) {
    let mut mended = Extraction::default();
    for piece in pieces {
        let Some(part) = tree.parse_piece(piece.clone(), deadline) else {
            return;
        };
        let part = walk::run(tree.code(), part.root_node(), grammar);
        mended.declarations.extend(part.declarations);
        mended.calls.extend(part.calls);
    }
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
        return;
    };
    let stretch = first.start..last.end;
    let from = found.declarations.partition_point(|it| it.name.start < stretch.start);
    let to = from + found.declarations[from..].partition_point(|it| it.name.start < stretch.end);
    if mended.declarations.len() < to - from {
        return;
    }
    found.declarations.splice(from..to, mended.declarations);
    found.calls.retain(|call| !stretch.contains(call));
    found.calls.extend(mended.calls);
}

impl Extraction {
    pub(crate) fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        self.declarations.iter().map(|declaration| &declaration.symbol)
    }

    /// See `Trees::enclosing`. `above` says that the line is blank or a comment, so what starts below it is meant.
    pub(crate) fn enclosing(&self, line: usize, above: bool) -> Option<&Symbol> {
        let around = self
            .symbols()
            .filter(|symbol| contains(extent(symbol), line))
            .min_by_key(|symbol| height(symbol));
        let below = self.symbols().filter(|symbol| {
            let first = extent(symbol).0;
            let within = around.is_none_or(|outer| contains(extent(outer), extent(symbol).1));
            first > line && first <= line + 2 && within
        });
        let below = below.min_by_key(|symbol| extent(symbol).0);
        if above { below.or(around) } else { around.or(below) }
    }

    /// Whether a declaration's name stands at exactly this range.
    pub(crate) fn defines(&self, name: &Range<usize>) -> bool {
        self.declarations.iter().any(|declaration| declaration.name == *name)
    }

    /// The innermost declaration around a range, other than the one that it names.
    pub(crate) fn around(&self, range: &Range<usize>) -> Option<&Symbol> {
        self.declarations
            .iter()
            .filter(|it| it.bytes.start <= range.start && range.end <= it.bytes.end && it.name != *range)
            .min_by_key(|it| it.bytes.len())
            .map(|it| &it.symbol)
    }

    pub(crate) fn calls_at(&self, offset: usize) -> bool {
        self.calls.binary_search(&offset).is_ok()
    }
}

/// The symbol's lines with those of a doc comment before it.
fn extent(symbol: &Symbol) -> (usize, usize) {
    let (first, last) = symbol.lines;
    (symbol.doc.map_or(first, |(doc, _)| doc.min(first)), last)
}

fn contains((first, last): (usize, usize), line: usize) -> bool {
    (first..=last).contains(&line)
}

fn height(symbol: &Symbol) -> usize {
    let (first, last) = extent(symbol);
    last - first
}
