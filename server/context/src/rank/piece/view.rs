//! What is known of the pieces of the likely files.

use crate::catalog::{Catalog, FileId, Holders};
use crate::digest::Digest;
use crate::rank::inquiry::Inquiry;
use crate::rank::rated::{self, Rated};
use crate::rank::seed::{At, Weighted};
use crate::rank::written::Written;
use crate::rank::{near, text};
use crate::words;

/// In the order of the weights.
pub(super) const FEATURES: usize = 25;
pub(super) type Features = [f32; FEATURES];

/// Names that more files use say nothing of one.
const USING_CAP: usize = 40;

/// What is known of each piece of `files`.
pub(super) fn features(inquiry: &Inquiry<'_>, files: &[(FileId, f32)]) -> Vec<(FileId, usize, Features)> {
    let asked = Asked::of(inquiry);
    let views: Vec<View<'_>> = files.iter().map(|(file, _)| View::of(inquiry, &asked, *file)).collect();
    let best = Bests::of(&views);
    let top = files.first().map_or(0.0, |(_, score)| *score);
    let mut all = Vec::new();
    for ((rank, (file, score)), view) in files.iter().enumerate().zip(&views) {
        let standing = Rank {
            behind: score - top,
            place: rank as f32,
        };
        let places = places(&view.text);
        let features = places.iter().enumerate().map(|(piece, place)| {
            let features = view.features(piece, *place as f32, &standing, &best);
            (*file, piece, features)
        });
        all.extend(features);
    }
    all
}

/// How a file stands among the others.
struct Rank {
    /// Its score less the best one.
    behind: f32,
    /// From 0.
    place: f32,
}

fn truth(is: bool) -> f32 {
    f32::from(u8::from(is))
}

/// For each piece how many of its file have more.
fn places(scores: &[f32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|one, other| scores[*other].total_cmp(&scores[*one]).then(one.cmp(other)));
    let mut places = vec![0; scores.len()];
    for (place, piece) in order.into_iter().enumerate() {
        places[piece] = place;
    }
    places
}

/// Lists of words that pieces are scored by.
const LISTS: usize = 7;

/// What is asked of a piece. Where there are words, they say it, and not what stands around the cursor.
struct Asked<'a> {
    words: &'a [Weighted],
    /// The words, and with them those of the first line, of the last messages, of what stands at the cursor, and what
    /// like commits also say.
    rated: Rated<LISTS>,
    /// Names whose use counts, with how much.
    names: Vec<Weighted>,
    /// Names whose declaration counts.
    declared: Vec<u32>,
    /// Names in the lines at the cursor.
    names_here: Vec<u32>,
}

impl<'a> Asked<'a> {
    fn of(inquiry: &'a Inquiry<'_>) -> Self {
        let question = &inquiry.question;
        let here = inquiry.here();
        let hashes = |names: &[String]| -> Vec<u32> { names.iter().map(|name| words::hash(name.as_bytes())).collect() };
        let only_cursor = question.only_cursor();
        let words = only_cursor.map_or(&question.words, |_| &here.window);
        let lists: [&[Weighted]; LISTS] = [
            words,
            &question.subject,
            &here.told,
            &here.line,
            &here.few,
            &here.some,
            inquiry.also_said(),
        ];
        let mut asked = Self {
            words,
            rated: Rated::of(inquiry.catalog, lists),
            names: hashes(&question.names).into_iter().map(|name| (name, 1.0)).collect(),
            declared: hashes(&question.names),
            names_here: hashes(&here.names),
        };
        if let Some(at) = only_cursor {
            asked.names.extend(near::names_here(inquiry.catalog, at));
            asked.declared.extend(used_at(inquiry.catalog, at));
        }
        asked
    }
}

/// Names used in the cursor's piece and those beside it.
fn used_at(catalog: &Catalog, at: &At) -> Vec<u32> {
    let uses = &catalog.file(at.file).digest.uses;
    let close = uses
        .iter()
        .filter(|count| usize::from(count.piece).abs_diff(at.piece) <= 2);
    close.map(|count| count.term).collect()
}

/// The pieces of one file, scored one by one.
struct View<'a> {
    digest: &'a Digest,
    text: Vec<f32>,
    subject: Vec<f32>,
    told: Vec<f32>,
    named: Vec<f32>,
    uses: Vec<f32>,
    declares: Vec<f32>,
    written: Vec<Written>,
    line: Vec<f32>,
    few: Vec<f32>,
    some: Vec<f32>,
    uses_here: Vec<f32>,
    declares_here: Vec<f32>,
    also_said: Vec<f32>,
}

