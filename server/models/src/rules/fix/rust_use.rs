//! Removing names from a `use` declaration, groups in groups included.

use super::case::{Case, Fix};
use crate::rules::patch::TextEdit;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::source::At;

static USE: Pattern = pattern!(r"^\s*(?:pub(?:\([^)]*\))?\s+)?use\s");

/// One path of a use tree: `a::b::{c, d as e}` has the segments up to the group, then the group.
#[derive(Debug)]
struct Tree {
    /// Everything before the group, or the whole path.
    path: String,
    group: Option<Vec<Tree>>,
}

/// Removes the names that stand in backticks in `names` from the declaration around the diagnostic.
pub(super) fn remove(case: &Case<'_>, names: &str) -> Fix {
    let names: Vec<&str> = names.split('`').skip(1).step_by(2).collect();
    let lost = || "I do not see the `use` it speaks of".to_owned();
    let (first, last) = declaration(case).ok_or_else(lost)?;
    let line_end = case.source.end_of(last).ok_or_else(lost)?;
    let text = case
        .source
        .text(At { line: first, byte: 0 }, line_end)
        .ok_or_else(lost)?;
    let found = USE.find(&text).ok_or_else(lost)?;
    let head = found.as_str();
    let body = text[found.end()..].trim().strip_suffix(';').ok_or_else(lost)?;
    if body.contains("//") || body.contains("/*") || body.contains(';') {
        return Err("comments stand between the names, so removing some may leave them in the wrong place".to_owned());
    }

    let mut tree = parse(body);
    let mut removed = 0;
    let is_left = prune(&mut tree, "", &names, &mut removed);
    if removed == 0 {
        return Err(format!(
            "`{}` is not imported there; the file may have changed",
            names.join("`, `")
        ));
    }
    let what = format!(
        "removed the unused {}",
        names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ")
    );
    if !is_left {
        let first = attributes_above(case, first);
        return Case::edits(what, vec![TextEdit::remove_lines(first, last)]);
    }
    let is_tall = first != last;
    let indent = case.source.indent_of(first);
    let new = format!("{head}{};", print(&tree, is_tall.then_some(indent.as_str())));
    let edit = TextEdit::replace(At { line: first, byte: 0 }, line_end, new);
    Case::edits(what, vec![edit])
}

/// The lines of the declaration that holds the diagnostic.
fn declaration(case: &Case<'_>) -> Option<(u32, u32)> {
    let above = case
        .source
        .range(case.start.line.saturating_sub(80), case.start.line)
        .rev();
    let mut first = None;
    for (line, text) in above {
        if USE.is_match(text) {
            first = Some(line);
            break;
        }
        // Another statement ended before a `use` began.
        if line < case.start.line && text.trim_end().ends_with(';') {
            return None;
        }
    }
    let first = first?;
    let (last, text) = case
        .source
        .range(first, first + 200)
        .find(|(_, text)| text.contains(';'))?;
    text.trim_end().ends_with(';').then_some((first, last))
}

fn attributes_above(case: &Case<'_>, first: u32) -> u32 {
    let mut first = first;
    while first > 1
        && case
            .source
            .line(first - 1)
            .is_some_and(|text| text.trim_start().starts_with("#["))
    {
        first -= 1;
    }
    first
}

fn parse(text: &str) -> Tree {
    let text = text.trim();
    match text.split_once('{') {
        Some((path, rest)) => {
            let inside = rest.trim_end().strip_suffix('}').unwrap_or(rest);
            Tree {
                path: path.trim().to_owned(),
                group: Some(
                    crate::rules::signature::split_top_level(inside, ',')
                        .into_iter()
                        .map(parse)
                        .collect(),
                ),
            }
        }
        None => Tree {
            path: text.to_owned(),
            group: None,
        },
    }
}

/// Removes what `names` name; false if nothing is left. A name is a path's end, from its group or from the start.
fn prune(tree: &mut Tree, prefix: &str, names: &[&str], removed: &mut usize) -> bool {
    let full = format!("{prefix}{}", tree.path);
    let Some(group) = &mut tree.group else {
        let is_named = names
            .iter()
            .any(|name| full == *name || tree.path == *name || full.ends_with(&format!("::{name}")));
        *removed += usize::from(is_named);
        return !is_named;
    };
    group.retain_mut(|inner| prune(inner, &full, names, removed));
    !group.is_empty()
}

/// The tree as text: on one line, or with a line for each name of the outermost group.
fn print(tree: &Tree, tall_at: Option<&str>) -> String {
    let Some(group) = &tree.group else {
        return tree.path.clone();
    };
    match group.as_slice() {
        [one] if one.path != "self" => format!("{}{}", tree.path, print(one, tall_at)),
        [one] => format!("{}{{{}}}", tree.path, one.path),
        many => match tall_at {
            Some(indent) => {
                let lines: String = many
                    .iter()
                    .map(|inner| format!("{indent}    {},\n", print(inner, None)))
                    .collect();
                format!("{}{{\n{lines}{indent}}}", tree.path)
            }
            None => {
                let inner: Vec<String> = many.iter().map(|inner| print(inner, None)).collect();
                format!("{}{{{}}}", tree.path, inner.join(", "))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, names: &[&str], expect: Option<&str>) {
        let mut tree = parse(body);
        let is_left = prune(&mut tree, "", names, &mut 0);
        assert_eq!(is_left.then(|| print(&tree, None)).as_deref(), expect);
    }

    #[test]
    fn names_leave_their_groups() {
        check(
            "std::{fmt, io::{Read, Write}}",
            &["Read"],
            Some("std::{fmt, io::Write}"),
        );
        check(
            "std::{fmt, io::{Read, Write}}",
            &["std::io::Read", "Write"],
            Some("std::fmt"),
        );
        check("a::{self, b}", &["b"], Some("a::{self}"));
        check("a::{b as c, d}", &["b as c"], Some("a::d"));
        check("std::fmt", &["std::fmt"], None);
        check("a::{b, c}", &["b", "c"], None);
    }
}
