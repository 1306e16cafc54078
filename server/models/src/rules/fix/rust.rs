//! What rustc and clippy messages ask for, where the message alone is enough.

use std::sync::LazyLock;

use regex::Captures;

use super::case::{Case, Fix, Rule, rules, words_at};
use super::rust_use;
use crate::rules::patch::TextEdit;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::source::{At, has_word};

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    rules(&[
        (r"^unused variable: `(\w+)`", unused_variable),
        (
            r"^(?:variable|value assigned to) `(\w+)` is (?:assigned to, but never used|never read)",
            unused_variable_kept,
        ),
        (r"^unused imports?: (`.+`)", |case, found| {
            rust_use::remove(case, &found[1])
        }),
        (r"^the item `(\w+)` is imported redundantly", |case, found| {
            rust_use::remove(case, &format!("`{}`", &found[1]))
        }),
        (r"^variable does not need to be mutable", needless_mut),
        (
            r"^cannot borrow `(\w+)` as mutable, as it is not declared as mutable",
            declare_mutable,
        ),
        (
            r"^cannot assign (?:twice to|to) immutable (?:variable|argument|local variable) `(\w+)`",
            declare_mutable,
        ),
        (
            r"^cannot (?:borrow|assign to) `(\w+)(?:\.[\w.]+)`.* as `?\w+`? is not declared as mutable",
            declare_mutable,
        ),
        (
            r"(?s)^cannot find \w+(?: \w+)* `(\w+)` in .*similar name exists: `(\w+)`",
            |case, found| case.replace_word(&found[1], &found[2]),
        ),
        (
            r"(?s)^no (?:method|field|function or associated item|variant or associated item|variant).* named `(\w+)` .*similar name.*: `(\w+)`",
            |case, found| case.replace_word(&found[1], &found[2]),
        ),
        (r"(?s)^cannot find .*`(\w+)`.*\bhelp: .*: `(\w+)`", |case, found| {
            case.replace_word(&found[1], &found[2])
        }),
        (
            r"^cannot find (?:type|struct, variant or union type|trait) `(\w+)` in this scope",
            import_known,
        ),
        (r"undeclared type `(\w+)`", import_known),
        (
            r"^expected (?:one of .*)?`;`.*, found|^[Ss]yntax [Ee]rror: expected SEMICOLON",
            |case, _| case.insert_token(";"),
        ),
        (
            r"^[Ss]yntax [Ee]rror: expected COMMA|^expected `,`, found",
            |case, _| case.insert_token(","),
        ),
        (
            r"^unused `?[\w:<>(), ]+`? that must be used|^unused return value of .* that must be used",
            ignore_result,
        ),
        (r"^unnecessary parentheses around", needless_parentheses),
        (r"^unneeded `return` statement", needless_return),
        (r"^missing (?:structure )?fields? .* in initializer", |_, _| {
            Err("which values the missing fields should have is not in the code".to_owned())
        }),
        (r"^non-exhaustive patterns", |_, _| {
            Err("what the missing cases should do is not in the code".to_owned())
        }),
        (r"^mismatched types", |_, _| {
            Err("the compiler suggests no conversion, and which side is wrong I cannot know".to_owned())
        }),
        (r"is never (?:used|constructed|read)", |_, _| {
            Err("whether it should go or be used is your decision".to_owned())
        }),
        (r"^unresolved import|^cannot find", |_, _| {
            Err("the compiler suggests no other name, and I cannot know which one is meant".to_owned())
        }),
        (
            r"^use of moved value|^borrow of moved value|^cannot move out",
            |_, _| Err("whether to clone, borrow or reorder is a decision about the design".to_owned()),
        ),
    ])
});

pub(super) fn remedy(case: &Case<'_>) -> Option<Fix> {
    case.look_up(&RULES)
}

