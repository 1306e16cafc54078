//! Times of files. Build tools compare them, so they must never run backwards for a path whose content changed.

use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

pub(crate) const INSTANT: Duration = Duration::from_nanos(1);

/// The time as files get it when they are written, which runs a few milliseconds behind the clock.
#[cfg(target_os = "linux")]
pub(crate) fn file_now() -> SystemTime {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::RealtimeCoarse);
    let seconds = Duration::from_secs(now.tv_sec.unsigned_abs());
    SystemTime::UNIX_EPOCH + seconds + Duration::from_nanos(now.tv_nsec.unsigned_abs())
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn file_now() -> SystemTime {
    SystemTime::now()
}

pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// Of the file, folder or link itself.
pub(crate) fn set_modified(path: &Path, modified: SystemTime) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, Timespec, Timestamps, UTIME_OMIT, utimensat};
    let since = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let times = Timestamps {
        last_access: Timespec {
            tv_sec: 0,
            tv_nsec: UTIME_OMIT,
        },
        last_modification: Timespec {
            tv_sec: i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: since.subsec_nanos().into(),
        },
    };
    Ok(utimensat(CWD, path, &times, AtFlags::SYMLINK_NOFOLLOW)?)
}
