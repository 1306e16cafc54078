//! Open documents, the overlay of proposals over them, hunks and their review.
//!
//! A [`Workspace`] follows the documents that an editor has open and the files on disk. What an agent wants to
//! change is [staged](Workspace::stage) as hunks over them: nobody's text is touched, but the agent's session sees
//! it as if it were done. Hunks follow the user's typing ([`mod@track`]); what cannot follow becomes a conflict. When the
//! user keeps one, an [`Editor`] carries it out and the text itself proves it ([`mod@proof`]).

mod arrival;
mod attributes;
mod beneath;
mod change_set;
mod checkpoint;
mod command_step;
mod decisions;
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
mod ide;
mod journal;
mod keep;
mod launch;
mod patch;
mod place;
mod preview;
mod proof;
mod recognise;
mod restore;
mod review;
mod rewind;
mod rewind_plan;
mod stage;
mod stage_bytes;
mod stage_file;
mod state;
mod step;
mod sweep;
mod track;
mod undo;
mod unified;
mod view;
mod visible;
mod workspace;

pub use command_step::CommandStep;
pub use disk_editor::DiskEditor;
pub use document::{DocumentSnapshot, TextChange};
pub use editor::{Editor, EditorAnswer, EditorEdit, EditorFile};
pub use error::{DocumentError, JournalError, ReadError, ReviewError, RewindError, StageError};
pub use hunk::{HunkText, PlacedHunk};
pub use ide::{Ide, IdeAnswer, IdeChange, IdeDiagnostics, IdeError, IdePlace, IdeService, IdeSymbol, IdeTextEdit};
pub use journal::Journal;
pub use preview::{Pen, Preview};
pub use review::Selection;
pub use rewind::{Rewound, RewoundFile};
pub use rewind_plan::{Checkpoint, LeftBecause, PlannedFile, RewindPlan, RewindRequest, RewindTo, RewindVerdict};
pub use stage::{FileChange, Staged};
pub use state::{ReviewChange, ReviewNews};
pub use step::{Checkpoints, Image, Step, StepKind, StepRecord, Write};
pub use view::{FileView, Source};
pub use visible::VisibleChange;
pub use workspace::Workspace;
