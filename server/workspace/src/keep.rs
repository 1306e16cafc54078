//! Keep: the edit goes to the editor, and the text proves that it arrived.
//!
//! The hunks are marked and journaled before anything is sent, so that no crash and no second click can bring a
//! change in twice. What the editor answers is not believed; see `proof`.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use base::{ChangeKind, HunkId, HunkState, SessionId};
use futures::channel::oneshot;
use futures::future::{BoxFuture, Either, select};
use text::Edit;

use crate::change_set::Whole;
use crate::editor::{Editor, EditorAnswer, EditorEdit, EditorFile};
use crate::error::ReviewError;
use crate::file::{FileId, FileState};
use crate::hunk::{InFlight, Tracked, stands};
use crate::journal::{Draft, Receipt};
use crate::place::{self, Root};
use crate::review::{Selection, check_named};
use crate::state::{Decision, Effects, Keep, State};
use crate::workspace::Workspace;

/// How often closed files are looked at while a proof is awaited.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// An edit ready to be sent, its hunks marked.
pub(crate) struct Launch {
    pub(crate) keep: u64,
    pub(crate) edit: EditorEdit,
    pub(crate) done: oneshot::Receiver<()>,
    pub(crate) receipts: Vec<Receipt>,
}

impl Workspace {
    /// Keeps what the selection names, through the editor, in one edit. Resolves when every hunk is proved to be in
    /// the text, or offered again. A bulk Keep leaves out streaming and conflicting hunks, those newer than
    /// `selection.rev`, and of two sessions' hunks at one place the second.
    ///
    /// # Errors
    /// Nothing can be kept, or none of it arrived: what was not kept is offered again.
    pub fn keep<'a>(
        &'a self,
        selection: &'a Selection,
        editor: &'a dyn Editor,
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
                let mut files: BTreeMap<FileId, Vec<(SessionId, HunkId)>> = BTreeMap::new();
                for ((file, session, hunk), _) in pending {
                    files.entry(file).or_default().push((session, hunk));
                }
                state.launch(files, false, &roots, effects)
            })?;
            let outcome = self.carry_out(launch, editor).await?;
            self.remember_decision(HunkState::Kept, &outcome);
            Ok(outcome.into_iter().map(|(_, hunk, state)| (hunk, state)).collect())
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
        let answer = match select(editor.apply(edit), &mut done).await {
            Either::Left((answer, _)) => Some(answer),
            Either::Right(_) => None,
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
        landing.settle(failure)
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

impl State {
    /// Marks and journals hunks, and makes the edit that carries them out.
    pub(crate) fn launch(
        &mut self,
        files: BTreeMap<FileId, Vec<(SessionId, HunkId)>>,
        is_undo: bool,
        roots: &[Root],
        effects: &mut Effects,
    ) -> Result<Launch, ReviewError> {
        let keep = self.next_keep;
        let mut launching = Launching {
            keep,
            roots,
            effects,
            waiting: HashMap::new(),
            receipts: Vec::new(),
            files: Vec::new(),
            titles: Vec::new(),
        };
        for (id, hunks) in &files {
            if let Some(file) = self.files.get_mut(id) {
                launching.file(file, hunks);
            }
        }
        let Launching {
            waiting,
            receipts,
            files: edits,
            titles,
            ..
        } = launching;
        for id in files.keys() {
            self.sweep(id, effects);
        }
        if waiting.is_empty() {
            return Err(ReviewError::Nothing);
        }
        self.next_keep += 1;
        let (sender, done) = oneshot::channel();
        let label = match titles.as_slice() {
            [title] => format!("Singletree: {title}"),
            _ => format!("Singletree: {} changes", waiting.len()),
        };
        self.keeps.insert(
            keep,
            Keep {
                waiting,
                outcome: Vec::new(),
                is_undo,
                done: Some(sender),
            },
        );
        Ok(Launch {
            keep,
            edit: EditorEdit { label, files: edits },
            done,
            receipts,
        })
    }
}

struct Launching<'a> {
    keep: u64,
    roots: &'a [Root],
    effects: &'a mut Effects,
    waiting: HashMap<HunkId, SessionId>,
    receipts: Vec<Receipt>,
    files: Vec<EditorFile>,
    titles: Vec<String>,
}

