//! Everything that changes, behind one lock; and what is to be done once the lock is free.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use base::{
    ChangeKind, ContentHash, FileKey, HunkId, HunkState, Origin, ReviewId, ReviewRecord, SessionId, StagedFile, TurnId,
    Uri,
};
use futures::channel::oneshot;

use crate::change_set::ChangeSet;
use crate::file::{FileId, FileState, TextSource};
use crate::journal::{self, BlobHash, Draft, Entry, Receipt};
use crate::place::{self, Root};
use crate::preview::Previews;
use crate::view::Sight;

#[derive(Default)]
pub(crate) struct State {
    pub(crate) files: HashMap<FileId, FileState>,
    /// Open documents by the URI that the client uses.
    pub(crate) open: HashMap<Uri, FileId>,
    pub(crate) reviews: Reviews,
    /// Decisions, the last one last.
    pub(crate) decisions: Vec<Decision>,
    /// Edits that were sent and whose outcome is not known.
    pub(crate) keeps: HashMap<u64, Keep>,
    pub(crate) next_keep: u64,
    pub(crate) previews: Previews,
    /// How often documents were opened or changed.
    pub(crate) uses: u64,
}

/// A hunk and where to look for it.
pub(crate) type HunkKey = (FileId, SessionId, HunkId);

/// What Undo takes back in one go.
pub(crate) struct Decision {
    pub(crate) verdict: HunkState,
    pub(crate) hunks: Vec<(SessionId, HunkId)>,
}

/// A Keep (or the undoing of one) that waits for its proof.
pub(crate) struct Keep {
    pub(crate) waiting: HashMap<HunkId, SessionId>,
    pub(crate) outcome: Vec<(SessionId, HunkId, HunkState)>,
    /// It takes back what was kept.
    pub(crate) is_undo: bool,
    pub(crate) done: Option<oneshot::Sender<()>>,
}

#[derive(Default)]
pub(crate) struct Reviews(BTreeMap<ReviewId, ReviewMeta>);

pub(crate) struct ReviewMeta {
    pub(crate) session: SessionId,
    pub(crate) turn: TurnId,
    pub(crate) rev: u64,
}

/// Something happened to a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewChange {
    pub review: ReviewId,
    pub session: SessionId,
    pub news: ReviewNews,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReviewNews {
    /// Its hunks changed, by more than a shift by typing.
    Changed,
    /// Nothing changed but hunks in state *streaming*, which only concerns those who draw them.
    Grew,
    /// A sentence for the user; the review itself may be as it was.
    Notice(String),
}

/// What an operation leaves to do when the lock is free.
#[derive(Default)]
pub(crate) struct Effects {
    pub(crate) told: BTreeSet<ReviewId>,
    pub(crate) grown: BTreeSet<ReviewId>,
    pub(crate) notices: Vec<ReviewChange>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) woken: Vec<oneshot::Sender<()>>,
    pub(crate) changed: BTreeSet<FileId>,
}

impl Effects {
    pub(crate) fn record(&mut self, draft: Draft) -> Receipt {
        let entry = Entry::new(draft);
        let receipt = Receipt::clone(&entry.receipt);
        self.entries.push(entry);
        receipt
    }

    pub(crate) fn record_state(&mut self, session: &SessionId, file: &FileKey, hunks: Vec<HunkId>, state: HunkState) {
        if !hunks.is_empty() {
            let (session, file) = (session.clone(), file.clone());
            self.record(Draft::Ready(ReviewRecord::State {
                session,
                file,
                hunks,
                state,
            }));
        }
    }

    /// Journals all open hunks of a session in a file as they are now placed.
    pub(crate) fn record_staged(&mut self, file: &mut FileState, session: &SessionId) -> Receipt {
        let hash = match &file.blob {
            Some((revision, hash)) if *revision == file.text_revision => BlobHash::clone(hash),
            _ => BlobHash::default(),
        };
        file.blob = Some((file.text_revision, BlobHash::clone(&hash)));
        let set = file.sets.get(session);
        let to = set.and_then(|set| set.whole.as_ref()?.to.as_ref()?.path());
        let hunks = set.map(|set| set.open().map(|hunk| journal::hunk_record(&hunk.placed)).collect());
        let staged = StagedFile {
            session: session.clone(),
            file: file.uri.clone(),
            kind: set.map_or(ChangeKind::Edit, ChangeSet::kind),
            new_uri: to.and_then(|path| Uri::from_path(path).ok()),
            base: ContentHash(String::new()),
            hunks: hunks.unwrap_or_default(),
        };
        self.record(Draft::Staged {
            staged,
            base: file.rope.clone(),
            hash,
        })
    }

