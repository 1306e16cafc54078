//! Which workspaces the user trusts. Before that nothing of a workspace is run or obeyed.
//!
//! Trust belongs to a folder: its canonical path together with what tells it from another folder at the same place.
//! It covers the plain folders in it; a repository in it (`.git`, or what git would take for one) asks for itself. A
//! linked worktree inherits from its repository only if the link holds both ways. What a tool would run by itself is
//! recorded when the user says yes ([`executable`]); once that differs, trust ends until the user says yes again.
//!
//! Nothing here runs a process, and nothing is looked at but fixed places.

mod book;
mod executable;
mod git_config;
mod git_link;
mod status;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::identity::{Folder, Shown};
use crate::paths::Paths;
use book::{Book, Entry};
use executable::Fingerprint;
use git_link::{Link, Repository};

pub use executable::Executable;
pub use status::{Basis, Doubt, TrustStatus};

#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    #[error("{} cannot be looked at: {cause}", Shown(path))]
    Folder { path: PathBuf, cause: io::Error },
    #[error(
        "the list of trusted folders {} cannot be used, so nothing is trusted: {cause}",
        Shown(file)
    )]
    File { file: PathBuf, cause: io::Error },
    #[error(
        "the list of trusted folders {} is damaged, so nothing is trusted: {cause}; move it away and trust again",
        Shown(file)
    )]
    Damaged { file: PathBuf, cause: String },
    #[error(
        "the list of trusted folders {} has version {version}, which is newer than this program; nothing is trusted \
         until you update it",
        Shown(file)
    )]
    Version { file: PathBuf, version: u32 },
    #[error("{} cannot be trusted: {why}", Shown(path))]
    Unfit { path: PathBuf, why: String },
    #[error(
        "{} cannot be trusted: {name} is something that runs by itself and cannot be read ({why})",
        Shown(path)
    )]
    Unreadable { path: PathBuf, name: String, why: String },
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl TrustError {
    fn file(file: &Path, cause: io::Error) -> Self {
        Self::File {
            file: file.to_owned(),
            cause,
        }
    }

    /// Names the file where only the cause is known.
    fn at(self, file: &Path) -> Self {
        match self {
            Self::Io(cause) => Self::file(file, cause),
            named => named,
        }
    }
}

/// A folder that the user trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedFolder {
    pub path: PathBuf,
    /// Seconds since 1970.
    pub granted: u64,
    /// As it stands now.
    pub status: TrustStatus,
}

/// The user's list of trusted folders. Each question reads it anew: another process may have changed it.
#[derive(Clone, Debug)]
pub struct TrustStore {
    file: PathBuf,
    home: Option<PathBuf>,
}

impl TrustStore {
    #[must_use]
    pub fn open(paths: &Paths) -> Self {
        Self {
            file: paths.state_dir.join("trust.json"),
            home: std::env::home_dir(),
        }
    }

    /// Whether the folder is trusted when it is opened.
    ///
    /// # Errors
    /// The folder or the list cannot be read. Nothing is trusted then.
    pub fn status(&self, root: &Path) -> Result<TrustStatus, TrustError> {
        if root.as_os_str().is_empty() {
            return Ok(TrustStatus::Untrusted(Doubt::NoFolder));
        }
        Ok(judge(&Book::read(&self.file)?, &find(root)?))
    }

    /// Whether what is run in `folder` counts as trusted while `root` is open: as `root` does, except in a repository
    /// of its own below it.
    ///
    /// # Errors
    /// As [`Self::status`].
    pub fn status_in(&self, root: &Path, folder: &Path) -> Result<TrustStatus, TrustError> {
        let opened = find(root)?;
        match git_link::boundary(folder) {
            Some(inner) if inner != opened.path && inner.starts_with(&opened.path) => self.status(&inner),
            _ if is_beneath(folder, &opened.path) => self.status(root),
            _ => self.status(folder),
        }
    }

    /// What in the folder makes tools run something by themselves.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn executables(&self, root: &Path) -> Result<Vec<Executable>, TrustError> {
        let folder = find(root)?;
        let repository = Repository::at(&folder.path);
        Ok(Fingerprint::of(&folder.path, &repository).executables())
    }

    /// Trusts the folder with all that it holds now. Returns what was confirmed.
    ///
    /// # Errors
    /// The folder is one that cannot be trusted, or it or the list cannot be read.
    pub fn grant(&self, root: &Path) -> Result<Vec<Executable>, TrustError> {
        let folder = find(root)?;
        let unfit = |why: String| TrustError::Unfit {
            path: folder.path.clone(),
            why,
        };
        if let Some(why) = self.too_wide(&folder.path) {
            return Err(unfit(why));
        }
        if folder.path.to_str().is_none() {
            return Err(unfit("its path is not UTF-8, which the list cannot hold".to_owned()));
        }
        let found = Fingerprint::of(&folder.path, &Repository::at(&folder.path));
        let executable = found.digests().map_err(|(name, why)| TrustError::Unreadable {
            path: folder.path.clone(),
            name,
            why,
        })?;
        let entry = Entry {
            path: folder.path,
            identity: folder.identity,
            granted: now(),
            executable,
        };
        Book::update(&self.file, |book| {
            book.put(entry);
            Ok(())
        })?;
        Ok(found.executables())
    }

    /// Takes the user's trust in this folder back; whether there was any. A folder that is gone is found by its path.
    ///
    /// # Errors
    /// The list cannot be read or written.
    pub fn revoke(&self, root: &Path) -> Result<bool, TrustError> {
        let folder = Folder::find(root).ok();
        let is_meant = |entry: &Entry| match &folder {
            Some(folder) => folder.is_at(&entry.path) || entry.identity == folder.identity,
            None => entry.path == root,
        };
        Book::update(&self.file, |book| {
            let before = book.folders.len();
            book.folders.retain(|entry| !is_meant(entry));
            Ok(book.folders.len() < before)
        })
    }

    /// The folders that the user trusted, by path.
    ///
    /// # Errors
    /// The list cannot be read.
    pub fn list(&self) -> Result<Vec<TrustedFolder>, TrustError> {
        let book = Book::read(&self.file)?;
        let listed = book.folders.iter().map(|entry| TrustedFolder {
            path: entry.path.clone(),
            granted: entry.granted,
            status: match Folder::find(&entry.path) {
                Ok(folder) => judge(&book, &folder),
                Err(_) => TrustStatus::Untrusted(Doubt::Gone),
            },
        });
        Ok(listed.collect())
    }

    /// Why trust in this folder would be trust in far more than one project.
    fn too_wide(&self, path: &Path) -> Option<String> {
        if path.parent().is_none() {
            return Some("it is the whole file system; trust the project's own folder".to_owned());
        }
        let home = self.home.as_ref().and_then(|home| home.canonicalize().ok());
        if home.is_some_and(|home| home.starts_with(path)) {
            return Some(
                "it is or holds your home folder, with all that was ever downloaded; trust the project's own folder"
                    .to_owned(),
            );
        }
        is_shared(path).then(|| "everyone on this machine can put folders into it; trust the project's own".to_owned())
    }
}

