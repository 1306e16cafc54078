//! Whether a part of an insertion has arrived. It must not be offered as a whole again then: there is no old text
//! whose absence would tell that something is there already.

use std::ops::Range;

use ropey::Rope;

use crate::hunk::slice;

/// How far from its place a part may have landed, in bytes.
const NEAR: usize = 4 * 1024;

/// What stands in the way: everything written at the place, or the nearest line that came to be there and that is one
/// of the new text. Blank lines prove nothing.
pub(crate) fn arrived(before: (&Rope, usize), now: (&Rope, &Range<usize>), new: &str) -> Option<Range<usize>> {
    let wanted: Vec<&str> = lines(new).map(|(_, line)| line).collect();
    let (text, place) = now;
    let there = slice(text, place).unwrap_or_default();
    let mut parts = lines(&there).map(|(_, part)| part);
    if parts.any(|part| wanted.iter().any(|line| line.contains(part) || part.contains(line))) {
        return Some(place.clone());
    }
    let around = window(text, place.clone(), NEAR);
    // Wider, so that what was only moved into the other window is not taken for new.
    let around_before = window(before.0, before.1..before.1, 3 * NEAR);
    let (found, known) = (slice(text, &around)?, slice(before.0, &around_before)?);
    let count = |text: &str, wanted: &str| lines(text).filter(|(_, line)| *line == wanted).count();
    let (at, line) =
        lines(&found).find(|(_, line)| wanted.contains(line) && count(&found, line) > count(&known, line))?;
    let start = around.start + at;
    Some(place.start.min(start)..place.end.max(start + line.len()))
}

fn window(rope: &Rope, place: Range<usize>, reach: usize) -> Range<usize> {
    let end = (place.end + reach).min(rope.len_bytes());
    text::whole_lines(rope, place.start.saturating_sub(reach)..end)
}

/// The lines that are not blank, without the white space around them, and where each begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let lines = text.split_inclusive(['\n', '\r']).map(move |line| {
        at += line.len();
        (at - line.trim_start().len(), line.trim())
    });
    lines.filter(|(_, line)| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, now: &str, place: Range<usize>, new: &str, expect: Option<&str>) {
        let (before, now) = (Rope::from_str(before), Rope::from_str(now));
        let found = arrived((&before, place.start), (&now, &place), new);
        assert_eq!(found.and_then(|range| slice(&now, &range)).as_deref(), expect);
    }

    #[test]
    fn a_part_at_the_place_or_near_it_is_found() {
        check("a\nb\n", "a\nnew\nb\n", 2..6, "new\nmore\n", Some("new\n"));
        check("a\nb\n", "a\nne\nb\n", 2..5, "new\nmore\n", Some("ne\n"));
        check("a\nb\n", "a\nb\nnew\n", 2..2, "new\nmore\n", Some("b\nnew"));
    }

    #[test]
    fn what_was_there_before_or_is_blank_is_no_part() {
        check("a\nnew\n", "a\nnew\n", 2..2, "new\nmore\n", None);
        check("a\nb\n", "a\n\nb\n", 2..3, "\nmore\n", None);
        check("a\nb\n", "a\ntyped\nb\n", 2..8, "new\n", None);
    }
}
