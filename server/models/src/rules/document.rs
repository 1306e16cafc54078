//! `document`: the skeleton of a doc comment, from the signature. It says what the names and types say, and
//! leaves the rest to the user.

mod facts;
mod go;
mod jsdoc;
mod python;
mod rust;

use super::call::Call;
use super::explain::no_file;
use super::language::Language;
use super::patch::{self, TextEdit};
use super::pattern::Pattern;
use super::source::Source;
use super::symbol::{Symbol, outline_lines};
use super::turn::{Halt, Plan, Turn};
use super::words;
use facts::Facts;

/// Symbols documented in one turn; each is a call, and a hunk to review.
const MAX_SYMBOLS: usize = 12;

/// Lines of a body that are searched for what it raises or panics with.
const BODY: u32 = 300;

/// What one symbol's documentation takes.
enum Draft {
    Edit(TextEdit),
    /// The edit only adds entries to the comment that is there.
    Completed(TextEdit),
    /// Nothing is to be done, and why.
    Left(String),
}

pub(super) fn plan(turn: &mut Turn<'_>) -> Plan {
    let path = turn.task.path.clone().ok_or_else(no_file)?;
    let Some(language) = turn.task.language else {
        return Ok(format!(
            "I know no doc comments for `{path}`: I document Rust, Python, TypeScript, JavaScript and Go."
        ));
    };
    let first_try = attempt(turn, &path, language)?;
    match first_try {
        Attempt::Done(text) => Ok(text),
        // The file may have changed since it was read: once more, from what it is now.
        Attempt::Failed(_) => match attempt(turn, &path, language)? {
            Attempt::Done(text) => Ok(text),
            Attempt::Failed(reason) => Ok(format!("I could not propose the documentation: {reason}")),
        },
    }
}

enum Attempt {
    Done(String),
    /// No edit was taken, and the tool's reason.
    Failed(String),
}

fn attempt(turn: &mut Turn<'_>, path: &str, language: Language) -> Plan<Attempt> {
    let (symbols, more) = symbols(turn, path)?;
    let first = symbols
        .iter()
        .map(|symbol| symbol.doc.map_or(symbol.lines.0, |doc| doc.0.min(symbol.lines.0)))
        .min();
    let first = first.unwrap_or(1);
    let last = symbols
        .iter()
        .map(|symbol| symbol.lines.1.min(symbol.lines.0 + BODY))
        .max()
        .unwrap_or(first);
    let listing = turn.need("I read the code.", Call::read_lines(path, first, last))?;
    let mut source = Source::default();
    source.add_listing(listing);

    let mut edits = Vec::new();
    let mut report = Report::default();
    for symbol in &symbols {
        let facts = Facts::of(symbol, language, &source);
        match draft(&facts, &source) {
            Draft::Edit(edit) => {
                edits.push(edit);
                report.written.push(format!("`{}`", symbol.name));
            }
            Draft::Completed(edit) => {
                edits.push(edit);
                report.completed.push(format!("`{}`", symbol.name));
            }
            Draft::Left(reason) => report.left.push(format!("`{}`: {reason}", symbol.name)),
        }
    }
    report.more = more;
    if edits.is_empty() {
        return Ok(Attempt::Done(report.text(path)));
    }
    let Some(calls) = patch::calls(path, &source, edits) else {
        return Ok(Attempt::Failed("part of the code could not be read".to_owned()));
    };
    let answers = turn.ask("I propose the documentation.", &calls)?;
    let failed: Vec<_> = answers.iter().filter(|answer| answer.is_error).collect();
    match failed.first() {
        Some(error) if failed.len() == answers.len() => Ok(Attempt::Failed(error.headline().to_owned())),
        Some(error) => {
            report
                .left
                .push(format!("{} of the edits failed: {}", failed.len(), error.headline()));
            Ok(Attempt::Done(report.text(path)))
        }
        None => Ok(Attempt::Done(report.text(path))),
    }
}

