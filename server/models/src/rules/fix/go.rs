//! What gopls' messages ask for, where the message alone is enough.

use std::sync::LazyLock;

use regex::Captures;

use super::case::{Case, Fix, Rule, rules};
use super::go_import;
use crate::rules::patch::TextEdit;
use crate::rules::pattern::{Pattern, pattern};

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (
            r"^declared and not used: (\w+)|^(\w+) declared (?:and|but) not used",
            unused_variable,
        ),
        (r#"^"([^"]+)" imported(?: as \w+)? and not used"#, |case, found| {
            go_import::remove(case, &found[1])
        }),
        (r"^undefined: (\w+)$", undefined),
        (r"^(?:undeclared name|undefined): (\w+)", undefined),
        (
            r"(?s)has no field or method (\w+), but does have (?:field|method) (\w+)",
            |case, found| case.replace_word(&found[1], &found[2]),
        ),
        (r"^no new variables on left side of :=", no_new_variables),
        (r"missing '?,'?(?: before newline)? in |missing ','", |case, _| {
            case.insert_token(",")
        }),
        (r"^missing return", |_, _| {
            Err("what it should return I cannot know".to_owned())
        }),
        (r"^cannot use|^mismatched types|^invalid operation", |_, _| {
            Err("whether the value or the type is wrong I cannot know".to_owned())
        }),
        (
            r"^could not import|is not in (?:std|GOROOT)|no required module",
            |_, _| Err("the module has to be added to go.mod; code alone does not fix it".to_owned()),
        ),
    ])
});

pub(super) fn remedy(case: &Case<'_>) -> Option<Fix> {
    case.look_up(&RULES)
}

fn unused_variable(case: &Case<'_>, found: &Captures<'_>) -> Fix {
    static SHORT: Pattern = pattern!(r"^((?:\w+\s*,\s*)*\w+)\s*:=");
    let name = found.iter().skip(1).flatten().next().map_or("", |name| name.as_str());
    let (start, end) = case.word(name)?;
    let line = case.line();
    let what = format!("`_` for the unused `{name}`");
    let statement = line.trim_start();
    if let Some(declaration) = statement.strip_prefix("var ") {
        let value = declaration.split_once('=').filter(|(names, _)| !names.contains(','));
        return match value {
            Some(_) if statement.starts_with(&format!("var {name}")) => {
                Case::edits(what, vec![TextEdit::replace(start, end, "_")])
            }
            None if !declaration.contains(',') => {
                let edit = TextEdit::remove_lines(case.start.line, case.start.line);
                Case::edits(format!("removed the unused `{name}`"), vec![edit])
            }
            _ => Err("it is declared together with others".to_owned()),
        };
    }
    // `for i, v := range` and `if v, ok := …` begin with a word before the names.
    let names_at = line[..start.byte]
        .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ',' | ' ')))
        .map_or(0, |at| at + 1);
    let names_at = names_at + (line[names_at..].len() - line[names_at..].trim_start().len());
    let keyword = ["for ", "if ", "switch ", "else if ", "} else if "]
        .iter()
        .find(|word| line[names_at..].starts_with(**word));
    let names_at = names_at + keyword.map_or(0, |word| word.len());
    let Some(short) = SHORT.captures(&line[names_at..]) else {
        return Err(format!("`{name}` is not declared in a way that I can change"));
    };
    let names: Vec<&str> = short[1].split(',').map(str::trim).collect();
    let is_alone = names.iter().all(|other| *other == name || *other == "_");
    let mut edits = vec![TextEdit::replace(start, end, "_")];
    if is_alone {
        let range = line[names_at..].find(":=").map(|at| names_at + at);
        let rest = range.map_or("", |at| line[at + 2..].trim_start());
        match range {
            // `for _ := range` says the same without a variable.
            Some(at) if rest.starts_with("range ") => {
                let from = case.at(names_at);
                let to = case.at(at + 2 + (line[at + 2..].len() - rest.len()));
                edits = vec![TextEdit::replace(from, to, "")];
            }
            Some(at) => edits.push(TextEdit::replace(case.at(at), case.at(at + 2), "=")),
            None => {}
        }
    }
    Case::edits(what, edits)
}

fn undefined(case: &Case<'_>, found: &Captures<'_>) -> Fix {
    let name = &found[1];
    let is_package = case.after().starts_with('.') || case.text.contains('.');
    match go_import::standard(name).filter(|_| is_package) {
        Some(path) => match go_import::add(case.source, &[path]) {
            Some(edits) if !edits.is_empty() => Case::edits(format!("imported `{path}`"), edits),
            _ => Err("I do not see where its import belongs".to_owned()),
        },
        None => Err(format!(
            "`{name}` is not a package of the standard library that I know, so what is meant I cannot know"
        )),
    }
}

fn no_new_variables(case: &Case<'_>, _: &Captures<'_>) -> Fix {
    let line = case.line();
    let mut places = line.match_indices(":=").map(|(at, _)| at);
    match (places.next(), places.next()) {
        (Some(at), None) => {
            let edit = TextEdit::replace(case.at(at), case.at(at + 2), "=");
            Case::edits("`=` for `:=`, since nothing new is declared", vec![edit])
        }
        _ => Err("I do not see which `:=` is meant".to_owned()),
    }
}
