//! Times as the database has them: whole milliseconds since 1970, UTC.

use std::time::{Duration, SystemTime};

pub(crate) fn now() -> i64 {
    milliseconds(SystemTime::now())
}

/// A time before 1970 counts as 1970.
pub(crate) fn milliseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

pub(crate) fn time(milliseconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0))
}
