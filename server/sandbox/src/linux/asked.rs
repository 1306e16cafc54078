//! The calls at level L2 that no filter can judge: whether they may be made depends on which file they are about, or
//! on how many processes there are already. Their callers wait until the server has answered.

use std::ffi::{c_int, c_long};

/// What a call asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// One more process or thread.
    Process,
    Change(Target, Change),
}

/// The file that it is about, as the calling process names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Descriptor(c_int),
    Path {
        folder: c_int,
        /// Where it is in the caller's memory.
        at: u64,
        follows: bool,
        /// Whether an empty path means the folder's descriptor.
        can_be_empty: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Mode(u32),
    Owner {
        user: u32,
        group: u32,
    },
    /// Of access and of change, somewhere in the caller's memory; nowhere is the present.
    Times {
        at: u64,
        unit: Unit,
    },
}

/// What times are given in beside seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Nothing,
    Microseconds,
    Nanoseconds,
}

pub(super) const CALLS: &[c_long] = &[
    libc::SYS_clone,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_utimensat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chmod,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_chown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_fork,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_futimesat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lchown,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utime,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_utimes,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_vfork,
];

impl Asked {
    /// None for a call that is not among those above.
    pub(super) fn new(call: c_long, arguments: [u64; 6]) -> Option<Self> {
        let [first, second, third, fourth, fifth, _] = arguments;
        let asked = match call {
            libc::SYS_clone => Self::Process,
            libc::SYS_fchmod => Self::Change(descriptor(first), Change::Mode(low(second))),
            libc::SYS_fchmodat => Self::Change(path(first, second, 0), Change::Mode(low(third))),
            libc::SYS_fchown => Self::Change(descriptor(first), owner(second, third)),
            libc::SYS_fchownat => Self::Change(path(first, second, fifth), owner(third, fourth)),
            libc::SYS_utimensat if second == 0 => Self::Change(descriptor(first), times(third, Unit::Nanoseconds)),
            libc::SYS_utimensat => Self::Change(path(first, second, fourth), times(third, Unit::Nanoseconds)),
            #[cfg(target_arch = "x86_64")]
            call => return Self::of_old(call, arguments),
            #[cfg(not(target_arch = "x86_64"))]
            _ => return None,
        };
        Some(asked)
    }

    /// Calls that newer architectures have not.
    #[cfg(target_arch = "x86_64")]
    fn of_old(call: c_long, arguments: [u64; 6]) -> Option<Self> {
        let [first, second, third, ..] = arguments;
        let here = |flags: c_int| {
            path(
                libc::AT_FDCWD.cast_unsigned().into(),
                first,
                flags.cast_unsigned().into(),
            )
        };
        let asked = match call {
            libc::SYS_fork | libc::SYS_vfork => Self::Process,
            libc::SYS_chmod => Self::Change(here(0), Change::Mode(low(second))),
            libc::SYS_chown => Self::Change(here(0), owner(second, third)),
            libc::SYS_lchown => Self::Change(here(libc::AT_SYMLINK_NOFOLLOW), owner(second, third)),
            libc::SYS_utime => Self::Change(here(0), times(second, Unit::Nothing)),
            libc::SYS_utimes => Self::Change(here(0), times(second, Unit::Microseconds)),
            libc::SYS_futimesat if second == 0 => Self::Change(descriptor(first), times(third, Unit::Microseconds)),
            libc::SYS_futimesat => Self::Change(path(first, second, 0), times(third, Unit::Microseconds)),
            _ => return None,
        };
        Some(asked)
    }
}

/// The half of an argument that the kernel looks at.
#[expect(clippy::cast_possible_truncation, reason = "as the kernel does")]
fn low(argument: u64) -> u32 {
    argument as u32
}

fn descriptor(argument: u64) -> Target {
    Target::Descriptor(low(argument).cast_signed())
}

fn path(folder: u64, at: u64, flags: u64) -> Target {
    let has = |flag: c_int| low(flags) & flag.cast_unsigned() != 0;
    Target::Path {
        folder: low(folder).cast_signed(),
        at,
        follows: !has(libc::AT_SYMLINK_NOFOLLOW),
        can_be_empty: has(libc::AT_EMPTY_PATH),
    }
}

fn owner(user: u64, group: u64) -> Change {
    Change::Owner {
        user: low(user),
        group: low(group),
    }
}

fn times(at: u64, unit: Unit) -> Change {
    Change::Times { at, unit }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_call_is_understood() {
        for call in CALLS {
            assert!(Asked::new(*call, [1; 6]).is_some(), "{call}");
        }
        assert_eq!(Asked::new(libc::SYS_read, [1; 6]), None);
    }

    #[test]
    fn links_are_followed_or_not() {
        let flags = libc::AT_SYMLINK_NOFOLLOW.cast_unsigned().into();
        let asked = Asked::new(libc::SYS_fchownat, [u64::MAX, 16, 1, 2, flags, 0]);
        let target = Target::Path {
            folder: -1,
            at: 16,
            follows: false,
            can_be_empty: false,
        };
        assert_eq!(asked, Some(Asked::Change(target, Change::Owner { user: 1, group: 2 })));
    }
}
