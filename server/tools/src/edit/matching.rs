//! Finds what an edit is to replace: exactly, or else by its words.
//!
//! Exact means byte for byte but for line endings, which models write as `\n`. Where nothing matches so, whole
//! lines are compared by their words ([`loose`]), and only a single such place counts. Nothing is fuzzier than
//! that: an edit in the wrong place costs more than another try, so the answer to a miss is what stands there.

use text::Edit;

use super::loose;
use super::nearest;
use super::normal::Normal;

/// So many places of one text are not worth telling apart.
const MAX_PLACES: usize = 1_000;

/// Line numbers that an error lists.
const MAX_LISTED: usize = 20;

/// What the model asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) old: &'a str,
    pub(crate) new: &'a str,
    /// 1-based; picks the nearest place of several.
    pub(crate) line: Option<usize>,
    pub(crate) all: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum MatchError {
    #[error("`old_text` is empty: use `insert` to add lines, or `write` for a new file")]
    Empty,
    #[error("`old_text` and `new_text` are the same: there is nothing to change")]
    Same,
    #[error("`line` picks one place and `replace_all` takes every one: give one of the two")]
    LineAndAll,
    #[error(
        "`old_text` stands at {} lines ({}): add lines around it until it is unique, give `line` to pick one, or \
         `replace_all`", lines.len(), listed(lines)
    )]
    Several { lines: Vec<usize> },
    #[error("`old_text` stands in more than {MAX_PLACES} places: add lines around it, or give `replace_all`")]
    TooMany,
    #[error(
        "`old_text` does not stand in the file; by its words alone it could be at lines {}: copy the lines that you \
         mean exactly, white space included",
        listed(lines)
    )]
    SeveralByWords { lines: Vec<usize> },
    #[error("`old_text` does not stand in the file{hint}")]
    Nowhere { hint: String },
}

fn listed(lines: &[usize]) -> String {
    let shown: Vec<_> = lines.iter().take(MAX_LISTED).map(ToString::to_string).collect();
    let more = if lines.len() > MAX_LISTED { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// The edits, ascending and apart from each other: ranges in the text as it is, new lines that end with `\n`.
pub(crate) fn find(text: &str, wanted: Wanted<'_>) -> Result<Vec<Edit>, MatchError> {
    let (old, new) = (Normal::new(wanted.old), Normal::new(wanted.new));
    let (old, new) = (old.text(), new.text());
    if old.is_empty() {
        return Err(MatchError::Empty);
    }
    if old == new {
        return Err(MatchError::Same);
    }
    if wanted.all && wanted.line.is_some() {
        return Err(MatchError::LineAndAll);
    }
    let normal = Normal::new(text);
    let places = if wanted.all {
        normal.text().match_indices(old).map(|(at, _)| at).collect()
    } else {
        exact_place(&normal, old, wanted.line)?
    };
    if !places.is_empty() {
        let replace = |at| Edit {
            range: normal.original(&(at..at + old.len())),
            text: new.to_owned(),
        };
        return Ok(places.into_iter().map(replace).collect());
    }
    match loose::find(normal.text(), old, new) {
        loose::Found::One(edit) => Ok(vec![Edit {
            range: normal.original(&edit.range),
            ..edit
        }]),
        loose::Found::Several(lines) => Err(MatchError::SeveralByWords { lines }),
        loose::Found::None => Err(MatchError::Nowhere {
            hint: nearest::hint(normal.text(), old, new),
        }),
    }
}

/// The one place that is meant, or none at all.
fn exact_place(normal: &Normal<'_>, old: &str, line: Option<usize>) -> Result<Vec<usize>, MatchError> {
    let places: Vec<usize> = occurrences(normal.text(), old).take(MAX_PLACES + 1).collect();
    if places.len() <= 1 {
        return Ok(places);
    }
    if places.len() > MAX_PLACES {
        return Err(MatchError::TooMany);
    }
    let lines: Vec<usize> = places.iter().map(|at| normal.line_of(*at)).collect();
    let Some(line) = line else {
        return Err(MatchError::Several { lines });
    };
    let distance = |index: &usize| lines[*index].abs_diff(line);
    let smallest = (0..lines.len()).map(|index| distance(&index)).min();
    let nearest: Vec<usize> = (0..lines.len())
        .filter(|index| Some(distance(index)) == smallest)
        .collect();
    match nearest.as_slice() {
        [index] => Ok(vec![places[*index]]),
        _ => Err(MatchError::Several {
            lines: nearest.into_iter().map(|index| lines[index]).collect(),
        }),
    }
}

/// Where `part` begins in `text`; places may overlap, since each could be the one that is meant.
fn occurrences(text: &str, part: &str) -> impl Iterator<Item = usize> {
    let step = part.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + text.get(from..)?.find(part)?;
        from = at + step;
        Some(at)
    })
}

#[cfg(test)]
mod tests;
