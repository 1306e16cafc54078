//! Deleting a session with all that only it needs.
//!
//! Texts and pre-images are shared between sessions by their hash, so they go when no record is left that names them.
//! A record is written after the text that it names: while some process owns another session, that text may have no
//! record yet, or one to come. Then they stay, until a session is deleted while nobody is at work.

use std::collections::HashSet;

use base::SessionId;
use rusqlite::Transaction;

use crate::lease::Held;
use crate::row;
use crate::{Store, StoreError};

/// What went with a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    pub items: u64,
    /// Records of its reviews.
    pub reviews: u64,
    /// Records of what it wrote to files, from which a rewind takes it back.
    pub steps: u64,
    /// Texts and pre-images of files that no other session needs.
    pub texts: u64,
}

impl Store {
    /// Deletes the session. The user's files are not touched; hunks that are pending in it are gone, and what it wrote
    /// cannot be taken back any more.
    ///
    /// # Errors
    /// The outer error is an unknown session or a failing database: then all is what it was. The inner one names the
    /// process that owns the session, which may be this one.
    pub fn delete_session(&self, id: &SessionId) -> Result<Result<Deleted, Held>, StoreError> {
        if !self.has_session(id)? {
            return Err(StoreError::UnknownSession(id.clone()));
        }
        let lease = match self.lease(id)? {
            Ok(lease) => lease,
            Err(held) => return Ok(Err(held)),
        };
        let deleted = self.write(|transaction| {
            let mut deleted = self.delete_rows(transaction, id)?;
            // Whoever takes a session from here on waits for the end of this transaction with its first text.
            if !self.is_any_other_leased(id) {
                deleted.texts = delete_unnamed(transaction)?;
            }
            Ok(deleted)
        })?;
        drop(lease);
        Ok(Ok(deleted))
    }

    fn delete_rows(&self, transaction: &Transaction<'_>, id: &SessionId) -> rusqlite::Result<Deleted> {
        let delete = |sql: &str| -> rusqlite::Result<u64> {
            let rows = transaction.prepare_cached(sql)?.execute([id.as_str()])?;
            Ok(u64::try_from(rows).unwrap_or(u64::MAX))
        };
        // What an index has goes first, while the rows tell which it is.
        self.index(transaction, || {
            delete(
                "DELETE FROM message_search
                 WHERE rowid IN (SELECT seq FROM items WHERE session = ? AND kind = 'message')",
            )
            .map(drop)
        })?;
        self.index(transaction, || {
            delete("DELETE FROM title_search WHERE session = ?").map(drop)
        })?;
        let deleted = Deleted {
            items: delete("DELETE FROM items WHERE session = ?")?,
            reviews: delete("DELETE FROM reviews WHERE session = ?")?,
            steps: delete("DELETE FROM steps WHERE session = ?")?,
            texts: 0,
        };
        delete("DELETE FROM sessions WHERE id = ?")?;
        Ok(deleted)
    }
}

/// Deletes the texts and images that no record names.
fn delete_unnamed(transaction: &Transaction<'_>) -> rusqlite::Result<u64> {
    let mut named = HashSet::new();
    for records in ["SELECT payload FROM reviews", "SELECT payload FROM steps"] {
        let mut query = transaction.prepare_cached(records)?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            named.extend(hashes(row::bytes(row, 0).unwrap_or_default()));
        }
    }
    let mut count = 0;
    for (texts, delete) in [
        ("SELECT hash FROM blobs", "DELETE FROM blobs WHERE hash = ?"),
        ("SELECT hash FROM images", "DELETE FROM images WHERE hash = ?"),
    ] {
        let all: Vec<String> = transaction
            .prepare_cached(texts)?
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        let mut delete = transaction.prepare_cached(delete)?;
        for hash in all.iter().filter(|hash| !named.contains(hash.as_bytes())) {
            delete.execute([hash])?;
            count += 1;
        }
    }
    Ok(count)
}

/// Every string of the JSON that may be a content hash. What the records look like is not known here.
fn hashes(json: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    json.split(|byte| *byte == b'"')
        .filter(|string| string.len() == 64 && string.iter().all(u8::is_ascii_hexdigit))
        .map(<[u8]>::to_vec)
}
