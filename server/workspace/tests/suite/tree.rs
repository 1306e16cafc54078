//! A folder with all that is in it, to be compared with what it becomes.

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    File { bytes: Vec<u8>, mode: u32 },
    Link(PathBuf),
    Folder,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { bytes, mode } => write!(f, "{:?} ({mode:o})", String::from_utf8_lossy(bytes)),
            Self::Link(target) => write!(f, "link to {}", target.display()),
            Self::Folder => f.write_str("folder"),
        }
    }
}

pub(crate) type Tree = BTreeMap<PathBuf, Entry>;

pub(crate) fn tree(root: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let metadata = std::fs::symlink_metadata(&path).unwrap();
            let entry = if metadata.is_symlink() {
                Entry::Link(std::fs::read_link(&path).unwrap())
            } else if metadata.is_dir() {
                waiting.push(path.clone());
                Entry::Folder
            } else {
                let (bytes, mode) = (std::fs::read(&path).unwrap(), metadata.mode() & 0o7777);
                Entry::File { bytes, mode }
            };
            tree.insert(path, entry);
        }
    }
    tree
}

pub(crate) fn put(path: &Path, entry: Option<&Entry>) {
    let _ = std::fs::remove_file(path);
    match entry {
        Some(Entry::File { bytes, mode }) => {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(*mode)).unwrap();
        }
        Some(Entry::Link(target)) => std::os::unix::fs::symlink(target, path).unwrap(),
        Some(Entry::Folder) => std::fs::create_dir_all(path).unwrap(),
        None => {
            let _ = std::fs::remove_dir(path);
        }
    }
}

/// The text of an entry, so that a changed mode is no changed text.
pub(crate) fn text_of(entry: Option<&Entry>) -> Option<&Entry> {
    entry.filter(|entry| **entry != Entry::Folder)
}

pub(crate) fn is_same_text(one: Option<&Entry>, other: Option<&Entry>) -> bool {
    match (text_of(one), text_of(other)) {
        (Some(Entry::File { bytes: one, .. }), Some(Entry::File { bytes: other, .. })) => one == other,
        (one, other) => one == other,
    }
}
