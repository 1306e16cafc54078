//! The tool calls that rules make, by the tools' own argument names.

use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Call {
    pub(super) tool: &'static str,
    pub(super) arguments: Value,
}

impl Call {
    fn new(tool: &'static str, arguments: Value) -> Self {
        Self { tool, arguments }
    }

    /// The whole file, as far as the tool's limit goes.
    pub(super) fn read(path: &str) -> Self {
        Self::new("read", json!({ "path": path }))
    }

    pub(super) fn read_lines(path: &str, first: u32, last: u32) -> Self {
        let first = first.max(1);
        Self::new(
            "read",
            json!({ "path": path, "first_line": first, "last_line": last.max(first) }),
        )
    }

    pub(super) fn outline(path: &str) -> Self {
        Self::new("outline", json!({ "path": path }))
    }

    /// The innermost symbol at a line.
    pub(super) fn symbol_at(path: &str, line: u32) -> Self {
        Self::new("outline", json!({ "path": path, "line": line }))
    }

    pub(super) fn symbols(query: &str) -> Self {
        Self::new("symbols", json!({ "query": query }))
    }

    pub(super) fn references(name: &str) -> Self {
        Self::new("references", json!({ "name": name }))
    }

    pub(super) fn glob(pattern: &str) -> Self {
        Self::new("glob", json!({ "pattern": pattern }))
    }

    pub(super) fn grep(pattern: &str, glob: &str) -> Self {
        Self::new("grep", json!({ "pattern": pattern, "glob": glob }))
    }

    pub(super) fn insert(path: &str, line: u32, text: &str) -> Self {
        Self::new("insert", json!({ "path": path, "line": line, "text": text }))
    }

    pub(super) fn edit(path: &str, old: &str, new: &str, line: u32) -> Self {
        Self::new(
            "edit",
            json!({ "path": path, "old_text": old, "new_text": new, "line": line }),
        )
    }

    pub(super) fn write(path: &str, text: &str) -> Self {
        Self::new("write", json!({ "path": path, "text": text }))
    }
}
