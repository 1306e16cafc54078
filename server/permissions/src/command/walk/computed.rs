//! What the shell computes itself: `[[ … ]]` and arithmetic. A value that it computes with may hold a subscript, and
//! a subscript may hold a command, so only plain numbers are followed.

use super::super::builtin;
use super::super::call::{Arg, Use};
use super::super::environment::concern_of_variable;
use super::super::expand::expand;
use super::super::scope::Value;
use super::super::syntax::{Piece, Problem, Word};
use super::{Walk, assigned};

const MAX_BRACKETS: usize = 64;

impl Walk<'_> {
    /// What the words of a test may read and run.
    pub(super) fn test(&mut self, words: &[Word]) {
        words.iter().for_each(|word| self.word(word));
        let mut concerns = Vec::new();
        let mut paths = Vec::new();
        let texts: Vec<Option<String>> = words.iter().map(Word::as_text).collect();
        for (at, text) in texts.iter().enumerate() {
            match text.as_deref() {
                Some("-v" | "-R" | "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge") => {
                    let computes = |at: usize| {
                        let number = texts.get(at).and_then(|text| text.as_deref()?.parse::<i64>().ok());
                        let is_number = number.is_some() || words.get(at).is_some_and(|word| self.is_number(word));
                        !is_number
                    };
                    if text.as_deref() == Some("-v") || at.checked_sub(1).is_none_or(computes) || computes(at + 1) {
                        concerns.push(Problem::new(
                            "syntax.arithmetic",
                            "a test computes what is not a plain number",
                        ));
                    }
                }
                Some("-nt" | "-ot" | "-ef") => {
                    for operand in [at.checked_sub(1), Some(at + 1)].into_iter().flatten() {
                        paths.extend(self.path_of(words.get(operand)));
                    }
                }
                Some(option) if builtin::is_file_test(option) => paths.extend(self.path_of(words.get(at + 1))),
                _ => {}
            }
        }
        let mut known = builtin::reads("shell.test", "a test");
        known.paths = paths;
        let part = self.part("[[", None, known, concerns);
        (self.sink)(part);
    }

    fn path_of(&self, word: Option<&Word>) -> Option<(Arg, Use)> {
        let arg = expand(word?, &self.scope, false).args.into_iter().next()?;
        Some((arg, Use::Read))
    }

    fn is_number(&self, word: &Word) -> bool {
        match word.pieces.as_slice() {
            [Piece::Parameter { parameter, .. }] => self.is_number_named(&parameter.name),
            [Piece::Arithmetic(_)] => true,
            _ => false,
        }
    }

    fn is_number_named(&self, name: &str) -> bool {
        match self.scope.get(name) {
            Some(Value::Number) => true,
            Some(Value::Text(text)) => text.parse::<i64>().is_ok(),
            _ => false,
        }
    }

    /// Why this arithmetic cannot be followed: a variable's value is computed in turn, subscripts and
    /// substitutions in it included.
    pub(super) fn arithmetic(&mut self, text: &str) -> Option<Problem> {
        if text.matches('(').count() > MAX_BRACKETS {
            return Some(Problem::new(
                "cap.depth",
                "arithmetic is nested deeper than anyone can read",
            ));
        }
        let names = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let names: Vec<&str> = names
            .filter(|name| name.starts_with(|c: char| !c.is_ascii_digit()))
            .collect();
        let sets = text.contains("++") || text.contains("--") || assigned::has_assignment(text);
        let mut is_plain = true;
        for name in names {
            // `i = 0` gives a name its value.
            is_plain &= self.is_number_named(name)
                || (sets
                    && concern_of_variable(name).is_none()
                    && self.scope.get(name).is_none()
                    && is_first_set(text, name));
            if sets {
                self.scope.set(name, Value::Number);
            }
        }
        (!is_plain).then(|| {
            Problem::new(
                "syntax.arithmetic",
                "arithmetic with a variable whose value is not known to be a number",
            )
        })
    }
}

fn is_first_set(text: &str, name: &str) -> bool {
    text.trim_start().strip_prefix(name).is_some_and(|rest| {
        let rest = rest.trim_start();
        rest.starts_with('=') && !rest.starts_with("==")
    })
}
