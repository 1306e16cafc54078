//! Files beneath a root, reached name by name without following a link, so that none that is put in the way leads a
//! write elsewhere.
//!
//! Nothing is written over what nobody has looked at: a new file changes places with the old one, and if the old one
//! turns out not to be what was expected, they change back.

use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path};
use std::sync::atomic::{AtomicU64, Ordering};

use base::ContentHash;
use rustix::fs::{self, AtFlags, FileType, Mode, OFlags};

use crate::attributes::dress_as;
use crate::step::Image;

/// Files over this are not read, so they cannot be brought back.
const IMAGE_LIMIT: u64 = 64 * 1024 * 1024;

const FOLDER: OFlags = OFlags::DIRECTORY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC)
    .union(OFlags::RDONLY);

/// What is at a place, with its bytes if it is a file of a size to be kept.
pub(crate) struct Found {
    pub(crate) image: Image,
    pub(crate) bytes: Option<Vec<u8>>,
}

impl Found {
    pub(crate) fn bare(image: Image) -> Self {
        Self { image, bytes: None }
    }

    pub(crate) fn file(bytes: Vec<u8>, mode: Option<u32>) -> Self {
        let hash = ContentHash(text::hash_bytes(&bytes));
        Self {
            image: Image::File { hash, mode },
            bytes: Some(bytes),
        }
    }
}

/// A name in an open folder.
pub(crate) struct Place {
    folder: OwnedFd,
    name: OsString,
}

