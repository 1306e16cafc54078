//! What to tell a model whose text stands nowhere: why that may be, and what stands there instead.

use std::collections::HashSet;

use crate::output::{clip, numbered};

/// Lines around the nearest place.
const AROUND: usize = 2;

const MAX_LINES: usize = 40;

/// Of the wanted words, the share that a place must hold to be worth showing.
const MIN_SHARE: usize = 3;

/// Completes "`old_text` does not stand in the file". All line endings are `\n`.
pub(super) fn hint(text: &str, old: &str, new: &str) -> String {
    if old.lines().filter(|line| !line.trim().is_empty()).all(has_line_number) {
        return ": it holds the line numbers and bars that `read` shows; leave them out".to_owned();
    }
    if !new.trim().is_empty() && text.contains(new) {
        return ", but `new_text` does: this change seems to be made already".to_owned();
    }
    match nearest(text, old) {
        Some(lines) => format!("; the nearest lines now are\n{lines}"),
        None => ", nor does anything like it: `read` the file again, or `grep` for it".to_owned(),
    }
}

/// Whether a line looks like `   12| text`.
fn has_line_number(line: &str) -> bool {
    let trimmed = line.trim_start();
    let rest = trimmed.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < trimmed.len() && rest.starts_with('|')
}

/// The run of as many lines as `old` has that shares most words with it, and some around it.
fn nearest(text: &str, old: &str) -> Option<String> {
    let wanted: HashSet<&str> = words(old).collect();
    let lines: Vec<&str> = text.lines().collect();
    let scores: Vec<usize> = lines.iter().map(|line| shared(line, &wanted)).collect();
    let length = old.lines().count().clamp(1, lines.len().max(1));

    let mut score: usize = scores.iter().take(length).sum();
    let mut best = (score, 0);
    for start in 1..(lines.len() + 1).saturating_sub(length) {
        score = score + scores[start + length - 1] - scores[start - 1];
        if score > best.0 {
            best = (score, start);
        }
    }
    let (score, start) = best;
    if score == 0 || score * MIN_SHARE < wanted.len() {
        return None;
    }
    let shown = start.saturating_sub(AROUND)..(start + length + AROUND).min(lines.len());
    let numbered = shown
        .take(MAX_LINES)
        .map(|index| numbered(index + 1, &clip(lines[index], 200)));
    Some(numbered.collect::<Vec<_>>().join("\n"))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
}

fn shared(line: &str, wanted: &HashSet<&str>) -> usize {
    words(line)
        .filter(|word| wanted.contains(word))
        .collect::<HashSet<_>>()
        .len()
}
