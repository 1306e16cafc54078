//! Everything that a confined process needs, prepared before it is made: between fork and exec nothing may be
//! allocated.

use std::cell::Cell;
use std::ffi::{CString, c_char, c_int};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use super::report::Step;
use super::warden::Rules;

/// What is mounted, and where.
#[derive(Debug)]
pub(crate) struct Mount {
    pub(super) source: Source,
    pub(super) at: CString,
    /// Folders (outermost first) that the mount point needs, where what is mounted there hides the real ones.
    pub(super) parents: Vec<CString>,
    /// Whether it is left out if there is nothing to mount or nowhere to put it.
    pub(super) is_optional: bool,
    /// The mount as long as it is attached nowhere.
    pub(super) descriptor: Cell<c_int>,
}

#[derive(Debug)]
pub(crate) enum Source {
    Overlay {
        lower: CString,
        upper: CString,
        work: CString,
    },
    /// The folder or file at this path, writable if it is so by its owner.
    Bind(CString),
    /// As `Bind`, and nothing can be written.
    BindReadOnly(CString),
    /// A device: the file is made before something is mounted on it.
    Device(CString),
    Tmpfs {
        size: CString,
        mode: CString,
    },
    Terminals,
    Processes,
    /// Nothing to see: an empty folder, or an empty file.
    EmptyFolder,
    EmptyFile,
}

/// What is done to a folder tree once all is mounted.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(super) uid_map: CString,
    pub(super) gid_map: CString,
    pub(super) mounts: Vec<Mount>,
    /// Symbolic links to make: target, path.
    pub(super) links: Vec<(CString, CString)>,
    /// Mounts that nothing can be written to once they are furnished.
    pub(super) sealed: Vec<CString>,
    /// How many processes there may be, as the kernel's file wants it.
    pub(super) processes: CString,
    /// Where a proxy is listened for inside the network namespace.
    pub(super) proxy: Option<u16>,
}

/// What a process may touch of the file system, by Landlock.
#[derive(Debug)]
pub(crate) struct Fence {
    pub(super) ruleset: std::os::fd::OwnedFd,
    /// Paths and what may be done beneath them; a path that is not there is passed over.
    pub(super) rules: Vec<(CString, u64)>,
}

/// What no filter can judge: which calls those are, and what they are answered by.
#[derive(Debug)]
pub(crate) struct Asking {
    pub(super) filter: Vec<libc::sock_filter>,
    pub(super) rules: Rules,
}

/// The program that is run.
#[derive(Debug)]
pub(crate) struct Program {
    pub(super) path: CString,
    pub(super) folder: CString,
    arguments: Vec<CString>,
    environment: Vec<CString>,
}

/// One confined process. Each part that is missing is a limit that is not set.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Namespaces and mounts of its own.
    pub(super) tree: Option<Tree>,
    pub(super) fence: Option<Fence>,
    pub(super) filters: Vec<Vec<libc::sock_filter>>,
    pub(super) asking: Option<Asking>,
    pub(super) limits: Vec<(libc::c_uint, u64)>,
    /// None tries everything out and runs nothing.
    pub(super) program: Option<Program>,
    /// Whether privileges cannot be gained by running a program; part of every confinement.
    pub(super) is_confined: bool,
}

impl Program {
    pub(super) fn new(program: &crate::program::Program) -> io::Result<Self> {
        let variables = program.environment.iter().map(|(name, value)| {
            let mut pair = name.as_bytes().to_vec();
            pair.push(b'=');
            pair.extend_from_slice(value.as_bytes());
            Ok(CString::new(pair)?)
        });
        let arguments = program
            .arguments
            .iter()
            .map(|argument| Ok(CString::new(argument.as_bytes())?));
        Ok(Self {
            path: c_path(&program.path)?,
            folder: c_path(&program.folder)?,
            arguments: arguments.collect::<io::Result<_>>()?,
            environment: variables.collect::<io::Result<_>>()?,
        })
    }

    /// The lists that the kernel wants, ended by a null pointer. They point into `self`.
    pub(super) fn pointers(&self) -> (Vec<*const c_char>, Vec<*const c_char>) {
        let list = |strings: &[CString]| {
            let ended = strings.iter().map(|string| string.as_ptr());
            ended.chain([std::ptr::null()]).collect()
        };
        (list(&self.arguments), list(&self.environment))
    }
}

impl Source {
    /// The step that fails with it.
    pub(super) fn step(&self) -> Step {
        match self {
            Self::Overlay { .. } => Step::Overlay,
            Self::Bind(_) | Self::BindReadOnly(_) => Step::Bind,
            Self::Device(_) | Self::Terminals => Step::Devices,
            Self::Tmpfs { .. } => Step::Hidden,
            Self::Processes => Step::Processes,
            Self::EmptyFolder | Self::EmptyFile => Step::Nothing,
        }
    }
}

impl Mount {
    pub(crate) fn new(source: Source, at: &Path) -> io::Result<Self> {
        Ok(Self {
            source,
            at: c_path(at)?,
            parents: Vec::new(),
            is_optional: false,
            descriptor: Cell::new(-1),
        })
    }

    pub(crate) fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// Makes the folders between `base` and the mount point first, the mount point included.
    pub(crate) fn below(mut self, base: &Path, at: &Path) -> io::Result<Self> {
        let mut folders: Vec<_> = at.ancestors().take_while(|folder| *folder != base).collect();
        folders.reverse();
        self.parents = folders.into_iter().map(c_path).collect::<io::Result<_>>()?;
        Ok(self)
    }
}

pub(crate) fn c_path(path: &Path) -> io::Result<CString> {
    Ok(CString::new(path.as_os_str().as_bytes())?)
}
