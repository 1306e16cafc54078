//! How a folder hangs together with a git repository. Read from files: git itself would run what they name.
//!
//! A `.git` may lead anywhere, so where it leads proves nothing. A linked worktree is believed only if the repository
//! lists it under `worktrees/` with a path back to this very folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::identity::Shown;
use crate::regular;

/// These files hold one path.
const MAX_BYTES: u64 = 1 << 16;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// No repository begins here.
    None,
    /// The repository's own folder is here.
    Own,
    /// A worktree that the repository whose folder is `main` lists as this one.
    Worktree { main: PathBuf },
    /// Git's folder is elsewhere, and nothing there leads back. The sentence says where.
    Unconfirmed(String),
}

/// What begins at a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repository {
    pub(crate) link: Link,
    /// Where git would read configuration and hooks, believed or not: its folder, then the common one if that is
    /// another.
    pub(crate) git_folders: Vec<PathBuf>,
}

impl Repository {
    pub(crate) fn at(folder: &Path) -> Self {
        let dot_git = folder.join(".git");
        match fs::symlink_metadata(&dot_git) {
            Ok(found) if found.is_dir() => Self::folder(dot_git),
            Ok(found) if found.is_file() => Self::file(&dot_git),
            Ok(_) => Self::symbolic(&dot_git),
            Err(_) if is_bare(folder) => Self::folder(folder.to_owned()),
            Err(_) => Self {
                link: Link::None,
                git_folders: Vec::new(),
            },
        }
    }

    fn folder(git: PathBuf) -> Self {
        match common_folder(&git) {
            None => Self {
                link: Link::Own,
                git_folders: vec![git],
            },
            Some(common) => Self {
                link: Link::Unconfirmed(format!("its `.git/commondir` leads to {}", Shown(&common))),
                git_folders: vec![git, common],
            },
        }
    }

    fn symbolic(dot_git: &Path) -> Self {
        let target = dot_git.canonicalize().unwrap_or_else(|_| dot_git.to_owned());
        let reached = if target.is_file() {
            Self::file(&target)
        } else {
            Self::folder(target.clone())
        };
        Self {
            link: Link::Unconfirmed(format!("its `.git` is a link to {}", Shown(&target))),
            ..reached
        }
    }

    fn file(dot_git: &Path) -> Self {
        let Some(git) = git_folder(dot_git) else {
            return Self {
                link: Link::Unconfirmed("its `.git` is a file that names no git folder".to_owned()),
                git_folders: Vec::new(),
            };
        };
        let common = common_folder(&git);
        let main = common
            .as_deref()
            .and_then(|common| confirmed_main(dot_git, &git, common));
        let link = match main {
            Some(main) => Link::Worktree { main },
            None => Link::Unconfirmed(format!(
                "its `.git` leads to {}, which does not lead back here",
                Shown(&git)
            )),
        };
        let git_folders = [Some(git), common].into_iter().flatten().collect();
        Self { link, git_folders }
    }
}

/// The innermost folder at or above `path` in which a repository begins, however it is linked. A path that does not
/// exist is judged by the nearest folder that does.
pub(crate) fn boundary(path: &Path) -> Option<PathBuf> {
    let existing = path.ancestors().find_map(|folder| folder.canonicalize().ok())?;
    existing.ancestors().find(|folder| begins(folder)).map(Path::to_owned)
}

pub(crate) fn begins(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(".git")).is_ok() || is_bare(folder)
}

/// What git takes for a git folder, wherever it stands (`is_git_directory` in git's `setup.c`).
fn is_bare(folder: &Path) -> bool {
    let has = |name: &str| fs::symlink_metadata(folder.join(name)).is_ok();
    has("HEAD") && (has("commondir") || (has("objects") && has("refs")))
}

/// Where a `.git` file points: `gitdir: PATH`, relative to the file.
fn git_folder(dot_git: &Path) -> Option<PathBuf> {
    let text = one_path(dot_git).ok()?;
    let named = text.strip_prefix("gitdir:")?.trim_start();
    dot_git.parent()?.join(named).canonicalize().ok()
}

/// Where `commondir` in a git folder points, if it does; relative to that folder.
fn common_folder(git: &Path) -> Option<PathBuf> {
    let named = one_path(&git.join("commondir")).ok()?;
    let common = git.join(named);
    Some(common.canonicalize().unwrap_or(common))
}

/// The main worktree's folder, if the link holds both ways: git's folder for the worktree lies where the common
/// folder keeps those, and its `gitdir` names this `.git`.
fn confirmed_main(dot_git: &Path, git: &Path, common: &Path) -> Option<PathBuf> {
    let worktrees = git.parent()?;
    let is_listed = worktrees.file_name()? == "worktrees" && worktrees.parent()? == common;
    let back = git.join(one_path(&git.join("gitdir")).ok()?).canonicalize().ok()?;
    let leads_back = back == dot_git.canonicalize().ok()?;
    if !(is_listed && leads_back) {
        return None;
    }
    if common.file_name()? != ".git" {
        return is_bare(common).then(|| common.to_owned());
    }
    common.parent().map(Path::to_owned)
}

fn one_path(file: &Path) -> io::Result<String> {
    // Git cuts line ends only; a folder's name may end in a space.
    let text = regular::read_text(file, MAX_BYTES)?;
    let path = text.trim_end_matches(['\n', '\r']);
    if path.contains(['\n', '\0']) {
        return Err(io::Error::other("it holds more than one path"));
    }
    Ok(path.to_owned())
}
