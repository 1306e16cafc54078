//! The text around the cursor, bounded, and the pieces of other files beside it.

use context::Selection;
use prompts::{Fragment, Piece};
use workspace::DocumentSnapshot;

/// Bytes before the cursor and behind it: what a model that must be quick reads.
const BEFORE: usize = 6_000;
const AFTER: usize = 2_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Around {
    pub(super) before: String,
    pub(super) after: String,
    /// From 1.
    pub(super) line: u32,
}

impl Around {
    pub(super) fn of(document: &DocumentSnapshot, offset: usize) -> Self {
        let rope = &document.rope;
        let line = rope.byte_to_line(offset);
        // From the beginning of a line, unless that one is very long.
        let from = rope.char_to_byte(rope.byte_to_char(offset.saturating_sub(BEFORE)));
        let next = rope.line_to_byte((rope.byte_to_line(from) + 1).min(rope.len_lines()));
        let from = if from > 0 && next <= offset { next } else { from };
        let to = rope.char_to_byte(rope.byte_to_char((offset + AFTER).min(rope.len_bytes())));
        Self {
            before: rope.byte_slice(from..offset).to_string(),
            after: rope.byte_slice(offset..to).to_string(),
            line: u32::try_from(line + 1).unwrap_or(u32::MAX),
        }
    }
}

pub(super) fn fragments(selection: Selection, read: &dyn Fn(&str) -> Option<String>) -> Vec<Fragment> {
    let fragment = |chosen: context::Fragment| {
        let text = read(&chosen.path)?;
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let piece = |(first, last): &(u32, u32)| {
            let (from, to) = (first.saturating_sub(1) as usize, (*last as usize).min(lines.len()));
            let text = lines.get(from..to)?.concat();
            Some(Piece {
                first: *first,
                last: *last,
                text,
            })
        };
        Some(Fragment {
            is_outline: false,
            pieces: chosen.ranges.iter().filter_map(piece).collect(),
            path: chosen.path,
        })
    };
    selection.fragments.into_iter().filter_map(fragment).collect()
}
