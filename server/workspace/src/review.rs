//! The review as the fronts see it, and Reject.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base::{ChangeKind, ContentHash, FileReview, Hunk, HunkId, HunkState, Origin, Review, ReviewId, SessionId, Uri};
use text::PositionEncoding;

use crate::change_set::ChangeSet;
use crate::error::ReviewError;
use crate::file::{FileId, FileState, TextSource};
use crate::hunk::PlacedHunk;
use crate::journal;
use crate::place;
use crate::state::{Decision, HunkKey, State};
use crate::workspace::Workspace;

/// Which hunks are meant: the fewer keys, the more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    pub review: Option<ReviewId>,
    pub uri: Option<Uri>,
    /// These, wherever they are; together they are one decision.
    pub hunks: Option<Vec<HunkId>>,
    /// What the user saw: a bulk Keep leaves hunks alone that are newer.
    pub rev: Option<u64>,
}

/// Which hunks are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// Those that the user may decide on, now or when the editor has answered.
    Open,
    /// Those that are still being written, too.
    Drawn,
}

impl Selection {
    pub(crate) fn names(&self, file: &FileState, by_path: Option<&FileId>, hunk: &PlacedHunk) -> bool {
        self.review
            .as_ref()
            .is_none_or(|review| *review == hunk.text.origin.review)
            && self
                .uri
                .as_ref()
                .is_none_or(|uri| *uri == file.uri || by_path == Some(&file.id))
            && match &self.hunks {
                Some(ids) => ids.contains(&hunk.text.id),
                None => self.rev.is_none_or(|rev| hunk.since <= rev),
            }
    }

    pub(crate) fn file_id(&self) -> Option<FileId> {
        let path = self.uri.as_ref()?.path()?;
        Some(FileId::Path(place::resolve(&path)))
    }
}

impl State {
    /// The hunks that a selection names, file by file and by place, in whatever open state.
    pub(crate) fn selected(&self, selection: &Selection) -> Vec<(HunkKey, HunkState)> {
        let by_path = selection.file_id();
        let mut files: Vec<&FileState> = self.files.values().collect();
        files.sort_by(|left, right| left.id.cmp(&right.id));
        let mut selected = Vec::new();
        for file in files {
            for (session, set) in &file.sets {
                for hunk in set
                    .open()
                    .filter(|hunk| selection.names(file, by_path.as_ref(), &hunk.placed))
                {
                    selected.push(((file.id.clone(), session.clone(), hunk.id().clone()), hunk.placed.state));
                }
            }
        }
        selected
    }

    /// Whether `wanted` says yes to a hunk, told its origin and file.
    pub(crate) fn is_wanted(&self, (id, _, hunk): &HunkKey, wanted: &dyn Fn(&Origin, &Path) -> bool) -> bool {
        let found = self.files.get(id).and_then(|file| file.find(hunk));
        found.is_some_and(|(_, hunk)| wanted(&hunk.placed.text.origin, id.path().unwrap_or(Path::new(""))))
    }

    pub(crate) fn set_mut(&mut self, (file, session, _): &HunkKey) -> Option<&mut ChangeSet> {
        self.files.get_mut(file)?.sets.get_mut(session)
    }
}

impl Workspace {
    /// All reviews with something to decide, oldest first.
    #[must_use]
    pub fn reviews(&self, encoding: PositionEncoding) -> Vec<Review> {
        self.reviews_where(encoding, Sort::Open, |_| true)
    }

    /// As [`Workspace::reviews`], and with the hunks that are still being written.
    #[must_use]
    pub fn drawn_reviews(&self, encoding: PositionEncoding) -> Vec<Review> {
        self.reviews_where(encoding, Sort::Drawn, |_| true)
    }

