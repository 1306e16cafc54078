//! A kept renaming takes along what else is proposed for the file.

use base::HunkState::{Conflict, Pending};
use workspace::DiskEditor;

use crate::client::{Client, Renaming, Sync};
use crate::harness::{World, all, one};

const TEXT: &str = "one\ntwo\nthree\r\nfour";
/// What the other proposals make of it, all of them at the edges.
const WANTED: &str = "zero\none\nTWO\nthree\r\nFOUR\n";

/// A file with a renaming and edits proposed for it, and its renaming alone kept.
async fn renamed(buffer: Option<&str>, renaming: Renaming) -> (World, Client) {
    let world = World::new();
    world.file("old.txt", TEXT);
    let client = Client::new(&world.workspace, Sync::AsSent);
    *client.renaming.lock().unwrap() = renaming;
    if let Some(text) = buffer {
        client.open(&world.uri("old.txt"), text);
    }
    let wanted = WANTED.replacen(
        "one\n",
        buffer.map_or("one\n", |text| &text[..text.find("two").unwrap()]),
        1,
    );
    world.propose("s", "old.txt", &wanted).unwrap();
    world.rename("s", "old.txt", "moved.txt").unwrap();
    let renaming = world.ids().remove(0);
    world.workspace.keep(&one(&renaming), &client).await.unwrap();
    (world, client)
}

#[tokio::test(start_paused = true)]
async fn a_kept_renaming_takes_the_edits_of_a_closed_file_along() {
    let (world, client) = renamed(None, Renaming::CloseThenOpen).await;
    assert_eq!(world.states(), [Pending; 3]);
    assert_eq!(world.seen("s", "moved.txt").unwrap(), WANTED);
    world.workspace.keep(&all(), &client).await.unwrap();
    assert_eq!(world.disk("moved.txt"), WANTED.as_bytes());
    assert!(world.open().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_kept_renaming_takes_the_edits_of_an_open_file_along() {
    let dirty = format!("one\nunsaved\n{}", &TEXT["one\n".len()..]);
    for renaming in [Renaming::CloseThenOpen, Renaming::OpenThenClose, Renaming::Later] {
        for text in [TEXT, &dirty] {
            let (world, client) = renamed(Some(text), renaming).await;
            let (from, to) = (world.uri("old.txt"), world.uri("moved.txt"));
            client.rename_buffer(&from, &to, renaming);
            assert_eq!(world.states(), [Pending; 3], "{renaming:?} {text:?}");
            world.workspace.keep(&all(), &client).await.unwrap();
            let unsaved = if text == TEXT { "one\n" } else { "one\nunsaved\n" };
            assert_eq!(client.text(&to), WANTED.replacen("one\n", unsaved, 1), "{renaming:?}");
            assert_eq!(world.disk("moved.txt"), TEXT.as_bytes(), "saving is the editor's");
        }
    }
}

#[tokio::test]
async fn a_kept_renaming_that_the_server_makes_takes_the_edits_along() {
    let world = World::new();
    world.file("old.txt", TEXT);
    world.propose("s", "old.txt", WANTED).unwrap();
    world.rename("s", "old.txt", "moved.txt").unwrap();
    let disk = || DiskEditor::new(world.user_keep(&["old.txt", "moved.txt"].map(|name| world.path(name))));
    world.workspace.keep(&one(&world.ids()[0]), &disk()).await.unwrap();
    assert_eq!(world.states(), [Pending; 3]);
    world.workspace.keep(&all(), &disk()).await.unwrap();
    assert_eq!(world.disk("moved.txt"), WANTED.as_bytes());
}

/// The way back takes them along, too; and so does a user who renames the file by hand.
#[tokio::test(start_paused = true)]
async fn edits_follow_a_renaming_that_is_undone_or_made_by_hand() {
    let (world, client) = renamed(None, Renaming::CloseThenOpen).await;
    world.workspace.undo(&client).await.unwrap();
    assert_eq!(world.states(), [Pending; 4]);
    std::fs::rename(world.path("old.txt"), world.path("moved.txt")).unwrap();
    world.workspace.disk_changed(&world.path("old.txt"));
    assert_eq!(world.states(), [Pending; 3]);
    assert_eq!(world.seen("s", "moved.txt").unwrap(), WANTED);
}

/// The file may be seen to be gone before it is seen under its new name.
#[tokio::test(start_paused = true)]
async fn edits_that_lost_their_file_find_it_under_its_new_name() {
    let world = World::new();
    world.file("old.txt", TEXT);
    world.propose("s", "old.txt", WANTED).unwrap();
    world.rename("s", "old.txt", "moved.txt").unwrap();
    std::fs::remove_file(world.path("old.txt")).unwrap();
    world.workspace.disk_changed(&world.path("old.txt"));
    assert_eq!(world.states(), [Conflict; 4]);
    world.file("moved.txt", TEXT);
    world.workspace.disk_changed(&world.path("old.txt"));
    assert_eq!(world.states(), [Pending; 3]);
}

#[tokio::test(start_paused = true)]
async fn a_renaming_made_before_a_crash_takes_the_edits_along() {
    let mut world = World::new();
    world.file("old.txt", TEXT);
    world.propose("s", "old.txt", WANTED).unwrap();
    world.rename("s", "old.txt", "moved.txt").unwrap();
    std::fs::rename(world.path("old.txt"), world.path("moved.txt")).unwrap();
    world.restart();
    assert_eq!(world.states(), [Pending; 3]);
    world.restart();
    assert_eq!(world.states(), [Pending; 3]);
    assert_eq!(world.seen("s", "moved.txt").unwrap(), WANTED);
}

#[tokio::test(start_paused = true)]
async fn a_file_moved_to_where_another_was_takes_its_edits_along() {
    let world = World::new();
    world.file("old.txt", TEXT);
    world.file("moved.txt", "another\n");
    let client = Client::new(&world.workspace, Sync::AsSent);
    world.delete("s", "moved.txt").unwrap();
    world.workspace.keep(&all(), &client).await.unwrap();
    world.propose("s", "old.txt", WANTED).unwrap();
    world.rename("s", "old.txt", "moved.txt").unwrap();
    world.workspace.keep(&one(&world.ids()[0]), &client).await.unwrap();
    assert_eq!(world.states(), [Pending; 3]);
    world.workspace.keep(&all(), &client).await.unwrap();
    assert_eq!(world.disk("moved.txt"), WANTED.as_bytes());
}

/// What was a conflict before is none of the renaming's.
#[tokio::test(start_paused = true)]
async fn a_conflict_stays_one_under_the_new_name() {
    let world = World::new();
    world.file("old.txt", TEXT);
    let client = Client::new(&world.workspace, Sync::AsSent);
    let (from, to) = (world.uri("old.txt"), world.uri("moved.txt"));
    client.open(&from, TEXT);
    world.propose("s", "old.txt", WANTED).unwrap();
    world.rename("s", "old.txt", "moved.txt").unwrap();
    client.type_at(&from, 4..7, "mine");
    world.workspace.keep(&one(&world.ids()[0]), &client).await.unwrap();
    assert_eq!(world.states(), [Pending, Conflict, Pending]);
    world.workspace.keep(&all(), &client).await.unwrap();
    assert_eq!(client.text(&to), WANTED.replacen("TWO", "mine", 1));
}
