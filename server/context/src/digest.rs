//! What the index keeps of one file: pieces, words, declarations, names used, imports. A function of the file's text
//! and language alone, so that it is kept by content hash and shared by all workspaces that hold the file.

pub(crate) mod blob;
pub(crate) mod imports;
mod patch;

use std::path::Path;
use std::time::Duration;

use tree_sitter::Tree;

use crate::grammar::parse::parse;
use crate::pieces::{self, Lines, Piece};
use crate::skeleton::Skeleton;
use crate::words::{self, Term};
use crate::{Language, SymbolKind};

use imports::Imports;

/// How often a piece has a word, or uses a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Count {
    pub(crate) term: Term,
    pub(crate) piece: u16,
    pub(crate) times: u16,
}

/// A declaration's place. Lines are 1-based and inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    /// Where the name is in [`Digest::names`].
    name: (u32, u16),
    pub(crate) kind: SymbolKind,
    pub(crate) first: u32,
    pub(crate) last: u32,
    pub(crate) name_line: u32,
    pub(crate) parent: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest {
    pub(crate) lines: u32,
    pub(crate) bytes: u32,
    /// By line; together they are the file.
    pub(crate) pieces: Box<[Piece]>,
    /// By term, then piece.
    pub(crate) words: Box<[Count]>,
    /// Identifiers as written, hashed, where they are not declared; by name, then piece.
    pub(crate) uses: Box<[Count]>,
    pub(crate) declarations: Box<[Declared]>,
    pub(crate) imports: Imports,
    names: Box<str>,
}

/// No file is worth waiting longer for: some grammars take exponential time on some texts.
const PARSE_TIME_CAP: Duration = Duration::from_millis(1500);
/// A longer line is data or minified code: the file is then indexed as text.
const LINE_CAP: u32 = 20_000;
/// Pieces beyond this are one: their number is 16 bits.
const PIECES_CAP: usize = 60_000;

impl Digest {
    /// Digests a file of this path and text. Never fails: what cannot be parsed is cut as plain text.
    #[must_use]
    pub fn of(path: &Path, text: &str) -> Self {
        Self::with_tree(Language::of_path(path), text, None).0
    }

    /// As [`Digest::of`], with the tree it was made from. `old` is the tree of an older text, edited to fit this one.
    pub(crate) fn with_tree(language: Option<Language>, text: &str, old: Option<&Tree>) -> (Self, Option<Tree>) {
        let lines = Lines::of(text);
        let tree = language
            .filter(|_| !lines.has_longer(LINE_CAP))
            .and_then(|language| Some((language, parse(language, text, old, PARSE_TIME_CAP)?)));
        match tree {
            Some((language, tree)) => (Self::of_tree(language, &tree, text, &lines), Some(tree)),
            None => (Self::plain(text, &lines), None),
        }
    }

    /// Only parses, as a measure of the rest. Whether there is a tree.
    #[must_use]
    pub fn parses(path: &Path, text: &str) -> bool {
        let language = Language::of_path(path).filter(|_| !Lines::of(text).has_longer(LINE_CAP));
        language.is_some_and(|language| parse(language, text, None, PARSE_TIME_CAP).is_some())
    }

    pub(crate) fn of_tree(language: Language, tree: &Tree, text: &str, lines: &Lines) -> Self {
        let skeleton = Skeleton::of(language, tree, text);
        let pieces = pieces::of_tree(tree, &skeleton, lines);
        Self::assemble(text, lines, pieces, &skeleton)
    }

    fn plain(text: &str, lines: &Lines) -> Self {
        Self::assemble(text, lines, pieces::of_text(text, lines), &Skeleton::default())
    }