impl Place {
    /// The place of `path` beneath `root`, both with links resolved. None if a folder on the way is not there.
    ///
    /// # Errors
    /// A link or a file is in the way, or the path is not beneath the root.
    pub(crate) fn find(root: &Path, path: &Path) -> io::Result<Option<Self>> {
        match Self::walk(root, path, false) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            found => found.map(Some),
        }
    }

    /// As [`Self::find`], making the folders that are missing.
    pub(crate) fn make(root: &Path, path: &Path) -> io::Result<Self> {
        Self::walk(root, path, true)
    }

    fn walk(root: &Path, path: &Path, makes: bool) -> io::Result<Self> {
        let outside = || io::Error::new(ErrorKind::PermissionDenied, "it is not beneath the workspace");
        let mut names = Vec::new();
        for component in path.strip_prefix(root).map_err(|_| outside())?.components() {
            match component {
                Component::Normal(name) => names.push(name),
                _ => return Err(outside()),
            }
        }
        let name = names.pop().ok_or_else(outside)?;
        let mut folder = fs::open(root, FOLDER, Mode::empty())?;
        for name in names {
            folder = match fs::openat(&folder, name, FOLDER, Mode::empty()) {
                Err(rustix::io::Errno::NOENT) if makes => {
                    fs::mkdirat(&folder, name, Mode::from_raw_mode(0o777))?;
                    fs::openat(&folder, name, FOLDER, Mode::empty())?
                }
                opened => opened?,
            };
        }
        Ok(Self {
            folder,
            name: name.to_owned(),
        })
    }

    pub(crate) fn look(&self) -> io::Result<Found> {
        look(&self.folder, &self.name)
    }

    /// Puts a file here, in the place of `expected`. Owner and extended attributes of a file that was here stay, and
    /// its mode, unless one is given.
    ///
    /// # Errors
    /// Something else is here, or it cannot be written: then what is here is as it was.
    pub(crate) fn put_file(&self, bytes: &[u8], mode: Option<u32>, expected: &Image) -> io::Result<()> {
        let old = self.old_file(expected)?;
        if let Some(old) = &old
            && old.metadata()?.nlink() > 1
        {
            return self.rewrite(bytes, mode, expected);
        }
        let (temporary, file) = self.temporary_file()?;
        let written = (|| {
            (&file).write_all(bytes)?;
            let is_dressed = old.as_ref().is_none_or(|old| dress_as(old, &file));
            if let Some(mode) = mode {
                fs::fchmod(&file, Mode::from_raw_mode(mode & 0o7777))?;
            }
            file.sync_all()?;
            Ok(is_dressed)
        })();
        match written {
            Ok(true) => self.swap_in(&temporary, expected),
            // The copy cannot be made to look like the file, so the file itself has to stay.
            Ok(false) => {
                self.remove_name(&temporary);
                self.rewrite(bytes, mode, expected)
            }
            Err(error) => {
                self.remove_name(&temporary);
                Err(error)
            }
        }
    }

    /// # Errors
    /// As [`Self::put_file`].
    pub(crate) fn put_link(&self, target: &[u8], expected: &Image) -> io::Result<()> {
        let temporary = temporary_name();
        fs::symlinkat(OsStr::from_bytes(target), &self.folder, &temporary)?;
        self.swap_in(&temporary, expected)
    }

    /// Takes away what is here, if it is `expected`.
    ///
    /// # Errors
    /// It is something else, or cannot be taken away.
    pub(crate) fn remove(&self, expected: &Image) -> io::Result<()> {
        self.check(&self.name, expected)?;
        let aside = temporary_name();
        fs::renameat(&self.folder, &self.name, &self.folder, &aside)?;
        if let Err(error) = self.check(&aside, expected) {
            // Somebody put something else here just now: it goes back, unless they have put yet another thing here.
            let _ = rename_if_free((&self.folder, &aside), (&self.folder, &self.name));
            return Err(error);
        }
        fs::unlinkat(&self.folder, &aside, AtFlags::empty())?;
        self.sync();
        Ok(())
    }

    /// Moves what is here, if it is `expected`, to a place where nothing is.
    pub(crate) fn move_to(&self, to: &Self, expected: &Image) -> io::Result<()> {
        self.check(&self.name, expected)?;
        rename_if_free((&self.folder, &self.name), (&to.folder, &to.name))?;
        self.sync();
        to.sync();
        Ok(())
    }

    /// # Errors
    /// It is not a file with the expected content.
    pub(crate) fn set_mode(&self, mode: u32, expected: &Image) -> io::Result<()> {
        let file = open_file(&self.folder, &self.name)?;
        self.check(&self.name, expected)?;
        fs::fchmod(&file, Mode::from_raw_mode(mode & 0o7777)).map_err(Into::into)
    }

    pub(crate) fn make_folder(&self) -> io::Result<()> {
        match fs::mkdirat(&self.folder, &self.name, Mode::from_raw_mode(0o777)) {
            Err(rustix::io::Errno::EXIST) => Ok(()),
            made => made.map_err(Into::into),
        }
    }

    /// # Errors
    /// It is no folder, or holds something.
    pub(crate) fn remove_empty_folder(&self) -> io::Result<()> {
        fs::unlinkat(&self.folder, &self.name, AtFlags::REMOVEDIR).map_err(Into::into)
    }

    /// The file that is to be replaced; none if what is expected is no file.
    fn old_file(&self, expected: &Image) -> io::Result<Option<std::fs::File>> {
        self.check(&self.name, expected)?;
        match expected {
            Image::File { .. } => open_file(&self.folder, &self.name).map(Some),
            _ => Ok(None),
        }
    }

    fn check(&self, name: &OsStr, expected: &Image) -> io::Result<()> {
        match look(&self.folder, name)?.image.is_like(expected) {
            true => Ok(()),
            false => Err(changed()),
        }
    }

    /// Brings a finished temporary in, and takes away what was here after another look at it.
    fn swap_in(&self, temporary: &OsStr, expected: &Image) -> io::Result<()> {
        let swapped = match expected {
            Image::Absent => rename_if_free((&self.folder, temporary), (&self.folder, &self.name)),
            _ => self.exchange(temporary, expected),
        };
        if swapped.is_err() {
            self.remove_name(temporary);
        }
        self.sync();
        swapped
    }

    #[cfg(target_os = "linux")]
    fn exchange(&self, temporary: &OsStr, expected: &Image) -> io::Result<()> {
        let exchange = || {
            let flags = fs::RenameFlags::EXCHANGE;
            fs::renameat_with(&self.folder, temporary, &self.folder, &self.name, flags)
        };
        match exchange() {
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => return self.replace(temporary, expected),
            done => done?,
        }
        if let Err(error) = self.check(temporary, expected) {
            exchange()?;
            return Err(error);
        }
        self.remove_name(temporary);
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    fn exchange(&self, temporary: &OsStr, expected: &Image) -> io::Result<()> {
        self.replace(temporary, expected)
    }

    fn replace(&self, temporary: &OsStr, expected: &Image) -> io::Result<()> {
        self.check(&self.name, expected)?;
        fs::renameat(&self.folder, temporary, &self.folder, &self.name).map_err(Into::into)
    }

    /// Writes through to a file that has other names. Its length changes last, so that a crash leaves at worst a mix of
    /// old and new, never an empty file.
    fn rewrite(&self, bytes: &[u8], mode: Option<u32>, expected: &Image) -> io::Result<()> {
        let flags = OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = std::fs::File::from(fs::openat(&self.folder, &self.name, flags, Mode::empty())?);
        self.check(&self.name, expected)?;
        file.rewind()?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)?;
        if let Some(mode) = mode {
            fs::fchmod(&file, Mode::from_raw_mode(mode & 0o7777))?;
        }
        file.sync_all()
    }

    fn temporary_file(&self) -> io::Result<(OsString, std::fs::File)> {
        let name = temporary_name();
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = fs::openat(&self.folder, &name, flags, Mode::from_raw_mode(0o666))?;
        Ok((name, file.into()))
    }

    fn remove_name(&self, name: &OsStr) {
        if let Err(error) = fs::unlinkat(&self.folder, name, AtFlags::empty()) {
            tracing::debug!(name = %name.display(), %error, "a temporary file was not removed");
        }
    }

    /// Makes names durable. A file system that cannot still has them.
    fn sync(&self) {
        if let Err(error) = fs::fsync(&self.folder) {
            tracing::debug!(%error, "folder not synced");
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("it was changed just now")]
struct Changed;

/// Whether something else than expected was found.
pub(crate) fn is_changed(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Changed>())
}

