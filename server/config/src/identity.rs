//! What tells a folder from every other, and from one that took its place.

use std::fmt;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

/// Device, inode and time of birth. Inodes are used again soon after a folder is gone; its birth is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Identity(String);

impl Identity {
    fn of(metadata: &Metadata) -> Self {
        let born = metadata
            .created()
            .ok()
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let born = born.map_or_else(|| "-".to_owned(), |since| since.as_nanos().to_string());
        let (device, inode) = numbers(metadata);
        Self(format!("{device}:{inode}:{born}"))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(unix)]
fn numbers(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn numbers(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

/// A folder that is there: its path with links resolved, and its identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Folder {
    pub(crate) path: PathBuf,
    pub(crate) identity: Identity,
}

impl Folder {
    pub(crate) fn find(path: &Path) -> io::Result<Self> {
        let path = path.canonicalize()?;
        let metadata = path.metadata()?;
        if !metadata.is_dir() {
            return Err(io::Error::from(io::ErrorKind::NotADirectory));
        }
        let identity = Identity::of(&metadata);
        Ok(Self { path, identity })
    }

    /// Whether a recorded path names this folder's place. Where spellings differ in case, the file system is asked
    /// whether they are one.
    pub(crate) fn is_at(&self, recorded: &Path) -> bool {
        if self.path == recorded {
            return true;
        }
        let folded = |path: &Path| path.to_string_lossy().to_lowercase();
        folded(&self.path) == folded(recorded)
            && Self::find(recorded).is_ok_and(|found| found.identity == self.identity)
    }
}

/// A path that cannot disguise itself: whatever does not print is escaped.
pub(crate) struct Shown<'a>(pub(crate) &'a Path);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.to_str() {
            Some(text) => write!(f, "{}", text.escape_debug()),
            None => write!(f, "{}", self.0.as_os_str().as_encoded_bytes().escape_ascii()),
        }
    }
}
