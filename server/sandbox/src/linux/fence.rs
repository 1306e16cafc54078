//! Which files a command may touch, by Landlock: the second lock behind the mounts, and the first where there are
//! none.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use landlock::{ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, Ruleset, RulesetAttr, Scope};

use super::plan::{Fence, c_path};

/// The newest rights that are asked for; an older kernel gives what it has.
const NEWEST: ABI = ABI::V6;
/// Renaming between folders needs the second version; before it, builds fail.
const OLDEST: i64 = 2;

/// What may be done where; the paths as the command sees them.
#[derive(Debug, Default)]
pub(crate) struct Allowed {
    pub(crate) read: Vec<PathBuf>,
    pub(crate) write: Vec<PathBuf>,
    /// Whether TCP, abstract sockets and signals are cut off too.
    pub(crate) is_alone: bool,
}

/// # Errors
/// Landlock is not there, or too old.
pub(crate) fn fence(allowed: &Allowed) -> io::Result<Fence> {
    if !is_there() {
        return Err(io::Error::other("Landlock is switched off or too old"));
    }
    let ruleset = ruleset(allowed.is_alone).map_err(io::Error::other)?;
    let descriptor: Option<OwnedFd> = ruleset.into();
    let handled = AccessFs::from_all(abi(version()));
    let readable = handled & AccessFs::from_read(NEWEST);
    let mut rules = Vec::new();
    for (paths, access) in [(&allowed.read, readable), (&allowed.write, handled)] {
        for path in paths {
            rules.push((c_path(path)?, narrowed(path, access).bits()));
        }
    }
    Ok(Fence {
        ruleset: descriptor.ok_or_else(|| io::Error::other("Landlock gave no ruleset"))?,
        rules,
    })
}

/// A file takes only the rights that files have.
fn narrowed(path: &Path, access: BitFlags<AccessFs>) -> BitFlags<AccessFs> {
    if path.is_dir() {
        access
    } else {
        access & AccessFs::from_file(NEWEST)
    }
}

fn ruleset(is_alone: bool) -> Result<landlock::RulesetCreated, landlock::RulesetError> {
    let ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?;
    let ruleset = if is_alone {
        ruleset
            .handle_access(AccessNet::from_all(NEWEST))?
            .scope(Scope::from_all(NEWEST))?
    } else {
        ruleset
    };
    ruleset.create()
}

pub(crate) fn is_there() -> bool {
    version() >= OLDEST
}

/// The version that the kernel has; 0 is none.
fn version() -> i64 {
    const ASK_FOR_VERSION: u32 = 1;
    // SAFETY: with this flag the kernel reads no memory and only answers a number.
    let version = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            std::ptr::null::<u8>(),
            0_usize,
            ASK_FOR_VERSION,
        )
    };
    version.max(0)
}

fn abi(version: i64) -> ABI {
    match version {
        ..=0 => ABI::Unsupported,
        1 => ABI::V1,
        2 => ABI::V2,
        3 => ABI::V3,
        4 => ABI::V4,
        5 => ABI::V5,
        _ => ABI::V6,
    }
}
