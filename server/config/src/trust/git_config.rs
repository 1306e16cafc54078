//! What in a repository's git configuration could make git run something.
//!
//! Branches and remotes come and go with every day's work, so the file as a whole would ask far too often. Keys that
//! are known to run nothing are left out; every other one counts, known or not.

use std::collections::BTreeMap;

/// The settings that count, by key as git writes it (`core.fsmonitor`, `filter.lfs.clean`), with their raw values in
/// order.
pub(crate) fn helpers(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if is_beyond_this_reader(text) {
        found.insert("(whole)".to_owned(), vec![text.to_owned()]);
        return found;
    }
    let mut section = Section::default();
    for line in text.lines() {
        let mut rest = line.trim();
        if rest.starts_with('[') {
            let Some((opened, after)) = Section::open(rest) else {
                found
                    .entry("(unreadable)".to_owned())
                    .or_default()
                    .push(line.to_owned());
                continue;
            };
            section = opened;
            rest = after.trim();
        }
        if rest.is_empty() || rest.starts_with(['#', ';']) {
            continue;
        }
        let (key, value) = rest.split_once('=').unwrap_or((rest, "true"));
        let (key, value) = (key.trim().to_lowercase(), value.trim());
        if !section.is_harmless(&key, value) {
            found.entry(section.full_key(&key)).or_default().push(value.to_owned());
        }
    }
    found
}

/// Lines that go on, and what a byte order mark or a lone return does to git's reading, are not followed here: such a
/// file counts as a whole.
fn is_beyond_this_reader(text: &str) -> bool {
    text.lines().any(|line| line.ends_with('\\')) || text.replace("\r\n", "\n").contains(['\r', '\u{feff}', '\0'])
}

#[derive(Default)]
struct Section {
    name: String,
    subsection: Option<String>,
}

impl Section {
    /// Reads `[name]`, `[name "sub"]` or `[name.sub]`; returns what stands behind it too.
    fn open(line: &str) -> Option<(Self, &str)> {
        let inner = line.strip_prefix('[')?;
        let Some((name, quoted)) = inner.split_once('"').filter(|(name, _)| !name.contains(']')) else {
            let (name, after) = inner.split_once(']')?;
            let (name, subsection) = match name.split_once('.') {
                Some((name, subsection)) => (name, Some(subsection.to_owned())),
                None => (name, None),
            };
            let name = name.trim().to_lowercase();
            return Some((Self { name, subsection }, after));
        };
        let mut subsection = String::new();
        let mut characters = quoted.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '"' => {
                    let after = quoted[at + 1..].trim_start().strip_prefix(']')?;
                    let name = name.trim().to_lowercase();
                    let subsection = Some(subsection);
                    return Some((Self { name, subsection }, after));
                }
                '\\' => subsection.push(characters.next()?.1),
                _ => subsection.push(character),
            }
        }
        None
    }

    fn full_key(&self, key: &str) -> String {
        match &self.subsection {
            Some(subsection) => format!("{}.{subsection}.{key}", self.name),
            None => format!("{}.{key}", self.name),
        }
    }

    fn is_harmless(&self, key: &str, value: &str) -> bool {
        match (self.name.as_str(), &self.subsection) {
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
        check("[ CORE ] FsMonitor=./x\n", &[("core.fsmonitor", &["./x"])]);
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
    fn what_is_not_understood_counts() {
        check("[core\nx = y\n", &[("(unreadable)", &["[core"]), (".x", &["y"])]);
        let folded = "[user]\nname = a \\\n[core] fsmonitor = ./x\n";
        check(folded, &[("(whole)", &[folded])]);
        check("[user]\rx = y\n", &[("(whole)", &["[user]\rx = y\n"])]);
    }
}
