//! Random documents and edits.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use ropey::Rope;
use text::{Edit, apply};

/// Few, short and repetitive, so that lines and tokens collide, and `\r` and `\n` meet, all the time.
const PIECES: &[&str] = &[
    "a", "b", "é", "𝒳", "\r", "\n", "\n", "\r\n", "\r\n", " ", "}", "a b", "\u{2028}",
];

pub(crate) fn text() -> impl Strategy<Value = String> {
    pieces(24)
}

fn pieces(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(select(PIECES), 0..most).prop_map(|pieces| pieces.concat())
}

/// An edit still to be placed in some text.
#[derive(Clone, Debug)]
pub(crate) struct Stroke {
    at: Index,
    len: usize,
    pub(crate) insert: String,
}

/// Typing: mostly insertions and short deletions, sometimes of lines.
pub(crate) fn stroke() -> impl Strategy<Value = Stroke> {
    (any::<Index>(), prop_oneof![Just(0), 0..3_usize, 0..12_usize], pieces(4)).prop_map(|(at, len, insert)| Stroke {
        at,
        len,
        insert,
    })
}

impl Stroke {
    /// The edit at this text's characters.
    pub(crate) fn on(&self, text: &str) -> Edit {
        let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let first = self.at.index(bounds.len());
        let last = (first + self.len).min(bounds.len() - 1);
        Edit {
            range: bounds[first]..bounds[last],
            text: self.insert.clone(),
        }
    }
}

pub(crate) fn strokes(most: usize) -> impl Strategy<Value = Vec<Stroke>> {
    prop::collection::vec(stroke(), 1..=most)
}

/// The text after all strokes.
pub(crate) fn played(text: &str, strokes: &[Stroke]) -> String {
    strokes
        .iter()
        .fold(text.to_owned(), |text, stroke| replaced(&text, &stroke.on(&text)))
}

pub(crate) fn replaced(text: &str, edit: &Edit) -> String {
    let mut rope = Rope::from_str(text);
    apply(&mut rope, edit).unwrap();
    rope.to_string()
}

/// The text with each character that is not plain replaced by one that occurs nowhere else, letters and symbols
/// mixed, counted from `next`: what became of every single character can then be told.
pub(crate) fn unique(text: &str, next: &mut u32) -> String {
    let mut fresh = || {
        *next += 1;
        let (base, index) = if next.is_multiple_of(3) {
            (0x2190, *next / 3)
        } else {
            (0x100, *next)
        };
        char::from_u32(base + index).unwrap()
    };
    text.chars()
        .map(|char| if is_plain(char) { char } else { fresh() })
        .collect()
}

/// Blanks and line breaks are never unique.
pub(crate) fn is_plain(char: char) -> bool {
    matches!(char, ' ' | '\r' | '\n')
}

/// The characters of a text that `keep` accepts, in order.
pub(crate) fn only(text: &str, keep: impl Fn(char) -> bool) -> String {
    text.chars().filter(|char| keep(*char)).collect()
}

/// The lines of a text as editors count them, endings included.
pub(crate) fn lines(text: &str) -> Vec<String> {
    Rope::from_str(text)
        .lines()
        .map(|line| line.to_string())
        .filter(|line| !line.is_empty())
        .collect()
}

impl Stroke {
    /// The same stroke with unique characters in what it inserts.
    pub(crate) fn with_unique(self, next: &mut u32) -> Self {
        Self {
            insert: unique(&self.insert, next),
            ..self
        }
    }
}
