//! The files of the workspace as one session sees them: those on disk and those only proposed, without those
//! proposed to go.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use base::ChangeKind;
use ignore::WalkBuilder;

use crate::error::ToolError;
use crate::tool::ToolContext;

/// What a search leaves out, for its answer.
pub(crate) const LEFT_OUT: &str = "hidden, git-ignored and secret files are not searched";

/// All files below `place` (or `place` itself), sorted. Hidden and git-ignored ones are left out unless the
/// session has put them there; links are not followed.
pub(crate) fn files(cx: &ToolContext, place: &Path) -> Result<Vec<PathBuf>, ToolError> {
    let place = &resolved(place);
    let mut files = BTreeSet::new();
    for entry in walk(place, None) {
        cx.go_on()?;
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            files.insert(entry.into_path());
        }
    }
    apply(cx, &mut files);
    files.retain(|file| file.starts_with(place));
    Ok(files.into_iter().collect())
}

/// Adds the files that the session proposes, and takes away those that it proposes to delete or move.
pub(crate) fn apply(cx: &ToolContext, files: &mut BTreeSet<PathBuf>) {
    for change in changes(cx) {
        match change {
            Change::Appears(path) => files.insert(path),
            Change::Goes(path) => files.remove(&path),
        };
    }
}

/// The files below all roots, sorted.
pub(crate) fn all_files(cx: &ToolContext) -> Result<Vec<PathBuf>, ToolError> {
    let mut all = BTreeSet::new();
    for root in cx.workspace.roots() {
        all.extend(files(cx, &root)?);
    }
    Ok(all.into_iter().collect())
}

/// What stands directly in a folder, sorted; folders end with `/`.
pub(crate) fn entries(cx: &ToolContext, folder: &Path) -> Result<Vec<String>, ToolError> {
    let folder = &resolved(folder);
    let mut entries = BTreeSet::new();
    let as_folder = |path: &Path| format!("{}/", cx.shown(path));
    for entry in walk(folder, Some(1)) {
        cx.go_on()?;
        match entry.file_type() {
            Some(kind) if !kind.is_dir() => entries.insert(cx.shown(entry.path())),
            Some(_) if entry.depth() > 0 => entries.insert(as_folder(entry.path())),
            _ => false,
        };
    }
    for change in changes(cx) {
        match change {
            Change::Goes(path) => {
                entries.remove(&cx.shown(&path));
            }
            Change::Appears(path) if path.parent() == Some(folder) => {
                entries.insert(cx.shown(&path));
            }
            Change::Appears(path) => {
                let child = path.ancestors().find(|above| above.parent() == Some(folder));
                entries.extend(child.map(as_folder));
            }
        }
    }
    Ok(entries.into_iter().collect())
}

/// The files that are not as on disk: open ones, and those that the session proposes to create or change.
pub(crate) fn in_memory(cx: &ToolContext) -> BTreeSet<PathBuf> {
    let open = cx.workspace.documents();
    let open = open.iter().filter_map(|document| document.path.clone());
    let proposed = cx.workspace.proposed_files(&cx.session).into_iter();
    open.chain(proposed.map(|(path, _, moved_to)| moved_to.unwrap_or(path)))
        .collect()
}

enum Change {
    Appears(PathBuf),
    Goes(PathBuf),
}

fn changes(cx: &ToolContext) -> Vec<Change> {
    let mut changes = Vec::new();
    for (path, kind, moved_to) in cx.workspace.proposed_files(&cx.session) {
        match kind {
            ChangeKind::Edit => {}
            ChangeKind::Create => changes.push(Change::Appears(path)),
            ChangeKind::Delete => changes.push(Change::Goes(path)),
            ChangeKind::Rename => {
                changes.push(Change::Goes(path));
                changes.extend(moved_to.map(Change::Appears));
            }
        }
    }
    changes
}

/// The path as the workspace names what it holds in memory: with links resolved, as far as it exists.
pub(crate) fn resolved(path: &Path) -> PathBuf {
    let resolve = |existing: &Path| Some(existing.canonicalize().ok()?.join(path.strip_prefix(existing).ok()?));
    path.ancestors().find_map(resolve).unwrap_or_else(|| path.to_owned())
}

fn walk(place: &Path, depth: Option<usize>) -> impl Iterator<Item = ignore::DirEntry> {
    // What cannot be looked into is as good as absent: one locked folder must not fail a search.
    WalkBuilder::new(place)
        .require_git(false)
        .max_depth(depth)
        .build()
        .filter_map(Result::ok)
}
