//! Symbols and references of a whole workspace.
//!
//! Nothing is parsed ahead. A question reads the files of its [`Source`], looks for the query's words in their text,
//! and parses those that have them; the symbols of a file are kept as long as its text stays the same. What one
//! question may cost is bounded, and the answer says so when it hit a bound.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ropey::Rope;

use crate::ranking::{self, Query, Tier};
use crate::source::{FILE_CAP, FILE_SIZE_CAP};
use crate::tree::SyntaxTree;
use crate::{Reference, Source, Stamp, Symbol, TreeError, Trees};

/// What one question may cost and answer.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub files: usize,
    pub time: Duration,
    pub symbols: usize,
    pub references: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            files: FILE_CAP,
            time: Duration::from_secs(10),
            symbols: 200,
            references: 2_000,
        }
    }
}

/// Symbols kept between questions, about 30 MB. Beyond that all are dropped: they come back as they are needed.
const KEPT_SYMBOLS_CAP: usize = 50_000;

/// The symbols that answer a query, best first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matches {
    pub symbols: Vec<Symbol>,
    /// A limit was reached: there may be more.
    pub truncated: bool,
}

/// The occurrences of a name, by path and line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct References {
    pub references: Vec<Reference>,
    /// A limit was reached: there may be more.
    pub truncated: bool,
}

/// Answers for all files of a [`Source`]. Shared by reference; questions of several readers may alternate.
pub struct Index {
    trees: Arc<Trees>,
    limits: Limits,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    files: HashMap<PathBuf, FileSymbols>,
    symbols: usize,
}

#[derive(Clone)]
struct FileSymbols {
    content: u64,
    stamp: Option<Stamp>,
    symbols: Arc<[Symbol]>,
}

impl Index {
    #[must_use]
    pub fn new(trees: Arc<Trees>) -> Self {
        Self::with_limits(trees, Limits::default())
    }

    #[must_use]
    pub fn with_limits(trees: Arc<Trees>, limits: Limits) -> Self {
        Self {
            trees,
            limits,
            kept: Mutex::default(),
        }
    }

    /// Declarations whose name answers the query: the same, a prefix, its words, a part; and only if there are none,
    /// those that have its characters in order. `Parser::new` and `Parser.new` ask for `new` in `Parser`.
    #[must_use]
    pub fn symbols(&self, source: &dyn Source, query: &str) -> Matches {
        let Some(query) = Query::parse(query) else {
            return Matches::default();
        };
        let mut pass = Pass::start(source, None, self.limits);
        let mut found = self.ranked(source, &mut pass, &query, true);
        if found.is_empty() {
            pass = Pass::start(source, None, self.limits);
            found = self.ranked(source, &mut pass, &query, false);
        }
        found.sort_by(ranking::compare);
        pass.truncated |= found.len() > self.limits.symbols;
        found.truncate(self.limits.symbols);
        Matches {
            symbols: found.into_iter().map(|(_, symbol)| symbol).collect(),
            truncated: pass.truncated,
        }
    }

    /// Occurrences of the last segment of `name` as an identifier, in the files under `under` (a file or folder).
    #[must_use]
    pub fn references(&self, source: &dyn Source, name: &str, under: Option<&Path>) -> References {
        let (_, name) = ranking::split_owner(name);
        let mut answer = References::default();
        if name.is_empty() {
            return answer;
        }
        let mut pass = Pass::start(source, under, self.limits);
        while let Some(path) = pass.next() {
            let Some(rope) = text(source, &path) else { continue };
            if !String::from(&rope).contains(name) {
                continue;
            }
            let Some(tree) = pass.see(self.trees.passing_tree(&path, &rope)) else {
                continue;
            };
            answer.references.extend(crate::references::find(&tree, &path, name));
            if answer.references.len() > self.limits.references {
                answer.references.truncate(self.limits.references);
                pass.truncated = true;
                break;
            }
        }
        answer.truncated = pass.truncated;
        answer
    }

