//! Tests, builds, linters and formatters. They run what the workspace says, so what they may do is for the workbench
//! to bound; here stands what counts as one, and which of their options point elsewhere or name another program.

mod cargo;
mod python;
mod scripts;
mod tools;

use super::super::call::{Arg, Call, Class, Known, Use};
use super::options::{Means, Parsed};
use super::report::literal;

pub(super) fn classify(name: &str, call: &Call) -> Option<Known> {
    if matches!(name, "node" | "nodejs") && call.args.first().and_then(literal) == Some("--test") {
        let mut known = Known::builds(name);
        apply_loosely(
            &mut known,
            name,
            &call.args,
            &["-r", "--require", "--import", "--loader", "--env-file", "-e", "--eval"],
        );
        return Some(known);
    }
    cargo::classify(name, call)
        .or_else(|| scripts::classify(name, call))
        .or_else(|| python::classify(name, call))
        .or_else(|| tools::classify(name, call))
}

/// Takes what the options mean into account. Where a build writes is as harmless as that it does.
fn apply(known: &mut Known, name: &str, parsed: &Parsed<'_>) {
    if let Some(word) = &parsed.doubt {
        known.doubt_option(name, word);
    }
    for found in &parsed.options {
        match (found.means, &found.value) {
            (Means::Asks, _) => known.doubt_option(name, found.name),
            (Means::Reads, Some(value)) => known.add(value, Use::Read),
            (Means::Writes, Some(value)) => known.add(value, Use::Write),
            _ => {}
        }
    }
}

/// For a tool whose many options can do no more than its configuration in the workspace can: none of `dangerous`,
/// and no word that leads elsewhere.
fn apply_loosely(known: &mut Known, name: &str, args: &[Arg], dangerous: &[&str]) {
    for arg in args {
        let Some(word) = literal(arg) else {
            known.add(arg, Use::Read);
            continue;
        };
        let (option, value) = match word.split_once('=') {
            Some((option, value)) if option.starts_with('-') => (option, value),
            _ => (word, word),
        };
        if dangerous.contains(&option) {
            known.doubt_option(name, option);
        }
        if !value.starts_with('-') && (value.starts_with(['/', '~']) || value.split('/').any(|part| part == "..")) {
            known.add(&Arg::Literal(value.to_owned()), Use::Write);
        }
    }
}

/// Not one of the uses that build or test.
fn other(name: &str, use_of: &str) -> Known {
    Known::new(
        Class::Unknown,
        format!("unknown.{name}"),
        format!("`{name} {use_of}` is no test, build, linter or formatter that is known here"),
    )
}
