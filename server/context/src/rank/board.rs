//! The signals' scores of all files, side by side.

use crate::catalog::{Catalog, FileId};
use crate::rank::inquiry::{Inquiry, Signal, Texts};
use crate::rank::past::Timeline;
use crate::rank::seed::{Question, Seed};
use crate::rank::{cursor, live, query};

/// One signal's score of every file, 0 where it says nothing.
pub(crate) type Scores = Vec<f32>;

/// The scores of all signals, and how they are made comparable.
#[derive(Default)]
pub struct Board {
    /// The cursor's file.
    pub(crate) own: Option<FileId>,
    /// In the order of the signals.
    pub(crate) columns: Vec<(&'static Signal, Column)>,
}

pub(crate) struct Column {
    scores: Scores,
    best: f32,
    /// Of the files with a score, from 0.
    ranks: Vec<u32>,
}

/// A file by its score: of two the better one comes first, and of two alike the one with the smaller number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ranked(u64);

impl Ranked {
    /// Numbers are sorted several times as fast as pairs of a score and a file.
    pub(crate) fn new(score: f32, file: FileId) -> Self {
        let bits = score.to_bits();
        let rising = if score.is_sign_negative() {
            !bits
        } else {
            bits | 1 << 31
        };
        Self(u64::from(!rising) << u32::BITS | u64::from(file))
    }

    pub(crate) fn file(self) -> FileId {
        (self.0 & u64::from(u32::MAX)) as FileId
    }
}

/// The files with a score, in no order yet.
pub(crate) fn scored(scores: &[f32]) -> Vec<Ranked> {
    let mut ranked = vec![Ranked(0); scores.len()];
    let mut count = 0;
    for (file, score) in (0..).zip(scores) {
        // Without a branch: which files have a score is nothing that a processor could guess.
        ranked[count] = Ranked::new(*score, file);
        count += usize::from(*score > 0.0);
    }
    ranked.truncate(count);
    ranked
}

impl Column {
    fn of(scores: Scores) -> Self {
        let mut order = scored(&scores);
        order.sort_unstable();
        let mut ranks = vec![u32::MAX; scores.len()];
        for (rank, ranked) in (0_u32..).zip(&order) {
            ranks[ranked.file() as usize] = rank;
        }
        let best = order.first().map_or(0.0, |ranked| scores[ranked.file() as usize]);
        Self { scores, best, ranks }
    }

    /// The score as a share of the best one.
    pub(crate) fn share(&self, file: FileId) -> f32 {
        share(self.scores[file as usize], self.best)
    }

    /// 1 for the first, falling by half every four ranks or so; 0 without a score.
    pub(crate) fn place(&self, file: FileId) -> f32 {
        place(self.ranks[file as usize])
    }

    /// Of all files the share and the place.
    pub(crate) fn of_all(&self) -> impl Iterator<Item = (f32, f32)> + '_ {
        let all = self.scores.iter().zip(&self.ranks);
        all.map(|(score, rank)| (share(*score, self.best), place(*rank)))
    }
}

fn share(score: f32, best: f32) -> f32 {
    if best > 0.0 { score / best } else { 0.0 }
}

fn place(rank: u32) -> f32 {
    match rank {
        u32::MAX => 0.0,
        rank => 4.0 / (4.0 + rank as f32),
    }
}

/// The scores of all signals for a seed.
#[must_use]
pub fn board(catalog: &Catalog, timeline: &Timeline, seed: &Seed, read: &dyn Fn(&str) -> Option<String>) -> Board {
    let texts = Texts {
        lines: &|_| Vec::new(),
        read,
    };
    Board::of(&Inquiry::of(catalog, timeline, Question::of(seed, catalog), texts))
}

impl Board {
    pub(crate) fn of(inquiry: &Inquiry<'_>) -> Self {
        let own = inquiry.question.cursor.as_ref().map(|at| at.file);
        let by_query = query::SIGNALS.iter().filter(|_| !inquiry.words().is_empty());
        let by_cursor = cursor::SIGNALS.iter().filter(|_| own.is_some());
        let by_live = live::SIGNALS.iter().filter(|_| !inquiry.question.live.is_empty());
        let columns = by_query
            .chain(by_cursor)
            .chain(by_live)
            .map(|signal| (signal, Column::of((signal.score)(inquiry))))
            .collect();
        Self { own, columns }
    }

    /// For each signal its name, and the file's share of the best score and its place.
    pub fn of_file(&self, file: u32) -> impl Iterator<Item = (&'static str, f32, f32)> + '_ {
        self.columns
            .iter()
            .map(move |(signal, column)| (signal.name, column.share(file), column.place(file)))
    }

    /// The files that any signal has among its first `count`.
    #[must_use]
    pub fn firsts(&self, count: u32) -> Vec<u32> {
        let mut files: Vec<FileId> = self
            .columns
            .iter()
            .flat_map(|(_, column)| {
                (0_u32..)
                    .zip(&column.ranks)
                    .filter(move |(_, rank)| **rank < count)
                    .map(|(file, _)| file)
            })
            .collect();
        files.sort_unstable();
        files.dedup();
        files
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn files_are_ranked_by_score_and_then_by_number(
            scores in prop::collection::vec(prop_oneof![any::<f32>(), -2.0..2.0_f32, Just(1.0)], 0..40),
        ) {
            let all = || (0_u32..).zip(&scores).map(|(file, score)| (file, *score));
            let mut ranked: Vec<Ranked> = all().map(|(file, score)| Ranked::new(score, file)).collect();
            ranked.sort_unstable();
            let mut sorted: Vec<(u32, f32)> = all().collect();
            sorted.sort_by(|one, other| other.1.total_cmp(&one.1));
            let files: Vec<u32> = sorted.iter().map(|(file, _)| *file).collect();
            prop_assert_eq!(ranked.into_iter().map(Ranked::file).collect::<Vec<_>>(), files);

            let mut with_score: Vec<u32> = scored(&scores).into_iter().map(Ranked::file).collect();
            with_score.sort_unstable();
            let expect: Vec<u32> = all().filter(|(_, score)| *score > 0.0).map(|(file, _)| file).collect();
            prop_assert_eq!(with_score, expect);
        }
    }
}
