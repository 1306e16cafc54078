//! The ledger: what model calls used, booked under sessions, turns, tasks, tools, models and days.
//!
//! It has no table of its own: the sessions' [`Item::Usage`] are the books.

use std::collections::{BTreeMap, HashMap};
use std::time::SystemTime;

use base::{CommandName, SessionId, TurnId, Usage};
use rusqlite::{Row, params};

use crate::calendar::Day;
use crate::clock::milliseconds;
use crate::item::{CallCost, Item, StoredItem};
use crate::items::stored;
use crate::row::{self, DamagedRow};
use crate::{Store, StoreError};

/// One model call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    pub session: SessionId,
    pub turn: TurnId,
    /// What the turn was asked to do; none where its beginning is damaged.
    pub task: Option<CommandName>,
    pub at: SystemTime,
    /// `provider/model`.
    pub model: String,
    pub usage: Usage,
    pub cost: CallCost,
}

/// Which calls are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallFilter {
    /// Of this session alone.
    pub session: Option<SessionId>,
    /// Made at this time or later.
    pub since: Option<SystemTime>,
}

/// What calls are booked under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerBy {
    Session,
    Turn,
    /// The command: `edit`, `fix`…
    Task,
    /// The tools whose results a call read; several share it.
    Tool,
    Model,
    /// In UTC.
    Day,
}

/// What some calls came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    pub calls: u64,
    pub usage: Usage,
    /// Of the calls that had a price.
    pub usd: f64,
    /// Calls whose model had no price.
    pub unpriced: u64,
    /// Calls that read something from the vendor's cache.
    pub hits: u64,
    /// Calls that might have and did not, by cause.
    pub misses: BTreeMap<String, u64>,
}

/// The calls booked under one name.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerRow {
    /// An id, a name or a day; [`LedgerRow::NOTHING`] where there is none.
    pub key: String,
    pub totals: Totals,
}

impl LedgerRow {
    /// What a call is booked under that read no tool's result, or whose task is not known.
    pub const NOTHING: &str = "-";
}

impl Store {
    /// The calls in the order in which they were made.
    ///
    /// # Errors
    /// A failing database.
    pub fn calls(&self, filter: &CallFilter) -> Result<Vec<Call>, StoreError> {
        let session = filter.session.as_ref().map(SessionId::as_str);
        let rows: Vec<Result<(SessionId, StoredItem), DamagedRow>> = self.read(|connection| match session {
            None => connection
                .prepare_cached(
                    "SELECT seq, session, payload, checksum, at FROM items
                     WHERE kind IN ('turn', 'usage') ORDER BY seq",
                )?
                .query_and_then([], booked)?
                .collect(),
            Some(session) => connection
                .prepare_cached(
                    "SELECT seq, session, payload, checksum, at FROM items
                     WHERE session = ? AND kind IN ('turn', 'usage') ORDER BY seq",
                )?
                .query_and_then(params![session], booked)?
                .collect(),
        })?;
        // To the millisecond, as the database has it.
        let since = filter.since.map(|since| crate::clock::time(milliseconds(since)));
        let mut tasks: HashMap<TurnId, CommandName> = HashMap::new();
        let mut calls = Vec::new();
        for (session, StoredItem { at, item, .. }) in self.keep_whole(rows) {
            match item {
                Item::Turn { turn, task } => {
                    tasks.insert(turn, task.command);
                }
                Item::Usage {
                    turn,
                    model,
                    usage,
                    cost,
                } if since.is_none_or(|since| since <= at) => {
                    let task = tasks.get(&turn).copied();
                    calls.push(Call {
                        session,
                        turn,
                        task,
                        at,
                        model,
                        usage,
                        cost,
                    });
                }
                _ => {}
            }
        }
        Ok(calls)
    }
}

fn booked(row: &Row<'_>) -> rusqlite::Result<Result<(SessionId, StoredItem), DamagedRow>> {
    let stored = stored(row)?;
    let session = String::from_utf8_lossy(row::bytes(row, 1).unwrap_or_default()).into_owned();
    Ok(stored.map(|stored| (SessionId::from(session), stored)))
}

/// Books the calls: sessions, turns and days in their order, the others the dearest first.
#[must_use]
pub fn ledger(calls: &[Call], by: LedgerBy) -> Vec<LedgerRow> {
    let mut rows: Vec<LedgerRow> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for call in calls {
        let keys = keys(call, by);
        for (share, key) in keys.iter().enumerate() {
            let place = *places.entry(key.clone()).or_insert_with(|| {
                rows.push(LedgerRow {
                    key: key.clone(),
                    totals: Totals::default(),
                });
                rows.len() - 1
            });
            rows[place].totals.add_share(call, share as u64, keys.len() as u64);
        }
    }
    match by {
        LedgerBy::Session | LedgerBy::Turn => {}
        LedgerBy::Day => rows.sort_by(|a, b| a.key.cmp(&b.key)),
        LedgerBy::Task | LedgerBy::Tool | LedgerBy::Model => rows.sort_by(|a, b| {
            let (a, b) = (&a.totals, &b.totals);
            b.usd.total_cmp(&a.usd).then(b.tokens().cmp(&a.tokens()))
        }),
    }
    rows
}

/// What all the calls came to.
#[must_use]
pub fn total(calls: &[Call]) -> Totals {
    let mut total = Totals::default();
    for call in calls {
        total.add_share(call, 0, 1);
    }
    total
}

/// At least one key.
fn keys(call: &Call, by: LedgerBy) -> Vec<String> {
    let nothing = || LedgerRow::NOTHING.to_owned();
    match by {
        LedgerBy::Session => vec![call.session.to_string()],
        LedgerBy::Turn => vec![call.turn.to_string()],
        LedgerBy::Task => vec![call.task.map_or_else(nothing, |task| task.as_str().to_owned())],
        LedgerBy::Tool if call.cost.tools.is_empty() => vec![nothing()],
        LedgerBy::Tool => call.cost.tools.clone(),
        LedgerBy::Model => vec![call.model.clone()],
        LedgerBy::Day => vec![Day::of(call.at).to_string()],
    }
}

impl Totals {
    /// Tokens of every kind.
    #[must_use]
    pub fn tokens(&self) -> u64 {
        let Usage {
            input,
            output,
            cache_read,
            cache_write,
        } = self.usage;
        [output, cache_read, cache_write]
            .into_iter()
            .fold(input, u64::saturating_add)
    }

    #[must_use]
    pub fn missed(&self) -> u64 {
        self.misses.values().sum()
    }

    /// Adds the part of a call that falls to number `share` of `shares`: all parts come to the whole tokens and
    /// dollars, while the call itself, its hit and its miss count for each.
    fn add_share(&mut self, call: &Call, share: u64, shares: u64) {
        let part = |tokens: u64| tokens / shares + u64::from(share < tokens % shares);
        let Usage {
            input,
            output,
            cache_read,
            cache_write,
        } = call.usage;
        self.calls += 1;
        for (sum, tokens) in [
            (&mut self.usage.input, input),
            (&mut self.usage.output, output),
            (&mut self.usage.cache_read, cache_read),
            (&mut self.usage.cache_write, cache_write),
        ] {
            *sum = sum.saturating_add(part(tokens));
        }
        match call.cost.usd {
            #[expect(clippy::cast_precision_loss, reason = "a call reads the results of few tools")]
            Some(usd) => self.usd += usd / shares as f64,
            None => self.unpriced += 1,
        }
        self.hits += u64::from(cache_read > 0);
        if let Some(cause) = &call.cost.miss {
            *self.misses.entry(cause.clone()).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests;
