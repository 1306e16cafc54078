//! Undo takes back the last decision: a Keep by the reverse edit, proved like any other, a Reject by offering the
//! hunks again where they belong now.

use std::collections::{BTreeMap, HashSet};

use base::{HunkId, HunkState, SessionId};
use futures::future::BoxFuture;

use crate::editor::Editor;
use crate::error::ReviewError;
use crate::file::FileId;
use crate::launch::Launch;
use crate::state::{Decision, Effects, State};
use crate::sweep::way_back_of_whole;
use crate::workspace::Workspace;

const TYPED_SINCE: &str = "the text there was changed since";

/// What is to be done to take a decision back.
enum Undo {
    Done(Vec<(HunkId, HunkState)>),
    Send(Launch, Decision),
}

impl Workspace {
    /// Takes back the last Keep or Reject, in one edit; its hunks are pending again, or conflicts where the text has
    /// changed since.
    ///
    /// # Errors
    /// There is no decision to take back, or none of it can be: then it stays as it is.
    pub fn undo<'a>(&'a self, editor: &'a dyn Editor) -> BoxFuture<'a, Result<Vec<(HunkId, HunkState)>, ReviewError>> {
        Box::pin(async move {
            let roots = self.known_roots();
            for id in self.files_of_last_decision() {
                self.refresh(&id);
            }
            let undo = self.act(|state, effects| {
                let decision = state.decisions.pop().ok_or(ReviewError::NothingToUndo)?;
                match decision.verdict {
                    HunkState::Rejected => state.offer_rejected(&decision, effects).map(Undo::Done),
                    _ => {
                        let files = state.prepare_way_back(&decision);
                        match state.launch(files, true, &roots, effects) {
                            Ok(launch) => Ok(Undo::Send(launch, decision)),
                            Err(_) => Err(ReviewError::CannotUndo(TYPED_SINCE.to_owned())),
                        }
                    }
                }
            })?;
            let (launch, decision) = match undo {
                Undo::Done(outcome) => return Ok(outcome),
                Undo::Send(launch, decision) => (launch, decision),
            };
            match self.carry_out(launch, editor).await {
                Ok(outcome) => {
                    self.remember_decision(HunkState::Kept, &outcome);
                    Ok(outcome.into_iter().map(|(_, hunk, state)| (hunk, state)).collect())
                }
                Err(error) => {
                    self.lock().decisions.push(decision);
                    Err(error)
                }
            }
        })
    }

    fn files_of_last_decision(&self) -> Vec<FileId> {
        let state = self.lock();
        let last = state.decisions.last();
        let mut files: Vec<FileId> = last
            .iter()
            .flat_map(|last| &last.hunks)
            .filter_map(|hunk| state.decided(hunk))
            .collect();
        files.sort();
        files.dedup();
        files
    }
}

impl State {
    /// The file in which a hunk was decided on.
    fn decided(&self, (session, hunk): &(SessionId, HunkId)) -> Option<FileId> {
        let is_there = |id: &&FileId| {
            let Some(set) = self.files.get(*id).and_then(|file| file.sets.get(session)) else {
                return false;
            };
            let wholes = set
                .kept_wholes
                .iter()
                .chain(&set.rejected_wholes)
                .map(|whole| &whole.hunk);
            set.kept
                .iter()
                .chain(&set.rejected)
                .chain(wholes)
                .any(|decided| decided.id() == hunk)
        };
        self.files.keys().find(is_there).cloned()
    }

    /// Makes the ways back from kept wholes, and names everything that can be sent.
    fn prepare_way_back(&mut self, decision: &Decision) -> BTreeMap<FileId, HashSet<HunkId>> {
        let mut files: BTreeMap<FileId, HashSet<HunkId>> = BTreeMap::new();
        for hunk in &decision.hunks {
            let Some(id) = self.decided(hunk) else {
                continue;
            };
            let Some(set) = self.files.get_mut(&id).and_then(|file| file.sets.get_mut(&hunk.0)) else {
                continue;
            };
            let whole = set.kept_wholes.iter().find(|whole| *whole.hunk.id() == hunk.1);
            if set.whole.is_none()
                && let Some(whole) = whole
            {
                set.undoing = Some(way_back_of_whole(whole));
            }
            let can_go =
                |track: &crate::hunk::Tracked| *track.id() == hunk.1 && track.placed.state == HunkState::Pending;
            if set.undoing.is_some() || set.kept.iter().any(can_go) {
                files.entry(id).or_default().insert(hunk.1.clone());
            }
        }
        files
    }

    fn offer_rejected(
        &mut self,
        decision: &Decision,
        effects: &mut Effects,
    ) -> Result<Vec<(HunkId, HunkState)>, ReviewError> {
        let mut files: BTreeMap<(FileId, SessionId), Vec<HunkId>> = BTreeMap::new();
        for hunk @ (session, id) in &decision.hunks {
            if let Some(file) = self.decided(hunk) {
                files.entry((file, session.clone())).or_default().push(id.clone());
            }
        }
        let mut outcome = Vec::new();
        for ((id, session), ids) in &files {
            let Some(file) = self.files.get_mut(id) else {
                continue;
            };
            if let Some(set) = file.sets.get_mut(session) {
                outcome.extend(set.offer_rejected(ids));
            }
            file.weigh_wholes();
            self.sweep(id, effects);
        }
        if outcome.is_empty() {
            return Err(ReviewError::CannotUndo(TYPED_SINCE.to_owned()));
        }
        Ok(outcome)
    }
}
