//! Go: full sentences that begin with the name.

use super::facts::Facts;
use super::{Draft, TextEdit};
use crate::rules::source::Source;
use crate::rules::words;

/// Where comment lines are broken.
const WIDTH: usize = 90;

pub(super) fn draft(facts: &Facts<'_>, source: &Source) -> Draft {
    if facts.symbol.doc.is_some() {
        return Draft::Left("it is documented already".to_owned());
    }
    let line = facts.symbol.lines.0;
    let indent = source.indent_of(line);
    let text: String = wrap(&text(facts))
        .iter()
        .map(|line| format!("{indent}// {line}\n"))
        .collect();
    Draft::Edit(TextEdit::insert_lines(line, text))
}

fn text(facts: &Facts<'_>) -> String {
    let mut text = format!("{} {}", facts.symbol.name, facts.phrase.predicate());
    if !facts.inputs.is_empty() {
        text.push_str(&format!(", given {}", words::list(&facts.names())));
    }
    text.push('.');
    let value = facts.outcome.value.as_deref().filter(|_| !facts.phrase.tells_result());
    match (value, &facts.outcome.error) {
        (Some(value), Some(_)) => text.push_str(&format!(" It returns {value}, or an error if it fails.")),
        (Some(value), None) => text.push_str(&format!(" It returns {value}.")),
        (None, Some(_)) => text.push_str(" It returns an error if it fails."),
        (None, None) => {}
    }
    text
}

fn wrap(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