impl<'a> View<'a> {
    fn of(inquiry: &Inquiry<'a>, asked: &Asked<'_>, file: FileId) -> Self {
        let catalog = inquiry.catalog;
        let digest = &*catalog.file(file).digest;
        let lists = rated::by_list(&asked.rated.pieces(digest, [true; LISTS]));
        let [text, subject, told, line, few, some, also_said] = lists;
        Self {
            digest,
            text,
            subject,
            told,
            named: text::piece_names(catalog, digest, asked.words),
            uses: uses(catalog, digest, asked.names.iter().copied()),
            declares: declares(catalog, digest, &asked.declared),
            written: written(inquiry, digest, file),
            line,
            few,
            some,
            uses_here: uses(catalog, digest, asked.names_here.iter().map(|name| (*name, 1.0))),
            declares_here: declares(catalog, digest, &asked.names_here),
            also_said,
        }
    }

    /// `place` is that of the piece in its file, from 0.
    fn features(&self, piece: usize, place: f32, file: &Rank, best: &Bests) -> Features {
        let ratio = file.behind.exp();
        let text = self.text[piece] / best.text;
        let beside = |of: &dyn Fn(usize) -> f32| {
            let before = piece.checked_sub(1).map_or(0.0, of);
            let after = (piece + 1 < self.text.len()).then(|| of(piece + 1));
            f32::max(before, after.unwrap_or(0.0))
        };
        [
            file.behind,
            ratio,
            2.0 / (2.0 + file.place),
            text * ratio,
            ratio * truth(piece == 0),
            text,
            2.0 / (2.0 + place),
            self.subject[piece] / best.subject,
            self.told[piece] / best.told,
            self.uses[piece] / best.uses,
            self.declares[piece],
            self.named[piece] / best.named,
            beside(&|piece| self.text[piece]) / best.text,
            (self.digest.pieces.len() as f32).ln(),
            self.written[piece].newest,
            self.written[piece].recency,
            self.written[piece].told,
            self.written[piece].told_in_all,
            self.line[piece] / best.line,
            self.few[piece] / best.few,
            self.some[piece] / best.some,
            self.uses_here[piece] / best.uses_here,
            self.declares_here[piece],
            self.also_said[piece] / best.also_said,
            beside(&|piece| self.written[piece].newest),
        ]
    }
}

/// The best of each kind over all files, never 0.
struct Bests {
    text: f32,
    subject: f32,
    told: f32,
    named: f32,
    uses: f32,
    line: f32,
    few: f32,
    some: f32,
    uses_here: f32,
    also_said: f32,
}

impl Bests {
    fn of(views: &[View<'_>]) -> Self {
        let best = |of: for<'v> fn(&'v View<'_>) -> &'v [f32]| {
            views.iter().flat_map(|view| of(view)).copied().fold(0.001, f32::max)
        };
        Self {
            text: best(|view| &view.text),
            subject: best(|view| &view.subject),
            told: best(|view| &view.told),
            named: best(|view| &view.named),
            uses: best(|view| &view.uses),
            line: best(|view| &view.line),
            few: best(|view| &view.few),
            some: best(|view| &view.some),
            uses_here: best(|view| &view.uses_here),
            also_said: best(|view| &view.also_said),
        }
    }
}

fn uses(catalog: &Catalog, digest: &Digest, names: impl Iterator<Item = Weighted>) -> Vec<f32> {
    let mut scores = vec![0.0; digest.pieces.len()];
    for (name, weight) in names {
        let using = catalog.using.get(&name).map_or(0, Holders::len);
        if using == 0 || using > USING_CAP {
            continue;
        }
        for count in Digest::counts_of(&digest.uses, name) {
            scores[usize::from(count.piece)] += weight / (using as f32).sqrt();
        }
    }
    scores
}

fn declares(catalog: &Catalog, digest: &Digest, names: &[u32]) -> Vec<f32> {
    let mut scores = vec![0.0_f32; digest.pieces.len()];
    for declared in &digest.declarations {
        let name = words::hash(digest.name(declared).as_bytes());
        if !names.contains(&name) {
            continue;
        }
        if let Some(piece) = digest.piece_at(declared.name_line) {
            let declaring = catalog.declaring.get(&name).map_or(1, Holders::len) as f32;
            scores[piece] = scores[piece].max(1.0 / declaring.sqrt());
        }
    }
    scores
}

fn written(inquiry: &Inquiry<'_>, digest: &Digest, file: FileId) -> Vec<Written> {
    let changes = inquiry.written(file);
    let of_piece = |piece: &crate::pieces::Piece| {
        let last = (piece.last as usize).min(changes.len());
        let changes = changes.get(piece.first as usize - 1..last).unwrap_or_default();
        Written::of(inquiry.timeline, inquiry.telling(), changes)
    };
    digest.pieces.iter().map(of_piece).collect()
}
