//! What pyright, mypy and ruff messages ask for, where the message alone is enough.

use std::sync::LazyLock;

use regex::Captures;

use super::case::{Case, Fix, Rule, rules};
use super::python_import;
use crate::rules::patch::TextEdit;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::source::At;

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (
            r#"^"(\w+)" is not defined|^[Uu]ndefined name `(\w+)`|^Name "(\w+)" is not defined"#,
            undefined,
        ),
        (r#"^Import "([\w.]+)" is not accessed"#, |case, found| {
            python_import::remove(case, &found[1])
        }),
        (r"^`([\w. ]+)` imported but unused", |case, found| {
            python_import::remove(case, &found[1])
        }),
        (r"^'([\w. ]+)' imported but unused", |case, found| {
            python_import::remove(case, &found[1])
        }),
        (r#"^Variable "(\w+)" is not accessed"#, |case, found| {
            case.replace_word(&found[1], &format!("_{}", &found[1]))
        }),
        (r#"^"(\w+)" is not accessed"#, not_accessed),
        (
            r"^[Ll]ocal variable `(\w+)` is assigned to but never used",
            unused_variable,
        ),
        (r"^Comparison to `None` should be", |case, _| compare(case, "None")),
        (
            r"^Comparison to `?(?:True|False)`? should be|^Avoid (?:in)?equality comparisons to `(?:True|False)`",
            compare_bool,
        ),
        (
            r"^Test for (membership|object identity) should be `(?:not in|is not)`",
            negated_test,
        ),
        (r"^Use `(==|!=)` to compare constant literals", compare_literal),
        (r"^f-string without any placeholders", plain_string),
        (
            r"^Trailing whitespace|^Blank line contains whitespace",
            trailing_whitespace,
        ),
        (r"^Statement ends with an unnecessary semicolon", needless_semicolon),
        (
            r#"^(Instance|Class) methods should take a "(self|cls)" parameter"#,
            receiver,
        ),
        (r#"^Expected ":""#, |case, _| case.insert_token(":")),
        (
            r#"(?is)has no (?:attribute|member) "(\w+)"; maybe "(\w+)"\?"#,
            |case, found| case.replace_word(&found[1], &found[2]),
        ),
        (
            r#"(?is)["'`](\w+)["'`].*did you mean ["'`](\w+)["'`]"#,
            |case, found| case.replace_word(&found[1], &found[2]),
        ),
        (r#"is not a known (?:attribute|member) of "None""#, |_, _| {
            Err("what should happen when it is `None` is your decision".to_owned())
        }),
        (r"^Cannot access (?:attribute|member)", |_, _| {
            Err("no similar name is suggested, and I cannot know which one is meant".to_owned())
        }),
        (r"^Import .* could not be resolved", |_, _| {
            Err("the module has to be installed or its path set up; code alone does not fix it".to_owned())
        }),
        (r#"was not closed"#, |_, _| {
            Err("where the bracket should close I cannot know".to_owned())
        }),
        (r"is (?:possibly )?unbound", |_, _| {
            Err("which value it should have on the other path I cannot know".to_owned())
        }),
        (
            r"(?i)cannot be assigned to|is not assignable to|incompatible type",
            |_, _| Err("whether the value or the type is wrong I cannot know".to_owned()),
        ),
    ])
});

pub(super) fn remedy(case: &Case<'_>) -> Option<Fix> {
    case.look_up(&RULES)
}

/// What two empty lines stand in front of, by the language's style guide.
fn is_definition(text: &str) -> bool {
    ["def ", "class ", "async def ", "@"]
        .iter()
        .any(|start| text.starts_with(start))
}

