//! What the editor does when the server asks it to edit: what a scenario says.

use std::path::Path;

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use crate::buffer::Buffer;
use crate::client::Client;

/// What the editor does with `workspace/applyEdit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplyEdit {
    /// Applies it, tells with `didChange`, answers `applied: true`.
    Honestly,
    /// Applies the first edit of each document only, as when the user unticks the others, and answers `applied: true`.
    FirstOnly,
    /// Leaves the buffer alone and answers `applied: true`, as Neovim does when the user declines.
    ClaimOnly,
    /// Leaves the buffer alone and answers `applied: false`.
    Refuse,
    /// As `Honestly`; an edit for another version than the buffer has is refused, as in VS Code.
    RefuseStale,
    /// As `Honestly`; an edit for another version is left alone with `applied: true`, as in Neovim.
    SkipStale,
    /// Applies it but dies before it can tell: no `didChange`, no answer.
    ApplySilently,
}

impl Client {
    /// Serves `workspace/applyEdit`; none if the scenario leaves it without an answer.
    pub(crate) fn apply(&mut self, edit: &Value) -> anyhow::Result<Option<Value>> {
        match self.apply_edit {
            ApplyEdit::ClaimOnly => return Ok(Some(json!({"applied": true}))),
            ApplyEdit::Refuse => return Ok(Some(json!({"applied": false, "failureReason": "the user said no"}))),
            ApplyEdit::RefuseStale | ApplyEdit::SkipStale if self.is_stale(edit) => {
                return Ok(Some(json!({"applied": self.apply_edit == ApplyEdit::SkipStale})));
            }
            ApplyEdit::RefuseStale | ApplyEdit::SkipStale => {}
            ApplyEdit::Honestly | ApplyEdit::FirstOnly | ApplyEdit::ApplySilently => {}
        }
        if let Some(documents) = edit["changes"].as_object() {
            for (uri, edits) in documents {
                self.apply_to_buffer(&json!({"textDocument": {"uri": uri}, "edits": edits}))?;
            }
        }
        for change in edit["documentChanges"].as_array().into_iter().flatten() {
            match change["kind"].as_str() {
                None => self.apply_to_buffer(change)?,
                Some(kind) => self.apply_to_disk(kind, change)?,
            }
        }
        Ok((self.apply_edit != ApplyEdit::ApplySilently).then(|| json!({"applied": true})))
    }

    fn is_stale(&self, edit: &Value) -> bool {
        let mut changes = edit["documentChanges"].as_array().into_iter().flatten();
        changes.any(|change| {
            let document = &change["textDocument"];
            let buffer = document["uri"].as_str().and_then(|uri| self.buffers.get(uri));
            buffer.is_some_and(|buffer| document["version"] != json!(buffer.version))
        })
    }

    fn apply_to_buffer(&mut self, change: &Value) -> anyhow::Result<()> {
        let uri = change["textDocument"]["uri"].as_str().context("uri")?.to_owned();
        if !self.buffers.contains_key(&uri) {
            let text = std::fs::read_to_string(path(&uri)?)?;
            self.open(&uri, "plaintext", &text)?;
        }
        let buffer = self.buffers.get_mut(&uri).context("the buffer is open")?;
        if let Some(version) = change["textDocument"]["version"].as_i64() {
            ensure!(
                version == i64::from(buffer.version),
                "the edit is for version {version} of {}",
                buffer.version
            );
        }
        let mut edits = change["edits"].as_array().context("edits")?.clone();
        if self.apply_edit == ApplyEdit::FirstOnly {
            edits.truncate(1);
        }
        let changes = buffer.apply(&edits);
        let version = buffer.version;
        if self.apply_edit != ApplyEdit::ApplySilently {
            self.did_change(&uri, version, changes)?;
        }
        Ok(())
    }

    /// A resource operation, and what it means for open buffers.
    fn apply_to_disk(&mut self, kind: &str, change: &Value) -> anyhow::Result<()> {
        let uri = |key: &str| change[key].as_str().with_context(|| format!("{kind} has no {key}"));
        match kind {
            "create" => {
                let path = path(uri("uri")?)?;
                std::fs::create_dir_all(path.parent().context("a folder")?)?;
                std::fs::File::create_new(path)?;
            }
            "delete" => {
                std::fs::remove_file(path(uri("uri")?)?)?;
                self.close(uri("uri")?)?;
            }
            "rename" => {
                let (from, to) = (uri("oldUri")?, uri("newUri")?);
                ensure!(!path(to)?.exists(), "{to} is there already");
                std::fs::create_dir_all(path(to)?.parent().context("a folder")?)?;
                std::fs::rename(path(from)?, path(to)?)?;
                if let Some(buffer) = self.close(from)? {
                    self.open(to, "plaintext", &buffer.text)?;
                }
            }
            other => bail!("unknown resource operation {other}"),
        }
        Ok(())
    }

    /// Closes a buffer without saving it, if it is open.
    pub fn close(&mut self, uri: &str) -> anyhow::Result<Option<Buffer>> {
        let buffer = self.buffers.remove(uri);
        if buffer.is_some() {
            self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}))?;
        }
        Ok(buffer)
    }

    /// Tells that a file changed on disk.
    pub fn changed_on_disk(&mut self, uri: &str) -> anyhow::Result<()> {
        let changes = json!({"changes": [{"uri": uri, "type": 2}]});
        self.notify("workspace/didChangeWatchedFiles", changes)
    }

    /// The edits of all `workspace/applyEdit` that were asked for so far.
    pub fn edits_served(&self) -> Vec<&Value> {
        let edits = self
            .served
            .iter()
            .filter(|request| request["method"] == "workspace/applyEdit");
        edits.map(|request| &request["params"]["edit"]).collect()
    }
}

fn path(uri: &str) -> anyhow::Result<&Path> {
    Ok(Path::new(uri.strip_prefix("file://").context("a file")?))
}
