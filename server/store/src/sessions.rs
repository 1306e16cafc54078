//! The sessions of a workspace: their titles, and how they stand.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use base::{SessionId, TurnState};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::clock::{now, time};
use crate::error::is_constraint;
use crate::item::Item;
use crate::row::{self, DamagedRow};
use crate::{Store, StoreError};

/// A session as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionSummary {
    pub id: SessionId,
    pub title: String,
    pub cwd: PathBuf,
    pub created: SystemTime,
    /// When its last item was added, or when it was made.
    pub updated: SystemTime,
    pub turns: u64,
    /// How its last turn ended; none before the first. `Running` also where a process died in mid-turn: whether
    /// one still runs, the lease tells.
    pub state: Option<TurnState>,
}

impl Store {
    /// # Errors
    /// A session of that id, or a failing database.
    pub fn create_session(&self, id: &SessionId, title: &str, cwd: &Path) -> Result<(), StoreError> {
        let inserted = self.write(|transaction| {
            insert(transaction, id, title, &cwd.to_string_lossy())?;
            self.index_title(transaction, id, title)
        });
        match inserted {
            Err(error) if is_constraint(&error) => Err(StoreError::SessionExists(id.clone())),
            other => other,
        }
    }

    /// Gives the session another title.
    ///
    /// # Errors
    /// An unknown session, or a failing database: then the title is what it was.
    pub fn rename_session(&self, id: &SessionId, title: &str) -> Result<(), StoreError> {
        let is_known = self.write(|transaction| {
            let found = transaction
                .prepare_cached("SELECT cwd, created FROM sessions WHERE id = ?")?
                .query_row([id.as_str()], |row| {
                    Ok((row::bytes(row, 0).unwrap_or_default().to_vec(), row.get(1)?))
                })
                .optional()?;
            let Some((cwd, created)) = found else { return Ok(false) };
            let sum = session_checksum(id.as_str().as_bytes(), title.as_bytes(), &cwd, created);
            transaction
                .prepare_cached("UPDATE sessions SET title = ?, checksum = ? WHERE id = ?")?
                .execute(params![title, sum, id.as_str()])?;
            self.index_title(transaction, id, title)?;
            Ok(true)
        })?;
        match is_known {
            true => Ok(()),
            false => Err(StoreError::UnknownSession(id.clone())),
        }
    }

    /// The session's title; none if there is no such session.
    ///
    /// # Errors
    /// A failing database.
    pub fn title(&self, id: &SessionId) -> Result<Option<String>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT title FROM sessions WHERE id = ?")?
                .query_row([id.as_str()], |row| row.get(0))
                .optional()
        })
    }

    /// # Errors
    /// A failing database.
    pub fn has_session(&self, id: &SessionId) -> Result<bool, StoreError> {
        self.read(|connection| {
            let mut found = connection.prepare_cached("SELECT 1 FROM sessions WHERE id = ?")?;
            found.exists([id.as_str()])
        })
    }

    /// All sessions of the workspace, the one touched last first.
    ///
    /// # Errors
    /// A failing database.
    pub fn sessions(&self) -> Result<Vec<SessionSummary>, StoreError> {
        let rows: Vec<Result<SessionSummary, DamagedRow>> = self.read(|connection| {
            let mut query = connection.prepare_cached(
                "SELECT id, title, cwd, created, checksum,
                        max(created, coalesce(
                            (SELECT at FROM items WHERE session = sessions.id ORDER BY seq DESC LIMIT 1), 0)),
                        (SELECT count(*) FROM items WHERE session = sessions.id AND kind = 'turn'),
                        (SELECT max(seq) FROM items WHERE session = sessions.id AND kind = 'turn'),
                        (SELECT max(seq) FROM items WHERE session = sessions.id AND kind = 'turn_end')
                 FROM sessions ORDER BY 6 DESC, created DESC",
            )?;
            let mut end =
                connection.prepare_cached("SELECT seq, session, payload, checksum FROM items WHERE seq = ?")?;
            let mut rows = query.query([])?;
            let mut sessions = Vec::new();
            while let Some(row) = rows.next()? {
                let Some(mut session) = summary(row) else {
                    let key = row::bytes(row, 0)
                        .map(|id| String::from_utf8_lossy(id).into_owned())
                        .unwrap_or_default();
                    sessions.push(Err(DamagedRow { table: "sessions", key }));
                    continue;
                };
                let (started, ended): (Option<i64>, Option<i64>) = (row.get(7)?, row.get(8)?);
                session.state = match (started, ended) {
                    (None, _) => None,
                    (Some(started), Some(ended)) if ended > started => {
                        match end.query_row([ended], |row| row::record::<Item>("items", row))? {
                            Ok(Item::TurnEnd { state, .. }) => Some(state),
                            Ok(_) => None,
                            Err(damaged) => {
                                sessions.push(Err(damaged));
                                Some(TurnState::Stopped)
                            }
                        }
                    }
                    (Some(_), _) => Some(TurnState::Running),
                };
                sessions.push(Ok(session));
            }
            Ok(sessions)
        })?;
        Ok(self.keep_whole(rows))
    }

    /// Says which session is missing where a row's session does not exist.
    pub(crate) fn known_session<T>(&self, id: &SessionId, appended: Result<T, StoreError>) -> Result<T, StoreError> {
        match appended {
            Err(error) if is_constraint(&error) => Err(StoreError::UnknownSession(id.clone())),
            other => other,
        }
    }
}

fn summary(row: &Row<'_>) -> Option<SessionSummary> {
    let (id, title, cwd, sum) = (
        row::bytes(row, 0)?,
        row::bytes(row, 1)?,
        row::bytes(row, 2)?,
        row::bytes(row, 4)?,
    );
    let created = row.get(3).ok()?;
    if sum != session_checksum(id, title, cwd, created) {
        return None;
    }
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    Some(SessionSummary {
        id: SessionId::from(text(id)?),
        title: text(title)?,
        cwd: PathBuf::from(text(cwd)?),
        created: time(created),
        updated: time(row.get(5).ok()?),
        turns: row.get(6).ok()?,
        state: None,
    })
}

fn session_checksum(id: &[u8], title: &[u8], cwd: &[u8], created: i64) -> [u8; 32] {
    row::checksum(&[id, title, cwd, &created.to_le_bytes()])
}

/// Adds a row to `sessions`.
pub(crate) fn insert(transaction: &Transaction<'_>, id: &SessionId, title: &str, cwd: &str) -> rusqlite::Result<()> {
    let created = now();
    let sum = session_checksum(id.as_str().as_bytes(), title.as_bytes(), cwd.as_bytes(), created);
    transaction
        .prepare_cached("INSERT INTO sessions (id, title, cwd, created, checksum) VALUES (?, ?, ?, ?, ?)")?
        .execute(params![id.as_str(), title, cwd, created, sum])?;
    Ok(())
}
