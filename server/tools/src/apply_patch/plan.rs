//! A patch becomes changes of files as the session sees them, all or none.

use std::path::{Path, PathBuf};

use permissions::{Grant, OwnedAction, WriteKind};
use workspace::{FileChange, FileView};

use super::locate;
use super::patch::{FilePatch, Hunk, PatchChange};
use crate::error::ToolError;
use crate::propose;
use crate::tool::ToolContext;

/// What a patch needs permission for: every path of it, in its order.
pub(super) fn actions(cx: &ToolContext, patches: &[FilePatch]) -> Result<Vec<OwnedAction>, ToolError> {
    let mut actions = Vec::new();
    for patch in patches {
        let path = cx.path(&patch.path)?;
        match &patch.change {
            PatchChange::Create { .. } => actions.push(OwnedAction::Write {
                path,
                kind: WriteKind::Create,
            }),
            PatchChange::Delete { .. } => actions.push(OwnedAction::Write {
                path,
                kind: WriteKind::Delete,
            }),
            PatchChange::Update { to, hunks } => {
                if !hunks.is_empty() {
                    actions.extend(propose::modify(&path));
                }
                if let Some(to) = to {
                    let to = cx.path(to)?;
                    actions.push(OwnedAction::Rename { from: path, to });
                }
            }
        }
    }
    Ok(actions)
}

/// One change of one file, ready to be proposed.
pub(super) struct Planned {
    pub(super) path: PathBuf,
    pub(super) kind: WriteKind,
    pub(super) change: FileChange,
}

/// The changes that a patch comes to.
///
/// # Errors
/// What stands in the way, for every file of the patch.
pub(super) fn plan(cx: &ToolContext, patches: &[FilePatch]) -> Result<Vec<Planned>, ToolError> {
    let mut planned = Vec::new();
    let mut problems = Vec::new();
    let mut seen: Vec<PathBuf> = Vec::new();
    for patch in patches {
        let path = cx.path(&patch.path)?;
        if seen.contains(&path) {
            problems.push(format!(
                "`{}` stands in the patch twice: put its hunks together",
                patch.path
            ));
            continue;
        }
        match changes(cx, &path, &patch.change) {
            Ok(changes) => planned.extend(changes),
            Err(why) => problems.push(why),
        }
        seen.push(path);
    }
    if !problems.is_empty() {
        return Err(ToolError::Patch { problems });
    }
    if planned.is_empty() {
        return Err(ToolError::Patch {
            problems: vec!["it changes nothing".to_owned()],
        });
    }
    Ok(planned)
}

fn changes(cx: &ToolContext, path: &Path, change: &PatchChange) -> Result<Vec<Planned>, String> {
    let shown = cx.shown(path);
    let said = |error: ToolError| error.to_string();
    let planned = |kind, change| Planned {
        path: path.to_owned(),
        kind,
        change,
    };
    match change {
        PatchChange::Create { text, .. } => {
            if propose::exists(cx, path) {
                return Err(ToolError::Exists { path: shown }.to_string());
            }
            let change = FileChange::Create {
                path: path.to_owned(),
                text: text.clone(),
            };
            Ok(vec![planned(WriteKind::Create, change)])
        }
        PatchChange::Delete { lines } => {
            propose::no_link(cx, path).map_err(said)?;
            let view = cx.view(path).map_err(said)?;
            if lines.as_ref().is_some_and(|lines| !holds(&view, lines)) {
                return Err(format!(
                    "`{shown}` has other lines than the patch deletes: `read` it again"
                ));
            }
            let change = FileChange::Delete {
                path: path.to_owned(),
                base_hash: view.hash,
            };
            Ok(vec![planned(WriteKind::Delete, change)])
        }
        PatchChange::Update { to, hunks } => {
            let view = cx.view(path).map_err(said)?;
            let edits = edits(&shown, &view, hunks)?;
            let mut changes = Vec::new();
            if !edits.is_empty() {
                let change = FileChange::Edit {
                    path: path.to_owned(),
                    base_hash: view.hash.clone(),
                    edits,
                };
                changes.push(planned(WriteKind::Modify, change));
            }
            if let Some(to) = to {
                let to = cx.path(to).map_err(said)?;
                propose::no_link(cx, path).map_err(said)?;
                propose::no_link(cx, &to).map_err(said)?;
                if to != path && propose::exists(cx, &to) {
                    return Err(ToolError::Exists { path: cx.shown(&to) }.to_string());
                }
                let change = FileChange::Rename {
                    from: path.to_owned(),
                    to,
                    base_hash: view.hash,
                };
                changes.push(planned(WriteKind::Rename, change));
            }
            Ok(changes)
        }
    }
}

fn edits(shown: &str, view: &FileView, hunks: &[Hunk]) -> Result<Vec<text::Edit>, String> {
    locate::edits(&view.rope.to_string(), hunks).map_err(|(number, error)| {
        let at = hunks.get(number - 1).map_or(0, |hunk| hunk.at);
        format!("`{shown}`, hunk {number} (line {at} of the patch): {error}")
    })
}

fn holds(view: &FileView, lines: &[String]) -> bool {
    let text = view.rope.to_string();
    text.lines()
        .map(str::trim_end)
        .eq(lines.iter().map(|line| line.trim_end()))
}

/// The grant for each change.
///
/// # Errors
/// One is missing; nothing has been proposed.
pub(super) fn granted<'a>(
    cx: &ToolContext,
    grants: &'a [Grant],
    planned: Vec<Planned>,
) -> Result<Vec<(Planned, &'a Grant)>, ToolError> {
    let with_grant = |planned: Planned| {
        let grant = propose::grant(cx, grants, &planned.path, planned.kind)?;
        Ok((planned, grant))
    };
    planned.into_iter().map(with_grant).collect()
}
