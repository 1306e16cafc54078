//! Undo takes back the last decision: a Keep by the reverse edit, proved like any other, a Reject by offering the
//! hunks again where they belong now.

use std::collections::{BTreeMap, HashSet};

use base::{HunkId, HunkState, SessionId};
use futures::future::BoxFuture;

use crate::editor::Editor;
use crate::error::ReviewError;
use crate::file::{FileId, FileState};
use crate::hunk::Tracked;
use crate::launch::Launch;
use crate::review::Selection;
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
    /// Takes back the last Keep or Reject.
    ///
    /// # Errors
    /// As [`Workspace::undo_selected`].
    pub fn undo<'a>(&'a self, editor: &'a dyn Editor) -> BoxFuture<'a, Result<Vec<(HunkId, HunkState)>, ReviewError>> {
        self.undo_selected(Selection::default(), editor)
    }

    /// Takes back the last Keep or Reject of something that is selected, as far as it is, in one edit; the hunks are pending
    /// again, or conflicts where the text has changed since.
    ///
    /// # Errors
    /// There is no decision to take back, or none of it can be: then it stays as it is.
    pub fn undo_selected<'a>(
        &'a self,
        selection: Selection,
        editor: &'a dyn Editor,
    ) -> BoxFuture<'a, Result<Vec<(HunkId, HunkState)>, ReviewError>> {
        Box::pin(async move {
            let roots = self.known_roots();
            for id in self.files_of_last_decision(&selection) {
                self.refresh(&id);
            }
            let undo = self.act(|state, effects| {
                let decision = state.take_decision(&selection)?;
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

    fn files_of_last_decision(&self, selection: &Selection) -> Vec<FileId> {
        let state = self.lock();
        let last = state.last_decision(selection);
        let mut files: Vec<FileId> = last
            .iter()
            .flat_map(|(_, hunks)| hunks)
            .filter_map(|hunk| state.decided(hunk))
            .collect();
        files.sort();
        files.dedup();
        files
    }
}

impl FileState {
    /// A hunk that was kept or rejected here.
    fn decided(&self, session: &SessionId, hunk: &HunkId) -> Option<&Tracked> {
        let set = self.sets.get(session)?;
        let wholes = set.kept_wholes.iter().chain(&set.rejected_wholes);
        let mut decided = set
            .kept
            .iter()
            .chain(&set.rejected)
            .chain(wholes.map(|whole| &whole.hunk));
        decided.find(|decided| decided.id() == hunk)
    }
}

impl State {
    /// The last decision that has to do with what is selected, by its place, and what of it is.
    fn last_decision(&self, selection: &Selection) -> Option<(usize, Vec<(SessionId, HunkId)>)> {
        let by_path = selection.file_id();
        let is_meant = |hunk: &&(SessionId, HunkId)| {
            let decided = self.decided(hunk).and_then(|id| self.files.get(&id));
            decided.is_some_and(|file| {
                file.decided(&hunk.0, &hunk.1)
                    .is_some_and(|tracked| selection.names(file, by_path.as_ref(), &tracked.placed))
            })
        };
        let everything = *selection == Selection::default();
        self.decisions.iter().enumerate().rev().find_map(|(at, decision)| {
            let hunks: Vec<_> = match everything {
                true => decision.hunks.clone(),
                false => decision.hunks.iter().filter(is_meant).cloned().collect(),
            };
            (!hunks.is_empty()).then_some((at, hunks))
        })
    }

    fn take_decision(&mut self, selection: &Selection) -> Result<Decision, ReviewError> {
        let nothing = || match selection.hunks.as_deref() {
            Some([only, ..]) => ReviewError::Unknown(only.clone()),
            _ => ReviewError::NothingToUndo,
        };
        let (at, hunks) = self.last_decision(selection).ok_or_else(nothing)?;
        let decision = &mut self.decisions[at];
        decision.hunks.retain(|hunk| !hunks.contains(hunk));
        let verdict = decision.verdict;
        if decision.hunks.is_empty() {
            self.decisions.remove(at);
        }
        Ok(Decision { verdict, hunks })
    }

    /// The file in which a hunk was decided on.
    fn decided(&self, (session, hunk): &(SessionId, HunkId)) -> Option<FileId> {
        let is_there = |id: &&FileId| {
            self.files
                .get(*id)
                .is_some_and(|file| file.decided(session, hunk).is_some())
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
            let can_go = |track: &Tracked| *track.id() == hunk.1 && track.placed.state == HunkState::Pending;
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
