//! A command's output as a model reads it: text, without what only a terminal obeys, and no more than a conversation
//! can hold.

use sandbox::Output;

use super::plain::plain;
use crate::output::first_lines;

/// Bytes of the beginning and of the end that are shown where not all can be.
const PART: usize = 8 * 1024;

/// What is shown of an output: all of it, or its beginning and its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Whole(String),
    Ends(String, String),
}

pub(super) fn shown(output: &Output) -> Shown {
    let is_cut = output.spilled.is_some() || !output.tail.is_empty();
    if !is_cut {
        let text = plain(&output.head);
        if text.len() <= 2 * PART {
            return Shown::Whole(text);
        }
        return Shown::Ends(first_lines(&text, PART).to_owned(), last_lines(&text));
    }
    let head = plain(without_broken_end(&output.head));
    let tail = match output.tail.is_empty() {
        true => String::new(),
        false => plain(without_broken_start(&output.tail)),
    };
    Shown::Ends(first_lines(&head, PART).to_owned(), last_lines(&tail))
}

fn last_lines(text: &str) -> String {
    if text.len() <= PART {
        return text.to_owned();
    }
    let part = &text[text.ceil_char_boundary(text.len() - PART)..];
    let start = part.find('\n').map_or(0, |end| end + 1);
    // A last line that is too long by itself is shown from its middle.
    let start = if start == part.len() { 0 } else { start };
    part[start..].to_owned()
}

/// Without the first bytes of a character whose others were cut off.
fn without_broken_end(bytes: &[u8]) -> &[u8] {
    let starts_character = |byte: &u8| *byte & 0xc0 != 0x80;
    let last = bytes.iter().rev().take(4).position(starts_character);
    let Some(start) = last.map(|back| bytes.len() - 1 - back) else {
        return bytes;
    };
    let length = match bytes[start] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    if start + length > bytes.len() {
        &bytes[..start]
    } else {
        bytes
    }
}

/// Without the last bytes of a character whose first were cut off.
fn without_broken_start(bytes: &[u8]) -> &[u8] {
    let rest = bytes.iter().take(3).take_while(|byte| **byte & 0xc0 == 0x80).count();
    &bytes[rest..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn output(head: &[u8], tail: &[u8]) -> Output {
        Output {
            head: head.to_vec(),
            tail: tail.to_vec(),
            total: 1_000_000,
            spilled: (!tail.is_empty()).then(|| "/state/out".into()),
        }
    }

    fn check(head: &[u8], tail: &[u8], expect: (&str, &str)) {
        let (first, last) = (expect.0.to_owned(), expect.1.to_owned());
        assert_eq!(shown(&output(head, tail)), Shown::Ends(first, last));
    }

    #[test]
    fn what_fits_is_shown_whole() {
        assert_eq!(shown(&output(b"caf\xc3", b"")), Shown::Whole("caf\u{fffd}".to_owned()));
        let most = "é".repeat(PART);
        assert_eq!(shown(&output(most.as_bytes(), b"")), Shown::Whole(most));
    }

    #[test]
    fn characters_cut_in_two_are_left_out() {
        check(b"a\xc3", b"\xa9b\n", ("a", "b\n"));
        check(b"a\xf0\x9d\x92", b"\xb3b", ("a", "b"));
        check("aé".as_bytes(), "éb".as_bytes(), ("aé", "éb"));
        check(b"a\xff", b"\xff", ("a\u{fffd}", "\u{fffd}"));
    }

    #[test]
    fn long_parts_end_with_their_lines() {
        let line = format!("{}\n", "x".repeat(999));
        let many = line.repeat(30);
        check(many.as_bytes(), b"", (&line.repeat(8), &line.repeat(8)));
        check(many.as_bytes(), many.as_bytes(), (&line.repeat(8), &line.repeat(8)));
    }

    #[test]
    fn one_endless_line_is_cut_between_characters() {
        let endless = "é".repeat(3 * PART);
        let part = "é".repeat(PART / 2);
        check(endless.as_bytes(), b"", (&part, &part));
    }
}