fn unused_variable(case: &Case<'_>, found: &Captures<'_>) -> Fix {
    static FIELD_PATTERN: Pattern = pattern!(r"[\w>]\s*\{[^{}]*$");
    let name = &found[1];
    let (start, end) = case.word(name)?;
    let before = &case.line()[..start.byte];
    let after = case.line()[end.byte..].trim_start();
    let opens_pattern = before.trim_end().ends_with(['{', ',']) && FIELD_PATTERN.is_match(before);
    // `Point { x, y }` binds fields by name: the name has to stay.
    let is_shorthand = opens_pattern && after.starts_with([',', '}']) && case.line()[end.byte..].contains('}');
    let new = if is_shorthand {
        format!("{name}: _")
    } else {
        format!("_{name}")
    };
    Case::edits(
        format!("`{new}` for `{name}`, to mark it as unused"),
        vec![TextEdit::replace(start, end, new.clone())],
    )
}

fn unused_variable_kept(_: &Case<'_>, found: &Captures<'_>) -> Fix {
    Err(format!(
        "whether the value of `{}` should be used or not be computed is your decision",
        &found[1]
    ))
}

fn needless_mut(case: &Case<'_>, _: &Captures<'_>) -> Fix {
    let places: Vec<usize> = words_at(case.line(), "mut").collect();
    let at = places
        .iter()
        .find(|at| **at >= case.start.byte)
        .or(places.last().filter(|_| places.len() == 1));
    let Some(&at) = at else {
        return Err("there is no `mut` where it points".to_owned());
    };
    let rest = &case.line()[at + 3..];
    let end = at + 3 + (rest.len() - rest.trim_start().len());
    Case::edits(
        "removed the needless `mut`",
        vec![TextEdit::replace(case.at(at), case.at(end), "")],
    )
}

/// Adds `mut` where the variable nearest above is bound.
fn declare_mutable(case: &Case<'_>, found: &Captures<'_>) -> Fix {
    static FUNCTION: Pattern = pattern!(r"\bfn\s+\w+");
    let name = &found[1];
    for (line, text) in case.source.range(1, case.start.line).rev() {
        let bound = words_at(text, name).find(|at| {
            let before = text[..*at].trim_end();
            let after = text[at + name.len()..].trim_start();
            let is_let = before.ends_with("let");
            let is_parameter = (before.ends_with(['(', ',', '|']) || before.is_empty())
                && after.starts_with(':')
                && !after.starts_with("::");
            is_let || is_parameter
        });
        if let Some(at) = bound {
            let edit = TextEdit::insert(At { line, byte: at }, "mut ");
            return Case::edits(format!("declared `{name}` as `mut`"), vec![edit]);
        }
        if FUNCTION.is_match(text) && !text.trim_start().starts_with("//") {
            break;
        }
    }
    Err(format!("I do not see where `{name}` is declared"))
}

/// Where well-known names of the standard library live. A name that crates also use for their own is not here.
const STANDARD: &[(&str, &str)] = &[
    ("Arc", "std::sync::Arc"),
    ("AtomicBool", "std::sync::atomic::AtomicBool"),
    ("AtomicU64", "std::sync::atomic::AtomicU64"),
    ("AtomicUsize", "std::sync::atomic::AtomicUsize"),
    ("BTreeMap", "std::collections::BTreeMap"),
    ("BTreeSet", "std::collections::BTreeSet"),
    ("BinaryHeap", "std::collections::BinaryHeap"),
    ("BufReader", "std::io::BufReader"),
    ("BufWriter", "std::io::BufWriter"),
    ("Cow", "std::borrow::Cow"),
    ("FromStr", "std::str::FromStr"),
    ("HashMap", "std::collections::HashMap"),
    ("HashSet", "std::collections::HashSet"),
    ("LazyLock", "std::sync::LazyLock"),
    ("OnceLock", "std::sync::OnceLock"),
    ("OsStr", "std::ffi::OsStr"),
    ("OsString", "std::ffi::OsString"),
    ("PathBuf", "std::path::PathBuf"),
    ("PhantomData", "std::marker::PhantomData"),
    ("Rc", "std::rc::Rc"),
    ("RefCell", "std::cell::RefCell"),
    ("SystemTime", "std::time::SystemTime"),
    ("VecDeque", "std::collections::VecDeque"),
];

