//! What can be worked out again and is kept to save the time: bytes by key, and lists of bytes by name.
//!
//! A database of its own, beside nothing that matters: what is damaged in it is as if it were not there, and a file
//! that is no such database is replaced. Processes share it.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use crate::error::Place;
use crate::{StoreError, clock, open, row, transact};

/// What an entry is found by: a hash of all that it was made from.
pub type CacheKey = [u8; 32];

/// See the module.
pub struct IndexCache {
    connection: Mutex<Connection>,
    place: Place,
}

const DATABASE: &str = "index.db";
/// A database of another version is made anew.
const VERSION: i64 = 1;
const SCHEMA: &str = "
    CREATE TABLE entries (key BLOB PRIMARY KEY, body BLOB NOT NULL, sum BLOB NOT NULL, used INTEGER NOT NULL);
    CREATE INDEX entries_used ON entries (used);
    CREATE TABLE parts (
        name TEXT NOT NULL, part INTEGER NOT NULL, body BLOB NOT NULL, sum BLOB NOT NULL, PRIMARY KEY (name, part)
    );
";
/// Nobody waits for a cache.
const BUSY_TIMEOUT: Duration = Duration::from_millis(500);
const DAY_MS: i64 = 24 * 3600 * 1000;

impl IndexCache {
    /// Opens the cache in a folder, and makes both if need be.
    ///
    /// # Errors
    /// A folder that cannot be written. A damaged cache is no error: it is made anew.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let folder_error = |source| StoreError::Folder {
            path: dir.to_owned(),
            source,
        };
        open::make_private_folder(dir).map_err(folder_error)?;
        // Two openers would each take the other's half-made database for a damaged one.
        let turn = open::open_private(&dir.join("index.lock")).map_err(folder_error)?;
        turn.lock().map_err(folder_error)?;
        let path = dir.join(DATABASE);
        let connection = connect(&path).or_else(|_| {
            remove(&path);
            connect(&path)
        });
        let place = Place::new(&path);
        match connection {
            Ok(connection) => Ok(Self {
                connection: Mutex::new(connection),
                place,
            }),
            Err(source) => Err(place.error(source)),
        }
    }

    /// Calls `each` with the place in `keys` and the bytes of those that are there.
    ///
    /// # Errors
    /// A failing database.
    pub fn read(&self, keys: &[CacheKey], mut each: impl FnMut(usize, &[u8])) -> Result<(), StoreError> {
        let connection = self.lock();
        let mut read = || {
            let mut statement = connection.prepare_cached("SELECT body, sum FROM entries WHERE key = ?")?;
            for (index, key) in keys.iter().enumerate() {
                statement
                    .query_row([&key[..]], |found| {
                        if let Some(body) = whole(found) {
                            each(index, body);
                        }
                        Ok(())
                    })
                    .optional()?;
            }
            Ok(())
        };
        read().map_err(|source| self.place.error(source))
    }

    /// The keys of all entries.
    ///
    /// # Errors
    /// A failing database.
    pub fn keys(&self) -> Result<HashSet<CacheKey>, StoreError> {
        let connection = self.lock();
        let read = || {
            let mut statement = connection.prepare_cached("SELECT key FROM entries")?;
            let keys = statement.query_map([], |found| found.get::<_, CacheKey>(0))?;
            keys.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|source| self.place.error(source))
    }

    /// Keeps entries.
    ///
    /// # Errors
    /// A failing database; nothing is kept then.
    pub fn write(&self, entries: &[(CacheKey, Vec<u8>)]) -> Result<(), StoreError> {
        self.change(|transaction| {
            let mut statement = transaction
                .prepare_cached("INSERT OR REPLACE INTO entries (key, body, sum, used) VALUES (?, ?, ?, ?)")?;
            for (key, body) in entries {
                statement.execute(params![&key[..], body, sum(body), today()])?;
            }
            Ok(())
        })
    }

    /// Marks the entries as used today, and deletes those that were not used in the last `days` days.
    ///
    /// # Errors
    /// A failing database.
    pub fn sweep(&self, used: &[CacheKey], days: i64) -> Result<(), StoreError> {
        self.change(|transaction| {
            let mut statement =
                transaction.prepare_cached("UPDATE entries SET used = ?2 WHERE key = ?1 AND used < ?2")?;
            for key in used {
                statement.execute(params![&key[..], today()])?;
            }
            transaction.execute("DELETE FROM entries WHERE used < ?", [today() - days])?;
            Ok(())
        })
    }

    /// The parts of a list, in order; up to the first that is damaged.
    ///
    /// # Errors
    /// A failing database.
    pub fn parts(&self, name: &str) -> Result<Vec<Vec<u8>>, StoreError> {
        let connection = self.lock();
        let read = || {
            let mut statement =
                connection.prepare_cached("SELECT body, sum FROM parts WHERE name = ? ORDER BY part")?;
            let mut found = statement.query([name])?;
            let mut parts = Vec::new();
            while let Some(found) = found.next()? {
                let Some(body) = whole(found) else { break };
                parts.push(body.to_vec());
            }
            Ok(parts)
        };
        read().map_err(|source| self.place.error(source))
    }

    /// Replaces all parts of a list from the `from`th on. Does nothing if there are fewer before.
    ///
    /// # Errors
    /// A failing database.
    pub fn put_part(&self, name: &str, from: usize, body: &[u8]) -> Result<(), StoreError> {
        self.change(|transaction| {
            let from = i64::try_from(from).unwrap_or(i64::MAX);
            let before: i64 = transaction
                .prepare_cached("SELECT count(*) FROM parts WHERE name = ? AND part < ?")?
                .query_row(params![name, from], |row| row.get(0))?;
            if before == from {
                transaction.execute("DELETE FROM parts WHERE name = ? AND part >= ?", params![name, from])?;
                transaction.execute(
                    "INSERT INTO parts (name, part, body, sum) VALUES (?, ?, ?, ?)",
                    params![name, from, body, sum(body)],
                )?;
            }
            Ok(())
        })
    }

    fn change(
        &self,
        change: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<(), rusqlite::Error>,
    ) -> Result<(), StoreError> {
        transact(&mut self.lock(), change).map_err(|source| self.place.error(source))
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // SQLite would make the file for all to read.
    let _ = open::open_private(path);
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "journal_mode", "wal")?;
    // A lost transaction is a file to be read again.
    connection.pragma_update(None, "synchronous", "off")?;
    connection.pragma_update(None, "cell_size_check", true)?;
    // Each row is read once: kilobytes of pages do.
    connection.pragma_update(None, "cache_size", -512)?;
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match found {
        VERSION => {
            connection.prepare("SELECT key, body, sum, used FROM entries")?;
            connection.prepare("SELECT name, part, body, sum FROM parts")?;
        }
        0 => transact(&mut connection, |transaction| {
            transaction.execute_batch(SCHEMA)?;
            transaction.pragma_update(None, "user_version", VERSION)
        })?,
        _ => return Err(rusqlite::Error::InvalidQuery),
    }
    Ok(connection)
}

