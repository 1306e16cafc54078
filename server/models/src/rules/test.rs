//! `test`: the skeleton of a test, in the framework and at the place where the project tests such code. Its
//! arguments and expected values are placeholders, and it says so.

mod go;
mod placeholder;
mod python;
mod rust;
mod script;

use super::call::Call;
use super::explain::no_file;
use super::language::Language;
use super::source::{Source, has_word};
use super::symbol::{OutlineLine, Symbol, outline_lines};
use super::turn::{Halt, Plan, Turn};
use super::words::with_article;

/// Lines at a long file's end that are read for what is added there.
const TAIL: u32 = 20;

/// The function under test and the file around it.
struct Subject {
    path: String,
    language: Language,
    symbol: Symbol,
    source: Source,
    outline: String,
}

pub(super) fn plan(turn: &mut Turn<'_>) -> Plan {
    let subject = subject(turn)?;
    match subject.language {
        Language::Rust => rust::plan(turn, &subject),
        Language::Python => python::plan(turn, &subject),
        Language::TypeScript | Language::JavaScript => script::plan(turn, &subject),
        Language::Go => go::plan(turn, &subject),
    }
}

fn subject(turn: &mut Turn<'_>) -> Plan<Subject> {
    let end = |text: String| Halt::End(text);
    let path = turn.task.path.clone().ok_or_else(no_file)?;
    let language = turn.task.language.ok_or_else(|| {
        end(format!(
            "I know no tests for `{path}`: I write them for Rust, Python, TypeScript, JavaScript and Go."
        ))
    })?;
    let line = turn
        .task
        .lines
        .as_ref()
        .map(|lines| *lines.start())
        .ok_or_else(|| end("Put the cursor on the function that I shall test.".to_owned()))?;
    let calls = [Call::symbol_at(&path, line), Call::outline(&path), Call::read(&path)];
    let answers = turn.ask("I look up the function and its file.", &calls)?;
    let [symbol, outline, text] = answers.as_slice() else {
        return Err(no_file());
    };
    let symbol = Symbol::parse(symbol.required("outline")?).ok_or_else(|| {
        end(format!(
            "There is no symbol at `{path}:{line}`: put the cursor on the function to test."
        ))
    })?;
    if !symbol.is_function() {
        return Err(end(format!(
            "`{}` is {}: I write tests for functions and methods. Put the cursor on one.",
            symbol.name,
            with_article(&symbol.kind)
        )));
    }
    if symbol.kind == "property" {
        return Err(end(format!(
            "`{}` is read, not called: I write tests for functions and methods.",
            symbol.name
        )));
    }
    if matches!(symbol.name.as_str(), "constructor" | "__init__") {
        return Err(end(
            "What a constructor makes shows in its methods: put the cursor on one of them.".to_owned(),
        ));
    }
    if symbol.is_test {
        return Err(end(format!("`{}` is a test itself.", symbol.name)));
    }
    let outline = outline.required("outline")?;
    let outer = outline_lines(outline)
        .filter(|line| line.first <= symbol.lines.0 && line.last >= symbol.lines.1)
        .filter(|line| (line.first, line.last) != symbol.lines && matches!(line.kind.as_str(), "function" | "method"))
        .last();
    if outer.is_some() {
        return Err(end(format!(
            "`{}` stands inside of another function, where a test cannot call it.",
            symbol.name
        )));
    }
    let mut source = Source::default();
    source.add_listing(text.required("read")?);
    if !source.is_whole() && source.total() > 0 {
        let total = source.total();
        let tail = Call::read_lines(&path, total.saturating_sub(TAIL), total);
        source.add_listing(turn.need("I read the end of the file too.", tail)?);
    }
    Ok(Subject {
        outline: outline.to_owned(),
        path,
        language,
        symbol,
        source,
    })
}

impl Subject {
    fn outline(&self) -> impl Iterator<Item = OutlineLine<'_>> {
        outline_lines(&self.outline)
    }

    /// The folder of the file, with a final `/`; empty at the root.
    fn folder(&self) -> &str {
        self.path.rfind('/').map_or("", |at| &self.path[..=at])
    }

    /// The file's name without folder and extension.
    fn stem(&self) -> &str {
        let name = &self.path[self.folder().len()..];
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The parent's constructor, looked up by its outline line.
    fn constructor(
        &self,
        turn: &mut Turn<'_>,
        is_constructor: impl Fn(&OutlineLine<'_>) -> bool,
    ) -> Plan<Option<Symbol>> {
        let Some(line) = self.outline().find(|line| is_constructor(line)).map(|line| line.first) else {
            return Ok(None);
        };
        let answers = turn.ask("I look up how its type is made.", &[Call::symbol_at(&self.path, line)])?;
        Ok(answers.first().and_then(|answer| Symbol::parse(answer.ok()?)))
    }
}

/// Proposes one change and closes the turn. A change that the tool refuses is named with its reason.
fn propose(turn: &mut Turn<'_>, calls: &[Call], done: String) -> Plan {
    let answers = turn.ask("I propose the skeleton of a test.", calls)?;
    match answers.iter().find(|answer| answer.is_error) {
        None => Ok(done),
        Some(failed) => Ok(format!("I could not propose the test: {}", failed.headline())),
    }
}

fn done(subject: &Subject, place: &str) -> String {
    format!(
        "I proposed the skeleton of a test for `{}` in {place}. Its arguments and expected values are placeholders: fill \
         them in before you trust it.",
        subject.symbol.name
    )
}

/// A file that is there: its lines, if all of them could be read.
fn existing(turn: &mut Turn<'_>, path: &str) -> Plan<Source> {
    let text = turn.need(&format!("I read `{path}`."), Call::read(path))?;
    let mut source = Source::default();
    source.add_listing(text);
    if source.is_whole() || source.total() == 0 {
        return Ok(source);
    }
    let total = source.total();
    let tail = Call::read_lines(path, total.saturating_sub(TAIL), total);
    source.add_listing(turn.need(&format!("I read the end of `{path}`."), tail)?);
    Ok(source)
}

/// Appends `text` (whole lines) to a file, apart from what is there by `blank` empty lines.
fn append(path: &str, source: &Source, blank: usize, text: &str) -> Call {
    let total = source.total();
    let there = (0..blank)
        .take_while(|back| {
            total
                .checked_sub(*back as u32)
                .and_then(|line| source.line(line))
                .is_some_and(|line| line.trim().is_empty())
        })
        .count();
    let gap = if total == 0 { 0 } else { blank - there };
    Call::insert(path, total + 1, &format!("{}{text}", "\n".repeat(gap)))
}

/// Paths of a `glob` result.
fn paths(listing: &str) -> impl Iterator<Item = &str> {
    listing
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.contains(' ') && line.contains('.'))
}

/// A name that no line of the file holds yet.
fn unused_name(source: &Source, base: &str) -> String {
    let is_taken = |name: &str| source.lines().any(|(_, text)| has_word(text, name));
    if !is_taken(base) {
        return base.to_owned();
    }
    (2..)
        .map(|number| format!("{base}_{number}"))
        .find(|name| !is_taken(name))
        .unwrap_or_default()
}
