//! One diagnostic over the lines it stands in, and the table that its message is looked up in.

use regex::{Captures, Regex};

use crate::rules::patch::TextEdit;
use crate::rules::pattern;
use crate::rules::source::{At, Source, has_word};
use crate::rules::task::Diagnostic;

/// A diagnostic with the text it points at.
pub(super) struct Case<'a> {
    pub(super) diagnostic: &'a Diagnostic,
    pub(super) path: &'a str,
    pub(super) source: &'a Source,
    pub(super) start: At,
    pub(super) end: At,
    /// What stands between `start` and `end`.
    pub(super) text: String,
}

/// Edits that fix one diagnostic, and what they do, in a few words.
pub(super) struct Remedy {
    pub(super) what: String,
    pub(super) edits: Vec<TextEdit>,
}

/// Some message was recognised: a remedy, or the reason why there is none.
pub(super) type Fix = Result<Remedy, String>;

/// A message that a rule knows, and what it does about it.
pub(super) struct Rule {
    message: Regex,
    fix: Apply,
}

/// What a rule does with a message whose pattern matched.
type Apply = fn(&Case<'_>, &Captures<'_>) -> Fix;

/// Rules from their messages' patterns; the first match counts.
pub(super) fn rules(table: &[(&str, Apply)]) -> Vec<Rule> {
    table
        .iter()
        .map(|(message, fix)| Rule {
            message: pattern::compile(message),
            fix: *fix,
        })
        .collect()
}

impl<'a> Case<'a> {
    pub(super) fn of(diagnostic: &'a Diagnostic, path: &'a str, source: &'a Source) -> Option<Self> {
        let (start, end) = source.span(diagnostic.span)?;
        let text = source.text(start, end)?;
        Some(Self {
            diagnostic,
            path,
            source,
            start,
            end,
            text,
        })
    }

    pub(super) fn look_up(&self, rules: &[Rule]) -> Option<Fix> {
        rules.iter().find_map(|rule| {
            let found = rule.message.captures(&self.diagnostic.message)?;
            Some((rule.fix)(self, &found))
        })
    }

    /// The line that the diagnostic begins in.
    pub(super) fn line(&self) -> &'a str {
        self.source.line(self.start.line).unwrap_or_default()
    }

    pub(super) fn before(&self) -> &'a str {
        self.line().get(..self.start.byte).unwrap_or_default()
    }

    pub(super) fn after(&self) -> &'a str {
        let line = self.source.line(self.end.line).unwrap_or_default();
        line.get(self.end.byte..).unwrap_or_default()
    }

    /// Puts `new` for the diagnostic's whole range.
    pub(super) fn replace(&self, new: &str, what: impl Into<String>) -> Fix {
        Ok(Remedy {
            what: what.into(),
            edits: vec![TextEdit::replace(self.start, self.end, new)],
        })
    }

    /// Puts `new` for the word `old`, in the diagnostic's range or else the only time it stands in its line.
    pub(super) fn replace_word(&self, old: &str, new: &str) -> Fix {
        let (start, end) = self.word(old)?;
        Ok(Remedy {
            what: format!("`{new}` for `{old}`"),
            edits: vec![TextEdit::replace(start, end, new)],
        })
    }

    /// Where the word stands that the message speaks of.
    pub(super) fn word(&self, word: &str) -> Result<(At, At), String> {
        if self.text == word {
            return Ok((self.start, self.end));
        }
        let line = self.line();
        let range = if self.start.line == self.end.line && has_word(&self.text, word) {
            self.start.byte..self.end.byte
        } else {
            0..line.len()
        };
        let places: Vec<usize> = words_at(line, word).filter(|at| range.contains(at)).collect();
        match places.as_slice() {
            [at] => Ok((self.at(*at), self.at(at + word.len()))),
            _ => Err(format!(
                "`{word}` does not stand where the message says; the file may have changed"
            )),
        }
    }

    /// A place in the diagnostic's first line.
    pub(super) fn at(&self, byte: usize) -> At {
        At {
            line: self.start.line,
            byte,
        }
    }

    /// Puts a missing token behind the one that stands before the diagnostic.
    pub(super) fn insert_token(&self, token: &str) -> Fix {
        let lost = || "I do not see where the missing token belongs".to_owned();
        let place = self.source.after_previous_token(self.start).ok_or_else(lost)?;
        let line = self.source.line(place.line).unwrap_or_default();
        let holds_comment = place.line != self.start.line && (line.contains("//") || line.contains(" #"));
        if holds_comment || line[..place.byte].ends_with(token) {
            return Err(lost());
        }
        Ok(Remedy {
            what: format!("added the missing `{token}`"),
            edits: vec![TextEdit::insert(place, token)],
        })
    }

    pub(super) fn edits(what: impl Into<String>, edits: Vec<TextEdit>) -> Fix {
        Ok(Remedy {
            what: what.into(),
            edits,
        })
    }
}

/// Byte offsets where `word` stands as a whole word.
pub(super) fn words_at<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}
