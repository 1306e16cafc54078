//! `write`: a new file, or another text for a whole one.

use std::path::Path;

use permissions::{Grant, OwnedAction, WriteKind};
use ropey::Rope;
use serde::Deserialize;
use text::{adapt_eol, diff_edits};
use workspace::{FileChange, FileView};

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::lines;
use crate::output::ToolOutput;
use crate::propose;
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

#[derive(Clone)]
pub(crate) struct Write;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    path: String,
    text: String,
}

impl Builtin for Write {
    type Arguments = Arguments;

    const NAME: &'static str = "write";
    const DESCRIPTION: &'static str = "Proposes a new file, or a new text for a whole file that you have read.";
    const KEYS: &'static [Key] = &[
        Key::required("path", Kind::Text, ""),
        Key::required("text", Kind::Text, ""),
    ];
    const TIER: Tier = Tier::Write;

    fn title(arguments: &Arguments) -> String {
        format!("Write {}", arguments.path)
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        let path = cx.path(&arguments.path)?;
        if propose::exists(cx, &path) {
            return Ok(propose::modify(&path));
        }
        Ok(vec![OwnedAction::Write {
            path,
            kind: WriteKind::Create,
        }])
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let path = cx.path(&arguments.path)?;
        let output = if propose::exists(cx, &path) {
            propose::edits(cx, grants, &path, |view| replacement(cx, &path, view, &arguments.text))?
        } else {
            let grant = propose::grant(cx, grants, &path, WriteKind::Create)?;
            propose::change(
                cx,
                grant,
                &path,
                FileChange::Create {
                    path: path.clone(),
                    text: arguments.text,
                },
            )?
        };
        propose::remember(cx, &path);
        Ok(output)
    }
}

/// The edits that make `view` read as `new`, in as few places as there are differences.
fn replacement(cx: &ToolContext, path: &Path, view: &FileView, new: &str) -> Result<Vec<text::Edit>, ToolError> {
    let lines = lines::count(&view.rope);
    if !cx.reads.has_seen_all(path, &view.hash, lines) {
        return Err(ToolError::Unread {
            path: cx.shown(path),
            lines,
        });
    }
    let new = adapt_eol(&view.rope.to_string(), new, view.eol);
    Ok(diff_edits(&view.rope, &Rope::from_str(&new)))
}