impl Launching<'_> {
    fn file(&mut self, file: &mut FileState, wanted: &[(SessionId, HunkId)]) {
        let base = file.rope.clone();
        let logged = file.log.len();
        let mut edits: Vec<(Edit, SessionId, HunkId)> = Vec::new();
        let mut wholes: Vec<(SessionId, Whole)> = Vec::new();
        for (session, id) in wanted {
            let Some(set) = file.sets.get_mut(session) else {
                continue;
            };
            if let Some(whole) = set.whole.iter().chain(&set.undoing).find(|whole| whole.hunk.id() == id) {
                wholes.push((session.clone(), whole.clone()));
            } else if let Some(hunk) = set.hunks.iter_mut().chain(&mut set.kept).find(|hunk| hunk.id() == id) {
                if stands(&base, &hunk.placed.range, &hunk.placed.text.old) {
                    edits.push((hunk.placed.edit(), session.clone(), id.clone()));
                } else {
                    hunk.fall_out(crate::track::TYPED_OVER);
                }
            }
        }
        edits.sort_by_key(|(edit, ..)| edit.range.start);
        let mut end: Option<(usize, usize, SessionId)> = None;
        edits.retain(|(edit, session, _)| {
            let is_free = end.as_ref().is_none_or(|(start, end, of)| {
                edit.range.start >= *end && (of == session || edit.range.start > *start)
            });
            if is_free {
                end = Some((edit.range.start, edit.range.end, session.clone()));
            }
            is_free
        });
        // A deletion was decided on the whole text: it does not go with changes of that text.
        wholes.retain(|(_, whole)| edits.is_empty() || whole.kind == ChangeKind::Rename);
        wholes.truncate(1);
        if edits.is_empty() && wholes.is_empty() {
            return;
        }
        for (_, session, id) in &edits {
            let set = file.sets.get_mut(session);
            let hunk = set.and_then(|set| set.hunks.iter_mut().chain(&mut set.kept).find(|hunk| hunk.id() == id));
            if let Some(hunk) = hunk {
                self.mark(hunk, session, &base, logged);
            }
        }
        for (session, whole) in &wholes {
            let set = file.sets.get_mut(session);
            let found = set.and_then(|set| {
                set.whole
                    .iter_mut()
                    .chain(&mut set.undoing)
                    .find(|it| it.hunk.id() == whole.hunk.id())
            });
            if let Some(whole) = found {
                self.mark(&mut whole.hunk, session, &base, logged);
            }
        }
        self.journal(file, &edits, &wholes);
        let edits = joined(edits.into_iter().map(|(edit, ..)| edit));
        if !edits.is_empty() {
            self.files.push(EditorFile::Edit {
                uri: file.uri.clone(),
                version: file.version(),
                edits,
                base: base.clone(),
            });
        }
        for (_, whole) in wholes {
            self.files.push(self.whole(file, &whole));
        }
    }

    fn mark(&mut self, hunk: &mut Tracked, session: &SessionId, base: &ropey::Rope, logged: usize) {
        hunk.placed.reason = None;
        hunk.typed = None;
        hunk.flight = Some(InFlight {
            keep: self.keep,
            sent: hunk.placed.clone(),
            base: base.clone(),
            logged,
        });
        hunk.placed.state = HunkState::Keeping;
        hunk.is_news = true;
        // The `Keeping` record says it.
        hunk.journaled = HunkState::Keeping;
        self.waiting.insert(hunk.id().clone(), session.clone());
        let title = &hunk.placed.text.origin.title;
        if !self.titles.contains(title) {
            self.titles.push(title.clone());
        }
    }

    fn journal(&mut self, file: &FileState, edits: &[(Edit, SessionId, HunkId)], wholes: &[(SessionId, Whole)]) {
        let mut after = file.rope.clone();
        for (edit, ..) in edits.iter().rev() {
            // Its place was compared with the text just now.
            let _ = text::apply(&mut after, edit);
        }
        let mut sessions: BTreeMap<SessionId, Vec<HunkId>> = BTreeMap::new();
        let hunks = edits.iter().map(|(_, session, id)| (session, id));
        for (session, id) in hunks.chain(wholes.iter().map(|(session, whole)| (session, whole.hunk.id()))) {
            sessions.entry(session.clone()).or_default().push(id.clone());
        }
        for (session, hunks) in sessions {
            let (file, before, after) = (file.uri.clone(), file.rope.clone(), after.clone());
            self.receipts.push(self.effects.record(Draft::Keeping {
                session,
                file,
                hunks,
                before,
                after,
            }));
        }
    }

    fn whole(&self, file: &FileState, whole: &Whole) -> EditorFile {
        let uri = file.uri.clone();
        let text = &whole.hunk.placed.text;
        match (whole.kind, whole.to.as_ref().and_then(FileId::path)) {
            (ChangeKind::Rename, Some(to)) => EditorFile::Rename {
                from: uri,
                to: place::uri(self.roots, to),
            },
            (ChangeKind::Delete, _) => EditorFile::Delete {
                uri,
                base: ropey::Rope::from_str(&text.old),
            },
            _ => EditorFile::Create {
                uri,
                text: text.new.clone(),
            },
        }
    }
}

/// Edits that touch are one: editors differ in how they order them.
fn joined(edits: impl Iterator<Item = Edit>) -> Vec<Edit> {
    let mut joined: Vec<Edit> = Vec::new();
    for edit in edits {
        match joined.last_mut() {
            Some(last) if last.range.end == edit.range.start => {
                last.range.end = edit.range.end;
                last.text.push_str(&edit.text);
            }
            _ => joined.push(edit),
        }
    }
    joined
}
