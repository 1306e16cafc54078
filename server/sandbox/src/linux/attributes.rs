//! Changes modes, owners and times for a command at level L2, in the folders that are its own. Landlock has no say
//! over these, and a filter sees no paths.
//!
//! The file is opened here once, looked at, and changed by that descriptor: what the command does to its memory or its
//! folders meanwhile makes no difference.

use std::fs::{self, File};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, Timespec, Timestamps};
use rustix::io::{Errno, Result};

use super::asked::{Change, Target, Unit};

/// The longest path that the kernel takes, its end included.
const LONGEST: usize = 4096;
/// In place of an owner: as it is.
const SAME: u32 = u32::MAX;
/// Bits that lend a program its owner's identity. They mean nothing in a copy.
const IDENTITY: u32 = 0o6000;

/// The process that asks, by its number.
pub(super) struct Caller(pub(super) u32);

impl Caller {
    /// What the call is about, as a descriptor that nothing can be read or written by.
    pub(super) fn open(&self, target: Target) -> Result<OwnedFd> {
        let (folder, at, follows, can_be_empty) = match target {
            Target::Descriptor(descriptor) => return self.descriptor(descriptor),
            Target::Path {
                folder,
                at,
                follows,
                can_be_empty,
            } => (folder, at, follows, can_be_empty),
        };
        let path = self.path(at)?;
        if path.as_os_str().is_empty() && can_be_empty {
            return self.descriptor(folder);
        }
        // How libraries name an open file where the call takes paths only. It would lead to our own files.
        let own = path.strip_prefix("/proc/self/fd").ok().and_then(Path::to_str);
        if let Some(descriptor) = own.and_then(|name| name.parse().ok()) {
            return self.descriptor(descriptor);
        }
        let base = if path.is_absolute() {
            None
        } else {
            Some(self.descriptor(folder)?)
        };
        let flags = if follows { OFlags::empty() } else { OFlags::NOFOLLOW };
        let flags = flags | OFlags::PATH | OFlags::CLOEXEC;
        // Links into processes are those of the caller, and here they would be ours.
        let resolve = ResolveFlags::NO_MAGICLINKS;
        match &base {
            Some(base) => rustix::fs::openat2(base, &path, flags, Mode::empty(), resolve),
            None => rustix::fs::openat2(CWD, &path, flags, Mode::empty(), resolve),
        }
    }

    fn descriptor(&self, descriptor: i32) -> Result<OwnedFd> {
        let process = self.0;
        let path = match descriptor {
            libc::AT_FDCWD => format!("/proc/{process}/cwd"),
            descriptor => format!("/proc/{process}/fd/{descriptor}"),
        };
        let opened = rustix::fs::open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty());
        opened.map_err(|error| if error == Errno::NOENT { Errno::BADF } else { error })
    }

    fn path(&self, at: u64) -> Result<PathBuf> {
        let mut bytes = [0; LONGEST];
        let read = self.read(at, &mut bytes)?;
        let path = bytes.get(..read).unwrap_or_default().split(|byte| *byte == 0).next();
        let path = path.filter(|path| path.len() < read).ok_or(Errno::NAMETOOLONG)?;
        Ok(Path::new(std::ffi::OsStr::from_bytes(path)).to_owned())
    }

    /// As much as is there.
    fn read(&self, at: u64, bytes: &mut [u8]) -> Result<usize> {
        let memory = File::open(format!("/proc/{}/mem", self.0)).map_err(|_| Errno::PERM)?;
        memory.read_at(bytes, at).map_err(|_| Errno::FAULT)
    }

    fn times(&self, at: u64, unit: Unit) -> Result<Timestamps> {
        let now = || Timespec {
            tv_sec: 0,
            tv_nsec: rustix::fs::UTIME_NOW,
        };
        if at == 0 {
            return Ok(Timestamps {
                last_access: now(),
                last_modification: now(),
            });
        }
        let mut bytes = [0; 32];
        let size = if unit == Unit::Nothing { 16 } else { 32 };
        if self.read(at, &mut bytes[..size])? != size {
            return Err(Errno::FAULT);
        }
        let (numbers, _) = bytes.as_chunks::<8>();
        let mut numbers = numbers.iter().map(|number| i64::from_ne_bytes(*number));
        let mut next = || numbers.next().unwrap_or_default();
        let mut time = || {
            let seconds = next();
            let parts = match unit {
                Unit::Nothing => 0,
                Unit::Nanoseconds => next(),
                Unit::Microseconds => match next() {
                    parts @ 0..1_000_000 => parts * 1000,
                    _ => return Err(Errno::INVAL),
                },
            };
            Ok(Timespec {
                tv_sec: seconds,
                tv_nsec: parts,
            })
        };
        Ok(Timestamps {
            last_access: time()?,
            last_modification: time()?,
        })
    }

    /// Makes the change, as far as the command's own rights would have let it.
    pub(super) fn change(&self, file: &OwnedFd, change: Change) -> Result<()> {
        let found = rustix::fs::fstat(file)?;
        // We may have rights that the command has given up.
        if found.st_uid != rustix::process::geteuid().as_raw() {
            return Err(Errno::PERM);
        }
        match change {
            Change::Owner { user, group } => {
                let is_same = [SAME, found.st_uid].contains(&user) && [SAME, found.st_gid].contains(&group);
                if is_same { Ok(()) } else { Err(Errno::PERM) }
            }
            Change::Mode(mode) => {
                let is_folder = FileType::from_raw_mode(found.st_mode) == FileType::Directory;
                let kept = if is_folder { 0o7777 } else { 0o7777 & !IDENTITY };
                rustix::fs::chmodat(CWD, own(file), Mode::from_raw_mode(mode & kept), AtFlags::empty())
            }
            Change::Times { at, unit } => {
                let times = self.times(at, unit)?;
                rustix::fs::utimensat(file, "", &times, AtFlags::EMPTY_PATH)
            }
        }
    }
}

/// Whether the file lies in one of the folders, whose links are resolved.
pub(super) fn is_within(file: &OwnedFd, folders: &[PathBuf]) -> io::Result<bool> {
    let path = fs::read_link(own(file))?;
    Ok(folders.iter().any(|folder| path.starts_with(folder)))
}

fn own(file: &OwnedFd) -> String {
    format!("/proc/self/fd/{}", file.as_raw_fd())
}
