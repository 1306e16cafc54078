//! What of a workspace to send with a request: ranked, packed into a budget, each fragment with its reasons.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use crate::atlas::Snapshot;
use crate::catalog::{Catalog, FileId};
use crate::history::{LineHash, line_hash};
use crate::packing::{Room, Taken};
use crate::rank::board::Board;
use crate::rank::inquiry::{self, Inquiry};
use crate::rank::seed::{Question, Seed};
use crate::rank::{fusion, piece, query};

/// How much of a file a fragment holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// All of it.
    Full,
    /// Pieces.
    Slices,
    /// The lines that name its declarations.
    Signatures,
    /// Only that it is there.
    Path,
}

impl Level {
    /// As the command line and the events have it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Slices => "slices",
            Self::Signatures => "signatures",
            Self::Path => "path",
        }
    }
}

/// Paths are as in the snapshot: relative to the workspace, with `/`.
#[derive(Clone, Debug, Default)]
pub struct SelectOptions {
    /// Tokens.
    pub budget: usize,
    /// Files that come first and whole, as far as they fit.
    pub pinned: Vec<String>,
    /// Files that do not come at all.
    pub dropped: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// One a file, best first. Those without ranges are likely too, and did not fit.
    pub fragments: Vec<Fragment>,
    /// Of all fragments' texts.
    pub tokens: usize,
    pub budget: usize,
}

#[derive(Clone, Debug)]
pub struct Fragment {
    pub path: String,
    /// Of the file; comparable within one selection.
    pub score: f32,
    pub tokens: usize,
    pub level: Level,
    /// 1-based, inclusive, in order, not adjacent.
    pub ranges: Vec<(u32, u32)>,
    /// What the ranges declare.
    pub symbols: Vec<FragmentSymbol>,
    pub why: Vec<String>,
    /// The lines of the ranges.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FragmentSymbol {
    pub name: String,
    pub kind: &'static str,
    pub line: u32,
}

/// Files whose pieces are weighed.
const WEIGHED: usize = 25;
/// Files that are named, fitting or not.
const NAMED: usize = 60;
/// Files that show at least their signatures, and the share of the budget for one.
const SHOWN: usize = 5;
const SIGNATURES_SHARE: usize = 20;
/// Reasons a fragment.
const REASONS: usize = 3;
/// Words that a reason names.
const WORDS_SAID: usize = 4;

/// Selects for a seed. `read` gives a file's text as the reader of the prompt sees it, `count` a text's tokens.
///
/// The answer depends on the snapshot, the seed, the options and the texts alone.
#[must_use]
pub fn select(
    snapshot: &Snapshot,
    seed: &Seed,
    options: &SelectOptions,
    read: &dyn Fn(&str) -> Option<String>,
    count: &dyn Fn(&str) -> usize,
) -> Selection {
    let catalog = &*snapshot.catalog;
    let texts = Texts::new(catalog, read, count);
    let lines = |file: FileId| texts.hashes(file);
    let aids = inquiry::Texts { lines: &lines, read };
    let inquiry = Inquiry::of(catalog, &snapshot.timeline, Question::of(seed, catalog), aids);
    let board = Board::of(&inquiry);
    let ids = |paths: &[String]| -> Vec<FileId> { paths.iter().filter_map(|path| catalog.id_of(path)).collect() };
    let (pinned, dropped) = (ids(&options.pinned), ids(&options.dropped));
    let mut files = fusion::fuse(catalog, &board);
    files.retain(|(file, _)| !dropped.contains(file) && !pinned.contains(file));

    let cost = |file: FileId, lines: &BTreeSet<u32>| texts.cost(file, lines);
    let mut room = Room::of(options.budget, &cost);
    let mut taken = Taken::new();
    let pieces = piece::worth(&inquiry, &files[..files.len().min(WEIGHED)]);
    room.take_pinned(catalog, &mut taken, &pinned);
    room.take_best(catalog, &mut taken, pieces);
    let mut outlined = BTreeSet::new();
    for (file, _) in files
        .iter()
        .take(SHOWN)
        .filter(|(file, _)| !taken.contains_key(file))
        .copied()
        .collect::<Vec<_>>()
    {
        if room.take_signatures(catalog, &mut taken, file, options.budget / SIGNATURES_SHARE) {
            outlined.insert(file);
        }
    }

    let best = files.first().map_or(0.0, |(_, score)| *score);
    let named = pinned
        .iter()
        .map(|file| (*file, best))
        .chain(files.iter().take(NAMED).copied());
    let mut selection = Selection {
        budget: options.budget,
        ..Selection::default()
    };
    for (file, score) in named {
        let reasons = fusion::reasons(&board, file, REASONS).into_iter();
        let mut why: Vec<String> = reasons.map(|because| say(&inquiry, file, because)).collect();
        if pinned.contains(&file) {
            why.insert(0, "pinned".to_owned());
        }
        let lines = taken.get(&file).filter(|_| texts.has(file));
        let fragment = texts.fragment(file, lines, outlined.contains(&file));
        selection.tokens += fragment.tokens;
        selection.fragments.push(Fragment { score, why, ..fragment });
    }
    selection
}

/// A reason to people: where it is words of the request, these.
fn say(inquiry: &Inquiry<'_>, file: FileId, because: &str) -> String {
    let words = match because {
        query::WORDS => inquiry.words_in(file, WORDS_SAID),
        _ => Vec::new(),
    };
    if words.is_empty() {
        because.to_owned()
    } else {
        format!("has {}", words.join(", "))
    }
}

