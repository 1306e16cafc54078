//! Hunks that are still being written: drawn beside everything else, and gone with the call.

use base::{ChangeKind, Hunk, HunkState};
use text::{Edit, PositionEncoding};
use workspace::{FileChange, Preview, ReviewNews, TextChange};

use crate::harness::{World, origin};

const TEXT: &str = "one\ntwo\nthree\n";

/// Draws that `old` of the session's view becomes `new`.
fn draw(world: &World, preview: &Preview, name: &str, places: &[(&str, &str)]) {
    let path = world.path(name);
    let view = world.workspace.read(&"s".into(), &path).unwrap();
    let text = view.rope.to_string();
    let edits = places.iter().map(|(old, new)| {
        let start = text.find(old).unwrap();
        Edit {
            range: start..start + old.len(),
            text: (*new).to_owned(),
        }
    });
    preview.pen().draw(&[FileChange::Edit {
        path,
        base_hash: view.hash,
        edits: edits.collect(),
    }]);
}

fn drawn(world: &World) -> Vec<(ChangeKind, Hunk)> {
    let reviews = world.workspace.drawn_reviews(PositionEncoding::Utf8);
    let files = reviews.into_iter().flat_map(|review| review.files);
    files
        .flat_map(|file| file.hunks.into_iter().map(move |hunk| (file.kind, hunk)))
        .collect()
}

/// Line, old, new and state of what is drawn.
fn check(world: &World, expect: &[(u32, &str, &str, HunkState)]) {
    let drawn = drawn(world);
    let found = drawn.iter().map(|(_, hunk)| {
        (
            hunk.range.start.line,
            hunk.old_text.as_str(),
            hunk.new_text.as_str(),
            hunk.state,
        )
    });
    assert_eq!(found.collect::<Vec<_>>(), expect);
}

fn typed(world: &World, version: i32, text: &str) {
    let whole = TextChange {
        span: None,
        text: text.to_owned(),
    };
    let uri = world.uri("a");
    world
        .workspace
        .change(&uri, version, &[whole], PositionEncoding::Utf8)
        .unwrap();
}

fn news(world: &World) -> Vec<ReviewNews> {
    let told = std::mem::take(&mut *world.told.lock().unwrap());
    told.into_iter().map(|change| change.news).collect()
}

fn world() -> World {
    let world = World::new();
    world.file("a", TEXT);
    world.workspace.open(&world.uri("a"), "plaintext", 1, TEXT);
    world
}

const STREAMING: HunkState = HunkState::Streaming;

#[test]
fn typing_elsewhere_moves_what_is_drawn_and_says_nothing() {
    let world = world();
    let preview = world.workspace.preview(origin("s"));
    draw(&world, &preview, "a", &[("two", "TW")]);
    check(&world, &[(1, "two\n", "TW\n", STREAMING)]);
    assert_eq!(news(&world), [ReviewNews::Grew]);
    typed(&world, 2, "zero\none\ntwo\nthree\n");
    typed(&world, 3, "zero\none\ntwo\nthree\nfour\n");
    check(&world, &[(2, "two\n", "TW\n", STREAMING)]);
    assert_eq!(news(&world), []);
}

#[test]
fn typing_at_its_place_takes_it_away_until_it_is_drawn_again() {
    let world = world();
    let preview = world.workspace.preview(origin("s"));
    draw(&world, &preview, "a", &[("two", "TW")]);
    news(&world);
    typed(&world, 2, "one\nto\nthree\n");
    check(&world, &[]);
    assert_eq!(news(&world), [ReviewNews::Grew]);
    draw(&world, &preview, "a", &[("three", "3")]);
    check(&world, &[(2, "three\n", "3\n", STREAMING)]);
}

#[test]
fn staging_puts_the_hunk_in_its_place_in_one_step() {
    let world = world();
    let preview = world.workspace.preview(origin("s"));
    draw(&world, &preview, "a", &[("two", "TW")]);
    preview.finish();
    let rev = world.workspace.drawn_reviews(PositionEncoding::Utf8)[0].rev;
    news(&world);
    world.edit("s", "a", "two", "TWO").unwrap();
    check(&world, &[(1, "two\n", "TWO\n", HunkState::Pending)]);
    assert_eq!(news(&world), [ReviewNews::Changed]);
    assert_eq!(world.workspace.reviews(PositionEncoding::Utf8)[0].rev, rev + 1);
}

#[test]
fn a_preview_that_is_over_draws_nothing() {
    let world = world();
    let finished = world.workspace.preview(origin("s"));
    draw(&world, &finished, "a", &[("two", "TW")]);
    finished.finish();
    draw(&world, &finished, "a", &[("one", "ONE")]);
    check(&world, &[(1, "two\n", "TW\n", STREAMING)]);
    let pen = finished.pen();
    drop(finished);
    check(&world, &[]);
    pen.draw(&[FileChange::Create {
        path: world.path("new"),
        text: "text".to_owned(),
    }]);
    check(&world, &[]);
}

#[test]
fn it_stands_on_what_the_session_proposes_and_is_no_part_of_it() {
    let world = world();
    world.edit("s", "a", "one\n", "uno\nprimo\n").unwrap();
    let preview = world.workspace.preview(origin("s"));
    draw(&world, &preview, "a", &[("three", "3")]);
    let pending = (0, "one\n", "uno\nprimo\n", HunkState::Pending);
    check(&world, &[pending, (2, "three\n", "3\n", STREAMING)]);
    assert_eq!(world.seen("s", "a").unwrap(), "uno\nprimo\ntwo\nthree\n");
    assert_eq!(world.states(), [HunkState::Pending]);
    let snapshot = world.workspace.snapshot(&world.uri("a")).unwrap();
    assert_eq!(snapshot.hunks.len(), 1);
    let records = world.journal.records.lock().unwrap().len();
    draw(&world, &preview, "a", &[("three", "33")]);
    assert_eq!(world.journal.records.lock().unwrap().len(), records);
}

#[test]
fn a_closed_file_and_a_new_one_are_drawn_and_let_go_of() {
    let world = World::new();
    world.file("closed", TEXT);
    let preview = world.workspace.preview(origin("s"));
    preview.pen().draw(&[FileChange::Create {
        path: world.path("new"),
        text: "te".to_owned(),
    }]);
    assert_eq!(drawn(&world)[0].0, ChangeKind::Create);
    check(&world, &[(0, "", "te", STREAMING)]);
    // What is drawn next takes the place of what was drawn before.
    draw(&world, &preview, "closed", &[("two", "TW")]);
    check(&world, &[(1, "two\n", "TW\n", STREAMING)]);
    world.file("closed", "zero\none\ntwo\nthree\n");
    world.workspace.disk_changed(&world.path("closed"));
    check(&world, &[(2, "two\n", "TW\n", STREAMING)]);
    std::fs::remove_file(world.path("closed")).unwrap();
    world.workspace.disk_changed(&world.path("closed"));
    check(&world, &[]);
}

#[test]
fn too_many_places_are_not_drawn() {
    let world = World::new();
    let lines: Vec<String> = (0..100).map(|line| format!("line {line};\n")).collect();
    world.file("a", lines.concat());
    let preview = world.workspace.preview(origin("s"));
    let places: Vec<(&str, &str)> = lines.iter().map(|line| (line.as_str(), "\n")).collect();
    draw(&world, &preview, "a", &places);
    check(&world, &[]);
}
