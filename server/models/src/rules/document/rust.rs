//! Rustdoc: a summary, the arguments as a list, then `# Errors` and `# Panics`.

use super::facts::Facts;
use super::{Draft, TextEdit, complete};
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::source::Source;
use crate::rules::words;

static ENTRY: Pattern = pattern!(r"^\s*///\s*[-*]\s*`(?:mut )?(\w+)`");

pub(super) fn draft(facts: &Facts<'_>, source: &Source) -> Draft {
    if matches!(facts.symbol.kind.as_str(), "impl" | "module") {
        return Draft::Left(format!("I do not document {} blocks", facts.symbol.kind));
    }
    if let Some(doc) = facts.symbol.doc {
        return complete(facts, source, doc, &ENTRY, |input, _| {
            format!("/// - `{}`: {}.", input.name, input.meaning)
        });
    }
    let line = facts.symbol.lines.0;
    let indent = source.indent_of(line);
    let text: String = text(facts)
        .iter()
        .map(|line| format!("{indent}/// {line}").trim_end().to_owned() + "\n")
        .collect();
    Draft::Edit(TextEdit::insert_lines(line, text))
}

fn text(facts: &Facts<'_>) -> Vec<String> {
    let mut lines = vec![facts.phrase.descriptive()];
    let paragraph = |lines: &mut Vec<String>, text: String| {
        lines.push(String::new());
        lines.push(text);
    };
    if !facts.inputs.is_empty() {
        lines.push(String::new());
        lines.extend(
            facts
                .inputs
                .iter()
                .map(|input| format!("- `{}`: {}.", input.name, input.meaning)),
        );
    }
    if let Some(value) = facts.outcome.value.as_deref().filter(|value| *value != "Self")
        && !facts.phrase.tells_result()
    {
        paragraph(&mut lines, format!("Returns `{value}`."));
    }
    if let Some(error) = &facts.outcome.error {
        paragraph(&mut lines, "# Errors".to_owned());
        let error = if error.is_empty() {
            "an error".to_owned()
        } else {
            format!("`{error}`")
        };
        paragraph(&mut lines, format!("Returns {error} on failure."));
    }
    if !facts.panics.is_empty() {
        let calls: Vec<String> = facts
            .panics
            .iter()
            .map(|name| {
                if matches!(name.as_str(), "unwrap" | "expect") {
                    format!("`{name}`")
                } else {
                    format!("`{name}!`")
                }
            })
            .collect();
        paragraph(&mut lines, "# Panics".to_owned());
        paragraph(&mut lines, format!("May panic: it uses {}.", words::list(&calls)));
    }
    lines
}
