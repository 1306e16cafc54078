//! Walks what a command wrote into the upper folder of an overlay. The cost is that of what was written, whatever the
//! size of the workspace.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::cover::{Cover, is_whiteout, whiteout};
use crate::ignored::{Ignored, marks_itself};
use crate::layer::{give_mode, same_mode};
use crate::removal::remove_all;

/// What a walk found that git does not ignore, by real path.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Files, links and other things that are there.
    pub(crate) present: Vec<PathBuf>,
    /// Real files that commands do not see any more.
    pub(crate) absent: Vec<PathBuf>,
    /// Whether something was written to a git folder; it is gone.
    pub(crate) has_written_git: bool,
    /// Whether there was more than is looked at.
    pub(crate) is_cut: bool,
    /// Whether folders lie deeper, or have longer paths, than is looked at.
    pub(crate) is_deep: bool,
}

/// Paths that a walk takes in: beyond this a review is beyond any user.
const MOST: usize = 20_000;
const OPAQUE: &str = "user.overlay.opaque";

/// Levels of folders that a walk goes down.
pub(crate) const DEEPEST: usize = 256;

pub(crate) fn walk(cover: &Cover, ignored: &mut Ignored<'_>, found: &mut Found) {
    // A command can have closed the folder that it was started in.
    let _ = same_mode(&cover.real, &cover.top);
    let mut walk = Walk {
        ignored,
        found,
        waiting: Vec::new(),
    };
    walk.folder(&cover.top, &cover.real, 0);
    while let Some(step) = walk.waiting.pop() {
        match step {
            Step::Enter { top, real, depth } => walk.folder(&top, &real, depth),
            // An empty folder is nothing that could be proposed; one with files in it stays.
            Step::Leave { top } => drop(fs::remove_dir(top)),
        }
    }
}

struct Walk<'a, 'b> {
    ignored: &'a mut Ignored<'b>,
    found: &'a mut Found,
    /// The last comes first, so that a folder is left after all that is in it.
    waiting: Vec<Step>,
}

enum Step {
    Enter { top: PathBuf, real: PathBuf, depth: usize },
    Leave { top: PathBuf },
}

impl Walk<'_, '_> {
    fn folder(&mut self, top: &Path, real: &Path, depth: usize) {
        if depth > DEEPEST {
            self.found.is_deep = true;
            return;
        }
        self.unfold(top, real);
        let entries = fs::read_dir(top);
        self.found.is_deep |= entries.as_ref().is_err_and(is_too_long);
        for entry in entries.into_iter().flatten().flatten() {
            let name = entry.file_name();
            self.entry(&top.join(&name), &real.join(&name), depth);
        }
    }

    fn entry(&mut self, top: &Path, real: &Path, depth: usize) {
        let metadata = match fs::symlink_metadata(top) {
            Ok(metadata) => metadata,
            Err(error) => {
                self.found.is_deep |= is_too_long(&error);
                return;
            }
        };
        if real.file_name().is_some_and(|name| name == ".git") {
            self.found.has_written_git |= is_git_written(top, &metadata);
            remove_all(top);
            return;
        }
        let below = fs::symlink_metadata(real).ok();
        let has_real_folder = below.as_ref().is_some_and(fs::Metadata::is_dir);
        let is_gone = is_whiteout(&metadata);
        // A mode that a command gave a folder is no change that comes back, so it does not stay either.
        if metadata.is_dir() {
            let below = below.as_ref().filter(|_| has_real_folder);
            let mode = below.map_or(metadata.mode() | 0o700, fs::Metadata::mode);
            let _ = give_mode(top, &metadata, mode);
        }
        if self
            .ignored
            .is_ignored(real, metadata.is_dir() || (is_gone && has_real_folder))
        {
            return;
        }
        if metadata.is_dir() {
            if below.is_none() && marks_itself(top) {
                return;
            }
            if below.is_some() && !has_real_folder {
                self.absent(real);
            }
            let (top, real, depth) = (top.to_owned(), real.to_owned(), depth + 1);
            if !has_real_folder {
                self.waiting.push(Step::Leave { top: top.clone() });
            }
            self.waiting.push(Step::Enter { top, real, depth });
        } else if !is_gone {
            if has_real_folder {
                self.removed(real);
            }
            self.present(real);
        } else if has_real_folder {
            self.removed(real);
        } else if below.is_some() {
            self.absent(real);
        } else {
            remove_all(top);
        }
    }

    /// A folder that hides all of the real one gets a mark for each entry that it hides instead: what is new in the
    /// real folder later shows through.
    fn unfold(&mut self, top: &Path, real: &Path) {
        let mut value = [0_u8; 1];
        let is_opaque = rustix::fs::lgetxattr(top, OPAQUE, &mut value[..]).is_ok() && value == *b"y";
        if !is_opaque || rustix::fs::removexattr(top, OPAQUE).is_err() {
            return;
        }
        for entry in fs::read_dir(real).into_iter().flatten().flatten() {
            let hidden = top.join(entry.file_name());
            if fs::symlink_metadata(&hidden).is_err() {
                // What cannot be marked is visible again, which harms nobody.
                let _ = whiteout(&hidden);
            }
        }
    }

    /// A real folder that is gone as a whole.
    fn removed(&mut self, real: &Path) {
        let mut folders = vec![(real.to_owned(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            if depth > DEEPEST {
                self.found.is_deep = true;
                continue;
            }
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                if entry.file_name() == ".git" || self.ignored.is_ignored(&path, is_folder) {
                    continue;
                }
                if is_folder {
                    folders.push((path, depth + 1));
                } else {
                    self.absent(&path);
                }
                if self.found.is_cut {
                    return;
                }
            }
        }
    }

    fn present(&mut self, real: &Path) {
        if self.has_room() {
            self.found.present.push(real.to_owned());
        }
    }

    fn absent(&mut self, real: &Path) {
        if self.has_room() {
            self.found.absent.push(real.to_owned());
        }
    }

    fn has_room(&mut self) -> bool {
        let is_full = self.found.present.len() + self.found.absent.len() >= MOST;
        self.found.is_cut |= is_full;
        !is_full
    }
}

/// Whether a path is longer than the system takes: what lies there can only be reached step by step.
pub(crate) fn is_too_long(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidFilename
}

/// Git rewrites its index and its locks when it only looks.
pub(crate) fn is_git_written(top: &Path, metadata: &fs::Metadata) -> bool {
    if !metadata.is_dir() {
        return true;
    }
    let mut entries = fs::read_dir(top).into_iter().flatten().flatten();
    entries.any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name != "index" && !name.ends_with(".lock")
    })
}
