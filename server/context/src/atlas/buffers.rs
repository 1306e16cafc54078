//! The open buffers: each with its tree, so that a refresh parses no more than what was typed since.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ropey::Rope;
use tree_sitter::{InputEdit, Tree};

use super::disk::{self, Places};
use crate::{Digest, Language, edit};

#[derive(Default)]
pub(super) struct Buffers {
    open: HashMap<Arc<str>, Buffer>,
}

struct Buffer {
    path: PathBuf,
    rope: Rope,
    /// Of the text as it was parsed last, with what was typed since marked in it.
    tree: Option<Tree>,
    digest: Arc<Digest>,
    /// The digest is what a parse of the text gives. Where it is only patched, the next refresh parses.
    settled: bool,
}

impl Buffers {
    /// The new digest, if the text is another. A keystroke in one piece costs no parse: the words are right at once, and
    /// what only syntax says with the next [`Self::settled`].
    pub(super) fn edit(&mut self, name: &str, path: &Path, rope: &Rope) -> Option<Arc<Digest>> {
        if rope.len_bytes() as u64 > disk::SIZE_CAP {
            return None;
        }
        let Some(buffer) = self.open.get_mut(name) else {
            let buffer = Buffer::new(path, rope);
            let digest = Arc::clone(&buffer.digest);
            self.open.insert(Arc::from(name), buffer);
            return Some(digest);
        };
        let edit = edit::between(&buffer.rope, rope)?;
        buffer.edit(rope, &edit);
        Some(Arc::clone(&buffer.digest))
    }

    pub(super) fn close(&mut self, name: &str) -> bool {
        self.open.remove(name).is_some()
    }

    pub(super) fn is_open(&self, name: &str) -> bool {
        self.open.contains_key(name)
    }

    pub(super) fn digests(&self) -> impl Iterator<Item = (Arc<str>, Arc<Digest>)> + '_ {
        self.open
            .iter()
            .map(|(name, buffer)| (Arc::clone(name), Arc::clone(&buffer.digest)))
    }

    /// What a refresh counts on: the digests of parses; of files that are on disk but not indexed, none.
    pub(super) fn settled(&mut self, places: &Places) -> HashMap<Arc<str>, Arc<Digest>> {
        for buffer in self.open.values_mut().filter(|buffer| !buffer.settled) {
            buffer.settle();
        }
        let listed = self.open.iter().filter(|(_, buffer)| !(places.skip)(&buffer.path));
        listed
            .map(|(name, buffer)| (Arc::clone(name), Arc::clone(&buffer.digest)))
            .collect()
    }
}

impl Buffer {
    fn new(path: &Path, rope: &Rope) -> Self {
        let (digest, tree) = Digest::with_tree(Language::of_path(path), &rope.to_string(), None);
        Self {
            path: path.to_owned(),
            rope: rope.clone(),
            tree,
            digest: Arc::new(digest),
            settled: true,
        }
    }

    fn edit(&mut self, rope: &Rope, edit: &InputEdit) {
        self.rope = rope.clone();
        self.settled = false;
        if let Some(tree) = &mut self.tree {
            tree.edit(edit);
        }
        let patched = is_keystroke(edit).then(|| self.digest.patched(&rope.to_string(), edit));
        match patched.flatten() {
            Some(digest) => self.digest = Arc::new(digest),
            None => self.settle(),
        }
    }

    /// Parses what was typed since the last parse. Around syntax errors an edited tree may differ from a fresh one:
    /// such a text is parsed as a whole.
    fn settle(&mut self) {
        let language = Language::of_path(&self.path);
        let text = self.rope.to_string();
        let mut parsed = Digest::with_tree(language, &text, self.tree.as_ref());
        let has_error = |tree: &Tree| tree.root_node().has_error();
        if self.tree.is_some() && parsed.1.as_ref().is_none_or(has_error) {
            parsed = Digest::with_tree(language, &text, None);
        }
        (self.digest, self.tree, self.settled) = (Arc::new(parsed.0), parsed.1, true);
    }
}

/// A character, a word that was completed, a line that was broken and indented.
fn is_keystroke(edit: &InputEdit) -> bool {
    const MOST: usize = 16;
    edit.new_end_byte - edit.start_byte <= MOST && edit.old_end_byte - edit.start_byte <= MOST
}
