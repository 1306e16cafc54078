//! Writes into the buffer of a chat file: one edit at a time, always against the newest text, and none is believed in
//! before the text shows it.
//!
//! An editor may refuse an edit, or say yes and skip it, because the user has typed since (Neovim says yes). What was
//! skipped is known by the next change that the editor tells of: it would hold the edit. Then the edit is made anew.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use base::Uri;
use ropey::Rope;
use text::PositionEncoding;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};
use workspace::{DocumentError, DocumentSnapshot, Editor, EditorAnswer, EditorEdit, EditorFile, TextChange, Workspace};

use super::layout::LayoutError;
use super::place::{Place, Step, Tracker, Written};
use crate::editor::ClientEditor;
use crate::front::{Front, lock};

/// Edits that are refused although nobody typed, before it is said.
const REFUSALS: u32 = 3;
/// Edits that come too late for what the user types, before it is said.
const STALE: u32 = 60;
/// How long an edit that the editor says it made may take to show.
const PROOF: Duration = Duration::from_secs(2);
const FIRST_WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// When the user has not typed for so long, an edit is likely to be in time.
const PAUSE_OF_TYPING: Duration = Duration::from_millis(250);
/// Who types on and on sees the answer all the same.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Why something was not written.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unwritten {
    #[error("it was closed, or has another name now")]
    Closed,
    #[error("the heading of its block was deleted")]
    Deleted,
    #[error("{0}")]
    Layout(#[from] LayoutError),
    #[error("the editor does not take it: {0}")]
    Refused(String),
}

/// What to write on a text with the place in it, if there is one yet; none is nothing.
pub(super) type Compose<'a> = dyn Fn(&Rope, Option<Place>) -> Result<Option<Written>, Unwritten> + Send + Sync + 'a;

pub(super) struct Pen {
    uri: Uri,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    tracker: Tracker,
    is_closed: bool,
    /// An edit came too late for what the user typed: from then on pauses are waited for.
    was_late: bool,
    /// Changes that the client has told of.
    changes: u64,
}

impl Pen {
    pub(super) fn new(uri: Uri) -> Self {
        Self {
            uri,
            state: Mutex::default(),
            changed: Notify::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Applies the client's changes by `apply` and follows them; true if they are our own edit and nothing else.
    ///
    /// # Errors
    /// As `apply`.
    pub(super) fn follow(
        &self,
        workspace: &Workspace,
        changes: &[TextChange],
        encoding: PositionEncoding,
        apply: impl FnOnce() -> Result<(), DocumentError>,
    ) -> Result<bool, DocumentError> {
        let mut state = self.state();
        let before = workspace.snapshot(&self.uri);
        apply()?;
        state.changes += 1;
        let step = before.map(|before| state.tracker.follow(&before.rope, changes, encoding));
        drop(state);
        self.changed.notify_waiters();
        Ok(step == Some(Step::Ours))
    }

    /// The client closed the document.
    pub(super) fn close(&self) {
        self.state().is_closed = true;
        self.changed.notify_waiters();
    }

    /// Writes what `compose` makes of the newest text; none is nothing to write.
    ///
    /// # Errors
    /// Nothing was written.
    pub(super) async fn write(&self, front: &Arc<Front>, compose: &Compose<'_>) -> Result<(), Unwritten> {
        let (mut refusals, mut stale, mut wait) = (0, 0, FIRST_WAIT);
        loop {
            if self.state().was_late {
                pause_of_typing(front).await;
            }
            let Some((document, written)) = self.compose(front, compose)? else {
                return Ok(());
            };
            let base = document.version;
            let Err(reason) = self.send(front, document, written).await? else {
                return Ok(());
            };
            let is_newer = front
                .workspace()
                .snapshot(&self.uri)
                .is_some_and(|newest| newest.version > base);
            self.state().was_late |= is_newer;
            if is_newer {
                stale += 1
            } else {
                refusals += 1
            }
            if refusals == REFUSALS || stale == STALE {
                return Err(Unwritten::Refused(reason));
            }
            sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Writes once, and asks nobody whether it shows: for what the user asked for and sees.
    ///
    /// # Errors
    /// Nothing was written.
    pub(super) async fn write_unseen(&self, front: &Arc<Front>, compose: &Compose<'_>) -> Result<(), Unwritten> {
        let Some((document, written)) = self.compose(front, compose)? else {
            return Ok(());
        };
        match self.apply(front, &document, written).await {
            EditorAnswer::Refused { reason } => Err(Unwritten::Refused(reason)),
            EditorAnswer::Sent | EditorAnswer::Written => Ok(()),
        }
    }

    /// Whether what is written stands before the byte `at`.
    pub(super) fn is_above(&self, at: usize) -> bool {
        self.state().tracker.place.is_some_and(|place| place.next <= at)
    }

    fn compose(
        &self,
        front: &Front,
        compose: &Compose<'_>,
    ) -> Result<Option<(Arc<DocumentSnapshot>, Written)>, Unwritten> {
        let mut state = self.state();
        if state.tracker.is_deleted {
            return Err(Unwritten::Deleted);
        }
        let open = front.workspace().snapshot(&self.uri);
        let Some(document) = open.filter(|_| !state.is_closed) else {
            return Err(Unwritten::Closed);
        };
        let Some(written) = compose(&document.rope, state.tracker.place)? else {
            return Ok(None);
        };
        state.tracker.expect(written.clone());
        Ok(Some((document, written)))
    }

    /// Sends an edit and waits until it shows; an inner error is that it does not, and why.
    async fn send(
        &self,
        front: &Arc<Front>,
        document: Arc<DocumentSnapshot>,
        written: Written,
    ) -> Result<Result<(), String>, Unwritten> {
        let answer = self.apply(front, &document, written).await;
        let since = self.state().changes;
        let shown = match answer {
            EditorAnswer::Refused { reason } => Err(reason),
            EditorAnswer::Sent | EditorAnswer::Written => {
                self.show(since).await;
                Err("it says that it made the edit, and the text is as it was".to_owned())
            }
        };
        let mut state = self.state();
        if !state.tracker.is_waiting() {
            return Ok(Ok(()));
        }
        state.tracker.expect_nothing();
        match state.is_closed {
            true => Err(Unwritten::Closed),
            false => Ok(shown),
        }
    }

    async fn apply(&self, front: &Front, document: &DocumentSnapshot, written: Written) -> EditorAnswer {
        let edit = EditorEdit {
            // Neovim prints a label each time.
            label: String::new(),
            files: vec![EditorFile::Edit {
                uri: self.uri.clone(),
                version: Some(document.version),
                edits: written.edits,
                base: document.rope.clone(),
            }],
        };
        ClientEditor::new(front).apply(edit).await
    }

    /// Waits until the edit shows, or until a change that came after the editor's answer does not hold it.
    async fn show(&self, since: u64) {
        let deadline = Instant::now() + PROOF;
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            {
                let state = self.state();
                if !state.tracker.is_waiting() || state.is_closed || state.changes > since {
                    return;
                }
            }
            if timeout_at(deadline, changed).await.is_err() {
                return;
            }
        }
    }
}

/// Waits until the user pauses.
async fn pause_of_typing(front: &Front) {
    let deadline = Instant::now() + LONGEST_PAUSE;
    while let Some(at) = front.last_change() {
        let pause = at + PAUSE_OF_TYPING;
        if pause <= Instant::now() || deadline <= Instant::now() {
            return;
        }
        sleep_until(pause.min(deadline)).await;
    }
}
