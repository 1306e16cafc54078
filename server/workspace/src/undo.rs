//! Undo takes back the last decision: a Keep by the reverse edit, proved like any other, a Reject by offering the
//! hunks again where they belong now. What the user has made of a file since is theirs: a file that was created,
//! deleted or renamed goes back only from how the Keep left it.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use base::{ChangeKind, HunkId, HunkState, Origin, SessionId};
use futures::future::BoxFuture;
use ropey::Rope;

use crate::change_set::Whole;
use crate::disk;
use crate::document::look;
use crate::editor::Editor;
use crate::error::ReviewError;
use crate::file::{FileId, FileState, Look, TextSource};
use crate::hunk::{HunkText, Tracked};
use crate::launch::Launch;
use crate::place::Root;
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

/// What can be sent to take a decision back, and what cannot be.
#[derive(Default)]
struct WayBack {
    files: BTreeMap<FileId, HashSet<HunkId>>,
    blocked: Vec<(Arc<Origin>, Obstacle)>,
}

/// Why a file does not go back, and which one is meant.
enum Obstacle {
    Changed(FileId),
    Gone(FileId),
    /// The way back leads where a file or a buffer is.
    Occupied(FileId),
    /// Another change of the file itself is proposed or on its way.
    Busy(FileId),
}

impl Obstacle {
    /// Whether the way may be free later. Of a created file that was changed or is gone nothing is left to be had.
    fn may_go(&self) -> bool {
        matches!(self, Self::Occupied(_) | Self::Busy(_))
    }

