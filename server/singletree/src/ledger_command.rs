//! `singletree ledger`: what model calls used, from the sessions of this workspace.

mod cache_lines;
mod numbers;
mod table;

use std::io::Write;
use std::process::ExitCode;

use serde_json::{Value, json};
use store::{Call, CallFilter, Day, LedgerBy, LedgerRow, Totals};

use crate::cli::{Book, LedgerArgs};
use crate::exit;
use crate::sessions;

pub(crate) fn run(args: &LedgerArgs) -> anyhow::Result<ExitCode> {
    let store = sessions::open()?;
    let mut filter = CallFilter::default();
    if let Some(id) = &args.session {
        match sessions::find(&store, id)? {
            Ok(session) => filter.session = Some(session.id),
            Err(reason) => return exit::with(exit::USAGE, &reason),
        }
    }
    if let Some(since) = &args.since {
        match since.parse::<Day>() {
            Ok(day) => filter.since = Some(day.start()),
            Err(error) => return exit::with(exit::USAGE, &format!("--since: {error}")),
        }
    }
    let calls = store.calls(&filter)?;
    for row in store.damaged() {
        exit::tell(&format!("! {row} is damaged and was left out"));
    }
    let text = match (args.cache, args.json) {
        (true, true) => pretty(&cache_lines::to_json(&calls))?,
        (true, false) => cache_lines::lines(&calls),
        (false, true) => pretty(&to_json(&calls, args.by))?,
        (false, false) => table::table(&calls, args.by),
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

impl Book {
    fn name(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Turn => "turn",
            Self::Task => "task",
            Self::Tool => "tool",
            Self::Model => "model",
            Self::Day => "day",
        }
    }

    fn rows(self, calls: &[Call]) -> Vec<LedgerRow> {
        let by = match self {
            Self::Session => LedgerBy::Session,
            Self::Turn => LedgerBy::Turn,
            Self::Task => LedgerBy::Task,
            Self::Tool => LedgerBy::Tool,
            Self::Model => LedgerBy::Model,
            Self::Day => LedgerBy::Day,
        };
        store::ledger(calls, by)
    }
}

fn pretty(value: &Value) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

fn to_json(calls: &[Call], by: Book) -> Value {
    let row = |row: LedgerRow| {
        let mut fields = totals_to_json(&row.totals);
        fields[by.name()] = row.key.into();
        fields
    };
    let rows: Vec<Value> = by.rows(calls).into_iter().map(row).collect();
    json!({"by": by.name(), "rows": rows, "total": totals_to_json(&store::total(calls))})
}

/// `usd` is null where no call had a price.
fn totals_to_json(totals: &Totals) -> Value {
    let usage = totals.usage;
    json!({
        "calls": totals.calls, "input": usage.input, "output": usage.output, "cache_read": usage.cache_read,
        "cache_write": usage.cache_write, "usd": dollars(totals), "unpriced": totals.unpriced,
        "hits": totals.hits, "misses": totals.misses,
    })
}

/// None where no call had a price: that is not the same as free.
fn dollars(totals: &Totals) -> Option<f64> {
    (totals.unpriced < totals.calls).then_some(totals.usd)
}
