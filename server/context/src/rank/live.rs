//! The signals of what the user has before them: which files are open, where they just wrote, what is wrong.
//!
//! No history tells what was open when a commit was made, so these weights are set by hand, beside those of what was
//! just committed, which are fitted: an open file says less, one that is being written as much, one with errors more.

use crate::catalog::{Catalog, FileId};
use crate::rank::board::Scores;
use crate::rank::inquiry::Signal;
use crate::rank::seed::Cursor;

/// What an editor shows at the moment, as far as it tells. Paths that the index does not know say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// Open files, the one used last first.
    pub open: Vec<String>,
    /// Where files were last edited by hand, the newest first.
    pub edited: Vec<Cursor>,
    /// Where language servers and linters see errors.
    pub errors: Vec<Cursor>,
}

pub(crate) const SIGNALS: &[Signal] = &[
    Signal {
        name: "open",
        share: 0.15,
        place: 0.20,
        score: |i| in_order(i.catalog, i.question.live.open.iter().copied()),
        because: "is open in the editor",
    },
    Signal {
        name: "edited",
        share: 0.40,
        place: 0.40,
        score: |i| in_order(i.catalog, i.question.live.edited.iter().map(|(file, _)| *file)),
        because: "was just edited",
    },
    Signal {
        name: "errors",
        share: 0.70,
        place: 0.50,
        score: |i| counted(i.catalog, &i.question.live.errors),
        because: "has errors in the editor",
    },
];

/// What a piece gains by a line in it that was just edited or has an error: logarithms of odds.
const EDITED_PIECE: f32 = 1.0;
const WRONG_PIECE: f32 = 1.5;

/// The same as [`Live`], found in the catalog.
#[derive(Default)]
pub(crate) struct Found {
    open: Vec<FileId>,
    edited: Vec<(FileId, u32)>,
    errors: Vec<(FileId, u32)>,
}

impl Found {
    pub(crate) fn of(live: &Live, catalog: &Catalog) -> Self {
        let place = |place: &Cursor| Some((catalog.id_of(&place.path)?, place.line));
        Self {
            open: live.open.iter().filter_map(|path| catalog.id_of(path)).collect(),
            edited: live.edited.iter().filter_map(place).collect(),
            errors: live.errors.iter().filter_map(place).collect(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.edited.is_empty() && self.errors.is_empty()
    }

    /// What these lines of a file gain.
    pub(crate) fn gain(&self, file: FileId, first: u32, last: u32) -> f32 {
        let holds = |places: &[(FileId, u32)]| {
            let in_piece = |place: &(FileId, u32)| place.0 == file && (first..=last).contains(&place.1);
            f32::from(u8::from(places.iter().any(in_piece)))
        };
        holds(&self.edited) * EDITED_PIECE + holds(&self.errors) * WRONG_PIECE
    }
}

/// The first says most, those far behind nearly nothing.
fn in_order(catalog: &Catalog, files: impl Iterator<Item = FileId>) -> Scores {
    let mut scores = vec![0.0; catalog.files.len()];
    for (rank, file) in files.enumerate() {
        let score = &mut scores[file as usize];
        *score = f32::max(*score, 4.0 / (4.0 + rank as f32));
    }
    scores
}

/// Many say more than one, but not as many times more.
fn counted(catalog: &Catalog, places: &[(FileId, u32)]) -> Scores {
    let mut scores = vec![0.0_f32; catalog.files.len()];
    for (file, _) in places {
        scores[*file as usize] += 1.0;
    }
    scores.iter().map(|count| count.ln_1p()).collect()
}
