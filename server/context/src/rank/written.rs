//! When, and with what words, the lines of a piece were written.

use std::collections::HashMap;

use crate::catalog::FileId;
use crate::history::LineHash;
use crate::rank::past::Timeline;

/// How much each of the newest changes has to do with what is asked, from 0 to 1.
pub(crate) type Telling = HashMap<u32, f32>;

/// The newest change that wrote each line of a file, where it is one of the newest changes.
pub(crate) fn changes_of(timeline: &Timeline, file: FileId, lines: &[Option<LineHash>]) -> Vec<Option<u32>> {
    let added = timeline.added(file);
    lines
        .iter()
        .map(|line| {
            let at = added.binary_search_by_key(&(*line)?, |(line, _)| *line).ok()?;
            Some(added[at].1)
        })
        .collect()
}

/// Adds the changes that wrote the lines around a line of a file.
pub(crate) fn tell(changes: &[Option<u32>], line: u32, telling: &mut Telling) {
    for (number, change) in (1_u32..).zip(changes) {
        let Some(change) = change else { continue };
        let share = match number.abs_diff(line) {
            0..=12 => 1.0,
            13..=40 => 0.3,
            _ => 0.05,
        };
        let told = telling.entry(*change).or_default();
        *told = f32::max(*told, share);
    }
}

/// What the changes that wrote a piece say of it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Written {
    /// How new the newest of them is.
    pub(crate) newest: f32,
    /// How many there are, the newer the more.
    pub(crate) recency: f32,
    /// The best of what they have to do with what is asked, squared.
    pub(crate) told: f32,
    /// The sum of the four best, each shared out among the files of the change.
    pub(crate) told_in_all: f32,
}

impl Written {
    /// `changes` are those of the piece's lines.
    pub(crate) fn of(timeline: &Timeline, telling: &Telling, changes: &[Option<u32>]) -> Self {
        let mut changes: Vec<u32> = changes.iter().copied().flatten().collect();
        changes.sort_unstable();
        changes.dedup();
        let Some(newest) = changes.first() else {
            return Self::default();
        };
        let told = |change: &u32| telling.get(change).copied().unwrap_or(0.0);
        let mut shares: Vec<f32> = changes
            .iter()
            .map(|change| told(change) / (timeline.files_of(*change) as f32).sqrt())
            .collect();
        shares.sort_by(|one, other| other.total_cmp(one));
        Self {
            newest: 1.0 / (1.0 + *newest as f32 / 5.0),
            recency: changes.iter().map(|change| 1.0 / (1.0 + *change as f32 / 20.0)).sum(),
            told: changes.iter().map(told).fold(0.0, f32::max).powi(2),
            told_in_all: shares.iter().take(4).sum(),
        }
    }
}
