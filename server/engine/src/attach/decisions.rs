//! Keep and its undoing, decided in a front that has no editor of its own: a chat, or one that is attached.

use std::path::PathBuf;

use base::{HunkId, HunkState, Uri};
use futures::FutureExt;
use futures::future::BoxFuture;
use workspace::{Editor, EditorAnswer, EditorEdit, EditorFile, ReviewError, Selection};

use crate::runtime::Runtime;

impl Runtime {
    /// Keeps through the editor that this process's front offered, else on disk.
    ///
    /// # Errors
    /// As [`Runtime::keep`].
    pub async fn keep_for_front(&self, selection: &Selection) -> Result<Vec<(HunkId, HunkState)>, ReviewError> {
        match self.door.editor() {
            Some(editor) => self.keep(selection, &*editor).await,
            None => self.keep(selection, &OnDisk(self)).await,
        }
    }

    /// Takes back the last Keep or Reject, by the same way.
    ///
    /// # Errors
    /// As [`Runtime::undo`].
    pub async fn undo_for_front(&self) -> Result<Vec<(HunkId, HunkState)>, ReviewError> {
        match self.door.editor() {
            Some(editor) => self.undo(Selection::default(), &*editor).await,
            None => self.undo(Selection::default(), &OnDisk(self)).await,
        }
    }
}

/// What the user decides is written here, by a grant for just those files.
struct OnDisk<'a>(&'a Runtime);

impl Editor for OnDisk<'_> {
    fn apply<'a>(&'a self, edit: EditorEdit) -> BoxFuture<'a, EditorAnswer> {
        async move {
            let paths: Vec<PathBuf> = edit.files.iter().flat_map(uris).filter_map(Uri::path).collect();
            match self.0.disk_editor(&paths) {
                Ok(editor) => editor.apply(edit).await,
                Err(verdict) => EditorAnswer::Refused { reason: verdict.reason },
            }
        }
        .boxed()
    }
}

fn uris(file: &EditorFile) -> Vec<&Uri> {
    match file {
        EditorFile::Edit { uri, .. } | EditorFile::Create { uri, .. } | EditorFile::Delete { uri, .. } => vec![uri],
        EditorFile::Rename { from, to } => vec![from, to],
    }
}
