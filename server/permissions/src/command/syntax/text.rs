//! What a text may not hold, and how it is shown.

use super::reader::Problem;
use crate::action::is_invisible;

/// In bytes. A longer line is read to its end for what must never run, and otherwise asks.
pub(crate) const MAX_LENGTH: usize = 64 * 1024;

/// Characters that a person does not see, or not where they act, or takes for others.
pub(crate) fn concern_of(text: &str) -> Option<Problem> {
    if text.len() > MAX_LENGTH {
        return Some(Problem::new(
            "cap.length",
            format!("the line is longer than {} KiB: split it up", MAX_LENGTH / 1024),
        ));
    }
    let hidden = text.chars().find(|character| is_hidden(*character));
    let unseen = |hidden: char| {
        let shown = hidden.escape_unicode();
        Problem::new(
            "text.control",
            format!("the line holds {shown}, which a reader does not see"),
        )
    };
    let alike = |word: &str| {
        let shown = word.escape_unicode();
        Problem::new(
            "text.lookalike",
            format!("`{shown}` looks like something else than it is"),
        )
    };
    let is_unfinished = text.ends_with('\\') && !text.ends_with("\\\\");
    hidden.map(unseen).or_else(|| lookalike(text).map(alike)).or_else(|| {
        is_unfinished.then(|| {
            Problem::new(
                "syntax.incomplete",
                "the line ends in the middle: it continues on the next",
            )
        })
    })
}

fn is_hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        ' '..='~' => false,
        _ => character.is_control() || is_invisible(character) || (character.is_whitespace() && character != ' '),
    }
}

/// A word outside quotes that a reader takes for another: wide or foreign forms of what the shell acts on, or letters
/// of two scripts in one word.
fn lookalike(text: &str) -> Option<&str> {
    if text.is_ascii() {
        return None;
    }
    let mut quote = None;
    let words = text.split_inclusive(|character: char| {
        match quote {
            None if matches!(character, '\'' | '"') => quote = Some(character),
            Some(open) if open == character => quote = None,
            _ => {}
        }
        quote.is_none() && character.is_ascii_whitespace()
    });
    let mut words = words.map(str::trim);
    words.find(|word| !word.contains(['\'', '"']) && is_lookalike(word))
}

fn is_lookalike(word: &str) -> bool {
    let is_wide = |c: char| matches!(c, '\u{ff01}'..='\u{ff5e}' | '\u{2016}' | '\u{2024}' | '\u{2160}'..='\u{217f}');
    let is_dash = |c: char| matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}');
    let is_foreign = |c: char| matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}');
    let is_quote = |c: char| matches!(c, '\u{2018}'..='\u{201f}');
    word.starts_with(is_dash)
        || word.contains(is_wide)
        || word.contains(is_quote)
        || word.contains(is_foreign) && word.contains(|c: char| c.is_ascii_alphabetic())
}

/// The text with everything escaped that does not show.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => shown.push_str("\\n"),
            '\t' => shown.push_str("\\t"),
            _ if is_hidden(character) => shown.extend(character.escape_unicode()),
            _ => shown.push(character),
        }
    }
    shown
}
