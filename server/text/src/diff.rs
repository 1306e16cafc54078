//! Two texts, compared by lines and, inside changed lines, by tokens.
//!
//! Lines are compared byte for byte, endings included. What two texts share at their ends is cut off before anything
//! is interned, so that a large file with few changes costs little more than one pass over its bytes.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, Hunk, InternedInput};
use ropey::{Rope, iter::Chunks};

use crate::lines::{Breaks, next_line_start, slice};
use crate::{Edit, tokens};

/// Replaced lines: byte ranges in the old and the new text, each of whole lines (the last may lack its ending).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineHunk {
    pub old: Range<usize>,
    pub new: Range<usize>,
}

/// Common lines kept on each side of what is compared, so that a hunk can slide to where a reader expects it (a new
/// function begins at its head, not at its predecessor's closing brace).
const SLIDING_ROOM: usize = 100;

/// The lines that differ, ascending; between two hunks there is at least one common line.
#[must_use]
pub fn diff_lines(old: &str, new: &str) -> Vec<LineHunk> {
    diff_byte_lines(old.as_bytes(), new.as_bytes(), Breaks::Editor)
}

/// Edits that turn `old` into `new`: ascending, apart from each other, in `old`'s coordinates, as small as the words
/// and characters allow, and never beginning or ending inside a `\r\n`. Apply them last first.
#[must_use]
pub fn diff_edits(old: &Rope, new: &Rope) -> Vec<Edit> {
    if old.is_instance(new) {
        return Vec::new();
    }
    let (old_middle, new_middle) = differing_lines(old, new);
    let (before, after) = (slice(old, old_middle.clone()), slice(new, new_middle));
    let hunks = diff_lines(&before, &after);
    let edits = hunks
        .iter()
        .flat_map(|hunk| tokens::smallest_edits(&before, &after, hunk));
    edits.map(|edit| edit.shifted(old_middle.start)).collect()
}

/// As [`diff_lines`], for bytes and either notion of a line.
pub(crate) fn diff_byte_lines(old: &[u8], new: &[u8], breaks: Breaks) -> Vec<LineHunk> {
    let (prefix, suffix) = common_lines(old, new, breaks);
    let start = lines_back(old, prefix, breaks);
    let (old_middle, new_middle) = (&old[start..], &new[start..]);
    let room: usize = breaks
        .split(&old[old.len() - suffix..])
        .take(SLIDING_ROOM)
        .map(<[u8]>::len)
        .sum();
    let old_middle = &old_middle[..old_middle.len() - suffix + room];
    let new_middle = &new_middle[..new_middle.len() - suffix + room];

    let old_lines: Vec<&[u8]> = breaks.split(old_middle).collect();
    let new_lines: Vec<&[u8]> = breaks.split(new_middle).collect();
    let hunks = diff_sequences(old_lines.iter().copied(), new_lines.iter().copied(), Unit::Line);
    to_byte_ranges(&hunks, &old_lines, &new_lines)
        .map(|(old, new)| LineHunk {
            old: shift(&old, start),
            new: shift(&new, start),
        })
        .collect()
}

/// What the elements of a sequence are, which decides how ambiguous hunks are placed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Line,
    Token,
}

/// The hunks between two sequences, in element indices.
pub(crate) fn diff_sequences<'a>(
    old: impl Iterator<Item = &'a [u8]>,
    new: impl Iterator<Item = &'a [u8]>,
    unit: Unit,
) -> Vec<Hunk> {
    let mut input = InternedInput::default();
    input.update_before(old);
    input.update_after(new);
    let mut diff = match unit {
        Unit::Line => Diff::compute(Algorithm::Histogram, &input),
        // The histogram is no use where a few elements occur over and over.
        Unit::Token => Diff::compute(Algorithm::Myers, &input),
    };
    match unit {
        Unit::Line => diff.postprocess_lines(&input),
        Unit::Token => diff.postprocess_no_heuristic(&input),
    }
    diff.hunks().collect()
}

/// Turns hunks in element indices into byte ranges of the joined elements.
pub(crate) fn to_byte_ranges<'h>(
    hunks: &'h [Hunk],
    old: &[&[u8]],
    new: &[&[u8]],
) -> impl Iterator<Item = (Range<usize>, Range<usize>)> + use<'h> {
    let (old, new) = (offsets(old), offsets(new));
    hunks
        .iter()
        .map(move |hunk| (at(&old, &hunk.before), at(&new, &hunk.after)))
}

