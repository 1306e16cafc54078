//! Removes trees that commands made, whatever their depth, their names and their modes.
//!
//! A folder inside the tree is moved up to its top before it is emptied. So no path gets too long for the system, and
//! neither the stack nor the number of open files grows with the depth.

use std::ffi::{CString, OsStr};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Dir, FileType, Mode, OFlags, chmodat, openat, renameat, statat, unlinkat};
use rustix::io::{Errno, Result};

/// Removes a file or a whole tree, folders without permissions included: commands and the kernel make those. What
/// cannot be removed stays.
pub(crate) fn remove_all(path: &Path) {
    // The kernel says in several ways that it is a folder; opening it tells for sure.
    if unlinkat(CWD, path, AtFlags::empty()).is_ok() {
        return;
    }
    if let Ok(top) = open_folder(CWD, path.as_os_str()) {
        empty(&top);
        let _ = unlinkat(CWD, path, AtFlags::REMOVEDIR);
    }
}

fn empty(top: &OwnedFd) {
    let mut waiting = Waiting {
        top,
        names: Vec::new(),
        moved: 0,
    };
    let _ = clear(top.as_fd(), |name| {
        waiting.names.push(name);
        Ok(())
    });
    while let Some(name) = waiting.names.pop() {
        let name = OsStr::from_bytes(name.as_bytes());
        // Emptied by what was moved over it, or made impossible to open: the rest can still go.
        let Ok(folder) = open_folder(top.as_fd(), name) else {
            continue;
        };
        let _ = clear(folder.as_fd(), |inner| waiting.take_up(folder.as_fd(), &inner));
        let _ = unlinkat(top, name, AtFlags::REMOVEDIR);
    }
}

/// Folders directly in the top that are still to be emptied.
struct Waiting<'a> {
    top: &'a OwnedFd,
    names: Vec<CString>,
    moved: u64,
}

impl Waiting<'_> {
    fn take_up(&mut self, folder: BorrowedFd<'_>, name: &CString) -> Result<()> {
        // A folder that is moved to another one is written to, which its mode has to allow.
        let _ = chmodat(folder, name, Mode::RWXU, AtFlags::empty());
        loop {
            self.moved += 1;
            let own = CString::new(format!("removed-{}", self.moved)).unwrap_or_default();
            match renameat(folder, name, self.top, &own) {
                Ok(()) => {
                    self.names.push(own);
                    return Ok(());
                }
                // The command had the same idea of a name.
                Err(Errno::EXIST | Errno::NOTEMPTY | Errno::NOTDIR) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Removes the entries of a folder but for the folders in it, which are handed on.
fn clear(folder: BorrowedFd<'_>, mut hand_on: impl FnMut(CString) -> Result<()>) -> Result<()> {
    // Entries that go while a folder is read can hide others of it from the reader.
    let mut entries = Vec::new();
    for entry in Dir::read_from(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if name != c"." && name != c".." {
            entries.push((name.to_owned(), entry.file_type()));
        }
    }
    for (name, kind) in entries {
        let kind = match kind {
            FileType::Unknown => FileType::from_raw_mode(statat(folder, &name, AtFlags::SYMLINK_NOFOLLOW)?.st_mode),
            kind => kind,
        };
        // One that cannot be removed keeps no other from going.
        let _ = match kind {
            FileType::Directory => hand_on(name),
            _ => unlinkat(folder, &name, AtFlags::empty()),
        };
    }
    Ok(())
}

/// Opens a folder and never what a link points to; its mode is no hindrance to its owner.
fn open_folder(base: BorrowedFd<'_>, name: &OsStr) -> Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let opened = openat(base, name, flags, Mode::empty());
    let is_folder = || {
        let found = statat(base, name, AtFlags::SYMLINK_NOFOLLOW);
        found.is_ok_and(|found| FileType::from_raw_mode(found.st_mode) == FileType::Directory)
    };
    match opened {
        Err(Errno::ACCESS) if is_folder() => chmodat(base, name, Mode::RWXU, AtFlags::empty())?,
        Ok(folder) => {
            // Readable is not enough to remove what is in it.
            let mode = Mode::from_raw_mode(rustix::fs::fstat(&folder)?.st_mode);
            if !mode.contains(Mode::RWXU) {
                rustix::fs::fchmod(&folder, Mode::RWXU)?;
            }
            return Ok(folder);
        }
        Err(error) => return Err(error),
    }
    openat(base, name, flags, Mode::empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    /// What `make` puts into a folder is gone after, and what lies beside it is not.
    fn check(make: impl FnOnce(&Path)) {
        let base = tempfile::tempdir().unwrap();
        let beside = base.path().join("beside");
        fs::write(&beside, "kept").unwrap();
        let tree = base.path().join("tree");
        fs::create_dir(&tree).unwrap();
        make(&tree);
        remove_all(&tree);
        assert!(fs::symlink_metadata(&tree).is_err(), "something is left");
        assert_eq!(fs::read_to_string(&beside).unwrap(), "kept");
    }

    #[test]
    fn files_links_and_folders_go() {
        check(|tree| {
            fs::create_dir_all(tree.join("a/b")).unwrap();
            fs::write(tree.join("a/b/c"), "1").unwrap();
            symlink("../../beside", tree.join("a/link")).unwrap();
            symlink("..", tree.join("up")).unwrap();
        });
    }

    #[test]
    fn names_of_our_own_are_no_hindrance() {
        check(|tree| {
            fs::create_dir_all(tree.join("a/removed-2/x")).unwrap();
            fs::create_dir_all(tree.join("removed-1/x")).unwrap();
            fs::create_dir_all(tree.join("removed-2/removed-1/y")).unwrap();
        });
    }

    #[test]
    fn sealed_folders_go() {
        check(|tree| {
            fs::create_dir_all(tree.join("a/b")).unwrap();
            fs::write(tree.join("a/b/c"), "1").unwrap();
            for folder in ["a/b", "a", ""] {
                fs::set_permissions(tree.join(folder), fs::Permissions::from_mode(0o000)).unwrap();
            }
        });
    }

    #[test]
    fn folders_beyond_the_longest_path_go() {
        check(|tree| {
            let mut folder = rustix::fs::open(tree, OFlags::DIRECTORY, Mode::empty()).unwrap();
            for _ in 0..3_000 {
                rustix::fs::mkdirat(&folder, "name", Mode::RWXU).unwrap();
                folder = openat(&folder, "name", OFlags::DIRECTORY, Mode::empty()).unwrap();
            }
        });
    }
}
