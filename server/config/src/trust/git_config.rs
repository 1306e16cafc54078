//! What in a repository's git configuration could make git run something.
//!
//! Branches and remotes come and go with every day's work, so the file as a whole would ask far too often. Keys that
//! are known to run nothing are left out; every other one counts, known or not.

use std::collections::BTreeMap;

use permissions::git_config::{Setting, parse};

/// The settings that count, by key as git writes it (`core.fsmonitor`, `filter.lfs.clean`), with their values in order.
/// A file that git would refuse counts as a whole.
pub(crate) fn helpers(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let Some(settings) = parse(text) else {
        found.insert("(whole)".to_owned(), vec![text.to_owned()]);
        return found;
    };
    for setting in settings.into_iter().filter(|setting| !is_harmless(setting)) {
        found.entry(setting.named()).or_default().push(setting.value);
    }
    found
}

fn is_harmless(setting: &Setting) -> bool {
    let (key, value) = (setting.key.as_str(), &setting.value);
    match (setting.section.as_str(), &setting.subsection) {
        ("core", None) => CORE.contains(&key),
        ("branch", _) => key != "mergeoptions" && !value.contains("::"),
        // `ext::sh -c …` is an address too.
        ("remote", Some(_)) => {
            matches!(
                key,
                "url" | "pushurl" | "fetch" | "push" | "tagopt" | "prune" | "mirror" | "pushdefault"
            ) && !value.contains("::")
        }
        ("submodule", Some(_)) => matches!(key, "url" | "active" | "branch") && !value.contains("::"),
        ("user", None) => matches!(key, "name" | "email" | "signingkey"),
        (
            "color" | "advice" | "gc" | "pack" | "index" | "rerere" | "status" | "log" | "blame" | "push" | "pull"
            | "fetch",
            _,
        ) => !matches!(key, "recentobjectshook") && !value.contains("::"),
        ("lfs", None) => key == "repositoryformatversion",
        ("lfs", Some(_)) => key == "access" || key == "locksverify",
        ("extensions", None) => key == "objectformat" || key == "refstorage" || key == "worktreeconfig",
        _ => false,
    }
}

const CORE: [&str; 12] = [
    "repositoryformatversion",
    "filemode",
    "bare",
    "logallrefupdates",
    "ignorecase",
    "precomposeunicode",
    "symlinks",
    "autocrlf",
    "eol",
    "safecrlf",
    "sharedrepository",
    "quotepath",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, &[&str])]) {
        let found = helpers(text);
        let found: Vec<(&str, Vec<&str>)> = found
            .iter()
            .map(|(key, values)| (key.as_str(), values.iter().map(String::as_str).collect()))
            .collect();
        let expect: Vec<(&str, Vec<&str>)> = expect.iter().map(|(key, values)| (*key, values.to_vec())).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn a_days_work_does_not_count() {
        check(
            "[core]\n\trepositoryformatversion = 0\n\tbare = false\n[remote \"origin\"]\n\turl = git@host:a.git\n\
             \tfetch = +refs/heads/*:refs/remotes/origin/*\n[branch \"topic\"]\n\tremote = origin\n[user]\nname = A\n",
            &[],
        );
    }

    #[test]
    fn helpers_count_however_they_are_written() {
        check("[core]\nfsmonitor = ./x\n", &[("core.fsmonitor", &["./x"])]);
        check("[CORE] FsMonitor=\"./x\"\n", &[("core.fsmonitor", &["./x"])]);
        check(
            "[core] bare = false\n[diff]\nexternal=x\n",
            &[("diff.external", &["x"])],
        );
        check("[filter \"l]f\\\"s\"] clean = x\n", &[("filter.l]f\"s.clean", &["x"])]);
        check(
            "[filter.lfs]\nclean = x\nclean = y\n",
            &[("filter.lfs.clean", &["x", "y"])],
        );
        check("[include]\npath = ../evil\n", &[("include.path", &["../evil"])]);
        check("[new]\nkey\n", &[("new.key", &["true"])]);
        check("[gc]\nrecentObjectsHook = x\n", &[("gc.recentobjectshook", &["x"])]);
    }

    #[test]
    fn an_address_that_runs_something_counts() {
        check(
            "[remote \"o\"]\nurl = ext::sh -c x\nuploadpack = ./x\n",
            &[("remote.o.uploadpack", &["./x"]), ("remote.o.url", &["ext::sh -c x"])],
        );
    }

    #[test]
    fn a_line_that_goes_on_is_one_value() {
        check("[user]\nname = a \\\n[core] fsmonitor = ./x\n", &[]);
        check("[core]\nfsmonitor = ./x \\\n y\n", &[("core.fsmonitor", &["./x  y"])]);
    }

    #[test]
    fn what_is_not_understood_counts() {
        check("[core\nx = y\n", &[("(whole)", &["[core\nx = y\n"])]);
        check("[ core ]\nbare = y\n", &[("(whole)", &["[ core ]\nbare = y\n"])]);
        check("[user]\rx = y\n", &[("(whole)", &["[user]\rx = y\n"])]);
    }
}
