//! `{a,b}` and `{1..5}`: one word becomes several, before anything else is expanded.

use super::super::syntax::Piece;
use super::Atom;

/// More words than this from one are not worked out.
const MAX_WORDS: usize = 64;
/// Beyond this many opening braces, or characters, a word is not worked out.
const MAX_BRACES: usize = 32;
const MAX_LENGTH: usize = 4096;
/// A sequence that is longer is more than a shell should be asked to write down.
const MAX_SEQUENCE: u32 = 10_000;

pub(super) fn expand(atoms: Vec<Atom<'_>>) -> Vec<Vec<Atom<'_>>> {
    let braces = atoms
        .iter()
        .filter(|atom| matches!(atom, Atom::Char('{', false)))
        .count();
    if braces == 0 {
        return vec![atoms];
    }
    if braces > MAX_BRACES || atoms.len() > MAX_LENGTH {
        return vec![vec![Atom::Endless]];
    }
    let mut done = Vec::new();
    let mut open = vec![(atoms, 0)];
    while let Some((word, from)) = open.pop() {
        if done.len() + open.len() > MAX_WORDS {
            return vec![vec![Atom::Endless]];
        }
        let Some((start, end, alternatives)) = first_group(&word, from) else {
            done.push(word);
            continue;
        };
        // What an alternative holds may be a group in turn. Pushed in reverse to come out in order.
        for alternative in alternatives.into_iter().rev() {
            let mut next = word[..start].to_vec();
            next.extend(alternative);
            next.extend_from_slice(&word[end + 1..]);
            open.push(match reads_anew(&next) {
                true => (vec![Atom::Hidden], 0),
                false => (next, start),
            });
        }
    }
    done
}

/// Braces are expanded before names are read: `$a{b,c}` is `$ab $ac`, and `{$,x}a` is `$a xa`. What our reader took for a
/// name, and for a lone `$`, then is another.
fn reads_anew(word: &[Atom<'_>]) -> bool {
    word.windows(2).any(|pair| match pair {
        [
            Atom::Piece(Piece::Parameter {
                parameter,
                is_quoted: false,
            }),
            Atom::Char(next, false),
        ] => {
            let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
            parameter.is_bare
                && parameter.name.starts_with(|c: char| is_word(c) && !c.is_ascii_digit())
                && is_word(*next)
        }
        [dollar, _] => is_char(dollar, '$'),
        _ => false,
    })
}

/// The first group that is one: where its braces stand, and what it can become.
fn first_group<'w>(word: &[Atom<'w>], from: usize) -> Option<(usize, usize, Vec<Vec<Atom<'w>>>)> {
    (from..word.len())
        .filter(|start| is_char(&word[*start], '{'))
        .find_map(|start| {
            let (end, commas) = extent(word, start)?;
            let inside = &word[start + 1..end];
            if commas.is_empty() {
                return sequence(inside).map(|alternatives| (start, end, alternatives));
            }
            let ends = commas.iter().copied().chain([end]);
            let mut begin = start + 1;
            let alternatives = ends.map(|stop| {
                let alternative = word[begin..stop].to_vec();
                begin = stop + 1;
                alternative
            });
            let alternatives = alternatives.collect();
            Some((start, end, alternatives))
        })
}

/// The closing brace, and the commas between that belong to this group.
fn extent(word: &[Atom<'_>], start: usize) -> Option<(usize, Vec<usize>)> {
    let mut depth = 0_usize;
    let mut commas = Vec::new();
    for (at, atom) in word.iter().enumerate().skip(start) {
        if is_char(atom, '{') {
            depth += 1;
        } else if is_char(atom, '}') {
            depth -= 1;
            if depth == 0 {
                return Some((at, commas));
            }
        } else if depth == 1 && is_char(atom, ',') {
            commas.push(at);
        }
    }
    None
}

/// `1..5`, `a..e`, `1..9..2`.
fn sequence<'w>(inside: &[Atom<'w>]) -> Option<Vec<Vec<Atom<'w>>>> {
    let text: Option<String> = inside
        .iter()
        .map(|atom| match atom {
            Atom::Char(character, false) => Some(*character),
            _ => None,
        })
        .collect();
    let text = text?;
    let mut parts = text.split("..");
    let (first, last, step) = (parts.next()?, parts.next()?, parts.next());
    let is_number = |text: &str| {
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_letter = |text: &str| text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_sequence = (is_number(first) && is_number(last)) || (is_letter(first) && is_letter(last));
    if !is_sequence || parts.next().is_some() || !step.is_none_or(is_number) {
        return None;
    }
    let count = first
        .parse::<i32>()
        .ok()
        .zip(last.parse::<i32>().ok())
        .map(|(first, last)| first.abs_diff(last));
    if count.is_none_or(|count| count > MAX_SEQUENCE) && is_number(first) {
        return Some(vec![vec![Atom::Endless]]);
    }
    let hidden = || Some(vec![vec![Atom::Hidden]]);
    let has_zeros = |text: &str| text.trim_start_matches(['-', '+']).starts_with('0') && text.len() > 1;
    if step.is_some() || has_zeros(first) || has_zeros(last) {
        return hidden();
    }
    let (Ok(low), Ok(high)) = (first.parse::<i32>(), last.parse::<i32>()) else {
        return hidden();
    };
    let numbers: Vec<i32> = if low <= high {
        (low..=high).take(MAX_WORDS + 1).collect()
    } else {
        (high..=low).rev().take(MAX_WORDS + 1).collect()
    };
    if numbers.len() > MAX_WORDS {
        return hidden();
    }
    let spell = |number: i32| {
        number
            .to_string()
            .chars()
            .map(|digit| Atom::Char(digit, false))
            .collect()
    };
    Some(numbers.into_iter().map(spell).collect())
}

fn is_char(atom: &Atom<'_>, wanted: char) -> bool {
    matches!(atom, Atom::Char(character, false) if *character == wanted)
}
