//! What a git command does, by its words. Whether it may is the policy's to say: a wrong guess here costs a question,
//! or a write to a layer that is thrown away.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GitKind {
    /// It only looks.
    Looks,
    /// It writes to git's own folder, or elsewhere than here.
    Records,
    /// It may overwrite or remove files of the work tree.
    Overwrites,
}

/// Subcommands that only look, whatever their options.
const LOOKS: &[&str] = &[
    "annotate",
    "blame",
    "cat-file",
    "check-attr",
    "check-ignore",
    "cherry",
    "count-objects",
    "describe",
    "diff",
    "diff-files",
    "diff-index",
    "diff-tree",
    "for-each-ref",
    "grep",
    "help",
    "log",
    "ls-files",
    "ls-tree",
    "merge-base",
    "name-rev",
    "range-diff",
    "rev-list",
    "rev-parse",
    "shortlog",
    "show",
    "show-branch",
    "show-ref",
    "status",
    "var",
    "verify-commit",
    "verify-tag",
    "version",
    "whatchanged",
];

/// Subcommands that leave the files of the work tree alone.
const RECORDS: &[&str] = &[
    "add",
    "branch",
    "commit",
    "config",
    "fetch",
    "gc",
    "init",
    "maintenance",
    "notes",
    "prune",
    "push",
    "reflog",
    "remote",
    "repack",
    "replace",
    "rerere",
    "tag",
    "update-ref",
    "worktree",
];

pub(super) fn of(words: &[String]) -> GitKind {
    let mut words = words.iter().map(String::as_str);
    let subcommand = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    let first = rest.first().copied().unwrap_or_default();
    let only = |options: &[&str]| rest.iter().all(|word| options.contains(word));
    let any = |options: &[&str]| {
        rest.iter()
            .any(|word| options.iter().any(|option| is_option(word, option)))
    };
    let looks = match subcommand {
        "branch" => {
            only(&[
                "-a",
                "-r",
                "-v",
                "-vv",
                "-av",
                "-avv",
                "--all",
                "--remotes",
                "--verbose",
            ]) || any(&[
                "--list",
                "-l",
                "--show-current",
                "--contains",
                "--no-contains",
                "--merged",
                "--no-merged",
                "--points-at",
            ])
        }
        "tag" => rest.is_empty() || any(&["--list", "-l", "-n", "--contains", "--merged", "--points-at"]),
        "remote" => matches!(first, "" | "-v" | "--verbose" | "get-url"),
        "stash" => matches!(first, "list" | "show"),
        "config" => matches!(first, "get" | "list") || any(&["--get", "--get-all", "--get-regexp", "--list", "-l"]),
        "reflog" | "notes" => matches!(first, "" | "show" | "list"),
        "worktree" => first == "list",
        "submodule" => matches!(first, "" | "status" | "summary"),
        "bisect" => first == "log",
        other => LOOKS.contains(&other),
    };
    let mut loud = rest.clone();
    loud.retain(|word| !matches!(*word, "-q" | "--quiet"));
    let records = match (subcommand, loud.as_slice()) {
        // It creates stash commits and nothing else.
        ("stash", _) => matches!(first, "drop" | "clear" | "create" | "store"),
        // A new branch where the work tree is.
        ("checkout", ["-b", _]) | ("switch", ["-c" | "--create", _]) => true,
        _ => RECORDS.contains(&subcommand),
    };
    match () {
        () if looks => GitKind::Looks,
        () if records => GitKind::Records,
        () => GitKind::Overwrites,
    }
}

fn is_option(word: &str, option: &str) -> bool {
    word.strip_prefix(option)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expect: GitKind, lines: &[&str]) {
        for line in lines {
            let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
            assert_eq!(of(&words), expect, "{line}");
        }
    }

    #[test]
    fn looking_is_known() {
        check(
            GitKind::Looks,
            &[
                "status --short",
                "log --oneline",
                "branch",
                "branch -vv",
                "branch --list main",
                "tag",
                "tag -l v*",
                "remote -v",
                "stash list",
                "config --get user.name",
                "worktree list",
                "reflog",
                "diff --stat",
                "submodule status",
            ],
        );
    }

    #[test]
    fn recording_touches_no_files() {
        check(
            GitKind::Records,
            &[
                "add .",
                "commit -m x",
                "branch new",
                "checkout -q -b new",
                "switch -c new",
                "branch -D old",
                "tag v1",
                "remote add o url",
                "stash drop",
                "push",
                "fetch",
                "config user.name x",
                "reflog expire --all",
            ],
        );
    }

    #[test]
    fn what_may_overwrite_is_taken_for_it() {
        check(
            GitKind::Overwrites,
            &[
                "reset --hard",
                "clean -fd",
                "checkout -- a",
                "checkout -b new main",
                "checkout -B new",
                "switch main",
                "restore a",
                "stash",
                "stash pop",
                "rm a",
                "mv a b",
                "merge x",
                "rebase main",
                "pull",
                "cherry-pick x",
                "unheard-of",
                "submodule update",
            ],
        );
    }
}
