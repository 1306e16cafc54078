//! Other processes, and those that want to stay.

use crate::attack::{Attack, Expect};

const UNSEEN: &str = "a process namespace: they have no number there; on a copy Landlock and seccomp";
const ENDED: &str =
    "the namespace ends with its first process; on a copy, all descendants are ended until there are none";

pub(super) const ROWS: &[Attack] = &[
    Attack::new(
        "ptrace",
        "seize and attach to the server, the first process, others of the same user",
        UNSEEN,
    )
    .refused(),
    Attack::new("write-memory", "`/proc/PID/mem` of the same", UNSEEN).refused(),
    Attack::new("write-memory-by-call", "`process_vm_writev` into the same", UNSEEN).refused(),
    Attack::new(
        "steal-descriptors",
        "`pidfd_getfd` and `/proc/PID/fd` of the same",
        "a process namespace; seccomp",
    )
    .refused(),
    Attack::new(
        "signals",
        "`kill`, `tgkill`, `pidfd_send_signal` at the server, its group and others; the signal of a descriptor",
        UNSEEN,
    )
    .refused(),
    Attack::new(
        "limits-of-others",
        "limits, priority, processors, schedule and group of another process of the same user",
        "a process namespace",
    )
    .refused(),
    Attack::new(
        "shared-memory",
        "System V memory and message queues of the same user: written and removed",
        "a message namespace",
    )
    .refused(),
    Attack::new(
        "type-into-the-terminal",
        "`TIOCSTI`, `TIOCLINUX`, `TIOCSCTTY` and `/dev/tty`",
        "a session without a terminal; seccomp",
    )
    .refused()
    .uncontrolled("tests run without a terminal"),
    Attack::new(
        "nameless-program",
        "a program in memory alone, which then writes outside",
        "limits belong to the process, not to the file it runs",
    ),
    Attack::new(
        "setuid-file",
        "files and folders that give others' rights, to be taken over into the real tree",
        "such bits do not come back, and mean nothing in the layer",
    )
    .uncontrolled("what comes back is what matters"),
    Attack::new(
        "orphan-daemon",
        "double fork, own session, streams closed; writes later",
        ENDED,
    ),
    Attack::new(
        "fleeing-daemon",
        "a process that forks and ends 1,000 times, always ahead of a list",
        ENDED,
    ),
    Attack::new(
        "daemon-that-holds-the-output",
        "a process that keeps the output open after the command's end",
        ENDED,
    ),
    Attack::new(
        "silent-but-alive",
        "the command closes its output and lives on",
        "the time limit",
    )
    .expect(Expect::TimedOut),
    Attack::new("deaf-to-signals", "every signal blocked", "the time limit; SIGKILL").expect(Expect::TimedOut),
];
