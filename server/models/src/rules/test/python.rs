//! Python: pytest, or unittest where the tests beside use it.

use super::{Subject, append, done, existing, paths, placeholder, propose, unused_name};
use crate::rules::call::Call;
use crate::rules::fix::python_import;
use crate::rules::language::Language;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::signature::Outcome;
use crate::rules::source::has_word;
use crate::rules::symbol::Symbol;
use crate::rules::turn::{Plan, Turn};
use crate::rules::words::{capitalize, split};

static INIT: Pattern = pattern!(r"\bdef\s+__init__\b");
static MAIN_GUARD: Pattern = pattern!(r"^if __name__ ==");

pub(super) fn plan(turn: &mut Turn<'_>, subject: &Subject) -> Plan {
    if subject.symbol.is_async {
        return Ok(format!(
            "`{}` is async: how this project runs such tests I cannot know, so I wrote none.",
            subject.symbol.name
        ));
    }
    let calls = [
        Call::glob("**/test_*.py"),
        Call::glob("**/*_test.py"),
        Call::glob("**/__init__.py"),
        Call::grep("unittest\\.TestCase|import unittest", "**/test*.py"),
    ];
    let answers = turn.ask("I look how this project tests.", &calls)?;
    let texts: Vec<&str> = answers.iter().map(|answer| answer.ok().unwrap_or_default()).collect();
    let [with_prefix, with_suffix, packages, unittest] = texts.as_slice() else {
        return Ok("I could not look for this project's tests.".to_owned());
    };
    let tests: Vec<&str> = paths(with_prefix).chain(paths(with_suffix)).collect();
    let constructor = constructor(turn, subject)?;
    let path = test_path(subject, &tests);
    let uses_unittest = unittest.lines().any(|line| line.contains(".py:"));
    let module = module(subject, &paths(packages).collect::<Vec<_>>());
    let name = subject.symbol.owner().unwrap_or(&subject.symbol.name);

    if !tests.contains(&path.as_str()) {
        let unit = subject.source.indent_unit();
        let body = if uses_unittest {
            let class = class_name(&subject.symbol);
            let body = body(subject, constructor.as_ref(), true);
            let function = format!(
                "{unit}def {}(self):\n{}",
                test_name(&subject.symbol),
                indented(&body, &unit.repeat(2))
            );
            format!("import unittest\n\nfrom {module} import {name}\n\n\nclass {class}(unittest.TestCase):\n{function}")
        } else {
            let body = body(subject, constructor.as_ref(), false);
            format!(
                "from {module} import {name}\n\n\ndef {}():\n{}",
                test_name(&subject.symbol),
                indented(&body, unit)
            )
        };
        return propose(
            turn,
            &[Call::write(&path, &body)],
            done(subject, &format!("the new file `{path}`")),
        );
    }

    let source = existing(turn, &path)?;
    let unit = source.indent_unit();
    let is_class = source.lines().any(|(_, text)| text.contains("TestCase)"));
    let function = unused_name(&source, &test_name(&subject.symbol));
    let text = if is_class {
        let class = unused_name(&source, &class_name(&subject.symbol));
        let body = body(subject, constructor.as_ref(), true);
        format!(
            "class {class}(unittest.TestCase):\n{unit}def {function}(self):\n{}",
            indented(&body, &unit.repeat(2))
        )
    } else {
        format!(
            "def {function}():\n{}",
            indented(&body(subject, constructor.as_ref(), false), unit)
        )
    };
    let guard = source
        .lines()
        .find(|(_, text)| MAIN_GUARD.is_match(text))
        .map(|(line, _)| line);
    let mut calls = vec![match guard {
        Some(line) => Call::insert(&path, line, &format!("{text}\n\n")),
        None => append(&path, &source, 2, &text),
    }];
    let imports = |text: &str| {
        text.split_once("import ")
            .is_some_and(|(_, names)| has_word(names, name))
    };
    if !source.lines().any(|(_, text)| imports(text)) {
        let statement = format!("from {module} import {name}\n");
        let last = source.lines().rev().find(|(_, text)| python_import::is_import(text));
        calls.push(
            match last.and_then(|(line, _)| python_import::statement(&source, line)) {
                Some((_, last)) => Call::insert(&path, last + 1, &statement),
                None => Call::insert(&path, python_import::place(&source), &format!("{statement}\n\n")),
            },
        );
    }
    propose(turn, &calls, done(subject, &format!("`{path}`")))
}

