//! Who carries kept changes into the user's files.

use base::Uri;
use futures::future::BoxFuture;
use ropey::Rope;
use text::Edit;

/// One undoable step in the editor.
#[derive(Clone, Debug)]
pub struct EditorEdit {
    /// What the editor may show in its undo list or confirmation.
    pub label: String,
    /// In the order in which they are to be done.
    pub files: Vec<EditorFile>,
}

#[derive(Clone, Debug)]
pub enum EditorFile {
    Edit {
        uri: Uri,
        /// The open document's version that `edits` count in; none if the file is closed.
        version: Option<i32>,
        /// Ascending, neither overlapping nor touching, in byte offsets of `base`.
        edits: Vec<Edit>,
        base: Rope,
    },
    Create {
        uri: Uri,
        text: String,
    },
    Delete {
        uri: Uri,
        /// What stands in the file: it is not deleted when it holds something else.
        base: Rope,
    },
    Rename {
        from: Uri,
        to: Uri,
    },
}

/// What an editor says. It is never believed: the text is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditorAnswer {
    /// The proof is to come by document sync or on disk.
    Sent,
    Refused {
        reason: String,
    },
    /// Written to disk, so the proof is there to be read.
    Written,
}

pub trait Editor: Send + Sync {
    fn apply<'a>(&'a self, edit: EditorEdit) -> BoxFuture<'a, EditorAnswer>;
}
