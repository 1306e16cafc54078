//! rustc's rendered message: a `help:` block shows the lines as they would be. A block counts only if it says
//! what the file says wherever it does not claim a change.

use super::case::{Case, Fix, Remedy};
use crate::rules::patch::TextEdit;
use crate::rules::pattern::{Pattern, pattern};
use crate::rules::source::At;

static NUMBERED: Pattern = pattern!(r"^\s*(\d+) ([|+~-])(?: (.*))?$");
static MARKS: Pattern = pattern!(r"^\s*\|(?: (\s*[+~-][+~\s-]*))$");

/// None if the text shows no change; an error if it shows several to choose from.
pub(super) fn remedy(case: &Case<'_>, rendered: &str) -> Option<Fix> {
    let mut found: Vec<Remedy> = blocks(rendered)
        .into_iter()
        .filter_map(|(title, lines)| {
            Some(Remedy {
                what: title,
                edits: edits(case, &lines)?,
            })
        })
        .collect();
    match found.len() {
        0 => None,
        1 => found.pop().map(Ok),
        _ => Some(Err(
            "it carries several suggestions; choose one with your language server's own quick fix".to_owned(),
        )),
    }
}

/// The `help:` blocks: their titles and their lines.
fn blocks(rendered: &str) -> Vec<(String, Vec<&str>)> {
    let mut blocks: Vec<(String, Vec<&str>)> = Vec::new();
    let mut is_open = false;
    for line in rendered.lines() {
        if let Some(title) = line.strip_prefix("help: ") {
            blocks.push((title.trim_end_matches(':').to_owned(), Vec::new()));
            is_open = true;
        } else if line.trim_start().starts_with("-->") {
            // A place elsewhere, shown for information.
            if is_open {
                blocks.pop();
            }
            is_open = false;
        } else if line.trim().is_empty() || line.trim_start().starts_with('=') {
            is_open = false;
        } else if is_open && let Some((_, lines)) = blocks.last_mut() {
            lines.push(line);
        }
    }
    blocks
}

fn edits(case: &Case<'_>, lines: &[&str]) -> Option<Vec<TextEdit>> {
    let mut removed: Vec<(u32, &str)> = Vec::new();
    let mut added: Vec<(u32, &str)> = Vec::new();
    let mut shown: Option<(u32, &str)> = None;
    for line in lines {
        if let Some(found) = NUMBERED.captures(line) {
            let number = found[1].parse().ok()?;
            let text = found.get(3).map_or("", |text| text.as_str());
            match &found[2] {
                "-" => removed.push((number, text)),
                "+" | "~" => added.push((number, text)),
                _ => shown = Some((number, text)),
            }
        } else if let Some(found) = MARKS.captures(line)
            && let Some((number, text)) = shown.take()
        {
            // Only additions can be checked against the file: take them away and the old line must be left. The
            // marks leave out the white space that an addition ends with.
            let marks = found[1].chars().chain(std::iter::repeat(' '));
            let old: String = text
                .chars()
                .zip(marks)
                .filter(|(_, mark)| *mark != '+')
                .map(|(c, _)| c)
                .collect();
            if found[1].contains('~') || without_spaces(case.source.line(number)?) != without_spaces(&old) {
                return None;
            }
            removed.push((number, case.source.line(number)?));
            added.push((number, text));
        }
    }
    if removed.is_empty() && added.is_empty() {
        return None;
    }
    let mut edits = Vec::new();
    for (number, old) in &removed {
        let line = case.source.line(*number)?;
        if visible(line) != visible(old) {
            return None;
        }
        match added.iter().position(|(of, _)| of == number) {
            Some(at) => {
                let (_, new) = added.remove(at);
                edits.push(changed_part(*number, line, &restore_tabs(line, new)));
            }
            None => edits.push(TextEdit::remove_lines(*number, *number)),
        }
    }
    edits.extend(
        added
            .into_iter()
            .map(|(number, text)| TextEdit::insert_lines(number, format!("{text}\n"))),
    );
    Some(edits)
}

fn without_spaces(line: &str) -> String {
    line.split_whitespace().collect()
}

/// rustc shows a tab as four spaces.
fn visible(line: &str) -> String {
    line.replace('\t', "    ")
}

/// Gives the indentation back that `visible` took.
fn restore_tabs(old: &str, new: &str) -> String {
    let indent = &old[..old.len() - old.trim_start().len()];
    match new.strip_prefix(visible(indent).as_str()) {
        Some(rest) => format!("{indent}{rest}"),
        None => new.to_owned(),
    }
}

/// The edit from `old` to `new` without what both begin and end with.
fn changed_part(line: u32, old: &str, new: &str) -> TextEdit {
    let start: usize = old
        .chars()
        .zip(new.chars())
        .take_while(|(one, other)| one == other)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let backwards = old[start..].chars().rev().zip(new[start..].chars().rev());
    let end: usize = backwards
        .take_while(|(one, other)| one == other)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let at = |byte| At { line, byte };
    TextEdit::replace(at(start), at(old.len() - end), &new[start..new.len() - end])
}
