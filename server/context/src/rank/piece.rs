//! Which pieces of the likely files are worth sending: the chance that a piece is among what has to be read or changed.

mod view;

use crate::catalog::{Catalog, FileId};
use crate::history::line_hash;
use crate::rank::board::Board;
use crate::rank::fusion;
use crate::rank::inquiry::{Inquiry, Texts};
use crate::rank::past::Timeline;
use crate::rank::seed::{Question, Seed};
use crate::standing::Standing;
use view::{FEATURES, Features};

/// A piece of a file and what it is worth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Worth {
    pub(crate) file: FileId,
    pub(crate) piece: usize,
    /// From 0 to 1.
    pub(crate) chance: f32,
}

/// What is known of a piece, and what it counts for in the logistic model: for a request, and for a cursor. See the
/// README, *Where the weights come from*.
const WEIGHTS: [(f32, f32); FEATURES] = [
    (0.294, 0.282),   // the file's score less the best file's
    (-0.229, -0.458), // the same as a ratio
    (1.910, 1.806),   // the file's place
    (-0.055, -0.133), // words asked for, times the ratio of the file's score
    (0.295, 0.155),   // is the file's first, times the file's ratio
    (1.402, -0.203),  // words asked for, against the best piece
    (0.909, 0.647),   // place in the file by these words
    (-0.091, 0.000),  // words of the first line
    (0.000, 0.540),   // words of the last messages about the cursor's file
    (0.546, 0.332),   // names used
    (0.743, 0.245),   // names declared
    (0.189, -0.012),  // words asked for in its name
    (0.307, 0.380),   // words of its neighbours
    (-0.369, -0.277), // pieces in the file
    (0.760, 0.611),   // how lately its lines were written
    (0.294, 0.313),   // how often they were written lately
    (0.870, 0.476),   // written by a change that has to do with what is asked
    (0.103, 0.330),   // written by such changes
    (0.000, 0.925),   // words of the cursor's line
    (0.000, 0.513),   // words of a few lines there
    (0.000, 0.853),   // words of some more
    (0.000, 0.492),   // names in these lines used
    (0.000, 0.359),   // such names declared
    (0.491, 0.000),   // words that like commits also say
    (0.047, 0.313),   // how lately the lines of its neighbours were written
];
const BIAS: (f32, f32) = (-4.877, -5.066);

/// All pieces of `files`, which come best first with their scores.
pub(crate) fn worth(inquiry: &Inquiry<'_>, files: &[(FileId, f32)]) -> Vec<Worth> {
    let is_cursor = inquiry.question.only_cursor().is_some();
    let one_of = |(query, cursor): (f32, f32)| if is_cursor { cursor } else { query };
    let (weights, bias) = (WEIGHTS.map(one_of), one_of(BIAS));
    let is_blank = |file: FileId, piece: usize| inquiry.catalog.file(file).digest.pieces[piece].is_blank();
    view::features(inquiry, files)
        .into_iter()
        .filter(|(file, piece, _)| !is_blank(*file, *piece))
        .map(|(file, piece, features)| {
            let parts = features.iter().zip(weights).map(|(feature, weight)| feature * weight);
            let lines = &inquiry.catalog.file(file).digest.pieces[piece];
            let live = inquiry.question.live.gain(file, lines.first, lines.last);
            let odds = bias + parts.sum::<f32>() + live;
            Worth {
                file,
                piece,
                chance: usefulness(inquiry.catalog.file(file).standing) / (1.0 + (-odds).exp()),
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
