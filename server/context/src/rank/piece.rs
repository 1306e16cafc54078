//! Which pieces of the likely files are worth sending: the chance that a piece is among what has to be read or changed.

mod view;

use std::collections::HashMap;

use crate::catalog::{Catalog, FileId};
use crate::history::line_hash;
use crate::rank::board::Board;
use crate::rank::fusion;
use crate::rank::inquiry::{Inquiry, Texts};
use crate::rank::past::Timeline;
use crate::rank::seed::{Question, Seed};
use crate::standing::Standing;
use view::{FEATURES, Features, OF_FILE};

/// A piece of a file and what it is worth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Worth {
    pub(crate) file: FileId,
    pub(crate) piece: usize,
    /// From 0 to 1.
    pub(crate) chance: f32,
    /// What it says apart from the file that it is in: a part of the logarithm of the odds.
    pub(crate) own: f32,
}

/// What is known of a piece, and what it counts for in the logistic model: for a request, and for a cursor. See the
/// README, *Where the weights come from*.
const WEIGHTS: [(f32, f32); FEATURES] = [
    (0.160, 0.231),   // the file's score less the best file's
    (-0.076, -0.437), // the same as a ratio
    (1.387, 1.394),   // the file's place
    (0.746, 0.475),   // words asked for, times the ratio of the file's score
    (0.480, 0.193),   // is the file's first, times the file's ratio
    (0.916, -0.213),  // words asked for, against the best piece
    (0.680, 0.393),   // place in the file by these words
    (-0.141, 0.000),  // words of the first line
    (0.000, 0.493),   // words of the last messages about the cursor's file
    (0.527, 0.341),   // names used
    (0.744, 0.344),   // names declared
    (0.265, 0.082),   // words asked for in its name
    (0.251, 0.494),   // words of its neighbours
    (-0.291, -0.289), // pieces in the file
    (0.683, 0.555),   // how lately its lines were written
    (0.247, 0.250),   // how often they were written lately
    (0.744, 0.423),   // written by a change that has to do with what is asked
    (0.151, 0.220),   // written by such changes
    (0.000, 0.788),   // words of the cursor's line
    (0.000, 0.504),   // words of a few lines there
    (0.000, 0.540),   // words of some more
    (0.000, 0.617),   // names in these lines used
    (0.000, 0.192),   // such names declared
    (0.380, 0.000),   // words that like commits also say
    (0.148, 0.366),   // how lately the lines of its neighbours were written
];
const BIAS: (f32, f32) = (-4.685, -4.591);

/// All pieces of `files`, which come best first with their scores.
pub(crate) fn worth(inquiry: &Inquiry<'_>, files: &[(FileId, f32)]) -> Vec<Worth> {
    let is_cursor = inquiry.question.only_cursor().is_some();
    let one_of = |(query, cursor): (f32, f32)| if is_cursor { cursor } else { query };
    let (weights, bias) = (WEIGHTS.map(one_of), one_of(BIAS));
    view::features(inquiry, files)
        .into_iter()
        .map(|(file, piece, features)| {
            let parts: [f32; FEATURES] = std::array::from_fn(|feature| features[feature] * weights[feature]);
            let lines = &inquiry.catalog.file(file).digest.pieces[piece];
            let live = inquiry.question.live.gain(file, lines.first, lines.last);
            let own: f32 = parts[OF_FILE..].iter().sum::<f32>() + live;
            let of_file: f32 = parts[..OF_FILE].iter().sum();
            Worth {
                file,
                piece,
                chance: usefulness(inquiry.catalog.file(file).standing) / (1.0 + (-bias - of_file - own).exp()),
                own,
            }
        })
        .collect()
}

/// The model is fitted on code: of the rest less is read for a change, however well it fits.
fn usefulness(standing: Standing) -> f32 {
    match standing {
        Standing::Code => 1.0,
        Standing::Test | Standing::Aside | Standing::Document | Standing::Foreign => 0.15,
    }
}

/// How much the best piece of a file counts for its place among the files.
const PIECE_SHARE: f32 = 0.8;

/// Puts the first `count` files, whose pieces were weighed, in the order that these suggest; the rest stay behind them. An
/// empty file has no pieces, and comes last among them.
pub(crate) fn reorder(files: &mut [(FileId, f32)], count: usize, pieces: &[Worth]) {
    let mut best: HashMap<FileId, f32> = HashMap::new();
    for worth in pieces {
        let best = best.entry(worth.file).or_insert(f32::MIN);
        *best = best.max(worth.own);
    }
    let least = best.values().copied().reduce(f32::min).unwrap_or(0.0);
    let (weighed, rest) = files.split_at_mut(count.min(files.len()));
    for (file, score) in &mut *weighed {
        *score += PIECE_SHARE * best.get(file).copied().unwrap_or(least);
    }
    weighed.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    let last = weighed.last().map_or(f32::MAX, |(_, score)| *score);
    for (_, score) in rest {
        *score = score.min(last);
    }
}

/// For fitting the weights: path, lines, bytes and features of each piece of the first `count` files.
#[must_use]
pub fn rows(
    catalog: &Catalog,
    timeline: &Timeline,
    seed: &Seed,
    count: usize,
    read: &dyn Fn(&str) -> Option<String>,
) -> Vec<(String, [u32; 3], Vec<f32>)> {
    let lines = |file: FileId| {
        let text = read(&catalog.file(file).path).unwrap_or_default();
        text.split('\n').map(|line| line_hash(line.as_bytes())).collect()
    };
    let texts = Texts { lines: &lines, read };
    let inquiry = Inquiry::of(catalog, timeline, Question::of(seed, catalog), texts);
    let mut files = fusion::fuse(catalog, &Board::of(&inquiry));
    files.truncate(count);
    let row = |(file, piece, features): (FileId, usize, Features)| {
        let file = catalog.file(file);
        let piece = &file.digest.pieces[piece];
        (
            file.path.to_string(),
            [piece.first, piece.last, piece.bytes],
            features.to_vec(),
        )
    };
    view::features(&inquiry, &files).into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(file: FileId, own: f32) -> Worth {
        Worth {
            file,
            piece: 0,
            chance: 0.5,
            own,
        }
    }

    #[test]
    fn an_empty_file_does_not_keep_those_after_it_in_place() {
        let mut files = vec![(0, 5.0), (1, 4.9), (2, 4.8), (3, 9.0)];
        reorder(&mut files, 3, &[worth(0, 1.0), worth(2, 3.0)]);
        let order: Vec<FileId> = files.iter().map(|(file, _)| *file).collect();
        assert_eq!(order, [2, 0, 1, 3]);
        assert!(files.is_sorted_by(|one, other| one.1 >= other.1), "{files:?}");
    }
}
