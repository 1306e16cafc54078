//! Tools as ACP classes them, and where a call works.

use std::path::Path;

use agent_client_protocol_schema::v1::{ToolCallId, ToolCallLocation, ToolKind};
use base::{CallId, TurnId};
use serde_json::Value;

pub(crate) fn kind(name: &str) -> ToolKind {
    match name {
        "read" | "outline" | "list" | "shell-output" | "git-show" => ToolKind::Read,
        "edit" | "insert" | "write" | "apply-patch" | "revert" => ToolKind::Edit,
        "delete" => ToolKind::Delete,
        "move" => ToolKind::Move,
        "grep" | "glob" | "search" | "symbols" | "references" | "definition" | "tool-search" => ToolKind::Search,
        "shell" | "shell-input" | "shell-kill" | "run-tests" => ToolKind::Execute,
        "todo" | "memory" | "task" | "ask-user" => ToolKind::Think,
        "web-fetch" | "web-search" => ToolKind::Fetch,
        "present-plan" => ToolKind::SwitchMode,
        _ => ToolKind::Other,
    }
}

/// Vendors number calls anew in each answer; a client must be able to tell those of two turns apart.
pub(crate) fn id(turn: Option<&TurnId>, call: &CallId) -> ToolCallId {
    match turn {
        Some(turn) => ToolCallId::new(format!("{turn}/{call}")),
        None => ToolCallId::new(call.as_str()),
    }
}

/// The file that the arguments name, with its line where they say one.
pub(crate) fn locations(arguments: &Value, root: &Path) -> Vec<ToolCallLocation> {
    let Some(path) = arguments.get("path").and_then(Value::as_str) else {
        return Vec::new();
    };
    let line = ["line", "first", "start_line", "after_line"]
        .iter()
        .find_map(|key| arguments.get(key)?.as_u64())
        .and_then(|line| u32::try_from(line).ok());
    // An absolute path stays what it is.
    vec![ToolCallLocation::new(root.join(path)).line(line)]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_works_where_its_arguments_say() {
        let at = |arguments: Value| serde_json::to_value(locations(&arguments, Path::new("/w"))).unwrap();
        assert_eq!(
            at(json!({"path": "src/a.rs", "line": 3})),
            json!([{"path": "/w/src/a.rs", "line": 3}])
        );
        assert_eq!(at(json!({"path": "/x/a.rs"})), json!([{"path": "/x/a.rs"}]));
        assert_eq!(at(json!({"pattern": "x"})), json!([]));
        assert_eq!(at(json!("no object")), json!([]));
    }
}
