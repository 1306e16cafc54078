//! What single commands do: which of their options only read, what they write, what they start in turn.
//!
//! Each command is known by its name; what is not is [`Class::Unknown`]. Refusals are looked for first and hold by
//! whatever path a program is named.

use super::call::{Arg, Call, Class, Known, Scene};

mod archives;
mod asks;
mod awk;
mod builds;
mod dangers;
mod files;
mod find;
mod git;
mod git_changes;
mod git_readers;
mod git_repository;
mod hazards;
mod jq;
mod listed;
mod options;
mod readers;
mod report;
mod search;
mod sed;
mod shells;
mod special;
mod superuser;
mod versions;
mod wrappers;

/// Where programs lie that the workspace cannot have brought along.
const PROGRAMS: [&str; 8] = [
    "/bin/",
    "/usr/bin/",
    "/sbin/",
    "/usr/sbin/",
    "/usr/local/bin/",
    "/usr/local/sbin/",
    "/opt/homebrew/bin/",
    "/run/current-system/sw/bin/",
];

/// What this call would do. Never looser than the truth: what is not known is [`Class::Unknown`].
pub(crate) fn classify(call: &Call, scene: &Scene<'_>) -> Known {
    let name = call.name.rsplit('/').next().unwrap_or_default();
    let mut known = of_name(name, call, scene);
    let is_own = known.class == Class::Builds && is_of_project(&call.name, name);
    if !is_named_plainly(&call.name, name) && !is_own {
        known.raise(Class::Unknown, "unknown.program", || {
            format!("`{}` is not the `{name}` that is known here", call.name)
        });
    }
    known
}

/// Whether a command of this name may be refused, whatever its arguments are.
pub(crate) fn may_be_refused(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or_default();
    superuser::is_one(name)
        || matches!(
            name,
            "rm" | "dd" | "chmod" | "chown" | "kill" | "find" | "rsync" | "sh" | "bash"
        )
        || name.starts_with("mkfs")
}

/// Where a project keeps the tools that it builds and tests with.
fn is_of_project(path: &str, name: &str) -> bool {
    const FOLDERS: [&str; 4] = ["node_modules/.bin/", "vendor/bin/", ".venv/bin/", "venv/bin/"];
    let path = path.strip_prefix("./").unwrap_or(path);
    let is_wrapper = path == name && matches!(name, "gradlew" | "mvnw");
    is_wrapper || FOLDERS.iter().any(|folder| path.strip_prefix(folder) == Some(name))
}

fn is_named_plainly(path: &str, name: &str) -> bool {
    !path.contains('/') || PROGRAMS.iter().any(|folder| path.strip_prefix(folder) == Some(name))
}

fn of_name(name: &str, call: &Call, scene: &Scene<'_>) -> Known {
    superuser::classify(name, call)
        .or_else(|| dangers::classify(name, call, scene))
        .or_else(|| versions::classify(name, call))
        .or_else(|| builds::classify(name, call))
        .or_else(|| wrappers::classify(name, call))
        .or_else(|| shells::classify(name, call))
        .or_else(|| special::classify(name, call))
        .or_else(|| readers::classify(name, call))
        .or_else(|| search::classify(name, call, scene))
        .or_else(|| jq::classify(name, call))
        .or_else(|| archives::classify(name, call))
        .or_else(|| files::classify(name, call))
        .or_else(|| asks::classify(name, call))
        .unwrap_or_else(|| match name {
            "git" => git::git(call, scene),
            "sed" | "gsed" => sed::sed(name, call),
            "awk" | "gawk" | "mawk" | "nawk" => awk::awk(name, call),
            _ => unknown(name, call),
        })
}

fn unknown(name: &str, call: &Call) -> Known {
    let mut known = Known::new(
        Class::Unknown,
        "unknown.command",
        format!("`{name}` is not a command that is known here"),
    );
    if let Some(danger) = call
        .args
        .iter()
        .filter_map(report::literal)
        .find_map(asks::destroys_in_code)
    {
        known.raise(Class::Asks, "ask.sql-drop", || danger.to_owned());
    }
    known
}

/// What stands for the names that a call prints one by one, where that can be told: `find src -name '*.rs'`.
pub(crate) fn names_printed(call: &Call) -> Option<Vec<Arg>> {
    listed::names_printed(call)
}
