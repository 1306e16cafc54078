//! What was found, for programs and for people.

use context::{Fragment, Level};
use serde_json::{Value, json};

use super::finder::Answer;
use crate::printable::printable;

pub(super) fn to_json(answer: &Answer) -> Value {
    let files: Vec<Value> = answer.selection.fragments.iter().map(file).collect();
    json!({
        "files": files,
        "tokens": answer.selection.tokens,
        "budget": answer.selection.budget,
        "elapsed_ms": (answer.elapsed.as_secs_f64() * 1e4).round() / 10.0,
        "index": {
            "files": answer.freshness.files,
            "symbols": answer.freshness.symbols,
            "fresh": answer.freshness.complete,
        },
        "notes": answer.freshness.notes,
    })
}

fn file(fragment: &Fragment) -> Value {
    let symbols = fragment.symbols.iter();
    let symbols: Vec<Value> = symbols
        .map(|symbol| json!({"name": symbol.name, "kind": symbol.kind, "line": symbol.line}))
        .collect();
    json!({
        "path": fragment.path,
        "score": fragment.score,
        "tokens": fragment.tokens,
        "level": fragment.level.as_str(),
        "ranges": fragment.ranges,
        "symbols": symbols,
        "why": fragment.why,
    })
}

/// What is sent, best first, then the files that come after; and the bill.
pub(super) fn table(answer: &Answer) -> String {
    let selection = &answer.selection;
    let mut rows = vec![["path", "lines", "tokens", "why"].map(str::to_owned)];
    rows.extend(selection.fragments.iter().map(|fragment| {
        [
            printable(&fragment.path),
            lines(fragment),
            if fragment.level == Level::Path {
                "-".to_owned()
            } else {
                fragment.tokens.to_string()
            },
            fragment
                .why
                .iter()
                .map(|why| printable(why))
                .collect::<Vec<_>>()
                .join("; "),
        ]
    }));
    let mut table = String::new();
    if selection.fragments.is_empty() {
        table.push_str("nothing here is like that; try other words, or a place\n");
    } else {
        table.push_str(&aligned(&rows));
    }
    let sent = selection
        .fragments
        .iter()
        .filter(|fragment| fragment.level != Level::Path);
    let (sent, index) = (sent.count(), &answer.freshness);
    table.push_str(&format!(
        "{sent} piece(s), {} of {} tokens; {} files and {} symbols indexed{}; {:.0} ms\n",
        selection.tokens,
        selection.budget,
        index.files,
        index.symbols,
        if index.complete { "" } else { " so far" },
        answer.elapsed.as_secs_f64() * 1e3,
    ));
    table
}

fn lines(fragment: &Fragment) -> String {
    let range = |(first, last): &(u32, u32)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    let ranges: Vec<String> = fragment.ranges.iter().map(range).collect();
    match fragment.level {
        Level::Path => "-".to_owned(),
        Level::Full => "all".to_owned(),
        Level::Signatures => "signatures".to_owned(),
        Level::Slices => ranges.join(","),
    }
}

/// A few long ones stand out rather than push all others apart.
const WIDEST: usize = 44;

/// Numbers to the right, the rest to the left; the last column is as long as it is.
fn aligned(rows: &[[String; 4]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let [path, lines, tokens] = [width(0).min(WIDEST), width(1).min(WIDEST), width(2)];
    rows.iter()
        .map(|row| {
            format!("{:<path$}  {:<lines$}  {:>tokens$}  {}", row[0], row[1], row[2], row[3])
                .trim_end()
                .to_owned()
                + "\n"
        })
        .collect()
}
