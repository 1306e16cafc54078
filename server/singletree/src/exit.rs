//! Exit codes (contract §1), and the one place that writes to stderr.

use std::io::Write;
use std::process::ExitCode;

use crate::printable::prose;

pub(crate) const FAILED: u8 = 1;
pub(crate) const USAGE: u8 = 2;
pub(crate) const REFUSED: u8 = 3;
pub(crate) const BUDGET: u8 = 4;
pub(crate) const NO_MODEL: u8 = 5;
pub(crate) const INTERRUPTED: u8 = 130;

/// The code, after its reason: without secrets, since servers' and programs' own words may be in it.
#[expect(
    clippy::unnecessary_wraps,
    reason = "every caller returns it as the result of a command"
)]
pub(crate) fn with(code: u8, reason: &str) -> anyhow::Result<ExitCode> {
    tell(&base::redact::redact(&format!("singletree: {reason}")));
    Ok(ExitCode::from(code))
}

/// A line for people. Secrets are not blotted out: what somebody approves must be seen whole. A closed stderr is no
/// reason to fail.
pub(crate) fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", prose(line));
}
