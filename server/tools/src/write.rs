//! `write`: a new file, or another text for a whole one.

use std::path::Path;

use permissions::{Grant, OwnedAction, WriteKind};
use ropey::Rope;
use serde::Deserialize;
use text::{LineHunk, adapt_eol, diff_edits, diff_lines};
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
    const GROWS: Option<&'static str> = Some("text");

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

    fn sketch(arguments: Arguments, is_cut: bool, cx: &ToolContext) -> Result<Vec<FileChange>, ToolError> {
        let Arguments { path, text } = arguments;
        let path = cx.path(&path)?;
        if !propose::exists(cx, &path) {
            return Ok(vec![FileChange::Create { path, text }]);
        }
        let edits = propose::sketch(cx, path, |path, view| match is_cut {
            true => beginning(cx, path, view, &text),
            false => replacement(cx, path, view, &text),
        })?;
        Ok(vec![edits])
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
    check_seen(cx, path, view)?;
    let new = adapt_eol(&view.rope.to_string(), new, view.eol);
    Ok(diff_edits(&view.rope, &Rope::from_str(&new)))
}

/// The same while `new` is still being written, by whole lines: the last one may go on, and what the file has further
/// down may yet come, so nothing of that is taken for deleted.
fn beginning(cx: &ToolContext, path: &Path, view: &FileView, new: &str) -> Result<Vec<text::Edit>, ToolError> {
    check_seen(cx, path, view)?;
    let old = view.rope.to_string();
    let whole = new.rfind('\n').map_or(0, |at| at + 1);
    let new = adapt_eol(&old, &new[..whole], view.eol);
    let edits = diff_lines(&old, &new)
        .into_iter()
        .map(|LineHunk { old: range, new: lines }| {
            let end = if range.end == old.len() { range.start } else { range.end };
            text::Edit {
                range: range.start..end,
                text: new[lines].to_owned(),
            }
        });
    Ok(edits
        .filter(|edit| !edit.range.is_empty() || !edit.text.is_empty())
        .collect())
}

/// The model may only replace what it knows.
fn check_seen(cx: &ToolContext, path: &Path, view: &FileView) -> Result<(), ToolError> {
    let lines = lines::count(&view.rope);
    match cx.reads.has_seen_all(path, &view.hash, lines) {
        true => Ok(()),
        false => Err(ToolError::Unread {
            path: cx.shown(path),
            lines,
        }),
    }
}
