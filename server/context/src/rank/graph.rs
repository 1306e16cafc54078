//! Who uses whom, by name: from a name that is used to the files that declare it, and back.

use crate::catalog::{Catalog, FileId, Holders};
use crate::rank::board::Scores;

/// A name that more files declare does not say which is meant.
const DECLARING_CAP: usize = 5;

/// Files that declare what a file uses.
pub(crate) fn used_by(catalog: &Catalog, file: FileId) -> Scores {
    let mut scores = vec![0.0; catalog.files.len()];
    let uses = &catalog.file(file).digest.uses;
    for uses in uses.chunk_by(|one, next| one.term == next.term) {
        let times: f32 = uses.iter().map(|count| f32::from(count.times)).sum();
        lead(catalog, uses[0].term, file, times.sqrt(), &mut scores);
    }
    scores
}

/// Adds to the files that declare `name`, unless too many do, or the seed itself does.
pub(crate) fn lead(catalog: &Catalog, name: u32, seed: FileId, weight: f32, scores: &mut Scores) {
    let Some(declaring) = catalog.declaring.get(&name) else {
        return;
    };
    if declaring.len() > DECLARING_CAP || declaring.iter().any(|held| held.file == seed) {
        return;
    }
    let using = catalog.using.get(&name).map_or(1, Holders::len);
    let share = weight / declaring.len() as f32 / (1.0 + using as f32).ln();
    for held in declaring {
        scores[held.file as usize] += share;
    }
}
