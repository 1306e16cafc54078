//! The harness itself: what is wrong with a transcript is said, with its place.

use super::*;

const TALK: &str = "# Talk\n\n```ask\nask\n> Hello?\n```\n\n```model\nsay Hello.\ndone end_turn\n```\n\n";

fn result_of(text: &str) -> Played<Vec<Mistake>> {
    let document = Document::parse(text)?;
    let actual = played(&document)?;
    Ok(differences(&actual))
}

/// The first thing that is wrong.
fn check(text: &str, expect: Option<(usize, &str)>) {
    let found = match result_of(text) {
        Ok(differences) => differences.into_iter().next(),
        Err(mistake) => Some(mistake),
    };
    match (&found, expect) {
        (None, None) => {}
        (Some(found), Some((line, words))) => {
            assert_eq!(found.line, line, "{found:?}");
            assert!(found.message.contains(words), "{found:?}");
        }
        _ => panic!("{found:?} instead of {expect:?}"),
    }
}

#[test]
fn what_does_not_happen_is_told_with_its_line() {
    let end = |text: &str| format!("{TALK}```end\ncompleted: end_turn\ntext:\n  {text}\n```\n");
    check(&end("Hello."), None);
    check(&end("Goodbye."), Some((16, "Hello.")));
    check(&format!("{TALK}```sees 2\n```\n"), Some((13, "no request 2")));
    check(
        &format!("{TALK}```model\nsay More.\n```\n```end\ncompleted: end_turn\ntext:\n  Hello.\n```\n"),
        Some((13, "nobody asked")),
    );
    check(
        &format!("{TALK}```user\nwaits for thunder\n```\n"),
        Some((14, "nobody hears `thunder`")),
    );
}

#[test]
fn what_cannot_be_read_is_told_with_its_line() {
    check("```ask\n", Some((1, "never closed")));
    check("```poem\n```\n", Some((1, "`poem`")));
    check("```ask\nsing\n```\n", Some((1, "`sing`")));
    check("```ask\nask\ntempo: 3\n> Hi\n```\n", Some((3, "`tempo`")));
    check("```model\nhum\n```\n", Some((2, "`hum`")));
    check("```model\ncut\nsay More.\n```\n", Some((3, "over already")));
    check("```settings\niterations: many\n```\n", Some((2, "`many`")));
    check("```stored\nghost boo\n```\n", Some((2, "`ghost`")));
}

#[test]
fn an_update_changes_the_compared_blocks_and_nothing_else() {
    let text = format!("{TALK}```end\nfailed: error\n```\n\nThe end.\n");
    let document = Document::parse(&text).expect("a document");
    let updated = document.with_bodies(&played(&document).expect("played"));
    assert_eq!(
        updated,
        text.replace("failed: error\n", "completed: end_turn\ntext:\n  Hello.\n")
    );
    check(&updated, None);
}
