//! The state of a folder tree, to find what a command changed where there is no layer that holds it.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::cover::{Cover, Stamp};
use crate::ignored::Ignored;
use crate::layer::{give_mode, same_mode};
use crate::places::Kind;
use crate::surroundings::{Environment, Seeds};
use crate::upper::{DEEPEST, Found, is_too_long};

/// Files that are looked at.
const MOST: usize = 100_000;

/// Files by real path; without what git ignores.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) files: HashMap<PathBuf, Stamp>,
    git: HashMap<PathBuf, Stamp>,
    is_cut: bool,
    is_deep: bool,
}

pub(crate) fn take(covers: &[Cover], seeds: &Seeds, environment: &Environment) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for cover in covers.iter().filter(|cover| cover.kind == Kind::Root) {
        let mut ignored = Ignored::new(&cover.real, seeds, environment);
        snapshot.cover(cover, &mut ignored);
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
            is_deep: self.is_deep || after.is_deep,
        }
    }

    fn cover(&mut self, cover: &Cover, ignored: &mut Ignored<'_>) {
        let is_copy = cover.top != cover.real;
        if is_copy {
            let _ = same_mode(&cover.real, &cover.top);
        }
        let mut folders = vec![(cover.top.clone(), cover.real.clone(), 0)];
        while let Some((top, real, depth)) = folders.pop() {
            if depth > DEEPEST {
                self.is_deep = true;
                continue;
            }
            let entries = fs::read_dir(top);
            self.is_deep |= entries.as_ref().is_err_and(is_too_long);
            for entry in entries.into_iter().flatten().flatten() {
                let (top, real) = (entry.path(), real.join(entry.file_name()));
                let Ok(metadata) = entry.metadata() else {
                    continue;
                };
                if entry.file_name() == ".git" {
                    self.git(top, metadata);
                    continue;
                }
                // What a command closed would look as if it were gone. Real folders are nobody's to open.
                if is_copy && metadata.is_dir() {
                    let _ = give_mode(&top, &metadata, mode_of_copy(&real, &metadata));
                }
                if ignored.is_ignored(&real, metadata.is_dir()) {
                } else if metadata.is_dir() {
                    folders.push((top, real, depth + 1));
                } else if self.files.len() < MOST {
                    self.files.insert(real, Stamp::from(&metadata));
                } else {
                    self.is_cut = true;
                }
            }
        }
    }

    /// All but the objects, which nothing refers to by itself, and what git rewrites when it only looks.
    fn git(&mut self, path: PathBuf, metadata: fs::Metadata) {
        let mut waiting = vec![(path, metadata, 0)];
        while let Some((path, metadata, depth)) = waiting.pop() {
            if !metadata.is_dir() || depth > DEEPEST {
                self.git.insert(path, Stamp::from(&metadata));
                continue;
            }
            for entry in fs::read_dir(path).into_iter().flatten().flatten() {
                let is_left_out = ["objects", "index", "lfs", "modules"]
                    .iter()
                    .any(|name| entry.file_name() == *name);
                if let (false, Ok(metadata)) = (is_left_out, entry.metadata()) {
                    waiting.push((entry.path(), metadata, depth + 1));
                }
            }
        }
    }
}

fn mode_of_copy(real: &Path, metadata: &fs::Metadata) -> u32 {
    let real = fs::symlink_metadata(real).ok().filter(fs::Metadata::is_dir);
    real.map_or_else(|| metadata.mode() | 0o700, |real| real.mode())
}
