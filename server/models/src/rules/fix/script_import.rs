//! Removing names from an ES import.

use super::case::{Case, Fix};
use crate::rules::patch::TextEdit;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::signature::split_top_level;
use crate::rules::source::{At, Source};

static START: Pattern = pattern!(r"^\s*import\b[^(]*$");
static END: Pattern = pattern!(r#"\bfrom\s*(?:"[^"]*"|'[^']*')"#);
static PARTS: Pattern = pattern!(
    r"(?s)^(\s*import(?:\s+type)?\s+)(?:([\w$]+)\s*)?(?:,\s*)?(?:(\*\s+as\s+[\w$]+)\s*)?(?:\{(.*)\}\s*)?(from\s.*)$"
);

/// The lines of the import statement that holds `line`.
pub(super) fn statement(source: &Source, line: u32) -> Option<(u32, u32)> {
    let above = source.range(line.saturating_sub(60), line).rev();
    let mut first = None;
    for (number, text) in above {
        if START.is_match(text) {
            first = Some(number);
            break;
        }
        if number < line && (text.contains(';') || text.contains(')') || END.is_match(text)) {
            return None;
        }
    }
    let first = first?;
    let (last, _) = source.range(first, first + 200).find(|(_, text)| END.is_match(text))?;
    (last >= line).then_some((first, last))
}

pub(super) fn remove_all(case: &Case<'_>) -> Fix {
    match statement(case.source, case.start.line) {
        Some((first, last)) => Case::edits("removed the unused import", vec![TextEdit::remove_lines(first, last)]),
        None => Err("I do not see the import it speaks of".to_owned()),
    }
}

/// Removes one name: the default, the namespace or one in braces.
pub(super) fn remove(case: &Case<'_>, name: &str) -> Fix {
    let lost = || "I do not see the import it speaks of".to_owned();
    let (first, last) = statement(case.source, case.start.line).ok_or_else(lost)?;
    let (start, end) = (At { line: first, byte: 0 }, case.source.end_of(last).ok_or_else(lost)?);
    let text = case.source.text(start, end).ok_or_else(lost)?;
    if text.contains("//") && !text.contains("://") || text.contains("/*") {
        return Err("comments stand between the names, so I leave it to you".to_owned());
    }
    let found = PARTS.captures(&text).ok_or_else(lost)?;
    let group = |index: usize| found.get(index).map(|group| group.as_str());
    let default = group(2).filter(|default| *default != name);
    let namespace = group(3).filter(|namespace| !namespace.ends_with(&format!(" {name}")));
    let local = |item: &str| {
        item.rsplit(" as ")
            .next()
            .unwrap_or(item)
            .trim_start_matches("type ")
            .trim()
            .to_owned()
    };
    let all = group(4).map(|inside| split_top_level(inside, ',')).unwrap_or_default();
    let kept: Vec<&str> = all.iter().copied().filter(|item| local(item) != name).collect();
    if default == group(2) && namespace == group(3) && kept.len() == all.len() {
        return Err(format!("`{name}` is not imported there; the file may have changed"));
    }
    let what = format!("removed the unused import `{name}`");
    let mut parts: Vec<String> = default.into_iter().chain(namespace).map(str::to_owned).collect();
    if !kept.is_empty() {
        parts.push(if first == last {
            format!("{{ {} }}", kept.join(", "))
        } else {
            let lines: String = kept.iter().map(|item| format!("  {item},\n")).collect();
            format!("{{\n{lines}}}")
        });
    }
    if parts.is_empty() {
        return Case::edits(what, vec![TextEdit::remove_lines(first, last)]);
    }
    let new = format!("{}{} {}", &found[1], parts.join(", "), &found[5]);
    Case::edits(what, vec![TextEdit::replace(start, end, new)])
}
