//! What holds without any setting, for `singletree permissions list`.

/// Rules that begin alike.
pub(super) struct BuiltIn {
    pub(super) rule: &'static str,
    pub(super) verdict: &'static str,
    pub(super) about: &'static str,
}

const fn built_in(rule: &'static str, verdict: &'static str, about: &'static str) -> BuiltIn {
    BuiltIn { rule, verdict, about }
}

pub(super) const BUILT_IN: [BuiltIn; 16] = [
    built_in(
        "hard.*",
        "deny",
        "what nothing overrides: `rm -rf /`, a download piped to a shell, writing to a disk's device",
    ),
    built_in("deny.*", "deny", "becoming another user: sudo, su, doas, pkexec"),
    built_in("mode.plan", "deny", "whatever does not only read, in plan mode"),
    built_in(
        "roots.*",
        "deny",
        "files outside the workspace, by name or through a link",
    ),
    built_in("secrets", "ask", "files that may hold secrets: .env, keys, credentials"),
    built_in(
        "protected.*",
        "ask",
        "writing to what steers git, agents, hooks, editors, CI and shells",
    ),
    built_in(
        "keep.*",
        "ask",
        "keeping without you what a build or a shell runs, or in a workspace without trust",
    ),
    built_in("mode.ask", "ask", "keeping a change without you, in ask mode"),
    built_in(
        "sandbox.missing",
        "ask",
        "every command, where commands cannot be confined",
    ),
    built_in(
        "ask.*",
        "ask",
        "deleting, committing, pushing, installing, the network, other processes",
    ),
    built_in("unknown.*", "ask", "commands, options and syntax that are not known"),
    built_in("line.*", "ask", "lines that cannot be read in full"),
    built_in(
        "write.*",
        "ask",
        "commands that write files; allowed in the workbench of a trusted workspace in auto mode",
    ),
    built_in(
        "build.*",
        "allow",
        "tests, builds, linters and formatters, in the workbench of a trusted workspace; else ask",
    ),
    built_in("read.*", "allow", "commands that truly only read"),
    built_in(
        "default",
        "allow",
        "reading files of the workspace, and proposing changes to them",
    ),
];