    /// The reviews with something to decide in one file, and of each that file alone.
    #[must_use]
    pub fn reviews_of(&self, uri: &Uri, encoding: PositionEncoding) -> Vec<Review> {
        let selection = Selection {
            uri: Some(uri.clone()),
            ..Selection::default()
        };
        let id = selection.file_id();
        self.reviews_where(encoding, Sort::Open, |file| {
            file.uri == *uri || id.as_ref() == Some(&file.id)
        })
    }

    /// One review; without files if nothing of it is open any more.
    #[must_use]
    pub fn review(&self, id: &ReviewId, encoding: PositionEncoding) -> Option<Review> {
        let open = self
            .reviews(encoding)
            .into_iter()
            .find(|review| review.review_id == *id);
        let empty = || {
            let state = self.lock();
            let meta = state.reviews.get(id)?;
            Some(Review {
                review_id: id.clone(),
                rev: meta.rev,
                session_id: meta.session.clone(),
                turn_id: meta.turn.clone(),
                files: Vec::new(),
            })
        };
        open.or_else(empty)
    }

    fn reviews_where(
        &self,
        encoding: PositionEncoding,
        sort: Sort,
        wanted: impl Fn(&FileState) -> bool,
    ) -> Vec<Review> {
        let roots = self.known_roots();
        let mut state = self.lock();
        let mut files: BTreeMap<ReviewId, Vec<FileReview>> = BTreeMap::new();
        let mut ids: Vec<FileId> = state
            .files
            .values()
            .filter(|file| wanted(file))
            .map(|file| file.id.clone())
            .collect();
        ids.sort();
        for id in ids {
            let Some(file) = state.files.get_mut(&id) else {
                continue;
            };
            let is_drawn = sort == Sort::Drawn && !file.growing.is_empty();
            if is_drawn || file.sets.values().any(|set| set.open().next().is_some()) {
                for (review, view) in file.views(&roots, sort, encoding) {
                    files.entry(review).or_default().push(view);
                }
            }
        }
        let reviews = state.reviews.iter().filter_map(|(id, meta)| {
            Some(Review {
                review_id: id.clone(),
                rev: meta.rev,
                session_id: meta.session.clone(),
                turn_id: meta.turn.clone(),
                files: files.remove(id)?,
            })
        });
        reviews.collect()
    }

    /// The files that a selection would write.
    #[must_use]
    pub fn selected_paths(&self, selection: &Selection) -> Vec<PathBuf> {
        let state = self.lock();
        let mut paths = Vec::new();
        for ((id, session, _), _) in state.selected(selection) {
            paths.extend(id.path().map(PathBuf::from));
            let set = state.files.get(&id).and_then(|file| file.sets.get(&session));
            let to = set.and_then(|set| set.whole.as_ref()?.to.as_ref()?.path());
            paths.extend(to.map(PathBuf::from));
        }
        paths.sort();
        paths.dedup();
        paths
    }

    /// Withdraws what the selection names; Undo offers it again. Of hunks that are named by their ids, those that are
    /// not rejected are answered too, as what they are.
    ///
    /// # Errors
    /// Nothing is selected, or all hunks that are named are being kept right now.
    pub fn reject(&self, selection: &Selection) -> Result<Vec<(HunkId, HunkState)>, ReviewError> {
        let outcome = self.act(|state, effects| {
            let selected = state.selected(selection);
            let is_free = |state: HunkState| state != HunkState::Keeping;
            check_named(selection, &selected, is_free, state)?;
            let keys: Vec<HunkKey> = selected
                .into_iter()
                .filter(|(_, state)| is_free(*state))
                .map(|(key, _)| key)
                .collect();
            if keys.is_empty() {
                return Err(ReviewError::Nothing);
            }
            for key in &keys {
                state.withdraw(key, effects);
            }
            let files: std::collections::BTreeSet<FileId> = keys.iter().map(|(file, ..)| file.clone()).collect();
            for ((file, session), hunks) in by_file(&keys) {
                if let Some(file) = state.files.get(&file) {
                    effects.record_state(&session, &file.uri, hunks, HunkState::Rejected);
                }
            }
            let outcome = keys
                .iter()
                .map(|(_, _, hunk)| (hunk.clone(), HunkState::Rejected))
                .collect();
            let hunks = keys.into_iter().map(|(_, session, hunk)| (session, hunk)).collect();
            state.decisions.push(Decision {
                verdict: HunkState::Rejected,
                hunks,
            });
            for file in &files {
                state.sweep(file, effects);
            }
            Ok(outcome)
        })?;
        Ok(self.with_all_named(selection, outcome))
    }

