//! The journal of reviews. Folding a session's records in order gives its open hunks back.

use std::collections::{BTreeMap, HashMap};

use base::{FileKey, HunkId, HunkState, ReviewRecord, SessionId, StagedFile};
use rusqlite::params;

use crate::row::{self, DamagedRow};
use crate::{Store, StoreError};

/// A `staged` record replaces what earlier ones said of its session and file, so these are enough.
const LIVE: &str = "SELECT seq, session, payload, checksum FROM reviews AS record
    WHERE session = ?1 AND seq >= (
        SELECT max(seq) FROM reviews WHERE session = ?1 AND file = record.file AND kind = 'staged'
    ) ORDER BY seq";

const ALL: &str = "SELECT seq, session, payload, checksum FROM reviews WHERE session = ?1 ORDER BY seq";

impl Store {
    /// Adds a record to the journal.
    ///
    /// A `Keeping` record is on the disk itself when this returns: the edit is sent next, and if the power
    /// fails with the edit saved and its record lost, a restart would take the kept text for the user's and
    /// offer the hunk again. Any other record that a power cut takes back costs at most a second question.
    ///
    /// # Errors
    /// An unknown session, or a failing database: then nothing was added.
    pub fn append_review(&self, record: &ReviewRecord) -> Result<(), StoreError> {
        let payload = serde_json::to_string(record)?;
        let session = record.session();
        let (file, kind) = key(record);
        let insert = |transaction: &rusqlite::Transaction<'_>| {
            let seq: i64 = transaction
                .prepare_cached("SELECT coalesce(max(seq), 0) + 1 FROM reviews")?
                .query_row([], |row| row.get(0))?;
            let sum = row::record_checksum(seq, session.as_str(), &payload);
            transaction
                .prepare_cached(
                    "INSERT INTO reviews (seq, session, file, kind, payload, checksum) VALUES (?, ?, ?, ?, ?, ?)",
                )?
                .execute(params![seq, session.as_str(), file.as_str(), kind, payload, sum])?;
            Ok(())
        };
        let appended = match record {
            ReviewRecord::Keeping { .. } => self.write_durably(insert),
            ReviewRecord::Staged(_) | ReviewRecord::State { .. } => self.write(insert),
        };
        self.known_session(session, appended)
    }

    /// The records that still say something, in order: for each file its last staging and what came after.
    /// Where one of them is damaged, all that are whole, so that an older staging can stand in.
    ///
    /// # Errors
    /// A failing database.
    pub fn review_records(&self, session: &SessionId) -> Result<Vec<ReviewRecord>, StoreError> {
        let mut records = self.records(LIVE, session)?;
        if records.iter().any(Result::is_err) {
            records = self.records(ALL, session)?;
        }
        Ok(self.keep_whole(records))
    }

    /// All records, those that say nothing any more included.
    ///
    /// # Errors
    /// A failing database.
    pub fn review_history(&self, session: &SessionId) -> Result<Vec<ReviewRecord>, StoreError> {
        let records = self.records(ALL, session)?;
        Ok(self.keep_whole(records))
    }

    /// The sessions with hunks that the user has not yet decided on, oldest first.
    ///
    /// # Errors
    /// A failing database.
    pub fn sessions_with_open_reviews(&self) -> Result<Vec<SessionId>, StoreError> {
        let sessions: Vec<String> = self.read(|connection| {
            connection
                .prepare_cached("SELECT session FROM reviews GROUP BY session ORDER BY min(seq)")?
                .query_map([], |row| row.get(0))?
                .collect()
        })?;
        let mut open = Vec::new();
        for session in sessions.into_iter().map(SessionId::from) {
            if has_open_hunk(&self.review_records(&session)?) {
                open.push(session);
            }
        }
        Ok(open)
    }

    fn records(&self, query: &str, session: &SessionId) -> Result<Vec<Result<ReviewRecord, DamagedRow>>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(query)?
                .query_and_then([session.as_str()], |row| row::record("reviews", row))?
                .collect()
        })
    }
}

fn key(record: &ReviewRecord) -> (&FileKey, &'static str) {
    match record {
        ReviewRecord::Staged(StagedFile { file, .. }) => (file, "staged"),
        ReviewRecord::Keeping { file, .. } => (file, "keeping"),
        ReviewRecord::State { file, .. } => (file, "state"),
    }
}

fn has_open_hunk(records: &[ReviewRecord]) -> bool {
    let mut files: BTreeMap<&FileKey, HashMap<&HunkId, HunkState>> = BTreeMap::new();
    for record in records {
        let (file, _) = key(record);
        match record {
            ReviewRecord::Staged(staged) => {
                files.insert(file, staged.hunks.iter().map(|hunk| (&hunk.id, hunk.state)).collect());
            }
            ReviewRecord::Keeping { hunks, .. } => {
                files
                    .entry(file)
                    .or_default()
                    .extend(hunks.iter().map(|hunk| (hunk, HunkState::Keeping)));
            }
            ReviewRecord::State { hunks, state, .. } => {
                files
                    .entry(file)
                    .or_default()
                    .extend(hunks.iter().map(|hunk| (hunk, *state)));
            }
        }
    }
    files.values().flat_map(HashMap::values).any(|state| state.is_open())
}
