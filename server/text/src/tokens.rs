//! Below the line: words, runs of blanks, line breaks, and every other character by itself.
//!
//! A token is the smallest thing that two people can change independently. `\r\n` is one token, so no edit made
//! here ever begins or ends inside it.

use std::ops::Range;

use crate::diff::{Unit, diff_sequences, shift, to_byte_ranges};
use crate::{Edit, LineHunk};

/// Beyond this many bytes of old and new text a replaced block is not looked into: it is one change.
const REFINE_LIMIT: usize = 64 * 1024;

/// What a line hunk changes, token by token, in the old text's coordinates. Changes with nothing but blanks or
/// punctuation between them are one: that much is common to any two lines of code and says nothing.
pub(crate) fn meaningful_edits(old: &str, new: &str, hunk: &LineHunk) -> Vec<Edit> {
    let mut joined: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (before, after) in token_hunks(old, new, hunk) {
        match joined.last_mut() {
            Some((last_old, last_new)) if !old[last_old.end..before.start].contains(is_word) => {
                last_old.end = before.end;
                last_new.end = after.end;
            }
            _ => joined.push((before, after)),
        }
    }
    joined
        .into_iter()
        .map(|(range, after)| Edit {
            range,
            text: new[after].to_owned(),
        })
        .collect()
}

/// As [`meaningful_edits`], but as small as possible, down to characters.
pub(crate) fn smallest_edits(old: &str, new: &str, hunk: &LineHunk) -> Vec<Edit> {
    let trimmed = token_hunks(old, new, hunk).into_iter().map(|(before, after)| {
        let (prefix, suffix) = common_chars(&old[before.clone()], &new[after.clone()]);
        let text = &new[after.start + prefix..after.end - suffix];
        Edit {
            range: before.start + prefix..before.end - suffix,
            text: text.to_owned(),
        }
    });
    trimmed.collect()
}

/// Widens a range to the tokens that an edit at its ends takes part in: the token that an end is inside of, and the
/// one that it is glued to, as a letter typed at the end of a word changes that word.
pub(crate) fn widen(text: &str, range: &Range<usize>, glued: (bool, bool)) -> Range<usize> {
    let mut widened = range.clone();
    let mut start = 0;
    for token in tokens(text) {
        let end = start + token.len();
        if (start < range.start && range.start < end) || (glued.0 && end == range.start) {
            widened.start = start;
        }
        if (start < range.end && range.end < end) || (glued.1 && start == range.end) {
            widened.end = end;
        }
        start = end;
    }
    widened
}

/// Whether two neighbours belong to one token.
pub(crate) fn glues(left: char, right: char) -> bool {
    class(left).is_some_and(|left| Some(left) == class(right)) || (left, right) == ('\r', '\n')
}

/// Cuts text into tokens.
pub(crate) fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (token, tail) = rest.split_at(first_token_len(rest)?);
        rest = tail;
        Some(token)
    })
}

fn first_token_len(text: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    let (_, mut last) = chars.next()?;
    let end = chars.find(|(_, char)| {
        let cut = !glues(last, *char);
        last = *char;
        cut
    });
    Some(end.map_or(text.len(), |(at, _)| at))
}

/// The kinds of characters that run together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Word,
    Blank,
}

fn class(char: char) -> Option<Class> {
    match char {
        ' ' | '\t' => Some(Class::Blank),
        _ if is_word(char) => Some(Class::Word),
        _ => None,
    }
}

/// Letters, digits, `_`, and combining marks. East Asian scripts and symbols from U+2E80 on have no blanks between
/// words, so each of their characters stands by itself.
fn is_word(char: char) -> bool {
    match char {
        '\0'..='\x7F' => char.is_ascii_alphanumeric() || char == '_',
        '\u{300}'..='\u{36F}' => true,
        _ => char < '\u{2E80}' && char.is_alphanumeric(),
    }
}

fn token_hunks(old: &str, new: &str, hunk: &LineHunk) -> Vec<(Range<usize>, Range<usize>)> {
    if hunk.old.len() + hunk.new.len() > REFINE_LIMIT || hunk.old.is_empty() || hunk.new.is_empty() {
        return vec![(hunk.old.clone(), hunk.new.clone())];
    }
    let before: Vec<&[u8]> = tokens(&old[hunk.old.clone()]).map(str::as_bytes).collect();
    let after: Vec<&[u8]> = tokens(&new[hunk.new.clone()]).map(str::as_bytes).collect();
    let hunks = diff_sequences(before.iter().copied(), after.iter().copied(), Unit::Token);
    to_byte_ranges(&hunks, &before, &after)
        .map(|(before, after)| (shift(&before, hunk.old.start), shift(&after, hunk.new.start)))
        .collect()
}

/// How many bytes of whole characters two strings share at the start and then at the end, without cutting a `\r\n`.
fn common_chars(old: &str, new: &str) -> (usize, usize) {
    let in_break = |text: &str, at: usize| text[..at].ends_with('\r') && text[at..].starts_with('\n');
    let same = |(a, b): &(char, char)| a == b;
    let mut prefix = old
        .chars()
        .zip(new.chars())
        .take_while(same)
        .map(|(char, _)| char.len_utf8())
        .sum();
    if in_break(old, prefix) || in_break(new, prefix) {
        prefix -= 1;
    }
    let rest = old[prefix..].chars().rev().zip(new[prefix..].chars().rev());
    let mut suffix = rest.take_while(same).map(|(char, _)| char.len_utf8()).sum();
    if in_break(old, old.len() - suffix) || in_break(new, new.len() - suffix) {
        suffix -= 1;
    }
    (prefix, suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        assert_eq!(tokens(text).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn words_blanks_breaks_and_single_characters() {
        check(
            "let x_1 = \"é\";\r\n",
            &["let", " ", "x_1", " ", "=", " ", "\"", "é", "\"", ";", "\r\n"],
        );
        check("\t \n\n\r\r\n", &["\t ", "\n", "\n", "\r", "\r\n"]);
        check("日本𝒳𝒳e\u{301}x", &["日", "本", "𝒳", "𝒳", "e\u{301}x"]);
        check("", &[]);
    }

    #[test]
    fn an_edit_takes_the_tokens_it_is_inside_of_or_glued_to() {
        let none = (false, false);
        assert_eq!(widen("foo(bar)", &(1..1), none), 0..3);
        assert_eq!(widen("foo(bar)", &(3..4), none), 3..4);
        assert_eq!(widen("foo(bar)", &(3..4), (true, true)), 0..7);
        assert_eq!(widen("a\r\nb", &(2..2), none), 1..3);
        assert_eq!(widen("", &(0..0), (true, true)), 0..0);
    }
}
