//! A change may be, in another guise, just what an open hunk proposes: another tool formatted the file, a buffer was
//! closed and the disk has the change already, the user did it by hand. Lines that repeat let the same outcome be
//! cut into edits in many ways, so it is the outcome that is compared, around each hunk.

use std::sync::Arc;

use ropey::Rope;
use text::Edit;

use crate::explain::{Candidate, REACH};
use crate::hunk::slice;
use crate::track::Step;

/// How many edits on either side of a hunk may be a part of it.
const NEIGHBOURS: usize = 2;

/// The edits (ascending, disjoint) as steps, last first, those that make up what one of the hunks proposes replaced
/// by the hunk's own edit.
pub(crate) fn recognised(rope: &Rope, edits: Vec<Edit>, open: &[Candidate]) -> Vec<Step> {
    let mut is_taken = vec![false; edits.len()];
    let mut steps = Vec::new();
    for hunk in open {
        if let Some(group) = group_of(rope, &edits, &is_taken, hunk) {
            is_taken[group].fill(true);
            steps.push(hunk.step());
        } else if let Some((index, parts)) = among_others(rope, &edits, &is_taken, hunk) {
            is_taken[index] = true;
            steps.extend(parts);
        }
    }
    let rest = edits.into_iter().zip(is_taken).filter(|(_, is_taken)| !is_taken);
    steps.extend(rest.map(|(edit, _)| Step::typed(edit)));
    steps.sort_by_key(|step| std::cmp::Reverse((step.edit.range.start, step.edit.range.end)));
    steps
}

/// The edits that together do what the hunk proposes, if there are any.
fn group_of(rope: &Rope, edits: &[Edit], is_taken: &[bool], hunk: &Candidate) -> Option<std::ops::Range<usize>> {
    let first = edits.partition_point(|edit| edit.range.end < hunk.range.start);
    let end = first + edits[first..].partition_point(|edit| edit.range.start <= hunk.range.end);
    let reaches = (0..=NEIGHBOURS).flat_map(|left| (0..=NEIGHBOURS).map(move |right| (left, right)));
    let mut groups = reaches.filter_map(|(left, right)| {
        let group = first.checked_sub(left)?..end + right;
        (group.end <= edits.len() && !group.is_empty() && !is_taken[group.clone()].contains(&true)).then_some(group)
    });
    groups.find(|group| {
        let others = edits[..group.start].iter().chain(&edits[group.end..]);
        does(rope, &edits[group.clone()], hunk) && is_apart(rope, others, hunk)
    })
}

/// The edit that puts in what the hunk does and other lines around it, as a disk does that has the change and a line that
/// was deleted beside it; and the steps it consists of, last first.
fn among_others(rope: &Rope, edits: &[Edit], is_taken: &[bool], hunk: &Candidate) -> Option<(usize, Vec<Step>)> {
    let new = hunk.text.new.as_str();
    if !hunk.range.is_empty() || new.trim().is_empty() {
        return None;
    }
    let at = hunk.range.start;
    let ends_line = |text: &str| text.is_empty() || text.ends_with(['\n', '\r']);
    let others = |index: usize| edits[..index].iter().chain(&edits[index + 1..]);
    let free = edits
        .iter()
        .enumerate()
        .filter(|(index, _)| !is_taken[*index] && is_apart(rope, others(*index), hunk));
    let (index, before, behind) = free
        .filter_map(|(index, edit)| Some((index, inserted_at(rope, edits, edit, at)?)))
        .find_map(|(index, text)| {
            let mut places = text.match_indices(new).map(|(start, _)| text.split_at(start));
            let (before, rest) =
                places.find(|(before, rest)| ends_line(before) && (ends_line(new) || rest.len() == new.len()))?;
            Some((index, before.to_owned(), rest[new.len()..].to_owned()))
        })?;
    let typed = |text: String| (!text.is_empty()).then(|| Step::typed(Edit { range: at..at, text }));
    let steps = [typed(behind), Some(hunk.step()), typed(before)];
    Some((index, steps.into_iter().flatten().collect()))
}

/// What an insertion puts in at `at`, if that is where it can stand as well, with no other edit on the way.
fn inserted_at(rope: &Rope, edits: &[Edit], edit: &Edit, at: usize) -> Option<String> {
    let (start, end) = (edit.range.start.min(at), edit.range.end.max(at));
    let is_alone = |other: &Edit| other == edit || other.range.end < start || end < other.range.start;
    if !edit.range.is_empty() || end - start > REACH || !edits.iter().all(is_alone) {
        return None;
    }
    let between = slice(rope, &(start..end))?;
    let mut after = between.clone();
    after.insert_str(edit.range.start - start, &edit.text);
    let (left, right) = between.split_at(at - start);
    Some(after.strip_prefix(left)?.strip_suffix(right)?.to_owned())
}

