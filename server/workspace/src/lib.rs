//! Open documents, the overlay of proposals over them, hunks and their review.
//!
//! A [`Workspace`] follows the documents that an editor has open and the files on disk. What an agent wants to
//! change is [staged](Workspace::stage) as hunks over them: nobody's text is touched, but the agent's session sees
//! it as if it were done. Hunks follow the user's typing ([`mod@track`]); what cannot follow becomes a conflict. When the
//! user keeps one, an [`Editor`] carries it out and the text itself proves it ([`mod@proof`]).

mod arrival;
mod change_set;
mod derive;
mod disk;
mod disk_editor;
mod document;
mod editor;
mod error;
mod explain;
mod file;
mod half;
mod hunk;
mod journal;
mod keep;
mod launch;
mod patch;
mod place;
mod proof;
mod recognise;
mod restore;
mod review;
mod stage;
mod stage_file;
mod state;
mod sweep;
mod track;
mod undo;
mod unified;
mod view;
mod workspace;

pub use disk_editor::DiskEditor;
pub use document::{DocumentSnapshot, TextChange};
pub use editor::{Editor, EditorAnswer, EditorEdit, EditorFile};
pub use error::{DocumentError, JournalError, ReadError, ReviewError, StageError};
pub use hunk::{HunkText, PlacedHunk};
pub use journal::Journal;
pub use review::Selection;
pub use stage::{FileChange, Staged};
pub use state::ReviewChange;
pub use view::{FileView, Source};
pub use workspace::Workspace;
