//! An agent's change becomes hunks. Nothing is written: the user reviews them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{ChangeKind, ContentHash, HunkId, HunkState, Origin, ReviewId};
use permissions::{Grant, WriteKind};
use ropey::Rope;
use text::{Change, Edit};

use crate::change_set::ChangeSet;
use crate::derive::{Splice, derive};
use crate::error::StageError;
use crate::file::{FileId, FileState};
use crate::hunk::{HunkText, PlacedHunk, Tracked};
use crate::journal::{self, Receipt};
use crate::state::{Effects, Reviews};
use crate::unified;
use crate::view::Sight;
use crate::workspace::Workspace;

/// How often staging starts over because the user typed meanwhile; then it is done with the lock held.
const TRIES: usize = 4;

/// What a tool wants to change. `base_hash` is the hash of the [`crate::FileView`] that the change was made on.
#[derive(Clone, Debug)]
pub enum FileChange {
    /// `edits` in the view's coordinates, disjoint, in any order. Line endings that they bring are adapted to the
    /// lines around them.
    Edit {
        path: PathBuf,
        base_hash: ContentHash,
        edits: Vec<Edit>,
    },
    Create {
        path: PathBuf,
        text: String,
    },
    Delete {
        path: PathBuf,
        base_hash: ContentHash,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
        base_hash: ContentHash,
    },
}

/// Which line endings new text gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endings {
    /// Those of the lines around it.
    Adapted,
    /// Its own.
    AsWritten,
}

/// The text that a change was made on.
pub(crate) struct Base {
    pub(crate) hash: ContentHash,
    pub(crate) rope: Rope,
}

impl Base {
    pub(crate) fn of(rope: Rope) -> Self {
        Self {
            hash: journal::hash(&rope),
            rope,
        }
    }
}

/// What was proposed.
#[derive(Clone, Debug)]
pub struct Staged {
    pub review: ReviewId,
    /// The hunks that now stand for the change. None if it took back what was proposed before.
    pub hunks: Vec<HunkId>,
    /// How many of them conflict with what the user typed.
    pub conflicts: usize,
    /// What is proposed, for the model and for people, with a header for each file.
    pub unified: String,
}

impl Workspace {
    /// Proposes a change. It is journaled when this returns, and listeners have been told.
    ///
    /// # Errors
    /// The grant does not cover it, the file has moved on too far, or the change does not fit it. Nothing changed.
    pub fn stage(&self, origin: &Origin, grant: &Grant, change: FileChange) -> Result<Staged, StageError> {
        match change {
            FileChange::Edit { path, base_hash, edits } => {
                self.permit(origin, grant, &path, &[WriteKind::Modify, WriteKind::Create])?;
                self.stage_edit(origin, &path, &base_hash, edits)
            }
            FileChange::Create { path, text } => {
                self.permit(origin, grant, &path, &[WriteKind::Create])?;
                self.stage_create(origin, &path, text)
            }
            FileChange::Delete { path, base_hash } => {
                self.permit(origin, grant, &path, &[WriteKind::Delete])?;
                self.stage_delete(origin, &path, &base_hash)
            }
            FileChange::Rename { from, to, base_hash } => {
                self.permit(origin, grant, &from, &[WriteKind::Rename])?;
                self.permit(origin, grant, &to, &[WriteKind::Rename])?;
                self.stage_rename(origin, &from, &to, &base_hash)
            }
        }
    }

    /// The one place where a grant is asked. An edit of a file that the session itself creates may rest on the
    /// grant to create it.
    pub(crate) fn permit(
        &self,
        origin: &Origin,
        grant: &Grant,
        path: &Path,
        kinds: &[WriteKind],
    ) -> Result<(), StageError> {
        let FileId::Path(resolved) = self.locate(path)? else {
            return Err(StageError::NotGranted { path: path.to_owned() });
        };
        let covers = |kind: &WriteKind| {
            grant.covers(&resolved, *kind) || (grant.covers(path, *kind) && grant.resolved(path) == Some(&resolved))
        };
        let is_own_creation = || {
            let state = self.lock();
            let set = state
                .files
                .get(&FileId::Path(resolved.clone()))
                .and_then(|file| file.sets.get(&origin.session));
            set.is_some_and(|set| set.kind() == ChangeKind::Create)
        };
        let is_permitted = kinds.first().is_some_and(&covers) || (kinds.iter().any(covers) && is_own_creation());
        match is_permitted {
            true => Ok(()),
            false => Err(StageError::NotGranted { path: path.to_owned() }),
        }
    }