fn remove(path: &Path) {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        let _ = fs::remove_file(PathBuf::from(name));
    }
}

/// The body of a row `body, sum`, unless it is damaged.
fn whole<'r>(found: &'r rusqlite::Row<'_>) -> Option<&'r [u8]> {
    let body = row::bytes(found, 0)?;
    (row::bytes(found, 1)? == sum(body)).then_some(body)
}

fn sum(body: &[u8]) -> Vec<u8> {
    blake3::hash(body).as_bytes()[..8].to_vec()
}

fn today() -> i64 {
    clock::now() / DAY_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cache: &IndexCache, keys: &[CacheKey], bodies: &[Option<&str>]) {
        let mut found = vec![None; keys.len()];
        cache
            .read(keys, |index, body| {
                found[index] = Some(String::from_utf8(body.to_vec()).unwrap())
            })
            .unwrap();
        let found: Vec<Option<&str>> = found.iter().map(Option::as_deref).collect();
        assert_eq!(found, bodies);
    }

    #[test]
    fn two_openers_share_what_either_keeps() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (
            IndexCache::open(dir.path()).unwrap(),
            IndexCache::open(dir.path()).unwrap(),
        );
        one.write(&[([1; 32], b"one".to_vec())]).unwrap();
        other.write(&[([2; 32], b"two".to_vec())]).unwrap();
        check(&other, &[[1; 32], [3; 32], [2; 32]], &[Some("one"), None, Some("two")]);
        one.sweep(&[[1; 32]], 0).unwrap();
        check(&one, &[[1; 32], [2; 32]], &[Some("one"), Some("two")]);
        one.sweep(&[], -1).unwrap();
        check(&one, &[[1; 32]], &[None]);
    }

    #[test]
    fn parts_follow_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let cache = IndexCache::open(dir.path()).unwrap();
        cache.put_part("a", 1, b"after nothing").unwrap();
        cache.put_part("a", 0, b"x").unwrap();
        cache.put_part("a", 1, b"y").unwrap();
        cache.put_part("a", 1, b"z").unwrap();
        cache.put_part("b", 0, b"b").unwrap();
        assert_eq!(cache.parts("a").unwrap(), [b"x", b"z"]);
    }

    #[test]
    fn what_is_damaged_is_not_there() {
        let dir = tempfile::tempdir().unwrap();
        let cache = IndexCache::open(dir.path()).unwrap();
        cache
            .write(&[([1; 32], b"one".to_vec()), ([2; 32], b"two".to_vec())])
            .unwrap();
        cache
            .lock()
            .execute("UPDATE entries SET body = 'eno' WHERE body = CAST('one' AS BLOB)", [])
            .unwrap();
        check(&cache, &[[1; 32], [2; 32]], &[None, Some("two")]);
    }

    #[test]
    fn a_file_that_is_no_cache_is_replaced() {
        for rubbish in [&b"rubbish"[..], &[0; 8192], b"SQLite format 3\0 and then rubbish"] {
            let dir = tempfile::tempdir().unwrap();
            fs::write(dir.path().join(DATABASE), rubbish).unwrap();
            let cache = IndexCache::open(dir.path()).unwrap();
            cache.write(&[([1; 32], b"one".to_vec())]).unwrap();
            check(&cache, &[[1; 32]], &[Some("one")]);
        }
    }
}
