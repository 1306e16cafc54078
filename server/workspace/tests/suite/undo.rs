//! Undo of kept creations, deletions and renamings: only where the files are as the Keep left them.

use base::HunkState::Pending;
use workspace::{DiskEditor, ReviewError};

use crate::client::{Client, Sync};
use crate::harness::{World, all};

const TEXT: &str = "one\ntwo\nthree\n";

/// A kept change of a whole file, and the editor that it went through.
async fn kept(stage: impl FnOnce(&World)) -> (World, Client) {
    let world = World::new();
    world.file("old.txt", TEXT);
    stage(&world);
    let client = Client::new(&world.workspace, Sync::AsSent);
    world.workspace.keep(&all(), &client).await.unwrap();
    client.received.lock().unwrap().clear();
    (world, client)
}

/// Undo says which file is in the way, and asks the editor for nothing.
async fn check_refused(world: &World, client: &Client, file: &str) {
    match world.workspace.undo(client).await {
        Err(ReviewError::CannotUndo(reason)) => assert!(reason.contains(file), "{reason}"),
        other => panic!("undone: {other:?}"),
    }
    assert!(client.received.lock().unwrap().is_empty());
    assert!(world.open().is_empty());
}

fn create(world: &World) {
    world.create("s", "new.txt", "a\nb\n").unwrap();
}

fn delete(world: &World) {
    world.delete("s", "old.txt").unwrap();
}

fn rename(world: &World) {
    world.rename("s", "old.txt", "moved.txt").unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_kept_new_file_stays_where_the_user_has_typed_into_it() {
    let (world, client) = kept(create).await;
    let uri = world.uri("new.txt");
    client.open(&uri, "a\nb\n");
    client.type_at(&uri, 4..4, "mine\n");
    check_refused(&world, &client, "new.txt").await;
    assert_eq!(world.disk("new.txt"), b"a\nb\n");
    assert_eq!(client.text(&uri), "a\nb\nmine\n");
}

#[tokio::test(start_paused = true)]
async fn a_kept_new_file_stays_where_it_was_changed_on_disk() {
    let (world, client) = kept(create).await;
    world.file("new.txt", "a\nb\nmine\n");
    check_refused(&world, &client, "new.txt").await;
    assert_eq!(world.disk("new.txt"), b"a\nb\nmine\n");

    let (world, client) = kept(create).await;
    std::fs::remove_file(world.path("new.txt")).unwrap();
    check_refused(&world, &client, "new.txt").await;
}

/// A buffer may be older than its file.
#[tokio::test(start_paused = true)]
async fn a_kept_new_file_stays_where_it_was_changed_on_disk_under_its_buffer() {
    let (world, client) = kept(create).await;
    client.open(&world.uri("new.txt"), "a\nb\n");
    world.file("new.txt", "a\nb\nmine\n");
    check_refused(&world, &client, "new.txt").await;

    let (world, client) = kept(create).await;
    client.open(&world.uri("new.txt"), "a\nb\n");
    world.file("new.txt", b"\0\0");
    check_refused(&world, &client, "new.txt").await;
}

#[tokio::test]
async fn a_kept_new_file_that_is_open_and_typed_into_is_not_deleted_on_disk() {
    let (world, client) = kept(create).await;
    client.open(&world.uri("new.txt"), "a\nb\nmine\n");
    let disk = DiskEditor::new(world.user_keep(&[world.path("new.txt")]));
    assert!(matches!(
        world.workspace.undo(&disk).await,
        Err(ReviewError::CannotUndo(_))
    ));
    assert_eq!(world.disk("new.txt"), b"a\nb\n");
}

/// Typing that was taken back is no obstacle, nor is a buffer whose text was not saved yet.
#[tokio::test(start_paused = true)]
async fn a_kept_new_file_goes_where_it_is_as_it_was_kept() {
    let (world, client) = kept(create).await;
    let uri = world.uri("new.txt");
    client.open(&uri, "a\nb\n");
    world.file("new.txt", "");
    client.type_at(&uri, 0..0, "x");
    client.type_at(&uri, 0..1, "");
    world.workspace.undo(&client).await.unwrap();
    assert!(!world.path("new.txt").exists());
    assert_eq!(world.states().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_kept_deletion_is_not_undone_over_what_the_user_made_there() {
    let (world, client) = kept(delete).await;
    let uri = world.uri("old.txt");
    client.open(&uri, "mine, unsaved\n");
    check_refused(&world, &client, "old.txt").await;
    assert_eq!(client.text(&uri), "mine, unsaved\n");
    assert!(!world.path("old.txt").exists());

    let (world, client) = kept(delete).await;
    for mine in ["mine\n", "", TEXT] {
        world.file("old.txt", mine);
        check_refused(&world, &client, "old.txt").await;
        assert_eq!(world.disk("old.txt"), mine.as_bytes());
    }
    world.file("old.txt", b"\0\0");
    check_refused(&world, &client, "old.txt").await;
    // The deleted text is to be had nowhere else, so the decision waits until there is room for it.
    std::fs::remove_file(world.path("old.txt")).unwrap();
    world.workspace.undo(&client).await.unwrap();
    assert_eq!(world.disk("old.txt"), TEXT.as_bytes());
    assert_eq!(world.states(), [Pending]);
}

/// Some editors leave the buffer of a deleted file open.
#[tokio::test(start_paused = true)]
async fn a_kept_deletion_is_undone_under_a_buffer_that_stayed() {
    let (world, client) = kept(delete).await;
    client.open(&world.uri("old.txt"), TEXT);
    world.workspace.undo(&client).await.unwrap();
    assert_eq!(world.disk("old.txt"), TEXT.as_bytes());
}

#[tokio::test(start_paused = true)]
async fn a_kept_renaming_is_not_undone_over_another_file() {
    let (world, client) = kept(rename).await;
    world.file("old.txt", "mine\n");
    check_refused(&world, &client, "old.txt").await;
    assert_eq!(world.disk("old.txt"), b"mine\n");
    assert_eq!(world.disk("moved.txt"), TEXT.as_bytes());
    std::fs::remove_file(world.path("old.txt")).unwrap();
    client.open(&world.uri("old.txt"), "mine, unsaved\n");
    check_refused(&world, &client, "old.txt").await;
    client.workspace.close(&world.uri("old.txt")).unwrap();
    world.workspace.undo(&client).await.unwrap();
    assert_eq!(world.disk("old.txt"), TEXT.as_bytes());

    let (world, client) = kept(rename).await;
    std::fs::remove_file(world.path("moved.txt")).unwrap();
    check_refused(&world, &client, "moved.txt").await;
}

#[tokio::test(start_paused = true)]
async fn what_is_free_is_undone_and_what_is_not_is_told() {
    let (world, client) = kept(|world| {
        create(world);
        delete(world);
    })
    .await;
    world.file("new.txt", "mine\n");
    world.told.lock().unwrap().clear();
    assert_eq!(world.workspace.undo(&client).await.unwrap().len(), 1);
    assert_eq!(world.disk("old.txt"), TEXT.as_bytes());
    assert_eq!(world.disk("new.txt"), b"mine\n");
    let told = world.told.lock().unwrap();
    let is_notice =
        |news: &workspace::ReviewNews| matches!(news, workspace::ReviewNews::Notice(text) if text.contains("new.txt"));
    assert!(told.iter().any(|change| is_notice(&change.news)), "{told:?}");
}