    fn told(&self, workspace: &Workspace) -> String {
        let (Self::Changed(id) | Self::Gone(id) | Self::Occupied(id) | Self::Busy(id)) = self;
        let name = id.path().map(|path| workspace.relative(path)).unwrap_or_default();
        match self {
            Self::Changed(_) => format!("{name} was changed since, so it stays; delete it if it is not needed"),
            Self::Gone(_) => format!("{name} does not exist any more"),
            Self::Occupied(_) => {
                format!("there is a file or an open buffer {name} now; move or close it, then undo again")
            }
            Self::Busy(_) => format!("another change of {name} is open; decide on it, then undo again"),
        }
    }
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
    /// There is no decision to take back, or none of it can be: then the files stay as they are.
    pub fn undo_selected<'a>(
        &'a self,
        selection: Selection,
        editor: &'a dyn Editor,
    ) -> BoxFuture<'a, Result<Vec<(HunkId, HunkState)>, ReviewError>> {
        Box::pin(async move {
            let roots = self.known_roots();
            let mut under_buffers = BTreeMap::new();
            for id in self.files_of_last_decision(&selection) {
                self.refresh(&id);
                under_buffers.extend(self.look_under_buffer(&id).map(|look| (id, look)));
            }
            let undo = self.act(|state, effects| {
                let decision = state.take_decision(&selection)?;
                match decision.verdict {
                    HunkState::Rejected => state.offer_rejected(&decision, effects).map(Undo::Done),
                    _ => {
                        let way_back = state.prepare_way_back(&decision, &under_buffers);
                        self.launch_way_back(state, decision, way_back, &roots, effects)
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

    fn launch_way_back(
        &self,
        state: &mut State,
        decision: Decision,
        WayBack { files, blocked }: WayBack,
        roots: &[Root],
        effects: &mut Effects,
    ) -> Result<Undo, ReviewError> {
        if let Ok(launch) = state.launch(files, true, roots, effects) {
            for (origin, obstacle) in &blocked {
                let told = obstacle.told(self);
                effects.notice(origin, format!("A change ({}) was not undone: {told}", origin.title));
            }
            return Ok(Undo::Send(launch, decision));
        }
        if blocked.iter().any(|(_, obstacle)| obstacle.may_go()) {
            state.decisions.push(decision);
        }
        let reason = blocked.first().map(|(_, obstacle)| obstacle.told(self));
        Err(ReviewError::CannotUndo(
            reason.unwrap_or_else(|| TYPED_SINCE.to_owned()),
        ))
    }

    /// What is on disk of a file that is open; the buffer need not be of it.
    fn look_under_buffer(&self, id: &FileId) -> Option<Look> {
        let is_open = self.lock().files.get(id).is_some_and(FileState::is_open);
        look(id.path().filter(|_| is_open)?, None)
    }
}

impl State {
    /// Makes the ways back from kept wholes, and names everything that can be sent.
    fn prepare_way_back(&mut self, decision: &Decision, under_buffers: &BTreeMap<FileId, Look>) -> WayBack {
        let mut way_back = WayBack::default();
        for hunk in &decision.hunks {
            let Some(id) = self.decided(hunk) else {
                continue;
            };
            let Some(set) = self.files.get(&id).and_then(|file| file.sets.get(&hunk.0)) else {
                continue;
            };
            let can_go = |track: &Tracked| *track.id() == hunk.1 && track.placed.state == HunkState::Pending;
            if let Some(whole) = set.kept_wholes.iter().find(|whole| *whole.hunk.id() == hunk.1) {
                let whole = whole.clone();
                if let Some(obstacle) = self.obstacle(&id, &hunk.0, &whole, under_buffers.get(&id)) {
                    let origin = Arc::clone(&whole.hunk.placed.text.origin);
                    way_back.blocked.push((origin, obstacle));
                    continue;
                }
                if let Some(set) = self.files.get_mut(&id).and_then(|file| file.sets.get_mut(&hunk.0)) {
                    set.undoing = Some(way_back_of_whole(&whole));
                }
            } else if !set.kept.iter().any(can_go) {
                continue;
            }
            way_back.files.entry(id).or_default().insert(hunk.1.clone());
        }
        way_back
    }

    /// What stands against taking back a kept change of the file itself; `under_buffer` is what is on disk if the
    /// file is open.
    fn obstacle(
        &self,
        id: &FileId,
        session: &SessionId,
        whole: &Whole,
        under_buffer: Option<&Look>,
    ) -> Option<Obstacle> {
        let file = self.files.get(id)?;
        let set = file.sets.get(session)?;
        if set.whole.is_some() || set.undoing.is_some() {
            return Some(Obstacle::Busy(id.clone()));
        }
        let text = (!matches!(file.source, TextSource::Missing)).then_some(&file.rope);
        let HunkText { old, new, .. } = &*whole.hunk.placed.text;
        // An editor may not have saved what it was given.
        let is_left = |text: &Rope, kept: &str| text.len_bytes() == 0 || *text == kept;
        match (whole.kind, text) {
            (ChangeKind::Create | ChangeKind::Rename, None) if !file.is_on_disk => Some(Obstacle::Gone(id.clone())),
            (ChangeKind::Create, text) => {
                let is_kept = text.is_some_and(|text| *text == new.as_str());
                let is_kept_below = match under_buffer {
                    None | Some(Look::Missing) => true,
                    Some(Look::Text(disk)) => is_left(&disk.rope, new),
                    Some(Look::Unreadable(_)) => false,
                };
                (!(is_kept && is_kept_below)).then(|| Obstacle::Changed(id.clone()))
            }
            // The buffer of a deleted file may have stayed.
            (ChangeKind::Delete, text) => {
                let is_free = !file.is_on_disk && text.is_none_or(|text| is_left(text, old));
                (!is_free).then(|| Obstacle::Occupied(id.clone()))
            }
            (ChangeKind::Rename, _) => {
                let is_open = self.files.get(&whole.from).is_some_and(FileState::is_open);
                let is_taken = is_open || whole.from.path().is_some_and(disk::exists);
                is_taken.then(|| Obstacle::Occupied(whole.from.clone()))
            }
            (ChangeKind::Edit, _) => None,
        }
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
