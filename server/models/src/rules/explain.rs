//! `explain`: what the syntax tree shows of a symbol, as short Markdown.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::call::Call;
use super::language::Language;
use super::signature::Outcome;
use super::symbol::{Reference, Symbol, definitions, outline_lines, references};
use super::turn::{Answer, Halt, Plan, Turn};

/// Callees that are looked up, and files or callers that are listed.
const MAX_LISTED: usize = 8;

pub(super) fn plan(turn: &mut Turn<'_>) -> Plan {
    let path = turn.task.path.clone().ok_or_else(no_file)?;
    let Some(lines) = turn.task.lines.clone() else {
        return whole_file(turn, &path);
    };
    let answer = turn.need(
        "I look up the symbol at this place.",
        Call::symbol_at(&path, *lines.start()),
    )?;
    let Some(symbol) = Symbol::parse(answer) else {
        return whole_file(turn, &path);
    };

    let callees = callees(&symbol);
    let mut calls = vec![Call::references(&symbol.name)];
    calls.extend(callees.iter().map(|name| Call::symbols(name.trim_end_matches('!'))));
    let answers = turn.ask(
        &format!("I look up who uses `{}` and what it calls.", symbol.name),
        &calls,
    )?;
    let (uses, found) = answers.split_first().ok_or_else(no_file)?;

    let language = turn.task.language;
    let mut text = heading(&symbol, language);
    let _ = writeln!(text, "\n{}.", place(&symbol, &path));
    if let Some(summary) = &symbol.doc_text {
        let _ = writeln!(text, "\n> {}", summary.trim());
    }
    push_inputs(&mut text, &symbol);
    push_outcome(&mut text, &symbol, language);
    push_callers(&mut text, &symbol, &path, uses);
    push_callees(&mut text, &callees, found);
    Ok(text)
}

pub(super) fn no_file() -> Halt {
    Halt::End("I need a place in a file to work on.".to_owned())
}

fn whole_file(turn: &mut Turn<'_>, path: &str) -> Plan {
    let outline = turn.need(
        "There is no symbol here, so I look at the whole file.",
        Call::outline(path),
    )?;
    let lines: Vec<_> = outline_lines(outline).collect();
    if lines.is_empty() {
        return Ok(format!(
            "`{path}` holds no symbol that I can see, so I have nothing to explain."
        ));
    }
    let noun = if lines.len() == 1 { "symbol" } else { "symbols" };
    let mut text = format!("### `{path}`\n\n{} {noun}:\n\n", lines.len());
    for line in lines.iter().take(4 * MAX_LISTED) {
        let _ = writeln!(text, "- `{}` ({}, line {})", line.signature, line.kind, line.first);
    }
    if lines.len() > 4 * MAX_LISTED {
        let _ = writeln!(text, "- … and {} more", lines.len() - 4 * MAX_LISTED);
    }
    Ok(text)
}

fn heading(symbol: &Symbol, language: Option<Language>) -> String {
    let fence = language.map_or("", Language::fence);
    format!(
        "### `{}`\n\n```{fence}\n{}\n```\n",
        symbol.name,
        symbol.signature.trim()
    )
}

/// "Exported async method of `Cart`, `src/cart.ts:3-9`".
fn place(symbol: &Symbol, path: &str) -> String {
    let mut words = Vec::new();
    if symbol.is_test {
        words.push("test");
    }
    words.push(if symbol.exported { "exported" } else { "private" });
    if symbol.is_async {
        words.push("async");
    }
    words.push(if symbol.kind.is_empty() { "symbol" } else { &symbol.kind });
    let (first, last) = symbol.lines;
    let lines = if first == last {
        first.to_string()
    } else {
        format!("{first}-{last}")
    };
    let parent = symbol
        .parent
        .as_ref()
        .map_or_else(String::new, |parent| format!(" of `{parent}`"));
    let words = super::words::capitalize(&words.join(" "));
    format!("{words}{parent}, defined in `{path}:{lines}`")
}

