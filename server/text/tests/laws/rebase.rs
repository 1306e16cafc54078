use proptest::prelude::*;
use ropey::Rope;
use text::{Change, Edit, Rebased, apply, diff_lines, is_line_start, rebase};

use crate::documents::{is_plain, lines, only, played, replaced, stroke, strokes, text, unique};

/// Proposal and typing in one string: `‹old|new›` is the hunk, `«old|new»` the user's edit; the outcome is written
/// with the hunk as it is afterwards, a conflict as `‹text|!›`.
fn check(hunk: &str, edit: &str, expect: &str) {
    let change = change_in(hunk);
    let (range, [old, text]) = marked(edit, ['«', '»']);
    let before = edit.replacen(&format!("«{old}|{text}»"), &old, 1);
    assert_eq!(
        before,
        hunk.replacen(&format!("‹{}|{}›", change.old, change.new), &change.old, 1),
        "one text"
    );
    let edit = Edit { range, text };
    let after = replaced(&before, &edit);
    let (range, new) = match rebase(&change, &edit, &Rope::from_str(&after)) {
        Rebased::Untouched => (change.range, change.new),
        Rebased::Shifted(range) => (range, change.new),
        Rebased::Merged(merged) => (merged.range, merged.new),
        Rebased::Conflict { range } => (range, "!".into()),
    };
    let shown = format!(
        "{}‹{}|{new}›{}",
        &after[..range.start],
        &after[range.clone()],
        &after[range.end..]
    );
    assert_eq!(shown, expect);
}

fn change_in(text: &str) -> Change {
    let (range, [old, new]) = marked(text, ['‹', '›']);
    Change { range, old, new }
}

fn marked(text: &str, [open, close]: [char; 2]) -> (std::ops::Range<usize>, [String; 2]) {
    let start = text.find(open).unwrap();
    let end = text.find(close).unwrap();
    let (old, new) = text[start + open.len_utf8()..end].split_once('|').unwrap();
    (start..start + old.len(), [old.into(), new.into()])
}

#[test]
fn an_edit_clear_of_the_hunk_moves_it_or_nothing() {
    check("x\n‹a\n|b\n›y\n", "«x|xyz»\na\ny\n", "xyz\n‹a\n|b\n›y\n");
    check("x\n‹a\n|b\n›y\n", "x\na\n«y|»\n", "x\n‹a\n|b\n›\n");
    check("x\ny\n‹a\n|b\n›", "«x\n|»y\na\n", "y\n‹a\n|b\n›");
}

#[test]
fn lines_typed_in_front_of_or_behind_the_hunk_stay_outside() {
    check("x\n‹a\n|b\n›y\n", "x\n«|new\n»a\ny\n", "x\nnew\n‹a\n|b\n›y\n");
    check("x\n‹a\n|b\n›y\n", "x\na\n«|new»y\n", "x\n‹a\n|b\n›newy\n");
    check("x\n‹a\n|b\n›y\n", "x«|\n»\na\ny\n", "x\n\n‹a\n|b\n›y\n");
    check("x\n‹a\n|b\n›y\n", "«x\n|»a\ny\n", "‹a\n|b\n›y\n");
    check("x\n‹a\n|b\n›y\n", "x\na\n«y\n|»", "x\n‹a\n|b\n›");
    check("x\n‹a\n|b\n›", "x\na\n«|tail»", "x\n‹a\n|b\n›tail");
}

#[test]
fn typing_inside_is_merged_if_a_token_lies_between() {
    check("‹f(a, b)\n|f(a, c)\n›", "«f|g»(a, b)\n", "‹g(a, b)\n|g(a, c)\n›");
    check("‹f(a, b)\n|f(a, c)\n›", "f«|oo»(a, b)\n", "‹foo(a, b)\n|foo(a, c)\n›");
    check("‹a b\n|c b\n›", "a b«| d»\n", "‹a b d\n|c b d\n›");
    check("‹1\n2\n3\n|1\n2\nX\n›", "1\n«|new\n»2\n3\n", "1\nnew\n2\n‹3\n|X\n›");
    check(
        "‹1\n2\n3\n|X\n2\nY\n›",
        "1\n2«| and»\n3\n",
        "‹1\n2 and\n3\n|X\n2 and\nY\n›",
    );
}

