//! Text for a terminal.

use std::io::{self, Write};

/// Text that cannot disguise itself on a terminal: whatever does not print, or turns the reading direction, is escaped.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\'' | '\\' => shown.push(character),
            other => shown.extend(other.escape_debug()),
        }
    }
    shown
}

/// Words for people, in lines: what would steer the terminal, or turn the reading direction, is escaped.
pub(crate) fn prose(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\t' => shown.push(character),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => shown.extend(character.escape_debug()),
            other if other.is_control() => shown.extend(other.escape_debug()),
            other => shown.push(other),
        }
    }
    shown
}

/// Standard output for people. What programs read goes out as it is, without this.
pub(crate) fn stdout() -> Prose<io::Stdout> {
    Prose(io::stdout())
}

/// Writes [`prose`]. No character may be split between two writes; `write!` and whole texts split none.
pub(crate) struct Prose<W>(pub(crate) W);

impl<W: Write> Write for Prose<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(prose(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(printable(text), expect);
    }

    #[test]
    fn what_prints_stays() {
        check("a \"b\" 'c' \\ é 漢", "a \"b\" 'c' \\ é 漢");
    }

    #[test]
    fn what_disguises_is_escaped() {
        check("a\u{1b}[31m\n\t", "a\\u{1b}[31m\\n\\t");
        check("\u{202e}x\u{200b}", "\\u{202e}x\\u{200b}");
    }

    fn check_prose(text: &str, expect: &str) {
        assert_eq!(prose(text), expect);
        // However it comes in pieces.
        let mut written = Prose(Vec::new());
        for character in text.chars() {
            write!(written, "{character}").unwrap();
        }
        assert_eq!(String::from_utf8(written.0).unwrap(), expect);
    }

    #[test]
    fn prose_keeps_its_lines_and_letters() {
        let text = "a\tb\n\n\"c\" 'd' \\ e\u{301} 漢 \u{1f469}\u{200d}\u{1f4bb} עברית";
        check_prose(text, text);
    }

    #[test]
    fn prose_steers_no_terminal() {
        check_prose("fin \x1b]52;c;aGk=\x07\x1b[2J", "fin \\u{1b}]52;c;aGk=\\u{7}\\u{1b}[2J");
        check_prose("\0\r\x08\x7f", "\\0\\r\\u{8}\\u{7f}");
        check_prose("\u{80}\u{9b}31m\u{9f}\u{a0}", "\\u{80}\\u{9b}31m\\u{9f}\u{a0}");
        check_prose(
            "\u{202a}\u{202e}\u{2066}\u{2069}",
            "\\u{202a}\\u{202e}\\u{2066}\\u{2069}",
        );
    }
}
