//! Confinement on Linux: namespaces and mounts of its own, Landlock, seccomp and limits, set up between fork and exec
//! by this process itself. No helper program is needed, and nothing here runs one.

#![expect(unsafe_code, reason = "system calls between fork and exec; each has its own reason")]

mod asked;
mod attributes;
mod fence;
mod filter;
mod init;
mod plan;
mod report;
mod spawn;
mod sys;
mod tree;
mod warden;

use std::io;
use std::path::PathBuf;

use crate::cloned::Enclosure;
use crate::program::Program;
use crate::reach::{DEVICES, readable};
use crate::workbench::Limits;
use fence::Allowed;
use filter::Around;
use plan::Asking;
use warden::Rules;

pub(crate) use fence::is_there as has_landlock;
pub(crate) use plan::Plan;
pub(crate) use report::Step;
pub(crate) use spawn::{Refusal, Running, start, try_out};
pub(crate) use tree::{Covered, View};

/// Where the proxy listens in a command's own network, in which every port is free.
pub(crate) const PROXY_PORT: u16 = 3128;

/// At level L3. Without a program, all is tried and nothing is run.
///
/// # Errors
/// A path or word that the kernel cannot take.
pub(crate) fn overlaid(view: &View<'_>, program: Option<&Program>, limits: &Limits) -> io::Result<Plan> {
    let fence = has_landlock().then(|| fence::fence(&tree::allowed(view)));
    Ok(Plan {
        tree: Some(tree::tree(view, limits)?),
        fence: fence.transpose()?,
        filters: filter::filters(Around::Namespaces)?,
        asking: None,
        // In a namespace of its own the kernel counts a user's processes anew.
        limits: [limits_of(limits), vec![(libc::RLIMIT_NPROC, limits.processes)]].concat(),
        program: program.map(plan::Program::new).transpose()?,
        is_confined: true,
    })
}

/// Whether a proxy at the machine's own loopback can be reached at level L2: no sockets are made there.
pub(crate) const HAS_GATE: bool = false;

/// At level L2: reading beneath some paths, writing beneath others, no network; what filters cannot judge is asked for.
///
/// # Errors
/// As above, or Landlock is not there.
pub(crate) fn enclosed(enclosure: Enclosure<'_>, program: Option<&Program>, limits: &Limits) -> io::Result<Plan> {
    debug_assert_eq!(enclosure.proxy, None, "no socket could reach it");
    let folders = enclosure.write.iter().map(std::fs::canonicalize);
    let rules = Rules {
        folders: folders.collect::<io::Result<_>>()?,
        processes: limits.processes,
    };
    let devices = DEVICES.iter().map(PathBuf::from);
    let write: Vec<_> = enclosure.write.into_iter().chain(devices).collect();
    let read = readable(enclosure.masked, &write);
    let is_alone = true;
    Ok(Plan {
        tree: None,
        fence: Some(fence::fence(&Allowed { read, write, is_alone })?),
        filters: filter::filters(Around::Nothing)?,
        asking: Some(Asking {
            filter: filter::asked(),
            rules,
        }),
        limits: limits_of(limits),
        program: program.map(plan::Program::new).transpose()?,
        is_confined: true,
    })
}

/// At level L1.
///
/// # Errors
/// A path or word that the kernel cannot take.
pub(crate) fn open(program: &Program, limits: &Limits) -> io::Result<Plan> {
    Ok(Plan {
        tree: None,
        fence: None,
        filters: Vec::new(),
        asking: None,
        limits: limits_of(limits),
        program: Some(plan::Program::new(program)?),
        is_confined: false,
    })
}

fn limits_of(limits: &Limits) -> Vec<(libc::c_uint, u64)> {
    vec![
        (libc::RLIMIT_CORE, 0),
        (libc::RLIMIT_DATA, limits.memory),
        (libc::RLIMIT_FSIZE, limits.file),
    ]
}