    fn stage_edit(
        &self,
        origin: &Origin,
        path: &Path,
        base_hash: &ContentHash,
        edits: Vec<Edit>,
    ) -> Result<Staged, StageError> {
        self.stage_edits(origin, path, edits, Endings::Adapted, |sight, edits| {
            self.edits_on(sight, path, base_hash, edits)
        })
    }

    /// As a [`FileChange::Edit`] whose base is at hand, whether or not anybody has seen it as a view.
    pub(crate) fn stage_edit_as(
        &self,
        origin: &Origin,
        path: &Path,
        base: &Base,
        edits: Vec<Edit>,
        endings: Endings,
    ) -> Result<Staged, StageError> {
        self.stage_edits(origin, path, edits, endings, |sight, edits| {
            if sight.seen.hash == base.hash {
                return Ok(edits);
            }
            let stale = || StageError::Stale {
                path: path.to_owned(),
                now: sight.seen.hash.clone(),
            };
            carried_over(edits, &text::diff_edits(&base.rope, &sight.seen.rope)).ok_or_else(stale)
        })
    }

    fn stage_edits(
        &self,
        origin: &Origin,
        path: &Path,
        edits: Vec<Edit>,
        endings: Endings,
        placed: impl Fn(&Sight, Vec<Edit>) -> Result<Vec<Edit>, StageError>,
    ) -> Result<Staged, StageError> {
        for _ in 0..TRIES {
            let sight = self.sight(&origin.session, path)?;
            let edits = placed(&sight, edits.clone())?;
            let staged = self.act(|state, effects| {
                let (file, reviews) = state.file_of(&sight, &self.known_roots());
                if file.revision != sight.seen.revision {
                    return None;
                }
                let staged = file.propose(origin, path, &sight, (&edits, endings), reviews, effects);
                state.staged(&sight.id, origin, effects);
                Some(staged)
            });
            if let Some(staged) = staged {
                return self.journaled(&sight.id, origin, staged?);
            }
        }
        let now = self.sight(&origin.session, path)?.seen.hash;
        Err(StageError::Stale {
            path: path.to_owned(),
            now,
        })
    }

    /// The edits in the coordinates of the present view: as they are if it is the one they were made on, and
    /// carried over what changed since if we still hold that one.
    fn edits_on(
        &self,
        sight: &Sight,
        path: &Path,
        base: &ContentHash,
        mut edits: Vec<Edit>,
    ) -> Result<Vec<Edit>, StageError> {
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        let stale = || StageError::Stale {
            path: path.to_owned(),
            now: sight.seen.hash.clone(),
        };
        if sight.seen.hash == *base {
            check_fit(&sight.seen.rope, &edits, path)?;
            return Ok(edits);
        }
        let older = {
            let state = self.lock();
            let file = state.files.get(&sight.id);
            let is_it = |seen: &&crate::file::Seen| seen.hash == *base && seen.session == sight.seen.session;
            file.and_then(|file| file.seen.iter().find(is_it).map(|seen| seen.rope.clone()))
        };
        let older = older.ok_or_else(stale)?;
        check_fit(&older, &edits, path)?;
        carried_over(edits, &text::diff_edits(&older, &sight.seen.rope)).ok_or_else(stale)
    }

