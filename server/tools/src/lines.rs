//! Lines as models count them: from 1, and a final line break begins no line.

use ropey::Rope;

/// How many lines the text has; an empty text has none.
pub(crate) fn count(rope: &Rope) -> usize {
    let last = rope.len_lines() - 1;
    if rope.line(last).len_bytes() == 0 {
        last
    } else {
        last + 1
    }
}

/// A line without its ending; empty past the end.
pub(crate) fn text(rope: &Rope, line: usize) -> String {
    let with_ending = rope.get_line(line - 1).map(|line| line.to_string()).unwrap_or_default();
    with_ending.trim_end_matches(['\n', '\r']).to_owned()
}

/// Whether a line has a line ending; the last one may lack it.
pub(crate) fn is_ended(rope: &Rope, line: usize) -> bool {
    rope.get_line(line - 1)
        .is_some_and(|line| line.chars().last().is_some_and(|last| matches!(last, '\n' | '\r')))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines, each with whether it is ended.
    fn check(text: &str, expect: &[(&str, bool)]) {
        let rope = Rope::from_str(text);
        let lines: Vec<_> = (1..=count(&rope))
            .map(|line| (super::text(&rope, line), is_ended(&rope, line)))
            .collect();
        let expect: Vec<_> = expect
            .iter()
            .map(|(line, is_ended)| ((*line).to_owned(), *is_ended))
            .collect();
        assert_eq!(lines, expect);
    }

    #[test]
    fn every_ending_ends_a_line() {
        check("", &[]);
        check("\n", &[("", true)]);
        check(
            "a\r\nb\rc\n\nd",
            &[("a", true), ("b", true), ("c", true), ("", true), ("d", false)],
        );
        check("a\u{2028}b\u{85}c\u{b}d", &[("a\u{2028}b\u{85}c\u{b}d", false)]);
    }
}
