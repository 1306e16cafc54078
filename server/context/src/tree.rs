//! Syntax trees by path: a small cache whose entries are brought up to date by one incremental parse.

use std::collections::HashMap;
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use ropey::Rope;
use tree_sitter::{InputEdit, ParseOptions, ParseState, Parser, Point, Tree};

use crate::code::Code;
use crate::code_kind::{self, CodeKind};
use crate::extract::{self, Extraction};
use crate::grammar::embedded;
use crate::{Language, Reference, Symbol, TreeError, edit, references};

/// Larger texts are not parsed: at 2–4 MB a second they would take seconds.
pub const PARSE_SIZE_CAP: usize = 4 << 20;
/// Broken input can take the parser far longer than its size says.
pub(crate) const PARSE_TIME_CAP: Duration = Duration::from_secs(2);
/// What the cache may hold, in bytes of source; a tree takes about ten times its source.
const CACHED_SOURCE_CAP: usize = 2 << 20;

/// The syntax trees of the files in use. Shared by reference; safe from any thread, and no lock is held while parsing.
#[derive(Default)]
pub struct Trees {
    cache: Mutex<Cache>,
}

impl Trees {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Every declaration of the file in the order of the text; an outer one comes before those within it. Where the
    /// text does not parse, the declarations that are whole.
    ///
    /// # Errors
    /// When the file has no tree: no grammar for it, too large, too slow.
    pub fn outline(&self, path: &Path, rope: &Rope) -> Result<Vec<Symbol>, TreeError> {
        Ok(self.tree(path, rope)?.extraction().symbols().cloned().collect())
    }

    /// The innermost declaration around a 1-based line, its doc comment included. From a blank or comment line also
    /// one that starts within two lines below, so that the line above a function means the function.
    ///
    /// # Errors
    /// As [`Trees::outline`].
    pub fn enclosing(&self, path: &Path, rope: &Rope, line: usize) -> Result<Option<Symbol>, TreeError> {
        let tree = self.tree(path, rope)?;
        Ok(tree
            .extraction()
            .enclosing(line, tree.is_blank_or_comment(line))
            .cloned())
    }

    /// The occurrences of an identifier in the file's code; comments and strings do not count.
    ///
    /// # Errors
    /// As [`Trees::outline`].
    pub fn references(&self, path: &Path, rope: &Rope, name: &str) -> Result<Vec<Reference>, TreeError> {
        Ok(references::find(&*self.tree(path, rope)?, path, name))
    }

    /// Whether the byte offset is in code, a comment or a string.
    ///
    /// # Errors
    /// As [`Trees::outline`].
    pub fn code_kind_at(&self, path: &Path, rope: &Rope, offset: usize) -> Result<CodeKind, TreeError> {
        Ok(code_kind::at(&*self.tree(path, rope)?, offset))
    }

    /// Whether the whole text parses: nothing in it is an error or was made up by the parser.
    ///
    /// # Errors
    /// As [`Trees::outline`].
    pub fn is_whole(&self, path: &Path, rope: &Rope) -> Result<bool, TreeError> {
        Ok(!self.passing_tree(path, rope)?.tree.root_node().has_error())
    }

    /// The file's tree, which stays in the cache.
    pub(crate) fn tree(&self, path: &Path, rope: &Rope) -> Result<Arc<SyntaxTree>, TreeError> {
        let cached = self.lock().get(path);
        let tree = match &cached {
            None => SyntaxTree::parse(path, rope)?,
            Some(tree) => match edit::between(&tree.rope, rope) {
                None => return Ok(Arc::clone(tree)),
                Some(edit) => tree.updated(path, rope, &edit)?,
            },
        };
        let tree = Arc::new(tree);
        self.lock().put(path, Arc::clone(&tree));
        Ok(tree)
    }

