//! Words of code and prose, the same for both: identifiers are split where their spelling says so, and each word is
//! reduced to its stem, so that "cancelling" finds `CancelledError`.
//!
//! A [`Term`] is a 32-bit hash of such a word. Two words of a workspace share one about once in a hundred thousand
//! words, which ranking does not notice; in return there is no table of words to keep, lock or store.

mod stem;
mod stop;

use stem::stem;
use stop::is_stop_word;

/// A stemmed word or a whole identifier in lower case, hashed.
pub(crate) type Term = u32;

/// Longer words are data, not names, and longer names are their parts alone.
const WORD_CAP: usize = 64;

/// Calls `each` with every term of `text`, in order: the parts of each identifier, and before them the whole of it
/// where it has several.
pub(crate) fn for_each_term(text: &str, mut each: impl FnMut(Term)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut buffer = [0_u8; WORD_CAP];
    while at < bytes.len() {
        if !is_word_byte(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len() && is_word_byte(bytes[at]) {
            at += 1;
        }
        identifier_terms(&bytes[start..at], &mut buffer, &mut each);
    }
}

/// The terms of `text` as a list.
pub(crate) fn terms(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    for_each_term(text, |term| terms.push(term));
    terms
}

/// The stems of each two parts that follow each other, joined: `vmodel` of `componentVModel` and of "v-model".
pub(crate) fn for_each_pair(text: &str, mut each: impl FnMut(Term)) {
    let bytes = text.as_bytes();
    let mut before = [0_u8; WORD_CAP];
    let mut before_length = 0;
    let mut at = 0;
    while at < bytes.len() {
        if !is_word_byte(bytes[at]) || bytes[at] == b'_' {
            at += 1;
            continue;
        }
        let word_end = bytes[at..]
            .iter()
            .position(|byte| !is_word_byte(*byte))
            .map_or(bytes.len(), |length| at + length);
        let end = part_end(&bytes[at..word_end], 0) + at;
        let part = &bytes[at..end];
        at = end;
        if part.len() > WORD_CAP / 2 {
            before_length = 0;
            continue;
        }
        let mut lower = [0_u8; WORD_CAP];
        let lower = &mut lower[..part.len()];
        lower.copy_from_slice(part);
        lower.make_ascii_lowercase();
        let length = stem(lower);
        if before_length > 0 {
            let mut joined = [0_u8; WORD_CAP];
            joined[..before_length].copy_from_slice(&before[..before_length]);
            joined[before_length..before_length + length].copy_from_slice(&lower[..length]);
            each(hash(&joined[..before_length + length]));
        }
        before[..length].copy_from_slice(&lower[..length]);
        before_length = length;
    }
}

/// A label such as `fix(chat)` as one term.
pub(crate) fn label(label: &str) -> Term {
    hash(scope_of(label).to_ascii_lowercase().as_bytes())
}

/// `chat` of `fix(chat)`, and a plain label itself.
fn scope_of(label: &str) -> &str {
    let inner = label.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    inner.map_or(label, |(scope, _)| scope).trim()
}

fn identifier_terms(identifier: &[u8], buffer: &mut [u8; WORD_CAP], each: &mut impl FnMut(Term)) {
    let trimmed = trim_underscores(identifier);
    if trimmed.len() <= WORD_CAP && part_end(trimmed, 0) < trimmed.len() {
        let lower = &mut buffer[..trimmed.len()];
        lower.copy_from_slice(trimmed);
        lower.make_ascii_lowercase();
        each(hash(lower));
    }
    for_each_part(trimmed, |part| {
        if let Some(term) = part_term(part, buffer) {
            each(term);
        }
    });
}

/// The parts of an identifier that say something, as they are written, and a name of one part as it is.
pub(crate) fn parts(identifier: &str) -> Vec<(&str, Term)> {
    let mut parts = Vec::new();
    let mut buffer = [0_u8; WORD_CAP];
    for_each_part(trim_underscores(identifier.as_bytes()), |part| {
        let written = std::str::from_utf8(part).ok();
        parts.extend(written.zip(part_term(part, &mut buffer)));
    });
    parts
}

fn for_each_part<'a>(identifier: &'a [u8], mut each: impl FnMut(&'a [u8])) {
    // Without a gap it is data, not a sentence for a name.
    if identifier.len() > WORD_CAP && !identifier.contains(&b'_') {
        return;
    }
    let mut at = 0;
    while at < identifier.len() {
        let end = part_end(identifier, at);
        each(&identifier[at..end]);
        at = next_part(identifier, end);
    }
}

fn part_term(part: &[u8], buffer: &mut [u8; WORD_CAP]) -> Option<Term> {
    if !(2..=WORD_CAP).contains(&part.len()) {
        return None;
    }
    let lower = &mut buffer[..part.len()];
    lower.copy_from_slice(part);
    lower.make_ascii_lowercase();
    if is_stop_word(lower) {
        return None;
    }
    let length = stem(lower);
    Some(hash(&lower[..length]))
}

fn trim_underscores(word: &[u8]) -> &[u8] {
    let start = word.iter().position(|byte| *byte != b'_').unwrap_or(word.len());
    let end = word
        .iter()
        .rposition(|byte| *byte != b'_')
        .map_or(start, |last| last + 1);
    &word[start..end]
}

fn next_part(word: &[u8], from: usize) -> usize {
    word[from..]
        .iter()
        .position(|byte| *byte != b'_')
        .map_or(word.len(), |skip| from + skip)
}

/// Where the part that starts at `start` ends: `HTTPServer2_main` is `HTTP`, `Server`, `2`, `main`.
fn part_end(word: &[u8], start: usize) -> usize {
    let Some(first) = word.get(start) else {
        return word.len();
    };
    let run = |from: usize, is: fn(&u8) -> bool| {
        word[from..]
            .iter()
            .position(|byte| !is(byte))
            .map_or(word.len(), |length| from + length)
    };
    if first.is_ascii_digit() {
        return run(start, u8::is_ascii_digit);
    }
    if !first.is_ascii_uppercase() {
        return run(start, is_lower);
    }
    let capitals = run(start, u8::is_ascii_uppercase);
    let has_tail = word.get(capitals).is_some_and(is_lower);
    match capitals - start {
        1 => run(capitals, is_lower),
        _ if has_tail => capitals - 1,
        _ => capitals,
    }
}

/// Letters outside ASCII have no case here: they go on with the word that they stand in.
fn is_lower(byte: &u8) -> bool {
    byte.is_ascii_lowercase() || !byte.is_ascii()
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// FNV-1a, folded to 32 bits: good enough on short words and the same on every machine.
pub(crate) fn hash(bytes: &[u8]) -> u32 {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in bytes {
        state = (state ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    let folded = state ^ (state >> 32);
    u32::try_from(folded & u64::from(u32::MAX)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, words: &[&str]) {
        let expected: Vec<Term> = words.iter().map(|word| hash(word.as_bytes())).collect();
        assert_eq!(terms(text), expected, "{text}");
    }

    #[test]
    fn an_identifier_is_itself_and_its_parts() {
        check("HTTPServer2_main", &["httpserver2_main", "http", "serv", "main"]);
        check("__init__", &["init"]);
        check("a_b", &["a_b"]);
        check("parseConfig()", &["parseconfig", "pars", "config"]);
        check("naïveÜber", &["naïveÜb"]);
        let long = "overlapping_ranges_panic_on_backwards_movement_attempt_in_debug_mode";
        check(
            &format!("{long} {}", "a1".repeat(40)),
            &["overlap", "rang", "panic", "backward", "mov", "attempt", "debug", "mod"],
        );
    }

    #[test]
    fn common_words_say_nothing() {
        check("we should add the parser", &["pars"]);
    }
}
