//! Which lines of which content the model has seen in a session.
//!
//! A whole-file write is only safe for content that the model knows: it would silently drop what it never saw. And what
//! the conversation still holds need not be sent again; a conversation that was made shorter holds less than was seen.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base::ContentHash;

/// Shared by all calls of a session; clones are the same ledger.
#[derive(Clone, Debug, Default)]
pub struct ReadLedger(Arc<Mutex<Ledger>>);

/// What is seen at one time is held until the conversation is cut.
#[derive(Debug, Default)]
struct Ledger {
    seen: HashMap<PathBuf, Seen>,
    held: HashMap<PathBuf, Seen>,
}

/// Lines of one content of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldLines {
    pub path: PathBuf,
    pub hash: ContentHash,
    /// From 1, inclusive.
    pub lines: Vec<(u32, u32)>,
}

#[derive(Clone, Debug)]
struct Seen {
    hash: ContentHash,
    /// 1-based line ranges, ascending, with unseen lines between any two.
    lines: Vec<Range<usize>>,
}

impl ReadLedger {
    /// The model was shown these lines of this content, counted from 1; of an empty file there are none to show.
    pub(crate) fn saw(&self, path: &Path, hash: &ContentHash, lines: Range<usize>) {
        let Ledger { seen, held } = &mut *self.lock();
        for files in [seen, held] {
            note(files, path, hash, &lines);
        }
    }

    /// The same for what came without a call of the model's.
    pub fn shown(&self, path: &Path, hash: &ContentHash, lines: Range<usize>) {
        self.saw(path, hash, lines);
    }

    /// The conversation was cut: what the model has seen may be in it no more.
    pub fn let_go(&self) {
        self.lock().held.clear();
    }

    /// What the conversation holds.
    #[must_use]
    pub fn held(&self) -> Vec<HeldLines> {
        let number = |line: usize| u32::try_from(line).unwrap_or(u32::MAX);
        let inclusive = |range: &Range<usize>| (number(range.start), number(range.end - 1));
        let held = self.lock();
        let held = held.held.iter();
        held.map(|(path, seen)| {
            let lines = seen.lines.iter().map(inclusive).collect();
            HeldLines {
                path: path.clone(),
                hash: seen.hash.clone(),
                lines,
            }
        })
        .collect()
    }

    /// The model wrote this content itself, or changed what it knew into it.
    pub(crate) fn knows(&self, path: &Path, hash: &ContentHash, line_count: usize) {
        self.saw(path, hash, 1..line_count + 1);
    }

    /// Whether the model was shown anything of the file.
    #[must_use]
    pub fn has_seen(&self, path: &Path) -> bool {
        self.lock().seen.contains_key(path)
    }

    /// Whether the model has seen every line of this content.
    pub(crate) fn has_seen_all(&self, path: &Path, hash: &ContentHash, line_count: usize) -> bool {
        let ledger = self.lock();
        let Some(seen) = ledger.seen.get(path).filter(|seen| seen.hash == *hash) else {
            return false;
        };
        match seen.lines.as_slice() {
            [] => line_count == 0,
            [one] => one.start == 1 && one.end > line_count,
            _ => false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn note(files: &mut HashMap<PathBuf, Seen>, path: &Path, hash: &ContentHash, lines: &Range<usize>) {
    let unseen = || Seen {
        hash: hash.clone(),
        lines: Vec::new(),
    };
    let seen = files.entry(path.to_owned()).or_insert_with(unseen);
    if seen.hash != *hash {
        *seen = unseen();
    }
    if !lines.is_empty() {
        seen.add(lines.clone());
    }
}

impl Seen {
    fn add(&mut self, lines: Range<usize>) {
        self.lines.push(lines);
        self.lines.sort_by_key(|range| range.start);
        let mut merged: Vec<Range<usize>> = Vec::new();
        for range in self.lines.drain(..) {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        self.lines = merged;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reads: &[(&str, Range<usize>)], expect: bool) {
        let ledger = ReadLedger::default();
        let path = Path::new("/a");
        for (hash, lines) in reads {
            ledger.saw(path, &ContentHash((*hash).to_owned()), lines.clone());
        }
        let known = ledger.has_seen_all(path, &ContentHash("now".to_owned()), 9);
        assert_eq!(known, expect, "{reads:?}");
    }

    #[test]
    fn pieces_add_up() {
        check(&[("now", 1..10)], true);
        check(&[("now", 6..10), ("now", 1..4), ("now", 3..6)], true);
        check(&[("now", 6..10), ("now", 1..5)], false);
        check(&[("now", 2..10)], false);
    }

    #[test]
    fn a_cut_conversation_holds_nothing_of_what_was_seen() {
        let ledger = ReadLedger::default();
        let (path, hash) = (Path::new("/a"), ContentHash("now".to_owned()));
        ledger.saw(path, &hash, 1..4);
        ledger.shown(path, &hash, 4..10);
        let held = HeldLines {
            path: path.to_owned(),
            hash: hash.clone(),
            lines: vec![(1, 9)],
        };
        assert_eq!(ledger.held(), [held]);
        ledger.let_go();
        assert_eq!(ledger.held(), []);
        assert!(ledger.has_seen_all(path, &hash, 9));
    }

    #[test]
    fn other_content_does_not_count() {
        check(&[], false);
        check(&[("old", 1..10)], false);
        check(&[("now", 1..5), ("old", 1..10), ("now", 5..10)], false);
    }
}
