//! Exit codes (contract §1), and the one place that writes to stderr.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use engine::ExportError;

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

/// What went wrong and why, each cause once: many an error names its cause in its own words.
pub(crate) fn why(error: &anyhow::Error) -> String {
    let mut said = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !said.ends_with(&cause) {
            said = format!("{said}: {cause}");
        }
    }
    said
}

/// Whether what was written has no reader any more, as in `singletree sessions show ID | head -1`.
pub(crate) fn is_unread(error: &anyhow::Error) -> bool {
    let written = match error.downcast_ref() {
        Some(ExportError::Write(error)) => Some(error),
        _ => error.downcast_ref::<io::Error>(),
    };
    written.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use chat::place::PlaceError;

    use super::*;

    fn check(error: impl Into<anyhow::Error>, expect: &str) {
        assert_eq!(why(&error.into()), expect);
    }

    #[test]
    fn a_cause_is_told_once() {
        let cause = || io::Error::other("it is locked");
        let names_it = || PlaceError::File {
            name: "a.rs".to_owned(),
            source: cause(),
        };
        let context = |error: anyhow::Error| error.context("no place");
        check(cause(), "it is locked");
        check(context(cause().into()), "no place: it is locked");
        check(names_it(), "`a.rs` cannot be opened: it is locked");
        check(
            context(names_it().into()),
            "no place: `a.rs` cannot be opened: it is locked",
        );
    }

    #[test]
    fn a_reader_may_leave() {
        let gone = || io::Error::from(ErrorKind::BrokenPipe);
        assert!(is_unread(&gone().into()));
        assert!(is_unread(&ExportError::Write(gone()).into()));
        assert!(!is_unread(&io::Error::other("the disk is full").into()));
        assert!(!is_unread(&anyhow::anyhow!("no settings")));
    }
}
