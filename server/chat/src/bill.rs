//! The bill of a turn's context in words.

use base::{ContextBill, ContextItem};

/// What all of it is, or why there is none; no line where there was nothing to be found.
#[must_use]
pub fn total(bill: &ContextBill) -> Option<String> {
    if let Some(note) = &bill.note {
        return Some(format!("begins without context: {note}"));
    }
    let pieces = bill.items.len();
    let price = bill.cost_usd.map(|usd| format!(", ${usd:.4}")).unwrap_or_default();
    let (tokens, budget) = (bill.tokens, bill.budget);
    (pieces > 0).then(|| format!("begins with {pieces} piece(s) of context, {tokens} of {budget} tokens{price}"))
}

/// A line for each piece.
#[must_use]
pub fn items(bill: &ContextBill) -> Vec<String> {
    let tokens = bill.items.iter().map(|item| item.tokens.to_string().len()).max();
    let width = tokens.unwrap_or(0);
    bill.items.iter().map(|item| line(item, width)).collect()
}

fn line(item: &ContextItem, width: usize) -> String {
    let ranges: Vec<String> = item
        .ranges
        .iter()
        .map(|(first, last)| format!("{first}-{last}"))
        .collect();
    let place = match item.level.as_str() {
        "full" => String::new(),
        "signatures" => " (signatures)".to_owned(),
        _ => format!(":{}", ranges.join(",")),
    };
    let (path, tokens) = (&item.path, item.tokens);
    format!("{tokens:>width$}  {path}{place}  {}", item.why.join("; "))
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bill() -> ContextBill {
        let item = |path: &str, level: &str, tokens| ContextItem {
            path: path.to_owned(),
            level: level.to_owned(),
            ranges: vec![(1, 9), (20, 30)],
            tokens,
            why: vec!["a word".to_owned(), "its test".to_owned()],
        };
        ContextBill {
            items: vec![item("a.rs", "slices", 120), item("b.rs", "full", 7)],
            tokens: 150,
            budget: 8_000,
            cost_usd: Some(0.00045),
            note: None,
        }
    }

    #[test]
    fn each_piece_has_a_line() {
        assert_eq!(
            items(&bill()),
            ["120  a.rs:1-9,20-30  a word; its test", "  7  b.rs  a word; its test"]
        );
    }

    #[test]
    fn the_total_is_what_was_sent() {
        let check = |bill: ContextBill, expect: Option<&str>| assert_eq!(total(&bill).as_deref(), expect);
        check(
            bill(),
            Some("begins with 2 piece(s) of context, 150 of 8000 tokens, $0.0004"),
        );
        check(ContextBill::default(), None);
        let note = Some("not ready".to_owned());
        check(
            ContextBill { note, ..bill() },
            Some("begins without context: not ready"),
        );
    }
}