    /// Waits for the journal. If it fails, what was staged is withdrawn.
    pub(crate) fn journaled(
        &self,
        id: &FileId,
        origin: &Origin,
        staged: (Staged, Receipt),
    ) -> Result<Staged, StageError> {
        let (staged, receipt) = staged;
        let Some(Err(error)) = receipt.get() else {
            return Ok(staged);
        };
        self.act(|state, effects| {
            if let Some(set) = state
                .files
                .get_mut(id)
                .and_then(|file| file.sets.get_mut(&origin.session))
            {
                set.hunks.retain(|hunk| !staged.hunks.contains(hunk.id()));
                set.whole.take_if(|whole| staged.hunks.contains(whole.hunk.id()));
                state.reviews.tell(origin, effects);
            }
            state.sweep(id, effects);
        });
        Err(StageError::Journal(error.clone()))
    }
}

/// Whether edits (ascending) are disjoint, inside the text and between characters.
fn check_fit(rope: &Rope, edits: &[Edit], path: &Path) -> Result<(), StageError> {
    let bad = |cause: String| StageError::BadEdit {
        path: path.to_owned(),
        cause,
    };
    let mut end = 0;
    for Edit { range, .. } in edits {
        if range.start > range.end || range.end > rope.len_bytes() {
            return Err(bad(format!(
                "bytes {}..{} are not in its {} bytes",
                range.start,
                range.end,
                rope.len_bytes()
            )));
        }
        let is_boundary = |at: usize| rope.char_to_byte(rope.byte_to_char(at)) == at;
        if !is_boundary(range.start) || !is_boundary(range.end) {
            return Err(bad(format!(
                "bytes {}..{} cut a character in two",
                range.start, range.end
            )));
        }
        if range.start < end {
            return Err(bad(format!("two edits overlap at byte {}", range.start)));
        }
        end = range.end;
    }
    Ok(())
}

/// Moves edits over changes of their text (both ascending); none if one lies where the text changed.
fn carried_over(mut edits: Vec<Edit>, changes: &[Edit]) -> Option<Vec<Edit>> {
    for edit in &mut edits {
        let touches = |change: &Edit| change.range.start <= edit.range.end && edit.range.start <= change.range.end;
        if changes.iter().any(touches) {
            return None;
        }
        let by: isize = changes
            .iter()
            .filter(|change| change.range.end < edit.range.start)
            .map(Edit::delta)
            .sum();
        edit.range = crate::hunk::moved(&edit.range, by);
    }
    Some(edits)
}

/// Where new text comes from. What the agent makes of a command's text goes on being the command's: it must not
/// become one that is kept unseen.
pub(crate) fn shared_origin(origin: &Origin, superseded: &[Tracked]) -> Arc<Origin> {
    let mut origin = origin.clone();
    let mut before = superseded.iter().map(|hunk| &hunk.placed.text.origin);
    if origin.is_agents_own()
        && let Some(commands) = before.find(|before| !before.is_agents_own())
    {
        origin.author.clone_from(&commands.author);
    }
    Arc::new(origin)
}

