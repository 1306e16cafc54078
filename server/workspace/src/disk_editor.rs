//! The editor for when there is none: kept changes are written to disk.
//!
//! A file is replaced as a whole by renaming a finished copy over it, so nobody ever sees half of it; owner, mode
//! and extended attributes go along. Where the file's identity matters more, because other names share it (hard
//! links), it is written in place. Nothing is written over a text that nobody has seen.

use std::io::{Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use base::Uri;
use futures::future::BoxFuture;
use permissions::{Grant, WriteKind};
use ropey::Rope;
use text::{ByteImage, Edit};

use crate::attributes::dress_as;
use crate::disk::{self, DiskBytes};
use crate::editor::{Editor, EditorAnswer, EditorEdit, EditorFile};
use crate::error::ReadError;
use crate::place;

/// Writes what its grant covers.
#[derive(Debug)]
pub struct DiskEditor {
    grant: Grant,
}

#[derive(Debug, thiserror::Error)]
enum WriteError {
    #[error("{0} is no file")]
    NoPath(Uri),
    #[error("no permission to write {} was given", .0.display())]
    NotGranted(PathBuf),
    #[error("{} has changed in the meantime; review the change again", .0.display())]
    Changed(PathBuf),
    #[error("{} exists already", .0.display())]
    Exists(PathBuf),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("{}: {source}", path.display())]
    Encode { path: PathBuf, source: text::EncodeError },
    #[error("the change does not fit {}: {source}", path.display())]
    Misfit { path: PathBuf, source: text::EditError },
    #[error("{} cannot be written: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
}

impl DiskEditor {
    #[must_use]
    pub fn new(grant: Grant) -> Self {
        Self { grant }
    }

    fn write(&self, file: &EditorFile) -> Result<(), WriteError> {
        match file {
            EditorFile::Edit { uri, edits, base, .. } => edit(&self.permitted(uri, WriteKind::Modify)?, base, edits),
            EditorFile::Create { uri, text } => create(&self.permitted(uri, WriteKind::Create)?, text),
            EditorFile::Delete { uri, base } => delete(&self.permitted(uri, WriteKind::Delete)?, base),
            EditorFile::Rename { from, to } => rename(
                &self.permitted(from, WriteKind::Rename)?,
                &self.permitted(to, WriteKind::Rename)?,
            ),
        }
    }

    /// Where the URI leads, if that may be written.
    fn permitted(&self, uri: &Uri, kind: WriteKind) -> Result<PathBuf, WriteError> {
        let path = uri.path().ok_or_else(|| WriteError::NoPath(uri.clone()))?;
        let resolved = place::resolve(&path);
        match self.grant.covers(&resolved, kind) {
            true => Ok(resolved),
            false => Err(WriteError::NotGranted(path)),
        }
    }
}

impl Editor for DiskEditor {
    fn apply<'a>(&'a self, edit: EditorEdit) -> BoxFuture<'a, EditorAnswer> {
        Box::pin(async move {
            for file in &edit.files {
                if let Err(error) = self.write(file) {
                    return EditorAnswer::Refused {
                        reason: error.to_string(),
                    };
                }
            }
            EditorAnswer::Written
        })
    }
}

fn edit(path: &Path, base: &Rope, edits: &[Edit]) -> Result<(), WriteError> {
    let before = disk::load_bytes(path)?;
    let image = image_if_unchanged(path, &before, base)?;
    let mut rope = base.clone();
    for edit in edits.iter().rev() {
        text::apply(&mut rope, edit).map_err(|source| WriteError::Misfit {
            path: path.to_owned(),
            source,
        })?;
    }
    let bytes = image.encode(&rope.to_string()).map_err(|source| WriteError::Encode {
        path: path.to_owned(),
        source,
    })?;
    let io = |source| WriteError::Io {
        path: path.to_owned(),
        source,
    };
    let metadata = std::fs::symlink_metadata(path).map_err(io)?;
    if metadata.nlink() > 1 {
        write_in_place(path, &before, &bytes)
    } else {
        replace(path, &before, &bytes)
    }
}

/// How the file's bytes are made from its text, if that is the expected one.
fn image_if_unchanged(path: &Path, found: &DiskBytes, base: &Rope) -> Result<ByteImage, WriteError> {
    match text::decode(&found.bytes) {
        Ok(decoded) if *base == decoded.text.as_str() => Ok(decoded.image),
        _ => Err(WriteError::Changed(path.to_owned())),
    }
}

