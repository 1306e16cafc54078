//! What a command may read where secrets cannot be covered by a mount: everything beside them.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Other users' and the machine's: temporary files, sockets, processes.
const HIDDEN: &[&str] = &["/dev", "/proc", "/run", "/tmp", "/var/tmp"];
/// Of what is hidden, what programs ask the machine about, and themselves.
const SHOWN: &[&str] = &[
    "/dev/random",
    "/dev/urandom",
    "/proc/cpuinfo",
    "/proc/filesystems",
    "/proc/loadavg",
    "/proc/meminfo",
    "/proc/self",
    "/proc/stat",
    "/proc/sys",
    "/proc/uptime",
    "/proc/version",
];

/// What everybody writes to.
pub(crate) const DEVICES: &[&str] = &["/dev/full", "/dev/null", "/dev/tty", "/dev/zero"];

/// Folders and files that leave out the masked ones, and those that the command writes to.
pub(crate) fn readable(masked: &HashSet<PathBuf>, own: &[PathBuf]) -> Vec<PathBuf> {
    let hidden: HashSet<PathBuf> = HIDDEN.iter().map(PathBuf::from).chain(masked.iter().cloned()).collect();
    let mut readable: Vec<PathBuf> = SHOWN.iter().map(PathBuf::from).chain(own.iter().cloned()).collect();
    collect(Path::new("/"), &hidden, &mut readable);
    readable
}

/// A folder as a whole if nothing below it is hidden, else its entries one by one.
fn collect(path: &Path, hidden: &HashSet<PathBuf>, readable: &mut Vec<PathBuf>) {
    if hidden.contains(path) {
        return;
    }
    if !hidden.iter().any(|secret| secret.starts_with(path)) {
        readable.push(path.to_owned());
        return;
    }
    for entry in fs::read_dir(path).into_iter().flatten().flatten() {
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        if !is_link {
            collect(&entry.path(), hidden, readable);
        }
    }
}
