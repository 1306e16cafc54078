//! One order from all signals: the sum of each signal's share of its best score and of its place, weighted; and what a
//! file is (code, a test, prose) as a plain difference.

use crate::catalog::{Catalog, FileId};
use crate::rank::board::{Board, Ranked};
use crate::rank::inquiry::Signal;
use crate::standing::Standing;

/// Signals that say nothing of the request: on their own they do not make a file an answer.
const PRIORS: [&str; 7] = ["just", "last", "folder", "here_just", "here_last", "open", "edited"];

/// All files with a score, best first. The cursor's own file is not among them: it is where the user is.
pub(crate) fn fuse(catalog: &Catalog, board: &Board) -> Vec<(FileId, f32)> {
    let mut scores = vec![0.0; catalog.files.len()];
    let mut are_answers = vec![false; catalog.files.len()];
    for (signal, column) in &board.columns {
        let is_answer = !PRIORS.contains(&signal.name);
        for ((share, place), (score, answers)) in column.of_all().zip(scores.iter_mut().zip(&mut are_answers)) {
            *score += part(signal, share, place);
            *answers |= is_answer && share > 0.0;
        }
    }
    if let Some(own) = board.own {
        are_answers[own as usize] = false;
    }
    let mut order = Vec::with_capacity(scores.len());
    for (file, (score, answers)) in (0..).zip(scores.iter_mut().zip(are_answers)) {
        if answers && *score > 0.0 {
            *score += handicap(catalog.file(file).standing);
            order.push(Ranked::new(*score, file));
        }
    }
    order.sort_unstable();
    let files = order.into_iter().map(Ranked::file);
    files.map(|file| (file, scores[file as usize])).collect()
}

/// What a signal adds to a file's score.
fn part(signal: &Signal, share: f32, place: f32) -> f32 {
    signal.share * share + signal.place * place
}

/// What says most for a file, in words: each reason by all signals that give it.
pub(crate) fn reasons(board: &Board, file: FileId, count: usize) -> Vec<&'static str> {
    let mut reasons: Vec<(f32, &'static str)> = Vec::new();
    for (signal, column) in &board.columns {
        let part = part(signal, column.share(file), column.place(file));
        match reasons.iter_mut().find(|(_, because)| *because == signal.because) {
            Some((sum, _)) => *sum += part,
            None => reasons.push((part, signal.because)),
        }
    }
    reasons.retain(|(sum, _)| *sum > 0.0);
    reasons.sort_by(|one, other| other.0.total_cmp(&one.0));
    reasons.into_iter().take(count).map(|(_, because)| because).collect()
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