/// How many bytes of whole lines two texts share at the start and, in what remains, at the end.
pub(crate) fn common_lines(old: &[u8], new: &[u8], breaks: Breaks) -> (usize, usize) {
    let starts = |o: usize, n: usize| breaks.starts_line(old, o) && breaks.starts_line(new, n);
    let mut prefix = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    if prefix < old.len() || prefix < new.len() {
        while !starts(prefix, prefix) {
            prefix -= 1;
        }
    }
    let rest = old[prefix..].iter().rev().zip(new[prefix..].iter().rev());
    let mut suffix = rest.take_while(|(a, b)| a == b).count();
    while suffix > 0 && !starts(old.len() - suffix, new.len() - suffix) {
        suffix -= 1;
    }
    (prefix, suffix)
}

pub(crate) fn shift(range: &Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// The start of the line that begins `SLIDING_ROOM` lines before `offset`, itself a line start.
fn lines_back(text: &[u8], offset: usize, breaks: Breaks) -> usize {
    let starts = (0..offset).rev().filter(|at| breaks.starts_line(text, *at));
    starts.take(SLIDING_ROOM).last().unwrap_or(offset)
}

/// The ranges of whole lines outside which two ropes are equal.
fn differing_lines(old: &Rope, new: &Rope) -> (Range<usize>, Range<usize>) {
    let (old_len, new_len) = (old.len_bytes(), new.len_bytes());
    let prefix = common_bytes(old.chunks(), new.chunks(), End::Front);
    if prefix == old_len && prefix == new_len {
        return (prefix..prefix, prefix..prefix);
    }
    let line_of = |rope: &Rope| rope.line_to_byte(rope.byte_to_line(prefix));
    let start = line_of(old).min(line_of(new));

    let (old_back, new_back) = (
        old.chunks_at_byte(old_len).0.reversed(),
        new.chunks_at_byte(new_len).0.reversed(),
    );
    let suffix = common_bytes(old_back, new_back, End::Back).min(old_len.min(new_len) - start);
    let into_suffix = |rope: &Rope, len: usize| next_line_start(rope, len - suffix) - (len - suffix);
    let cut = suffix - into_suffix(old, old_len).max(into_suffix(new, new_len));
    (start..old_len - cut, start..new_len - cut)
}

#[derive(Clone, Copy)]
enum End {
    Front,
    Back,
}

/// How many bytes two chunked texts share at one end; the chunks come in order from that end.
fn common_bytes(mut old: Chunks<'_>, mut new: Chunks<'_>, end: End) -> usize {
    let (mut a, mut b): (&[u8], &[u8]) = (&[], &[]);
    let mut common = 0;
    loop {
        if a.is_empty() {
            a = old.next().unwrap_or_default().as_bytes();
        }
        if b.is_empty() {
            b = new.next().unwrap_or_default().as_bytes();
        }
        let len = a.len().min(b.len());
        let (ours, theirs, a_rest, b_rest) = match end {
            End::Front => (&a[..len], &b[..len], &a[len..], &b[len..]),
            End::Back => {
                let (a_cut, b_cut) = (a.len() - len, b.len() - len);
                (&a[a_cut..], &b[b_cut..], &a[..a_cut], &b[..b_cut])
            }
        };
        if len == 0 || ours != theirs {
            return common + matching(ours, theirs, end);
        }
        common += len;
        (a, b) = (a_rest, b_rest);
    }
}

fn matching(a: &[u8], b: &[u8], end: End) -> usize {
    match end {
        End::Front => a.iter().zip(b).take_while(|(a, b)| a == b).count(),
        End::Back => a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count(),
    }
}

fn offsets(elements: &[&[u8]]) -> Vec<usize> {
    let mut end = 0;
    let ends = elements.iter().map(|element| {
        end += element.len();
        end
    });
    std::iter::once(0).chain(ends).collect()
}

fn at(offsets: &[usize], range: &Range<u32>) -> Range<usize> {
    offsets[range.start as usize]..offsets[range.end as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(old: &str, new: &str, expect: (usize, usize)) {
        assert_eq!(common_lines(old.as_bytes(), new.as_bytes(), Breaks::Editor), expect);
        assert_eq!(common_lines(new.as_bytes(), old.as_bytes(), Breaks::Editor), expect);
    }

    #[test]
    fn only_whole_lines_are_common() {
        check("a\nbc\nd\n", "a\nbX\nd\n", (2, 2));
        check("a\rb", "a\r\nb", (0, 1));
        check("xb\n", "b\n", (0, 0));
        check("a\nb\n", "b\n", (0, 2));
        check("a\n\n", "a\r\n", (0, 0));
        check("a\na\n", "a\n", (2, 0));
        check("same", "same", (4, 0));
    }
}
