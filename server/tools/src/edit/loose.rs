//! Whole lines that have the same words, whatever the white space around them.
//!
//! What the model did not mean to change stays as it is in the file: lines that old and new text share are
//! taken from the file, only the others come from the model, shifted to the file's indentation.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use text::Edit;

pub(super) enum Found {
    None,
    /// Its range counts in the text that was searched.
    One(Edit),
    /// The 1-based lines on which the places begin.
    Several(Vec<usize>),
}

/// Searches `text` for the lines of `old`. All line endings are `\n`.
pub(super) fn find(text: &str, old: &str, new: &str) -> Found {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let wanted = split(old);
    if wanted.iter().all(|line| line.trim().is_empty()) {
        return Found::None;
    }
    let is_match = |at: &usize| {
        wanted
            .iter()
            .zip(&lines[*at..])
            .all(|(wanted, line)| have_same_words(wanted, line))
    };
    let places: Vec<usize> = (0..(lines.len() + 1).saturating_sub(wanted.len()))
        .filter(is_match)
        .collect();
    match places.as_slice() {
        [] => Found::None,
        [at] => {
            let before = lines[..*at].iter().map(|line| line.len()).sum();
            replacement(&lines[*at..*at + wanted.len()], before, old, new).map_or(Found::None, Found::One)
        }
        _ => Found::Several(places.into_iter().map(|at| at + 1).collect()),
    }
}

/// The lines of a text, without their ends; a final newline begins no line.
fn split(text: &str) -> Vec<&str> {
    if text.is_empty() {
        return Vec::new();
    }
    text.strip_suffix('\n').unwrap_or(text).split('\n').collect()
}

fn have_same_words(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

/// `found` are the file's lines that begin at offset `start`; none if the indentations have no common shift.
fn replacement(found: &[&str], start: usize, old: &str, new: &str) -> Option<Edit> {
    let (old_lines, new_lines) = (split(old), split(new));
    let shifts = Shifts::between(&old_lines, found)?;
    let mut lines = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old_lines, &new_lines) {
        match op {
            DiffOp::Equal { old_index, len, .. } => {
                let kept = &found[old_index..old_index + len];
                lines.extend(kept.iter().map(|line| line.trim_end_matches('\n').to_owned()));
            }
            DiffOp::Delete { .. } => {}
            DiffOp::Insert { new_index, new_len, .. } | DiffOp::Replace { new_index, new_len, .. } => {
                lines.extend((new_index..new_index + new_len).map(|index| shifts.apply(index, new_lines[index])));
            }
        }
    }
    let file_ends_line = found.last().is_some_and(|line| line.ends_with('\n'));
    let replaces_last_end = old.ends_with('\n') && file_ends_line;
    let mut text = lines.join("\n");
    // The end of the last line is the model's to write where it is replaced; else the file's own stays.
    if replaces_last_end && new.ends_with('\n') {
        text.push('\n');
    }
    let length: usize = found.iter().map(|line| line.len()).sum();
    let kept_end = usize::from(file_ends_line && !replaces_last_end);
    let range: Range<usize> = start..start + length - kept_end;
    Some(Edit { range, text })
}

/// How the file's indentation differs from the model's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shift<'a> {
    Add(&'a str),
    Strip(&'a str),
}

impl<'a> Shift<'a> {
    fn between(model: &'a str, file: &'a str) -> Option<Self> {
        let (model, file) = (indentation(model), indentation(file));
        let add = file.strip_suffix(model).map(Self::Add);
        add.or_else(|| model.strip_suffix(file).map(Self::Strip))
    }

    fn apply(self, line: &str) -> String {
        if line.trim().is_empty() {
            return String::new();
        }
        match self {
            Self::Add(more) => format!("{more}{line}"),
            Self::Strip(less) => line.strip_prefix(less).unwrap_or_else(|| line.trim_start()).to_owned(),
        }
    }
}

/// One shift for all lines but the first: models often begin in the middle of it, after its indentation.
struct Shifts<'a> {
    first: Shift<'a>,
    rest: Shift<'a>,
}

impl<'a> Shifts<'a> {
    fn between(model: &[&'a str], file: &[&'a str]) -> Option<Self> {
        let mut pairs = model.iter().zip(file).filter(|(line, _)| !line.trim().is_empty());
        let (first_model, first_file) = pairs.next()?;
        let first = Shift::between(first_model, first_file)?;
        let mut rest = None;
        for (model, file) in pairs {
            let shift = Shift::between(model, file)?;
            if *rest.get_or_insert(shift) != shift {
                return None;
            }
        }
        let rest = rest.unwrap_or(first);
        (first == rest || indentation(first_model).is_empty()).then_some(Self { first, rest })
    }

    /// `index` counts the new text's lines.
    fn apply(&self, index: usize, line: &str) -> String {
        let begins_after_indentation = index == 0 && indentation(line).is_empty();
        if begins_after_indentation {
            self.first.apply(line)
        } else {
            self.rest.apply(line)
        }
    }
}

fn indentation(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}