    fn assemble(text: &str, lines: &Lines, mut pieces: Vec<Piece>, skeleton: &Skeleton) -> Self {
        merge_beyond_cap(&mut pieces);
        let mut names = String::new();
        let declarations = skeleton
            .declarations
            .iter()
            .map(|declaration| {
                let name = &text[declaration.name.start as usize..declaration.name.end as usize];
                let at = (length(&names), u16::try_from(name.len()).unwrap_or(0));
                if at.1 > 0 {
                    names.push_str(name);
                }
                Declared {
                    name: at,
                    kind: declaration.kind,
                    first: lines.of_byte(declaration.bytes.start),
                    last: lines.of_byte(declaration.bytes.end.saturating_sub(1).max(declaration.bytes.start)),
                    name_line: lines.of_byte(declaration.name.start),
                    parent: declaration.parent,
                }
            })
            .collect();
        Self {
            lines: lines.count(),
            bytes: length(text),
            words: count_words(text, lines, &pieces),
            uses: count_uses(text, lines, &pieces, skeleton),
            pieces: pieces.into(),
            declarations,
            imports: Imports::of(&skeleton.imports, text),
            names: names.into(),
        }
    }

    pub(crate) fn name(&self, declared: &Declared) -> &str {
        let (start, length) = declared.name;
        &self.names[start as usize..start as usize + usize::from(length)]
    }

    /// The counts of one term, by piece.
    pub(crate) fn counts_of(counts: &[Count], term: Term) -> &[Count] {
        let start = counts.partition_point(|count| count.term < term);
        let length = counts[start..].iter().take_while(|count| count.term == term).count();
        &counts[start..start + length]
    }

    /// The piece that holds a line.
    pub(crate) fn piece_at(&self, line: u32) -> Option<usize> {
        let after = self.pieces.partition_point(|piece| piece.first <= line);
        after.checked_sub(1)
    }
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

fn merge_beyond_cap(pieces: &mut Vec<Piece>) {
    if pieces.len() > PIECES_CAP {
        let rest = pieces.split_off(PIECES_CAP);
        if let (Some(last), Some(end)) = (pieces.last_mut(), rest.last()) {
            last.last = end.last;
            last.bytes += rest.iter().map(|piece| piece.bytes).sum::<u32>();
        }
    }
}

fn count_words(text: &str, lines: &Lines, pieces: &[Piece]) -> Box<[Count]> {
    let mut places = Vec::with_capacity(text.len() / 8);
    for (index, piece) in pieces.iter().enumerate() {
        let piece_text = &text[lines.start(piece.first) as usize..lines.start(piece.last + 1) as usize];
        words::for_each_term(piece_text, |term| places.push(place(term, index)));
    }
    tally(places)
}

fn count_uses(text: &str, lines: &Lines, pieces: &[Piece], skeleton: &Skeleton) -> Box<[Count]> {
    let mut piece = 0;
    let mut places = Vec::with_capacity(skeleton.references.len());
    let starts = |piece: usize| lines.start(pieces[piece].first);
    for reference in &skeleton.references {
        while piece + 1 < pieces.len() && starts(piece + 1) <= reference.start {
            piece += 1;
        }
        while piece > 0 && starts(piece) > reference.start {
            piece -= 1;
        }
        let name = &text.as_bytes()[reference.start as usize..reference.name().end as usize];
        places.push(place(words::hash(name), piece));
    }
    tally(places)
}

/// A term in a piece, as one number: such numbers are sorted twice as fast as pairs.
fn place(term: Term, piece: usize) -> u64 {
    u64::from(term) << 16 | u64::from(u16::try_from(piece).unwrap_or(u16::MAX))
}

fn tally(mut places: Vec<u64>) -> Box<[Count]> {
    places.sort_unstable();
    let runs = places.chunk_by(|one, next| one == next);
    runs.map(|run| Count {
        term: Term::try_from(run[0] >> 16).unwrap_or(Term::MAX),
        piece: u16::try_from(run[0] & u64::from(u16::MAX)).unwrap_or(u16::MAX),
        times: u16::try_from(run.len()).unwrap_or(u16::MAX),
    })
    .collect()
}