/// The innermost folder at or above `path` in which a git repository begins. What runs in it is judged by its trust.
#[must_use]
pub fn boundary(path: &Path) -> Option<PathBuf> {
    git_link::boundary(path)
}

fn find(root: &Path) -> Result<Folder, TrustError> {
    Folder::find(root).map_err(|cause| TrustError::Folder {
        path: root.to_owned(),
        cause,
    })
}

fn is_beneath(folder: &Path, root: &Path) -> bool {
    let existing = folder.ancestors().find_map(|folder| folder.canonicalize().ok());
    existing.is_some_and(|folder| folder.starts_with(root))
}

fn judge(book: &Book, folder: &Folder) -> TrustStatus {
    let repository = Repository::at(&folder.path);
    let found = Fingerprint::of(&folder.path, &repository);
    if let Some(entry) = book.entry(folder) {
        return settle(folder, found.differences(&entry.executable), Basis::Itself);
    }
    if book.has_predecessor(folder) {
        return TrustStatus::Untrusted(Doubt::Replaced);
    }
    let status = match repository.link {
        Link::Unconfirmed(why) => TrustStatus::Untrusted(Doubt::Unconfirmed(why)),
        Link::Worktree { main } => worktree(book, folder, &found, main),
        Link::Own => match nearest_trusted(book, &folder.path) {
            Some(within) => TrustStatus::Untrusted(Doubt::Nested { within }),
            None => TrustStatus::Untrusted(Doubt::NeverAsked),
        },
        Link::None => subfolder(book, folder, &found),
    };
    match book.moved_from(folder) {
        Some(from) if status == TrustStatus::Untrusted(Doubt::NeverAsked) => {
            TrustStatus::Untrusted(Doubt::Moved { from: from.to_owned() })
        }
        _ => status,
    }
}

/// A worktree may hold another branch: it inherits only while what runs by itself is what the repository was
/// trusted with.
fn worktree(book: &Book, folder: &Folder, found: &Fingerprint, main: PathBuf) -> TrustStatus {
    let Ok(main_folder) = Folder::find(&main) else {
        return TrustStatus::Untrusted(Doubt::WorktreeOf { repository: main });
    };
    match (book.entry(&main_folder), judge(book, &main_folder)) {
        (Some(entry), TrustStatus::Trusted(_)) => {
            settle(folder, found.differences(&entry.executable), Basis::WorktreeOf(main))
        }
        (_, changed @ TrustStatus::Changed { .. }) => changed,
        _ => TrustStatus::Untrusted(Doubt::WorktreeOf { repository: main }),
    }
}

/// A plain folder inherits from the nearest folder above it that has an entry or begins a repository, but whatever of
/// its own would run by itself was never confirmed.
fn subfolder(book: &Book, folder: &Folder, found: &Fingerprint) -> TrustStatus {
    for above in folder.path.ancestors().skip(1) {
        let is_repository = git_link::begins(above);
        let Ok(above) = Folder::find(above) else { break };
        if book.entry(&above).is_none() && !is_repository {
            continue;
        }
        return match judge(book, &above) {
            TrustStatus::Trusted(_) => {
                let new = found.differences(&BTreeMap::new());
                settle(folder, new, Basis::Within(above.path))
            }
            changed @ TrustStatus::Changed { .. } => changed,
            TrustStatus::Untrusted(_) => TrustStatus::Untrusted(Doubt::Within { repository: above.path }),
        };
    }
    TrustStatus::Untrusted(Doubt::NeverAsked)
}

fn settle(folder: &Folder, files: Vec<String>, basis: Basis) -> TrustStatus {
    if files.is_empty() {
        return TrustStatus::Trusted(basis);
    }
    TrustStatus::Changed {
        folder: folder.path.clone(),
        files,
    }
}

fn nearest_trusted(book: &Book, path: &Path) -> Option<PathBuf> {
    let mut above = path.ancestors().skip(1).filter_map(|above| Folder::find(above).ok());
    above.find(|above| book.entry(above).is_some()).map(|above| above.path)
}

/// Folders such as `/tmp`: anyone may write, and a sticky bit keeps them apart.
#[cfg(unix)]
fn is_shared(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|found| found.permissions().mode() & 0o1002 == 0o1002)
}

#[cfg(not(unix))]
fn is_shared(_: &Path) -> bool {
    false
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests;