    /// Withdraws what a session proposed, for good: it is being deleted. What is being kept right now stays.
    pub fn withdraw_session(&self, session: &SessionId) {
        self.act(|state, effects| {
            let mut keys: Vec<HunkKey> = Vec::new();
            for (key, at) in state.selected(&Selection::default()) {
                if key.1 == *session && at != HunkState::Keeping {
                    keys.push(key);
                }
            }
            for key in &keys {
                state.withdraw(key, effects);
            }
            for (file, ..) in &keys {
                state.sweep(file, effects);
            }
        });
        self.end_session(session);
    }

    /// What a decision came to, and what those hunks are that were named and had no part in it; one that is not there
    /// any more counts as superseded.
    pub(crate) fn with_all_named(
        &self,
        selection: &Selection,
        mut outcome: Vec<(HunkId, HunkState)>,
    ) -> Vec<(HunkId, HunkState)> {
        let state = self.lock();
        for id in selection.hunks.iter().flatten() {
            if outcome.iter().all(|(hunk, _)| hunk != id) {
                let open = state.files.values().find_map(|file| file.find(id));
                let at = match open {
                    Some((_, hunk)) => hunk.placed.state,
                    None if state.is_growing(id) => HunkState::Streaming,
                    None => HunkState::Superseded,
                };
                outcome.push((id.clone(), at));
            }
        }
        outcome
    }

    /// Where a hunk is or was, for people and models: `src/x.rs:12`.
    #[must_use]
    pub fn place_of(&self, session: &SessionId, hunk: &HunkId) -> Option<String> {
        let (path, line) = self.lock().files.values().find_map(|file| {
            let set = file.sets.get(session)?;
            let wholes = set
                .kept_wholes
                .iter()
                .chain(&set.rejected_wholes)
                .map(|whole| &whole.hunk);
            let mut known = set.open().chain(&set.kept).chain(&set.rejected).chain(wholes);
            let found = known.find(|known| known.id() == hunk)?;
            let line = file.rope.try_byte_to_line(found.placed.range.start).unwrap_or(0) + 1;
            Some((file.id.path()?.to_owned(), line))
        })?;
        Some(format!("{}:{line}", self.relative(&path)))
    }
}

/// Of hunks that are named by their ids, at least one must be there and in a state that allows the decision.
pub(crate) fn check_named(
    selection: &Selection,
    selected: &[(HunkKey, HunkState)],
    is_free: impl Fn(HunkState) -> bool,
    state: &State,
) -> Result<(), ReviewError> {
    let Some(named) = &selection.hunks else {
        return Ok(());
    };
    if selected.iter().any(|(_, at)| is_free(*at)) {
        return Ok(());
    }
    let hunk = match selected {
        [((.., hunk), _), ..] => hunk,
        [] => named.first().ok_or(ReviewError::Nothing)?,
    };
    match selected {
        [] if state.is_growing(hunk) => Err(ReviewError::State {
            hunk: hunk.clone(),
            state: HunkState::Streaming,
            reason: "the agent is still writing it; wait until it is whole, or stop the turn".to_owned(),
        }),
        [] => Err(ReviewError::Unknown(hunk.clone())),
        [((file, ..), at), ..] => {
            let found = state.files.get(file).and_then(|file| file.find(hunk));
            let reason = found.and_then(|(_, hunk)| hunk.placed.reason.clone());
            let reason = reason.map_or_else(|| "wait for the editor".to_owned(), |reason| reason.to_string());
            Err(ReviewError::State {
                hunk: hunk.clone(),
                state: *at,
                reason,
            })
        }
    }
}

