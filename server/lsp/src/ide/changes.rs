//! A `WorkspaceEdit` of the client's as changes that a tool proposes. Both of its forms are read: clients that list
//! `documentChanges` mean those.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tower_lsp::gen_lsp_types as lsp;
use workspace::{IdeChange, IdeTextEdit};

use crate::from_proto;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WorkspaceEdit {
    #[serde(default)]
    changes: Option<BTreeMap<String, Vec<lsp::TextEdit>>>,
    #[serde(default)]
    document_changes: Option<Vec<DocumentChange>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum DocumentChange {
    Edit {
        text_document: Document,
        edits: Vec<lsp::TextEdit>,
    },
    Rename {
        old_uri: String,
        new_uri: String,
    },
    /// A file is created or deleted.
    Other {
        kind: String,
        uri: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct Document {
    uri: String,
}

pub(super) fn of(edit: WorkspaceEdit) -> Vec<IdeChange> {
    let plain = || {
        edit.changes
            .unwrap_or_default()
            .into_iter()
            .map(|(uri, edits)| edits_of(&uri, edits))
            .collect()
    };
    match edit.document_changes {
        Some(changes) => changes.into_iter().map(change).collect(),
        None => plain(),
    }
}

fn change(change: DocumentChange) -> IdeChange {
    match change {
        DocumentChange::Edit { text_document, edits } => edits_of(&text_document.uri, edits),
        DocumentChange::Rename { old_uri, new_uri } => match (base::Uri::parse(&old_uri), base::Uri::parse(&new_uri)) {
            (Ok(from), Ok(to)) => IdeChange::Rename { from, to },
            _ => IdeChange::Other(format!("the name of {old_uri}")),
        },
        DocumentChange::Other { kind, uri } => IdeChange::Other(format!("{uri} ({kind})")),
    }
}

fn edits_of(uri: &str, edits: Vec<lsp::TextEdit>) -> IdeChange {
    match base::Uri::parse(uri) {
        Ok(uri) => IdeChange::Edit {
            uri,
            edits: edits.into_iter().map(text_edit).collect(),
        },
        Err(_) => IdeChange::Other(uri.to_owned()),
    }
}

pub(super) fn text_edit(edit: lsp::TextEdit) -> IdeTextEdit {
    IdeTextEdit {
        span: from_proto::span(&edit.range),
        text: edit.new_text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[track_caller]
    fn check(edit: Value, expect: &[&str]) {
        let changes = of(serde_json::from_value(edit).unwrap());
        let words = |change: &IdeChange| match change {
            IdeChange::Edit { uri, edits } => format!("edit {} {}", uri.file_name(), edits.len()),
            IdeChange::Rename { from, to } => format!("rename {} {}", from.file_name(), to.file_name()),
            IdeChange::Other(what) => what.clone(),
        };
        assert_eq!(changes.iter().map(words).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn both_forms_are_read() {
        let at = json!({"line": 0, "character": 0});
        let edit = json!({"range": {"start": at, "end": at}, "newText": "x", "annotationId": "a"});
        check(json!({"changes": {"file:///a.rs": [edit, edit]}}), &["edit a.rs 2"]);
        let document = json!({"uri": "file:///a.rs", "version": null});
        check(
            json!({"changes": {}, "documentChanges": [
                {"textDocument": document, "edits": [edit]},
                {"kind": "rename", "oldUri": "file:///a.rs", "newUri": "file:///b.rs"},
                {"kind": "create", "uri": "file:///c.rs"},
            ]}),
            &["edit a.rs 1", "rename a.rs b.rs", "file:///c.rs (create)"],
        );
        check(json!({}), &[]);
    }
}
