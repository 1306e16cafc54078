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

pub(super) const BUILT_IN: [BuiltIn; 24] = [
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
        "files outside the workspace, by name or through a link; commands that name them ask",
    ),
    built_in(
        "secrets*",
        "ask",
        "files and variables that may hold secrets: .env, keys, credentials",
    ),
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
        "trust.missing",
        "ask",
        "what obeys or runs the workspace's own files, where it is not trusted",
    ),
    built_in(
        "ask.*",
        "ask",
        "deleting, committing, pushing, installing, the network, other processes",
    ),
    built_in("git.*", "ask", "git where settings make it run something"),
    built_in("env.*", "ask", "variables that change what a command runs"),
    built_in("path.*", "ask", "a file that is known only when the command runs"),
    built_in("syntax.*", "ask", "a line that is not understood in full"),
    built_in("cap.*", "ask", "a line that is too long, too deep or too much"),
    built_in(
        "text.*",
        "ask",
        "characters that nobody sees, or takes for others; no UTF-8",
    ),
    built_in("unknown.*", "ask", "commands, options and uses that are not known"),
    built_in(
        "write.*",
        "ask",
        "commands that write files; allowed in the workbench of a trusted workspace in auto mode",
    ),
    built_in(
        "mode.auto",
        "allow",
        "what is understood, in the workbench of a trusted workspace in auto mode",
    ),
    built_in(
        "build.*",
        "allow",
        "tests, builds, linters and formatters, in the workbench of a trusted workspace; else ask",
    ),
    built_in("read.*", "allow", "commands that truly only read"),
    built_in("shell.*", "allow", "what the shell itself does and nothing comes of"),
    built_in(
        "default",
        "allow",
        "reading files of the workspace, and proposing changes to them",
    ),
];