pub(crate) fn by_file(keys: &[HunkKey]) -> BTreeMap<(FileId, SessionId), Vec<HunkId>> {
    let mut files: BTreeMap<(FileId, SessionId), Vec<HunkId>> = BTreeMap::new();
    for (file, session, hunk) in keys {
        files
            .entry((file.clone(), session.clone()))
            .or_default()
            .push(hunk.clone());
    }
    files
}

impl State {
    fn withdraw(&mut self, key: &HunkKey, effects: &mut crate::state::Effects) {
        let Some(set) = self.set_mut(key) else {
            return;
        };
        let id = &key.2;
        let origin = if let Some(whole) = set.whole.take_if(|whole| whole.hunk.id() == id) {
            let origin = whole.hunk.placed.text.origin.clone();
            set.rejected_wholes.push(whole);
            origin
        } else if let Some(at) = set.hunks.iter().position(|hunk| hunk.id() == id) {
            let hunk = set.hunks.remove(at);
            let origin = hunk.placed.text.origin.clone();
            set.rejected.push(hunk);
            origin
        } else {
            return;
        };
        self.reviews.tell(&origin, effects);
    }
}

impl FileState {
    /// The file's part of each review.
    fn views(&mut self, roots: &[place::Root], sort: Sort, encoding: PositionEncoding) -> Vec<(ReviewId, FileReview)> {
        let base_hash = self.base_hash();
        let mut views: Vec<(ReviewId, FileReview)> = Vec::new();
        let mut view_of = |hunk: &PlacedHunk, kind: ChangeKind, to: Option<Uri>| {
            let review = &hunk.text.origin.review;
            let seen = views.iter_mut().find(|(id, view)| id == review && view.kind == kind);
            let hunk = self.shown(hunk, encoding);
            match seen {
                Some((_, view)) => view.hunks.push(hunk),
                None => views.push((
                    review.clone(),
                    FileReview {
                        uri: self.uri.clone(),
                        kind,
                        new_uri: to,
                        version: self.version(),
                        base_hash: base_hash.clone(),
                        hunks: vec![hunk],
                    },
                )),
            }
        };
        for set in self.sets.values() {
            let to = set.whole.as_ref().and_then(|whole| whole.to.as_ref()?.path());
            if let Some(whole) = &set.whole {
                view_of(&whole.hunk.placed, whole.kind, to.map(|path| place::uri(roots, path)));
            }
            for hunk in &set.hunks {
                view_of(&hunk.placed, ChangeKind::Edit, None);
            }
        }
        for growing in self.growing.iter().filter(|_| sort == Sort::Drawn) {
            for hunk in &growing.hunks {
                view_of(hunk, growing.kind, None);
            }
        }
        views
    }

    fn shown(&self, hunk: &PlacedHunk, encoding: PositionEncoding) -> Hunk {
        let PlacedHunk { text, range, state, .. } = hunk;
        let len = self.rope.len_bytes();
        let range = range.start.min(len)..range.end.min(len);
        Hunk {
            id: text.id.clone(),
            state: *state,
            range: text::to_span(&self.rope, &range, encoding),
            old_text: text.old.clone(),
            new_text: text.new.clone(),
            title: text.origin.title.clone(),
            why: text.origin.why.clone(),
            author: text.origin.author.clone(),
        }
    }

    /// The hash of the text that the hunks stand on; computed when someone asks for it.
    fn base_hash(&mut self) -> ContentHash {
        if matches!(self.source, TextSource::Missing) {
            return ContentHash(text::hash_str(""));
        }
        match &self.hash {
            Some((revision, hash)) if *revision == self.text_revision => hash.clone(),
            _ => {
                let hash = journal::hash(&self.rope);
                self.hash = Some((self.text_revision, hash.clone()));
                hash
            }
        }
    }
}
