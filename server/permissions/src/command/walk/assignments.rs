//! Assignments: what they set for what comes behind them, and which of them ask.

use super::super::environment::{concern_of_build_environment, concern_of_environment, concern_of_variable};
use super::super::expand::{MAX_VALUE, value_of};
use super::super::names::is_in;
use super::super::scope::{HIDDEN, Value};
use super::super::syntax::{Assign, Piece, Problem, Simple, Word};
use super::Walk;
use super::printed::{Printed, output_of};
use super::spans::{Roles, base_name};

/// Programs whose other uses than building and testing ask anyway.
const BUILDERS: &str = "
    cargo npm pnpm yarn bun npx node pytest py.test python python3 tox nox make gmake ninja cmake ctest go gradle gradlew mvn mvnw
    jest vitest mocha tsc eslint mypy ruff dotnet swift mix rspec phpunit stack cabal dune bazel meson turbo nx
";

impl Walk<'_> {
    /// `x=1` with no command behind it.
    pub(super) fn assignments(&mut self, simple: &Simple, within: Roles) {
        if simple.assigns.is_empty() {
            return;
        }
        let mut concerns = Vec::new();
        for Assign { name, value, is_plain } in &simple.assigns {
            concerns.extend(concern_of_variable(name));
            concerns.extend(self.doubles(value));
            let likely = self.likely_output(value);
            let value_set = match value_of(value, &self.scope) {
                Value::Hidden { is_foreign } => Value::Hidden {
                    is_foreign: is_foreign || within.is_foreign(),
                },
                _ if !is_plain => HIDDEN,
                value => value,
            };
            self.scope.set(name, value_set);
            if let Some(text) = likely {
                self.scope.suspect(name, text);
            }
        }
        self.note(&simple.text, "shell.assignment", "an assignment", concerns);
    }

    /// A value made of several others may double with each assignment.
    fn doubles(&self, word: &Word) -> Option<Problem> {
        let lengths = word.pieces.iter().map(|piece| match piece {
            Piece::Parameter { parameter, .. } => match self.scope.get(&parameter.name) {
                Some(Value::Text(text)) => text.len(),
                _ => 0,
            },
            _ => 0,
        });
        (lengths.sum::<usize>() > MAX_VALUE).then(|| Problem::new("cap.words", "the value grows without end"))
    }

    /// What a word that is one substitution is likely to become.
    fn likely_output(&self, word: &Word) -> Option<String> {
        let [Piece::Substitution { list, .. }] = word.pieces.as_slice() else {
            return None;
        };
        match output_of(list, &self.scope)? {
            Printed::Text(text) => Some(text),
            Printed::Names(_) | Printed::Digits => None,
        }
    }

    /// Why the assignments in front of a command ask.
    pub(super) fn environment(&self, simple: &Simple) -> Vec<Problem> {
        let name = simple.words.first().and_then(Word::as_bare);
        let concerns = simple.assigns.iter().filter_map(|assign| {
            if assign.name == "IFS" && name == Some("read") {
                return None;
            }
            let value = match value_of(&assign.value, &self.scope) {
                Value::Text(text) if assign.is_plain => Some(text),
                _ => None,
            };
            match name.is_some_and(|name| is_in(BUILDERS, base_name(name))) {
                true => concern_of_build_environment(&assign.name, value.as_deref()),
                false => concern_of_environment(&assign.name, value.as_deref()),
            }
        });
        concerns.collect()
    }
}
