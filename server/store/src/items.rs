//! The items of a session: adding them, and reading all, a page, or what a model still sees.

use base::{Message, SessionId};
use rusqlite::{Row, Transaction, params};

use crate::clock::{now, time};
use crate::item::{Item, Page, StoredItem};
use crate::row::{self, DamagedRow};
use crate::{Store, StoreError};

impl Store {
    /// Adds an item and returns its sequence number, greater than that of every item before it.
    ///
    /// # Errors
    /// An unknown session, or a failing database: then nothing was added.
    pub fn append_item(&self, session: &SessionId, item: &Item) -> Result<i64, StoreError> {
        let payload = serde_json::to_string(item)?;
        let appended = self.write(|transaction| {
            let seq = insert(transaction, session, item.kind(), now(), &payload)?;
            self.index_item(transaction, seq, item)?;
            Ok(seq)
        });
        self.known_session(session, appended)
    }

    /// The number of the session's last item; 0 before the first.
    ///
    /// # Errors
    /// A failing database.
    pub fn last_item(&self, session: &SessionId) -> Result<i64, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT coalesce(max(seq), 0) FROM items WHERE session = ?")?
                .query_row([session.as_str()], |row| row.get(0))
        })
    }

    /// The session's items in order, without those that are damaged.
    ///
    /// # Errors
    /// A failing database. An unknown session has no items.
    pub fn items(&self, session: &SessionId) -> Result<Vec<Item>, StoreError> {
        let rows: Vec<_> = self.read(|connection| {
            connection
                .prepare_cached("SELECT seq, session, payload, checksum FROM items WHERE session = ? ORDER BY seq")?
                .query_and_then([session.as_str()], |row| row::record("items", row))?
                .collect::<Result<_, _>>()
        })?;
        Ok(self.keep_whole(rows))
    }

    /// At most `limit` of the session's items, from the first after `after` on; 0 stands before all.
    ///
    /// # Errors
    /// A failing database. An unknown session has no items.
    pub fn items_page(&self, session: &SessionId, after: i64, limit: usize) -> Result<Page, StoreError> {
        let rows: Vec<(i64, Result<StoredItem, DamagedRow>)> = self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT seq, session, payload, checksum, at FROM items
                     WHERE session = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
                )?
                .query_and_then(params![session.as_str(), after, limit], |row| {
                    Ok((row.get(0)?, stored(row)?))
                })?
                .collect::<rusqlite::Result<_>>()
        })?;
        let next = (rows.len() == limit)
            .then(|| rows.last().map(|(seq, _)| *seq))
            .flatten();
        let items = self.keep_whole(rows.into_iter().map(|(_, row)| row).collect());
        Ok(Page { items, next })
    }

    /// The messages that a model sees: those of the last [`Item::Context`] and all that were said after it. What lies
    /// before it is not read. Where it is damaged, the one before stands in.
    ///
    /// # Errors
    /// A failing database. An unknown session has none.
    pub fn conversation(&self, session: &SessionId) -> Result<Vec<Message>, StoreError> {
        let (begun, rows) = self.read(|connection| {
            let begun = last_context(connection, session)?;
            let (seq, _) = begun
                .last()
                .and_then(|row| row.as_ref().ok())
                .cloned()
                .unwrap_or_default();
            let rows: Vec<_> = connection
                .prepare_cached(
                    "SELECT seq, session, payload, checksum FROM items
                     WHERE session = ?1 AND kind = 'message' AND seq > ?2 ORDER BY seq",
                )?
                .query_and_then(params![session.as_str(), seq], |row| row::record("items", row))?
                .collect::<rusqlite::Result<_>>()?;
            Ok((begun, rows))
        })?;
        let mut messages: Vec<Message> = self
            .keep_whole(begun)
            .into_iter()
            .flat_map(|(_, begun)| begun)
            .collect();
        messages.extend(self.keep_whole(rows).into_iter().filter_map(|item| match item {
            Item::Message(message) => Some(message),
            _ => None,
        }));
        Ok(messages)
    }

    /// Reports the damaged rows and returns the others.
    pub(crate) fn keep_whole<T>(&self, rows: Vec<Result<T, DamagedRow>>) -> Vec<T> {
        let whole = rows
            .into_iter()
            .filter_map(|row| row.map_err(|damaged| self.report_damage(damaged)).ok());
        whole.collect()
    }
}

type Begun = Result<(i64, Vec<Message>), DamagedRow>;

/// The session's last whole [`Item::Context`], with its number, after the damaged ones that follow it.
fn last_context(connection: &rusqlite::Connection, session: &SessionId) -> rusqlite::Result<Vec<Begun>> {
    let mut query = connection.prepare_cached(
        "SELECT seq, session, payload, checksum FROM items
         WHERE session = ? AND kind = 'context' ORDER BY seq DESC",
    )?;
    let mut rows = query.query([session.as_str()])?;
    let mut begun = Vec::new();
    while let Some(row) = rows.next()? {
        match row::record("items", row)? {
            Ok(Item::Context { messages, .. }) => {
                begun.push(Ok((row.get(0)?, messages)));
                break;
            }
            Ok(_) => {}
            Err(damaged) => begun.push(Err(damaged)),
        }
    }
    Ok(begun)
}

/// Reads the columns `seq, session, payload, checksum, at`.
pub(crate) fn stored(row: &Row<'_>) -> rusqlite::Result<Result<StoredItem, DamagedRow>> {
    let (seq, at) = (row.get(0)?, row.get(4)?);
    let item = row::record("items", row)?;
    Ok(item.map(|item| StoredItem {
        seq,
        at: time(at),
        item,
    }))
}

/// Adds a row to `items` and returns its number.
pub(crate) fn insert(
    transaction: &Transaction<'_>,
    session: &SessionId,
    kind: &str,
    at: i64,
    payload: &str,
) -> rusqlite::Result<i64> {
    let id = session.as_str();
    let seq: i64 = transaction
        .prepare_cached("SELECT coalesce(max(seq), 0) + 1 FROM items")?
        .query_row([], |row| row.get(0))?;
    let sum = row::record_checksum(seq, id, payload);
    transaction
        .prepare_cached("INSERT INTO items (seq, session, kind, at, payload, checksum) VALUES (?, ?, ?, ?, ?, ?)")?
        .execute(params![seq, id, kind, at, payload, sum])?;
    Ok(seq)
}
