//! What a signal is given: the index, what is asked, and what takes long enough to be found only once.

use std::cell::OnceCell;
use std::collections::HashSet;

use crate::catalog::{Catalog, FileId, Holders};
use crate::digest::Digest;
use crate::history::LineHash;
use crate::rank::board::Scores;
use crate::rank::near::{Around, Here};
use crate::rank::past::Timeline;
use crate::rank::rated::{self, Rated};
use crate::rank::seed::{self, At, Question, Weighted};
use crate::rank::text;
use crate::rank::written::{self, Telling};
use crate::standing::Standing;
use crate::words::Term;

/// A way to tell how much each file has to do with what is asked.
pub(crate) struct Signal {
    pub(crate) name: &'static str,
    /// Weight of the score as a share of the best file's.
    pub(crate) share: f32,
    /// Weight of the place in the order by this signal.
    pub(crate) place: f32,
    pub(crate) score: fn(&Inquiry<'_>) -> Scores,
    /// To people, after the file's path. Signals that would say nearly the same say the same: it is given once.
    pub(crate) because: &'static str,
}

pub(crate) struct Inquiry<'a> {
    pub(crate) catalog: &'a Catalog,
    pub(crate) timeline: &'a Timeline,
    pub(crate) question: Question,
    texts: Texts<'a>,
    like: OnceCell<Vec<(u32, f32)>>,
    also_said: OnceCell<Vec<Weighted>>,
    nearer: OnceCell<Nearer>,
    matched: OnceCell<Matched>,
    here: OnceCell<Here>,
    around: OnceCell<Around>,
    telling: OnceCell<Telling>,
}

/// The texts behind the catalog.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    /// The hashes of the lines of a file; none if its text is not at hand.
    pub(crate) lines: &'a dyn Fn(FileId) -> Vec<Option<LineHash>>,
    /// By path.
    pub(crate) read: &'a dyn Fn(&str) -> Option<String>,
}

/// How much each file has of the words asked for.
pub(crate) struct Matched {
    pub(crate) text: Scores,
    /// Of those of the first line.
    pub(crate) subject: Scores,
    pub(crate) path: Scores,
    pub(crate) names: Scores,
}

/// What the pieces of the likely files say.
pub(crate) struct Nearer {
    /// The best piece of a file.
    pub(crate) one: Scores,
    /// The best three.
    pub(crate) three: Scores,
    /// The best piece by the words together with those that like commits also say.
    pub(crate) told: Scores,
    /// Words that tell the best pieces of all from others.
    pub(crate) expansion: Vec<Weighted>,
}

/// Files whose pieces are looked at one by one.
const LIKELY: usize = 200;
/// Pieces that the expansion is taken from, and its words.
const EXPANDING_PIECES: usize = 12;
const EXPANSION: usize = 25;
/// How much a word that was also said counts beside one of the query.
const ALSO_SAID_SHARE: f32 = 0.4;

impl<'a> Inquiry<'a> {
    pub(crate) fn of(catalog: &'a Catalog, timeline: &'a Timeline, question: Question, texts: Texts<'a>) -> Self {
        Self {
            catalog,
            timeline,
            question,
            texts,
            like: OnceCell::new(),
            also_said: OnceCell::new(),
            nearer: OnceCell::new(),
            matched: OnceCell::new(),
            here: OnceCell::new(),
            around: OnceCell::new(),
            telling: OnceCell::new(),
        }
    }

    pub(crate) fn words(&self) -> &[Weighted] {
        &self.question.words
    }

    /// Changes whose messages are like the query.
    pub(crate) fn like(&self) -> &[(u32, f32)] {
        self.like.get_or_init(|| self.timeline.like(self.words()))
    }

    /// What changes with like messages say beside the words of the query.
    pub(crate) fn also_said(&self) -> &[Weighted] {
        self.also_said
            .get_or_init(|| self.timeline.also_said(self.like(), self.words()))
    }

    pub(crate) fn matched(&self) -> &Matched {
        self.matched.get_or_init(|| {
            let words = Rated::of(self.catalog, [self.words(), &self.question.subject]);
            let [text, subject] = words.files(self.catalog);
            Matched {
                text,
                subject,
                path: text::by_path(self.catalog, self.words()),
                names: text::by_names(self.catalog, self.words()),
            }
        })
    }

    pub(crate) fn nearer(&self) -> &Nearer {
        self.nearer.get_or_init(|| self.look_nearer())
    }

    pub(crate) fn here(&self) -> &Here {
        self.here.get_or_init(|| {
            let at = self.question.cursor.as_ref();
            at.map_or_else(Here::default, |at| self.look_around(at))
        })
    }

