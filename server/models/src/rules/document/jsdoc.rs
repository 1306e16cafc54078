//! JSDoc and TSDoc: a block above decorators and `export`.

use super::facts::{Facts, Input};
use super::{Draft, TextEdit, complete};
use crate::rules::language::Language;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::source::Source;
use crate::rules::words::capitalize;

static ENTRY: Pattern = pattern!(r"^\s*(?:/\*)?\*\s*@param\s+(?:\{[^}]*\}\s*)?\[?([\w$]+)");

pub(super) fn draft(facts: &Facts<'_>, source: &Source) -> Draft {
    if let Some(doc) = facts.symbol.doc {
        return complete(facts, source, doc, &ENTRY, |input, margin| {
            let star = if margin.is_empty() { " * " } else { "* " };
            format!("{star}{}", param(facts, input))
        });
    }
    let line = facts.symbol.lines.0;
    let indent = source.indent_of(line);
    let mut text = format!("{indent}/**\n");
    for line in lines(facts) {
        text.push_str(format!("{indent} * {line}").trim_end());
        text.push('\n');
    }
    text.push_str(&format!("{indent} */\n"));
    Draft::Edit(TextEdit::insert_lines(line, text))
}

fn lines(facts: &Facts<'_>) -> Vec<String> {
    let mut lines = vec![facts.phrase.descriptive()];
    let mut tags: Vec<String> = facts.inputs.iter().map(|input| param(facts, input)).collect();
    let is_constructor = facts.symbol.name == "constructor";
    match &facts.outcome.value {
        Some(value) if !is_constructor => tags.push(format!("@returns {}", returned(value))),
        None if facts.symbol.returns.is_none() && facts.gives_value && !is_constructor => {
            tags.push("@returns The result.".to_owned());
        }
        _ => {}
    }
    tags.extend(
        facts
            .symbol
            .raises
            .iter()
            .map(|name| format!("@throws {{{name}}} When the body throws it.")),
    );
    if !tags.is_empty() {
        lines.push(String::new());
        lines.extend(tags);
    }
    lines
}

fn returned(ty: &str) -> String {
    match ty.strip_prefix("Promise<").and_then(|inner| inner.strip_suffix('>')) {
        Some(inner) => format!("A promise of the result (`{inner}`)."),
        None if matches!(ty, "boolean") => "Whether it holds.".to_owned(),
        None => format!("The result (`{ty}`)."),
    }
}

/// TSDoc puts no brackets around an optional name, JSDoc does.
fn param(facts: &Facts<'_>, input: &Input) -> String {
    let name = match facts.language {
        Language::JavaScript if input.optional => format!("[{}]", input.name),
        _ => input.name.clone(),
    };
    format!("@param {name} - {}.", capitalize(&input.meaning))
}
