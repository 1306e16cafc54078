//! Rust: a `#[test]` in the file's own `mod tests`, which is made if it is not there.

mod skeleton;

use super::{Subject, append, done, propose, unused_name};
use crate::rules::call::Call;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::source::has_word;
use crate::rules::symbol::Symbol;
use crate::rules::turn::{Plan, Turn};
use skeleton::Skeleton;

static TESTS_MODULE: Pattern = pattern!(r"\bmod\s+\w*tests?\b");
static NEW: Pattern = pattern!(r"\bfn\s+new\b");

pub(super) fn plan(turn: &mut Turn<'_>, subject: &Subject) -> Plan {
    let symbol = &subject.symbol;
    if symbol.is_async && !uses_tokio(turn)? {
        return Ok(format!(
            "`{}` is async, and I found no `#[tokio::test]` in this project to run it with, so I wrote no test.",
            symbol.name
        ));
    }
    let skeleton = Skeleton {
        symbol,
        constructor: constructor(turn, subject)?,
        type_params: skeleton::type_params(impl_around(subject).unwrap_or_default()),
    };
    let base = symbol.name.trim_start_matches("r#").trim_matches('_');
    let name = unused_name(&subject.source, &format!("{base}_returns_expected_value"));
    let module = subject
        .outline()
        .find(|line| TESTS_MODULE.is_match(line.signature) && line.last > line.first);
    let Some(module) = module else {
        let function = skeleton.text(&name, "    ");
        let text = format!("#[cfg(test)]\nmod tests {{\n    use super::*;\n\n{function}}}\n");
        let call = append(&subject.path, &subject.source, 1, &text);
        return propose(turn, &[call], done(subject, "a new test module at the end of the file"));
    };
    match subject.source.line(module.last).unwrap_or_default().trim() {
        "}" => {
            let indent = subject.source.indent_of(module.last) + "    ";
            let text = format!("\n{}", skeleton.text(&name, &indent));
            let call = Call::insert(&subject.path, module.last, &text);
            propose(turn, &[call], done(subject, "the file's own test module"))
        }
        end if end.ends_with(';') => Ok(format!(
            "The tests of `{}` are in a file of their own, which I do not extend.",
            subject.path
        )),
        _ => Ok(format!(
            "I do not see where the tests of `{}` end, so I wrote none.",
            subject.path
        )),
    }
}

fn uses_tokio(turn: &mut Turn<'_>) -> Plan<bool> {
    let call = Call::grep("tokio::test", "**/*.rs");
    let answers = turn.ask("It is async, so I look how this project runs such tests.", &[call])?;
    let mut found = answers.iter().filter_map(|answer| answer.ok());
    Ok(found.any(|text| text.contains("#[tokio::test")))
}

/// `new` of the type that the method is called on a value of.
fn constructor(turn: &mut Turn<'_>, subject: &Subject) -> Plan<Option<Symbol>> {
    let Some(owner) = subject.symbol.owner().filter(|_| subject.symbol.has_receiver()) else {
        return Ok(None);
    };
    let impls: Vec<(u32, u32)> = subject
        .outline()
        .filter(|line| line.kind == "impl" && has_word(line.signature, owner) && !line.signature.contains(" for "))
        .map(|line| (line.first, line.last))
        .collect();
    let is_inside = |at: u32| impls.iter().any(|(first, last)| (*first..=*last).contains(&at));
    let new = subject.constructor(turn, |line| NEW.is_match(line.signature) && is_inside(line.first))?;
    Ok(new.filter(|new| !new.has_receiver()))
}

/// The signature of the `impl` that the method stands in.
fn impl_around(subject: &Subject) -> Option<&str> {
    let at = subject.symbol.lines.0;
    let around = subject
        .outline()
        .filter(|line| line.kind == "impl" && (line.first..=line.last).contains(&at));
    around.last().map(|line| line.signature)
}
