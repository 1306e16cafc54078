//! Where a history is read from, and several histories as one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Change, History, HistoryError, Past, PathId};

/// The work tree around a folder, with a repository that can be opened.
pub(crate) fn repository_of(folder: &Path) -> Option<PathBuf> {
    let mut folders = folder.ancestors();
    folders.find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}

impl History {
    /// The id of the commit that is checked out.
    pub(crate) fn head(repository: &Path) -> Result<String, HistoryError> {
        let repo = gix::open_opts(repository, gix::open::Options::isolated()).map_err(HistoryError::new)?;
        Ok(repo.head_id().map_err(HistoryError::new)?.to_hex().to_string())
    }
}

/// Several histories as one, with their files under other names; those without one are left out.
pub(crate) fn combined<'a, N: Fn(&str) -> Option<Arc<str>>>(
    parts: impl Iterator<Item = (&'a History, &'a Past, N)>,
) -> (History, Past) {
    let mut all = History::default();
    let mut past = Past::default();
    for (history, of_part, name) in parts {
        let ids: Vec<Option<PathId>> = history
            .paths
            .iter()
            .map(|path| name(path).map(|path| all.ids_of(&path)))
            .collect();
        let changes = of_part.changes.iter().map(|change| Arc::new(renamed(change, &ids)));
        past.changes.extend(changes);
        past.truncated |= of_part.truncated;
    }
    past.changes.sort_by_key(|change| std::cmp::Reverse(change.time));
    (all, past)
}

fn renamed(change: &Change, ids: &[Option<PathId>]) -> Change {
    let new = |path: &PathId| ids[*path as usize];
    Change {
        files: change.files.iter().filter_map(new).collect(),
        renames: change
            .renames
            .iter()
            .filter_map(|(old, now)| Some((new(old)?, new(now)?)))
            .collect(),
        added: change
            .added
            .iter()
            .filter_map(|(file, lines)| Some((new(file)?, lines.clone())))
            .collect(),
        ..change.clone()
    }
}