    pub(crate) fn notice(&mut self, origin: &Origin, message: String) {
        self.notices.push(ReviewChange {
            review: origin.review.clone(),
            session: origin.session.clone(),
            news: ReviewNews::Notice(message),
        });
    }
}

impl Reviews {
    /// Notes a change that is told; the review's new `rev`, one more for each operation.
    pub(crate) fn tell(&mut self, origin: &Origin, effects: &mut Effects) -> u64 {
        let rev = self.raise(origin, effects);
        effects.told.insert(origin.review.clone());
        rev
    }

    /// The same for a change of nothing but streaming hunks.
    pub(crate) fn tell_growth(&mut self, origin: &Origin, effects: &mut Effects) -> u64 {
        let rev = self.raise(origin, effects);
        effects.grown.insert(origin.review.clone());
        rev
    }

    fn raise(&mut self, origin: &Origin, effects: &Effects) -> u64 {
        let rev = self.next_rev(origin, effects);
        let meta = self.0.entry(origin.review.clone()).or_insert_with(|| ReviewMeta {
            session: origin.session.clone(),
            turn: origin.turn.clone(),
            rev,
        });
        meta.rev = rev;
        rev
    }

    /// The `rev` that telling of a change in this operation gives: greater than that of any review, so that one `rev` says
    /// of all of them what the user saw.
    pub(crate) fn next_rev(&self, origin: &Origin, effects: &Effects) -> u64 {
        let is_raised = effects.told.contains(&origin.review) || effects.grown.contains(&origin.review);
        match self.0.get(&origin.review) {
            Some(meta) if is_raised => meta.rev,
            _ => self.0.values().map(|meta| meta.rev).max().unwrap_or(0) + 1,
        }
    }

    pub(crate) fn get(&self, id: &ReviewId) -> Option<&ReviewMeta> {
        self.0.get(id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&ReviewId, &ReviewMeta)> {
        self.0.iter()
    }

    pub(crate) fn forget(&mut self, session: &SessionId, is_open: impl Fn(&ReviewId) -> bool) {
        self.0.retain(|id, meta| meta.session != *session || is_open(id));
    }
}

impl State {
    /// Files that an operation changed and that nobody needs any more are dropped.
    pub(crate) fn drop_spent(&mut self, effects: &Effects) {
        for id in &effects.changed {
            if let Some(file) = self.files.get_mut(id) {
                file.sets.retain(|_, set| !set.is_spent());
                if file.is_spent() {
                    self.files.remove(id);
                }
            }
        }
    }

    /// The file that was just looked at, and the reviews.
    pub(crate) fn file_of(&mut self, sight: &Sight, roots: &[Root]) -> (&mut FileState, &mut Reviews) {
        let id = &sight.id;
        let file = self.files.entry(id.clone()).or_insert_with(|| {
            let uri = id
                .path()
                .map_or_else(|| place::uri(roots, "/".as_ref()), |path| place::uri(roots, path));
            FileState::new(id.clone(), uri, sight.seen.rope.clone(), TextSource::Disk(None))
        });
        (file, &mut self.reviews)
    }

    /// The file that a path means to a session: one that it proposes to rename is found under its new name.
    pub(crate) fn file_for(&self, session: &SessionId, id: &FileId) -> FileId {
        let renamed = self.files.values().find(|file| {
            let whole = file.sets.get(session).and_then(|set| set.live_whole());
            whole.is_some_and(|whole| whole.to.as_ref() == Some(id))
        });
        renamed.map_or_else(|| id.clone(), |file| file.id.clone())
    }

    /// A hunk of a Keep reached a state that ends its waiting.
    pub(crate) fn land(
        keeps: &mut HashMap<u64, Keep>,
        effects: &mut Effects,
        keep: u64,
        hunk: &HunkId,
        state: HunkState,
    ) {
        let Some(keep) = keeps.get_mut(&keep) else {
            return;
        };
        if let Some((hunk, session)) = keep.waiting.remove_entry(hunk) {
            keep.outcome.push((session, hunk, state));
        }
        if keep.waiting.is_empty() {
            effects.woken.extend(keep.done.take());
        }
    }
}
