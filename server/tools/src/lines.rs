//! Lines as models count them: from 1, and a final line break begins no line.

use std::borrow::Cow;

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

/// The lines from number `first` on, each without its ending. After an ending at the text's end comes an empty one.
pub(crate) fn from(rope: &Rope, first: usize) -> impl Iterator<Item = Cow<'_, str>> {
    let lines = rope.get_lines_at(first - 1).into_iter().flatten();
    lines.map(|line| match Cow::from(line) {
        Cow::Borrowed(line) => without_ending(line).into(),
        // It lies in two pieces of the rope.
        Cow::Owned(line) => without_ending(&line).to_owned().into(),
    })
}

fn without_ending(line: &str) -> &str {
    line.trim_end_matches(['\n', '\r'])
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
            .zip(super::from(&rope, 1))
            .map(|(number, line)| (line.into_owned(), is_ended(&rope, number)))
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
    #[test]
    fn lines_are_had_from_any_on() {
        let text: String = (1..=5_000).map(|line| format!("{line} éé\r\n")).collect();
        let rope = Rope::from_str(&text);
        for first in [1, 2, 777, 5_000] {
            let lines = super::from(&rope, first).take(5_001 - first).map(Cow::into_owned);
            assert!(lines.eq((first..=5_000).map(|line| format!("{line} éé"))));
        }
        assert_eq!(super::from(&rope, 5_002).next(), None);
    }
}
