//! What outlives the process: sessions, the journal of reviews, texts by content hash, memory; and the ledger, which
//! is read off the sessions.
//!
//! One SQLite database a workspace, in WAL mode, shared by as many processes as like: every write is one
//! short immediate transaction. What was said and done is only ever added to, until a session is deleted as a whole.
//! Each row carries a checksum over what it says, so a damaged row is skipped and reported ([`Store::damaged`])
//! instead of believed. A process killed at any instant loses at most the append it was in.
//!
//! A session has one owner at a time ([`Store::lease`]); the operating system frees it when the owner dies.

mod blobs;
mod calendar;
mod clock;
mod delete;
mod error;
mod fork;
mod index_cache;
mod item;
mod items;
mod lease;
mod ledger;
mod memory;
mod open;
mod reviews;
mod row;
mod schema;
mod search;
mod sessions;
mod steps;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use calendar::{Day, NoDay};
pub use delete::Deleted;
pub use error::StoreError;
pub use index_cache::{CacheKey, IndexCache};
pub use item::{CallCost, Item, Page, StoredItem};
pub use lease::{Held, Lease};
pub use ledger::{Call, CallFilter, LedgerBy, LedgerRow, Totals, ledger, total};
pub use memory::{Memory, NewMemory};
pub use row::DamagedRow;
pub use search::SearchHit;
pub use sessions::SessionSummary;

use error::Place;
use lease::Leases;

/// The state of one workspace. Every method is one short transaction; none waits on anything but the disk and,
/// for at most [`open::BUSY_TIMEOUT`], on another process's transaction.
pub struct Store {
    connection: Mutex<Connection>,
    place: Place,
    leases: Leases,
    damaged: Mutex<Vec<DamagedRow>>,
}

impl Store {
    /// Opens the database in `dir`, making both if need be (folder 0700, files 0600).
    ///
    /// # Errors
    /// A folder that cannot be made private, a damaged database, or one that a newer version has written:
    /// those two are left exactly as they are.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let (connection, place) = open::open(dir)?;
        Ok(Self::new(connection, place, Leases::files(dir)))
    }

    /// A store that lives as long as the value.
    ///
    /// # Errors
    /// SQLite itself failing.
    pub fn in_memory() -> Result<Self, StoreError> {
        let (connection, place) = open::open_in_memory()?;
        Ok(Self::new(connection, place, Leases::memory()))
    }

    /// The rows that were found damaged and skipped since the store was opened.
    #[must_use]
    pub fn damaged(&self) -> Vec<DamagedRow> {
        self.damaged.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn new(connection: Connection, place: Place, leases: Leases) -> Self {
        Self {
            connection: Mutex::new(connection),
            place,
            leases,
            damaged: Mutex::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        query(&self.lock()).map_err(|source| self.place.error(source))
    }

    /// Runs `change` in an immediate transaction: a deferred one that reads first would fail under another
    /// writer whatever the timeout.
    fn write<T>(&self, change: impl FnOnce(&Transaction<'_>) -> Result<T, rusqlite::Error>) -> Result<T, StoreError> {
        transact(&mut self.lock(), change).map_err(|source| self.place.error(source))
    }

    /// As [`Self::write`], and on the disk itself when it returns, as are all writes before it.
    fn write_durably<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        let mut connection = self.lock();
        let result = open::set_durable(&connection, true).and_then(|()| transact(&mut connection, change));
        let restored = open::set_durable(&connection, false);
        result
            .and_then(|value| restored.map(|()| value))
            .map_err(|source| self.place.error(source))
    }

    fn report_damage(&self, row: DamagedRow) {
        let mut damaged = self.damaged.lock().unwrap_or_else(PoisonError::into_inner);
        if !damaged.contains(&row) {
            tracing::warn!(table = row.table, row = %row.key, "a damaged row of the session database was skipped");
            damaged.push(row);
        }
    }
}

fn transact<T>(
    connection: &mut Connection,
    change: impl FnOnce(&Transaction<'_>) -> Result<T, rusqlite::Error>,
) -> Result<T, rusqlite::Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = change(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

#[cfg(test)]
mod tests;
