//! The signals' scores of all files, side by side.

use crate::catalog::{Catalog, FileId};
use crate::rank::inquiry::{Inquiry, Texts};
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
    columns: Vec<(&'static str, Column)>,
}

pub(crate) struct Column {
    pub(crate) scores: Scores,
    best: f32,
    /// Of the files with a score, from 0.
    ranks: Vec<u32>,
}

impl Column {
    fn of(scores: Scores) -> Self {
        let mut order: Vec<FileId> = (0..u32::try_from(scores.len()).unwrap_or(u32::MAX))
            .filter(|file| scores[*file as usize] > 0.0)
            .collect();
        order.sort_by(|one, other| {
            scores[*other as usize]
                .total_cmp(&scores[*one as usize])
                .then(one.cmp(other))
        });
        let mut ranks = vec![u32::MAX; scores.len()];
        for (rank, file) in (0_u32..).zip(&order) {
            ranks[*file as usize] = rank;
        }
        let best = order.first().map_or(0.0, |file| scores[*file as usize]);
        Self { scores, best, ranks }
    }

    /// The score as a share of the best one.
    pub(crate) fn share(&self, file: FileId) -> f32 {
        if self.best > 0.0 {
            self.scores[file as usize] / self.best
        } else {
            0.0
        }
    }

    /// 1 for the first, falling by half every four ranks or so; 0 without a score.
    pub(crate) fn place(&self, file: FileId) -> f32 {
        match self.ranks[file as usize] {
            u32::MAX => 0.0,
            rank => 4.0 / (4.0 + rank as f32),
        }
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
            .map(|signal| (signal.name, Column::of((signal.score)(inquiry))))
            .collect();
        Self { own, columns }
    }

    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, column)| column)
    }

    /// For each signal its name, and the file's share of the best score and its place.
    pub fn of_file(&self, file: u32) -> impl Iterator<Item = (&'static str, f32, f32)> + '_ {
        self.columns
            .iter()
            .map(move |(name, column)| (*name, column.share(file), column.place(file)))
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
