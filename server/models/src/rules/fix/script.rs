//! What TypeScript's and ESLint's messages ask for, where the message alone is enough.

use std::sync::LazyLock;

use regex::Captures;

use super::case::{Case, Fix, Rule, rules, words_at};
use super::script_import;
use crate::rules::patch::TextEdit;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::source::{At, has_word};

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (
            r"'([\w$]+)'[^']*(?:'.*)?Did you mean (?:to write |the (?:instance|static) member )?'([\w$.]+)'\?",
            |case, found| case.replace_word(&found[1], &found[2]),
        ),
        (
            r"^'([\w$]+)' is declared but (?:its value is never read|never used)",
            unused,
        ),
        (r"^'([\w$]+)' is (?:defined|assigned a value) but never used", unused),
        (r"^All imports in import declaration are unused", |case, _| {
            script_import::remove_all(case)
        }),
        (r"^All destructured elements are unused", |_, _| {
            Err("whether the value has an effect I cannot know".to_owned())
        }),
        (r"^'([;,])' expected", |case, found| case.insert_token(&found[1])),
        (r"^Missing semicolon", |case, _| case.insert_token(";")),
        (
            r"^Cannot assign to '([\w$]+)' because it is a constant",
            assigned_constant,
        ),
        (
            r"^'([\w$]+)' is never reassigned. Use 'const' instead",
            never_reassigned,
        ),
        (
            r"^'([\w$]+)' is a type and must be imported using a type-only import",
            |case, found| case.replace_word(&found[1], &format!("type {}", &found[1])),
        ),
        (r"implicitly has an 'any' type", |_, _| {
            Err("which type it should have I cannot know".to_owned())
        }),
        (r"^Cannot find module", |_, _| {
            Err("the module has to be installed or its path corrected; which one is meant I cannot know".to_owned())
        }),
        (r"^Cannot find name|^Property '.*' does not exist", |_, _| {
            Err("the compiler suggests no other name, and I cannot know which one is meant".to_owned())
        }),
        (r"is not assignable to|^Argument of type", |_, _| {
            Err("whether the value or the type is wrong I cannot know".to_owned())
        }),
        (r"is possibly '(?:null|undefined)'|^Object is possibly", |_, _| {
            Err("what should happen when it is missing is your decision".to_owned())
        }),
        (
            r"^'.' expected|^Expression expected|^Declaration or statement expected",
            |_, _| Err("what is missing there I cannot know".to_owned()),
        ),
    ])
});

pub(super) fn remedy(case: &Case<'_>) -> Option<Fix> {
    case.look_up(&RULES)
}

fn unused(case: &Case<'_>, found: &Captures<'_>) -> Fix {
    static LOOP: Pattern = pattern!(r"\bfor\s*(?:await\s*)?\(\s*(?:const|let|var)\s+$");
    static DECLARATION: Pattern = pattern!(r"^\s*(?:export\s+)?(?:const|let|var)\s+$");
    static LITERAL: Pattern =
        pattern!(r#"^\s*(?::[^=]+)?=\s*(?:[\d.]+|"[^"\\]*"|'[^'\\]*'|true|false|null|undefined|\[\]|\{\})\s*;?\s*$"#);
    let name = &found[1];
    if script_import::statement(case.source, case.start.line).is_some() {
        return script_import::remove(case, name);
    }
    // TypeScript marks a whole declaration, ESLint its name.
    let line = case.line();
    let at = words_at(line, name)
        .find(|at| *at >= case.start.byte)
        .ok_or_else(|| format!("`{name}` does not stand where the message says; the file may have changed"))?;
    let (before, after) = (&line[..at], &line[at + name.len()..]);
    if DECLARATION.is_match(before) {
        let is_elsewhere = |(number, text): (u32, &str)| number != case.start.line && has_word(text, name);
        if !LITERAL.is_match(after) {
            return Err(format!("whether the value of `{name}` has an effect I cannot know"));
        }
        if case.source.lines().any(is_elsewhere) {
            return Err(format!("`{name}` stands elsewhere in the file too"));
        }
        let edit = TextEdit::remove_lines(case.start.line, case.start.line);
        return Case::edits(format!("removed the unused `{name}`"), vec![edit]);
    }
    let is_parameter = before.trim_end().ends_with(['(', ',']) && innermost_bracket(before) == Some('(');
    let is_end = after.trim_start().starts_with([',', ')', ':', '?', '=']);
    if is_parameter && is_end || LOOP.is_match(before) {
        let edit = TextEdit::insert(case.at(at), "_");
        return Case::edits(format!("`_{name}` for `{name}`, to mark it as unused"), vec![edit]);
    }
    Err("whether an unused declaration should go or be used is your decision".to_owned())
}

/// The bracket that is open at the end of the text.
fn innermost_bracket(text: &str) -> Option<char> {
    let mut depth = 0;
    text.chars().rev().find(|c| {
        match c {
            ')' | ']' | '}' => depth += 1,
            '(' | '[' | '{' => depth -= 1,
            _ => {}
        }
        depth < 0
    })
}

/// `const` becomes `let` where the name is declared, nearest above.
fn assigned_constant(case: &Case<'_>, found: &Captures<'_>) -> Fix {
    let name = &found[1];
    let declared = case.source.range(1, case.start.line).rev().find_map(|(line, text)| {
        let at = words_at(text, name).find(|at| text[..*at].trim_end().ends_with("const"))?;
        let start = text[..at].trim_end().len() - "const".len();
        Some((
            At { line, byte: start },
            At {
                line,
                byte: start + "const".len(),
            },
        ))
    });
    let (start, end) = declared.ok_or_else(|| format!("I do not see where `{name}` is declared"))?;
    Case::edits(
        format!("declared `{name}` with `let`"),
        vec![TextEdit::replace(start, end, "let")],
    )
}

fn never_reassigned(case: &Case<'_>, found: &Captures<'_>) -> Fix {
    static SINGLE: Pattern = pattern!(r"^(\s*)let\s+([\w$]+)\s*(?::[^=,]+)?=");
    let line = case.line();
    match SINGLE.captures(line) {
        Some(single) if single[2] == found[1] => {
            let at = single[1].len();
            let edit = TextEdit::replace(case.at(at), case.at(at + "let".len()), "const");
            Case::edits(format!("declared `{}` with `const`", &found[1]), vec![edit])
        }
        _ => Err("the declaration holds more than this name".to_owned()),
    }
}
