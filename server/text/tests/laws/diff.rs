use proptest::prelude::*;
use ropey::Rope;
use text::{apply, diff_edits, diff_lines, is_line_start};

use crate::documents::{played, strokes, text};

fn check(old: &str, new: &str, expect: &[(&str, &str)]) {
    let hunks = diff_lines(old, new);
    let found: Vec<_> = hunks
        .iter()
        .map(|hunk| (&old[hunk.old.clone()], &new[hunk.new.clone()]))
        .collect();
    assert_eq!(found, expect);
}

#[test]
fn lines_are_compared_with_their_endings() {
    check("a\nb\n", "a\r\nb\n", &[("a\n", "a\r\n")]);
    check("a\rb\rc", "a\rB\rc", &[("b\r", "B\r")]);
    check("a\r", "a\r\n", &[("a\r", "a\r\n")]);
    check("a\u{2028}b\n", "a\u{2028}c\n", &[("a\u{2028}b\n", "a\u{2028}c\n")]);
}

#[test]
fn appending_to_a_text_without_final_newline_replaces_its_last_line() {
    check("a\nb", "a\nb\nc\n", &[("b", "b\nc\n")]);
    check("a\nb\n", "a\nb", &[("b\n", "b")]);
}

#[test]
fn empty_texts() {
    check("", "", &[]);
    check("", "a\n", &[("", "a\n")]);
    check("a", "", &[("a", "")]);
}

#[test]
fn an_added_function_begins_at_its_head() {
    let old = "fn a();\n\n/// Doc\nfn c();\n";
    let new = "fn a();\n\n/// Doc\nfn b();\n\n/// Doc\nfn c();\n";
    check(old, new, &[("", "/// Doc\nfn b();\n\n")]);
}

#[test]
fn few_changes_in_many_lines() {
    let old: String = (0..100_000).map(|line| format!("line {}\n", line % 1_000)).collect();
    let new = old.replacen("line 7\n", "line seven\n", 1) + "end";
    check(&old, &new, &[("line 7\n", "line seven\n"), ("", "end")]);
    let edits = diff_edits(&Rope::from_str(&old), &Rope::from_str(&new));
    let texts: Vec<_> = edits
        .iter()
        .map(|edit| (&old[edit.range.clone()], edit.text.as_str()))
        .collect();
    assert_eq!(texts, [("7", "seven"), ("", "end")]);
}

#[test]
fn edits_are_as_small_as_words_and_characters_allow() {
    let edits = |old: &str, new: &str| {
        let edits = diff_edits(&Rope::from_str(old), &Rope::from_str(new));
        edits
            .into_iter()
            .map(|edit| (edit.range, edit.text))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        edits("let a = foo(1);\n", "let a = fob(1, 2);\n"),
        [(10..11, "b".into()), (13..13, ", 2".into())]
    );
    assert_eq!(edits("é\n", "è\n"), [(0..2, "è".into())]);
    assert_eq!(edits("a\nb\n", "a\r\nb\n"), [(1..2, "\r\n".into())]);
    assert_eq!(edits("a\r\nb", "a\rb"), [(1..3, "\r".into())]);
    assert_eq!(edits("same\n", "same\n"), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn line_hunks_are_whole_lines_and_make_the_new_text(old in text(), strokes in strokes(4)) {
        let new = played(&old, &strokes);
        let (old_rope, new_rope) = (Rope::from_str(&old), Rope::from_str(&new));
        let mut made = String::new();
        let mut at = 0;
        for hunk in diff_lines(&old, &new) {
            prop_assert!(at == 0 || hunk.old.start > at, "hunks are apart");
            made += &old[at..hunk.old.start];
            prop_assert_eq!(made.len(), hunk.new.start);
            made += &new[hunk.new.clone()];
            at = hunk.old.end;
            for (rope, range) in [(&old_rope, &hunk.old), (&new_rope, &hunk.new)] {
                prop_assert!(is_line_start(rope, range.start));
                prop_assert!(range.end == rope.len_bytes() || is_line_start(rope, range.end));
            }
            prop_assert_ne!(&old[hunk.old], &new[hunk.new]);
        }
        prop_assert_eq!(made + &old[at..], new);
    }

    #[test]
    fn edits_make_the_new_text_and_cut_no_line_break(old in text(), strokes in strokes(4)) {
        let new = played(&old, &strokes);
        let mut rope = Rope::from_str(&old);
        let edits = diff_edits(&rope, &Rope::from_str(&new));
        let in_break = |at: usize| old[..at].ends_with('\r') && old[at..].starts_with('\n');
        for pair in edits.windows(2) {
            prop_assert!(pair[0].range.end < pair[1].range.start);
        }
        for edit in edits.iter().rev() {
            prop_assert!(!in_break(edit.range.start) && !in_break(edit.range.end), "{:?}", edit);
            apply(&mut rope, edit).unwrap();
        }
        prop_assert_eq!(rope.to_string(), new);
    }

    /// Ropes that grew by edits have chunks cut anywhere.
    #[test]
    fn edits_of_a_long_rope_do_not_depend_on_its_chunks(old in text(), strokes in strokes(3)) {
        let old = format!("{}{old}{}", "é line\r\n".repeat(700), "\nfiller 𝒳".repeat(700));
        let mut grown = Rope::from_str(&old);
        let before = grown.clone();
        for stroke in &strokes {
            let edit = stroke.on(&grown.to_string());
            apply(&mut grown, &edit).unwrap();
        }
        let fresh = Rope::from_str(&grown.to_string());
        let edits = diff_edits(&before, &grown);
        prop_assert_eq!(&edits, &diff_edits(&Rope::from_str(&old), &fresh));
        let mut made = before.clone();
        edits.iter().rev().for_each(|edit| apply(&mut made, edit).unwrap());
        prop_assert_eq!(made, fresh);
    }
}
