//! Python: a docstring in Google style, as the first statement of the body.

use super::facts::{Facts, Input};
use super::{Draft, TextEdit, complete};
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::source::{At, Source};
use crate::rules::words::capitalize;

static DOCSTRING: Pattern = pattern!(r#"^\s*[rRuU]{0,2}(?:"|')"#);
static ENTRY: Pattern = pattern!(r"^\s+(\*{0,2}\w+)\s*(?:\([^)]*\))?:(?:\s|$)");
static SECTION: Pattern =
    pattern!(r"^\s*(?:Args|Arguments|Parameters|Returns|Yields|Raises|Attributes|Note|Example|Examples):");

pub(super) fn draft(facts: &Facts<'_>, source: &Source) -> Draft {
    let symbol = facts.symbol;
    let is_block = symbol.is_function() || symbol.kind == "class";
    if !is_block {
        return Draft::Left(format!("a {} has no docstring in Python", symbol.kind));
    }
    let Some(colon) = header_end(source, definition_line(facts, source)) else {
        return Draft::Left("I do not see where its signature ends".to_owned());
    };
    let rest = source
        .line(colon.line)
        .and_then(|text| text.get(colon.byte..))
        .unwrap_or_default();
    let is_one_line = !rest.trim().is_empty() && !rest.trim_start().starts_with('#');
    let statement = if is_one_line {
        None
    } else {
        let mut body = source.range(colon.line + 1, symbol.lines.1);
        let Some(statement) = body.find(|(_, text)| !text.trim().is_empty() && !text.trim_start().starts_with('#'))
        else {
            return Draft::Left("I do not see its body".to_owned());
        };
        Some(statement)
    };
    let first_text = statement.map_or(rest, |(_, text)| text);
    if symbol.doc.is_some() || DOCSTRING.is_match(first_text) {
        let first = statement.map_or(colon.line, |(line, _)| line);
        let doc = symbol
            .doc
            .unwrap_or_else(|| (first, docstring_end(source, first, symbol.lines.1)));
        return complete_entries(facts, source, doc);
    }
    match statement {
        Some((line, _)) => {
            let indent = source.indent_of(line);
            // Comments before the first statement belong to it.
            Draft::Edit(TextEdit::insert_lines(
                colon.line + 1,
                docstring(facts, &indent, source.indent_unit()),
            ))
        }
        None => {
            let unit = source.indent_unit();
            let indent = source.indent_of(colon.line) + unit;
            let text = format!("\n{}{indent}{}", docstring(facts, &indent, unit), rest.trim());
            let Some(end) = source.end_of(colon.line) else {
                return Draft::Left("I do not see its body".to_owned());
            };
            Draft::Edit(TextEdit::replace(colon, end, text))
        }
    }
}

/// The line of `def` or `class`: the symbol may begin with its decorators.
fn definition_line(facts: &Facts<'_>, source: &Source) -> u32 {
    static DEFINITION: Pattern = pattern!(r"^\s*(?:async\s+def|def|class)\s");
    let (first, last) = facts.symbol.lines;
    let found = source.range(first, last).find(|(_, text)| DEFINITION.is_match(text));
    found.map_or(first, |(line, _)| line)
}

/// Where the header's `:` ends: the first one outside of brackets, strings and comments.
fn header_end(source: &Source, first: u32) -> Option<At> {
    let mut depth = 0_i32;
    let mut quote: Option<char> = None;
    for (line, text) in source.range(first, first + 60) {
        let mut chars = text.char_indices();
        while let Some((byte, c)) = chars.next() {
            match (quote, c) {
                (Some(_), '\\') => {
                    chars.next();
                }
                (Some(open), _) if c == open => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(c),
                (None, '(' | '[' | '{') => depth += 1,
                (None, ')' | ']' | '}') => depth -= 1,
                (None, '#') => break,
                (None, ':') if depth == 0 => return Some(At { line, byte: byte + 1 }),
                _ => {}
            }
        }
    }
    None
}

fn docstring_end(source: &Source, first: u32, last: u32) -> u32 {
    let text = source.line(first).unwrap_or_default();
    let Some(quotes) = ["\"\"\"", "'''"].into_iter().find(|quotes| text.contains(quotes)) else {
        return first;
    };
    if text.matches(quotes).count() > 1 {
        return first;
    }
    source
        .range(first + 1, last)
        .find(|(_, text)| text.contains(quotes))
        .map_or(first, |(line, _)| line)
}

/// Entries are read in the `Args:` section only: the others look the same.
fn complete_entries(facts: &Facts<'_>, source: &Source, doc: (u32, u32)) -> Draft {
    let is_args = |text: &str| matches!(text.trim(), "Args:" | "Arguments:" | "Parameters:");
    let Some((start, _)) = source.range(doc.0, doc.1).find(|(_, text)| is_args(text)) else {
        return Draft::Left("it is documented already".to_owned());
    };
    let ends = |text: &str| text.trim().is_empty() || SECTION.is_match(text) || text.contains("\"\"\"");
    let mut section = source.range(start + 1, doc.1);
    let end = section.find(|(_, text)| ends(text)).map_or(doc.1, |(line, _)| line);
    complete(facts, source, (start + 1, end), &ENTRY, |input, _| entry(input))
}

/// The docstring with its line breaks, each line indented.
fn docstring(facts: &Facts<'_>, indent: &str, unit: &str) -> String {
    let mut sections: Vec<(&str, Vec<String>)> = Vec::new();
    if !facts.inputs.is_empty() {
        sections.push(("Args:", facts.inputs.iter().map(entry).collect()));
    }
    let declares_nothing = facts.symbol.returns.is_some() && facts.outcome.value.is_none();
    if facts.yields {
        sections.push(("Yields:", vec!["The results, one by one.".to_owned()]));
    } else if let Some(value) = &facts.outcome.value {
        sections.push(("Returns:", vec![format!("{value}: The result.")]));
    } else if facts.gives_value && !declares_nothing {
        sections.push(("Returns:", vec!["The result.".to_owned()]));
    }
    if !facts.symbol.raises.is_empty() {
        let raised = facts
            .symbol
            .raises
            .iter()
            .map(|name| format!("{name}: When the body raises it."))
            .collect();
        sections.push(("Raises:", raised));
    }
    let summary = facts.phrase.imperative();
    if sections.is_empty() {
        return format!("{indent}\"\"\"{summary}\"\"\"\n");
    }
    let mut text = format!("{indent}\"\"\"{summary}\n");
    for (title, lines) in sections {
        text.push_str(&format!("\n{indent}{title}\n"));
        for line in lines {
            text.push_str(&format!("{indent}{unit}{line}\n"));
        }
    }
    text.push_str(&format!("{indent}\"\"\"\n"));
    text
}

fn entry(input: &Input) -> String {
    let optional = if input.optional { " Optional." } else { "" };
    format!("{}: {}.{optional}", input.name, capitalize(&input.meaning))
}
