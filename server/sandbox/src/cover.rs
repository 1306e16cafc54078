//! Where the session's version of a real path lies, and how files are put there and hidden.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::clock;
use crate::layer::{give_mode, resemble};
use crate::places::Kind;
use crate::removal::remove_all;

/// A folder that commands see in place of a real one.
#[derive(Clone, Debug)]
pub(crate) struct Cover {
    pub(crate) real: PathBuf,
    pub(crate) top: PathBuf,
    pub(crate) kind: Kind,
    /// Whether the real folder shows through where the top has nothing; else the top is all that is seen.
    pub(crate) is_overlay: bool,
}

/// What tells one state of a file from another without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) modified: (i64, i64),
    changed: (i64, i64),
    pub(crate) size: u64,
    inode: u64,
    pub(crate) mode: u32,
}

impl Stamp {
    pub(crate) fn of(path: &Path) -> Option<Self> {
        fs::symlink_metadata(path).ok().map(|metadata| Self::from(&metadata))
    }

    /// Whether the file system's times have parts of a second.
    pub(crate) fn has_parts(&self) -> bool {
        self.changed.1 != 0
    }

    pub(crate) fn changed_since(&self, time: SystemTime) -> bool {
        let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or(i64::MAX);
        self.changed >= (seconds, since.subsec_nanos().into())
    }
}

impl From<&fs::Metadata> for Stamp {
    fn from(metadata: &fs::Metadata) -> Self {
        Self {
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            size: metadata.size(),
            inode: metadata.ino(),
            mode: metadata.mode(),
        }
    }
}

/// Whether this is overlayfs' mark for a file that is gone.
pub(crate) fn is_whiteout(metadata: &fs::Metadata) -> bool {
    metadata.file_type().is_char_device() && metadata.rdev() == 0
}

/// The innermost cover of a path.
pub(crate) fn cover_of<'a>(covers: &'a [Cover], path: &Path) -> Option<&'a Cover> {
    covers
        .iter()
        .filter(|cover| path.starts_with(&cover.real))
        .max_by_key(|cover| cover.real.components().count())
}

impl Cover {
    pub(crate) fn top(&self, path: &Path) -> PathBuf {
        match path.strip_prefix(&self.real) {
            Ok(relative) => self.top.join(relative),
            Err(_) => self.top.clone(),
        }
    }

    /// Puts a regular file there.
    pub(crate) fn write(&self, path: &Path, bytes: &[u8], mode: u32, modified: SystemTime) -> io::Result<()> {
        let top = self.make_way(path)?;
        let mut file = File::create_new(&top)?;
        file.write_all(bytes)?;
        drop(file);
        fs::set_permissions(&top, fs::Permissions::from_mode(mode & 0o7777))?;
        clock::set_modified(&top, modified)
    }

    /// Puts the real file or link there as it is now, with another time.
    pub(crate) fn copy_real(&self, path: &Path, modified: SystemTime) -> io::Result<()> {
        let metadata = fs::symlink_metadata(path)?;
        let top = self.make_way(path)?;
        if metadata.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(path)?, &top)?;
        } else if metadata.is_file() {
            fs::copy(path, &top)?;
        } else {
            return Ok(());
        }
        clock::set_modified(&top, modified)
    }

    /// Makes the path absent for commands.
    pub(crate) fn hide(&self, path: &Path) -> io::Result<()> {
        if !self.is_overlay || fs::symlink_metadata(path).is_err() {
            remove_all(&self.top(path));
            self.remove_empty_folders(path);
            return Ok(());
        }
        let top = self.make_way(path)?;
        whiteout(&top)
    }

    /// Lets the real path show through again.
    pub(crate) fn uncover(&self, path: &Path) {
        let top = self.top(path);
        let is_kept = fs::symlink_metadata(&top).is_ok_and(|metadata| metadata.is_dir());
        if !is_kept {
            remove_all(&top);
        }
    }

    /// Above the path, as long as there are none like them in the real tree.
    fn remove_empty_folders(&self, path: &Path) {
        let above = path.ancestors().skip(1).take_while(|folder| **folder != self.real);
        for folder in above {
            if folder.exists() || fs::remove_dir(self.top(folder)).is_err() {
                return;
            }
        }
    }

    /// Undoes what a command did to the modes of its version of a folder and of those above it, which can keep the next
    /// one from being started there.
    pub(crate) fn open_way(&self, folder: &Path) {
        let mut way: Vec<_> = folder.ancestors().take_while(|folder| **folder != self.real).collect();
        way.push(&self.real);
        for real in way.into_iter().rev() {
            let top = self.top(real);
            let Some(metadata) = fs::symlink_metadata(&top).ok().filter(fs::Metadata::is_dir) else {
                return;
            };
            let mode = fs::metadata(real).map_or_else(|_| metadata.mode() | 0o700, |real| real.mode());
            let _ = give_mode(&top, &metadata, mode);
        }
    }

    /// Makes the folders above the path like the real ones and removes what is at it.
    fn make_way(&self, path: &Path) -> io::Result<PathBuf> {
        let relative = path.strip_prefix(&self.real).map_err(io::Error::other)?;
        let folders: Vec<_> = relative
            .ancestors()
            .skip(1)
            .filter(|folder| !folder.as_os_str().is_empty())
            .collect();
        for folder in folders.into_iter().rev() {
            let (real, top) = (self.real.join(folder), self.top.join(folder));
            if fs::symlink_metadata(&top).is_ok_and(|metadata| metadata.is_dir()) {
                continue;
            }
            remove_all(&top);
            fs::create_dir(&top)?;
            if real.is_dir() {
                resemble(&real, &top)?;
            }
        }
        let top = self.top.join(relative);
        if fs::symlink_metadata(&top).is_ok() {
            remove_all(&top);
        }
        Ok(top)
    }
}

#[cfg(target_os = "linux")]
pub(crate) fn whiteout(top: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    Ok(mknodat(CWD, top, FileType::CharacterDevice, Mode::empty(), 0)?)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn whiteout(_top: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