fn undefined(case: &Case<'_>, found: &Captures<'_>) -> Fix {
    let name = found.iter().skip(1).flatten().next().map_or("", |name| name.as_str());
    let after = case.after();
    match python_import::statement_for(name, after) {
        Some(statement) => {
            let line = python_import::place(case.source);
            let statement = statement.to_owned() + "\n";
            let is_first_import = !case
                .source
                .line(line.saturating_sub(1))
                .is_some_and(python_import::is_import)
                && !case.source.line(line).is_some_and(python_import::is_import);
            let gap = match case.source.line(line).filter(|_| is_first_import) {
                Some(text) if is_definition(text) => "\n\n",
                Some(text) if !text.trim().is_empty() => "\n",
                _ => "",
            };
            let what = format!("added `{}`", statement.trim());
            Case::edits(what, vec![TextEdit::insert_lines(line, format!("{statement}{gap}"))])
        }
        None => Err(format!(
            "`{name}` is not a name of the standard library that I know, so where it should come from I cannot know"
        )),
    }
}

/// Pyright's hint for an unused name does not say what it is.
fn not_accessed(case: &Case<'_>, found: &Captures<'_>) -> Fix {
    if python_import::statement(case.source, case.start.line).is_some() {
        return python_import::remove(case, &found[1]);
    }
    Err("whether an unused parameter or function should go is your decision".to_owned())
}

/// Keeps what is computed and drops the name.
fn unused_variable(case: &Case<'_>, found: &Captures<'_>) -> Fix {
    let name = &found[1];
    let (start, end) = case.word(name)?;
    let before = &case.line()[..start.byte];
    let after = &case.line()[end.byte..];
    if before.trim_end().ends_with(" as") {
        let cut = before.trim_end().len() - " as".len();
        return Case::edits(
            format!("removed `as {name}`"),
            vec![TextEdit::replace(case.at(cut), end, "")],
        );
    }
    let value = after
        .trim_start()
        .strip_prefix('=')
        .filter(|value| !value.starts_with('='));
    match value {
        Some(value) if before.trim().is_empty() => {
            let cut = case.line().len() - value.trim_start().len();
            let what = format!("removed the name `{name}`, kept the expression in case it has an effect");
            Case::edits(what, vec![TextEdit::replace(start, case.at(cut), "")])
        }
        _ => Case::edits(
            format!("`_{name}` for `{name}`, to mark it as unused"),
            vec![TextEdit::insert(start, "_")],
        ),
    }
}

/// `== None` becomes `is None`, `!= None` becomes `is not None`.
fn compare(case: &Case<'_>, constant: &str) -> Fix {
    let (equal, unequal) = (format!("== {constant}"), format!("!= {constant}"));
    let line = case.line();
    let edits: Vec<TextEdit> = line
        .match_indices(&equal)
        .map(|(at, _)| TextEdit::replace(case.at(at), case.at(at + 2), "is"))
        .chain(
            line.match_indices(&unequal)
                .map(|(at, _)| TextEdit::replace(case.at(at), case.at(at + 2), "is not")),
        )
        .collect();
    if edits.is_empty() {
        return Err(format!("I do not see a comparison to `{constant}` in its line"));
    }
    Case::edits(format!("compared to `{constant}` by identity"), edits)
}

/// `x == True` becomes `x`, `x == False` becomes `not x`, for a simple `x`.
fn compare_bool(case: &Case<'_>, _: &Captures<'_>) -> Fix {
    static COMPARISON: Pattern = pattern!(r"([\w.]+(?:\([^()]*\))?)\s*(==|!=)\s*(True|False)\b");
    let line = case.line();
    let around = case.start.byte.min(line.len());
    let Some(found) = COMPARISON
        .captures_iter(line)
        .find(|found| found.get(0).is_some_and(|all| all.end() > around))
    else {
        return Err("the comparison is not a simple one".to_owned());
    };
    let range = found.get(0).map_or(0..0, |all| all.range());
    let before = line[..range.start].trim_end();
    let stands_alone = ["if", "elif", "while", "and", "or", "not", "return", "(", "=", "assert"]
        .iter()
        .any(|end| before.ends_with(end));
    if !stands_alone {
        return Err("the comparison is part of a larger expression".to_owned());
    }
    let is_positive = (&found[2] == "==") == (&found[3] == "True");
    let new = if is_positive {
        found[1].to_owned()
    } else {
        format!("not {}", &found[1])
    };
    let what = format!("`{new}` for `{}`", &found[0]);
    Case::edits(
        what,
        vec![TextEdit::replace(case.at(range.start), case.at(range.end), new)],
    )
}

