//! Forking: a new session that begins as another one was, and goes its own way.
//!
//! What was said is copied, with the times at which it was said. What it cost stays booked to the source alone, and so
//! do its pending hunks and its checkpoints: they are about files, which are not forked.

use base::{Block, Message, Role, SessionId, StopReason, TurnId, TurnState};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::clock::now;
use crate::error::is_constraint;
use crate::item::Item;
use crate::row::{self, DamagedRow};
use crate::{Store, StoreError, items, sessions};

impl Store {
    /// Makes a session `fork` out of `source`, up to and including the item `last`, or of all of it. Where the cut
    /// would part tool calls from their results, these are taken too; a message whose calls have none is left out.
    /// The source is not touched, and may be at work meanwhile.
    ///
    /// # Errors
    /// An unknown source, a `last` that is none of its items, a session `fork` that is there already, or a failing
    /// database: then there is no new session.
    pub fn fork_session(&self, source: &SessionId, fork: &SessionId, last: Option<i64>) -> Result<(), StoreError> {
        let forked = self.write(|transaction| {
            let Some((title, cwd)) = title_and_folder(transaction, source)? else {
                return Ok(Err(StoreError::UnknownSession(source.clone())));
            };
            if let Some(seq) = last
                && !has_item(transaction, source, seq)?
            {
                let session = source.clone();
                return Ok(Err(StoreError::UnknownItem { session, seq }));
            }
            let title = forks_title(&title);
            sessions::insert(transaction, fork, &title, &cwd)?;
            self.index_title(transaction, fork, &title)?;
            self.copy_items(transaction, source, fork, last).map(Ok)
        });
        match forked {
            Err(error) if is_constraint(&error) => Err(StoreError::SessionExists(fork.clone())),
            other => {
                other??.into_iter().for_each(|row| self.report_damage(row));
                Ok(())
            }
        }
    }

    /// Returns the rows that are damaged and were left out.
    fn copy_items(
        &self,
        transaction: &Transaction<'_>,
        source: &SessionId,
        fork: &SessionId,
        last: Option<i64>,
    ) -> rusqlite::Result<Vec<DamagedRow>> {
        let mut copier = Copier {
            store: self,
            transaction,
            fork,
            calling: None,
            turn: None,
        };
        let mut damaged = Vec::new();
        // The copies themselves are not to be read.
        let end: i64 = transaction.query_row("SELECT coalesce(max(seq), 0) FROM items", [], |row| row.get(0))?;
        let mut query = transaction.prepare_cached(
            "SELECT seq, session, payload, checksum, at FROM items
             WHERE session = ? AND seq <= ? AND kind <> 'usage' ORDER BY seq",
        )?;
        let mut rows = query.query(params![source.as_str(), end])?;
        while let Some(row) = rows.next()? {
            let seq: i64 = row.get(0)?;
            let is_beyond = last.is_some_and(|last| last < seq);
            if is_beyond && copier.calling.is_none() {
                break;
            }
            let copy = match row::record("items", row)? {
                Ok(item) => Copy {
                    at: row.get(4)?,
                    payload: row.get(2)?,
                    item,
                },
                Err(row) => {
                    damaged.push(row);
                    continue;
                }
            };
            if is_beyond && !copier.is_answered_by(&copy.item) {
                break;
            }
            copier.take(copy)?;
        }
        copier.end()?;
        Ok(damaged)
    }
}

struct Copy {
    at: i64,
    payload: String,
    item: Item,
}

struct Copier<'a> {
    store: &'a Store,
    transaction: &'a Transaction<'a>,
    fork: &'a SessionId,
    /// A message that makes calls; it is written with their results.
    calling: Option<Copy>,
    /// The turn that has begun and not ended.
    turn: Option<TurnId>,
}

impl Copier<'_> {
    /// Whether `item` holds a result of the calls that wait for theirs.
    fn is_answered_by(&self, item: &Item) -> bool {
        let Some(Item::Message(calling)) = self.calling.as_ref().map(|copy| &copy.item) else {
            return false;
        };
        let Item::Message(Message { content, .. }) = item else {
            return false;
        };
        content.iter().any(|block| match block {
            Block::ToolResult(result) => calling.tool_calls().any(|call| call.id == result.call_id),
            _ => false,
        })
    }

    fn take(&mut self, copy: Copy) -> rusqlite::Result<()> {
        let is_answer = self.is_answered_by(&copy.item);
        match self.calling.take() {
            Some(calling) if is_answer => self.write(&calling)?,
            _ => {}
        }
        match &copy.item {
            Item::Turn { turn, .. } => self.turn = Some(turn.clone()),
            Item::TurnEnd { .. } => self.turn = None,
            Item::Message(message) if message.role == Role::Assistant && message.tool_calls().next().is_some() => {
                self.calling = Some(copy);
                return Ok(());
            }
            _ => {}
        }
        self.write(&copy)
    }

    /// A turn that was cut short is not running in the fork.
    fn end(mut self) -> rusqlite::Result<()> {
        let Some(turn) = self.turn.take() else { return Ok(()) };
        let item = Item::TurnEnd {
            turn,
            state: TurnState::Stopped,
            stop_reason: StopReason::Cancelled,
            error: None,
        };
        let payload =
            serde_json::to_string(&item).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
        let at = now();
        self.write(&Copy { at, payload, item })
    }

    fn write(&self, copy: &Copy) -> rusqlite::Result<()> {
        let seq = items::insert(self.transaction, self.fork, copy.item.kind(), copy.at, &copy.payload)?;
        self.store.index_item(self.transaction, seq, &copy.item)
    }
}

fn title_and_folder(transaction: &Transaction<'_>, id: &SessionId) -> rusqlite::Result<Option<(String, String)>> {
    transaction
        .prepare_cached("SELECT title, cwd FROM sessions WHERE id = ?")?
        .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

fn has_item(transaction: &Transaction<'_>, session: &SessionId, seq: i64) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached("SELECT 1 FROM items WHERE seq = ? AND session = ?")?
        .exists(params![seq, session.as_str()])
}

/// `parser (fork)`, and for a fork of that one `parser (fork 2)`.
fn forks_title(title: &str) -> String {
    let number = |rest: &str| rest.strip_suffix(')')?.parse::<u64>().ok();
    if let Some(name) = title.strip_suffix(" (fork)") {
        return format!("{name} (fork 2)");
    }
    match title.rsplit_once(" (fork ").map(|(name, rest)| (name, number(rest))) {
        Some((name, Some(number))) => format!("{name} (fork {})", number.saturating_add(1)),
        _ => format!("{title} (fork)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(title: &str, expect: &str) {
        assert_eq!(forks_title(title), expect);
    }

    #[test]
    fn titles_count_their_forks() {
        check("parser", "parser (fork)");
        check("parser (fork)", "parser (fork 2)");
        check("parser (fork 2)", "parser (fork 3)");
        check("parser (fork x)", "parser (fork x) (fork)");
        check("", " (fork)");
    }
}