fn replace(path: &Path, before: &DiskBytes, bytes: &[u8]) -> Result<(), WriteError> {
    let io = |source| WriteError::Io {
        path: path.to_owned(),
        source,
    };
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut copy = match tempfile::Builder::new().prefix(".singletree-").tempfile_in(folder) {
        Ok(copy) => copy,
        // A file may be writable in a folder that is not.
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            return write_in_place(path, before, bytes);
        }
        Err(error) => return Err(io(error)),
    };
    copy.write_all(bytes).map_err(io)?;
    let original = disk::open(path).map_err(io)?;
    if !dress_as(&original, copy.as_file()) {
        // The copy cannot be made to look like the file, so the file itself has to stay.
        return write_in_place(path, before, bytes);
    }
    copy.as_file().sync_all().map_err(io)?;
    still_unchanged(path, before)?;
    copy.persist(path).map_err(|error| io(error.error))?;
    sync_folder(folder);
    Ok(())
}

/// Writes through to the file that other names share. Its length changes last, so that a crash leaves at worst a mix
/// of old and new, never an empty file.
fn write_in_place(path: &Path, before: &DiskBytes, bytes: &[u8]) -> Result<(), WriteError> {
    let io = |source| WriteError::Io {
        path: path.to_owned(),
        source,
    };
    let flags = rustix::fs::OFlags::WRONLY | rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::CLOEXEC;
    let file = rustix::fs::open(path, flags, rustix::fs::Mode::empty()).map_err(|error| io(error.into()))?;
    let mut file = std::fs::File::from(file);
    still_unchanged(path, before)?;
    file.rewind().and_then(|()| file.write_all(bytes)).map_err(io)?;
    file.set_len(bytes.len() as u64)
        .and_then(|()| file.sync_all())
        .map_err(io)
}

fn create(path: &Path, text: &str) -> Result<(), WriteError> {
    let io = |source| WriteError::Io {
        path: path.to_owned(),
        source,
    };
    let folder = path.parent().unwrap_or(Path::new("/"));
    std::fs::create_dir_all(folder).map_err(io)?;
    let mut file = match std::fs::OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(WriteError::Exists(path.to_owned()));
        }
        Err(error) => return Err(io(error)),
    };
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a file would be taken for the user's.
        let _ = std::fs::remove_file(path);
    }
    sync_folder(folder);
    written.map_err(io)
}

fn delete(path: &Path, base: &Rope) -> Result<(), WriteError> {
    let found = disk::load_bytes(path)?;
    image_if_unchanged(path, &found, base)?;
    std::fs::remove_file(path).map_err(|source| WriteError::Io {
        path: path.to_owned(),
        source,
    })?;
    sync_folder(path.parent().unwrap_or(Path::new("/")));
    Ok(())
}

fn rename(from: &Path, to: &Path) -> Result<(), WriteError> {
    let io = |source| WriteError::Io {
        path: to.to_owned(),
        source,
    };
    let folder = to.parent().unwrap_or(Path::new("/"));
    std::fs::create_dir_all(folder).map_err(io)?;
    match rename_without_replacing(from, to) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(WriteError::Exists(to.to_owned())),
        Err(error) => Err(io(error)),
        Ok(()) => {
            sync_folder(folder);
            Ok(())
        }
    }
}

#[cfg(target_os = "linux")]
fn rename_without_replacing(from: &Path, to: &Path) -> std::io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => rename_after_looking(from, to),
        other => other.map_err(Into::into),
    }
}

#[cfg(not(target_os = "linux"))]
fn rename_without_replacing(from: &Path, to: &Path) -> std::io::Result<()> {
    rename_after_looking(from, to)
}

fn rename_after_looking(from: &Path, to: &Path) -> std::io::Result<()> {
    if disk::exists(to) {
        return Err(std::io::ErrorKind::AlreadyExists.into());
    }
    std::fs::rename(from, to)
}

fn still_unchanged(path: &Path, before: &DiskBytes) -> Result<(), WriteError> {
    match disk::load_bytes(path) {
        Ok(now) if now.hash() == before.hash() => Ok(()),
        _ => Err(WriteError::Changed(path.to_owned())),
    }
}

/// Makes a new name durable. A file system that cannot still has the file.
fn sync_folder(folder: &Path) {
    if let Err(error) = std::fs::File::open(folder).and_then(|folder| folder.sync_all()) {
        tracing::debug!(folder = %folder.display(), %error, "folder not synced");
    }
}