/// `not x in y` becomes `x not in y`.
fn negated_test(case: &Case<'_>, found: &Captures<'_>) -> Fix {
    static NEGATED: Pattern = pattern!(r#"\bnot\s+([\w.\[\]"']+)\s+(in|is)\b"#);
    let wanted = if &found[1] == "membership" { "in" } else { "is" };
    let line = case.line();
    let Some(test) = NEGATED.captures_iter(line).find(|test| &test[2] == wanted) else {
        return Err("the test is not a simple one".to_owned());
    };
    let range = test.get(0).map_or(0..0, |all| all.range());
    let new = if wanted == "in" {
        format!("{} not in", &test[1])
    } else {
        format!("{} is not", &test[1])
    };
    Case::edits(
        format!("`{new}`"),
        vec![TextEdit::replace(case.at(range.start), case.at(range.end), new)],
    )
}

fn compare_literal(case: &Case<'_>, found: &Captures<'_>) -> Fix {
    let (old, new) = if &found[1] == "==" {
        (" is ", " == ")
    } else {
        (" is not ", " != ")
    };
    let line = case.line();
    let mut places = line
        .match_indices(old)
        .map(|(at, _)| at)
        .filter(|at| *at >= case.start.byte);
    match (places.next(), places.next()) {
        (Some(at), None) => {
            let edit = TextEdit::replace(case.at(at), case.at(at + old.len()), new);
            Case::edits(format!("compared with `{}`", new.trim()), vec![edit])
        }
        _ => Err("I do not see which comparison is meant".to_owned()),
    }
}

fn plain_string(case: &Case<'_>, _: &Captures<'_>) -> Fix {
    let prefix: String = case.text.chars().take_while(char::is_ascii_alphabetic).collect();
    if !prefix.contains(['f', 'F']) {
        return Err("there is no f-string where it points".to_owned());
    }
    let rest = &case.text[prefix.len()..];
    let plain = format!(
        "{}{}",
        prefix.replace(['f', 'F'], ""),
        rest.replace("{{", "{").replace("}}", "}")
    );
    case.replace(&plain, "removed the `f` from a string without placeholders")
}

fn trailing_whitespace(case: &Case<'_>, _: &Captures<'_>) -> Fix {
    let line = case.line();
    let end = line.trim_end().len();
    Case::edits(
        "removed trailing white space",
        vec![TextEdit::replace(case.at(end), case.at(line.len()), "")],
    )
}

fn needless_semicolon(case: &Case<'_>, _: &Captures<'_>) -> Fix {
    let line = case.line();
    match line.trim_end().strip_suffix(';') {
        Some(kept) => Case::edits(
            "removed the semicolon",
            vec![TextEdit::replace(case.at(kept.len()), case.at(line.len()), "")],
        ),
        None => Err("there is no semicolon at the end of its line".to_owned()),
    }
}

fn receiver(case: &Case<'_>, found: &Captures<'_>) -> Fix {
    let line = case.line();
    let Some(open) = line.find("def ").and_then(|def| Some(def + line[def..].find('(')? + 1)) else {
        return Err("I do not see the method's parameters in its line".to_owned());
    };
    let is_empty = line[open..].trim_start().starts_with(')');
    let text = if is_empty {
        found[2].to_owned()
    } else {
        format!("{}, ", &found[2])
    };
    let at = At {
        line: case.start.line,
        byte: open,
    };
    Case::edits(
        format!("added the parameter `{}`", &found[2]),
        vec![TextEdit::insert(at, text)],
    )
}
