//! What the editor shows at the moment, as the index reads it: open files, places that were just edited, errors.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use base::Severity;
use context::{Cursor, Live, Snapshot};
use workspace::{DocumentSnapshot, Ide, IdeService, Workspace};

/// Open files that count: an editor may keep hundreds that nobody looks at.
const OPEN: usize = 12;
/// Places of the last edits, one a file.
const EDITED: usize = 4;
/// More errors than these are one cause.
const ERRORS: usize = 100;

/// A file and a line of it, counted from 1.
pub(crate) struct ErrorPlace {
    path: PathBuf,
    line: u32,
}

/// The errors that the editor shows, if it tells in time.
pub(crate) async fn errors(ide: Option<&Arc<dyn Ide>>, patience: Duration) -> Vec<ErrorPlace> {
    let Some(ide) = ide.filter(|ide| ide.serves(IdeService::Diagnostics)) else {
        return Vec::new();
    };
    let Ok(Ok(files)) = tokio::time::timeout(patience, ide.diagnostics(None)).await else {
        return Vec::new();
    };
    let mut errors = Vec::new();
    for file in files {
        let Some(path) = file.uri.path() else { continue };
        let lines = file.diagnostics.iter();
        let lines = lines.filter(|it| it.severity == Some(Severity::Error));
        errors.extend(lines.map(|it| ErrorPlace {
            path: path.clone(),
            line: it.span.start.line + 1,
        }));
    }
    errors.truncate(ERRORS);
    errors
}

pub(crate) fn shown(workspace: &Workspace, snapshot: &Snapshot, errors: &[ErrorPlace]) -> Live {
    let mut documents = workspace.documents();
    documents.sort_by_key(|document| std::cmp::Reverse(document.used));
    let named = |document: &Arc<DocumentSnapshot>| snapshot.relative(document.path.as_ref()?);
    let edited = documents.iter().filter_map(|document| {
        Some(Cursor {
            path: named(document)?,
            line: u32::try_from(document.edited_line? + 1).ok()?,
        })
    });
    let errors = errors.iter().filter_map(|error| {
        Some(Cursor {
            path: snapshot.relative(&error.path.canonicalize().ok()?)?,
            line: error.line,
        })
    });
    Live {
        edited: edited.take(EDITED).collect(),
        open: documents.iter().filter_map(named).take(OPEN).collect(),
        errors: errors.collect(),
    }
}
