//! Words in common: Okapi BM25 over files, over their pieces, over paths and over the names that they declare.

use crate::catalog::{ByTerm, Catalog, FileId, Holders};
use crate::digest::Digest;
use crate::rank::board::Scores;
use crate::rank::rated::Rated;
use crate::rank::seed::{self, Weighted};

const K1: f32 = 1.2;
pub(crate) const B: f32 = 0.75;

/// How much a word tells, by how many of `all` have it.
pub(crate) fn rarity(all: usize, having: usize) -> f32 {
    (1.0 + (all as f32 - having as f32 + 0.5) / (having as f32 + 0.5)).ln()
}

pub(crate) fn saturate(times: f32, length_ratio: f32, b: f32) -> f32 {
    damped(times, damping(length_ratio, b))
}

/// How much less each of the times counts in a long text.
pub(crate) fn damping(length_ratio: f32, b: f32) -> f32 {
    K1 * (1.0 - b + b * length_ratio)
}

pub(crate) fn damped(times: f32, damping: f32) -> f32 {
    times * (K1 + 1.0) / (times + damping)
}

/// Files by the words of their text.
pub(crate) fn by_text(catalog: &Catalog, words: &[Weighted]) -> Scores {
    let [scores] = Rated::of(catalog, [words]).files(catalog);
    scores
}

/// Files by the words of their path.
pub(crate) fn by_path(catalog: &Catalog, words: &[Weighted]) -> Scores {
    bm25(catalog, &catalog.path_words, words, 0.0, |_| 1.0)
}

/// Files by two words that follow each other in their path.
pub(crate) fn by_path_pairs(catalog: &Catalog, pairs: &[Weighted]) -> Scores {
    bm25(catalog, &catalog.path_pairs, pairs, 0.0, |_| 1.0)
}

/// Files by two words that follow each other in a name that they declare.
pub(crate) fn by_name_pairs(catalog: &Catalog, pairs: &[Weighted]) -> Scores {
    let mean = mean_declarations(catalog);
    bm25(catalog, &catalog.name_pairs, pairs, 0.5, |file| {
        (catalog.file(file).digest.declarations.len() as f32 + 1.0) / mean
    })
}

/// How much of the file's own name the words cover. `paths` is what [`by_path`] says: where a path has none of them, its
/// name has none either.
pub(crate) fn covered_stem(catalog: &Catalog, words: &[Weighted], paths: &Scores) -> Scores {
    let files = catalog.files.iter().zip(paths);
    files
        .map(|(file, path)| {
            if *path == 0.0 {
                return 0.0;
            }
            let name = file.path.rsplit('/').next().unwrap_or_default();
            let stem = name.split('.').next().unwrap_or_default();
            let (stem, generic) = match stem {
                "mod" | "index" | "init" | "__init__" | "main" | "lib" => {
                    let folder = file.path.rsplit('/').nth(1).unwrap_or_default();
                    (folder, 0.7)
                }
                stem => (stem, 1.0),
            };
            generic * covered(catalog, &catalog.path_words, stem, words)
        })
        .collect()
}

/// The rarity of the words of `name` that are asked for, times their share of its words.
fn covered(catalog: &Catalog, postings: &ByTerm<Holders>, name: &str, words: &[Weighted]) -> f32 {
    let (mut found, mut all) = (0.0_f32, 0.0_f32);
    crate::words::for_each_term(name, |term| {
        let rarity = rarity(catalog.files.len(), postings.get(&term).map_or(0, Holders::len));
        all += rarity;
        if words.binary_search_by_key(&term, |(word, _)| *word).is_ok() {
            found += rarity;
        }
    });
    if all > 0.0 { found * found / all } else { 0.0 }
}

/// Files by the words in the names that they declare.
pub(crate) fn by_names(catalog: &Catalog, words: &[Weighted]) -> Scores {
    let mean = mean_declarations(catalog);
    bm25(catalog, &catalog.name_words, words, 0.6, |file| {
        (catalog.file(file).digest.declarations.len() as f32 + 1.0) / mean
    })
}

fn mean_declarations(catalog: &Catalog) -> f32 {
    let total: usize = catalog
        .files
        .iter()
        .map(|file| file.digest.declarations.len() + 1)
        .sum();
    total as f32 / catalog.files.len().max(1) as f32
}

fn bm25(
    catalog: &Catalog,
    postings: &ByTerm<Holders>,
    words: &[Weighted],
    b: f32,
    length_ratio: impl Fn(FileId) -> f32,
) -> Scores {
    let mut scores = vec![0.0; catalog.files.len()];
    for (term, weight) in words {
        let Some(found) = postings.get(term) else { continue };
        let rarity = rarity(catalog.files.len(), found.len());
        for posting in found {
            let share = saturate(posting.times as f32, length_ratio(posting.file), b);
            scores[posting.file as usize] += weight * rarity * share;
        }
    }
    scores
}

/// The pieces of one file by the names that they declare.
pub(crate) fn piece_names(catalog: &Catalog, digest: &Digest, words: &[Weighted]) -> Vec<f32> {
    let mut scores = vec![0.0; digest.pieces.len()];
    for declared in &digest.declarations {
        let Some(piece) = digest.piece_at(declared.name_line) else {
            continue;
        };
        let mut score = 0.0;
        let mut length = 0.0;
        crate::words::for_each_term(digest.name(declared), |term| {
            length += 1.0;
            if let Ok(at) = words.binary_search_by_key(&term, |(word, _)| *word) {
                let weight = words[at].1;
                score += weight
                    * rarity(
                        catalog.files.len(),
                        catalog.name_words.get(&term).map_or(0, Holders::len),
                    );
            }
        });
        let score = score / (1.0_f32 + length).sqrt();
        scores[piece] = f32::max(scores[piece], score);
    }
    scores
}

/// The words that tell the best pieces from others, for asking again.
pub(crate) fn expand(
    catalog: &Catalog,
    words: &[Weighted],
    best: &[(FileId, usize, f32)],
    count: usize,
) -> Vec<Weighted> {
    let mut gathered: std::collections::HashMap<u32, f32> = std::collections::HashMap::new();
    let total: f32 = best.iter().map(|(_, _, score)| score).sum();
    for (file, piece, score) in best {
        let digest = &catalog.file(*file).digest;
        let length: f32 = digest.pieces[*piece].bytes as f32 / 6.0 + 20.0;
        for count in digest.words.iter().filter(|count| usize::from(count.piece) == *piece) {
            let having = catalog.words.get(&count.term).map_or(0, Holders::len);
            let rarity = rarity(catalog.files.len(), having);
            *gathered.entry(count.term).or_default() += score / total * f32::from(count.times) / length * rarity;
        }
    }
    let is_new = |(term, _): &Weighted| !words.iter().any(|(word, _)| word == term);
    seed::most(gathered.into_iter().filter(is_new).collect(), count)
}

/// A usual piece: its length stands for that of all, which no one counts.
pub(crate) const PIECE_BYTES: f32 = 800.0;
