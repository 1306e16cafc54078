//! The edits that an answer is made of: the opening of its block, its words, its end. Pure.
//!
//! Nothing is removed, and nothing is added but at the place. Whatever the user made of the lines around it, the words
//! that are added make no turn of their own and none of the user's.

use ropey::Rope;
use text::Edit;

use super::layout::{Block, Layout, Who};
use super::place::{Place, Written};

/// Opens a block for an answer at the end of the text, below what the user said. `session` is written into the front
/// matter if it is not there.
pub(super) fn opening(text: &Rope, layout: &Layout, session: Option<&str>) -> Written {
    let line_break = text::dominant_eol(text).as_str();
    let mut edits = Vec::new();
    if let Some(session) = session {
        edits.push(front_matter(layout, session, line_break));
    }
    if layout.blocks.is_empty() {
        let heading = format!("{}{line_break}{line_break}", Who::You.heading());
        let at = layout.preamble.start;
        match edits.last_mut().filter(|last: &&mut Edit| last.range.end == at) {
            Some(front) => front.text.push_str(&heading),
            None => edits.push(insertion(at, heading)),
        }
    }
    let heading = Who::Singletree.heading();
    let end = text.len_bytes();
    let gap = gap_at_end(text, line_break);
    edits.push(insertion(
        end,
        format!("{gap}{heading}{line_break}{line_break}{line_break}"),
    ));
    let before: usize = edits
        .iter()
        .rev()
        .skip(1)
        .map(|edit| edit.text.len() - edit.range.len())
        .sum();
    let heading_at = end + before + gap.len();
    written(text, edits, |_| Place {
        heading: heading_at,
        next: heading_at + heading.len() + 2 * line_break.len(),
    })
}

/// The id behind `session:`, a line of it in the front matter, or front matter.
fn front_matter(layout: &Layout, session: &str, line_break: &str) -> Edit {
    match (&layout.front.session_at, layout.front.close) {
        (Some(at), _) => Edit {
            range: at.clone(),
            text: format!(" {session}"),
        },
        (None, Some(close)) => insertion(close, format!("session: {session}{line_break}")),
        (None, None) => insertion(
            0,
            format!("---{line_break}session: {session}{line_break}---{line_break}{line_break}"),
        ),
    }
}

/// What makes one empty line of the end of the text.
fn gap_at_end(text: &Rope, line_break: &str) -> String {
    let length = text.len_chars();
    let last: Vec<char> = text.slice(length.saturating_sub(4)..).chars().collect();
    let breaks = last
        .iter()
        .rev()
        .take_while(|c| matches!(c, '\n' | '\r'))
        .filter(|c| **c == '\n')
        .count();
    match length {
        0 => String::new(),
        _ => line_break.repeat(2_usize.saturating_sub(breaks)),
    }
}

/// The heading that a file begins with, in the place of the blanks that are there.
pub(super) fn skeleton(text: &Rope, layout: &Layout) -> Edit {
    let line_break = text::dominant_eol(text).as_str();
    let gap = if layout.front.close.is_some() { line_break } else { "" };
    let heading = Who::You.heading();
    Edit {
        range: layout.preamble.clone(),
        text: format!("{gap}{heading}{line_break}{line_break}"),
    }
}

/// Adds words at the place. Where the user began a block of theirs above it, it stands in that now, and a block of ours
/// begins below.
pub(super) fn words(text: &Rope, place: Place, words: &str) -> Written {
    let line_break = text::dominant_eol(text).as_str();
    let layout = Layout::lenient(&text.to_string());
    let block = layout.block_at(place.next);
    if !block.is_some_and(|block| block.who == Who::Singletree && block.body.start <= place.next) {
        let end = block.map_or(text.len_bytes(), |block| block.body.end);
        return words_below(text, end, words, line_break);
    }
    let (before, after) = around(text, place.next);
    let mut added = match Who::of_line(&format!("{before}{after}")) {
        // What stood between the heading and the place was deleted.
        Some(_) => format!("{}{}", line_break.repeat(2), guarded("", words, &after)),
        None => guarded(&before, words, &after),
    };
    let next = place.next + added.len();
    // What the user typed on the line stands on a line of its own.
    if before.trim().is_empty() && !after.trim().is_empty() {
        added.push_str(&line_break.repeat(2));
    }
    let heading = place.heading;
    written(text, vec![insertion(place.next, added)], |_| Place { heading, next })
}

/// A block with words at the byte `at`, where another block may begin.
fn words_below(text: &Rope, at: usize, words: &str, line_break: &str) -> Written {
    let above = Rope::from(text.byte_slice(..at));
    let gap = gap_at_end(&above, line_break);
    let heading = at + gap.len();
    let mut added = format!("{gap}{}{line_break}{line_break}", Who::Singletree.heading());
    added.push_str(&guarded("", words, ""));
    let next = at + added.len();
    added.push_str(&line_break.repeat(if at < text.len_bytes() { 2 } else { 1 }));
    written(text, vec![insertion(at, added)], |_| Place { heading, next })
}

/// Ends the answer: the user's next block begins below, unless the user has begun it already.
pub(super) fn ending(text: &Rope, place: Place) -> Option<Written> {
    let line_break = text::dominant_eol(text).as_str();
    let layout = Layout::lenient(&text.to_string());
    let is_begun = |block: &Block| block.start >= place.next;
    let is_theirs = |block: &Block| block.who == Who::You;
    if layout.blocks.iter().any(is_begun) || layout.block_at(place.next).is_some_and(is_theirs) {
        return None;
    }
    let (_, after) = around(text, place.next);
    let mut added = format!("{line_break}{line_break}{}{line_break}", Who::You.heading());
    // Below it the line break that stands at the place makes an empty line.
    if !after.is_empty() || place.next == text.len_bytes() {
        added.push_str(line_break);
    }
    Some(written(text, vec![insertion(place.next, added)], |_| place))
}

/// The words, so that neither their first line nor their last reads as a heading together with what stands there.
fn guarded(before: &str, words: &str, after: &str) -> String {
    let first_end = words.find(['\n', '\r']);
    let last_start = words.rfind(['\n', '\r']).map(|at| at + 1);
    let first = match first_end {
        Some(end) => format!("{before}{}", &words[..end]),
        None => format!("{before}{words}{after}"),
    };
    let mut guarded = words.to_owned();
    if let Some(start) = last_start
        && Who::of_line(&format!("{}{after}", &words[start..])).is_some()
    {
        guarded.insert(start, '\\');
    }
    if Who::of_line(&first).is_some() {
        guarded.insert(0, '\\');
    }
    guarded
}

/// What stands on the line before the byte `at` and behind it.
fn around(text: &Rope, at: usize) -> (String, String) {
    let line = text.byte_to_line(at);
    let start = text.line_to_byte(line);
    let end = text.line_to_byte((line + 1).min(text.len_lines()));
    let before = text.byte_slice(start..at).to_string();
    let after = text.byte_slice(at..end.max(at)).to_string();
    (before, after.trim_end_matches(['\n', '\r']).to_owned())
}

fn insertion(at: usize, text: String) -> Edit {
    Edit { range: at..at, text }
}

/// `edits` ascend and count in `text` as it is.
fn written(text: &Rope, edits: Vec<Edit>, place: impl FnOnce(&Rope) -> Place) -> Written {
    let mut after = text.clone();
    for edit in edits.iter().rev() {
        // Offsets come from this very text.
        let applied = text::apply(&mut after, edit);
        debug_assert!(applied.is_ok(), "{edit:?}");
    }
    let place = place(&after);
    Written {
        edits,
        text: after,
        place,
    }
}
