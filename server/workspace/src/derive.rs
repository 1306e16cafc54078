//! Hunks from edits of the proposed text.
//!
//! Each edit is widened to whole lines, and further over the hunks that it touches; the new text of that region is
//! compared with the text underneath, and what differs are the new hunks. Regions are all that is looked at, so
//! the work is in the size of the change, not of the file.

use std::ops::Range;

use ropey::Rope;
use text::{Change, Edit, Eol};

use crate::hunk::{PlacedHunk, slice};

/// What edits of the proposed text make of a session's live hunks.
#[derive(Debug, Default)]
pub(crate) struct Derived {
    /// Replacements of consecutive live hunks, ascending: which ones, and by what.
    pub(crate) splices: Vec<Splice>,
}

#[derive(Debug)]
pub(crate) struct Splice {
    /// Indices of the live hunks that give way.
    pub(crate) replaced: Range<usize>,
    pub(crate) changes: Vec<Change>,
    /// The region in the text underneath.
    pub(crate) base: Range<usize>,
}

/// A live hunk's place in the proposed text.
struct Slot {
    base: Range<usize>,
    proposed: Range<usize>,
}

struct Region {
    proposed: Range<usize>,
    edits: Range<usize>,
    slots: Range<usize>,
}

/// `edits` are ascending and disjoint, in the coordinates of `proposed`, which is `base` with the `live` hunks.
pub(crate) fn derive(base: &Rope, live: &[&PlacedHunk], proposed: &Rope, edits: &[Edit], eol: Eol) -> Derived {
    let slots = slots(live);
    let regions = regions(proposed, edits, &slots);
    let splices = regions
        .iter()
        .filter_map(|region| splice(base, proposed, edits, eol, &slots, region));
    Derived {
        splices: splices.collect(),
    }
}

fn slots(live: &[&PlacedHunk]) -> Vec<Slot> {
    let mut by = 0;
    let slot = |hunk: &&PlacedHunk| {
        let start = hunk.range.start.saturating_add_signed(by);
        let end = start + hunk.text.new.len();
        by += hunk.text.new.len() as isize - hunk.range.len() as isize;
        Slot {
            base: hunk.range.clone(),
            proposed: start..end,
        }
    };
    live.iter().map(slot).collect()
}

/// The lines that each edit touches, joined where they overlap or touch the same hunk.
fn regions(proposed: &Rope, edits: &[Edit], slots: &[Slot]) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for (index, edit) in edits.iter().enumerate() {
        let mut lines = lines_of(proposed, edit);
        let mut edits = index..index + 1;
        while let Some(last) = regions.pop_if(|last| lines.start <= last.proposed.end) {
            lines = last.proposed.start..last.proposed.end.max(lines.end);
            edits.start = last.edits.start;
        }
        let mut region = Region {
            proposed: lines,
            edits,
            slots: 0..0,
        };
        region.take_in(slots);
        while let Some(last) = regions.pop_if(|last| region.proposed.start < last.proposed.end) {
            region.proposed.start = last.proposed.start;
            region.edits.start = last.edits.start;
            region.take_in(slots);
        }
        regions.push(region);
    }
    regions
}

/// Whole lines around an edit, such that what it leaves of them is whole lines, too.
fn lines_of(proposed: &Rope, edit: &Edit) -> Range<usize> {
    let lines = text::whole_lines(proposed, edit.range.clone());
    let leaves_whole_lines = match edit.text.is_empty() {
        true => edit.range.start == lines.start,
        false => edit.text.ends_with(['\n', '\r']),
    };
    if lines.end > edit.range.end || leaves_whole_lines {
        return lines;
    }
    // The edit ends with the line, and what it leaves of it would run into the next.
    let next = proposed.byte_to_line(lines.end) + 1;
    let end = if next < proposed.len_lines() {
        proposed.line_to_byte(next)
    } else {
        proposed.len_bytes()
    };
    lines.start..end
}

