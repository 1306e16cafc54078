//! A call and its result, as loop detection sees them.

use base::{ToolCall, ToolResult};
use serde_json::Value;

use super::reading::Reading;
use super::{fingerprint, reading, sleeping, topic};

/// What a call was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// It looks at a screen.
    Visual,
    /// It acts on a screen.
    Gui,
    Search,
    Read {
        path: String,
        /// Of the whole file.
        hash: Option<String>,
        /// The first and the last line shown.
        lines: (u64, u64),
    },
    Web {
        topic: Vec<String>,
    },
    Shell {
        line: String,
    },
    Other,
}

/// What a call brought, as far as it can be told from the call alone; see the module's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Progress {
    Nothing,
    Learned,
    Changed,
}

#[derive(Clone, Debug)]
pub(crate) struct ObservedCall {
    pub(crate) name: String,
    pub(crate) arguments: Value,
    pub(crate) class: Class,
    pub(crate) is_error: bool,
    /// Equal for equal results.
    pub(crate) result: u64,
    /// A search that found nothing.
    pub(crate) is_fruitless: bool,
    pub(crate) progress: Progress,
}

/// How commands tell of files that they changed.
const FILES_CHANGED: [&str; 2] = ["\n[proposed, for the user to review: ", "\n[changed the real files: "];

impl ObservedCall {
    /// Knows our own tools by their names, and those of browsers and desktops by the words in theirs.
    pub(crate) fn of(call: &ToolCall, result: &ToolResult) -> Self {
        let name = plain_name(&call.name);
        let class = class(&name, &call.arguments, &result.content);
        let is_fruitless = is_fruitless(&class, result);
        // A search command that finds nothing exits with an error, which is none.
        let is_error = result.is_error && !(is_fruitless && matches!(class, Class::Shell { .. }));
        let content = || fingerprint::of_result(&result.content, is_error);
        let fingerprint = match &class {
            Class::Read { hash: Some(hash), .. } => fingerprint::of_result(hash, is_error),
            // What says nothing but that it was done is the same after everything that was done.
            Class::Gui => content() ^ fingerprint::of_call(&call.name, &call.arguments),
            Class::Shell { .. } if !has_output(result) => content() ^ fingerprint::of_call(&call.name, &call.arguments),
            _ => content(),
        };
        let progress = progress(&name, &class, result, is_fruitless);
        Self {
            name: call.name.clone(),
            arguments: call.arguments.clone(),
            class,
            is_error,
            result: fingerprint,
            is_fruitless,
            progress,
        }
    }
}

/// Without the server that a remote tool's name begins with; dashes throughout.
fn plain_name(name: &str) -> String {
    let own = name.rsplit("__").next().unwrap_or(name);
    own.replace('_', "-").to_lowercase()
}

fn class(name: &str, arguments: &Value, content: &str) -> Class {
    let text = |key: &str| arguments[key].as_str().unwrap_or_default();
    match name {
        "read" => {
            let Reading { path, hash, lines } = Reading::of(arguments, content);
            Class::Read { path, hash, lines }
        }
        "grep" | "glob" | "symbols" | "references" | "tool-search" => Class::Search,
        "shell" | "bash" => Class::Shell {
            line: text("command").to_owned(),
        },
        _ if name == "fetch" || name.contains("web-fetch") => Class::Web {
            topic: topic::words(text("url")),
        },
        _ if name.contains("web-search") => Class::Web {
            topic: topic::words(text("query")),
        },
        _ => screen(name, text("action")).unwrap_or(Class::Other),
    }
}

/// Tools that look at a screen or act on it, by the words of their names or, where one tool does both, of its action.
fn screen(name: &str, action: &str) -> Option<Class> {
    let is_screen = |family: &str| name.starts_with(family);
    let looks = |words: &str| words.contains("screenshot") || words.ends_with("snapshot");
    if looks(name) {
        return Some(Class::Visual);
    }
    if !["browser", "computer", "gui"].into_iter().any(is_screen) {
        return None;
    }
    Some(if looks(action) { Class::Visual } else { Class::Gui })
}

/// As our tools say it.
fn is_fruitless(class: &Class, result: &ToolResult) -> bool {
    let first = result.content.trim_start().lines().next().unwrap_or_default();
    match class {
        Class::Search => {
            result.is_error || first.is_empty() || first.starts_with("no ") || first.contains(" is used in no code ")
        }
        Class::Shell { line } => {
            !has_output(result)
                && sleeping::commands(line)
                    .first()
                    .is_some_and(|first| is_search_command(first))
        }
        _ => false,
    }
}

