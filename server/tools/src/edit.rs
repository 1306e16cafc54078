//! `edit`: search and replace in one file.

use std::path::Path;

use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use workspace::{FileChange, FileView};

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::output::ToolOutput;
use crate::propose;
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};
use matching::Wanted;

mod loose;
pub(crate) mod matching;
mod nearest;
pub(crate) mod normal;

#[derive(Clone)]
pub(crate) struct Edit;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    path: String,
    old_text: String,
    new_text: String,
    line: Option<usize>,
    replace_all: Option<bool>,
}

impl Builtin for Edit {
    type Arguments = Arguments;

    const NAME: &'static str = "edit";
    const DESCRIPTION: &'static str = "Proposes to replace old_text by new_text in a file. Copy old_text exactly, with its indentation \
        and without line numbers; it must stand there once, else give line or replace_all.";
    const KEYS: &'static [Key] = &[
        Key::required("path", Kind::Text, ""),
        Key::required("old_text", Kind::Text, ""),
        Key::required("new_text", Kind::Text, "empty deletes"),
        Key::optional("line", Kind::Line, "of the place that is meant"),
        Key::optional("replace_all", Kind::Flag, ""),
    ];
    const TIER: Tier = Tier::Write;
    const GROWS: Option<&'static str> = Some("new_text");

    fn title(arguments: &Arguments) -> String {
        format!("Edit {}", arguments.path)
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(propose::modify(&cx.path(&arguments.path)?))
    }

    /// What replaces whole lines will be whole lines.
    fn as_if_ended(mut arguments: Arguments) -> Option<Arguments> {
        let Arguments { old_text, new_text, .. } = &mut arguments;
        if old_text.ends_with('\n') && !new_text.ends_with('\n') {
            new_text.push('\n');
        }
        Some(arguments)
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

/// Line endings are `\n` as the model wrote them; staging gives each line the file's own.
fn edits(arguments: &Arguments, cx: &ToolContext, path: &Path, view: &FileView) -> Result<Vec<text::Edit>, ToolError> {
    let wanted = Wanted {
        old: &arguments.old_text,
        new: &arguments.new_text,
        line: arguments.line,
        all: arguments.replace_all.unwrap_or(false),
    };
    matching::find(&view.rope.to_string(), wanted).map_err(|source| ToolError::Match {
        path: cx.shown(path),
        source,
    })
}
