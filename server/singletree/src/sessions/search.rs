//! `singletree sessions search`.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use serde_json::{Value, json};
use store::{SearchHit, Store};

use crate::cli::SearchArgs;
use crate::exit;
use crate::printable::printable;

pub(super) fn run(store: &Store, args: &SearchArgs) -> anyhow::Result<ExitCode> {
    let query = args.words.join(" ");
    let hits = store.search(&query, args.limit)?;
    let mut stdout = std::io::stdout().lock();
    if args.json {
        let hits: Vec<Value> = hits.iter().map(to_json).collect();
        writeln!(stdout, "{}", serde_json::to_string_pretty(&hits)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if hits.is_empty() {
        exit::tell(&format!("Nothing holds all of `{}`.", printable(&query)));
    }
    let marks = match stdout.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) {
        true => ["\u{1b}[1m", "\u{1b}[0m"],
        false => ["", ""],
    };
    let mut before = None;
    for hit in &hits {
        if before != Some(&hit.session) {
            writeln!(stdout, "{}  {}", hit.session, printable(&hit.title))?;
            before = Some(&hit.session);
        }
        if let Some(seq) = hit.seq {
            writeln!(stdout, "  {seq:>6}  {}", shown(&hit.snippet, marks))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn to_json(hit: &SearchHit) -> Value {
    let at = super::seconds(hit.at);
    let snippet = hit.snippet.replace(SearchHit::HIT, "");
    json!({"session": hit.session, "title": hit.title, "seq": hit.seq, "at": at, "snippet": snippet})
}

/// The snippet on one line, its hits between `marks`.
fn shown(snippet: &str, marks: [&str; 2]) -> String {
    let words: Vec<&str> = snippet.split_whitespace().collect();
    let mut shown = String::new();
    let mut rest = words.join(" ");
    while let Some(at) = rest.find(SearchHit::HIT) {
        let after = rest.split_off(at);
        let mut after = after.chars();
        let is_end = after.next() == Some(SearchHit::HIT[1]);
        shown.push_str(&printable(&rest));
        shown.push_str(marks[usize::from(is_end)]);
        rest = after.collect();
    }
    shown + &printable(&rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_marked_and_nothing_else_gets_through() {
        let [open, close] = SearchHit::HIT;
        let snippet = format!("a\n {open}b{close} \u{1b}[31m {open}c{close}");
        assert_eq!(shown(&snippet, ["<", ">"]), "a <b> \\u{1b}[31m <c>");
    }
}
