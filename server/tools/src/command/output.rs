//! A command's output as a model reads it: text, without what only a terminal obeys, and no more than a conversation
//! can hold. The whole is in a file that `read` shows piece by piece.

use sandbox::Output;

/// Bytes of the beginning and of the end that are shown where not all can be.
const PART: usize = 12 * 1024;

pub(super) fn shown(output: &Output) -> String {
    let (head, tail) = (plain(&output.head), plain(&output.tail));
    let is_whole = output.spilled.is_none() && output.tail.is_empty();
    if is_whole && head.len() <= 2 * PART {
        return head;
    }
    let (first, last) = match output.tail.is_empty() {
        true => (head.as_str(), head.as_str()),
        false => (head.as_str(), tail.as_str()),
    };
    let first = &first[..first.floor_char_boundary(PART)];
    let last = &last[last.ceil_char_boundary(last.len().saturating_sub(PART))..];
    let left_out = output.total.saturating_sub((first.len() + last.len()) as u64);
    let whole = match &output.spilled {
        Some(file) => format!("; the whole is in {}, `read` shows it piece by piece", file.display()),
        None => String::new(),
    };
    format!(
        "{first}\n[… {left_out} of {} bytes left out{whole} …]\n{last}",
        output.total
    )
}

/// The bytes as text: escape sequences and control characters are gone, and of a line that was overwritten in place
/// only the last state is left.
fn plain(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let without_escapes = strip_escapes(&text);
    let mut plain = String::with_capacity(without_escapes.len());
    for line in without_escapes.split_inclusive('\n') {
        let (line, end) = match line.strip_suffix('\n') {
            Some(line) => (line.strip_suffix('\r').unwrap_or(line), "\n"),
            None => (line, ""),
        };
        let last = line.rsplit('\r').find(|state| !state.is_empty()).unwrap_or_default();
        plain.extend(
            last.chars()
                .filter(|character| !character.is_control() || *character == '\t'),
        );
        plain.push_str(end);
    }
    plain
}

/// Takes out ANSI sequences: `ESC [ … letter`, `ESC ] … BEL`, and `ESC` with one character.
fn strip_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\u{1b}' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('[') => {
                let _ = characters.find(|character| ('@'..='~').contains(character));
            }
            Some(']') => {
                let _ = characters.find(|character| matches!(character, '\u{7}' | '\\'));
            }
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expect: &str) {
        let output = Output {
            head: bytes.to_vec(),
            total: bytes.len() as u64,
            ..Output::default()
        };
        assert_eq!(shown(&output), expect);
    }

    #[test]
    fn what_only_a_terminal_obeys_is_gone() {
        check(b"\x1b[31mred\x1b[0m\n", "red\n");
        check(b"\x1b]0;title\x07text", "text");
        check(b" 10%\r 50%\r100%\ndone\r\n", "100%\ndone\n");
        check(b"a\x08b\tc\x00", "ab\tc");
    }

    #[test]
    fn half_a_character_is_marked() {
        check(b"caf\xc3", "caf\u{fffd}");
    }

    #[test]
    fn long_output_shows_both_ends_and_where_the_rest_is() {
        let output = Output {
            head: "é".repeat(PART).into_bytes(),
            tail: b"the end\n".to_vec(),
            total: 1_000_000,
            spilled: Some("/state/out".into()),
        };
        let shown = shown(&output);
        assert!(shown.starts_with("éé") && shown.ends_with("the end\n"));
        assert!(
            shown.contains("of 1000000 bytes left out; the whole is in /state/out"),
            "{shown}"
        );
    }
}
