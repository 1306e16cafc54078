//! The ledger as a table for people.

use store::{Call, Totals};

use super::dollars;
use super::numbers::grouped;
use crate::cli::Book;
use crate::printable::printable;

const HEADINGS: [&str; 8] = [
    "calls",
    "input",
    "output",
    "cache read",
    "cache write",
    "USD",
    "hits",
    "misses",
];

/// One row for each name, then the total; notes on what the columns do not say.
pub(super) fn table(calls: &[Call], by: Book) -> String {
    if calls.is_empty() {
        return "No model calls are booked here yet.\n".to_owned();
    }
    let total = store::total(calls);
    let mut rows = vec![(by.name().to_owned(), HEADINGS.map(str::to_owned))];
    rows.extend(
        by.rows(calls)
            .iter()
            .map(|row| (printable(&row.key), cells(&row.totals))),
    );
    rows.push(("total".to_owned(), cells(&total)));
    aligned(&rows) + &notes(&total, by)
}

fn cells(totals: &Totals) -> [String; 8] {
    let usage = totals.usage;
    let usd = match dollars(totals) {
        None => "-".to_owned(),
        Some(usd) if totals.unpriced > 0 => format!("{usd:.4}+"),
        Some(usd) => format!("{usd:.4}"),
    };
    [
        grouped(totals.calls),
        grouped(usage.input),
        grouped(usage.output),
        grouped(usage.cache_read),
        grouped(usage.cache_write),
        usd,
        grouped(totals.hits),
        grouped(totals.missed()),
    ]
}

/// Names to the left, numbers to the right.
fn aligned(rows: &[(String, [String; 8])]) -> String {
    let width = |text: &String| text.chars().count();
    let first = rows.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEADINGS.len())
        .map(|column| rows.iter().map(|(_, cells)| width(&cells[column])).max().unwrap_or(0))
        .collect();
    let mut table = String::new();
    for (name, cells) in rows {
        table.push_str(&format!("{name:<first$}"));
        for (cell, width) in cells.iter().zip(&widths) {
            table.push_str(&format!("  {cell:>width$}"));
        }
        table.push('\n');
    }
    table
}

fn notes(total: &Totals, by: Book) -> String {
    let mut notes = Vec::new();
    if total.unpriced > 0 {
        let (unpriced, calls) = (grouped(total.unpriced), grouped(total.calls));
        notes.push(format!(
            "{unpriced} of {calls} call(s) unpriced: give their models a `price` in [models.\"provider/model\"]"
        ));
    }
    if !total.misses.is_empty() {
        let cause = |(cause, count): (&String, &u64)| format!("{} {}", grouped(*count), printable(cause));
        let causes: Vec<String> = total.misses.iter().map(cause).collect();
        notes.push(format!("cache misses: {}", causes.join(", ")));
    }
    match by {
        Book::Tool => notes.push("a call that read the results of several tools is shared among them".to_owned()),
        Book::Day => notes.push("days are UTC".to_owned()),
        Book::Session | Book::Turn | Book::Task | Book::Model => {}
    }
    notes.iter().map(|note| format!("({note})\n")).collect()
}
