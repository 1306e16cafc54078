//! Files on disk: read without following a link, waiting for a pipe, or taking in more than is sane.

use std::io::Read;
use std::path::Path;
use std::time::{Duration, SystemTime};

use base::ContentHash;
use ropey::Rope;
use rustix::fs::{Mode, OFlags};
use std::os::unix::fs::MetadataExt;
use text::ByteImage;

use crate::error::ReadError;

/// Files over this are no text that anyone reviews.
pub(crate) const LIMIT: u64 = 10 * 1024 * 1024;

/// Younger than this when looked at, a file may change again without its time stamp telling.
const SETTLED: Duration = Duration::from_millis(100);

/// What tells that a file changed without reading it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    identity: (u64, u64),
    size: u64,
    changed: (i64, i64),
    modified: (i64, i64),
    is_settled: bool,
}

impl Stamp {
    fn of(metadata: &std::fs::Metadata) -> Self {
        let age = metadata
            .modified()
            .ok()
            .and_then(|at| SystemTime::now().duration_since(at).ok());
        Self {
            identity: (metadata.dev(), metadata.ino()),
            size: metadata.size(),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            is_settled: age.is_some_and(|age| age > SETTLED),
        }
    }

    /// Whether a file that had the stamp `self` and now has `now` is surely the same text.
    pub(crate) fn vouches_for(&self, now: &Self) -> bool {
        self.is_settled
            && self.identity == now.identity
            && self.size == now.size
            && self.changed == now.changed
            && self.modified == now.modified
    }
}

/// A file's text.
#[derive(Clone, Debug)]
pub(crate) struct DiskText {
    pub(crate) stamp: Stamp,
    pub(crate) rope: Rope,
    pub(crate) image: ByteImage,
}

/// A file's bytes, unread as text.
pub(crate) struct DiskBytes {
    pub(crate) stamp: Stamp,
    pub(crate) bytes: Vec<u8>,
}

impl DiskBytes {
    pub(crate) fn hash(&self) -> ContentHash {
        ContentHash(text::hash_bytes(&self.bytes))
    }
}

/// The stamp of a regular file. `path` has its links resolved.
pub(crate) fn stamp(path: &Path) -> Result<Stamp, ReadError> {
    let metadata = std::fs::symlink_metadata(path).map_err(|error| unreadable(path, error))?;
    check_kind(path, &metadata)?;
    Ok(Stamp::of(&metadata))
}

/// Whether anything is at the path, be it a dangling link.
pub(crate) fn exists(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

pub(crate) fn load(path: &Path) -> Result<DiskText, ReadError> {
    let DiskBytes { stamp, bytes } = load_bytes(path)?;
    let text::Decoded { text, image } = text::decode(&bytes).map_err(|source| match source {
        text::DecodeError::Binary { offset } => ReadError::Binary {
            path: path.to_owned(),
            offset,
        },
        text::DecodeError::Invalid { .. } => ReadError::Encoding {
            path: path.to_owned(),
            source,
        },
    })?;
    Ok(DiskText {
        stamp,
        rope: Rope::from_str(&text),
        image,
    })
}

pub(crate) fn load_bytes(path: &Path) -> Result<DiskBytes, ReadError> {
    let io = |error| unreadable(path, error);
    let file = match open(path) {
        Ok(file) => file,
        Err(error) => {
            // Sockets and some devices fail to open: say what they are.
            stamp(path)?;
            return Err(io(error));
        }
    };
    let metadata = file.metadata().map_err(io)?;
    check_kind(path, &metadata)?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    let read = (&file).take(LIMIT + 1).read_to_end(&mut bytes).map_err(io)?;
    if read as u64 > LIMIT {
        return Err(too_large(path, read as u64));
    }
    Ok(DiskBytes {
        stamp: Stamp::of(&metadata),
        bytes,
    })
}

/// Opens what is at a resolved path: a link in its place was put there since, and a pipe must not make us wait.
pub(crate) fn open(path: &Path) -> std::io::Result<std::fs::File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NOCTTY;
    Ok(rustix::fs::open(path, flags, Mode::empty())?.into())
}

fn check_kind(path: &Path, metadata: &std::fs::Metadata) -> Result<(), ReadError> {
    if metadata.is_dir() {
        return Err(ReadError::Directory { path: path.to_owned() });
    }
    if !metadata.is_file() {
        return Err(ReadError::NotAFile { path: path.to_owned() });
    }
    if metadata.len() > LIMIT {
        return Err(too_large(path, metadata.len()));
    }
    Ok(())
}

fn too_large(path: &Path, bytes: u64) -> ReadError {
    ReadError::TooLarge {
        path: path.to_owned(),
        bytes,
        limit: LIMIT,
    }
}

fn unreadable(path: &Path, source: std::io::Error) -> ReadError {
    let path = path.to_owned();
    match source.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ReadError::NotFound { path },
        std::io::ErrorKind::IsADirectory => ReadError::Directory { path },
        _ => ReadError::Io { path, source },
    }
}
