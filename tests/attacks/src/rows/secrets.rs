//! What is nobody's business.

use crate::attack::{Attack, Expect};

pub(super) const ROWS: &[Attack] = &[
    Attack::new(
        "read-secrets",
        "keys and credentials at home, our own settings, `.env` and key files in the workspace",
        "masked by empty mounts; on a copy left out, and not readable for Landlock",
    )
    .expect(Expect::Unharmed),
    Attack::new(
        "read-secrets-by-other-names",
        "the same by links, hard links, copies, moves, `/proc/PID/root`, and what lies beneath the mask",
        "a mask is a mount: it goes with the file, not with the name; Landlock",
    ),
    Attack::new(
        "read-environment",
        "keys in the own environment, and in that of every process that can be named",
        "the environment is scrubbed by name and by value; other processes are not seen",
    ),
    Attack::new(
        "read-memory",
        "memory of the server, of the process that confines the command, and of others of the same user",
        "a process namespace; the first process cannot be looked into; on a copy Landlock and seccomp",
    ),
];
