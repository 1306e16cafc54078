//! Several lists of words, looked up at once: what says most of a place is on its line, a few around it and some more,
//! and so most words are in several lists. Each is read once for all of them.

use std::sync::Arc;

use crate::catalog::{Catalog, File, FileId, Holders, Posting};
use crate::digest::{Count, Digest};
use crate::rank::board::{self, Ranked, Scores};
use crate::rank::seed::Weighted;
use crate::rank::text::{self, rarity};
use crate::words::Term;

/// Words with what each counts for in each list: its weight there times its rarity over files, 0 where it is not in it.
pub(crate) struct Rated<const LISTS: usize>(Vec<(Term, [f32; LISTS])>);

impl<const LISTS: usize> Rated<LISTS> {
    /// Of lists by term; one alone may be in any order.
    pub(crate) fn of(catalog: &Catalog, lists: [&[Weighted]; LISTS]) -> Self {
        let mut rest = lists;
        let mut rated = Vec::new();
        while let Some(term) = rest.iter().filter_map(|words| words.first()).map(|word| word.0).min() {
            let having = catalog.words.get(&term).map_or(0, Holders::len);
            let rarity = rarity(catalog.files.len(), having);
            let factors = rest.each_mut().map(|words| match words.split_first() {
                Some(((first, weight), others)) if *first == term => {
                    *words = others;
                    weight * rarity
                }
                _ => 0.0,
            });
            rated.push((term, factors));
        }
        Self(rated)
    }

    /// For each list, files by the words of their text.
    pub(crate) fn files(&self, catalog: &Catalog) -> [Scores; LISTS] {
        let mean = catalog.mean_length.max(1.0);
        let damping = |file: &Arc<File>| text::damping(file.length as f32 / mean, text::B);
        let damping: Vec<f32> = catalog.files.iter().map(damping).collect();
        let mut scores = vec![[0.0; LISTS]; catalog.files.len()];
        for (term, factors) in &self.0 {
            for Posting { file, times } in catalog.words.get(term).into_iter().flatten() {
                let share = text::damped(times as f32, damping[file as usize]);
                add(&mut scores[file as usize], factors, share);
            }
        }
        by_list(&scores)
    }

    /// The pieces of one file by the words of their text. What is not wanted of it may be left out.
    pub(crate) fn pieces(&self, digest: &Digest, wanted: [bool; LISTS]) -> Vec<[f32; LISTS]> {
        let mut scores = vec![[0.0; LISTS]; digest.pieces.len()];
        for (term, factors) in &self.0 {
            let is_wanted = |(factor, wanted): (&f32, bool)| wanted && *factor > 0.0;
            if !factors.iter().zip(wanted).any(is_wanted) {
                continue;
            }
            for Count { piece, times, .. } in Digest::counts_of(&digest.words, *term) {
                let piece = usize::from(*piece);
                let length_ratio = digest.pieces[piece].bytes as f32 / text::PIECE_BYTES;
                let share = text::saturate(f32::from(*times), length_ratio, 0.5);
                add(&mut scores[piece], factors, share);
            }
        }
        scores
    }

    /// For each list, files by their best piece, of the best ones by their whole texts: as many as its count says.
    pub(crate) fn best_pieces(
        &self,
        catalog: &Catalog,
        whole: &[Scores; LISTS],
        counts: [usize; LISTS],
    ) -> [Scores; LISTS] {
        let mut wanted = vec![[false; LISTS]; catalog.files.len()];
        for (list, (scores, count)) in whole.iter().zip(counts).enumerate() {
            for file in likely(scores, count) {
                wanted[file as usize][list] = true;
            }
        }
        let mut best = vec![[0.0; LISTS]; catalog.files.len()];
        for (file, wanted) in wanted
            .into_iter()
            .enumerate()
            .filter(|(_, wanted)| wanted.contains(&true))
        {
            for scores in self.pieces(&catalog.files[file].digest, wanted) {
                for (list, score) in scores.into_iter().enumerate().filter(|(list, _)| wanted[*list]) {
                    best[file][list] = f32::max(best[file][list], score);
                }
            }
        }
        by_list(&best)
    }
}

/// The `count` files that have most, in no order.
fn likely(scores: &[f32], count: usize) -> impl Iterator<Item = FileId> + use<> {
    let mut likely = board::scored(scores);
    if likely.len() > count {
        likely.select_nth_unstable(count);
        likely.truncate(count);
    }
    likely.into_iter().map(Ranked::file)
}

/// A factor of 0 adds nothing.
fn add<const LISTS: usize>(scores: &mut [f32; LISTS], factors: &[f32; LISTS], share: f32) {
    for (score, factor) in scores.iter_mut().zip(factors) {
        *score += factor * share;
    }
}

/// The scores of each list for itself.
pub(crate) fn by_list<const LISTS: usize>(scores: &[[f32; LISTS]]) -> [Scores; LISTS] {
    std::array::from_fn(|list| scores.iter().map(|scores| scores[list]).collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::rank::seed::weigh;
    use crate::words;

    fn catalog(texts: &[String]) -> Catalog {
        let file = |(nth, text): (usize, &String)| {
            let path = format!("{nth}.rs");
            let digest = Digest::of(Path::new(&path), text);
            (path, Arc::new(digest))
        };
        Catalog::of(texts.iter().enumerate().map(file))
    }

    proptest! {
        #[test]
        fn lists_together_say_what_each_says_alone(
            texts in prop::collection::vec("(one |two |three |four |fn five\\(\\) \\{\\}\n){0,40}", 1..12),
            lists in prop::array::uniform3("(one |two |three |four |five |six ){0,8}"),
            count in 1..6_usize,
        ) {
            let catalog = catalog(&texts);
            let lists = lists.map(|list| weigh(words::terms(&list)));
            let together = Rated::of(&catalog, lists.each_ref().map(Vec::as_slice));
            let files = together.files(&catalog);
            let best = together.best_pieces(&catalog, &files, [count, 0, count]);
            for (list, words) in lists.iter().enumerate() {
                let alone = Rated::of(&catalog, [words]);
                let [of_files] = alone.files(&catalog);
                prop_assert_eq!(&files[list], &of_files);
                let count = if list == 1 { 0 } else { count };
                prop_assert_eq!(&best[list], &best_one_by_one(&catalog, &alone, &of_files, count));
            }
        }
    }

    /// Sorts all files to find the first, and looks at all of their pieces.
    fn best_one_by_one(catalog: &Catalog, words: &Rated<1>, whole: &Scores, count: usize) -> Scores {
        let mut order: Vec<usize> = (0..whole.len()).collect();
        order.sort_by(|one, other| whole[*other].total_cmp(&whole[*one]));
        let mut best = vec![0.0; whole.len()];
        for file in order.into_iter().take(count).filter(|file| whole[*file] > 0.0) {
            let pieces = words.pieces(&catalog.files[file].digest, [true]).concat();
            best[file] = pieces.into_iter().fold(0.0, f32::max);
        }
        best
    }
}
