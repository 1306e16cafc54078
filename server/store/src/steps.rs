//! What the agent did to the user's files, and what these were before: enough to take it back.

use base::{ContentHash, SessionId};
use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::row::{self, DamagedRow};
use crate::{Store, StoreError};

impl Store {
    /// Stores a file's bytes under their hash; storing them again costs a look.
    ///
    /// # Errors
    /// A failing database.
    pub fn put_image(&self, bytes: &[u8]) -> Result<ContentHash, StoreError> {
        let hash = ContentHash(blake3::hash(bytes).to_hex().to_string());
        self.write(|transaction| {
            // The update heals an image that was damaged on disk.
            transaction
                .prepare_cached(
                    "INSERT INTO images (hash, bytes) VALUES (?, ?)
                     ON CONFLICT (hash) DO UPDATE SET bytes = excluded.bytes WHERE bytes IS NOT excluded.bytes",
                )?
                .execute(params![hash.0, bytes])
        })?;
        Ok(hash)
    }

    /// The bytes of that hash; none if they are not there or are no longer what the hash says.
    ///
    /// # Errors
    /// A failing database.
    pub fn image(&self, wanted: &ContentHash) -> Result<Option<Vec<u8>>, StoreError> {
        let found = self.read(|connection| {
            connection
                .prepare_cached("SELECT bytes FROM images WHERE hash = ?")?
                .query_row([&wanted.0], |row| Ok(row::bytes(row, 0).unwrap_or_default().to_vec()))
                .optional()
        })?;
        let Some(bytes) = found else { return Ok(None) };
        if blake3::hash(&bytes).to_hex().as_str() == wanted.0 {
            return Ok(Some(bytes));
        }
        self.report_damage(DamagedRow {
            table: "images",
            key: wanted.0.clone(),
        });
        Ok(None)
    }

    /// Adds a record of a step. One that is `durable` is on the disk itself when this returns, as is every image
    /// stored before it: the files are written next.
    ///
    /// # Errors
    /// An unknown session, or a failing database: then nothing was added.
    pub fn append_step(
        &self,
        session: &SessionId,
        step: u64,
        record: &impl Serialize,
        durable: bool,
    ) -> Result<(), StoreError> {
        let payload = serde_json::to_string(record)?;
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        let insert = |transaction: &rusqlite::Transaction<'_>| {
            let seq: i64 = transaction
                .prepare_cached("SELECT coalesce(max(seq), 0) + 1 FROM steps")?
                .query_row([], |row| row.get(0))?;
            let sum = row::record_checksum(seq, session.as_str(), &payload);
            transaction
                .prepare_cached("INSERT INTO steps (seq, session, step, payload, checksum) VALUES (?, ?, ?, ?, ?)")?
                .execute(params![seq, session.as_str(), step, payload, sum])?;
            Ok(())
        };
        let appended = match durable {
            true => self.write_durably(insert),
            false => self.write(insert),
        };
        self.known_session(session, appended)
    }

    /// The session's records of steps in order, without those that are damaged.
    ///
    /// # Errors
    /// A failing database.
    pub fn steps<T: DeserializeOwned>(&self, session: &SessionId) -> Result<Vec<T>, StoreError> {
        let rows: Vec<_> = self.read(|connection| {
            connection
                .prepare_cached("SELECT seq, session, payload, checksum FROM steps WHERE session = ? ORDER BY seq")?
                .query_and_then([session.as_str()], |row| row::record("steps", row))?
                .collect::<Result<_, _>>()
        })?;
        Ok(self.keep_whole(rows))
    }

    /// The number of the session's last step; 0 if there was none.
    ///
    /// # Errors
    /// A failing database.
    pub fn last_step(&self, session: &SessionId) -> Result<u64, StoreError> {
        let last: i64 = self.read(|connection| {
            connection
                .prepare_cached("SELECT coalesce(max(step), 0) FROM steps WHERE session = ?")?
                .query_row([session.as_str()], |row| row.get(0))
        })?;
        Ok(u64::try_from(last).unwrap_or(0))
    }

    /// The session that took the last step of all; none if no files were written yet.
    ///
    /// # Errors
    /// A failing database.
    pub fn last_session_with_steps(&self) -> Result<Option<SessionId>, StoreError> {
        let last: Option<String> = self.read(|connection| {
            connection
                .prepare_cached("SELECT session FROM steps ORDER BY seq DESC LIMIT 1")?
                .query_row([], |row| row.get(0))
                .optional()
        })?;
        Ok(last.map(SessionId::from))
    }
}
