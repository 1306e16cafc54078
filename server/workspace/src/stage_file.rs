//! Proposals about whole files: to create, delete or rename one.
//!
//! A creation is one hunk that holds the whole text; further edits of the file that is not there yet replace it by a
//! newer one. A deletion is one hunk whose old text is the file's. A renaming is a hunk without text; the session
//! sees the file under its new name from then on, but its edits of it stay hunks of the old file until the renaming
//! is kept, so that each can be kept without the other.

use std::path::Path;
use std::sync::Arc;

use base::{ChangeKind, ContentHash, HunkId, HunkState, Origin};
use ropey::Rope;
use text::Edit;

use crate::change_set::Whole;
use crate::disk;
use crate::error::{ReadError, StageError};
use crate::file::{FileId, FileState, TextSource};
use crate::hunk::{HunkText, PlacedHunk, Tracked};
use crate::journal::Receipt;
use crate::place;
use crate::stage::{Endings, Staged, shared_origin};
use crate::state::{Effects, Reviews};
use crate::view::Sight;
use crate::workspace::Workspace;

impl Workspace {
    pub(crate) fn stage_create(&self, origin: &Origin, path: &Path, text: String) -> Result<Staged, StageError> {
        self.stage_create_as(origin, path, with_one_eol(&text), Endings::Adapted)
    }

    pub(crate) fn stage_create_as(
        &self,
        origin: &Origin,
        path: &Path,
        text: String,
        endings: Endings,
    ) -> Result<Staged, StageError> {
        let id = self.locate(path)?;
        let exists = || StageError::Exists { path: path.to_owned() };
        match self.sight(&origin.session, path) {
            Err(ReadError::NotFound { .. }) => {}
            Ok(_) => return Err(exists()),
            Err(error) => return Err(error.into()),
        }
        let is_there = id.path().is_some_and(disk::exists);
        let roots = self.known_roots();
        let staged = self.act(|state, effects| {
            let reviews = &mut state.reviews;
            let file = state.files.entry(id.clone()).or_insert_with(|| {
                let uri = id
                    .path()
                    .map_or_else(|| place::uri(&roots, path), |path| place::uri(&roots, path));
                FileState::new(id.clone(), uri, Rope::new(), TextSource::Missing)
            });
            let is_there = is_there || !matches!(file.source, TextSource::Missing);
            let set = file.sets.entry(origin.session.clone()).or_default();
            let deleted = set
                .whole
                .take_if(|whole| whole.kind == ChangeKind::Delete && whole.hunk.flight.is_none());
            let staged = if let Some(deleted) = deleted {
                // The session sees no file because it proposes to delete it: what it wants is another text.
                Ok(file.replace_by(origin, (text, endings), deleted.hunk, reviews, effects))
            } else if is_there || set.in_flight().next().is_some() {
                Err(exists())
            } else {
                let superseded = std::mem::take(&mut set.hunks);
                let rev = reviews.next_rev(origin, effects);
                let origin = &*shared_origin(origin, &superseded);
                let hunk = whole_hunk(origin, 0..0, String::new(), text, rev);
                let whole = Whole::new(ChangeKind::Create, hunk, &id);
                Ok(file.set_whole(origin, whole, superseded, reviews, effects))
            };
            state.staged(&id, origin, effects);
            staged
        })?;
        self.journaled(&id, origin, staged)
    }

    pub(crate) fn stage_delete(&self, origin: &Origin, path: &Path, base: &ContentHash) -> Result<Staged, StageError> {
        let sight = self.sight(&origin.session, path)?;
        check_base(&sight, path, base)?;
        self.stage_whole(origin, path, &sight, |file, created, reviews, effects| {
            if let Some(created) = created {
                // A file that is only proposed so far is deleted by withdrawing it.
                return Ok(file.withdraw(origin, vec![created.hunk], reviews, effects));
            }
            let set = file.sets.entry(origin.session.clone()).or_default();
            let superseded = std::mem::take(&mut set.hunks);
            let old = file.rope.to_string();
            let hunk = whole_hunk(
                origin,
                0..old.len(),
                old,
                String::new(),
                reviews.next_rev(origin, effects),
            );
            let whole = Whole::new(ChangeKind::Delete, hunk, &file.id);
            Ok(file.set_whole(origin, whole, superseded, reviews, effects))
        })
    }

