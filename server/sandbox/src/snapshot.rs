//! The state of a folder tree, to find what a command changed where there is no layer that holds it.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cover::{Cover, Stamp};
use crate::ignored::Ignored;
use crate::places::Kind;
use crate::surroundings::{Environment, Seeds};
use crate::upper::Found;

/// Files that are looked at.
const MOST: usize = 100_000;

/// Files by real path; without what git ignores.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) files: HashMap<PathBuf, Stamp>,
    git: HashMap<PathBuf, Stamp>,
    is_cut: bool,
}

pub(crate) fn take(covers: &[Cover], seeds: &Seeds, environment: &Environment) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for cover in covers.iter().filter(|cover| cover.kind == Kind::Root) {
        let mut ignored = Ignored::new(&cover.real, seeds, environment);
        snapshot.folder(&cover.top, &cover.real, &mut ignored);
    }
    snapshot
}

impl Snapshot {
    /// What is different in the later one.
    pub(crate) fn compared_with(&self, after: &Self) -> Found {
        let differs = |(path, stamp): &(&PathBuf, &Stamp)| self.files.get(*path) != Some(stamp);
        let present = after.files.iter().filter(differs).map(|(path, _)| path.clone());
        let absent = self.files.keys().filter(|path| !after.files.contains_key(*path));
        Found {
            present: present.collect(),
            absent: absent.cloned().collect(),
            has_written_git: self.git != after.git,
            is_cut: self.is_cut || after.is_cut,
        }
    }

    fn folder(&mut self, top: &Path, real: &Path, ignored: &mut Ignored<'_>) {
        for entry in fs::read_dir(top).into_iter().flatten().flatten() {
            let (top, real) = (entry.path(), real.join(entry.file_name()));
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            if entry.file_name() == ".git" {
                self.git(&top, &metadata);
            } else if ignored.is_ignored(&real, metadata.is_dir()) {
            } else if metadata.is_dir() {
                self.folder(&top, &real, ignored);
            } else if self.files.len() < MOST {
                self.files.insert(real, Stamp::from(&metadata));
            } else {
                self.is_cut = true;
            }
        }
    }

    /// All but the objects, which nothing refers to by itself, and what git rewrites when it only looks.
    fn git(&mut self, path: &Path, metadata: &fs::Metadata) {
        if !metadata.is_dir() {
            self.git.insert(path.to_owned(), Stamp::from(metadata));
            return;
        }
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            let is_left_out = ["objects", "index", "lfs", "modules"]
                .iter()
                .any(|name| entry.file_name() == *name);
            if let (false, Ok(metadata)) = (is_left_out, entry.metadata()) {
                self.git(&entry.path(), &metadata);
            }
        }
    }
}