#[test]
fn typing_at_the_proposed_change_conflicts() {
    check("x\n‹foo\n|bar\n›", "x\nfoo«|d»\n", "x\n‹food\n|!›");
    check("x\n‹foo\n|bar\n›", "x\n«|d»foo\n", "x\n‹dfoo\n|!›");
    check("‹foo.x\n|bar.x\n›", "foo.«|a»x\n", "‹foo.ax\n|bar.ax\n›");
    check("‹foo.x\n|bar.x\n›", "foo«|(1)».x\n", "‹foo(1).x\n|!›");
    check("‹.x\n|.x(1)\n›", ".«|a»x\n", "‹.ax\n|!›");
    check("‹x.\n|(1)x.\n›", "x«|a».\n", "‹xa.\n|!›");
    check("‹let a = 1;\n|let a = 2;\n›", "let a = 1«|0»;\n", "‹let a = 10;\n|!›");
}

#[test]
fn joining_the_hunk_with_its_neighbours_widens_it_to_whole_lines() {
    check(
        "x\n‹    f(1)\n|    f(2)\n›",
        "x«\n|»    f(1)\n",
        "‹x    f(1)\n|x    f(2)\n›",
    );
    check("x\n‹a\n|b\n›y\n", "x«\n|»a\ny\n", "‹xa\n|!›y\n");
    check("x\n‹a\n|b\n›y\n", "x\na«\n|»y\n", "x\n‹ay\n|!›");
    check("x\n‹a;\n|b;\n›y\n", "x\na;«\n|»y\n", "x\n‹a;y\n|b;y\n›");
    check("x\n‹|b\n›y\n", "x«\n|»y\n", "‹xy\n|!›");
    check("x\n‹a b\nc\n|a b\nd\n›", "«x\na|» b\nc\n", " b\n‹c\n|d\n›");
}

#[test]
fn a_selection_over_the_border_is_merged_only_outside_the_proposed_change() {
    check(
        "w\nx\n‹a\nb\nc\n|a\nb\nd\n›",
        "w\n«x\na\n|new\n»b\nc\n",
        "w\nnew\nb\n‹c\n|d\n›",
    );
    check("w\nx\n‹a\nb\n|c\nb\n›", "w\n«x\na\n|new\n»b\n", "w\n‹new\nb\n|!›");
    check("w\n‹a\nb\n|›y\n", "w\n«a\nb\ny\n|»", "w\n‹|›");
    check("w\n‹a\nb\n|›y\n", "w\na\n«b\ny\n|»", "w\n‹a\n|!›");
    check("w\n‹a\nb\n|›y\n", "w\na«\nb|»\ny\n", "w\n‹a\n|›y\n");
}

#[test]
fn a_hunk_that_only_inserts_stays_at_its_line_start() {
    check("x\n‹|b\n›y\n", "x\n«|typed»y\n", "x\n‹|b\n›typedy\n");
    check("x\n‹|b\n›y\n", "x\n«|typed\n»y\n", "x\n‹|b\n›typed\ny\n");
    check("x\n‹|b\n›y\n", "«x\n|»y\n", "‹|b\n›y\n");
    check("x\n‹|b\n›y\n", "x\n«y\n|»", "x\n‹|b\n›");
    check("x\n‹|b\n›y\n", "«x\ny|»\n", "‹|!›\n");
    check("x\n‹|b›", "x\n«|typed\n»", "x\ntyped\n‹|b›");
    check("x\n‹|b›", "x\n«|typed»", "x\n‹typed|!›");
}

#[test]
fn the_end_of_a_text_without_final_newline() {
    check("x\n‹a b|c b\nd\n›", "x\na b«|\n»", "x\n‹a b\n|!›");
    check("x\n‹a b|c b›", "x\na b«|\n»", "x\n‹a b\n|c b\n›");
    check("x\n‹a|a\nb\n›", "x\n«|z »a", "x\n‹z a|z a\nb\n›");
    check("x\n‹a\n|a›", "x\na\n«|more\n»", "x\n‹a\nmore\n|!›");
    check("x\n‹a\n|a›", "«|w»x\na\n", "wx\n‹a\n|a›");
}

#[test]
fn carriage_returns_are_not_glued_to_line_feeds() {
    check("x\n‹a\r|b\r›y", "x\na\r«|\n»y", "x\n‹a\r\n|!›y");
    check("x\n‹a\n|\n›", "x«\n|\r»a\n", "‹x\ra\n|!›");
    check(
        "x\r\n‹a\r\n|b\r\n›y\r\n",
        "x\r«|q»\na\r\ny\r\n",
        "x\rq\n‹a\r\n|b\r\n›y\r\n",
    );
    check("‹a c\r\n|b c\r\n›", "a c\r«|q»\n", "‹a c\r|b c\r›q\n");
}