fn changed() -> io::Error {
    io::Error::other(Changed)
}

fn temporary_name() -> OsString {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let nanos = now.map_or(0, |now| now.as_nanos());
    let (process, next) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    format!(".singletree-{process:x}-{nanos:x}-{next:x}").into()
}

fn look(folder: &OwnedFd, name: &OsStr) -> io::Result<Found> {
    let stat = match fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => stat,
        Err(rustix::io::Errno::NOENT) => return Ok(Found::bare(Image::Absent)),
        Err(error) => return Err(error.into()),
    };
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::RegularFile => read(folder, name),
        FileType::Directory => Ok(Found::bare(Image::Folder)),
        FileType::Symlink => {
            let target = fs::readlinkat(folder, name, Vec::new())?.into_bytes();
            Ok(Found::bare(Image::Link { target }))
        }
        _ => Ok(Found::bare(Image::Other)),
    }
}

fn open_file(folder: &OwnedFd, name: &OsStr) -> io::Result<std::fs::File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NOCTTY;
    Ok(fs::openat(folder, name, flags, Mode::empty())?.into())
}

fn read(folder: &OwnedFd, name: &OsStr) -> io::Result<Found> {
    let mut file = match open_file(folder, name) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(Found::bare(Image::Other)),
        file => file?,
    };
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Ok(Found::bare(Image::Other));
    }
    let mode = Some(metadata.mode() & 0o7777);
    let mut bytes = Vec::new();
    if metadata.len() <= IMAGE_LIMIT {
        (&mut file).take(IMAGE_LIMIT + 1).read_to_end(&mut bytes)?;
    }
    if metadata.len().max(bytes.len() as u64) > IMAGE_LIMIT {
        return Ok(Found::bare(Image::Other));
    }
    Ok(Found::file(bytes, mode))
}

/// Renames where the new name is free.
#[cfg(target_os = "linux")]
fn rename_if_free(from: (&OwnedFd, &OsStr), to: (&OwnedFd, &OsStr)) -> io::Result<()> {
    match fs::renameat_with(from.0, from.1, to.0, to.1, fs::RenameFlags::NOREPLACE) {
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => rename_after_looking(from, to),
        renamed => renamed.map_err(Into::into),
    }
}

#[cfg(not(target_os = "linux"))]
fn rename_if_free(from: (&OwnedFd, &OsStr), to: (&OwnedFd, &OsStr)) -> io::Result<()> {
    rename_after_looking(from, to)
}

fn rename_after_looking(from: (&OwnedFd, &OsStr), to: (&OwnedFd, &OsStr)) -> io::Result<()> {
    match fs::statat(to.0, to.1, AtFlags::SYMLINK_NOFOLLOW) {
        Err(rustix::io::Errno::NOENT) => fs::renameat(from.0, from.1, to.0, to.1).map_err(Into::into),
        Err(error) => Err(error.into()),
        Ok(_) => Err(ErrorKind::AlreadyExists.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(text: &str) -> Image {
        Found::file(text.into(), None).image
    }

    /// A finished copy that says `new` comes in where `expected` is thought to be, after the last look at the file.
    fn check(there: Option<&str>, expected: &Image, expect: Option<&str>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        if let Some(there) = there {
            std::fs::write(&path, there).unwrap();
        }
        let place = Place::find(dir.path(), &path).unwrap().unwrap();
        let (temporary, mut file) = place.temporary_file().unwrap();
        file.write_all(b"new").unwrap();
        let done = place.swap_in(&temporary, expected);
        assert_eq!(std::fs::read_to_string(&path).ok().as_deref(), expect);
        assert_eq!(done.is_ok(), expect == Some("new"));
        assert!(
            std::fs::read_dir(dir.path()).unwrap().count() <= 1,
            "nothing is left over"
        );
    }

    #[test]
    fn what_was_expected_gives_way() {
        check(Some("old"), &image("old"), Some("new"));
        check(None, &Image::Absent, Some("new"));
    }

    #[test]
    fn what_came_in_between_stays() {
        check(Some("mine"), &image("old"), Some("mine"));
        check(Some("mine"), &Image::Absent, Some("mine"));
        check(None, &image("old"), None);
    }

    #[test]
    fn no_link_is_followed_on_the_way() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("real")).unwrap();
        std::os::unix::fs::symlink("real", dir.path().join("link")).unwrap();
        let found = |path: &str| Place::find(dir.path(), &dir.path().join(path));
        assert!(found("real/a").unwrap().is_some());
        assert!(found("gone/a").unwrap().is_none());
        assert!(found("link/a").is_err());
        assert!(found("real/../../a").is_err());
        assert!(Place::find(dir.path(), Path::new("/etc/passwd")).is_err());
    }
}
