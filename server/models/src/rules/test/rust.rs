//! Rust: a `#[test]` in the file's own `mod tests`, which is made if it is not there.

use super::{Subject, append, done, placeholder, propose, unused_name};
use crate::rules::call::Call;
use crate::rules::language::Language;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::signature::Outcome;
use crate::rules::source::has_word;
use crate::rules::symbol::Symbol;
use crate::rules::turn::{Plan, Turn};

static TESTS_MODULE: Pattern = pattern!(r"\bmod\s+\w*tests?\b");
static NEW: Pattern = pattern!(r"\bfn\s+new\b");

pub(super) fn plan(turn: &mut Turn<'_>, subject: &Subject) -> Plan {
    if subject.symbol.is_async && !uses_tokio(turn)? {
        return Ok(format!(
            "`{}` is async, and I found no `#[tokio::test]` in this project to run it with, so I wrote no test.",
            subject.symbol.name
        ));
    }
    let receiver = receiver(turn, subject)?;
    let name = unused_name(
        &subject.source,
        &format!("{}_returns_expected_value", snake(&subject.symbol.name)),
    );
    let module = subject
        .outline()
        .find(|line| TESTS_MODULE.is_match(line.signature) && line.last > line.first);
    if let Some(module) = module {
        let end = subject.source.line(module.last).unwrap_or_default().trim();
        if end.ends_with(';') {
            return Ok(format!(
                "The tests of `{}` are in a file of their own, which I do not extend.",
                subject.path
            ));
        }
        if end != "}" {
            return Ok(format!(
                "I do not see where the tests of `{}` end, so I wrote none.",
                subject.path
            ));
        }
        let outer = subject.source.indent_of(module.last);
        let text = function(subject, &name, receiver.as_deref(), &format!("{outer}    "));
        let call = Call::insert(&subject.path, module.last, &format!("\n{text}"));
        return propose(turn, &[call], done(subject, "the file's own test module"));
    }
    let text = format!(
        "#[cfg(test)]\nmod tests {{\n    use super::*;\n\n{}}}\n",
        function(subject, &name, receiver.as_deref(), "    ")
    );
    let call = append(&subject.path, &subject.source, 1, &text);
    propose(turn, &[call], done(subject, "a new test module at the end of the file"))
}

fn uses_tokio(turn: &mut Turn<'_>) -> Plan<bool> {
    let answers = turn.ask(
        "It is async, so I look how this project runs such tests.",
        &[Call::grep("tokio::test", "**/*.rs")],
    )?;
    Ok(answers
        .iter()
        .any(|answer| answer.ok().is_some_and(|text| text.contains("#[tokio::test"))))
}

/// An expression that makes the value a method is called on; none for a function without receiver.
fn receiver(turn: &mut Turn<'_>, subject: &Subject) -> Plan<Option<String>> {
    let symbol = &subject.symbol;
    let Some(parent) = symbol.owner().filter(|_| symbol.has_receiver()) else {
        return Ok(None);
    };
    let impls: Vec<(u32, u32)> = subject
        .outline()
        .filter(|line| line.kind == "impl" && has_word(line.signature, parent) && !line.signature.contains(" for "))
        .map(|line| (line.first, line.last))
        .collect();
    let is_inside = |at: u32| impls.iter().any(|(first, last)| (*first..=*last).contains(&at));
    let new = subject.constructor(turn, |line| NEW.is_match(line.signature) && is_inside(line.first))?;
    Ok(Some(match new.filter(|new| !new.has_receiver()) {
        Some(new) => {
            let made = format!("{parent}::new({})", arguments(&new));
            if Outcome::of(&new, Language::Rust).error.is_some() {
                format!("{made}.unwrap()")
            } else {
                made
            }
        }
        None => format!("{parent}::default()"),
    }))
}

fn arguments(symbol: &Symbol) -> String {
    let values = symbol.inputs().map(|param| {
        let ty = param.ty.as_deref().unwrap_or_default();
        placeholder::value(Language::Rust, ty).unwrap_or_else(|| match ty.strip_prefix('&') {
            Some(ty) if ty.starts_with("mut ") => "&mut Default::default()".to_owned(),
            Some(_) => "&Default::default()".to_owned(),
            None => "Default::default()".to_owned(),
        })
    });
    values.collect::<Vec<_>>().join(", ")
}

fn function(subject: &Subject, name: &str, receiver: Option<&str>, indent: &str) -> String {
    let symbol = &subject.symbol;
    let mut lines = Vec::new();
    let callee = match (receiver, symbol.owner()) {
        (Some(made), _) => {
            let takes_mut = symbol
                .receiver
                .as_ref()
                .is_some_and(|receiver| receiver.contains("mut "));
            lines.push(format!("let {}value = {made};", if takes_mut { "mut " } else { "" }));
            format!("value.{}", symbol.name)
        }
        (None, Some(owner)) => format!("{owner}::{}", symbol.name),
        // A module inside of the file.
        (None, None) => symbol
            .parent
            .iter()
            .fold(symbol.name.clone(), |name, parent| format!("{parent}::{name}")),
    };
    let wait = if symbol.is_async { ".await" } else { "" };
    let call = format!("{callee}({}){wait}", arguments(symbol));
    let outcome = Outcome::of(symbol, Language::Rust);
    match (&outcome.value, &outcome.error) {
        (_, Some(_)) => {
            lines.push(format!("let actual = {call};"));
            lines.push("// Skeleton: fill in the arguments, and what the result should be.".to_owned());
            lines.push("assert!(actual.is_ok());".to_owned());
        }
        (Some(ty), None) => {
            match placeholder::value(Language::Rust, ty) {
                Some(expected) => {
                    lines.push(format!("let actual = {call};"));
                    lines.push("// Skeleton: fill in the arguments and the expected value.".to_owned());
                    lines.push(format!("assert_eq!(actual, {expected});"));
                }
                None => {
                    lines.push("// Skeleton: it only shows that the call returns. Fill in the arguments and assert on the value.".to_owned());
                    lines.push(format!("let _actual = {call};"));
                }
            }
        }
        (None, None) => {
            lines.push(
                "// Skeleton: it only shows that the call returns. Fill in the arguments and assert on the effect."
                    .to_owned(),
            );
            lines.push(format!("{call};"));
        }
    }
    let (attribute, keyword) = if symbol.is_async {
        ("#[tokio::test]", "async fn")
    } else {
        ("#[test]", "fn")
    };
    let mut text = format!("{indent}{attribute}\n{indent}{keyword} {name}() {{\n");
    for line in lines {
        text.push_str(&format!("{indent}    {line}\n"));
    }
    text.push_str(&format!("{indent}}}\n"));
    text
}

fn snake(name: &str) -> String {
    name.trim_start_matches("r#").trim_matches('_').to_owned()
}
