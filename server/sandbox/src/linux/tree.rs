//! What a command at level L3 sees of the file system.

use std::ffi::{CString, OsString};
use std::io;
use std::path::{Path, PathBuf};

use super::PROXY_PORT;
use super::fence::Allowed;
use super::plan::{Mount, Source, Tree, c_path};
use crate::places::variable;
use crate::workbench::Limits;

/// A private layer over a real folder.
#[derive(Clone, Debug)]
pub(crate) struct Covered {
    pub(crate) real: PathBuf,
    pub(crate) upper: PathBuf,
    pub(crate) work: PathBuf,
}

/// What the tree is made from.
#[derive(Debug)]
pub(crate) struct View<'a> {
    /// Outer folders before inner ones.
    pub(crate) covered: &'a [Covered],
    /// Mounts below them that no layer can lie over.
    pub(crate) bare: &'a [PathBuf],
    /// Takes the place of the machine's folders for temporary files.
    pub(crate) temporary: &'a Path,
    /// Paths that are hidden, and whether each is a folder.
    pub(crate) masked: &'a [(PathBuf, bool)],
    /// Where other processes have sockets: a read-only file system does not keep anybody from writing to them.
    pub(crate) sockets: &'a [PathBuf],
    pub(crate) environment: &'a [(OsString, OsString)],
    pub(crate) has_proxy: bool,
}

const TEMPORARY: [&str; 2] = ["/tmp", "/var/tmp"];
/// Sockets of the machine's services, and what others keep in shared memory.
const HIDDEN: [&str; 2] = ["/run", "/dev"];
const DEVICES: [&str; 6] = ["null", "zero", "full", "random", "urandom", "tty"];
const LINKS: [(&str, &str); 5] = [
    ("/proc/self/fd", "/dev/fd"),
    ("/proc/self/fd/0", "/dev/stdin"),
    ("/proc/self/fd/1", "/dev/stdout"),
    ("/proc/self/fd/2", "/dev/stderr"),
    ("pts/ptmx", "/dev/ptmx"),
];
/// Below this, Linux does not let a namespace bound its processes.
const LEAST_PROCESSES: u64 = 301;

pub(super) fn tree(view: &View<'_>, limits: &Limits) -> io::Result<Tree> {
    let mut mounts = Vec::new();
    for at in TEMPORARY.map(Path::new) {
        if is_real_folder(at) {
            mounts.push(Mount::new(Source::Bind(c_path(view.temporary)?), at)?);
        }
    }
    mounts.push(Mount::new(tmpfs(c"16m", c"0755"), Path::new("/run"))?.optional());
    mounts.extend(devices()?);
    mounts.push(Mount::new(Source::Processes, Path::new("/proc"))?);
    for path in programs_in_hidden(view.environment) {
        mounts.push(placed(Source::BindReadOnly(c_path(&path)?), &path)?.optional());
    }
    for covered in view.covered {
        let overlay = Source::Overlay {
            lower: c_path(&covered.real)?,
            upper: c_path(&covered.upper)?,
            work: c_path(&covered.work)?,
        };
        mounts.push(placed(overlay, &covered.real)?);
    }
    for path in view.bare {
        mounts.push(Mount::new(Source::BindReadOnly(c_path(path)?), path)?.optional());
    }
    for path in view.sockets {
        mounts.push(Mount::new(Source::EmptyFile, path)?.optional());
    }
    for (path, is_folder) in view.masked {
        let nothing = if *is_folder {
            Source::EmptyFolder
        } else {
            Source::EmptyFile
        };
        mounts.push(Mount::new(nothing, path)?.optional());
    }
    let links = LINKS.map(|(target, path)| Ok((CString::new(target)?, CString::new(path)?)));
    let (uid, gid) = (rustix::process::geteuid(), rustix::process::getegid());
    let alone = |id: u32| CString::new(format!("{id} {id} 1\n"));
    Ok(Tree {
        uid_map: alone(uid.as_raw())?,
        gid_map: alone(gid.as_raw())?,
        mounts,
        links: links.into_iter().collect::<io::Result<_>>()?,
        sealed: vec![c"/dev".into()],
        processes: CString::new(limits.processes.max(LEAST_PROCESSES).to_string())?,
        proxy: view.has_proxy.then_some(PROXY_PORT),
    })
}

/// Writing is for the layers and the private folders, reading is for all that there is to see.
pub(super) fn allowed(view: &View<'_>) -> Allowed {
    let private = ["/tmp", "/var/tmp", "/run", "/dev"].map(PathBuf::from);
    Allowed {
        read: vec!["/".into()],
        write: private
            .into_iter()
            .chain(view.covered.iter().map(|covered| covered.real.clone()))
            .collect(),
        is_alone: false,
    }
}

fn tmpfs(size: &std::ffi::CStr, mode: &std::ffi::CStr) -> Source {
    Source::Tmpfs {
        size: size.into(),
        mode: mode.into(),
    }
}

fn devices() -> io::Result<Vec<Mount>> {
    let dev = Path::new("/dev");
    let mut mounts = vec![Mount::new(tmpfs(c"64k", c"0755"), dev)?];
    for name in DEVICES {
        let path = dev.join(name);
        mounts.push(Mount::new(Source::Device(c_path(&path)?), &path)?);
    }
    mounts.push(placed(Source::Terminals, &dev.join("pts"))?);
    mounts.push(placed(tmpfs(c"25%", c"1777"), &dev.join("shm"))?);
    Ok(mounts)
}

/// A mount whose place is made first, if it is in a folder of which the command gets an empty one.
fn placed(source: Source, at: &Path) -> io::Result<Mount> {
    let mount = Mount::new(source, at)?;
    let mut hidden = TEMPORARY.iter().chain(&HIDDEN).map(Path::new);
    match hidden.find(|hidden| at.starts_with(hidden)) {
        Some(base) => mount.below(base, at),
        None => Ok(mount),
    }
}

/// Folders of programs that are found in what is hidden, as on systems that keep all of theirs in `/run`.
fn programs_in_hidden(environment: &[(OsString, OsString)]) -> Vec<PathBuf> {
    let paths = variable(environment, "PATH").map(std::env::split_paths);
    let is_hidden = |path: &PathBuf| TEMPORARY.iter().chain(&HIDDEN).any(|hidden| path.starts_with(hidden));
    paths
        .into_iter()
        .flatten()
        .filter(|path| is_hidden(path) && path.is_dir())
        .collect()
}

fn is_real_folder(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}
