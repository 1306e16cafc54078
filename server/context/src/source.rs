//! Where the index reads: whoever knows the texts of a workspace. On its own, the disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ignore::WalkBuilder;
use ropey::Rope;

use crate::Language;

/// Larger files are not indexed.
pub const FILE_SIZE_CAP: u64 = 1 << 20;
/// More files are not indexed; answers then say that they are truncated.
pub const FILE_CAP: usize = 20_000;

/// The texts of a workspace as one reader sees them: proposals over buffers over disk, say.
pub trait Source {
    /// The files to index, absolute. [`walk`] finds those on disk.
    fn files(&self) -> Vec<PathBuf>;

    /// A file's text; none if it cannot be read as text.
    fn text(&self, path: &Path) -> Option<Rope>;

    /// Something cheap that changes whenever the text does; none if there is nothing to rely on, and the text is read.
    fn stamp(&self, _path: &Path) -> Option<Stamp> {
        None
    }
}

/// See [`Source::stamp`]. Stamps of one path are compared, nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    pub length: u64,
    pub modified: SystemTime,
}

impl Stamp {
    /// File systems keep time in steps: a file changed within the last of them may change again unseen.
    const SETTLED: Duration = Duration::from_secs(2);

    /// The stamp of a file on disk; none while its time of change is too fresh to tell two changes apart.
    #[must_use]
    pub fn of_file(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        let modified = metadata.modified().ok()?;
        let age = SystemTime::now().duration_since(modified).ok()?;
        (age > Self::SETTLED).then_some(Self {
            length: metadata.len(),
            modified,
        })
    }
}

/// The files under the roots that have a known language, sorted: hidden and git-ignored ones left out, links not
/// followed, those over [`FILE_SIZE_CAP`] skipped. Stops one past [`FILE_CAP`], so that the reader sees there are more.
#[must_use]
pub fn walk(roots: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for root in roots {
        let walk = WalkBuilder::new(root)
            .max_filesize(Some(FILE_SIZE_CAP))
            .require_git(false)
            .sort_by_file_path(Path::cmp)
            .build();
        let found = walk
            .flatten()
            .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
            .map(ignore::DirEntry::into_path)
            .filter(|path| Language::of_path(path).is_some_and(Language::is_code));
        files.extend(found.take(FILE_CAP + 1 - files.len()));
        if files.len() > FILE_CAP {
            break;
        }
    }
    files.sort();
    files.dedup();
    files
}

/// Files as they are on disk, UTF-8 only.
pub struct DiskSource {
    roots: Vec<PathBuf>,
}

impl DiskSource {
    #[must_use]
    pub fn new(roots: Vec<PathBuf>) -> Self {
        Self { roots }
    }
}

impl Source for DiskSource {
    fn files(&self) -> Vec<PathBuf> {
        walk(&self.roots)
    }

    fn text(&self, path: &Path) -> Option<Rope> {
        if fs::metadata(path).ok()?.len() > FILE_SIZE_CAP {
            return None;
        }
        let text = fs::read_to_string(path).ok()?;
        Some(Rope::from_str(&text))
    }

    fn stamp(&self, path: &Path) -> Option<Stamp> {
        Stamp::of_file(path)
    }
}
