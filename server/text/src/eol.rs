//! Line endings: which one a text uses, and how text that a model wrote with `\n` gets the file's own.

use ropey::Rope;

use crate::diff::{Unit, diff_sequences};
use crate::lines::Breaks;

/// A line ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Eol {
    Lf,
    CrLf,
    Cr,
}

impl Eol {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
        }
    }
}

/// The most frequent ending of a text; `Lf` if it has none, and on a tie the earlier of `Lf`, `CrLf`, `Cr`.
#[must_use]
pub fn dominant_eol(text: &Rope) -> Eol {
    let (mut lf, mut crlf, mut cr) = (0_usize, 0_usize, 0_usize);
    let mut after_cr = false;
    for byte in text.chunks().flat_map(str::bytes) {
        match byte {
            b'\n' if after_cr => {
                cr -= 1;
                crlf += 1;
            }
            b'\n' => lf += 1,
            b'\r' => cr += 1,
            _ => {}
        }
        after_cr = byte == b'\r';
    }
    if lf >= crlf && lf >= cr {
        Eol::Lf
    } else if crlf >= cr {
        Eol::CrLf
    } else {
        Eol::Cr
    }
}

/// Gives the lines of `new` the endings of `old`. A line that stands in `old` too keeps that line's ending; one that
/// replaces a line takes the replaced line's; an added one its neighbour's (the line before, else the line after);
/// where none of these has an ending, `default`. Whether the text ends with a line break is as in `new`.
#[must_use]
pub fn adapt_eol(old: &str, new: &str, default: Eol) -> String {
    let old: Vec<(&str, &str)> = lines(old).collect();
    let new: Vec<(&str, &str)> = lines(new).collect();
    let endings = endings(&old, &new);
    let mut adapted = String::new();
    let mut ending = endings.iter().copied().flatten().next().unwrap_or(default.as_str());
    for ((content, break_), own) in new.iter().zip(endings) {
        ending = own.unwrap_or(ending);
        adapted.push_str(content);
        if !break_.is_empty() {
            // An empty line's `\n` behind a `\r` would make one line break of two.
            let glued = ending == "\n" && adapted.ends_with('\r');
            adapted.push_str(if glued { "\r" } else { ending });
        }
    }
    adapted
}

/// For each new line the ending of the old line that it is or replaces.
fn endings<'a>(old: &[(&'a str, &'a str)], new: &[(&'a str, &'a str)]) -> Vec<Option<&'a str>> {
    let contents =
        |lines: &[(&'a str, &'a str)]| lines.iter().map(|(content, _)| content.as_bytes()).collect::<Vec<_>>();
    let (before, after) = (contents(old), contents(new));
    let hunks = diff_sequences(before.iter().copied(), after.iter().copied(), Unit::Line);
    let ending_at = |index: usize| {
        old.get(index)
            .map(|(_, ending)| *ending)
            .filter(|ending| !ending.is_empty())
    };

    let mut endings = Vec::with_capacity(new.len());
    let mut at = 0;
    for hunk in hunks {
        let (removed, added) = (hunk.before.start as usize..hunk.before.end as usize, hunk.after.len());
        endings.extend((at..removed.start).map(ending_at));
        let replaced = |index: usize| (removed.start + index).min(removed.end.saturating_sub(1));
        endings.extend((0..added).map(|index| {
            if removed.is_empty() {
                None
            } else {
                ending_at(replaced(index))
            }
        }));
        at = removed.end;
    }
    endings.extend((at..old.len()).map(ending_at));
    endings
}

fn lines(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    Breaks::Editor.split(text.as_bytes()).map(move |line| {
        let (line, tail) = rest.split_at(line.len());
        rest = tail;
        line.split_at(line.trim_end_matches(['\r', '\n']).len())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(old: &str, new: &str, expect: &str) {
        assert_eq!(adapt_eol(old, new, Eol::CrLf), expect);
    }

    #[test]
    fn the_most_frequent_ending_dominates() {
        let dominant = |text: &str| dominant_eol(&Rope::from_str(text));
        assert_eq!(dominant(""), Eol::Lf);
        assert_eq!(dominant("a\r\nb\nc\r\n"), Eol::CrLf);
        assert_eq!(dominant("a\rb\rc\r\n"), Eol::Cr);
        assert_eq!(dominant("a\nb\r\n"), Eol::Lf);
        assert_eq!(dominant("\r\r\n\r"), Eol::Cr);
        assert_eq!(dominant(&"x\r\n".repeat(2_000)), Eol::CrLf);
    }

    #[test]
    fn known_lines_keep_their_own_ending() {
        check("a\r\nb\nc\r", "a\nb\nc\n", "a\r\nb\nc\r");
        check("a\r\nb\nc\r", "b\nc\n", "b\nc\r");
    }

    #[test]
    fn a_replaced_line_lends_its_ending() {
        check("a\r\nb\nc\r", "a\nX\nc\n", "a\r\nX\nc\r");
        check("a\nb\r", "X\nY\nZ\n", "X\nY\rZ\r");
        check("a\nb\r", "X\nY\nb\n", "X\nY\nb\r");
    }

    #[test]
    fn an_added_line_takes_its_neighbours() {
        check("a\r\nb\n", "a\nX\nb\n", "a\r\nX\r\nb\n");
        check("a\rb\n", "X\na\nb\n", "X\ra\rb\n");
        check("a\rb", "a\nb\nX\n", "a\rb\rX\r");
    }

    #[test]
    fn without_any_ending_the_default_rules() {
        check("", "a\nb", "a\r\nb");
        check("a", "a\nb\n", "a\r\nb\r\n");
    }

    #[test]
    fn the_end_is_as_in_the_new_text() {
        check("a\r\nb\r\n", "a\nb", "a\r\nb");
        check("a\r\nb", "a\nb\n", "a\r\nb\r\n");
        check("a\r\n", "", "");
    }

    proptest! {
        #[test]
        fn a_text_comes_back_from_plain_newlines(text in "(a|b|é|\r|\n|\r\n){0,20}") {
            let mut plain: String = lines(&text).map(|(content, _)| format!("{content}\n")).collect();
            if !text.ends_with(['\r', '\n']) {
                plain.pop();
            }
            prop_assert_eq!(adapt_eol(&text, &plain, Eol::Lf), text);
        }

        #[test]
        fn only_endings_change(old in "(a|b|\r|\n|\r\n){0,20}", new in "(a|b|\n){0,20}") {
            let adapted = adapt_eol(&old, &new, Eol::Cr);
            prop_assert!(old.contains('\n') || !adapted.contains('\n'));
            prop_assert_eq!(lines_of(&adapted), lines_of(&new));
        }
    }

    fn lines_of(text: &str) -> Vec<(&str, bool)> {
        lines(text)
            .map(|(content, ending)| (content, ending.is_empty()))
            .collect()
    }
}
