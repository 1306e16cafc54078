//! Texts by content hash: what hunks are positioned on, and what files were before.

use base::ContentHash;
use rusqlite::{OptionalExtension, params};

use crate::row::{self, DamagedRow};
use crate::{Store, StoreError};

impl Store {
    /// Stores a text under its hash; storing it again costs a look.
    ///
    /// # Errors
    /// A failing database.
    pub fn put_blob(&self, text: &str) -> Result<ContentHash, StoreError> {
        let hash = hash(text.as_bytes());
        self.write(|transaction| {
            // The update heals a blob that was damaged on disk.
            transaction
                .prepare_cached(
                    "INSERT INTO blobs (hash, text) VALUES (?, ?)
                     ON CONFLICT (hash) DO UPDATE SET text = excluded.text WHERE text IS NOT excluded.text",
                )?
                .execute(params![hash.0, text])
        })?;
        Ok(hash)
    }

    /// The text of that hash; none if it is not there or is no longer what the hash says.
    ///
    /// # Errors
    /// A failing database.
    pub fn blob(&self, wanted: &ContentHash) -> Result<Option<String>, StoreError> {
        let found = self.read(|connection| {
            connection
                .prepare_cached("SELECT text FROM blobs WHERE hash = ?")?
                .query_row([&wanted.0], |row| Ok(row::bytes(row, 0).unwrap_or_default().to_vec()))
                .optional()
        })?;
        let Some(bytes) = found else { return Ok(None) };
        if hash(&bytes) == *wanted
            && let Ok(text) = String::from_utf8(bytes)
        {
            return Ok(Some(text));
        }
        self.report_damage(DamagedRow {
            table: "blobs",
            key: wanted.0.clone(),
        });
        Ok(None)
    }
}

fn hash(bytes: &[u8]) -> ContentHash {
    ContentHash(blake3::hash(bytes).to_hex().to_string())
}
