//! What was changed before: for requests in like words, together with the files found so far, or lately.

use std::collections::HashMap;
use std::sync::Arc;

use crate::catalog::{ByTerm, Catalog, FileId};
use crate::history::{Change, History, LINED_COMMITS, LineHash, Past, PathId};
use crate::rank::board::Scores;
use crate::rank::seed::{Weighted, most};
use crate::rank::text::{rarity, saturate};
use crate::words::Term;

/// The past of the files that there are: what is gone is left out, what was renamed is found under its new name.
#[derive(Default)]
pub struct Timeline {
    changes: Vec<Step>,
    /// Changes by the words of their messages: index, times.
    words: ByTerm<Vec<(u32, u16)>>,
    /// Changes by the files that they touch, newest first.
    touching: Vec<Vec<u32>>,
    mean_length: f32,
    /// Changes by the label of their messages.
    labels: ByTerm<Vec<u32>>,
    /// Words in all messages about a file.
    told_lengths: Vec<f32>,
    /// The lines that the newest changes added to each file, sorted, with the newest of them that added it.
    added: HashMap<FileId, Vec<(LineHash, u32)>>,
}

struct Step {
    files: Box<[FileId]>,
    /// Words in its message.
    length: f32,
    change: Arc<Change>,
    /// 1 now, less the longer ago.
    freshness: f32,
}

/// Changes with like messages that are looked at.
const LIKE: usize = 100;
/// Changes that may belong to the same work, and how like the likest message of all theirs must be.
const GOING_ON: u32 = 200;
const MUCH_LIKE: f32 = 0.4;
/// Changes with like messages whose other words are taken, and how many of these.
const SAYING: usize = 10;
const ALSO_SAID: usize = 25;
/// Messages that tell what a file is about at present.
const MESSAGES: usize = 6;
/// After this many seconds a change counts half.
const HALF_LIFE: f32 = 2.0 * 365.0 * 86_400.0;

impl Timeline {
    #[must_use]
    pub fn of(history: &History, past: &Past, catalog: &Catalog) -> Self {
        let mut ids = Current::of(history, catalog);
        let now = past.changes.first().map_or(0, |change| change.time);
        let mut timeline = Self {
            touching: vec![Vec::new(); catalog.files.len()],
            told_lengths: vec![0.0; catalog.files.len()],
            ..Self::default()
        };
        for change in &past.changes {
            let added = ids.added_by(change);
            let files = ids.files_of(change);
            timeline.push(change, files, added, now);
        }
        for lines in timeline.added.values_mut() {
            lines.sort_unstable();
            lines.dedup_by_key(|(line, _)| *line);
        }
        let total: f32 = timeline.changes.iter().map(|step| step.length).sum();
        timeline.mean_length = total / timeline.changes.len().max(1) as f32;
        timeline
    }

    /// Files by the words of all messages about them.
    pub(crate) fn told(&self, words: &[Weighted]) -> Scores {
        let mut scores = vec![0.0; self.touching.len()];
        let mean = self.told_lengths.iter().sum::<f32>() / self.told_lengths.len().max(1) as f32;
        for (term, weight) in words {
            let times = self.times_told(*term);
            let rarity = rarity(self.touching.len(), times.len());
            for (file, times) in times {
                let ratio = self.told_lengths[file as usize] / mean.max(1.0);
                scores[file as usize] += weight * rarity * saturate(times, ratio, 0.7);
            }
        }
        scores
    }

    /// How often the messages about each file have a word.
    fn times_told(&self, term: Term) -> HashMap<FileId, f32> {
        let mut times = HashMap::new();
        for (index, count) in self.words.get(&term).into_iter().flatten() {
            for file in &self.changes[*index as usize].files {
                *times.entry(*file).or_default() += f32::from(*count);
            }
        }
        times
    }

    /// Files that changed under the same label.
    pub(crate) fn labelled(&self, label: Option<Term>) -> Scores {
        let mut scores = vec![0.0; self.touching.len()];
        let Some(found) = label.and_then(|label| self.labels.get(&label)) else {
            return scores;
        };
        for index in found {
            let step = &self.changes[*index as usize];
            for file in &step.files {
                scores[*file as usize] += (0.3 + 0.7 * step.freshness) / (step.files.len() as f32).sqrt();
            }
        }
        scores
    }

