//! OpenAI's `o200k_base`, which all its current models use: text → number of tokens, exactly.
//!
//! `o200k.bin` is the published vocabulary (MIT, © OpenAI; `o200k_base.tiktoken`, SHA-256 446a9538…0b1a2d): its tokens
//! in the order of their ranks, a byte of length before each. It stays where the loader put it; the index over it is
//! built at the first count (some 20 ms, 6 MB with the pattern), so whoever asks another vendor pays nothing.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::LazyLock;

use regex::Regex;

static VOCABULARY: &[u8] = include_bytes!("o200k.bin");

/// Somewhat over twice the 199,998 tokens, so that a search ends soon.
const SLOTS: usize = 1 << 19;

/// What is cut before any merging: words with the character before them, up to three digits, punctuation, blanks.
/// The published pattern has `\s+(?!\S)` before its last part; `pieces` does what that looks ahead for.
const PATTERN: &str = concat!(
    r"^(?:",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"|\p{N}{1,3}",
    r"| ?[^\s\p{L}\p{N}]+[\r\n/]*",
    r"|\s*[\r\n]+",
    r"|\s+",
    r")",
);

static TOKENIZER: LazyLock<Option<Tokenizer>> = LazyLock::new(Tokenizer::load);

/// The number of tokens in `text`; none if the pattern does not compile, which a test rules out.
pub(super) fn count(text: &str) -> Option<u64> {
    TOKENIZER.as_ref().map(|tokenizer| tokenizer.count(text))
}

struct Tokenizer {
    pattern: Regex,
    /// Where in the vocabulary a token stands, by the hash of its bytes; `EMPTY` for none. Tokens stand in the order
    /// of their ranks, so the place serves as the rank.
    places: Vec<u32>,
}

const EMPTY: u32 = u32::MAX;

impl Tokenizer {
    fn load() -> Option<Self> {
        let mut places = vec![EMPTY; SLOTS];
        let mut place = 0;
        while let Some(token) = token_at(place) {
            let mut slot = hash(token);
            while places[slot] != EMPTY {
                slot = (slot + 1) % SLOTS;
            }
            places[slot] = u32::try_from(place).ok()?;
            place += 1 + token.len();
        }
        Some(Self {
            pattern: Regex::new(PATTERN).ok()?,
            places,
        })
    }

    fn count(&self, text: &str) -> u64 {
        let mut merge = Merge::default();
        pieces(&self.pattern, text)
            .map(|piece| match self.rank(piece.as_bytes()) {
                Some(_) => 1,
                None => merge.count(piece.as_bytes(), |pair| self.rank(pair)),
            })
            .sum()
    }

    fn rank(&self, bytes: &[u8]) -> Option<u32> {
        let mut slot = hash(bytes);
        loop {
            let place = self.places[slot];
            if place == EMPTY {
                return None;
            }
            if token_at(place as usize) == Some(bytes) {
                return Some(place);
            }
            slot = (slot + 1) % SLOTS;
        }
    }
}

fn token_at(place: usize) -> Option<&'static [u8]> {
    let length = usize::from(*VOCABULARY.get(place)?);
    VOCABULARY.get(place + 1..place + 1 + length)
}

/// FNV-1a: tokens are short, and nobody gains by making them collide.
fn hash(bytes: &[u8]) -> usize {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    usize::try_from((hash ^ (hash >> 29)) % SLOTS as u64).unwrap_or(0)
}

/// A run of blanks before a word leaves its last one to the word.
fn pieces<'a>(pattern: &'a Regex, text: &'a str) -> impl Iterator<Item = &'a str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut piece = pattern.find(rest)?.as_str();
        if piece.len() < rest.len() && is_run_of_blanks(piece) {
            let last = piece.char_indices().next_back().map_or(0, |(index, _)| index);
            if last > 0 {
                piece = &piece[..last];
            }
        }
        rest = &rest[piece.len()..];
        Some(piece)
    })
}

/// Whether it is blanks only, on one line.
fn is_run_of_blanks(piece: &str) -> bool {
    let is_blank = |c: char| c.is_whitespace() && !matches!(c, '\r' | '\n');
    piece.ends_with(is_blank) && piece.chars().all(char::is_whitespace)
}

/// Byte-pair merging of one piece: the pair of the lowest rank first, of equals the leftmost. A heap keeps a piece of
/// a megabyte (minified letters, a long word of Chinese) from taking quadratic time. Kept between pieces for its memory.
#[derive(Default)]
struct Merge {
    /// For the part that begins at an index: where the next one begins, and the one before. The end counts as a part.
    next: Vec<usize>,
    previous: Vec<usize>,
    /// Rank of a pair, its beginning and its end.
    candidates: BinaryHeap<Reverse<(u32, usize, usize)>>,
}

/// What `Merge::next` holds for a part that went into the one before it.
const GONE: usize = usize::MAX;

impl Merge {
    fn count(&mut self, piece: &[u8], rank: impl Fn(&[u8]) -> Option<u32>) -> u64 {
        let length = piece.len();
        self.next.clear();
        self.next.extend(1..=length);
        self.previous.clear();
        self.previous.extend((0..=length).map(|index| index.saturating_sub(1)));
        self.candidates.clear();
        for start in 0..length.saturating_sub(1) {
            self.consider(piece, start, start + 2, &rank);
        }
        let mut parts = length as u64;
        while let Some(Reverse((_, start, end))) = self.candidates.pop() {
            let middle = self.next[start];
            if middle == GONE || middle >= length || self.next[middle] != end {
                continue;
            }
            self.next[start] = end;
            self.next[middle] = GONE;
            self.previous[end] = start;
            parts -= 1;
            if end < length {
                self.consider(piece, start, self.next[end], &rank);
            }
            if start > 0 {
                self.consider(piece, self.previous[start], end, &rank);
            }
        }
        parts
    }

    fn consider(&mut self, piece: &[u8], start: usize, end: usize, rank: impl Fn(&[u8]) -> Option<u32>) {
        if let Some(rank) = rank(&piece[start..end]) {
            self.candidates.push(Reverse((rank, start, end)));
        }
    }
}
