//! Which pieces fit: the most worth for the tokens there are, and with each piece the lines that make it readable.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, FileId};
use crate::digest::Digest;
use crate::rank::piece::Worth;

/// What is taken of each file: 1-based lines.
pub(crate) type Taken = BTreeMap<FileId, BTreeSet<u32>>;

/// Between the chance alone and the chance per token: the chance of a small piece is known less well than its size.
const THRIFT: f32 = 0.35;
/// Fewer tokens are not worth telling apart.
const TOKENS_MIN: f32 = 15.0;
/// Chances below this are noise; the budget is no duty.
const CHANCE_MIN: f32 = 0.002;

/// Tokens of lines of a file.
pub(crate) type Cost<'a> = &'a dyn Fn(FileId, &BTreeSet<u32>) -> usize;

/// Room for text.
pub(crate) struct Room<'a> {
    left: usize,
    cost: Cost<'a>,
}

impl<'a> Room<'a> {
    pub(crate) fn of(budget: usize, cost: Cost<'a>) -> Self {
        Self { left: budget, cost }
    }

    /// Takes those of the lines that are not taken yet, if all of them fit.
    fn take(&mut self, taken: &mut Taken, file: FileId, lines: impl IntoIterator<Item = u32>) -> bool {
        let have = taken.get(&file);
        let new: BTreeSet<u32> = lines
            .into_iter()
            .filter(|line| have.is_none_or(|have| !have.contains(line)))
            .collect();
        let cost = (self.cost)(file, &new);
        if cost > self.left {
            return false;
        }
        self.left -= cost;
        taken.entry(file).or_default().extend(new);
        true
    }

    /// Takes whole files, in order, each as far as it fits.
    pub(crate) fn take_pinned(&mut self, catalog: &Catalog, taken: &mut Taken, files: &[FileId]) {
        for file in files {
            for piece in &catalog.file(*file).digest.pieces {
                self.take(taken, *file, piece.first..=piece.last);
            }
        }
    }

    /// Takes the pieces that are worth most.
    pub(crate) fn take_best(&mut self, catalog: &Catalog, taken: &mut Taken, mut pieces: Vec<Worth>) {
        let value = |worth: &Worth| {
            let bytes = catalog.file(worth.file).digest.pieces[worth.piece].bytes;
            worth.chance / (bytes as f32 / 4.0).max(TOKENS_MIN).powf(THRIFT)
        };
        pieces.retain(|worth| worth.chance >= CHANCE_MIN);
        pieces.sort_by(|one, other| {
            let by_value = value(other).total_cmp(&value(one));
            by_value.then((one.file, one.piece).cmp(&(other.file, other.piece)))
        });
        for worth in pieces {
            let digest = &catalog.file(worth.file).digest;
            let piece = &digest.pieces[worth.piece];
            let lines = headers(digest, worth.piece).chain(piece.first..=piece.last);
            self.take(taken, worth.file, lines);
        }
    }

    /// Takes the first lines of the declarations of a file, if they take no more than a share of the room.
    pub(crate) fn take_signatures(&mut self, catalog: &Catalog, taken: &mut Taken, file: FileId, cap: usize) -> bool {
        let lines: BTreeSet<u32> = catalog
            .file(file)
            .digest
            .declarations
            .iter()
            .map(|declared| declared.name_line)
            .collect();
        let cost = (self.cost)(file, &lines);
        !lines.is_empty() && cost <= cap && self.take(taken, file, lines)
    }
}

/// The lines that name the declarations around a piece.
fn headers(digest: &Digest, piece: usize) -> impl Iterator<Item = u32> + '_ {
    let parent = |index: u32| digest.declarations.get(index as usize)?.parent;
    let own = digest.pieces[piece].declaration;
    // A piece cut out of a long declaration needs the name of that one too.
    std::iter::successors(own, move |index| parent(*index)).filter_map(|index| {
        let declared = digest.declarations.get(index as usize)?;
        Some(declared.name_line)
    })
}
