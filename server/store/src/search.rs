//! Full-text search over the titles of sessions and the words of their messages.
//!
//! The indexes are written with what they are about, in one transaction, and are never needed to go on: one that is
//! damaged is made anew from the rows.

use std::time::SystemTime;

use base::SessionId;
use rusqlite::{Connection, ErrorCode, Row, Transaction, params};

use crate::clock::time;
use crate::item::Item;
use crate::items::stored;
use crate::row::DamagedRow;
use crate::schema::SEARCH_INDEXES;
use crate::{Store, StoreError};

/// A place where all words of a query stand.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchHit {
    pub session: SessionId,
    /// The session's title as it is now.
    pub title: String,
    /// The message that holds the words; none where the title does.
    pub seq: Option<i64>,
    /// When that was said, or the session was made.
    pub at: SystemTime,
    /// The words with what stands around them, each hit between [`SearchHit::HIT`] marks.
    pub snippet: String,
}

impl SearchHit {
    /// What stands before and after a hit in a snippet: characters that no message needs (U+E000, U+E001, private use).
    pub const HIT: [char; 2] = ['\u{e000}', '\u{e001}'];
}

/// How many words a snippet has at most.
const SNIPPET_WORDS: i64 = 16;

const TITLES: &str = "SELECT sessions.id, sessions.title, sessions.created,
        highlight(title_search, 0, char(0xe000), char(0xe001))
    FROM title_search JOIN sessions ON sessions.id = title_search.session
    WHERE title_search MATCH ?1 ORDER BY rank LIMIT ?2";

const MESSAGES: &str = "SELECT items.seq, items.session, items.payload, items.checksum, items.at, sessions.title,
        snippet(message_search, 0, char(0xe000), char(0xe001), '…', ?3)
    FROM message_search JOIN items ON items.seq = message_search.rowid JOIN sessions ON sessions.id = items.session
    WHERE message_search MATCH ?1 ORDER BY message_search.rank LIMIT ?2";

impl Store {
    /// The places that hold every word of `query`, the best first: titles before messages. Upper and lower case and
    /// accents do not matter; the last word may be a beginning. Anything may stand in `query`.
    ///
    /// # Errors
    /// A failing database.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<SearchHit>, StoreError> {
        let Some(query) = all_words(query) else {
            return Ok(Vec::new());
        };
        let rows = self.search_indexed(|connection| {
            let mut hits: Vec<Result<SearchHit, DamagedRow>> = connection
                .prepare_cached(TITLES)?
                .query_map(params![query, limit], |row| title_hit(row).map(Ok))?
                .collect::<rusqlite::Result<_>>()?;
            let rest = limit.saturating_sub(hits.len());
            let mut messages = connection.prepare_cached(MESSAGES)?;
            for hit in messages.query_and_then(params![query, rest, SNIPPET_WORDS], message_hit)? {
                hits.push(hit?);
            }
            Ok(hits)
        })?;
        Ok(self.keep_whole(rows))
    }

    /// Runs a query that reads an index, which is made anew first where it turns out to be damaged.
    pub(crate) fn search_indexed<T>(
        &self,
        query: impl Fn(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        match self.read(&query) {
            Err(StoreError::Corrupt { .. }) => {
                self.report_damage(INDEX);
                self.write(|transaction| transaction.execute_batch(SEARCH_INDEXES))?;
                self.read(query)
            }
            other => other,
        }
    }

    /// Writes an index in the transaction that writes its row. An index that cannot take it is made anew; where even
    /// that fails the row is written all the same.
    pub(crate) fn index(
        &self,
        transaction: &Transaction<'_>,
        write: impl FnOnce() -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        match write() {
            Err(error) if is_corrupt(&error) && !transaction.is_autocommit() => {
                self.report_damage(INDEX);
                match transaction.execute_batch(SEARCH_INDEXES) {
                    Err(error) if !is_corrupt(&error) || transaction.is_autocommit() => Err(error),
                    _ => Ok(()),
                }
            }
            other => other,
        }
    }

    pub(crate) fn index_item(&self, transaction: &Transaction<'_>, seq: i64, item: &Item) -> rusqlite::Result<()> {
        let Item::Message(message) = item else { return Ok(()) };
        let text = message.text();
        if text.is_empty() {
            return Ok(());
        }
        self.index(transaction, || {
            transaction
                .prepare_cached("INSERT INTO message_search (rowid, text) VALUES (?, ?)")?
                .execute(params![seq, text])
                .map(drop)
        })
    }

    /// Replaces what the index has for the session.
    pub(crate) fn index_title(
        &self,
        transaction: &Transaction<'_>,
        id: &SessionId,
        title: &str,
    ) -> rusqlite::Result<()> {
        self.index(transaction, || {
            transaction
                .prepare_cached("DELETE FROM title_search WHERE session = ?")?
                .execute([id.as_str()])?;
            transaction
                .prepare_cached("INSERT INTO title_search (title, session) VALUES (?, ?)")?
                .execute([title, id.as_str()])
                .map(drop)
        })
    }
}

const INDEX: DamagedRow = DamagedRow {
    table: "the search indexes",
    key: String::new(),
};

fn is_corrupt(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt)
}

fn title_hit(row: &Row<'_>) -> rusqlite::Result<SearchHit> {
    let id: String = row.get(0)?;
    Ok(SearchHit {
        session: SessionId::from(id),
        title: row.get(1)?,
        seq: None,
        at: time(row.get(2)?),
        snippet: row.get(3)?,
    })
}

fn message_hit(row: &Row<'_>) -> rusqlite::Result<Result<SearchHit, DamagedRow>> {
    let item = match stored(row)? {
        Ok(item) => item,
        Err(damaged) => return Ok(Err(damaged)),
    };
    let id: String = row.get(1)?;
    Ok(Ok(SearchHit {
        session: SessionId::from(id),
        title: row.get(5)?,
        seq: Some(item.seq),
        at: item.at,
        snippet: row.get(6)?,
    }))
}

/// The query that asks for every word of `text`; none if it has no words. In double quotes nothing is syntax
/// (<https://sqlite.org/fts5.html> §3.1).
fn all_words(text: &str) -> Option<String> {
    let words: Vec<String> = words(text).map(quoted).collect();
    let (last, before) = words.split_last()?;
    let is_complete = text.ends_with(char::is_whitespace);
    let last = if is_complete { last.clone() } else { format!("{last} *") };
    Some([before, &[last]].concat().join(" "))
}

/// What stands between blanks and holds something that an index does.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| character.is_whitespace() || character == '\0')
        .filter(|word| word.chars().any(char::is_alphanumeric))
}

pub(crate) fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\""))
}