    pub(crate) fn stage_rename(
        &self,
        origin: &Origin,
        from: &Path,
        to: &Path,
        base: &ContentHash,
    ) -> Result<Staged, StageError> {
        let sight = self.sight(&origin.session, from)?;
        check_base(&sight, from, base)?;
        let target = self.locate(to)?;
        let is_way_back = target == sight.id;
        if !is_way_back && self.is_taken(origin, to, &target)? {
            return Err(StageError::Exists { path: to.to_owned() });
        }
        let mut created = None;
        let staged = self.stage_whole(origin, from, &sight, |file, own, reviews, effects| {
            if let Some(own) = own {
                // A file that is only proposed so far is proposed under its new name.
                let superseded = vec![own.hunk];
                created = Some((
                    shared_origin(origin, &superseded),
                    superseded[0].placed.text.new.clone(),
                ));
                return Ok(file.withdraw(origin, superseded, reviews, effects));
            }
            let set = file.sets.entry(origin.session.clone()).or_default();
            if is_way_back {
                let superseded = set.whole.take().map(|whole| whole.hunk).into_iter().collect();
                return Ok(file.withdraw(origin, superseded, reviews, effects));
            }
            let rev = reviews.next_rev(origin, effects);
            let mut whole = Whole::new(
                ChangeKind::Rename,
                whole_hunk(origin, 0..0, String::new(), String::new(), rev),
                &file.id,
            );
            whole.to = Some(target.clone());
            Ok(file.set_whole(origin, whole, Vec::new(), reviews, effects))
        })?;
        match created {
            Some((origin, text)) => self.stage_create_as(&origin, to, text, Endings::AsWritten),
            None => Ok(staged),
        }
    }

    /// Whether the session sees a file there, or something is there that it cannot see.
    fn is_taken(&self, origin: &Origin, path: &Path, id: &FileId) -> Result<bool, StageError> {
        match self.sight(&origin.session, path) {
            Ok(_) => Ok(true),
            Err(ReadError::NotFound { .. }) => Ok(id.path().is_some_and(disk::exists)),
            Err(error) => Err(error.into()),
        }
    }

    /// Stages a change of a whole file that the session sees. `stage` is given the file, and its creation if it is
    /// only proposed so far.
    fn stage_whole(
        &self,
        origin: &Origin,
        path: &Path,
        sight: &Sight,
        stage: impl FnOnce(
            &mut FileState,
            Option<Whole>,
            &mut Reviews,
            &mut Effects,
        ) -> Result<(Staged, Receipt), StageError>,
    ) -> Result<Staged, StageError> {
        let roots = self.known_roots();
        let staged = self.act(|state, effects| {
            let (file, reviews) = state.file_of(sight, &roots);
            if file.revision != sight.seen.revision {
                return Err(stale(sight, path));
            }
            let set = file.sets.entry(origin.session.clone()).or_default();
            if set.in_flight().next().is_some() {
                return Err(StageError::BeingKept { path: path.to_owned() });
            }
            let created = set.whole.take_if(|whole| whole.kind == ChangeKind::Create);
            if created.is_none() && !file.is_on_disk {
                // A buffer that was never saved is the user's to name or to close.
                return Err(ReadError::NotFound { path: path.to_owned() }.into());
            }
            let staged = stage(file, created, reviews, effects);
            state.staged(&sight.id, origin, effects);
            staged
        })?;
        self.journaled(&sight.id, origin, staged)
    }
}

impl FileState {
    /// Edits of a file that this session proposes to create: the creation gets a new text.
    pub(crate) fn propose_created_text(
        &mut self,
        origin: &Origin,
        path: &Path,
        sight: &Sight,
        (edits, endings): (&[Edit], Endings),
        reviews: &mut Reviews,
        effects: &mut Effects,
    ) -> Result<(Staged, Receipt), StageError> {
        let mut rope = sight.seen.rope.clone();
        for edit in edits.iter().rev() {
            text::apply(&mut rope, edit).map_err(|error| StageError::BadEdit {
                path: path.to_owned(),
                cause: error.to_string(),
            })?;
        }
        let text = match endings {
            Endings::Adapted => text::adapt_eol(&sight.seen.rope.to_string(), &rope.to_string(), sight.seen.eol),
            Endings::AsWritten => rope.to_string(),
        };
        let set = self.sets.entry(origin.session.clone()).or_default();
        let old = set
            .whole
            .take_if(|whole| whole.hunk.placed.state != HunkState::Keeping && whole.hunk.placed.text.new != text);
        let Some(old) = old else {
            let is_being_kept = set
                .live_whole()
                .is_some_and(|whole| whole.hunk.placed.state == HunkState::Keeping);
            let path = path.to_owned();
            return Err(if is_being_kept {
                StageError::BeingKept { path }
            } else {
                StageError::Nothing { path }
            });
        };
        let superseded = vec![old.hunk];
        let rev = reviews.next_rev(origin, effects);
        let hunk = whole_hunk(&shared_origin(origin, &superseded), 0..0, String::new(), text, rev);
        let whole = Whole::new(ChangeKind::Create, hunk, &self.id);
        Ok(self.set_whole(origin, whole, superseded, reviews, effects))
    }