/// The symbols to document, and how many more there would be.
fn symbols(turn: &mut Turn<'_>, path: &str) -> Plan<(Vec<Symbol>, usize)> {
    let lines = turn.task.lines.clone();
    if let Some(lines) = lines.clone().filter(|lines| lines.start() == lines.end()) {
        let call = Call::symbol_at(path, *lines.start());
        if let Some(symbol) = Symbol::parse(turn.need("I look up the symbol at this place.", call)?) {
            return Ok((vec![symbol], 0));
        }
        return Err(Halt::End(format!(
            "There is no symbol at `{path}:{}`. Put the cursor on one, or select the lines whose symbols I shall document.",
            lines.start()
        )));
    }
    let range = lines.unwrap_or(1..=u32::MAX);
    let outline = turn.need("I look up the symbols of the selection.", Call::outline(path))?;
    let mut starts: Vec<u32> = outline_lines(outline)
        .map(|line| line.first)
        .filter(|first| range.contains(first))
        .collect();
    starts.dedup();
    if starts.is_empty() {
        // A selection inside of a symbol means that symbol.
        let call = Call::symbol_at(path, *range.start());
        let symbol = Symbol::parse(turn.need("I look up the symbol around the selection.", call)?);
        return symbol
            .map(|symbol| (vec![symbol], 0))
            .ok_or_else(|| Halt::End("There is no symbol in the selection.".to_owned()));
    }
    let more = starts.len().saturating_sub(4 * MAX_SYMBOLS);
    starts.truncate(4 * MAX_SYMBOLS);
    let calls: Vec<Call> = starts.iter().map(|line| Call::symbol_at(path, *line)).collect();
    let answers = turn.ask(&format!("I look at {} symbols.", starts.len()), &calls)?;
    let mut found: Vec<Symbol> = answers
        .iter()
        .filter_map(|answer| Symbol::parse(answer.ok()?))
        .collect();
    found.dedup_by(|one, other| one.lines == other.lines && one.name == other.name);
    let is_alone = found.len() == 1;
    found.retain(|symbol| {
        is_alone || symbol.exported && symbol.doc.is_none() && !symbol.is_test && is_documented_kind(symbol)
    });
    let more = more + found.len().saturating_sub(MAX_SYMBOLS);
    found.truncate(MAX_SYMBOLS);
    if found.is_empty() {
        return Err(Halt::End(
            "Every public symbol in the selection is documented. For a private one put the cursor on it.".to_owned(),
        ));
    }
    Ok((found, more))
}

fn is_documented_kind(symbol: &Symbol) -> bool {
    !matches!(
        symbol.kind.as_str(),
        "impl" | "module" | "variable" | "variant" | "test"
    )
}

fn draft(facts: &Facts<'_>, source: &Source) -> Draft {
    match facts.language {
        Language::Rust => rust::draft(facts, source),
        Language::Python => python::draft(facts, source),
        Language::TypeScript | Language::JavaScript => jsdoc::draft(facts, source),
        Language::Go => go::draft(facts, source),
    }
}

/// What the turn ends with.
#[derive(Default)]
struct Report {
    written: Vec<String>,
    completed: Vec<String>,
    left: Vec<String>,
    more: usize,
}

impl Report {
    fn text(&self, path: &str) -> String {
        let mut parts = Vec::new();
        if !self.written.is_empty() {
            parts.push(format!(
                "I proposed documentation for {} in `{path}`. It is a skeleton from names and types: add what they do not \
                 tell.",
                words::list(&self.written)
            ));
        }
        if !self.completed.is_empty() {
            parts.push(format!(
                "{} had documentation; I proposed the entries that were missing.",
                words::list(&self.completed)
            ));
        }
        if !self.left.is_empty() {
            parts.push(format!("Left as it was:\n\n- {}", self.left.join("\n- ")));
        }
        if self.more > 0 {
            parts.push(format!(
                "{} more symbols are undocumented; run the command again for them.",
                self.more
            ));
        }
        parts.join("\n\n")
    }
}

/// Adds the missing parameters to the entries of a comment that has some. `pattern` finds the parameter's name
/// in an entry's line, `entry` writes one behind the given margin; both in the comment's own form.
fn complete(
    facts: &Facts<'_>,
    source: &Source,
    doc: (u32, u32),
    pattern: &Pattern,
    entry: impl Fn(&facts::Input, &str) -> String,
) -> Draft {
    let name_of = |text| {
        pattern
            .captures(text)
            .and_then(|found| found.get(1))
            .map(|name| name.as_str())
    };
    let entries: Vec<(u32, &str)> = source
        .range(doc.0, doc.1)
        .filter_map(|(line, text)| Some((line, name_of(text)?)))
        .collect();
    let is_documented = |input: &facts::Input| {
        entries
            .iter()
            .any(|(_, name)| name.trim_start_matches('*') == input.name.trim_start_matches('*'))
    };
    let missing: Vec<&facts::Input> = facts.inputs.iter().filter(|input| !is_documented(input)).collect();
    let Some((last_entry, _)) = entries.last().filter(|_| !missing.is_empty()) else {
        return Draft::Left("it is documented already".to_owned());
    };
    if source
        .line(*last_entry)
        .is_some_and(|text| ["*/", "\"\"\"", "'''"].iter().any(|end| text.contains(end)))
    {
        return Draft::Left("it is documented already, in a form that I cannot extend".to_owned());
    }
    // A new entry goes behind the last one; further lines of that one are indented deeper or hold no entry.
    let mut after = last_entry + 1;
    let indent = |line: u32| {
        let text = source
            .line(line)
            .unwrap_or_default()
            .trim_start_matches([' ', '\t', '*', '/']);
        source.line(line).unwrap_or_default().len() - text.len()
    };
    let is_text = |line: u32| {
        let text = source.line(line).unwrap_or_default().trim();
        !text.trim_matches(['*', '/', ' ', '"', '\'']).is_empty()
            && !text.trim_start_matches(['*', ' ']).starts_with('@')
    };
    while after < doc.1 && is_text(after) && indent(after) > indent(*last_entry) {
        after += 1;
    }
    let margin = source.indent_of(*last_entry);
    let lines: String = missing
        .iter()
        .map(|input| format!("{margin}{}\n", entry(input, &margin)))
        .collect();
    Draft::Completed(TextEdit::insert_lines(after, lines))
}
