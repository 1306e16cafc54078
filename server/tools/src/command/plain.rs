//! Bytes of an output as plain text: escape sequences are gone, and of a line that was overwritten in place only the
//! last state is left.

use std::iter::Peekable;
use std::str::Chars;

pub(super) fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut plain = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        push_line(&mut plain, line);
        if line.ends_with('\n') {
            plain.push('\n');
        }
    }
    plain
}

/// One line, without its end.
pub(crate) fn plain_line(bytes: &[u8]) -> String {
    let mut plain = String::new();
    push_line(&mut plain, &String::from_utf8_lossy(bytes));
    plain
}

fn push_line(plain: &mut String, line: &str) {
    let line = line.trim_end_matches(['\n', '\r']);
    let start = plain.len();
    let mut characters = line.chars().peekable();
    let mut is_overwritten = false;
    while let Some(character) = characters.next() {
        match character {
            '\u{1b}' => {
                skip_sequence(&mut characters);
                continue;
            }
            // What comes next is written over what is there, if anything comes.
            '\r' => {
                is_overwritten = true;
                continue;
            }
            '\u{8}' => {
                if plain.len() > start {
                    plain.pop();
                }
                continue;
            }
            control if control.is_control() && control != '\t' => continue,
            _ => {}
        }
        if std::mem::take(&mut is_overwritten) {
            plain.truncate(start);
        }
        plain.push(character);
    }
}

/// What follows an escape character and belongs to it.
fn skip_sequence(characters: &mut Peekable<Chars<'_>>) {
    match characters.peek() {
        // `ESC [`, parameters, one final letter.
        Some('[') => {
            characters.next();
            while characters.next_if(|c| (' '..='?').contains(c)).is_some() {}
            characters.next_if(|c| ('@'..='~').contains(c));
        }
        // A title or a link, up to a bell or `ESC \`.
        Some(']' | 'P' | 'X' | '^' | '_') => {
            while let Some(character) = characters.next() {
                match character {
                    '\u{7}' => break,
                    '\u{1b}' => {
                        characters.next_if_eq(&'\\');
                        break;
                    }
                    _ => {}
                }
            }
        }
        _ => {
            while characters.next_if(|c| (' '..='/').contains(c)).is_some() {}
            characters.next_if(|c| ('0'..='~').contains(c));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expect: &str) {
        assert_eq!(plain(bytes), expect);
    }

    #[test]
    fn what_only_a_terminal_obeys_is_gone() {
        check(b"\x1b[31;1mred\x1b[0m\n", "red\n");
        check(b"\x1b]0;title\x07text\x1b]8;;http://a\\b\x1b\\link", "textlink");
        check(b"\x1b(Ba\x1b7b\x1b=c", "abc");
        check(b"a\x00\x07b\tc\x7f", "ab\tc");
        check(b"\x1b[3", "");
    }

    #[test]
    fn lines_show_their_last_state() {
        check(b" 10%\r 50%\r100%\ndone\r\n", "100%\ndone\n");
        check(b"half\r\x1b[K\nnext", "half\nnext");
        check(b"b\x08bo\x08\x08\x08\x08ld\n", "ld\n");
    }

    #[test]
    fn what_is_no_text_is_marked() {
        check(b"caf\xc3\n\xff", "caf\u{fffd}\n\u{fffd}");
    }
}
