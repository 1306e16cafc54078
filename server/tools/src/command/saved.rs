//! What a command on the real files may destroy is saved before, so that a rewind can bring it back.

use std::path::PathBuf;
use std::sync::Arc;

use ignore::WalkBuilder;
use permissions::{Confinement, Grant};
use workspace::{CommandStep, Workspace};

use super::{is_reading, names};
use crate::error::ToolError;
use crate::tool::ToolContext;

/// A record that is open while the command runs.
pub(super) struct Saved {
    step: CommandStep,
    /// One sentence each, for the model.
    remarks: Vec<String>,
}

/// Saves the files `at_risk`; if none are named, those of the workspace that git does not ignore. Nothing is to save
/// where the command only reads or cannot reach the real files, or where no record is kept.
///
/// # Errors
/// It could not be saved: the command must not run.
pub(super) async fn save(
    cx: &ToolContext,
    grant: &Grant,
    at_risk: Option<Vec<PathBuf>>,
) -> Result<Option<Saved>, ToolError> {
    let Some(run) = grant.run().filter(|run| run.confinement != Confinement::Workbench) else {
        return Ok(None);
    };
    if at_risk.as_ref().is_some_and(Vec::is_empty) || is_reading(cx, run) {
        return Ok(None);
    }
    let (cx, label) = (cx.clone(), run.line.clone());
    let saving = tokio::task::spawn_blocking(move || {
        let paths = match &at_risk {
            Some(paths) => paths.clone(),
            None => all(&cx)?,
        };
        let step = cx
            .workspace
            .begin_command(&cx.session, &cx.turn, &label, &paths)?
            .map(|step| Saved {
                remarks: remarks(&cx, &step, at_risk.unwrap_or_default()),
                step,
            });
        Ok(step)
    });
    saving.await.map_err(ToolError::of_task)?
}

/// The files of the workspace that git does not ignore, and links.
fn all(cx: &ToolContext) -> Result<Vec<PathBuf>, ToolError> {
    let mut files = Vec::new();
    for root in cx.workspace.roots() {
        let walk = WalkBuilder::new(root)
            .require_git(false)
            .hidden(false)
            .filter_entry(|entry| entry.file_name() != ".git")
            .build();
        // What cannot be looked into cannot be saved either.
        for entry in walk.filter_map(Result::ok) {
            cx.go_on()?;
            if entry.file_type().is_some_and(|kind| !kind.is_dir()) {
                files.push(entry.into_path());
            }
        }
    }
    Ok(files)
}

fn remarks(cx: &ToolContext, step: &CommandStep, mut named: Vec<PathBuf>) -> Vec<String> {
    let left_out = step.left_out();
    named.retain(|path| !left_out.contains(path));
    let mut remarks = Vec::new();
    if !named.is_empty() {
        remarks.push(format!("saved before, for a rewind: {}", names(cx, &named)));
    }
    if !left_out.is_empty() {
        let names = names(cx, left_out);
        remarks.push(format!("not saved before, so no rewind brings it back: {names}"));
    }
    remarks
}

impl Saved {
    /// Records what the command left. It has run, so a record that fails is told and no more.
    pub(super) async fn end(self, workspace: &Arc<Workspace>) -> Result<Vec<String>, ToolError> {
        let (workspace, step) = (Arc::clone(workspace), self.step);
        let mut remarks = self.remarks;
        let ended = tokio::task::spawn_blocking(move || workspace.end_command(step)).await;
        if let Err(error) = ended.map_err(ToolError::of_task)? {
            remarks.push(format!("what it changed could not be recorded for a rewind: {error}"));
        }
        Ok(remarks)
    }
}
