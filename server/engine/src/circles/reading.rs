//! Which lines of which file a call showed, and which files a call changed: as our own tools say it.

use base::ToolCall;
use serde_json::Value;

/// Built-in tools that propose changes.
const CHANGING: [&str; 8] = [
    "edit",
    "write",
    "insert",
    "delete",
    "move",
    "apply-patch",
    "revert",
    "rename",
];

/// How patches name their files.
const PATCHED: [&str; 6] = [
    "*** Update File: ",
    "*** Add File: ",
    "*** Delete File: ",
    "*** Move to: ",
    "+++ b/",
    "--- a/",
];

/// What a `read` showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) path: String,
    /// Of the whole file, where the result says it.
    pub(crate) hash: Option<String>,
    /// The first and the last line: those shown, or else those asked for.
    pub(crate) lines: (u64, u64),
}

impl Reading {
    /// By the arguments and the result's first line: `a.rs · lines 1-20 of 90 · hash …`.
    pub(crate) fn of(arguments: &Value, content: &str) -> Self {
        let header = content.lines().next().unwrap_or_default();
        let mut parts = header.split(" · ");
        let asked = |key: &str, or: u64| arguments[key].as_u64().unwrap_or(or);
        let shown = parts.clone().find_map(lines);
        Self {
            path: plain(arguments["path"].as_str().unwrap_or_default()),
            hash: parts.find_map(|part| part.strip_prefix("hash ")).map(str::to_owned),
            lines: shown.unwrap_or_else(|| (asked("first_line", 1), asked("last_line", u64::MAX))),
        }
    }
}

fn lines(part: &str) -> Option<(u64, u64)> {
    let (lines, _) = part.strip_prefix("lines ")?.split_once(" of ")?;
    let (first, last) = lines.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

pub(super) fn is_changing(name: &str) -> bool {
    CHANGING.contains(&name)
}

/// The files that a call of a built-in tool changes if it succeeds.
pub(crate) fn changed_paths(call: &ToolCall) -> Vec<String> {
    if !is_changing(&call.name) {
        return Vec::new();
    }
    let named = ["path", "from", "to"]
        .into_iter()
        .filter_map(|key| call.arguments[key].as_str());
    let patch = call.arguments["patch"].as_str().unwrap_or_default();
    let file = |line: &'_ str| {
        PATCHED
            .iter()
            .find_map(|mark| line.strip_prefix(mark))
            .map(str::to_owned)
    };
    let patched = patch.lines().filter_map(file);
    let mut paths: Vec<String> = named
        .map(plain)
        .chain(patched.map(|path| plain(path.trim_end())))
        .collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

fn plain(path: &str) -> String {
    path.trim_start_matches("./").to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(name: &str, arguments: Value, expect: &[&str]) {
        let call = ToolCall {
            id: "1".into(),
            name: name.into(),
            arguments,
        };
        assert_eq!(changed_paths(&call), expect);
    }

    #[test]
    fn changed_files_are_known_by_arguments_and_patches() {
        check("edit", json!({"path": "./a.rs"}), &["a.rs"]);
        check("move", json!({"from": "a", "to": "b"}), &["a", "b"]);
        let patch = "*** Begin Patch\n*** Update File: x.rs\n@@\n-a\n+b\n*** Add File: y.rs\n+++ b/z.rs\n";
        check("apply-patch", json!({"patch": patch}), &["x.rs", "y.rs", "z.rs"]);
        check("read", json!({"path": "a.rs"}), &[]);
    }

    #[test]
    fn what_was_shown_counts_before_what_was_asked_for() {
        let of = |content: &str| Reading::of(&json!({"path": "a", "first_line": 5}), content).lines;
        assert_eq!(of("a · lines 5-9 of 90 · hash x\n"), (5, 9));
        assert_eq!(of("[snipped]"), (5, u64::MAX));
        assert_eq!(of("a · lines x-9 of 90"), (5, u64::MAX));
    }
}
