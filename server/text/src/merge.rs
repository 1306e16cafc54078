//! Three-way merge, conservative: what the user (`ours`) wrote is never dropped, and two changes that meet without
//! a token between them are a conflict, not a guess.

use std::ops::Range;

use crate::diff::diff_lines;
use crate::tokens::meaningful_edits;
use crate::{Edit, LineHunk};

/// The first place, in bytes of the base and of ours, where both sides changed the same thing differently.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("both sides changed the text at bytes {}..{} differently; read it again", ours.start, ours.end)]
pub struct MergeConflict {
    pub base: Range<usize>,
    pub ours: Range<usize>,
}

/// Brings the changes base → theirs into ours: by lines, and inside lines that both changed by tokens. A change that
/// both made is taken once.
pub fn merge3(base: &str, ours: &str, theirs: &str) -> Result<String, MergeConflict> {
    let mut merged = String::with_capacity(ours.len() + theirs.len().saturating_sub(base.len()));
    let mut at = 0;
    for region in regions(&diff_lines(base, ours), &diff_lines(base, theirs)) {
        merged.push_str(&base[at..region.base.start]);
        at = region.base.end;
        let text = merge_region(
            &base[region.base.clone()],
            &ours[region.ours.clone()],
            &theirs[region.theirs],
        );
        merged.push_str(&text.ok_or(MergeConflict {
            base: region.base,
            ours: region.ours,
        })?);
    }
    merged.push_str(&base[at..]);
    Ok(merged)
}

/// Interleaves two ascending lists of edits of `base`; `None` if two of them meet. Equal edits are taken once.
pub(crate) fn interleave(base: &str, ours: &[Edit], theirs: &[Edit]) -> Option<String> {
    let (mut ours, mut theirs) = (ours.iter().peekable(), theirs.iter().peekable());
    let mut merged = String::with_capacity(base.len());
    let mut at = 0;
    loop {
        let next = match (ours.peek(), theirs.peek()) {
            (None, None) => break,
            (Some(_), None) => ours.next(),
            (None, Some(_)) => theirs.next(),
            (Some(our), Some(their)) if our.range.end < their.range.start => ours.next(),
            (Some(our), Some(their)) if their.range.end < our.range.start => theirs.next(),
            (Some(our), Some(their)) if our == their => {
                theirs.next();
                continue;
            }
            _ => return None,
        };
        if let Some(edit) = next {
            merged.push_str(&base[at..edit.range.start]);
            merged.push_str(&edit.text);
            at = edit.range.end;
        }
    }
    merged.push_str(&base[at..]);
    Some(merged)
}

/// A stretch of the base that at least one side changed, and what each side made of it.
struct Region {
    base: Range<usize>,
    ours: Range<usize>,
    theirs: Range<usize>,
}

/// Groups both sides' hunks wherever they overlap or touch.
fn regions(ours: &[LineHunk], theirs: &[LineHunk]) -> Vec<Region> {
    let mut ours = Side {
        hunks: ours.iter().peekable(),
        shift: 0,
    };
    let mut theirs = Side {
        hunks: theirs.iter().peekable(),
        shift: 0,
    };
    let mut regions = Vec::new();
    while let Some(start) = [ours.next_start(), theirs.next_start()].into_iter().flatten().min() {
        let (ours_before, theirs_before) = (ours.shift, theirs.shift);
        let mut end = start;
        while ours.take_until(&mut end) || theirs.take_until(&mut end) {}
        let side = |before: isize, after: isize| moved(start, before)..moved(end, after);
        regions.push(Region {
            base: start..end,
            ours: side(ours_before, ours.shift),
            theirs: side(theirs_before, theirs.shift),
        });
    }
    regions
}

/// One side's hunks as they are consumed, and how far its text has moved against the base so far.
struct Side<'a> {
    hunks: std::iter::Peekable<std::slice::Iter<'a, LineHunk>>,
    shift: isize,
}

impl Side<'_> {
    fn next_start(&mut self) -> Option<usize> {
        self.hunks.peek().map(|hunk| hunk.old.start)
    }

    /// Takes the next hunk if it begins at or before `end`, which grows to the hunk's end.
    fn take_until(&mut self, end: &mut usize) -> bool {
        let Some(hunk) = self.hunks.next_if(|hunk| hunk.old.start <= *end) else {
            return false;
        };
        *end = hunk.old.end.max(*end);
        self.shift = hunk.new.end as isize - hunk.old.end as isize;
        true
    }
}

fn moved(offset: usize, by: isize) -> usize {
    offset.saturating_add_signed(by)
}

fn merge_region(base: &str, ours: &str, theirs: &str) -> Option<String> {
    if theirs == base {
        return Some(ours.to_owned());
    }
    if ours == base {
        return Some(theirs.to_owned());
    }
    interleave(base, &all_edits(base, ours), &all_edits(base, theirs))
}

/// The edits base → other, line hunk by line hunk.
fn all_edits(base: &str, other: &str) -> Vec<Edit> {
    diff_lines(base, other)
        .iter()
        .flat_map(|hunk| meaningful_edits(base, other, hunk))
        .collect()
}