fn import_known(case: &Case<'_>, found: &Captures<'_>) -> Fix {
    let name = &found[1];
    let Some((_, path)) = STANDARD.iter().find(|(known, _)| *known == name) else {
        return Err(format!("where `{name}` should come from I cannot know"));
    };
    let statement = format!("use {path};\n");
    // A module inside the file has imports of its own.
    let is_nested = case.source.range(1, case.start.line).any(|(_, text)| {
        text.starts_with("mod ") && text.trim_end().ends_with('{')
            || text.starts_with("pub mod ") && text.trim_end().ends_with('{')
    });
    if is_nested && case.line().starts_with([' ', '\t']) {
        return Err(format!(
            "`{path}` has to be imported into the module it is used in, which I cannot place"
        ));
    }
    let first_use = case.source.lines().find(|(_, text)| text.starts_with("use "));
    let edit = match first_use {
        Some((line, _)) => TextEdit::insert_lines(line, statement),
        None => {
            let is_head = |text: &str| {
                text.trim().is_empty() || text.starts_with("//!") || text.starts_with("#![") || text.starts_with("// ")
            };
            let line = case
                .source
                .lines()
                .find(|(_, text)| !is_head(text))
                .map_or(1, |(line, _)| line);
            TextEdit::insert_lines(line, format!("{statement}\n"))
        }
    };
    Case::edits(format!("imported `{path}`"), vec![edit])
}

fn ignore_result(case: &Case<'_>, _: &Captures<'_>) -> Fix {
    if !case.before().trim().is_empty() {
        return Err("the value is not a statement of its own".to_owned());
    }
    Case::edits(
        "`let _ =` to ignore the value on purpose; handle it instead if it can fail",
        vec![TextEdit::insert(case.start, "let _ = ")],
    )
}

fn needless_parentheses(case: &Case<'_>, _: &Captures<'_>) -> Fix {
    let line = case.line();
    let open = case.start.byte;
    if !line[open..].starts_with('(') {
        return Err("there are no parentheses where it points".to_owned());
    }
    let mut depth = 0;
    let close = line[open..].char_indices().find_map(|(at, c)| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        (depth == 0).then_some(open + at)
    });
    let Some(close) = close else {
        return Err("the parentheses end on another line".to_owned());
    };
    let space_before = line[..open].ends_with(|c: char| c.is_alphanumeric());
    let edits = vec![
        TextEdit::replace(case.at(open), case.at(open + 1), if space_before { " " } else { "" }),
        TextEdit::replace(case.at(close), case.at(close + 1), ""),
    ];
    Case::edits("removed the needless parentheses", edits)
}

fn needless_return(case: &Case<'_>, _: &Captures<'_>) -> Fix {
    let Some(value) = case.text.strip_prefix("return") else {
        return Err("there is no `return` where it points".to_owned());
    };
    let value = value.trim_start();
    if value.trim_end_matches(';').is_empty() || has_word(value, "return") {
        return Err("it returns no value here".to_owned());
    }
    let prefix = case.text.len() - value.len();
    let mut edits = vec![TextEdit::replace(case.start, case.at(case.start.byte + prefix), "")];
    let end = case.source.line(case.end.line).unwrap_or_default();
    if case.text.ends_with(';') {
        let semicolon = At {
            line: case.end.line,
            byte: case.end.byte - 1,
        };
        edits.push(TextEdit::replace(semicolon, case.end, ""));
    } else if end[case.end.byte..].starts_with(';') {
        edits.push(TextEdit::replace(
            case.end,
            At {
                line: case.end.line,
                byte: case.end.byte + 1,
            },
            "",
        ));
    }
    Case::edits("removed the needless `return`", edits)
}
