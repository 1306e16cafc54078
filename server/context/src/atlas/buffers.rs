//! The open buffers: each with its tree, so that a keystroke parses no more than it changed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ropey::Rope;
use tree_sitter::Tree;

use super::disk::{self, Places};
use crate::{Digest, Language, edit};

#[derive(Default)]
pub(super) struct Buffers {
    open: HashMap<Arc<str>, Buffer>,
}

struct Buffer {
    path: PathBuf,
    rope: Rope,
    tree: Option<Tree>,
    digest: Arc<Digest>,
    /// The digest is what a fresh parse of the text gives. Around syntax errors an edited tree may differ from a fresh
    /// one; a refresh parses such a buffer again.
    settled: bool,
}

impl Buffers {
    /// The new digest, if the text is another.
    pub(super) fn edit(&mut self, name: &str, path: &Path, rope: &Rope) -> Option<Arc<Digest>> {
        if rope.len_bytes() as u64 > disk::SIZE_CAP {
            return None;
        }
        let language = Language::of_path(path);
        let text = rope.to_string();
        let (name, before) = match self.open.remove_entry(name) {
            Some((name, buffer)) => (name, Some(buffer)),
            None => (Arc::from(name), None),
        };
        let (buffer, changed) = match before {
            Some(buffer) => match edit::between(&buffer.rope, rope) {
                None => (buffer, false),
                Some(edit) => (buffer.edited(language, &text, rope, &edit), true),
            },
            None => {
                let (digest, tree) = Digest::with_tree(language, &text, None);
                let buffer = Buffer {
                    path: path.to_owned(),
                    rope: rope.clone(),
                    tree,
                    digest: Arc::new(digest),
                    settled: true,
                };
                (buffer, true)
            }
        };
        let digest = changed.then(|| Arc::clone(&buffer.digest));
        self.open.insert(name, buffer);
        digest
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

    /// What a refresh counts on: the digests of fresh parses; of files that are on disk but not indexed, none.
    pub(super) fn settled(&mut self, places: &Places) -> HashMap<Arc<str>, Arc<Digest>> {
        for buffer in self.open.values_mut().filter(|buffer| !buffer.settled) {
            let text = buffer.rope.to_string();
            let (digest, tree) = Digest::with_tree(Language::of_path(&buffer.path), &text, None);
            (buffer.digest, buffer.tree, buffer.settled) = (Arc::new(digest), tree, true);
        }
        let listed = self.open.iter().filter(|(_, buffer)| !(places.skip)(&buffer.path));
        listed
            .map(|(name, buffer)| (Arc::clone(name), Arc::clone(&buffer.digest)))
            .collect()
    }
}

impl Buffer {
    fn edited(self, language: Option<Language>, text: &str, rope: &Rope, edit: &tree_sitter::InputEdit) -> Self {
        let old = self.tree.map(|mut tree| {
            tree.edit(edit);
            tree
        });
        let (digest, tree) = Digest::with_tree(language, text, old.as_ref());
        let is_broken = tree.as_ref().is_some_and(|tree| tree.root_node().has_error());
        Self {
            path: self.path,
            rope: rope.clone(),
            settled: !is_broken,
            tree,
            digest: Arc::new(digest),
        }
    }
}