fn push_inputs(text: &mut String, symbol: &Symbol) {
    let inputs: Vec<_> = symbol.inputs().collect();
    if inputs.is_empty() {
        return;
    }
    text.push_str("\n**Parameters**\n\n");
    for param in inputs {
        let ty = param.ty.as_ref().map_or_else(String::new, |ty| format!(": `{ty}`"));
        let optional = if param.default { " (optional)" } else { "" };
        let _ = writeln!(text, "- `{}`{ty}{optional}", param.name);
    }
}

fn push_outcome(text: &mut String, symbol: &Symbol, language: Option<Language>) {
    let Some(language) = language else { return };
    if !symbol.is_function() {
        return;
    }
    let outcome = Outcome::of(symbol, language);
    if let Some(value) = &outcome.value {
        let _ = writeln!(text, "\n**Returns** `{value}`");
    }
    match outcome.error.as_deref() {
        Some("") => text.push_str("\n**Can fail**; the signature does not name the error type.\n"),
        Some(error) => {
            let _ = writeln!(text, "\n**Can fail** with `{error}`");
        }
        None => {}
    }
    if !symbol.raises.is_empty() {
        let raised: Vec<String> = symbol.raises.iter().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(text, "\n**Raises** {}", super::words::list(&raised));
    }
}

fn push_callers(text: &mut String, symbol: &Symbol, path: &str, answer: &Answer<'_>) {
    let Some(listing) = answer.ok() else {
        let _ = writeln!(text, "\nThe references could not be looked up: {}", answer.headline());
        return;
    };
    let uses = references(listing).filter(|found| {
        let is_inside = found.path == path && (symbol.lines.0..=symbol.lines.1).contains(&found.line);
        !found.is_definition && !is_inside
    });
    let mut by_user: BTreeMap<(&str, Option<&str>), Vec<u32>> = BTreeMap::new();
    for Reference {
        path, line, enclosing, ..
    } in uses
    {
        by_user.entry((path, enclosing)).or_default().push(line);
    }
    if by_user.is_empty() {
        text.push_str("\n**Used by** nothing that the index knows.\n");
        return;
    }
    text.push_str("\n**Used by** (by name)\n\n");
    for ((path, user), lines) in by_user.iter().take(MAX_LISTED) {
        let lines: Vec<String> = lines.iter().map(u32::to_string).collect();
        let place = format!("`{path}:{}`", lines.join(", "));
        let _ = match user {
            Some(user) => writeln!(text, "- `{user}` in {place}"),
            None => writeln!(text, "- {place}"),
        };
    }
    if by_user.len() > MAX_LISTED {
        let _ = writeln!(text, "- … and {} more", by_user.len() - MAX_LISTED);
    }
}

/// The names that the symbol calls, each once, in the order of their first call.
fn callees(symbol: &Symbol) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for callee in &symbol.calls {
        let name = callee.name.rsplit([':', '.']).next().unwrap_or_default();
        if !name.is_empty() && name != symbol.name && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names.truncate(MAX_LISTED);
    names
}

fn push_callees(text: &mut String, callees: &[String], found: &[Answer<'_>]) {
    if callees.is_empty() {
        return;
    }
    text.push_str("\n**Calls**\n\n");
    for (name, answer) in callees.iter().zip(found) {
        let places: Vec<String> = definitions(answer.ok().unwrap_or_default())
            .filter(|definition| definition.defines(name.trim_end_matches('!')))
            .map(|definition| format!("`{}:{}`", definition.path, definition.line))
            .collect();
        let _ = match places.as_slice() {
            [] => writeln!(text, "- `{name}` (not defined in this workspace)"),
            [one] => writeln!(text, "- `{name}` in {one}"),
            [first, ..] => writeln!(
                text,
                "- `{name}`, one of {} with this name, such as {first}",
                places.len()
            ),
        };
    }
}