/// The texts of the files looked at, each read once.
struct Texts<'a> {
    catalog: &'a Catalog,
    read: &'a dyn Fn(&str) -> Option<String>,
    count: &'a dyn Fn(&str) -> usize,
    /// None where a text cannot be read.
    lines: RefCell<HashMap<FileId, Option<Lines>>>,
}

/// A text by its lines, which have their ends with them.
#[derive(Default)]
struct Lines {
    text: String,
    /// Where each line ends.
    ends: Vec<usize>,
}

impl Lines {
    fn of(text: String) -> Self {
        let mut ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        if !text.is_empty() && !text.ends_with('\n') {
            ends.push(text.len());
        }
        Self { text, ends }
    }

    fn count(&self) -> usize {
        self.ends.len()
    }

    /// From one line to another, 1-based and inclusive, as far as they are there.
    fn between(&self, first: u32, last: u32) -> &str {
        let end = |line: usize| match line {
            0 => 0,
            line => self.ends[line.min(self.count()) - 1],
        };
        if self.ends.is_empty() {
            return "";
        }
        &self.text[end(first.saturating_sub(1) as usize)..end(last as usize)]
    }
}

impl<'a> Texts<'a> {
    fn new(catalog: &'a Catalog, read: &'a dyn Fn(&str) -> Option<String>, count: &'a dyn Fn(&str) -> usize) -> Self {
        Self {
            catalog,
            read,
            count,
            lines: RefCell::default(),
        }
    }

    /// None where the text cannot be read.
    fn with<T>(&self, file: FileId, use_lines: impl FnOnce(Option<&Lines>) -> T) -> T {
        let mut lines = self.lines.borrow_mut();
        let lines = lines
            .entry(file)
            .or_insert_with(|| (self.read)(&self.catalog.file(file).path).map(Lines::of));
        use_lines(lines.as_ref())
    }

    fn hashes(&self, file: FileId) -> Vec<Option<LineHash>> {
        self.with(file, |lines| {
            let lines = lines.map_or("", |lines| &lines.text).split_inclusive('\n');
            lines.map(|line| line_hash(line.as_bytes())).collect()
        })
    }

    fn has(&self, file: FileId) -> bool {
        self.with(file, |lines| lines.is_some())
    }

    /// A line that is no longer there costs nothing and gives nothing.
    fn cost(&self, file: FileId, taken: &BTreeSet<u32>) -> usize {
        let text: String = self.with(file, |lines| {
            let line = |line: &u32| Some(lines?.between(*line, *line));
            taken.iter().filter_map(line).collect()
        });
        if text.is_empty() { 0 } else { (self.count)(&text) }
    }

    fn fragment(&self, file: FileId, taken: Option<&BTreeSet<u32>>, is_outline: bool) -> Fragment {
        let entry = self.catalog.file(file);
        let ranges = taken.map(|lines| self.existing(file, lines)).unwrap_or_default();
        let text: String = ranges.iter().map(|range| self.between(file, *range)).collect();
        let whole = self.with(file, |lines| lines.map_or(0, Lines::count));
        let held: usize = ranges.iter().map(|(first, last)| (last + 1 - first) as usize).sum();
        let level = match held {
            0 => Level::Path,
            _ if held >= whole => Level::Full,
            _ if is_outline => Level::Signatures,
            _ => Level::Slices,
        };
        let is_held = |line: u32| ranges.iter().any(|(first, last)| (*first..=*last).contains(&line));
        let symbols = entry
            .digest
            .declarations
            .iter()
            .filter(|declared| is_held(declared.name_line));
        Fragment {
            path: entry.path.to_string(),
            score: 0.0,
            tokens: if text.is_empty() { 0 } else { (self.count)(&text) },
            level,
            symbols: symbols
                .map(|declared| FragmentSymbol {
                    name: entry.digest.name(declared).to_owned(),
                    kind: declared.kind.as_str(),
                    line: declared.name_line,
                })
                .collect(),
            ranges,
            why: Vec::new(),
            text,
        }
    }

    /// The lines as ranges, without those that the text no longer has.
    fn existing(&self, file: FileId, lines: &BTreeSet<u32>) -> Vec<(u32, u32)> {
        let count = self.with(file, |lines| lines.map_or(0, Lines::count));
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for line in lines.iter().copied().filter(|line| *line <= count) {
            match ranges.last_mut().filter(|(_, last)| last + 1 == line) {
                Some((_, last)) => *last = line,
                None => ranges.push((line, line)),
            }
        }
        ranges
    }

    fn between(&self, file: FileId, (first, last): (u32, u32)) -> String {
        self.with(file, |lines| {
            lines.map_or_else(String::new, |lines| lines.between(first, last).to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) {
        let lines = Lines::of(text.to_owned());
        let expect: Vec<&str> = text.split_inclusive('\n').collect();
        assert_eq!(lines.count(), expect.len(), "{text:?}");
        for first in 1..6_u32 {
            for last in first..6 {
                let held: String = expect
                    .iter()
                    .take(last as usize)
                    .skip(first as usize - 1)
                    .copied()
                    .collect();
                assert_eq!(lines.between(first, last), held, "{text:?} {first} {last}");
            }
        }
    }

    #[test]
    fn lines_keep_their_ends_and_what_is_not_there_is_empty() {
        for text in ["", "\n", "one", "one\n", "one\r\n\ntwo", "\n\none\ntwo\nthree\n"] {
            check(text);
        }
    }
}
