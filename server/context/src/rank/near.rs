//! What is near the cursor: in words, in the tree of folders, in names used and declared.

use std::collections::HashMap;

use crate::catalog::{Catalog, File};
use crate::digest::Digest;
use crate::rank::board::Scores;
use crate::rank::rated::Rated;
use crate::rank::seed::{self, At, Weighted};
use crate::words;

/// Lines before and after the cursor that are read as a query.
const WINDOW: u32 = 30;

/// Lines on either side of the cursor's, from near to far. What is on the line itself tells most.
const FEW: usize = 3;
const SOME: usize = 10;
/// The same for names, which tell more.
const NAMES: usize = 2;

/// What stands around the cursor.
#[derive(Default)]
pub(crate) struct Here {
    /// Words of the pieces around it.
    pub(crate) window: Vec<Weighted>,
    /// Words of its line, of a few lines, and of some more.
    pub(crate) line: Vec<Weighted>,
    pub(crate) few: Vec<Weighted>,
    pub(crate) some: Vec<Weighted>,
    /// Names in the lines next to it.
    pub(crate) names: Vec<String>,
    /// Words of the last messages about its file.
    pub(crate) told: Vec<Weighted>,
}

impl Here {
    /// `text` is that of the cursor's file.
    pub(crate) fn of(catalog: &Catalog, at: &At, text: &str, told: Vec<Weighted>) -> Self {
        let words = |around: usize| seed::weigh(words::terms(&lines_around(text, at.line, around)));
        Self {
            window: window_words(catalog, at),
            line: words(0),
            few: words(FEW),
            some: words(SOME),
            names: seed::names(&lines_around(text, at.line, NAMES)),
            told,
        }
    }
}

/// How much each file is like what stands around the cursor.
pub(crate) struct Around {
    pub(crate) window: Likeness,
    pub(crate) line: Likeness,
    /// By the words of the whole text alone: pieces like a few lines say nothing more.
    pub(crate) few: Scores,
    pub(crate) some: Likeness,
}

pub(crate) struct Likeness {
    /// By the words of the whole text.
    pub(crate) text: Scores,
    /// By those of the best piece.
    pub(crate) piece: Scores,
}

/// Files whose pieces are looked at one by one.
const LIKELY: usize = 150;

impl Around {
    pub(crate) fn of(catalog: &Catalog, here: &Here) -> Self {
        let words = Rated::of(catalog, [&here.window, &here.line, &here.few, &here.some]);
        let texts = words.files(catalog);
        let [in_window, in_line, _, in_some] = words.best_pieces(catalog, &texts, [LIKELY, LIKELY, 0, LIKELY]);
        let [window, line, few, some] = texts;
        let likeness = |text, piece| Likeness { text, piece };
        Self {
            window: likeness(window, in_window),
            line: likeness(line, in_line),
            few,
            some: likeness(some, in_some),
        }
    }
}

fn lines_around(text: &str, line: u32, around: usize) -> String {
    let at = line.saturating_sub(1) as usize;
    let first = at.saturating_sub(around);
    let lines = text.lines().skip(first).take(at + around + 1 - first);
    lines.collect::<Vec<_>>().join("\n")
}

/// Words around the cursor; those of its own piece count double.
fn window_words(catalog: &Catalog, at: &At) -> Vec<Weighted> {
    let digest = &catalog.file(at.file).digest;
    gather(digest, |piece| {
        if piece == at.piece {
            2.0
        } else if in_window(digest, at, piece) {
            1.0
        } else {
            0.0
        }
    })
}

fn in_window(digest: &Digest, at: &At, piece: usize) -> bool {
    let piece = &digest.pieces[piece];
    piece.first <= at.line + WINDOW && piece.last + WINDOW >= at.line
}

fn gather(digest: &Digest, weight_of: impl Fn(usize) -> f32) -> Vec<Weighted> {
    digest
        .words
        .chunk_by(|one, next| one.term == next.term)
        .filter_map(|counts| {
            let times: f32 = counts
                .iter()
                .map(|count| f32::from(count.times) * weight_of(usize::from(count.piece)))
                .sum();
            (times > 0.0).then(|| (counts[0].term, 1.0 + times.ln().max(0.0)))
        })
        .collect()
}

/// Files by how few steps through the folders lead to them.
pub(crate) fn by_folder(catalog: &Catalog, at: &At) -> Scores {
    let here = &catalog.file(at.file).path;
    let steps = catalog.files.iter().map(|file| steps(here, &file.path));
    steps
        .map(|steps| if steps == 0 { 0.0 } else { 2.0 / steps as f32 })
        .collect()
}

/// The names of one path and of the other that they do not begin with in common.
fn steps(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let start = one[..same]
        .iter()
        .rposition(|byte| *byte == b'/')
        .map_or(0, |at| at + 1);
    let names = |path: &[u8]| path[start..].iter().filter(|byte| **byte == b'/').count() + 1;
    let ends = |path: &[u8]| path.get(same).is_none_or(|byte| *byte == b'/');
    names(one) + names(other) - if ends(one) && ends(other) { 2 } else { 0 }
}

/// Files whose folder holds others with a high score.
pub(crate) fn by_siblings(catalog: &Catalog, scores: &Scores) -> Scores {
    let folder = |path: &'_ str| path.rfind('/').unwrap_or(0);
    let mut folders: HashMap<&str, (f32, f32)> = HashMap::new();
    for (file, score) in catalog.files.iter().zip(scores) {
        let (sum, count) = folders.entry(&file.path[..folder(&file.path)]).or_default();
        *sum += score;
        *count += 1.0;
    }
    let mean = |file: &File, score: f32| {
        let (sum, count) = folders
            .get(&file.path[..folder(&file.path)])
            .copied()
            .unwrap_or_default();
        (sum - score) / (count + 1.0)
    };
    catalog
        .files
        .iter()
        .zip(scores)
        .map(|(file, score)| mean(file, *score))
        .collect()
}

/// Names declared around the cursor; those that hold it count double.
pub(crate) fn names_here(catalog: &Catalog, at: &At) -> Vec<Weighted> {
    let digest = &catalog.file(at.file).digest;
    let near = digest
        .declarations
        .iter()
        .filter(|declared| declared.first <= at.line + WINDOW && declared.last + WINDOW >= at.line);
    near.map(|declared| {
        let holds = declared.first <= at.line && at.line <= declared.last;
        let name = words::hash(digest.name(declared).as_bytes());
        (name, if holds { 2.0 } else { 1.0 })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: u32, around: usize, lines: &str) {
        assert_eq!(lines_around("one\ntwo\nthree\nfour\n", line, around), lines);
    }

    fn check_steps(one: &str, other: &str, expect: usize) {
        assert_eq!(
            (steps(one, other), steps(other, one)),
            (expect, expect),
            "{one} {other}"
        );
    }

    #[test]
    fn steps_lead_up_to_the_common_folder_and_down() {
        check_steps("a/b.rs", "a/b.rs", 0);
        check_steps("a/b.rs", "a/bc.rs", 2);
        check_steps("a/b.rs", "c.rs", 3);
        check_steps("a/b/c.rs", "a/bb/c.rs", 4);
        check_steps("a/b", "a/b/c.rs", 1);
        check_steps("a", "b/c/d.rs", 4);
    }

    #[test]
    fn lines_around_a_line_end_where_the_text_does() {
        check(2, 0, "two");
        check(2, 1, "one\ntwo\nthree");
        check(1, 1, "one\ntwo");
        check(4, 2, "two\nthree\nfour");
        check(9, 1, "");
        check(1, 9, "one\ntwo\nthree\nfour");
    }
}
