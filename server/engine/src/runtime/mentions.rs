//! What a user may mention: files and symbols of the index, which holds nothing that is ignored or secret.

use base::Uri;
use context::Named;

use super::Runtime;

/// A file or a symbol to point the model at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mentionable {
    /// The file's path, or the symbol's name with what it is declared in.
    pub label: String,
    /// For a symbol: its kind and file.
    pub detail: String,
    pub uri: Uri,
    /// Lines from 1, inclusive; none for a whole file.
    pub lines: Option<(u32, u32)>,
}

impl Runtime {
    /// The files whose paths answer a few typed characters, the best first.
    #[must_use]
    pub fn files_like(&self, query: &str, limit: usize) -> Vec<Mentionable> {
        let snapshot = self.surroundings.atlas().snapshot();
        let named = snapshot.files_like(query, limit).into_iter().filter_map(|path| {
            Some(Mentionable {
                uri: self.workspace.uri_of(&snapshot.absolute(&path)?),
                label: path,
                detail: String::new(),
                lines: None,
            })
        });
        named.collect()
    }

    /// The symbols whose names answer a few typed characters, the best first.
    #[must_use]
    pub fn symbols_like(&self, query: &str, limit: usize) -> Vec<Mentionable> {
        let snapshot = self.surroundings.atlas().snapshot();
        let named = snapshot.declarations_like(query, limit).into_iter();
        let named = named.filter_map(|named| {
            let Named {
                path,
                name,
                kind,
                lines,
                parent,
            } = named;
            Some(Mentionable {
                label: parent.map_or_else(|| name.clone(), |parent| format!("{parent}::{name}")),
                detail: format!("{} · {path}:{}", kind.as_str(), lines.0),
                uri: self.workspace.uri_of(&snapshot.absolute(&path)?),
                lines: Some(lines),
            })
        });
        named.collect()
    }
}