#[test]
fn a_change_that_the_user_makes_too_is_taken_once() {
    check("x\n‹a\n|b\n›", "x\n«a|b»\n", "x\n‹b\n|b\n›");
    check("x\n‹|b\n›y\n", "x\n«|b\n»y\n", "x\n‹b\n|b\n›y\n");
    check("‹a x b\n|c x d\n›", "«a|c» x b\n", "‹c x b\n|c x d\n›");
    check("‹a x b\n|c x d\n›", "«a x b|c x b, e»\n", "‹c x b, e\n|!›");
    check("‹x a\n|x a a\n›", "x «|a »a\n", "‹x a a\n|x a a\n›");
    check("x\n‹|b\n›y\n", "«x\ny|b»\n", "‹b\n|!›");
    check("w\n‹a\nb\n|b\n›", "«w\na\n|»b\n", "‹b\n|b\n›");
    check("‹a x b\n|c x b\n›", "«a x b|a x d»\n", "‹a x d\n|c x d\n›");
}

/// A text with open proposals, and the text as typing goes on.
struct Session {
    text: Rope,
    changes: Vec<Change>,
}

impl Session {
    fn new(old: &str, new: &str) -> Self {
        let hunks = diff_lines(old, new).into_iter();
        let change = |hunk: text::LineHunk| Change {
            old: old[hunk.old.clone()].into(),
            new: new[hunk.new].into(),
            range: hunk.old,
        };
        Self {
            text: Rope::from_str(old),
            changes: hunks.map(change).collect(),
        }
    }

    /// Applies an edit, checks each hunk's outcome by the laws that hold for any text, and keeps what is open.
    fn edit(&mut self, edit: &Edit, law: impl Fn(&Change, &Change, &str, &str)) {
        let before = self.text.to_string();
        apply(&mut self.text, edit).unwrap();
        let after = self.text.to_string();
        let outcomes: Vec<_> = self
            .changes
            .iter()
            .map(|change| rebase(change, edit, &self.text))
            .collect();
        only_hunks_that_the_edit_touches_can_overlap(&self.changes, &outcomes, edit);
        let open = std::mem::take(&mut self.changes)
            .into_iter()
            .zip(outcomes)
            .filter_map(|(change, outcome)| {
                let next = match outcome {
                    Rebased::Untouched => change.clone(),
                    Rebased::Shifted(range) => Change {
                        range,
                        ..change.clone()
                    },
                    Rebased::Merged(merged) => merged,
                    Rebased::Conflict { range } => {
                        conflict_is_whole(&self.text, &change, edit, &range);
                        return None;
                    }
                };
                stands_in_whole_lines(&self.text, &next);
                clear_edits_leave_it_alone(&change, edit, &next);
                law(&change, &next, &before, &after);
                (next.old != next.new).then_some(next)
            });
        self.changes = open.collect();
        self.drop_overlaps();
    }

    /// As a caller must do with hunks that the user joined.
    fn drop_overlaps(&mut self) {
        let mut end = 0;
        self.changes.retain(|change| {
            let is_clear = end <= change.range.start;
            end = end.max(change.range.end);
            is_clear
        });
    }
}

fn only_hunks_that_the_edit_touches_can_overlap(changes: &[Change], outcomes: &[Rebased], edit: &Edit) {
    let places = changes.iter().zip(outcomes).map(|(change, outcome)| {
        let place = match outcome {
            Rebased::Untouched => &change.range,
            Rebased::Shifted(range) | Rebased::Conflict { range } => range,
            Rebased::Merged(merged) => &merged.range,
        };
        (place, is_clear(change, edit))
    });
    for pair in places.collect::<Vec<_>>().windows(2) {
        let [(first, is_first_clear), (second, is_second_clear)] = pair else {
            unreachable!()
        };
        assert!(
            first.end <= second.start || !(*is_first_clear || *is_second_clear),
            "{outcomes:?}"
        );
    }
}

fn is_clear(change: &Change, edit: &Edit) -> bool {
    edit.range.end < change.range.start || edit.range.start > change.range.end
}

fn stands_in_whole_lines(text: &Rope, change: &Change) {
    let Change { range, old, new } = change;
    let whole = text.to_string();
    assert_eq!(&whole[range.clone()], old);
    assert!(is_line_start(text, range.start));
    assert!(range.end == whole.len() || is_line_start(text, range.end));
    let (prefix, suffix) = (&whole[..range.start], &whole[range.end..]);
    let parts = [lines(prefix), lines(new), lines(suffix)].concat();
    assert_eq!(
        lines(&[prefix, new, suffix].concat()),
        parts,
        "the lines around the hunk stay as they are"
    );
}

fn conflict_is_whole(text: &Rope, change: &Change, edit: &Edit, range: &std::ops::Range<usize>) {
    let end = change.range.end.max(edit.range.end).saturating_add_signed(edit.delta());
    assert!(range.start <= change.range.start.min(edit.range.start) && range.end >= end);
    assert!(is_line_start(text, range.start));
    assert!(range.end == text.len_bytes() || is_line_start(text, range.end));
    assert!(
        !is_clear(change, edit),
        "only an edit that touches the hunk can conflict"
    );
}

