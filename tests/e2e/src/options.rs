//! Who the editor says it is.

use serde_json::{Value, json};

use crate::editing::ApplyEdit;

pub struct Options {
    pub capabilities: Value,
    pub initialization: Value,
    pub env: Vec<(String, String)>,
    /// A program and its arguments that start the binary, such as a tracer; empty for none.
    pub under: Vec<String>,
    pub apply_edit: ApplyEdit,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            capabilities: json!({
                "workspace": {
                    "applyEdit": true,
                    "workspaceEdit": {"documentChanges": true, "resourceOperations": ["create", "rename", "delete"]},
                },
                "window": {"workDoneProgress": true, "showDocument": {"support": true}},
            }),
            initialization: json!({"singletree": {"review": true}}),
            env: Vec::new(),
            under: Vec::new(),
            apply_edit: ApplyEdit::Honestly,
        }
    }
}

impl Options {
    /// Sets one capability, by its JSON pointer; what is on the way to it must be there.
    #[must_use]
    pub fn capability(mut self, pointer: &str, value: Value) -> Self {
        let (parent, key) = pointer.rsplit_once('/').unwrap_or(("", pointer));
        if let Some(parent) = self.capabilities.pointer_mut(parent) {
            parent[key] = value;
        }
        self
    }

    /// An editor that does not edit for its servers: what is kept, the server writes.
    #[must_use]
    pub fn without_apply_edit(self) -> Self {
        self.capability("/workspace/applyEdit", json!(false))
    }
}
