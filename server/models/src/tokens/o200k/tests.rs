use proptest::prelude::*;

use super::*;

fn tokenizer() -> &'static Tokenizer {
    TOKENIZER.as_ref().unwrap()
}

#[test]
fn the_vocabulary_is_whole() {
    let occupied = tokenizer().places.iter().filter(|place| **place != EMPTY).count();
    assert_eq!(occupied, 199_998);
    for byte in 0..=255 {
        assert!(tokenizer().rank(&[byte]).is_some(), "{byte}");
    }
}

#[test]
fn the_last_blank_of_a_run_goes_with_the_word() {
    let check = |text: &str, expect: &[&str]| {
        let found: Vec<_> = pieces(&tokenizer().pattern, text).collect();
        assert_eq!(found, expect, "{text:?}");
    };
    check("a  b", &["a", " ", " b"]);
    check("a   1", &["a", "  ", " ", "1"]);
    check("a \n\n  b", &["a", " \n\n", " ", " b"]);
    check("a  ", &["a", "  "]);
    check("\u{3000}\u{3000}b", &["\u{3000}", "\u{3000}b"]);
    check("  //\n/x", &[" ", " //\n/", "x"]);
    check("HTMLParser's x_y", &["HTMLParser's", " x", "_y"]);
}

/// Merging as it is defined: look for the lowest rank in all pairs, the leftmost of equals, and begin again.
fn merged_by_definition(piece: &[u8]) -> u64 {
    let mut parts: Vec<&[u8]> = piece.chunks(1).collect();
    let mut ends: Vec<usize> = (1..=piece.len()).collect();
    loop {
        let start = |index: usize| if index == 0 { 0 } else { ends[index - 1] };
        let pairs = (0..parts.len().saturating_sub(1)).map(|index| &piece[start(index)..ends[index + 1]]);
        let ranked = pairs
            .enumerate()
            .filter_map(|(index, pair)| Some((tokenizer().rank(pair)?, index)));
        let Some((_, index)) = ranked.min() else {
            return parts.len() as u64;
        };
        parts.remove(index);
        ends.remove(index);
    }
}

proptest! {
    #[test]
    fn the_heap_merges_as_defined(piece in "[a-c ]{1,40}|\\PC{1,12}") {
        let count = Merge::default().count(piece.as_bytes(), |pair| tokenizer().rank(pair));
        prop_assert_eq!(count, merged_by_definition(piece.as_bytes()));
    }

    #[test]
    fn pieces_are_the_whole_text(text in "([ \\t\\n\\r\u{a0}]{0,3}|[a-zA-Z]{0,6}|[0-9']{0,5}|\\PC){0,12}") {
        let joined: String = pieces(&tokenizer().pattern, &text).collect();
        prop_assert_eq!(joined, text);
    }
}