impl Region {
    /// Widens the region over every hunk that it touches.
    fn take_in(&mut self, slots: &[Slot]) {
        let lines = &mut self.proposed;
        let mut first = slots.partition_point(|slot| slot.proposed.end < lines.start);
        while first < slots.len() && !touches(lines, &slots[first].proposed) && slots[first].proposed.start <= lines.end
        {
            first += 1;
        }
        let mut end = first;
        while end < slots.len() && touches(lines, &slots[end].proposed) {
            lines.start = lines.start.min(slots[end].proposed.start);
            lines.end = lines.end.max(slots[end].proposed.end);
            end += 1;
        }
        if first == end {
            // Between which hunks the region lies decides how far the text underneath has moved.
            first = slots.partition_point(|slot| slot.proposed.end <= lines.start);
            end = first;
        }
        self.slots = first..end;
    }
}

/// Lines side by side do not touch; where nothing stands between two places, they are one.
fn touches(lines: &Range<usize>, slot: &Range<usize>) -> bool {
    match (lines.is_empty(), slot.is_empty()) {
        (true, true) => lines.start == slot.start,
        (true, false) => slot.start < lines.start && lines.start < slot.end,
        (false, true) => lines.start < slot.start && slot.start < lines.end,
        (false, false) => slot.start < lines.end && lines.start < slot.end,
    }
}

fn splice(base: &Rope, proposed: &Rope, edits: &[Edit], eol: Eol, slots: &[Slot], region: &Region) -> Option<Splice> {
    let shift = |slots: &[Slot]| -> isize {
        slots
            .last()
            .map_or(0, |slot| slot.proposed.end as isize - slot.base.end as isize)
    };
    let start = region
        .proposed
        .start
        .saturating_add_signed(-shift(&slots[..region.slots.start]));
    let end = region
        .proposed
        .end
        .saturating_add_signed(-shift(&slots[..region.slots.end]));

    let before = slice(proposed, &region.proposed)?;
    let mut after = before.clone();
    for edit in edits[region.edits.clone()].iter().rev() {
        after.replace_range(
            edit.range.start - region.proposed.start..edit.range.end - region.proposed.start,
            &edit.text,
        );
    }
    let after = text::adapt_eol(&before, &after, eol);
    let underneath = slice(base, &(start..end))?;
    let changes = text::diff_lines(&underneath, &after).into_iter().map(|hunk| Change {
        range: start + hunk.old.start..start + hunk.old.end,
        old: underneath[hunk.old].to_owned(),
        new: after[hunk.new].to_owned(),
    });
    Some(Splice {
        replaced: region.slots.clone(),
        changes: unglued(base, changes.collect()),
        base: start..end,
    })
}

/// A change must not make one `\r\n` of a `\r` and a `\n` that were two line breaks: then the lines around it would
/// change. Such a change takes the neighbouring line in.
fn unglued(base: &Rope, mut changes: Vec<Change>) -> Vec<Change> {
    for change in &mut changes {
        let before = change.range.start.checked_sub(1).and_then(|at| base.get_byte(at));
        let new = change.new.as_bytes();
        let behind = base.get_byte(change.range.end);
        if before == Some(b'\r') && new.first().copied().or(behind) == Some(b'\n') {
            let line = base.line_to_byte(base.byte_to_line(change.range.start - 1))..change.range.start;
            let text = slice(base, &line).unwrap_or_default();
            change.range.start = line.start;
            change.old.insert_str(0, &text);
            change.new.insert_str(0, &text);
        }
        if change.new.ends_with('\r') && behind == Some(b'\n') {
            let line = text::whole_lines(base, change.range.end..change.range.end + 1);
            let text = slice(base, &line).unwrap_or_default();
            change.range.end = line.end;
            change.old.push_str(&text);
            change.new.push_str(&text);
        }
    }
    // Two that have grown into each other are one.
    let mut joined: Vec<Change> = Vec::new();
    for change in changes {
        match joined.last_mut() {
            Some(last) if change.range.start < last.range.end => {
                let overlap = last.range.end - change.range.start;
                last.old.push_str(&change.old[overlap..]);
                last.new.push_str(&change.new[overlap..]);
                last.range.end = change.range.end;
            }
            _ => joined.push(change),
        }
    }
    joined
}
