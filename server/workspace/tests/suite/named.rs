//! What is meant by what an editor names: decisions to undo, a `rev` that the user saw, versions, folders.

use crate::client::{Client, Sync};
use crate::harness::{World, all, one, origin};
use base::HunkId;
use base::HunkState::{Kept, Pending};
use workspace::{ReadError, ReviewError, Selection, TextChange};

const TEXT: &str = "one\ntwo\n";

/// Two open files with a kept hunk in each, the first one's kept first.
async fn two_kept() -> (World, Client, [HunkId; 2]) {
    let world = World::new();
    let client = Client::new(&world.workspace, Sync::AsSent);
    let mut ids = Vec::new();
    for name in ["a.txt", "b.txt"] {
        world.file(name, TEXT);
        client.open(&world.uri(name), TEXT);
        world.edit("s", name, "two", "TWO").unwrap();
        ids.extend(world.ids());
        world.workspace.keep(&all(), &client).await.unwrap();
    }
    (world, client, ids.try_into().unwrap())
}

#[tokio::test(start_paused = true)]
async fn undo_takes_back_what_is_named_and_nothing_else() {
    let by_file = |world: &World, _: &HunkId| Selection {
        uri: Some(world.uri("a.txt")),
        ..Selection::default()
    };
    let by_id = |_: &World, id: &HunkId| one(id);
    for select in [by_file as fn(&World, &HunkId) -> Selection, by_id] {
        let (world, client, [first, second]) = two_kept().await;
        let undone = world.workspace.undo_selected(select(&world, &first), &client).await;
        assert_eq!(undone.unwrap(), [(first, Pending)]);
        assert_eq!(client.text(&world.uri("a.txt")), TEXT);
        assert_eq!(client.text(&world.uri("b.txt")), "one\nTWO\n");
        let last = world.workspace.undo(&client).await.unwrap();
        assert_eq!(last, [(second, Pending)], "the rest is still there to be undone");
    }
}

#[tokio::test(start_paused = true)]
async fn of_one_decision_a_part_can_be_undone() {
    let world = World::new();
    let client = Client::new(&world.workspace, Sync::AsSent);
    for name in ["a.txt", "b.txt"] {
        world.file(name, TEXT);
        client.open(&world.uri(name), TEXT);
        world.edit("s", name, "two", "TWO").unwrap();
    }
    let kept = world.workspace.keep(&all(), &client).await.unwrap();
    let undone = world.workspace.undo_selected(one(&kept[0].0), &client).await.unwrap();
    assert_eq!(undone, [(kept[0].0.clone(), Pending)]);
    let rest = world.workspace.undo(&client).await.unwrap();
    assert_eq!(rest, [(kept[1].0.clone(), Pending)]);
}

#[tokio::test(start_paused = true)]
async fn undo_of_what_is_not_there_changes_nothing() {
    let (world, client, _) = two_kept().await;
    let gone = HunkId::from("hnk_gone");
    let undone = world.workspace.undo_selected(one(&gone), &client).await;
    assert_eq!(undone, Err(ReviewError::Unknown(gone)));
    let elsewhere = Selection {
        uri: Some(world.uri("c.txt")),
        ..Selection::default()
    };
    let undone = world.workspace.undo_selected(elsewhere, &client).await;
    assert_eq!(undone, Err(ReviewError::NothingToUndo));
    assert_eq!(client.text(&world.uri("b.txt")), "one\nTWO\n");
}

#[tokio::test(start_paused = true)]
async fn a_rev_says_of_every_review_what_was_seen() {
    let world = World::new();
    let client = Client::new(&world.workspace, Sync::AsSent);
    for name in ["a.txt", "b.txt"] {
        world.file(name, TEXT);
        client.open(&world.uri(name), TEXT);
    }
    world.edit("s", "a.txt", "two", "TWO").unwrap();
    let rev = world.workspace.reviews(text::PositionEncoding::Utf8)[0].rev;
    world.edit("t", "b.txt", "two", "TWO").unwrap();
    assert_ne!(origin("s").review, origin("t").review);
    let seen = Selection {
        rev: Some(rev),
        ..Selection::default()
    };
    let kept = world.workspace.keep(&seen, &client).await.unwrap();
    assert_eq!(kept.iter().map(|(_, state)| *state).collect::<Vec<_>>(), [Kept]);
    assert_eq!(client.text(&world.uri("b.txt")), TEXT);
}

#[test]
fn a_change_counts_whatever_its_version() {
    let world = World::new();
    let uri = world.uri("a.txt");
    let change = |version, text: &str| {
        let change = TextChange {
            span: None,
            text: text.to_owned(),
        };
        let encoding = text::PositionEncoding::Utf8;
        world.workspace.change(&uri, version, &[change], encoding)
    };
    assert!(change(1, "x").is_err(), "it is not open");
    world.workspace.open(&uri, "text", 3, TEXT);
    for (version, text) in [(2, "zero\none\n"), (2, "none\n"), (0, "last\n")] {
        change(version, text).unwrap();
        let document = world.workspace.documents().remove(0);
        assert_eq!(
            (document.rope.to_string(), document.version),
            (text.to_owned(), version)
        );
    }
}

#[test]
fn a_folder_that_is_taken_away_is_outside() {
    let world = World::new();
    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("b.txt"), TEXT).unwrap();
    let read = || {
        world
            .workspace
            .read(&base::SessionId::from("s"), &other.path().join("b.txt"))
    };
    assert!(matches!(read(), Err(ReadError::Outside { .. })));
    world.workspace.add_root(other.path());
    assert!(read().is_ok());
    world.workspace.remove_root(other.path());
    assert!(matches!(read(), Err(ReadError::Outside { .. })));
}

#[tokio::test(start_paused = true)]
async fn what_a_deleted_session_proposed_is_withdrawn() {
    let world = World::new();
    let client = Client::new(&world.workspace, Sync::AsSent);
    world.file("a.txt", TEXT);
    client.open(&world.uri("a.txt"), TEXT);
    world.edit("s", "a.txt", "two", "TWO").unwrap();
    world.edit("t", "a.txt", "one", "ONE").unwrap();
    world.create("s", "b.txt", "new\n").unwrap();
    world.workspace.withdraw_session(&"s".into());
    assert_eq!(world.open(), [(Pending, "one\n".into(), "ONE\n".into())]);
    assert_eq!(world.workspace.undo(&client).await, Err(ReviewError::NothingToUndo));
}
