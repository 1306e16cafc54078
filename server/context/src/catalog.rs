//! All files of a workspace together: which hold a word, which declare a name, which use it.
//!
//! A copy shares all with its original but what is changed afterwards, so that a query keeps the catalog that it began
//! with while the next one is made.

mod by_term;
mod change;
mod holders;
mod postings;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use crate::digest::Digest;
use crate::standing::Standing;

pub(crate) use by_term::ByTerm;
pub(crate) use holders::Holders;

/// A file, by its place in [`Catalog::files`].
pub(crate) type FileId = u32;

/// How often a file has a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Posting {
    pub(crate) file: FileId,
    pub(crate) times: u32,
}

pub(crate) struct File {
    /// Relative to the workspace, with `/`.
    pub(crate) path: Arc<str>,
    pub(crate) digest: Arc<Digest>,
    pub(crate) standing: Standing,
    /// Words in the text.
    pub(crate) length: u32,
}

/// The files and what leads to them. There are no holes in the files: where one goes, the last takes its place.
#[derive(Clone, Default)]
pub struct Catalog {
    pub(crate) files: Vec<Arc<File>>,
    pub(crate) by_path: Arc<HashMap<Arc<str>, FileId>>,
    pub(crate) words: ByTerm<Holders>,
    pub(crate) path_words: ByTerm<Holders>,
    pub(crate) name_words: ByTerm<Holders>,
    pub(crate) path_pairs: ByTerm<Holders>,
    pub(crate) name_pairs: ByTerm<Holders>,
    /// Files that declare a name, as written.
    pub(crate) declaring: ByTerm<Holders>,
    /// Files that use a name, as written.
    pub(crate) using: ByTerm<Holders>,
    pub(crate) mean_length: f32,
    /// Words in all texts.
    total_length: u64,
}

impl Catalog {
    /// Paths are relative to the workspace, with `/`; each once.
    #[must_use]
    pub fn of(files: impl IntoIterator<Item = (String, Arc<Digest>)>) -> Self {
        let mut catalog = Self::default();
        catalog.change(
            files
                .into_iter()
                .map(|(path, digest)| (path.into(), Some(digest)))
                .collect(),
        );
        catalog
    }

    #[must_use]
    pub fn id_of(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    #[must_use]
    pub fn path_of(&self, id: FileId) -> &str {
        &self.file(id).path
    }

    #[must_use]
    pub fn bytes_of(&self, id: FileId) -> u32 {
        self.file(id).digest.bytes
    }

    pub(crate) fn file(&self, id: FileId) -> &File {
        &self.files[id as usize]
    }
}
