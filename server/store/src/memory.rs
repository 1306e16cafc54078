//! What is worth knowing in later sessions: short texts, found again by what they are about.

use std::collections::HashSet;
use std::time::SystemTime;

use base::{SessionId, TurnId};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::clock::{milliseconds, now, time};
use crate::row::{self, DamagedRow};
use crate::search::{quoted, words};
use crate::{Store, StoreError};

/// Something to remember, and where it was learnt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewMemory {
    pub text: String,
    pub tags: Vec<String>,
    pub session: Option<SessionId>,
    pub turn: Option<TurnId>,
}

/// An entry of the workspace's memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Never used again, even when the entry is forgotten.
    pub id: i64,
    pub text: String,
    pub tags: Vec<String>,
    pub session: Option<SessionId>,
    pub turn: Option<TurnId>,
    pub created: SystemTime,
    /// When it was last recalled, or else made.
    pub used: SystemTime,
}

/// Words beyond these in a question do not make the answer better.
const QUERY_WORDS: usize = 64;

/// An entry that shares only these with a question is not about it.
const COMMON: &[&str] = &[
    "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "because", "but", "by", "can",
    "could", "do", "does", "for", "from", "had", "has", "have", "how", "i", "if", "in", "into", "is", "it", "its",
    "let", "me", "my", "no", "not", "of", "on", "or", "our", "please", "should", "so", "that", "the", "their", "then",
    "there", "these", "they", "this", "to", "was", "we", "were", "what", "when", "where", "which", "why", "will",
    "with", "would", "you", "your",
];

const COLUMNS: &str = "id, text, tags, session, turn, created, used, checksum";

impl Store {
    /// Adds an entry and returns its id. A text that is there already is not added again: the entry gains the tags
    /// that it lacks, and counts as used.
    ///
    /// # Errors
    /// An empty text, or a failing database: then nothing was added.
    pub fn remember(&self, new: &NewMemory) -> Result<i64, StoreError> {
        let text = new.text.trim();
        if text.is_empty() {
            return Err(StoreError::NothingToRemember);
        }
        let hash = blake3::hash(text.as_bytes()).to_hex();
        self.write(|transaction| {
            let now = now();
            let mut memory = find(transaction, hash.as_str())?.unwrap_or_else(|| Memory {
                id: 0,
                text: text.to_owned(),
                tags: Vec::new(),
                session: new.session.clone(),
                turn: new.turn.clone(),
                created: time(now),
                used: time(now),
            });
            memory.tags.extend(new.tags.iter().map(|tag| tag.trim().to_owned()));
            memory.tags.retain(|tag| !tag.is_empty());
            memory.tags.sort_unstable();
            memory.tags.dedup();
            memory.id = put(transaction, &memory, hash.as_str(), now)?;
            self.index(transaction, || index(transaction, &memory))?;
            Ok(memory.id)
        })
    }

    /// At most `limit` entries that have to do with `query`, the closest first (BM25 over word stems). Each counts as
    /// used. Anything may stand in `query`; a whole prompt will do.
    ///
    /// # Errors
    /// A failing database.
    pub fn recall(&self, query: &str, limit: usize) -> Result<Vec<Memory>, StoreError> {
        let Some(query) = any_word(query) else {
            return Ok(Vec::new());
        };
        let rows = self.search_indexed(|connection| {
            connection
                .prepare_cached(
                    "SELECT id, memories.text, memories.tags, session, turn, created, used, checksum
                     FROM memory_search JOIN memories ON memories.id = memory_search.rowid
                     WHERE memory_search MATCH ? ORDER BY memory_search.rank LIMIT ?",
                )?
                .query_and_then(params![query, limit], memory)?
                .collect::<rusqlite::Result<_>>()
        })?;
        let found = self.keep_whole(rows);
        if !found.is_empty() {
            self.write(|transaction| {
                let mut touch = transaction.prepare_cached("UPDATE memories SET used = ? WHERE id = ?")?;
                found
                    .iter()
                    .try_for_each(|memory| touch.execute([now(), memory.id]).map(drop))
            })?;
        }
        Ok(found)
    }

    /// Every entry, the newest first.
    ///
    /// # Errors
    /// A failing database.
    pub fn memories(&self) -> Result<Vec<Memory>, StoreError> {
        let rows = self.read(|connection| {
            connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM memories ORDER BY id DESC"))?
                .query_and_then([], memory)?
                .collect::<rusqlite::Result<_>>()
        })?;
        Ok(self.keep_whole(rows))
    }