    pub(crate) fn around(&self) -> &Around {
        self.around.get_or_init(|| Around::of(self.catalog, self.here()))
    }

    fn look_around(&self, at: &At) -> Here {
        let text = (self.texts.read)(&self.catalog.file(at.file).path).unwrap_or_default();
        let told = self.timeline.messages_of(at.file);
        Here::of(self.catalog, at, &text, told)
    }

    /// The newest change that wrote each line of a file.
    pub(crate) fn written(&self, file: FileId) -> Vec<Option<u32>> {
        if self.timeline.added(file).is_empty() {
            return Vec::new();
        }
        written::changes_of(self.timeline, file, &(self.texts.lines)(file))
    }

    /// The changes that have to do with what is asked.
    pub(crate) fn telling(&self) -> &Telling {
        self.telling.get_or_init(|| {
            let top = self.like().first().map_or(1.0, |(_, score)| *score);
            let mut telling: Telling = self
                .like()
                .iter()
                .map(|(change, score)| (*change, score / top))
                .collect();
            if let Some(at) = &self.question.cursor {
                written::tell(&self.written(at.file), at.line, &mut telling);
            }
            telling
        })
    }

    /// Words of the query that a file has, as they are written there, the rarest first; of a name that it has not, the
    /// parts that it has.
    pub(crate) fn words_in(&self, file: FileId, count: usize) -> Vec<&str> {
        let digest = &self.catalog.file(file).digest;
        let rarity = |term: &Term| {
            let having = self.catalog.words.get(term).map_or(0, Holders::len);
            text::rarity(self.catalog.files.len(), having)
        };
        let has = |term: Term| !Digest::counts_of(&digest.words, term).is_empty();
        let mut found: Vec<(f32, &str)> = Vec::new();
        for written in &self.question.written {
            if has(written.whole) {
                found.push((rarity(&written.whole), &written.word));
                continue;
            }
            let parts = written.parts.iter().filter(|(_, term)| has(*term));
            found.extend(parts.map(|(part, term)| (rarity(term), part.as_str())));
        }
        found.sort_by(|one, other| other.0.total_cmp(&one.0));
        let mut said = HashSet::new();
        let words = found.into_iter().map(|(_, word)| word);
        words
            .filter(|word| said.insert(word.to_lowercase()))
            .take(count)
            .collect()
    }

    fn look_nearer(&self) -> Nearer {
        let count = self.catalog.files.len();
        let mut nearer = Nearer {
            one: vec![0.0; count],
            three: vec![0.0; count],
            told: vec![0.0; count],
            expansion: Vec::new(),
        };
        let mut best = Vec::new();
        let told = seed::with(self.words(), self.also_said(), ALSO_SAID_SHARE);
        let words = Rated::of(self.catalog, [self.words(), &told]);
        for file in self.likely() {
            let digest = &self.catalog.file(file).digest;
            let [mut scores, told] = rated::by_list(&words.pieces(digest, [true; 2]));
            nearer.told[file as usize] = told.into_iter().fold(0.0, f32::max);
            if self.catalog.file(file).standing == Standing::Code {
                best.extend(scores.iter().enumerate().map(|(piece, score)| (file, piece, *score)));
            }
            scores.sort_by(|one, other| other.total_cmp(one));
            nearer.one[file as usize] = scores.first().copied().unwrap_or(0.0);
            nearer.three[file as usize] = scores.iter().take(3).sum();
        }
        best.sort_by(|one, other| other.2.total_cmp(&one.2).then((one.0, one.1).cmp(&(other.0, other.1))));
        best.truncate(EXPANDING_PIECES);
        nearer.expansion = text::expand(self.catalog, self.words(), &best, EXPANSION);
        nearer
    }

    /// The files that have most of the words, in their text, their path or their names.
    fn likely(&self) -> Vec<FileId> {
        let Matched { text, path, names, .. } = self.matched();
        let signals = [text, path, names];
        let best = signals.map(|scores| scores.iter().copied().fold(f32::EPSILON, f32::max));
        let rough = |file: FileId| -> f32 {
            let shares = signals.iter().zip(&best);
            shares.map(|(scores, best)| scores[file as usize] / best).sum()
        };
        let all = 0..u32::try_from(self.catalog.files.len()).unwrap_or(u32::MAX);
        let mut files: Vec<(FileId, f32)> = all
            .map(|file| (file, rough(file)))
            .filter(|(_, score)| *score > 0.0)
            .collect();
        if files.len() > LIKELY {
            files.select_nth_unstable_by(LIKELY, |one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
            files.truncate(LIKELY);
        }
        files.into_iter().map(|(file, _)| file).collect()
    }
}
