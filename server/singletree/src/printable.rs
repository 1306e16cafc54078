//! Text for a terminal.

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
}