    /// The file's tree for one look: taken from the cache, but not put into it.
    pub(crate) fn passing_tree(&self, path: &Path, rope: &Rope) -> Result<Arc<SyntaxTree>, TreeError> {
        let cached = self.lock().get(path);
        match cached {
            Some(tree) if edit::between(&tree.rope, rope).is_none() => Ok(tree),
            _ => Ok(Arc::new(SyntaxTree::parse(path, rope)?)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Cache> {
        // The cache is consistent between any two statements: a panic elsewhere leaves nothing half done.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Default)]
struct Cache {
    entries: HashMap<PathBuf, Entry>,
    clock: u64,
    bytes: usize,
}

struct Entry {
    tree: Arc<SyntaxTree>,
    used: u64,
}

impl Cache {
    fn get(&mut self, path: &Path) -> Option<Arc<SyntaxTree>> {
        self.clock += 1;
        let entry = self.entries.get_mut(path)?;
        entry.used = self.clock;
        Some(Arc::clone(&entry.tree))
    }

    /// The newest always stays; the longest unused go first.
    fn put(&mut self, path: &Path, tree: Arc<SyntaxTree>) {
        self.clock += 1;
        self.bytes += tree.rope.len_bytes();
        let entry = Entry { tree, used: self.clock };
        if let Some(old) = self.entries.insert(path.to_owned(), entry) {
            self.bytes -= old.tree.rope.len_bytes();
        }
        while self.bytes > CACHED_SOURCE_CAP && self.entries.len() > 1 {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used);
            let Some(oldest) = oldest.map(|(path, _)| path.clone()) else {
                return;
            };
            if let Some(old) = self.entries.remove(&oldest) {
                self.bytes -= old.tree.rope.len_bytes();
            }
        }
    }
}

/// A tree and the text that it is of.
pub(crate) struct SyntaxTree {
    pub(crate) language: Language,
    pub(crate) rope: Rope,
    pub(crate) tree: Tree,
    extraction: OnceLock<Extraction>,
}

impl SyntaxTree {
    pub(crate) fn parse(path: &Path, rope: &Rope) -> Result<Self, TreeError> {
        let language = language_of(path, rope)?;
        Self::with_old(path, rope, language, None)
    }

    /// The tree of a newer text of the same file, which `edit` leads to.
    ///
    /// Around syntax errors an incremental parse may recover in another way than a fresh one, so a broken text is
    /// parsed afresh: what we say of a text must not depend on how it was typed.
    fn updated(&self, path: &Path, rope: &Rope, edit: &InputEdit) -> Result<Self, TreeError> {
        let language = language_of(path, rope)?;
        if language != self.language {
            return Self::with_old(path, rope, language, None);
        }
        let mut old = self.tree.clone();
        old.edit(edit);
        let updated = Self::with_old(path, rope, language, Some(&old))?;
        if updated.tree.root_node().has_error() {
            return Self::with_old(path, rope, language, None);
        }
        Ok(updated)
    }

    fn with_old(path: &Path, rope: &Rope, language: Language, old: Option<&Tree>) -> Result<Self, TreeError> {
        Ok(Self {
            language,
            rope: rope.clone(),
            tree: parse(path, rope, language, old)?,
            extraction: OnceLock::new(),
        })
    }

    pub(crate) fn extraction(&self) -> &Extraction {
        self.extraction.get_or_init(|| extract::extract(self))
    }

    pub(crate) fn code(&self) -> Code<'_> {
        Code { rope: &self.rope }
    }

    /// The tree of a part of the text, which starts and ends with whole lines; offsets are those of the whole text. None when
    /// time is up.
    pub(crate) fn parse_piece(&self, piece: Range<usize>, deadline: Instant) -> Option<Tree> {
        let mut parser = Parser::new();
        parser.set_language(&self.language.grammar()?).ok()?;
        let range = tree_sitter::Range {
            start_point: Point::new(self.rope.byte_to_line(piece.start), 0),
            end_point: Point::new(self.rope.byte_to_line(piece.end), 0),
            start_byte: piece.start,
            end_byte: piece.end,
        };
        parser.set_included_ranges(&[range]).ok()?;
        run(&mut parser, &self.rope, None, deadline)
    }

    fn is_blank_or_comment(&self, line: usize) -> bool {
        let Some(text) = self.rope.get_line(line.saturating_sub(1)) else {
            return true;
        };
        let blanks = text.bytes().take_while(u8::is_ascii_whitespace).count();
        if blanks == text.len_bytes() {
            return true;
        }
        let offset = self.rope.line_to_byte(line.saturating_sub(1)) + blanks;
        code_kind::at(self, offset) == CodeKind::Comment
    }
}

fn language_of(path: &Path, rope: &Rope) -> Result<Language, TreeError> {
    if rope.len_bytes() > PARSE_SIZE_CAP {
        return Err(TreeError::TooLarge {
            path: path.to_owned(),
            bytes: rope.len_bytes(),
            limit: PARSE_SIZE_CAP,
        });
    }
    Language::of(path, rope).ok_or_else(|| TreeError::UnknownLanguage { path: path.to_owned() })
}

fn parse(path: &Path, rope: &Rope, language: Language, old: Option<&Tree>) -> Result<Tree, TreeError> {
    let grammar = language
        .grammar()
        .ok_or_else(|| TreeError::UnknownLanguage { path: path.to_owned() })?;
    let mut parser = Parser::new();
    parser.set_language(&grammar).map_err(|cause| TreeError::Grammar {
        path: path.to_owned(),
        cause: cause.to_string(),
    })?;
    if embedded::has_scripts(language) {
        let scripts = embedded::scripts(language, &String::from(rope));
        // They are ascending and apart, as the parser wants them.
        let _ = parser.set_included_ranges(&scripts.unwrap_or_default());
    }
    run(&mut parser, rope, old, Instant::now() + PARSE_TIME_CAP).ok_or_else(|| TreeError::TooSlow {
        path: path.to_owned(),
        limit: PARSE_TIME_CAP,
    })
}

/// None when time is up.
fn run(parser: &mut Parser, rope: &Rope, old: Option<&Tree>, deadline: Instant) -> Option<Tree> {
    let mut progress = |_: &ParseState| {
        if Instant::now() < deadline {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    };
    let mut chunk_at = |offset: usize, _| -> &[u8] {
        match rope.get_chunk_at_byte(offset) {
            Some((chunk, start, _, _)) => chunk.as_bytes().get(offset - start..).unwrap_or_default(),
            None => &[],
        }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    parser.parse_with_options(&mut chunk_at, old, Some(options))
}
