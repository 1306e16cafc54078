use super::*;
use crate::hunk::fixture::placed;

/// `live` are hunks of `base` as (start, old, new). The edit replaces `old` by `new` in the proposed text; expected
/// are the hunks that give way and those that come, as (start, old, new).
fn check(
    base: &str,
    live: &[(usize, &str, &str)],
    (old, new): (&str, &str),
    replaced: Range<usize>,
    expect: &[(usize, &str, &str)],
) {
    let hunks: Vec<PlacedHunk> = live.iter().map(|(start, old, new)| placed(*start, old, new)).collect();
    let hunks: Vec<&PlacedHunk> = hunks.iter().collect();
    let rope = Rope::from_str(base);
    let proposed = crate::change_set::proposed(&rope, hunks.iter().copied());
    let start = proposed.to_string().find(old).unwrap();
    let edit = Edit {
        range: start..start + old.len(),
        text: new.into(),
    };
    let splices = derive(&rope, &hunks, &proposed, &[edit], Some(Eol::Lf));
    assert_eq!(splices.len(), 1);
    assert_eq!(splices[0].replaced, replaced);
    let changes = splices[0].changes.iter();
    let changes: Vec<_> = changes
        .map(|change| (change.range.start, change.old.as_str(), change.new.as_str()))
        .collect();
    assert_eq!(changes, expect);
}

#[test]
fn an_edit_becomes_whole_lines() {
    check("one\ntwo\nthree\n", &[], ("w", "WWW"), 0..0, &[(4, "two\n", "tWWWo\n")]);
    check("one\ntwo\nthree\n", &[], ("two\n", ""), 0..0, &[(4, "two\n", "")]);
    check(
        "one\ntwo\nthree\n",
        &[],
        ("two\n", "two "),
        0..0,
        &[(4, "two\nthree\n", "two three\n")],
    );
    check(
        "one\ntwo",
        &[],
        ("two", "two\nthree"),
        0..0,
        &[(4, "two", "two\nthree")],
    );
    check(
        "one\r\ntwo\r\n",
        &[],
        ("two", "2\n3"),
        0..0,
        &[(5, "two\r\n", "2\r\n3\r\n")],
    );
}

#[test]
fn a_hunk_that_is_edited_gives_way() {
    let live = [(4, "two\n", "TWO\nAND MORE\n"), (14, "four\n", "FOUR\n")];
    let base = "one\ntwo\nthree\nfour\n";
    check(base, &live, ("MORE", "LESS"), 0..1, &[(4, "two\n", "TWO\nAND LESS\n")]);
    check(base, &live, ("TWO\nAND MORE", "two"), 0..1, &[]);
    check(base, &live, ("three", "3"), 1..1, &[(8, "three\n", "3\n")]);
    check(
        base,
        &live,
        ("MORE\nthree\nF", "F"),
        0..2,
        &[(4, "two\nthree\nfour\n", "TWO\nAND FOUR\n")],
    );
}

#[test]
fn what_was_deleted_may_be_put_back() {
    let live = [(4, "two\n", "")];
    check(
        "one\ntwo\nthree\n",
        &live,
        ("three", "two\nthree"),
        1..1,
        &[(8, "", "two\n")],
    );
    check(
        "one\ntwo\nthree\n",
        &live,
        ("one\nthree\n", "one\ntwo\nthree\n"),
        0..1,
        &[],
    );
}

#[test]
fn a_change_that_would_glue_two_line_breaks_takes_a_line_in() {
    check("a\rb\n\nc\n", &[], ("b\n", ""), 0..0, &[(0, "a\rb\n\n", "a\r\n")]);
    check("x\na\r", &[], ("x\n", "x\r"), 0..0, &[]);
}