fn clear_edits_leave_it_alone(change: &Change, edit: &Edit, next: &Change) {
    let by = if edit.range.end < change.range.start {
        edit.delta()
    } else {
        0
    };
    if is_clear(change, edit) {
        assert_eq!(next.range.start, change.range.start.saturating_add_signed(by));
        assert_eq!((&next.old, &next.new), (&change.old, &change.new));
    }
}

/// The text with the proposal taken.
fn kept(text: &str, change: &Change) -> String {
    replaced(
        text,
        &Edit {
            range: change.range.clone(),
            text: change.new.clone(),
        },
    )
}

/// Whether the characters of `part` stand in `whole` in this order.
fn is_subsequence(part: &str, whole: &str) -> bool {
    let mut rest = whole.chars();
    part.chars().all(|char| rest.any(|other| other == char))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Texts full of repetition: what the user typed and what stood around the hunk survives a Keep.
    #[test]
    fn typing_and_surroundings_survive(old in text(), proposal in strokes(3), typing in strokes(4)) {
        let mut session = Session::new(&old, &played(&old, &proposal));
        for stroke in &typing {
            let edit = stroke.on(&session.text.to_string());
            session.edit(&edit, |change, next, before, after| {
                let kept = kept(after, next);
                // A replacement may repeat what it replaces, which then is nobody's typing.
                let typed = if edit.range.is_empty() { edit.text.as_str() } else { "" };
                let Change { range, .. } = change;
                let head = &before[..range.start.min(edit.range.start)];
                let tail = &before[range.end.max(edit.range.end)..];
                assert!(kept.starts_with(head) && kept.ends_with(tail));
                let around_and_typed = [head, typed, tail].concat();
                assert!(is_subsequence(&around_and_typed, &kept), "{edit:?} {next:?} {kept:?}");
            });
        }
    }

    /// Every character is followed: it is in the kept text if and only if it was in it, or was proposed, and neither
    /// the user nor the proposal deleted it; and the order is that of both sides.
    #[test]
    fn every_character_is_where_it_belongs(old in text(), proposal in strokes(3), typing in strokes(4)) {
        let mut next_char = 0;
        let old = unique(&old, &mut next_char);
        let proposal: Vec<_> = proposal.into_iter().map(|stroke| stroke.with_unique(&mut next_char)).collect();
        let mut session = Session::new(&old, &played(&old, &proposal));
        for stroke in typing {
            let edit = stroke.with_unique(&mut next_char).on(&session.text.to_string());
            session.edit(&edit, |change, next, before, after| {
                let kept = kept(after, next);
                let moved = |char| change.new.contains(char) && before.contains(char) && !change.old.contains(char);
                if change.new.chars().any(|char| !is_plain(char) && moved(char)) {
                    return; // Another hunk takes away what this one puts here.
                }
                let deleted = |char| change.old.contains(char) && !change.new.contains(char);
                let lives = |char: char| {
                    !is_plain(char)
                        && !deleted(char)
                        && (after.contains(char) || (change.new.contains(char) && !before.contains(char)))
                };
                assert_eq!(only(&kept, |char| after.contains(char) && !is_plain(char)), only(after, lives));
                assert_eq!(only(&kept, |char| change.new.contains(char) && !is_plain(char)), only(&change.new, lives));
                let known = |char| after.contains(char) || change.new.contains(char);
                assert!(kept.chars().all(|char| is_plain(char) || known(char)));
            });
        }
    }

    /// Keeping after the user typed elsewhere gives what typing after the Keep would have given.
    #[test]
    fn clear_edits_commute_with_keeping(old in text(), proposal in strokes(1), typing in stroke()) {
        let session = Session::new(&old, &played(&old, &proposal));
        let edit = typing.on(&old);
        for change in &session.changes {
            let Change { range, new, .. } = change;
            let moved = if edit.range.end < range.start {
                edit.clone()
            } else if edit.range.start > range.end {
                let by = new.len() as isize - range.len() as isize;
                let at = |offset: usize| offset.saturating_add_signed(by);
                Edit { range: at(edit.range.start)..at(edit.range.end), ..edit.clone() }
            } else {
                continue;
            };
            let after = Rope::from_str(&replaced(&old, &edit));
            let range = match rebase(change, &edit, &after) {
                Rebased::Untouched => range.clone(),
                Rebased::Shifted(range) => range,
                other => panic!("{other:?}"),
            };
            let next = Change { range, ..change.clone() };
            prop_assert_eq!(kept(&after.to_string(), &next), replaced(&kept(&old, change), &moved));
        }
    }
}