    /// Removes an entry; false if there was none of that id.
    ///
    /// # Errors
    /// A failing database.
    pub fn forget(&self, id: i64) -> Result<bool, StoreError> {
        self.write(|transaction| {
            self.index(transaction, || {
                transaction
                    .prepare_cached("DELETE FROM memory_search WHERE rowid = ?")?
                    .execute([id])
                    .map(drop)
            })?;
            let removed = transaction
                .prepare_cached("DELETE FROM memories WHERE id = ?")?
                .execute([id])?;
            Ok(removed > 0)
        })
    }
}

/// The entry of that text. A damaged one counts for none, and is replaced.
fn find(transaction: &Transaction<'_>, hash: &str) -> rusqlite::Result<Option<Memory>> {
    let found = transaction
        .prepare_cached(&format!("SELECT {COLUMNS} FROM memories WHERE hash = ?"))?
        .query_row([hash], memory)
        .optional()?;
    Ok(found.and_then(Result::ok))
}

/// Adds the entry, or replaces the one of the same text; returns its id.
fn put(transaction: &Transaction<'_>, memory: &Memory, hash: &str, used: i64) -> rusqlite::Result<i64> {
    let (tags, created) = (encoded(&memory.tags), milliseconds(memory.created));
    let session = memory.session.as_ref().map(SessionId::as_str);
    let turn = memory.turn.as_ref().map(TurnId::as_str);
    let id: i64 = transaction
        .prepare_cached(
            "INSERT INTO memories (text, tags, session, turn, created, used, hash, checksum)
             VALUES (?, ?, ?, ?, ?, ?, ?, x'')
             ON CONFLICT (hash) DO UPDATE SET text = excluded.text, tags = excluded.tags, session = excluded.session,
                 turn = excluded.turn, created = excluded.created, used = excluded.used
             RETURNING id",
        )?
        .query_row(params![memory.text, tags, session, turn, created, used, hash], |row| {
            row.get(0)
        })?;
    let bytes = [
        memory.text.as_str(),
        &tags,
        session.unwrap_or_default(),
        turn.unwrap_or_default(),
    ]
    .map(str::as_bytes);
    transaction
        .prepare_cached("UPDATE memories SET checksum = ? WHERE id = ?")?
        .execute(params![checksum(id, bytes, created), id])?;
    Ok(id)
}

fn index(transaction: &Transaction<'_>, memory: &Memory) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT OR REPLACE INTO memory_search (rowid, text, tags) VALUES (?, ?, ?)")?
        .execute(params![memory.id, memory.text, encoded(&memory.tags)])
        .map(drop)
}

/// Reads [`COLUMNS`].
fn memory(row: &Row<'_>) -> rusqlite::Result<Result<Memory, DamagedRow>> {
    let id: i64 = row.get(0)?;
    let created: i64 = row.get(5)?;
    let used: i64 = row.get(6)?;
    let verified = || {
        let text = |column| row::bytes(row, column).unwrap_or_default();
        let bytes = [text(1), text(2), text(3), text(4)];
        if row::bytes(row, 7)? != checksum(id, bytes, created) {
            return None;
        }
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
        let optional = |bytes: &[u8]| text(bytes).filter(|text| !text.is_empty());
        Some(Memory {
            id,
            text: text(bytes[0])?,
            tags: serde_json::from_slice(bytes[1]).ok()?,
            session: optional(bytes[2]).map(SessionId::from),
            turn: optional(bytes[3]).map(TurnId::from),
            created: time(created),
            used: time(used),
        })
    };
    Ok(verified().ok_or_else(|| DamagedRow {
        table: "memories",
        key: id.to_string(),
    }))
}

/// `bytes` are the text, the tags, the session and the turn.
fn checksum(id: i64, bytes: [&[u8]; 4], created: i64) -> [u8; 32] {
    let [text, tags, session, turn] = bytes;
    row::checksum(&[&id.to_le_bytes(), text, tags, session, turn, &created.to_le_bytes()])
}

fn encoded(tags: &[String]) -> String {
    serde_json::Value::from(tags).to_string()
}

/// The query that asks for any telling word of `text`; none if it has no such word.
fn any_word(text: &str) -> Option<String> {
    let mut seen = HashSet::new();
    let telling: Vec<String> = words(text)
        .filter(|word| {
            let plain = word
                .trim_matches(|character: char| !character.is_alphanumeric())
                .to_lowercase();
            !COMMON.contains(&plain.as_str()) && seen.insert(plain)
        })
        .take(QUERY_WORDS)
        .map(quoted)
        .collect();
    (!telling.is_empty()).then(|| telling.join(" OR "))
}