    /// Files that change under the labels under which a file changes.
    pub(crate) fn labels_of(&self, file: FileId) -> Scores {
        let mut scores = vec![0.0; self.touching.len()];
        let touching = &self.touching[file as usize];
        for found in self.labels.values() {
            let own = touching
                .iter()
                .filter(|index| found.binary_search(index).is_ok())
                .count() as f32;
            if own == 0.0 {
                continue;
            }
            for index in found {
                let step = &self.changes[*index as usize];
                for other in &step.files {
                    scores[*other as usize] +=
                        own / found.len() as f32 * step.freshness / (step.files.len() as f32).sqrt();
                }
            }
        }
        scores
    }

    /// Files changed in the few changes before and after those of a file.
    pub(crate) fn around(&self, file: FileId) -> Scores {
        let mut scores = vec![0.0; self.touching.len()];
        for index in self.touching[file as usize].iter().take(30) {
            for distance in 0..=4_u32 {
                for near in [index.checked_sub(distance), Some(index + distance)]
                    .into_iter()
                    .flatten()
                {
                    let Some(step) = self.changes.get(near as usize) else {
                        continue;
                    };
                    let fresh = 1.0 / (1.0 + *index as f32 / 50.0);
                    for other in step.files.iter().filter(|other| **other != file) {
                        scores[*other as usize] += fresh / (1.0 + distance as f32) / (step.files.len() as f32).sqrt();
                    }
                }
            }
        }
        scores
    }

    /// The files of the last few changes.
    pub(crate) fn last(&self, half: f32) -> Scores {
        let newest = |file: &Vec<u32>| {
            file.iter()
                .map(|index| (1.0 + *index as f32 / half).powi(-2))
                .sum::<f32>()
        };
        self.touching.iter().map(newest).collect()
    }

    fn push<'c>(
        &mut self,
        change: &Arc<Change>,
        files: Box<[FileId]>,
        added: impl Iterator<Item = (FileId, &'c [LineHash])>,
        now: i64,
    ) {
        if files.is_empty() {
            return;
        }
        let index = u32::try_from(self.changes.len()).unwrap_or(u32::MAX);
        let length: f32 = change.words.iter().map(|(_, times)| f32::from(*times)).sum();
        for (term, times) in &change.words {
            self.words.entry(*term).or_default().push((index, *times));
        }
        if let Some(label) = change.label {
            self.labels.entry(label).or_default().push(index);
        }
        for file in &files {
            self.touching[*file as usize].push(index);
            self.told_lengths[*file as usize] += length;
        }
        for (file, lines) in added.filter(|_| (index as usize) < LINED_COMMITS) {
            let known = self.added.entry(file).or_default();
            known.extend(lines.iter().map(|line| (*line, index)));
        }
        let age = now.saturating_sub(change.time).max(0) as f32;
        self.changes.push(Step {
            files,
            length,
            change: Arc::clone(change),
            freshness: (-age / HALF_LIFE * std::f32::consts::LN_2).exp(),
        });
    }

    /// The changes whose messages have the words, with BM25 scores, best first.
    pub(crate) fn like(&self, words: &[Weighted]) -> Vec<(u32, f32)> {
        let mut scores: HashMap<u32, f32> = HashMap::new();
        for (term, weight) in words {
            let Some(found) = self.words.get(term) else { continue };
            let rarity = rarity(self.changes.len(), found.len());
            for (index, times) in found {
                let ratio = self.changes[*index as usize].length / self.mean_length.max(1.0);
                let times = f32::from(*times);
                *scores.entry(*index).or_default() += weight * rarity * saturate(times, ratio, 0.5);
            }
        }
        let mut found: Vec<(u32, f32)> = scores.into_iter().collect();
        found.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        found.truncate(LIKE);
        found
    }

    /// Files of the changes that are [`Timeline::like`] a message: what all of them say together.
    pub(crate) fn summed(&self, like: &[(u32, f32)]) -> Scores {
        self.gather(like, |sum, share| sum + share)
    }

    /// The same: what the likest of them says.
    pub(crate) fn best(&self, like: &[(u32, f32)]) -> Scores {
        self.gather(like, f32::max)
    }

    /// What the likest messages say beside the `words` that they are like: what the repository calls it. By term.
    pub(crate) fn also_said(&self, like: &[(u32, f32)], words: &[Weighted]) -> Vec<Weighted> {
        let top = like.first().map_or(1.0, |(_, score)| *score);
        let mut said: HashMap<Term, f32> = HashMap::new();
        for (index, score) in like.iter().take(SAYING) {
            let step = &self.changes[*index as usize];
            for (term, times) in &step.change.words {
                let having = self.words.get(term).map_or(0, Vec::len);
                let share = f32::from(*times) / (step.length + 4.0);
                *said.entry(*term).or_default() += (score / top).powi(2) * share * rarity(self.changes.len(), having);
            }
        }
        let is_new = |(term, _): &Weighted| words.binary_search_by_key(term, |(word, _)| *word).is_err();
        most(said.into_iter().filter(is_new).collect(), ALSO_SAID)
    }

