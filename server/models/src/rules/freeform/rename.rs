//! `rename X to Y`, where the index can tell that all uses are in one file and mean one thing.

use std::collections::BTreeSet;

use crate::rules::call::Call;
use crate::rules::explain::no_file;
use crate::rules::patch::{self, TextEdit};
use crate::rules::pattern::{self, Pattern, pattern};
use crate::rules::source::{At, Source};
use crate::rules::symbol::{Reference, Symbol, references};
use crate::rules::turn::{Halt, Plan, Turn};

pub(super) fn plan(turn: &mut Turn<'_>, from: Option<&str>, to: &str) -> Plan {
    let path = turn.task.path.clone().ok_or_else(no_file)?;
    let from = match (from, turn.task.lines.clone()) {
        (Some(from), _) => from.to_owned(),
        (None, Some(lines)) => {
            let answer = turn.need(
                "I look up the symbol at this place.",
                Call::symbol_at(&path, *lines.start()),
            )?;
            Symbol::parse(answer)
                .map(|symbol| symbol.name)
                .ok_or_else(|| Halt::End("There is no symbol at this place; say `rename X to Y`.".to_owned()))?
        }
        (None, None) => return Ok("Say which symbol: `rename X to Y`.".to_owned()),
    };
    let calls = [Call::references(&from), Call::read(&path)];
    let answers = turn.ask(&format!("I look up where `{from}` is used."), &calls)?;
    let (uses, text) = match answers.as_slice() {
        [uses, text] => (uses.required("references")?, text.required("read")?),
        _ => return Err(no_file()),
    };
    let mut source = Source::default();
    source.add_listing(text);
    let found: Vec<Reference<'_>> = references(uses).collect();
    if let Some(reason) = objection(&found, &source, &path, &from, to) {
        return Ok(format!("I did not rename `{from}`: {reason}."));
    }

    let lines: BTreeSet<u32> = found.iter().map(|reference| reference.line).collect();
    let mut edits: Vec<TextEdit> = Vec::new();
    for line in lines {
        let of_line = edits_of_line(&source, line, &from, to);
        if of_line.is_empty() {
            return Ok(format!(
                "I did not rename `{from}`: in line {line} I do not see which word is meant."
            ));
        }
        edits.extend(of_line);
    }
    let count = edits.len();
    let Some(calls) = patch::calls(&path, &source, edits).filter(|calls| !calls.is_empty()) else {
        return Ok(format!("I did not rename `{from}`: I could not find it in `{path}`."));
    };
    let answers = turn.ask(&format!("I rename `{from}` to `{to}` in {count} places."), &calls)?;
    match answers.iter().find(|answer| answer.is_error) {
        None => Ok(format!(
            "I proposed `{to}` for `{from}` in {count} places of `{path}`, found by name: look out for another symbol with \
             the same name. Comments and strings are as they were."
        )),
        Some(failed) => Ok(format!(
            "Not every place could be renamed: {}. Reject what was proposed and try again.",
            failed.headline()
        )),
    }
}

/// Why a rename by name would not be safe.
fn objection(found: &[Reference<'_>], source: &Source, path: &str, from: &str, to: &str) -> Option<String> {
    if found.is_empty() {
        return Some("the index knows no such name".to_owned());
    }
    if let Some(other) = found.iter().find(|reference| reference.path != path) {
        return Some(format!(
            "it is also used in `{}:{}`, and I rename within one file only",
            other.path, other.line
        ));
    }
    let definitions = found.iter().filter(|reference| reference.is_definition).count();
    let users: BTreeSet<_> = found.iter().map(|reference| reference.enclosing).collect();
    if definitions > 1 || definitions == 0 && users.len() > 1 {
        return Some("several things in this file may have that name".to_owned());
    }
    if !source.is_whole() {
        return Some("the file is too long to see all of it".to_owned());
    }
    let word = whole_word(to);
    source
        .lines()
        .find(|(_, text)| word.is_match(text))
        .map(|(line, _)| format!("`{to}` already stands in line {line}"))
        .filter(|_| from != to)
}

fn whole_word(name: &str) -> regex::Regex {
    pattern::compile(&format!(r"(?:^|[^\w$]){}(?:[^\w$]|$)", regex::escape(name)))
}

/// The name's places in a line, outside of strings and comments.
fn edits_of_line(source: &Source, line: u32, from: &str, to: &str) -> Vec<TextEdit> {
    let text = source.line(line).unwrap_or_default();
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    let code = code_mask(text);
    text.match_indices(from)
        .filter(|(at, _)| {
            let before = text[..*at].chars().next_back();
            let after = text[at + from.len()..].chars().next();
            code[*at] && !before.is_some_and(is_word) && !after.is_some_and(is_word)
        })
        .map(|(at, _)| {
            let (start, end) = (
                At { line, byte: at },
                At {
                    line,
                    byte: at + from.len(),
                },
            );
            TextEdit::replace(start, end, to)
        })
        .collect()
}

/// For each byte whether it is code. What only looks like a string stays code: a Rust lifetime's quote, and a
/// Python f-string, since it holds code.
fn code_mask(text: &str) -> Vec<bool> {
    static STRING: Pattern =
        pattern!(r#"[fF]?"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)'|[fF]?'(?:[^'\\,<>()&]|\\.)*'|//.*|(?:^|\s)#(?:\s.*|$)"#);
    let mut mask = vec![true; text.len()];
    for found in STRING.find_iter(text) {
        if !found.as_str().starts_with(['f', 'F']) {
            mask[found.range()].fill(false);
        }
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, places: &[usize]) {
        let mut source = Source::default();
        source.add_listing(&format!("   1| {text}"));
        let found: Vec<usize> = edits_of_line(&source, 1, "name", "title")
            .iter()
            .map(|edit| edit.start.byte)
            .collect();
        assert_eq!(found, places);
    }

    #[test]
    fn only_whole_words_in_code_count() {
        check("name(rename, name_, name)", &[0, 20]);
        check("say(name, \"name\") // name", &[4]);
        check("say(name)  # name", &[4]);
        check("say(name, 'the name')", &[4]);
    }

    #[test]
    fn what_looks_like_a_string_is_code() {
        check("fn f<'a>(name: &'a str) -> &'a str", &[9]);
        check("f\"{name}\"", &[3]);
        check("#[derive(name)]", &[9]);
    }
}