/// Among lines that are alike, a line deleted and another put in may as well be one line rewritten, which is no hunk's
/// doing: no other edit may touch the text over which the hunk's own change could slide.
fn is_apart<'a>(rope: &Rope, mut others: impl Iterator<Item = &'a Edit>, hunk: &Candidate) -> bool {
    let alike = sliding(rope, hunk);
    others.all(|edit| edit.range.end < alike.start || alike.end < edit.range.start)
}

/// Where a deletion or an insertion could stand with the same outcome; of a replacement, the hunk's own place.
fn sliding(rope: &Rope, hunk: &Candidate) -> std::ops::Range<usize> {
    let moving = match (hunk.text.old.as_bytes(), hunk.text.new.as_bytes()) {
        (moving, b"") | (b"", moving) => moving,
        _ => b"",
    };
    let (start, end) = (hunk.range.start, hunk.range.end);
    let behind = rope.bytes_at(start).reversed().zip(moving.iter().rev().cycle());
    let ahead = rope.bytes_at(end).zip(moving.iter().cycle());
    let left = behind.take_while(|(byte, alike)| byte == *alike).count();
    let right = ahead.take_while(|(byte, alike)| byte == *alike).count();
    start - left..end + right
}

fn does(rope: &Rope, edits: &[Edit], hunk: &Candidate) -> bool {
    let ([first, ..], [.., last]) = (edits, edits) else {
        return false;
    };
    let start = first.range.start.min(hunk.range.start);
    let end = last.range.end.max(hunk.range.end);
    if edits.iter().map(Edit::delta).sum::<isize>() != hunk.delta() || end - start > hunk.range.len() + 2 * REACH {
        return false;
    }
    let Some(before) = slice(rope, &(start..end)) else {
        return false;
    };
    let mut done = before.clone();
    for edit in edits.iter().rev() {
        done.replace_range(edit.range.start - start..edit.range.end - start, &edit.text);
    }
    let mut proposed = before;
    proposed.replace_range(hunk.range.start - start..hunk.range.end - start, &hunk.text.new);
    done == proposed
}

impl Candidate {
    pub(crate) fn delta(&self) -> isize {
        self.text.new.len() as isize - self.range.len() as isize
    }

    /// The hunk carried out.
    pub(crate) fn step(&self) -> Step {
        Step {
            edit: Edit {
                range: self.range.clone(),
                text: self.text.new.clone(),
            },
            owner: Some(Arc::clone(&self.text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hunk::fixture::placed;

    /// Edits as (start, removed bytes, text), the open hunk as (start, old, new).
    fn check(text: &str, edits: &[(usize, usize, &str)], (start, old, new): (usize, &str, &str), is_hunk: bool) {
        let hunk = placed(start, old, new);
        let hunk = Candidate {
            range: hunk.range,
            text: hunk.text,
        };
        let edits = edits.iter().map(|(start, len, text)| Edit {
            range: *start..start + len,
            text: (*text).into(),
        });
        let steps = recognised(&Rope::from_str(text), edits.collect(), &[hunk]);
        assert_eq!(steps.iter().any(|step| step.owner.is_some()), is_hunk);
    }

    #[test]
    fn the_same_outcome_is_recognised_however_it_is_cut() {
        check("a\nb\nb\n", &[(4, 0, "b\n")], (2, "", "b\n"), true);
        check("a\nb\nc\n", &[(2, 0, "x\n"), (2, 2, "")], (2, "b\n", "x\n"), true);
        check("a\nb\nc\n", &[(0, 2, ""), (4, 0, "a\n")], (2, "b\n", "a\n"), false);
    }

    #[test]
    fn an_insertion_is_recognised_among_other_lines() {
        check("a\nb\n", &[(2, 0, "x\nnew\ny\n")], (2, "", "new\n"), true);
        check("a\nb\n", &[(1, 0, "\nnew\ny")], (2, "", "new\n"), true);
        check("a\nb\n", &[(2, 0, "renew\n")], (2, "", "new\n"), false);
        check("a\nb\n", &[(2, 0, "news\n")], (2, "", "new\n"), false);
        check("a\nb\n", &[(2, 0, "x\n\n")], (2, "", "\n"), false);
        check("a\nb\n", &[(4, 0, "new\ny\n")], (2, "", "new\n"), false);
    }

    #[test]
    fn another_outcome_is_not() {
        check("a\nb\n", &[(2, 1, "c")], (2, "b\n", "d\n"), false);
        check("a\nb\n", &[], (2, "b\n", ""), false);
    }

    #[test]
    fn a_line_rewritten_among_lines_that_are_alike_is_no_deletion() {
        check("a\na\na\nb\n", &[(0, 2, ""), (6, 0, "~a\n")], (0, "a\n", ""), false);
        check("a\na\na\nb\nc\n", &[(0, 2, ""), (8, 0, "~a\n")], (0, "a\n", ""), true);
        check("a\na\nb\n~a\n", &[(0, 0, "a\n"), (4, 2, "")], (0, "", "a\n"), false);
    }
}