    /// Files of those of the last changes that are much like a message: work that goes on.
    pub(crate) fn going_on(&self, like: &[(u32, f32)]) -> Scores {
        let mut scores = vec![0.0; self.touching.len()];
        let top = like.first().map_or(1.0, |(_, score)| *score);
        let is_near = |(index, score): &&(u32, f32)| *index < GOING_ON && score / top > MUCH_LIKE;
        for (index, score) in like.iter().filter(is_near) {
            let step = &self.changes[*index as usize];
            let share = score / top / (1.0 + *index as f32 / 8.0) / (step.files.len() as f32).sqrt();
            for file in &step.files {
                scores[*file as usize] += share;
            }
        }
        scores
    }

    fn gather(&self, like: &[(u32, f32)], add: impl Fn(f32, f32) -> f32) -> Scores {
        let mut scores = vec![0.0; self.touching.len()];
        let top = like.first().map_or(1.0, |(_, score)| *score);
        for (index, score) in like {
            let step = &self.changes[*index as usize];
            let share = (score / top).powi(2) * (0.4 + 0.6 * step.freshness) / (step.files.len() as f32).sqrt();
            for file in &step.files {
                let slot: &mut f32 = &mut scores[*file as usize];
                *slot = add(*slot, share);
            }
        }
        scores
    }

    /// The lines that the newest changes added to a file, sorted, with the newest of them that added it.
    pub(crate) fn added(&self, file: FileId) -> &[(LineHash, u32)] {
        self.added.get(&file).map_or(&[], Vec::as_slice)
    }

    /// How many files a change touched.
    pub(crate) fn files_of(&self, change: u32) -> usize {
        self.changes[change as usize].files.len()
    }

    /// Files that change in the same commits as a file, as a share of both files' changes.
    pub(crate) fn together(&self, file: FileId) -> Scores {
        let mut scores = vec![0.0; self.touching.len()];
        let touching = &self.touching[file as usize];
        for index in touching {
            let step = &self.changes[*index as usize];
            for other in step.files.iter().filter(|other| **other != file) {
                scores[*other as usize] += 1.0 / (step.files.len() as f32).sqrt();
            }
        }
        for (other, score) in scores.iter_mut().enumerate() {
            let all = (touching.len() as f32 + 1.0) * (self.touching[other].len() as f32 + 1.0);
            *score /= all.sqrt();
        }
        scores
    }

    /// Words of the last messages about a file.
    pub(crate) fn messages_of(&self, file: FileId) -> Vec<Weighted> {
        let newest = self.touching[file as usize].iter().take(MESSAGES);
        let steps = newest.map(|index| &self.changes[*index as usize]);
        let mut terms: Vec<Term> = steps
            .flat_map(|step| step.change.words.iter().map(|(term, _)| *term))
            .collect();
        terms.sort_unstable();
        terms
            .chunk_by(|one, next| one == next)
            .map(|run| (run[0], run.len() as f32))
            .collect()
    }
}

/// The files of today behind the paths of then.
struct Current {
    ids: Vec<Option<FileId>>,
}

impl Current {
    fn of(history: &History, catalog: &Catalog) -> Self {
        Self {
            ids: history
                .paths
                .iter()
                .map(|path| catalog.by_path.get(path).copied())
                .collect(),
        }
    }

    fn added_by<'c>(&self, change: &'c Change) -> impl Iterator<Item = (FileId, &'c [LineHash])> + use<'c> {
        let ids: Vec<Option<FileId>> = change.added.iter().map(|(path, _)| self.ids[*path as usize]).collect();
        let lines = change.added.iter().map(|(_, lines)| &**lines);
        ids.into_iter().zip(lines).filter_map(|(id, lines)| Some((id?, lines)))
    }

    /// Called for the newest change first: a rename tells what the older ones called the file.
    fn files_of(&mut self, change: &Change) -> Box<[FileId]> {
        let mut files: Vec<FileId> = change
            .files
            .iter()
            .filter_map(|path| self.ids[*path as usize])
            .collect();
        files.sort_unstable();
        files.dedup();
        for (old, new) in &change.renames {
            self.follow(*old, *new);
        }
        files.into()
    }

    fn follow(&mut self, old: PathId, new: PathId) {
        if self.ids[old as usize].is_none() {
            self.ids[old as usize] = self.ids[new as usize];
        }
    }
}
