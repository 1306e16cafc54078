//! The journal makes reviews outlive the process.
//!
//! Records are put into the [`Outbox`] under the lock that guards the state, so their order is the order of what
//! happened; they are written after the lock is free, so that nobody who types waits for a disk.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use base::{ContentHash, FileKey, HunkId, HunkRecord, ReviewRecord, SessionId, StagedFile};
use ropey::Rope;

use crate::error::JournalError;
use crate::hunk::PlacedHunk;

pub trait Journal: Send + Sync {
    /// Stores a record after all earlier ones.
    ///
    /// # Errors
    /// It could not be stored.
    fn append(&self, record: &ReviewRecord) -> Result<(), JournalError>;

    /// Stores a text under its hash (BLAKE3 of its UTF-8).
    ///
    /// # Errors
    /// It could not be stored.
    fn put_blob(&self, text: &str) -> Result<ContentHash, JournalError>;
}

/// A record before it is written. Hashes of whole texts are taken then, when no lock is held.
pub(crate) enum Draft {
    Ready(ReviewRecord),
    Staged {
        staged: StagedFile,
        base: Rope,
        hash: BlobHash,
    },
    Keeping {
        session: SessionId,
        file: FileKey,
        hunks: Vec<HunkId>,
        before: Rope,
        after: Rope,
    },
}

/// The hash of a text that the journal has; empty until it is written there.
pub(crate) type BlobHash = Arc<OnceLock<ContentHash>>;

/// Whether an entry was written; empty until it was tried.
pub(crate) type Receipt = Arc<OnceLock<Result<(), JournalError>>>;

pub(crate) struct Entry {
    draft: Draft,
    pub(crate) receipt: Receipt,
}

impl Entry {
    pub(crate) fn new(draft: Draft) -> Self {
        Self {
            draft,
            receipt: Receipt::default(),
        }
    }
}

pub(crate) struct Outbox {
    journal: Arc<dyn Journal>,
    waiting: Mutex<VecDeque<Entry>>,
    writing: Mutex<()>,
}

impl Outbox {
    pub(crate) fn new(journal: Arc<dyn Journal>) -> Self {
        Self {
            journal,
            waiting: Mutex::default(),
            writing: Mutex::default(),
        }
    }

    pub(crate) fn put(&self, entries: Vec<Entry>) {
        if !entries.is_empty() {
            lock(&self.waiting).extend(entries);
        }
    }

    /// Writes everything that waits. When this returns, every entry put before the call was tried.
    pub(crate) fn flush(&self) {
        // Held to the end: what another thread has taken out may still be on its way to the disk.
        let _writing = lock(&self.writing);
        loop {
            let Some(entry) = lock(&self.waiting).pop_front() else {
                return;
            };
            let written = self.write(entry.draft);
            if let Err(error) = &written {
                tracing::error!(%error, "a review record was not journaled");
            }
            // Filled here alone, once.
            let _ = entry.receipt.set(written);
        }
    }

    fn write(&self, draft: Draft) -> Result<(), JournalError> {
        let record = match draft {
            Draft::Ready(record) => record,
            Draft::Staged { mut staged, base, hash } => {
                staged.base = match hash.get() {
                    Some(hash) => hash.clone(),
                    None => self.journal.put_blob(&base.to_string())?,
                };
                // Entries are written one at a time, so nobody else has filled it.
                let _ = hash.set(staged.base.clone());
                ReviewRecord::Staged(staged)
            }
            Draft::Keeping {
                session,
                file,
                hunks,
                before,
                after,
            } => ReviewRecord::Keeping {
                session,
                file,
                hunks,
                before: hash(&before),
                after: hash(&after),
            },
        };
        self.journal.append(&record)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn hunk_record(hunk: &PlacedHunk) -> HunkRecord {
    HunkRecord {
        id: hunk.text.id.clone(),
        origin: (*hunk.text.origin).clone(),
        state: hunk.state,
        start: hunk.range.start,
        end: hunk.range.end,
        old: hunk.text.old.clone(),
        new: hunk.text.new.clone(),
    }
}

pub(crate) fn hash(rope: &Rope) -> ContentHash {
    ContentHash(text::hash(rope))
}