    fn ranked(&self, source: &dyn Source, pass: &mut Pass, query: &Query, by_words: bool) -> Vec<(Tier, Symbol)> {
        let mut found = Vec::new();
        while let Some(path) = pass.next() {
            let symbols = self.symbols_of(source, pass, &path, |text| !by_words || query.may_be_in(text));
            for symbol in symbols.iter().flat_map(|symbols| symbols.iter()) {
                if let Some(tier) = query
                    .rank(symbol)
                    .filter(|tier| !by_words || *tier != Tier::Subsequence)
                {
                    found.push((tier, symbol.clone()));
                }
            }
        }
        found
    }

    /// The file's symbols: kept ones if its text is the same, else parsed if `wanted` says so of its lower-case text.
    fn symbols_of(
        &self,
        source: &dyn Source,
        pass: &mut Pass,
        path: &Path,
        wanted: impl Fn(&str) -> bool,
    ) -> Option<Arc<[Symbol]>> {
        // Taken before the text: should the file change in between, the next stamp differs and it is read again.
        let stamp = source.stamp(path);
        let kept = self.lock().files.get(path).cloned();
        if let Some(kept) = &kept
            && stamp.is_some()
            && kept.stamp == stamp
        {
            return Some(Arc::clone(&kept.symbols));
        }
        let rope = text(source, path)?;
        let content = content(&rope);
        let symbols = match kept.filter(|kept| kept.content == content) {
            Some(kept) => kept.symbols,
            None if !wanted(&String::from(&rope).to_ascii_lowercase()) => return None,
            None => {
                let tree = pass.see(self.trees.passing_tree(path, &rope))?;
                located(&tree, path)
            }
        };
        self.keep(
            path,
            FileSymbols {
                content,
                stamp,
                symbols: Arc::clone(&symbols),
            },
        );
        Some(symbols)
    }

    fn keep(&self, path: &Path, file: FileSymbols) {
        let mut kept = self.lock();
        if kept.symbols + file.symbols.len() > KEPT_SYMBOLS_CAP {
            *kept = Kept::default();
        }
        kept.symbols += file.symbols.len();
        if let Some(old) = kept.files.insert(path.to_owned(), file) {
            kept.symbols -= old.symbols.len();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // A cache: whatever a panic elsewhere left in it is checked against the text before it is used.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One way through the files, within its limits.
struct Pass {
    files: std::vec::IntoIter<PathBuf>,
    deadline: Instant,
    truncated: bool,
}

impl Pass {
    fn start(source: &dyn Source, under: Option<&Path>, limits: Limits) -> Self {
        let mut files = source.files();
        files.sort();
        let truncated = files.len() > limits.files;
        files.truncate(limits.files);
        files.retain(|path| under.is_none_or(|under| path.starts_with(under)));
        Self {
            files: files.into_iter(),
            deadline: Instant::now() + limits.time,
            truncated,
        }
    }

    fn next(&mut self) -> Option<PathBuf> {
        let path = self.files.next()?;
        if Instant::now() >= self.deadline {
            self.truncated = true;
            return None;
        }
        Some(path)
    }

    /// A file that could not be parsed is one that the answer does not cover.
    fn see(&mut self, tree: Result<Arc<SyntaxTree>, TreeError>) -> Option<Arc<SyntaxTree>> {
        match tree {
            Ok(tree) => Some(tree),
            Err(TreeError::UnknownLanguage { .. }) => None,
            Err(_) => {
                self.truncated = true;
                None
            }
        }
    }
}

fn text(source: &dyn Source, path: &Path) -> Option<Rope> {
    source
        .text(path)
        .filter(|rope| rope.len_bytes() as u64 <= FILE_SIZE_CAP)
}

fn content(rope: &Rope) -> u64 {
    let mut hasher = DefaultHasher::new();
    rope.hash(&mut hasher);
    hasher.finish()
}

fn located(tree: &SyntaxTree, path: &Path) -> Arc<[Symbol]> {
    let symbols = tree.extraction().symbols().cloned();
    symbols
        .map(|symbol| Symbol {
            path: Some(path.to_owned()),
            ..symbol
        })
        .collect()
}