impl FileState {
    fn propose(
        &mut self,
        origin: &Origin,
        path: &Path,
        sight: &Sight,
        (edits, endings): (&[Edit], Endings),
        reviews: &mut Reviews,
        effects: &mut Effects,
    ) -> Result<(Staged, Receipt), StageError> {
        let set = self.sets.get(&origin.session);
        if set
            .and_then(|set| set.live_whole())
            .is_some_and(|whole| whole.kind == ChangeKind::Create)
        {
            return self.propose_created_text(origin, path, sight, (edits, endings), reviews, effects);
        }
        let live: Vec<&PlacedHunk> = set.iter().flat_map(|set| set.live()).collect();
        let eol = (endings == Endings::Adapted).then_some(sight.seen.eol);
        let splices = derive(&self.rope, &live, &sight.seen.rope, edits, eol);
        check_splices(&splices, &live, sight, path)?;

        let rev = reviews.next_rev(origin, effects);
        let set = self.sets.entry(origin.session.clone()).or_default();
        let (hunks, superseded) = set.take_over(&splices, |change, replaced| {
            let text = HunkText {
                id: HunkId::fresh(),
                origin: shared_origin(origin, replaced),
                old: change.old.clone(),
                new: change.new.clone(),
            };
            Tracked::new(PlacedHunk {
                text: text.into(),
                range: change.range.clone(),
                state: HunkState::Pending,
                since: rev,
                reason: None,
            })
        });
        if hunks.is_empty() && superseded.is_empty() {
            return Err(StageError::Nothing { path: path.to_owned() });
        }
        reviews.tell(origin, effects);
        for hunk in &superseded {
            reviews.tell(&hunk.placed.text.origin, effects);
        }
        set.restored = None;
        let shown: Vec<&PlacedHunk> = set.live().filter(|hunk| hunks.contains(&hunk.text.id)).collect();
        let unified = unified::of_hunks(&self.rope, &shown);
        self.revision += 1;
        let receipt = effects.record_staged(self, &origin.session);
        let shown_path = path.display();
        let unified = if hunks.is_empty() {
            unified
        } else {
            format!("--- {shown_path}\n+++ {shown_path}\n{unified}")
        };
        Ok((
            Staged {
                review: origin.review.clone(),
                hunks,
                conflicts: 0,
                unified,
            },
            receipt,
        ))
    }
}

/// Whether hunks may give way to what comes, and the file's encoding can hold it.
fn check_splices(splices: &[Splice], live: &[&PlacedHunk], sight: &Sight, path: &Path) -> Result<(), StageError> {
    let path = || path.to_owned();
    let replaced = || splices.iter().flat_map(|splice| &live[splice.replaced.clone()]);
    if replaced().any(|hunk| hunk.state == HunkState::Keeping) {
        return Err(StageError::BeingKept { path: path() });
    }
    if splices.iter().all(|splice| splice.changes.is_empty()) && replaced().next().is_none() {
        return Err(StageError::Nothing { path: path() });
    }
    for change in splices.iter().flat_map(|splice| &splice.changes) {
        sight
            .image
            .encode(&change.new)
            .map_err(|source| StageError::Unencodable { path: path(), source })?;
    }
    Ok(())
}

impl ChangeSet {
    /// Puts new hunks in the place of those that give way: the ids that stand for the change, and what it superseded.
    /// A hunk that comes out as it was keeps its id and state.
    fn take_over(
        &mut self,
        splices: &[Splice],
        make: impl Fn(&Change, &[Tracked]) -> Tracked,
    ) -> (Vec<HunkId>, Vec<Tracked>) {
        let (live, conflicts): (Vec<Tracked>, Vec<Tracked>) = std::mem::take(&mut self.hunks)
            .into_iter()
            .partition(|hunk| hunk.placed.is_live());
        let (mut ids, mut superseded) = (Vec::new(), Vec::new());
        let mut live = live.into_iter();
        let mut at = 0;
        for splice in splices {
            self.hunks.extend(live.by_ref().take(splice.replaced.start - at));
            at = splice.replaced.end;
            let mut replaced: Vec<Tracked> = live.by_ref().take(splice.replaced.len()).collect();
            for change in &splice.changes {
                let is_same = |hunk: &Tracked| hunk.placed.range == change.range && hunk.placed.text.new == change.new;
                let hunk = match replaced.iter().position(is_same) {
                    Some(same) => replaced.remove(same),
                    None => {
                        let hunk = make(change, &replaced);
                        ids.push(hunk.id().clone());
                        hunk
                    }
                };
                self.hunks.push(hunk);
            }
            superseded.extend(replaced);
        }
        self.hunks.extend(live);
        // What the agent could not have its way with before, it has now proposed anew.
        for conflict in conflicts {
            let place = &conflict.placed.range;
            let is_covered = |splice: &Splice| splice.base.start <= place.end && place.start <= splice.base.end;
            match splices.iter().any(is_covered) {
                true => superseded.push(conflict),
                false => self.hunks.push(conflict),
            }
        }
        self.hunks.sort_by_key(|hunk| hunk.order());
        (ids, superseded)
    }
}