    /// Takes back what the session proposed, with nothing in its place.
    fn withdraw(
        &mut self,
        origin: &Origin,
        superseded: Vec<Tracked>,
        reviews: &mut Reviews,
        effects: &mut Effects,
    ) -> (Staged, Receipt) {
        for hunk in &superseded {
            reviews.tell(&hunk.placed.text.origin, effects);
        }
        let receipt = effects.record_staged(self, &origin.session);
        (
            Staged {
                review: origin.review.clone(),
                hunks: Vec::new(),
                conflicts: 0,
                unified: String::new(),
            },
            receipt,
        )
    }

    /// The whole text is to become another one, after the session had proposed to delete it.
    fn replace_by(
        &mut self,
        origin: &Origin,
        (text, endings): (String, Endings),
        superseded: Tracked,
        reviews: &mut Reviews,
        effects: &mut Effects,
    ) -> (Staged, Receipt) {
        let old = self.rope.to_string();
        let rev = reviews.next_rev(origin, effects);
        reviews.tell(origin, effects);
        let text = match endings {
            Endings::Adapted => text::adapt_eol(&old, &text, text::dominant_eol(&self.rope)),
            Endings::AsWritten => text,
        };
        let hunks: Vec<Tracked> = text::diff_lines(&old, &text)
            .into_iter()
            .map(|hunk| {
                whole_hunk(
                    origin,
                    hunk.old.clone(),
                    old[hunk.old].to_owned(),
                    text[hunk.new].to_owned(),
                    rev,
                )
            })
            .collect();
        let ids = hunks.iter().map(|hunk| hunk.id().clone()).collect();
        let placed: Vec<&PlacedHunk> = hunks.iter().map(|hunk| &hunk.placed).collect();
        let unified = crate::unified::of_hunks(&self.rope, &placed);
        self.sets.entry(origin.session.clone()).or_default().hunks = hunks;
        let (staged, receipt) = self.withdraw(origin, vec![superseded], reviews, effects);
        (
            Staged {
                hunks: ids,
                unified,
                ..staged
            },
            receipt,
        )
    }

    fn set_whole(
        &mut self,
        origin: &Origin,
        whole: Whole,
        superseded: Vec<Tracked>,
        reviews: &mut Reviews,
        effects: &mut Effects,
    ) -> (Staged, Receipt) {
        let unified = self.describe(&whole);
        let id = whole.hunk.id().clone();
        reviews.tell(origin, effects);
        let set = self.sets.entry(origin.session.clone()).or_default();
        let before = set.whole.replace(whole).map(|whole| whole.hunk);
        set.restored = None;
        let superseded = superseded.into_iter().chain(before).collect();
        let (staged, receipt) = self.withdraw(origin, superseded, reviews, effects);
        (
            Staged {
                hunks: vec![id],
                unified,
                ..staged
            },
            receipt,
        )
    }

    fn describe(&self, whole: &Whole) -> String {
        let name = |id: &FileId| id.path().map(|path| path.display().to_string()).unwrap_or_default();
        let (from, text) = (name(&self.id), &whole.hunk.placed.text);
        match (&whole.to, whole.kind) {
            (Some(to), _) => format!("rename from {from}\nrename to {}\n", name(to)),
            (None, ChangeKind::Create) => format!("--- /dev/null\n+++ {from}\n{}", text::unified("", &text.new, 0)),
            (None, _) => format!("--- {from}\n+++ /dev/null\n{}", text::unified(&text.old, "", 0)),
        }
    }
}

/// A model's text for a new file has no lines to adapt its endings to: all become as the first.
fn with_one_eol(text: &str) -> String {
    let mixed = text.contains("\r\n") && text.replace("\r\n", "").contains('\n');
    if mixed {
        text::adapt_eol("", text, text::dominant_eol(&Rope::from_str(text)))
    } else {
        text.to_owned()
    }
}

fn whole_hunk(origin: &Origin, range: std::ops::Range<usize>, old: String, new: String, since: u64) -> Tracked {
    let text = HunkText {
        id: HunkId::fresh(),
        origin: Arc::new(origin.clone()),
        old,
        new,
    };
    Tracked::new(PlacedHunk {
        text: text.into(),
        range,
        state: HunkState::Pending,
        since,
        reason: None,
    })
}

fn check_base(sight: &Sight, path: &Path, base: &ContentHash) -> Result<(), StageError> {
    if sight.seen.hash == *base {
        Ok(())
    } else {
        Err(stale(sight, path))
    }
}

fn stale(sight: &Sight, path: &Path) -> StageError {
    StageError::Stale {
        path: path.to_owned(),
        now: sight.seen.hash.clone(),
    }
}