fn constructor(turn: &mut Turn<'_>, subject: &Subject) -> Plan<Option<Symbol>> {
    let Some(parent) = subject.symbol.owner() else {
        return Ok(None);
    };
    let class = subject
        .outline()
        .find(|line| line.kind == "class" && has_word(line.signature, parent));
    let (first, last) = class.map_or((1, u32::MAX), |class| (class.first, class.last));
    subject.constructor(turn, |line| {
        INIT.is_match(line.signature) && (first..=last).contains(&line.first)
    })
}

/// The file's own test if there is one; else where the others are; else `tests/`.
fn test_path(subject: &Subject, tests: &[&str]) -> String {
    let stem = subject.stem();
    let names = [format!("test_{stem}.py"), format!("{stem}_test.py")];
    let file_name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    if let Some(own) = tests.iter().find(|path| names.contains(&file_name(path))) {
        return (*own).to_owned();
    }
    let folder_of = |path: &str| path.rfind('/').map_or(String::new(), |at| path[..=at].to_owned());
    let beside = tests.iter().find(|path| folder_of(path) == subject.folder());
    let nearest = tests.iter().max_by_key(|path| {
        let common = path
            .split('/')
            .zip(subject.path.split('/'))
            .take_while(|(one, other)| one == other)
            .count();
        (common, std::cmp::Reverse(path.len()))
    });
    match beside.or(nearest) {
        Some(path) if file_name(path).ends_with("_test.py") => format!("{}{}", folder_of(path), names[1]),
        Some(path) => format!("{}{}", folder_of(path), names[0]),
        None => format!("tests/{}", names[0]),
    }
}

/// The dotted name to import from: the packages around the file, without a `src` folder.
fn module(subject: &Subject, packages: &[&str]) -> String {
    let folder = subject.folder().trim_end_matches('/');
    let below = folder
        .strip_prefix("src")
        .map_or(folder, |rest| rest.trim_start_matches('/'));
    let mut parts: Vec<&str> = below.split('/').filter(|part| !part.is_empty()).collect();
    let is_package = |depth: usize, parts: &[&str]| {
        let end = format!("{}/__init__.py", parts[..depth].join("/"));
        packages
            .iter()
            .any(|path| *path == end || path.ends_with(&format!("/{end}")))
    };
    // Folders above the topmost package are on the path, not in the name.
    if let Some(top) = (1..=parts.len()).find(|depth| is_package(*depth, &parts)) {
        parts.drain(..top - 1);
    }
    if subject.stem() != "__init__" || parts.is_empty() {
        parts.push(subject.stem());
    }
    parts.join(".")
}

fn test_name(symbol: &Symbol) -> String {
    let words = symbol.owner().into_iter().flat_map(split).chain(split(&symbol.name));
    format!("test_{}", words.collect::<Vec<_>>().join("_").to_lowercase())
}

fn class_name(symbol: &Symbol) -> String {
    let words = symbol.owner().into_iter().flat_map(split).chain(split(&symbol.name));
    format!("{}Test", words.map(|word| capitalize(&word)).collect::<String>())
}

fn arguments(symbol: &Symbol) -> String {
    let required = symbol
        .inputs()
        .filter(|param| !param.default && !param.name.starts_with('*'));
    let values = required.map(|param| {
        placeholder::value(Language::Python, param.ty.as_deref().unwrap_or_default())
            .unwrap_or_else(|| "None".to_owned())
    });
    values.collect::<Vec<_>>().join(", ")
}

fn body(subject: &Subject, constructor: Option<&Symbol>, unittest: bool) -> Vec<String> {
    let symbol = &subject.symbol;
    let mut lines = vec!["# Skeleton: fill in the arguments and the expected value.".to_owned()];
    let takes_self = symbol.has_receiver();
    let callee = match symbol.owner() {
        Some(parent) if takes_self => {
            let arguments = constructor.map(arguments).unwrap_or_default();
            lines.push(format!("value = {parent}({arguments})"));
            format!("value.{}", symbol.name)
        }
        Some(parent) => format!("{parent}.{}", symbol.name),
        None => symbol.name.clone(),
    };
    let outcome = Outcome::of(symbol, Language::Python);
    let expected = outcome
        .value
        .as_deref()
        .and_then(|ty| placeholder::value(Language::Python, ty));
    let expected = expected.unwrap_or_else(|| "None".to_owned());
    lines.push(format!("actual = {callee}({})", arguments(symbol)));
    lines.push(match (unittest, expected.as_str()) {
        (true, _) => format!("self.assertEqual(actual, {expected})"),
        (false, "None" | "False") => format!("assert actual is {expected}"),
        (false, _) => format!("assert actual == {expected}"),
    });
    lines
}

fn indented(lines: &[String], indent: &str) -> String {
    lines.iter().map(|line| format!("{indent}{line}\n")).collect()
}
