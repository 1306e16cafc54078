//! Keep: the edit goes to the editor, and the text proves that it arrived.
//!
//! The hunks are marked and journaled before anything is sent, so that no crash and no second click can bring a
//! change in twice. What the editor answers is not believed; see `proof`.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::Duration;

use base::{HunkId, HunkState, Origin, SessionId};
use futures::channel::oneshot;
use futures::future::{BoxFuture, Either, select};

use crate::editor::{Editor, EditorAnswer};
use crate::error::ReviewError;
use crate::file::{FileId, FileState};
use crate::launch::Launch;
use crate::review::{Selection, check_named};
use crate::state::Decision;
use crate::workspace::Workspace;

/// How often closed files are looked at while a proof is awaited.
const LOOK_EVERY: Duration = Duration::from_millis(50);

impl Workspace {
    /// Keeps what the selection names, through the editor, in one edit. Resolves when every hunk is proved to be in
    /// the text, or offered again. A bulk Keep leaves out streaming and conflicting hunks, those newer than
    /// `selection.rev`, and of two sessions' hunks that meet the second. Of hunks that are named by their ids, those that
    /// are left out are answered too, as what they are.
    ///
    /// # Errors
    /// Nothing can be kept, or none of it arrived: what was not kept is offered again.
    pub fn keep<'a>(
        &'a self,
        selection: &'a Selection,
        editor: &'a dyn Editor,
    ) -> BoxFuture<'a, Result<Vec<(HunkId, HunkState)>, ReviewError>> {
        self.keep_where(selection, editor, &|_, _| true)
    }

    /// As [`Workspace::keep`], of the hunks that `wanted` says yes to when told their origin and file. An automatic
    /// Keep passes over what no user may let through unseen: a command's text, files that something runs.
    ///
    /// # Errors
    /// As [`Workspace::keep`].
    pub fn keep_where<'a>(
        &'a self,
        selection: &'a Selection,
        editor: &'a dyn Editor,
        wanted: &'a (dyn Fn(&Origin, &Path) -> bool + Sync),
    ) -> BoxFuture<'a, Result<Vec<(HunkId, HunkState)>, ReviewError>> {
        Box::pin(async move {
            for id in self.files_of(selection) {
                self.refresh(&id);
            }
            let roots = self.known_roots();
            let launch = self.act(|state, effects| {
                let selected = state.selected(selection);
                check_named(selection, &selected, |state| state == HunkState::Pending, state)?;
                let pending = selected.into_iter().filter(|(_, state)| *state == HunkState::Pending);
                let pending = pending
                    .filter(|(key, _)| state.is_wanted(key, wanted))
                    .collect::<Vec<_>>();
                let mut files: BTreeMap<FileId, HashSet<HunkId>> = BTreeMap::new();
                for ((file, _, hunk), _) in pending {
                    files.entry(file).or_default().insert(hunk);
                }
                state.launch(files, false, &roots, effects)
            })?;
            let outcome = self.carry_out(launch, editor).await?;
            self.remember_decision(HunkState::Kept, &outcome);
            let outcome = outcome.into_iter().map(|(_, hunk, state)| (hunk, state)).collect();
            Ok(self.with_all_named(selection, outcome))
        })
    }

    fn files_of(&self, selection: &Selection) -> Vec<FileId> {
        let state = self.lock();
        let mut files: Vec<FileId> = state
            .selected(selection)
            .into_iter()
            .map(|((file, ..), _)| file)
            .collect();
        files.dedup();
        files
    }

    pub(crate) fn remember_decision(&self, verdict: HunkState, outcome: &[(SessionId, HunkId, HunkState)]) {
        let reached = outcome.iter().filter(|(.., state)| *state == verdict);
        let hunks: Vec<_> = reached
            .map(|(session, hunk, _)| (session.clone(), hunk.clone()))
            .collect();
        if !hunks.is_empty() {
            self.lock().decisions.push(Decision { verdict, hunks });
        }
    }

    /// Sends a prepared edit and waits until all of it has arrived, or will not.
    pub(crate) async fn carry_out(
        &self,
        launch: Launch,
        editor: &dyn Editor,
    ) -> Result<Vec<(SessionId, HunkId, HunkState)>, ReviewError> {
        let Launch {
            keep,
            edit,
            mut done,
            receipts,
        } = launch;
        // Whoever awaits this may be cancelled: the hunks must not stay marked.
        let landing = Landing { workspace: self, keep };
        if let Some(error) = receipts.iter().find_map(|receipt| receipt.get()?.as_ref().err()) {
            return landing.settle(ReviewError::Journal(error.to_string()));
        }
        let steps = match self.begin_keep(keep, &edit.label) {
            Ok(steps) => steps,
            Err(error) => return landing.settle(ReviewError::Journal(error.to_string())),
        };
        let answer = match edit.files.is_empty() {
            // The changes together leave the text as it is.
            true => None,
            false => match select(editor.apply(edit), &mut done).await {
                Either::Left((answer, _)) => Some(answer),
                Either::Right(_) => None,
            },
        };
        let failure = match answer {
            Some(EditorAnswer::Refused { reason }) => {
                self.look_at_files_of(keep);
                ReviewError::Refused(reason)
            }
            Some(EditorAnswer::Sent | EditorAnswer::Written) => {
                self.await_proof(keep, done).await;
                ReviewError::Unproved(self.proof_deadline())
            }
            None => ReviewError::Unproved(Duration::ZERO),
        };
        let outcome = landing.settle(failure)?;
        if let Some(steps) = steps {
            self.end_keep(&steps, &outcome);
        }
        Ok(outcome)
    }

    /// Waits for the text to tell. An open document tells by itself; at closed files we look.
    async fn await_proof(&self, keep: u64, mut done: oneshot::Receiver<()>) {
        let proved = async {
            loop {
                self.look_at_files_of(keep);
                if tokio::time::timeout(LOOK_EVERY, &mut done).await.is_ok() {
                    return;
                }
            }
        };
        // Too late is told by what is still waiting.
        let _ = tokio::time::timeout(self.proof_deadline(), proved).await;
    }

    pub(crate) fn look_at_files_of(&self, keep: u64) {
        let files: Vec<FileId> = {
            let state = self.lock();
            let waits = |file: &&FileState| {
                let mut in_flight = file.sets.values().flat_map(|set| set.in_flight());
                in_flight.any(|hunk| hunk.flight.as_ref().is_some_and(|flight| flight.keep == keep))
            };
            state.files.values().filter(waits).map(|file| file.id.clone()).collect()
        };
        for file in files {
            self.refresh(&file);
        }
    }
}

/// Settles a Keep however its future ends.
struct Landing<'a> {
    workspace: &'a Workspace,
    keep: u64,
}

impl Landing<'_> {
    /// What became of each hunk; `failure` if none arrived.
    fn settle(self, failure: ReviewError) -> Result<Vec<(SessionId, HunkId, HunkState)>, ReviewError> {
        let (outcome, has_failed) = self.workspace.settle(self.keep, &failure);
        if has_failed { Err(failure) } else { Ok(outcome) }
    }
}

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        let unproved = ReviewError::Unproved(Duration::ZERO);
        // What was settled already is not there any more.
        let _ = self.workspace.settle(self.keep, &unproved);
    }
}
