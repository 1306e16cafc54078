//! What a text may not hold, and how it is shown.

use super::reader::Problem;
use crate::action::is_invisible;

/// In bytes. A longer line is read to its end for what must never run, and otherwise asks.
pub(crate) const MAX_LENGTH: usize = 64 * 1024;

/// Characters that a person does not see, or not where they act.
pub(crate) fn concern_of(text: &str) -> Option<Problem> {
    if text.len() > MAX_LENGTH {
        return Some(Problem::new(
            "cap.length",
            format!("the line is longer than {} KiB: split it up", MAX_LENGTH / 1024),
        ));
    }
    let hidden = text.chars().find(|character| is_hidden(*character))?;
    Some(Problem::new(
        "text.control",
        format!(
            "the line holds {}, which a reader does not see",
            hidden.escape_unicode()
        ),
    ))
}

fn is_hidden(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        ' '..='~' => false,
        _ => character.is_control() || is_invisible(character) || (character.is_whitespace() && character != ' '),
    }
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
