//! `insert`: whole lines in front of a line.

use std::path::Path;

use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use workspace::{FileChange, FileView};

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::lines;
use crate::output::ToolOutput;
use crate::propose;
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

#[derive(Clone)]
pub(crate) struct Insert;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    path: String,
    line: usize,
    text: String,
}

impl Builtin for Insert {
    type Arguments = Arguments;

    const NAME: &'static str = "insert";
    const DESCRIPTION: &'static str = "Proposes to insert whole lines in front of a line; one past the last appends.";
    const KEYS: &'static [Key] = &[
        Key::required("path", Kind::Text, ""),
        Key::required("line", Kind::Line, ""),
        Key::required("text", Kind::Text, ""),
    ];
    const TIER: Tier = Tier::Write;
    const GROWS: Option<&'static str> = Some("text");

    fn title(arguments: &Arguments) -> String {
        format!("Insert into {}:{}", arguments.path, arguments.line)
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(propose::modify(&cx.path(&arguments.path)?))
    }

    fn sketch(arguments: Arguments, _is_cut: bool, cx: &ToolContext) -> Result<Vec<FileChange>, ToolError> {
        let path = cx.path(&arguments.path)?;
        Ok(vec![propose::sketch(cx, path, |path, view| {
            edits(&arguments, cx, path, view)
        })?])
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let path = cx.path(&arguments.path)?;
        propose::edits(cx, grants, &path, |view| edits(&arguments, cx, &path, view))
    }
}

fn edits(arguments: &Arguments, cx: &ToolContext, path: &Path, view: &FileView) -> Result<Vec<text::Edit>, ToolError> {
    let total = lines::count(&view.rope);
    if arguments.line > total + 1 {
        return Err(ToolError::Lines {
            path: cx.shown(path),
            lines: total,
            wanted: format!("insert in front of one of 1 to {}", total + 1),
        });
    }
    Ok(vec![insertion(view, arguments.line, &arguments.text)])
}

/// The edit that puts `new` in front of a line that is at most one past the last. Line endings are `\n`; staging
/// gives each line the file's own.
fn insertion(view: &FileView, line: usize, new: &str) -> text::Edit {
    let rope = &view.rope;
    let new = new.strip_suffix('\n').unwrap_or(new);
    let is_open_end = line > 1 && line > lines::count(rope) && !lines::is_ended(rope, line - 1);
    if is_open_end {
        // The file does not end its last line: the new last line does not either, so that the old one keeps its bytes.
        let end = rope.len_bytes();
        return text::Edit {
            range: end..end,
            text: format!("\n{new}"),
        };
    }
    let at = rope.line_to_byte(line - 1);
    text::Edit {
        range: at..at,
        text: format!("{new}\n"),
    }
}
