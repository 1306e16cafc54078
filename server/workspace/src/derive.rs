//! Hunks from edits of the proposed text.
//!
//! Each edit is widened to whole lines, and further over the hunks that it touches; the new text of that region is
//! compared with the text underneath, and what differs are the new hunks. Regions are all that is looked at, so
//! the work is in the size of the change, not of the file.

use std::ops::Range;

use ropey::Rope;
use text::{Change, Edit, Eol};

use crate::hunk::{PlacedHunk, slice};

/// What takes the place of consecutive live hunks.
#[derive(Debug)]
pub(crate) struct Splice {
    /// Indices of the live hunks that give way.
    pub(crate) replaced: Range<usize>,
    pub(crate) changes: Vec<Change>,
    /// The region in the text underneath.
    pub(crate) base: Range<usize>,
}

/// What edits (ascending, disjoint, in the coordinates of `proposed`) make of a session's hunks: `proposed` is
/// `base` with the `live` ones. Ascending. With an `eol`, new lines get the endings of those around them, or that one.
pub(crate) fn derive(
    base: &Rope,
    live: &[&PlacedHunk],
    proposed: &Rope,
    edits: &[Edit],
    eol: Option<Eol>,
) -> Vec<Splice> {
    let derivation = Derivation::new(base, live, proposed, edits, eol);
    let regions = derivation.regions();
    regions.iter().filter_map(|region| derivation.splice(region)).collect()
}

/// The same regions, each as one change and not compared with the text underneath.
pub(crate) fn outline(
    base: &Rope,
    live: &[&PlacedHunk],
    proposed: &Rope,
    edits: &[Edit],
    eol: Option<Eol>,
) -> Vec<Change> {
    let derivation = Derivation::new(base, live, proposed, edits, eol);
    let regions = derivation.regions();
    regions.iter().filter_map(|region| derivation.change(region)).collect()
}

/// A live hunk's place in both texts.
struct Slot {
    base: Range<usize>,
    proposed: Range<usize>,
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

/// Whole lines of the proposed text, with the edits in them and the hunks that they touch.
struct Region {
    lines: Range<usize>,
    /// The lines without those that were taken in only for their line breaks.
    core: Range<usize>,
    edits: Range<usize>,
    slots: Range<usize>,
}

struct Derivation<'a> {
    base: &'a Rope,
    proposed: &'a Rope,
    edits: &'a [Edit],
    eol: Option<Eol>,
    slots: Vec<Slot>,
}

impl<'a> Derivation<'a> {
    fn new(base: &'a Rope, live: &[&PlacedHunk], proposed: &'a Rope, edits: &'a [Edit], eol: Option<Eol>) -> Self {
        Self {
            base,
            proposed,
            edits,
            eol,
            slots: slots(live),
        }
    }

    /// The lines that each edit touches, joined where they meet.
    fn regions(&self) -> Vec<Region> {
        let mut regions: Vec<Region> = Vec::new();
        for (index, edit) in self.edits.iter().enumerate() {
            let lines = lines_of(self.proposed, edit);
            let mut region = Region {
                core: lines.clone(),
                lines,
                edits: index..index + 1,
                slots: 0..0,
            };
            loop {
                while let Some(last) = regions.pop_if(|last| region.lines.start <= last.lines.end) {
                    region.lines = last.lines.start..last.lines.end.max(region.lines.end);
                    region.core.start = last.core.start;
                    region.edits.start = last.edits.start;
                }
                region.take_in(&self.slots);
                let meets_last = regions.last().is_some_and(|last| region.lines.start <= last.lines.end);
                if !meets_last && !self.unglue(&mut region) {
                    break;
                }
            }
            regions.push(region);
        }
        regions
    }

    /// A change must not make one `\r\n` of a `\r` and a `\n` that are two line breaks: the lines around it would
    /// change, too. Such a region takes in the line next to it; true if it did.
    fn unglue(&self, region: &mut Region) -> bool {
        let Some(after) = self.text_after(region) else {
            return false;
        };
        let underneath = self.underneath(region);
        let sides = [(self.proposed, &region.lines), (self.base, &underneath)];
        let begins_badly = sides.iter().any(|(rope, range)| {
            let before = range.start.checked_sub(1).and_then(|at| rope.get_byte(at));
            let next = after.bytes().next().or_else(|| rope.get_byte(range.end));
            before == Some(b'\r') && next == Some(b'\n')
        });
        let ends_badly = after.ends_with('\r')
            && sides
                .iter()
                .any(|(rope, range)| rope.get_byte(range.end) == Some(b'\n'));
        let lines = region.lines.clone();
        if begins_badly && lines.start > 0 {
            region.lines.start = text::whole_lines(self.proposed, lines.start - 1..lines.start).start;
        }
        if ends_badly && lines.end < self.proposed.len_bytes() {
            region.lines.end = text::whole_lines(self.proposed, lines.end..lines.end + 1).end;
        }
        region.lines != lines
    }

    fn splice(&self, region: &Region) -> Option<Splice> {
        let Change { range, old, new } = self.change(region)?;
        let changes = text::diff_lines(&old, &new).into_iter().map(|hunk| Change {
            range: range.start + hunk.old.start..range.start + hunk.old.end,
            old: old[hunk.old].to_owned(),
            new: new[hunk.new].to_owned(),
        });
        Some(Splice {
            replaced: region.slots.clone(),
            changes: changes.collect(),
            base: range,
        })
    }

    /// The whole region, whether or not all of it differs.
    fn change(&self, region: &Region) -> Option<Change> {
        let range = self.underneath(region);
        let new = self.text_after(region)?;
        let old = slice(self.base, &range)?;
        Some(Change { range, old, new })
    }

    /// The text of a region with the edits.
    fn text_after(&self, region: &Region) -> Option<String> {
        let Region { lines, core, edits, .. } = region;
        let before = slice(self.proposed, core)?;
        let mut after = before.clone();
        for edit in self.edits[edits.clone()].iter().rev() {
            after.replace_range(edit.range.start - core.start..edit.range.end - core.start, &edit.text);
        }
        let front = slice(self.proposed, &(lines.start..core.start))?;
        let back = slice(self.proposed, &(core.end..lines.end))?;
        let after = match self.eol {
            Some(eol) => text::adapt_eol(&before, &after, eol),
            None => after,
        };
        Some(front + &after + &back)
    }

    /// Where a region stands in the text underneath.
    fn underneath(&self, region: &Region) -> Range<usize> {
        let shift = |slots: &[Slot]| match slots.last() {
            Some(last) => last.proposed.end as isize - last.base.end as isize,
            None => 0,
        };
        let (first, end) = (region.slots.start, region.slots.end);
        let start = region.lines.start.saturating_add_signed(-shift(&self.slots[..first]));
        start..region.lines.end.saturating_add_signed(-shift(&self.slots[..end]))
    }
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
    let end = match next < proposed.len_lines() {
        true => proposed.line_to_byte(next),
        false => proposed.len_bytes(),
    };
    lines.start..end
}

impl Region {
    /// Widens the region over every hunk that it touches.
    fn take_in(&mut self, slots: &[Slot]) {
        let lines = &mut self.lines;
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

#[cfg(test)]
mod tests;
