//! What is looked for: a request in words, a place in the code, or both.

use crate::catalog::{Catalog, FileId};
use crate::rank::live::{self, Live};
use crate::words::{self, Term};

/// A place in a file, such as where the user is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor {
    /// Relative to the workspace, with `/`.
    pub path: String,
    /// 1-based.
    pub line: u32,
}

/// Letters of words that are cut short, and of what is left.
const SHORTENED_MIN: usize = 5;
const SHORTENED_CAP: usize = 24;
const SHORT_MIN: usize = 3;

/// What is looked for. With neither query, nor cursor, nor errors nothing is found.
#[derive(Clone, Debug, Default)]
pub struct Seed {
    pub query: String,
    pub cursor: Option<Cursor>,
    pub live: Live,
}

/// A word and how much it counts.
pub(crate) type Weighted = (Term, f32);

/// A seed as the signals read it.
pub(crate) struct Question {
    /// All words of the query, each once.
    pub(crate) words: Vec<Weighted>,
    /// As they are written.
    pub(crate) written: Vec<Written>,
    /// Those of its first line.
    pub(crate) subject: Vec<Weighted>,
    /// What the words of the query may be cut short to in a path: `alt` for "alternative".
    pub(crate) shortened: Vec<Weighted>,
    /// Words as written that may be names of code.
    pub(crate) names: Vec<String>,
    /// Each two words that follow each other, as one identifier would hold them.
    pub(crate) pairs: Vec<Weighted>,
    /// The whole label before the first colon, as the messages of earlier commits have it.
    pub(crate) label: Option<Term>,
    /// `io` of `io: a message`, `compiler-sfc` of `fix(compiler-sfc): …`.
    pub(crate) scope: Vec<Weighted>,
    pub(crate) cursor: Option<At>,
    /// Words of the cursor's own path, and each two of them.
    pub(crate) own_path: Vec<Weighted>,
    pub(crate) own_path_pairs: Vec<Weighted>,
    /// What the editor shows.
    pub(crate) live: live::Found,
}

/// A word as it was written. Of one that is too long to be kept, `whole` is its first part.
pub(crate) struct Written {
    pub(crate) word: String,
    pub(crate) whole: Term,
    pub(crate) parts: Vec<(String, Term)>,
}

/// The cursor, found in the catalog.
pub(crate) struct At {
    pub(crate) file: FileId,
    pub(crate) piece: usize,
    pub(crate) line: u32,
}

impl Question {
    /// The cursor, where no words say what is looked for.
    pub(crate) fn only_cursor(&self) -> Option<&At> {
        self.cursor.as_ref().filter(|_| self.words.is_empty())
    }

    pub(crate) fn of(seed: &Seed, catalog: &Catalog) -> Self {
        let subject = seed.query.trim().lines().next().unwrap_or_default();
        let label = label(subject);
        let own_path = seed.cursor.as_ref().map_or("", |cursor| cursor.path.as_str());
        Self {
            words: weigh(words::terms(&seed.query)),
            written: written(&seed.query),
            subject: weigh(words::terms(subject)),
            names: names(&seed.query),
            shortened: shortened(&seed.query),
            pairs: pairs(&seed.query),
            label: label.map(words::label),
            scope: weigh(label.map(words::terms).unwrap_or_default()),
            cursor: seed.cursor.as_ref().and_then(|cursor| At::find(cursor, catalog)),
            own_path: weigh(words::terms(own_path)),
            own_path_pairs: pairs(own_path),
            live: live::Found::of(&seed.live, catalog),
        }
    }
}

impl At {
    fn find(cursor: &Cursor, catalog: &Catalog) -> Option<Self> {
        let file = *catalog.by_path.get(cursor.path.as_str())?;
        let piece = catalog.file(file).digest.piece_at(cursor.line)?;
        Some(Self {
            file,
            piece,
            line: cursor.line,
        })
    }
}

/// A word said twice counts more, but not twice as much.
pub(crate) fn weigh(mut terms: Vec<Term>) -> Vec<Weighted> {
    terms.sort_unstable();
    terms
        .chunk_by(|one, next| one == next)
        .map(|run| (run[0], 1.0 + (run.len() as f32).ln()))
        .collect()
}

/// The `count` words that weigh most, as shares of the first, by term.
pub(crate) fn most(mut words: Vec<Weighted>, count: usize) -> Vec<Weighted> {
    words.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
    words.truncate(count);
    let best = words.first().map_or(1.0, |(_, weight)| *weight);
    for (_, weight) in &mut words {
        *weight /= best;
    }
    words.sort_unstable_by_key(|(term, _)| *term);
    words
}

/// Two lists of different words as one, the others at a `share` of their weight.
pub(crate) fn with(words: &[Weighted], others: &[Weighted], share: f32) -> Vec<Weighted> {
    let others = others.iter().map(|(term, weight)| (*term, weight * share));
    let mut all: Vec<Weighted> = words.iter().copied().chain(others).collect();
    all.sort_unstable_by_key(|(term, _)| *term);
    all
}

/// Each word that says something, once.
fn written(query: &str) -> Vec<Written> {
    let mut written: Vec<Written> = Vec::new();
    for word in query.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
        let terms = words::terms(word);
        if let Some(whole) = terms.first()
            && !written.iter().any(|known| known.whole == *whole)
        {
            let parts = words::parts(word).into_iter();
            written.push(Written {
                word: word.to_owned(),
                whole: *whole,
                parts: parts.map(|(part, term)| (part.to_owned(), term)).collect(),
            });
        }
    }
    written
}

/// Words as written that may be names of code.
pub(crate) fn names(query: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for word in query.split(|c: char| !(c.is_alphanumeric() || c == '_')) {
        let is_name = word.len() >= 3 && !word.starts_with(|c: char| c.is_ascii_digit());
        if is_name && !names.iter().any(|known| known == word) {
            names.push(word.to_owned());
        }
    }
    names
}

/// What stands before the first colon, if it looks like a label.
pub(crate) fn label(subject: &str) -> Option<&str> {
    let (label, _) = subject.split_once(':')?;
    (label.len() <= 40 && label.split_whitespace().count() <= 3).then_some(label)
}

pub(crate) fn pairs(text: &str) -> Vec<Weighted> {
    let mut pairs = Vec::new();
    words::for_each_pair(text, |term| pairs.push(term));
    weigh(pairs)
}

/// The words cut short, each with the share of it that is left.
fn shortened(query: &str) -> Vec<Weighted> {
    let words = query.split(|c: char| !c.is_ascii_alphabetic());
    let mut found: Vec<Weighted> = Vec::new();
    for word in words.filter(|word| (SHORTENED_MIN..=SHORTENED_CAP).contains(&word.len())) {
        let own = words::terms(word);
        let cuts = (SHORT_MIN..word.len()).filter_map(|length| match words::terms(&word[..length])[..] {
            [term] if !own.contains(&term) => Some((term, length as f32 / word.len() as f32)),
            _ => None,
        });
        found.extend(cuts);
    }
    found.sort_by(|one, other| one.0.cmp(&other.0).then(other.1.total_cmp(&one.1)));
    found.dedup_by_key(|(term, _)| *term);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_cut_short_and_short_ones_are_not() {
        let short: Vec<Term> = shortened("an alternative way")
            .into_iter()
            .map(|(term, _)| term)
            .collect();
        let has = |word: &str| short.contains(&words::terms(word)[0]);
        assert!(has("alt") && has("altern") && !has("way") && !has("al"));
        assert!(shortened("a way").is_empty());
    }
}
