//! One order from all signals: the sum of each signal's share of its best score and of its place, weighted; and what a
//! file is (code, a test, prose) as a plain difference.

use crate::catalog::{Catalog, FileId};
use crate::rank::board::Board;
use crate::rank::inquiry::Signal;
use crate::rank::{cursor, live, query};
use crate::standing::Standing;

/// Signals that say nothing of the request: on their own they do not make a file an answer.
const PRIORS: [&str; 7] = ["just", "last", "folder", "here_just", "here_last", "open", "edited"];

/// All files with a score, best first. The cursor's own file is not among them: it is where the user is.
pub(crate) fn fuse(catalog: &Catalog, board: &Board) -> Vec<(FileId, f32)> {
    let columns: Vec<_> = signals()
        .filter_map(|signal| Some((board.column(signal.name)?, signal)))
        .collect();
    let mut files: Vec<(FileId, f32)> = (0..)
        .zip(&catalog.files)
        .filter(|(id, _)| Some(*id) != board.own)
        .filter(|(id, _)| {
            columns
                .iter()
                .any(|(column, signal)| !PRIORS.contains(&signal.name) && column.share(*id) > 0.0)
        })
        .filter_map(|(id, file)| {
            let parts = columns
                .iter()
                .map(|(column, signal)| signal.share * column.share(id) + signal.place * column.place(id));
            let score: f32 = parts.sum();
            (score > 0.0).then(|| (id, score + handicap(file.standing)))
        })
        .collect();
    files.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    files
}

/// The signals that say most for a file, in words.
pub(crate) fn reasons(board: &Board, file: FileId, count: usize) -> Vec<&'static str> {
    let mut parts: Vec<(f32, &'static str)> = signals()
        .filter_map(|signal| {
            let column = board.column(signal.name)?;
            let part = signal.share * column.share(file) + signal.place * column.place(file);
            (part > 0.0).then_some((part, signal.because))
        })
        .collect();
    parts.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut reasons = Vec::new();
    for (_, because) in parts {
        if reasons.len() < count && !reasons.contains(&because) {
            reasons.push(because);
        }
    }
    reasons
}

fn signals() -> impl Iterator<Item = &'static Signal> {
    query::SIGNALS.iter().chain(cursor::SIGNALS).chain(live::SIGNALS)
}

/// Set by hand: what people ask for is mostly code, and the rest is found where it is named.
fn handicap(standing: Standing) -> f32 {
    match standing {
        Standing::Code => 0.0,
        Standing::Test => -2.0,
        Standing::Aside | Standing::Document => -2.5,
        Standing::Foreign => -4.0,
    }
}
