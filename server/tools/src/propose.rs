//! The way from a change to its hunks, which all tools that change files share.

use std::path::{Path, PathBuf};

use base::Origin;
use permissions::{Grant, OwnedAction, WriteKind};
use workspace::{FileChange, FileView, ReadError, StageError, Staged};

use crate::error::ToolError;
use crate::lines;
use crate::output::{ToolOutput, count};
use crate::overlay;
use crate::tool::{ToolContext, plain};

/// How often a change is made anew because the user typed while it was being made.
const MAX_TRIES: usize = 3;

/// What changing a file needs: it is read too, and what stands around the change is shown to the model.
pub(crate) fn modify(path: &Path) -> Vec<OwnedAction> {
    vec![
        OwnedAction::Read { path: path.to_owned() },
        OwnedAction::Write {
            path: path.to_owned(),
            kind: WriteKind::Modify,
        },
    ]
}

/// Proposes edits of a file. `make` turns the file as it is into edits of it; it is asked again if the user has
/// changed the file in the meantime, so that an edit never rests on text that is gone.
pub(crate) fn edits(
    cx: &ToolContext,
    grants: &[Grant],
    path: &Path,
    mut make: impl FnMut(&FileView) -> Result<Vec<text::Edit>, ToolError>,
) -> Result<ToolOutput, ToolError> {
    let mut tries = 1;
    loop {
        let view = cx.view(path)?;
        let had_seen_all = cx.reads.has_seen_all(path, &view.hash, lines::count(&view.rope));
        let edits = make(&view)?;
        let change = FileChange::Edit {
            path: path.to_owned(),
            base_hash: view.hash,
            edits,
        };
        match stage(cx, grant(cx, grants, path, WriteKind::Modify)?, change) {
            Err(StageError::Stale { .. }) if tries < MAX_TRIES => tries += 1,
            Err(error) => return Err(error.into()),
            Ok(staged) => {
                if had_seen_all {
                    remember(cx, path);
                }
                let diff = without_header(&staged.unified).to_owned();
                let mut output = answer(&cx.shown(path), staged);
                output.append(&diff);
                return Ok(output);
            }
        }
    }
}

/// The edits that `make` turns the file into as it is now, not proposed.
pub(crate) fn sketch(
    cx: &ToolContext,
    path: PathBuf,
    make: impl FnOnce(&Path, &FileView) -> Result<Vec<text::Edit>, ToolError>,
) -> Result<FileChange, ToolError> {
    let view = cx.view(&path)?;
    let edits = make(&path, &view)?;
    Ok(FileChange::Edit {
        path,
        base_hash: view.hash,
        edits,
    })
}

/// Proposes a change of whole files. The answer has no diff: the model has just written the new text, and need not
/// see the old.
pub(crate) fn change(
    cx: &ToolContext,
    grant: &Grant,
    path: &Path,
    change: FileChange,
) -> Result<ToolOutput, ToolError> {
    Ok(answer(&cx.shown(path), stage(cx, grant, change)?))
}

/// The grant for a way of writing a path.
pub(crate) fn grant<'a>(
    cx: &ToolContext,
    grants: &'a [Grant],
    path: &Path,
    kind: WriteKind,
) -> Result<&'a Grant, ToolError> {
    let no_grant = || ToolError::NoGrant { path: cx.shown(path) };
    grants
        .iter()
        .find(|grant| grant.covers(path, kind))
        .ok_or_else(no_grant)
}

/// Whether the session sees a file at `path`, of whatever content.
pub(crate) fn exists(cx: &ToolContext, path: &Path) -> bool {
    !matches!(cx.workspace.read(&cx.session, path), Err(ReadError::NotFound { .. }))
}

/// What a file is deleted or moved under has to be its own name: the workspace follows links, so the file behind one
/// would go and the link would stay.
///
/// # Errors
/// `path` itself is a link; those above it are followed.
pub(crate) fn no_link(cx: &ToolContext, path: &Path) -> Result<(), ToolError> {
    let Ok(next) = path.read_link() else {
        return Ok(());
    };
    let folder = overlay::resolved(path.parent().unwrap_or(path));
    // One that leads nowhere still says where to.
    let target = path.canonicalize().unwrap_or_else(|_| plain(&folder.join(next)));
    Err(ToolError::Link {
        path: cx.shown(path),
        target: cx.shown(&target),
    })
}

/// The model knows what a file has become if it knew what it was and made the change.
pub(crate) fn remember(cx: &ToolContext, path: &Path) {
    if let Some(view) = cx.peek(path) {
        cx.reads.knows(path, &view.hash, lines::count(&view.rope));
    }
}

/// Adds what was staged for another file of the same call.
pub(crate) fn join(all: &mut Staged, more: Staged) {
    all.hunks.extend(more.hunks);
    all.conflicts += more.conflicts;
    all.unified.push_str(&more.unified);
}

/// Proposes a change that somebody else than the agent wrote.
pub(crate) fn stage_by(cx: &ToolContext, grant: &Grant, author: &str, change: FileChange) -> Result<Staged, ToolError> {
    let origin = Origin {
        author: author.to_owned(),
        ..cx.origin()
    };
    Ok(cx.workspace.stage(&origin, grant, change)?)
}

fn stage(cx: &ToolContext, grant: &Grant, change: FileChange) -> Result<Staged, StageError> {
    cx.workspace.stage(&cx.origin(), grant, change)
}

fn answer(shown: &str, staged: Staged) -> ToolOutput {
    let hunks = count(staged.hunks.len(), "hunk");
    let (content, summary) = match (staged.hunks.len(), staged.conflicts) {
        (0, _) => (
            format!("took back what was proposed there before; {shown} is as the user has it\n"),
            format!("took back a proposal in {shown}"),
        ),
        (_, 0) => (
            format!("proposed {hunks} in {shown}; the user reviews them\n"),
            format!("proposed {hunks} in {shown}"),
        ),
        (_, conflicts) => (
            format!("proposed {hunks} in {shown}; the user reviews them; {conflicts} conflict with what they typed\n"),
            format!("proposed {hunks} in {shown}, {conflicts} in conflict"),
        ),
    };
    let mut output = ToolOutput::new(content, summary);
    output.staged = Some(staged);
    output
}

/// A diff of one file without the lines that name it: the answer does.
fn without_header(diff: &str) -> &str {
    match diff.find("@@") {
        Some(at) if diff.starts_with("--- ") => &diff[at..],
        _ => diff,
    }
}
