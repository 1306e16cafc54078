//! The decisions that can be undone: which one is meant, and where its hunks are.

use base::{HunkId, SessionId};

use crate::error::ReviewError;
use crate::file::{FileId, FileState};
use crate::hunk::Tracked;
use crate::review::Selection;
use crate::state::{Decision, State};
use crate::workspace::Workspace;

impl Workspace {
    pub(crate) fn files_of_last_decision(&self, selection: &Selection) -> Vec<FileId> {
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

    pub(crate) fn take_decision(&mut self, selection: &Selection) -> Result<Decision, ReviewError> {
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
    pub(crate) fn decided(&self, (session, hunk): &(SessionId, HunkId)) -> Option<FileId> {
        let is_there = |id: &&FileId| {
            self.files
                .get(*id)
                .is_some_and(|file| file.decided(session, hunk).is_some())
        };
        self.files.keys().find(is_there).cloned()
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
