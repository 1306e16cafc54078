//! Sessions and their items: the conversation, its turns, what they cost.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use base::{Message, SessionId, StopReason, Task, TurnId, TurnState, Usage};
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use crate::error::is_constraint;
use crate::row::{self, DamagedRow};
use crate::{Store, StoreError};

/// One fact of a session, in the order in which it happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "item", rename_all = "snake_case")]
pub enum Item {
    Turn {
        turn: TurnId,
        task: Task,
    },
    Message(Message),
    /// The conversation was made shorter: from here on it begins with these messages, whatever was said before.
    Context {
        /// Why, in a few words: the stage of compaction, a fork, a checkpoint.
        cause: String,
        messages: Vec<Message>,
    },
    TurnEnd {
        turn: TurnId,
        state: TurnState,
        stop_reason: StopReason,
        error: Option<String>,
    },
    /// What one model call used; `model` is `provider/model`.
    Usage {
        turn: TurnId,
        model: String,
        usage: Usage,
        #[serde(default, skip_serializing_if = "CallCost::is_empty")]
        cost: CallCost,
    },
}

/// What a model call is booked under besides its model and tokens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallCost {
    /// US dollars by the price table of then; none where it has no price for the model.
    pub usd: Option<f64>,
    /// The names of the tools whose results the call was made to read, sorted; empty for a first call.
    pub tools: Vec<String>,
    /// Why nothing of the prompt came from the vendor's cache though some of it might have; none for a hit.
    pub miss: Option<String>,
    /// Whose call it was: empty for the session's own agent, else a sub-agent, `compaction`, `title`.
    pub purpose: String,
}

impl CallCost {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Item {
    fn kind(&self) -> &'static str {
        match self {
            Self::Turn { .. } => "turn",
            Self::Message(_) => "message",
            Self::Context { .. } => "context",
            Self::TurnEnd { .. } => "turn_end",
            Self::Usage { .. } => "usage",
        }
    }
}

/// A session as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionSummary {
    pub id: SessionId,
    pub title: String,
    pub cwd: PathBuf,
    pub created: SystemTime,
    /// When its last item was added.
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
        let cwd = cwd.to_string_lossy();
        let created = now();
        let sum = session_checksum(id.as_str().as_bytes(), title.as_bytes(), cwd.as_bytes(), created);
        let inserted = self.write(|transaction| {
            transaction
                .prepare_cached("INSERT INTO sessions (id, title, cwd, created, checksum) VALUES (?, ?, ?, ?, ?)")?
                .execute(params![id.as_str(), title, cwd, created, sum])
        });
        match inserted {
            Err(error) if is_constraint(&error) => Err(StoreError::SessionExists(id.clone())),
            other => other.map(|_| ()),
        }
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
                        (SELECT at FROM items WHERE session = sessions.id ORDER BY seq DESC LIMIT 1),
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

    /// Adds an item and returns its sequence number, greater than that of every item before it.
    ///
    /// # Errors
    /// An unknown session, or a failing database: then nothing was added.
    pub fn append_item(&self, session: &SessionId, item: &Item) -> Result<i64, StoreError> {
        let payload = serde_json::to_string(item)?;
        let id = session.as_str();
        let appended = self.write(|transaction| {
            let seq: i64 = transaction
                .prepare_cached("SELECT coalesce(max(seq), 0) + 1 FROM items")?
                .query_row([], |row| row.get(0))?;
            let sum = row::record_checksum(seq, id, &payload);
            transaction
                .prepare_cached(
                    "INSERT INTO items (seq, session, kind, at, payload, checksum) VALUES (?, ?, ?, ?, ?, ?)",
                )?
                .execute(params![seq, id, item.kind(), now(), payload, sum])?;
            Ok(seq)
        });
        self.known_session(session, appended)
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

    /// Reports the damaged rows and returns the others.
    pub(crate) fn keep_whole<T>(&self, rows: Vec<Result<T, DamagedRow>>) -> Vec<T> {
        let whole = rows
            .into_iter()
            .filter_map(|row| row.map_err(|damaged| self.report_damage(damaged)).ok());
        whole.collect()
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
    let updated: Option<i64> = row.get(5).ok()?;
    Some(SessionSummary {
        id: SessionId::from(text(id)?),
        title: text(title)?,
        cwd: PathBuf::from(text(cwd)?),
        created: time(created),
        updated: time(updated.unwrap_or(created)),
        turns: row.get(6).ok()?,
        state: None,
    })
}

fn session_checksum(id: &[u8], title: &[u8], cwd: &[u8], created: i64) -> [u8; 32] {
    row::checksum(&[id, title, cwd, &created.to_le_bytes()])
}

/// Milliseconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

fn time(milliseconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0))
}
