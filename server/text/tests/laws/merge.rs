use proptest::prelude::*;
use similar::TextMerge;
use text::{diff_lines, merge3};

use crate::documents::{Stroke, is_plain, only, played, strokes, text, unique};

/// `None` expects a conflict.
fn check(base: &str, ours: &str, theirs: &str, expect: Option<&str>) {
    for (ours, theirs) in [(ours, theirs), (theirs, ours)] {
        assert_eq!(merge3(base, ours, theirs).ok().as_deref(), expect);
    }
}

#[test]
fn changes_apart_both_stand() {
    check("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", Some("A\nb\nC\n"));
    check("a\nb\n", "A\nb\n", "a\nB\n", Some("A\nB\n"));
    check("f(a, b)\n", "g(a, b)\n", "f(a, c)\n", Some("g(a, c)\n"));
    check("a\nb\nc\n", "a\nc\n", "a\nb\nC\n", None);
}

#[test]
fn the_same_change_is_taken_once() {
    check("a\nb\n", "a\nX\nb\n", "a\nX\nb\n", Some("a\nX\nb\n"));
    check("f(a, b)\n", "g(a, b)\n", "g(a, c)\n", Some("g(a, c)\n"));
}

#[test]
fn changes_that_meet_conflict() {
    check("a\nb\n", "a\nX\nb\n", "a\nY\nb\n", None);
    check("foo\n", "food\n", "bar\n", None);
    check("a\nb\nc\n", "a\n", "a\nc\n", None);
    check("a + b\n", "a + c + b\n", "a + d + b\n", None);
    let conflict = merge3("a\nb\nc\n", "z\na\nX\nc\n", "a\nY\nc\n").unwrap_err();
    assert_eq!((conflict.base, conflict.ours), (2..4, 4..6));
}

/// Whether the line diff, led by blank lines, sees text taken away in one hunk and put back in another.
fn moves_text(base: &str, side: &str) -> bool {
    diff_lines(base, side).into_iter().any(|hunk| {
        let (old, new) = (&base[hunk.old], &side[hunk.new]);
        new.chars()
            .any(|char| !is_plain(char) && base.contains(char) && !old.contains(char))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn one_sided_and_equal_changes_are_simply_taken(base in text(), strokes in strokes(3)) {
        let changed = played(&base, &strokes);
        prop_assert_eq!(merge3(&base, &changed, &base).unwrap(), changed.as_str());
        prop_assert_eq!(merge3(&base, &base, &changed).unwrap(), changed.as_str());
        prop_assert_eq!(merge3(&base, &changed, &changed).unwrap(), changed.as_str());
    }

    #[test]
    fn sides_may_be_swapped(base in text(), ours in strokes(3), theirs in strokes(3)) {
        let (ours, theirs) = (played(&base, &ours), played(&base, &theirs));
        prop_assert_eq!(merge3(&base, &ours, &theirs).ok(), merge3(&base, &theirs, &ours).ok());
    }

    /// With unique characters every one can be followed: it is there if and only if nobody deleted it.
    #[test]
    fn every_character_is_where_it_belongs(base in text(), ours in strokes(2), theirs in strokes(2)) {
        let mut next = 0;
        let base = unique(&base, &mut next);
        let mut play = |strokes: Vec<Stroke>| {
            let strokes: Vec<_> = strokes.into_iter().map(|stroke| stroke.with_unique(&mut next)).collect();
            played(&base, &strokes)
        };
        let (ours, theirs) = (play(ours), play(theirs));
        if moves_text(&base, &ours) || moves_text(&base, &theirs) {
            return Ok(()); // What a side took away here and put there has no one right place.
        }
        if let Ok(merged) = merge3(&base, &ours, &theirs) {
            let lives = |char| match (base.contains(char), ours.contains(char), theirs.contains(char)) {
                (true, ours, theirs) => ours && theirs,
                (false, ours, theirs) => ours || theirs,
            };
            let marked = |text: &str| only(text, |char| !is_plain(char) && lives(char));
            prop_assert_eq!(only(&merged, |char| !is_plain(char)), marked(&merged));
            prop_assert_eq!(only(&merged, |char| ours.contains(char) && !is_plain(char)), marked(&ours));
            prop_assert_eq!(only(&merged, |char| theirs.contains(char) && !is_plain(char)), marked(&theirs));
        }
    }

    /// Where lines do not repeat, a merge by lines has one right answer.
    #[test]
    fn a_clean_merge_by_lines_is_the_one_that_others_find(
        ours in prop::collection::vec((0..12_usize, 0..3_usize, 0..3_usize), 0..3),
        theirs in prop::collection::vec((0..12_usize, 0..3_usize, 0..3_usize), 0..3),
    ) {
        let base: Vec<String> = (0..12).map(|line| format!("line {line}\n")).collect();
        let play = |edits: &[(usize, usize, usize)], name: &str| {
            let mut lines = base.clone();
            for (index, (at, removed, added)) in edits.iter().enumerate() {
                let at = (*at).min(lines.len());
                let end = (at + removed).min(lines.len());
                lines.splice(at..end, (0..*added).map(|line| format!("{name} {index} {line}\n")));
            }
            lines.concat()
        };
        let (base, ours, theirs) = (base.concat(), play(&ours, "our"), play(&theirs, "their"));
        let reference = TextMerge::from_lines(&base, &ours, &theirs);
        if !reference.is_conflicted() {
            let mut expect = Vec::new();
            reference.to_writer(&mut expect).unwrap();
            prop_assert_eq!(merge3(&base, &ours, &theirs).unwrap().into_bytes(), expect);
        }
    }
}
