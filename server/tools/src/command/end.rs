//! How a command ended and where it ran, in words.

use std::time::Duration;

use sandbox::{Exit, Level};

/// `time` is what the command had, `most` what any may have.
pub(super) fn ended(exit: Exit, time: Duration, most: Duration) -> String {
    match exit {
        Exit::Code(code) => format!("exit code {code}"),
        Exit::Signal(signal) => match name(signal) {
            Some(name) => format!("ended by signal {signal} ({name})"),
            None => format!("ended by signal {signal}"),
        },
        Exit::TimedOut if time < most => {
            format!(
                "timed out after {time:?}: `timeout_seconds` may be up to {}",
                most.as_secs()
            )
        }
        Exit::TimedOut => format!("timed out after {time:?}, the longest that the user lets a command run"),
        Exit::Stopped => "stopped with its turn".to_owned(),
    }
}

/// What a signal means that a command is ended by; the limits of the workbench are among them.
fn name(signal: i32) -> Option<&'static str> {
    Some(match signal {
        2 => "interrupted",
        4 => "illegal instruction",
        6 => "aborted",
        8 => "arithmetic error",
        9 => "killed",
        11 => "invalid memory access",
        15 => "terminated",
        24 => "processor time exceeded",
        25 => "file too large",
        31 => "system call not allowed",
        _ => return None,
    })
}

/// Where it ran, unless as the model has to expect.
pub(super) fn place(level: Level) -> &'static str {
    match level {
        Level::Overlay => "",
        Level::Clone => " (level L2: in a copy of the workspace at another path)",
        Level::InPlace => " (level L1: on the real files, with the network, unconfined)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(exit: Exit, seconds: u64, expect: &str) {
        assert_eq!(
            ended(exit, Duration::from_secs(seconds), Duration::from_secs(60)),
            expect
        );
    }

    #[test]
    fn each_end_is_told() {
        check(Exit::Code(3), 60, "exit code 3");
        check(Exit::Signal(11), 60, "ended by signal 11 (invalid memory access)");
        check(Exit::Signal(40), 60, "ended by signal 40");
        check(
            Exit::TimedOut,
            5,
            "timed out after 5s: `timeout_seconds` may be up to 60",
        );
        check(
            Exit::TimedOut,
            60,
            "timed out after 60s, the longest that the user lets a command run",
        );
        check(Exit::Stopped, 60, "stopped with its turn");
    }

    #[test]
    fn weaker_levels_are_named() {
        assert_eq!(place(Level::Overlay), "");
        assert!(place(Level::Clone).contains("L2"));
        assert!(place(Level::InPlace).contains("on the real files"));
    }
}