/// Whether a command printed anything; the first line of its result is how it ended.
fn has_output(result: &ToolResult) -> bool {
    result.content.lines().skip(1).any(|line| !line.trim().is_empty())
}

fn is_search_command(command: &[String]) -> bool {
    let mut words = command.iter().map(String::as_str);
    match words.next() {
        Some("grep" | "egrep" | "fgrep" | "rg" | "ag" | "find" | "fd") => true,
        Some("git") => words.next() == Some("grep"),
        _ => false,
    }
}

fn progress(name: &str, class: &Class, result: &ToolResult, is_fruitless: bool) -> Progress {
    let changed_files = || FILES_CHANGED.iter().any(|remark| result.content.contains(remark));
    match class {
        // A command that fails may have changed files all the same.
        Class::Shell { .. } if changed_files() => Progress::Changed,
        _ if result.is_error || is_fruitless => Progress::Nothing,
        Class::Other if reading::is_changing(name) => Progress::Changed,
        // Excerpts of pages are no page.
        Class::Web { .. } if name.contains("search") => Progress::Nothing,
        Class::Visual => Progress::Nothing,
        _ => Progress::Learned,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(name: &str, arguments: Value, content: &str, is_error: bool) -> ObservedCall {
        let call = ToolCall {
            id: "1".into(),
            name: name.into(),
            arguments,
        };
        let result = ToolResult {
            call_id: "1".into(),
            content: content.into(),
            is_error,
        };
        ObservedCall::of(&call, &result)
    }

    fn check(name: &str, arguments: Value, content: &str, expect: (Class, bool, Progress)) {
        let call = of(name, arguments, content, false);
        assert_eq!((call.class, call.is_fruitless, call.progress), expect);
    }

    #[test]
    fn our_own_tools_are_known() {
        let read = Class::Read {
            path: "a.rs".into(),
            hash: Some("b3f1".into()),
            lines: (1, 20),
        };
        let content = "a.rs · lines 1-20 of 90 · hash b3f1 · open in the editor\n   1 x\n";
        check(
            "read",
            json!({"path": "./a.rs"}),
            content,
            (read, false, Progress::Learned),
        );
        let none = "no match for `x` in 3 files (hidden, git-ignored and secret files are not searched)\n";
        check(
            "grep",
            json!({"pattern": "x"}),
            none,
            (Class::Search, true, Progress::Nothing),
        );
        check(
            "edit",
            json!({}),
            "proposed 1 hunk in a; …",
            (Class::Other, false, Progress::Changed),
        );
        let line = || Class::Shell {
            line: "cargo fmt".into(),
        };
        let formatted = "exit code 0\n[proposed, for the user to review: a.rs (1 hunk)]\n";
        check(
            "shell",
            json!({"command": "cargo fmt"}),
            formatted,
            (line(), false, Progress::Changed),
        );
        check(
            "shell",
            json!({"command": "cargo fmt"}),
            "exit code 0\n",
            (line(), false, Progress::Learned),
        );
        let topic = topic::words("rust cancel select");
        check(
            "web-search",
            json!({"query": "rust cancel select"}),
            "1. …",
            (Class::Web { topic }, false, Progress::Nothing),
        );
    }

    #[test]
    fn screens_are_known_by_words() {
        let class = |name: &str, arguments: Value| of(name, arguments, "", false).class;
        assert_eq!(
            class("mcp__playwright__browser_take_screenshot", json!({})),
            Class::Visual
        );
        assert_eq!(class("mcp__playwright__browser_click", json!({})), Class::Gui);
        assert_eq!(class("computer", json!({"action": "screenshot"})), Class::Visual);
        assert_eq!(class("computer", json!({"action": "left_click"})), Class::Gui);
        assert_eq!(class("take_database_backup", json!({})), Class::Other);
    }

    #[test]
    fn a_search_command_that_finds_nothing_has_not_failed() {
        let found = of(
            "shell",
            json!({"command": "rg -n foo src | head"}),
            "exit code 1\n",
            true,
        );
        assert!(found.is_fruitless && !found.is_error);
        let failed = of(
            "shell",
            json!({"command": "rg -n '('"}),
            "exit code 2\nregex parse error\n",
            true,
        );
        assert!(!failed.is_fruitless && failed.is_error);
    }
}
