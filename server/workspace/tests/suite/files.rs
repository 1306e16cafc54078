//! Files on disk: what can be read, changes of whole files, restarts, and the editor that writes to disk.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use base::ChangeKind;
use base::HunkState::{Conflict, Kept, Pending};
use text::PositionEncoding;
use workspace::{DiskEditor, Editor, EditorAnswer, EditorEdit, EditorFile, ReadError, ReviewError, Source, StageError};

use crate::client::{Client, Manner, Sync};
use crate::harness::{Memory, World, all, one, origin};

const TEXT: &str = "one\ntwo\nthree\n";

async fn keep_on_disk(world: &World) -> Result<usize, ReviewError> {
    let editor = DiskEditor::new(world.user_keep(&world.workspace.selected_paths(&all())));
    world
        .workspace
        .keep(&all(), &editor)
        .await
        .map(|kept| kept.iter().filter(|(_, state)| *state == Kept).count())
}

#[test]
fn what_is_no_text_in_the_workspace_is_refused() {
    let world = World::new();
    let read = |name: &str| {
        world
            .workspace
            .read(&"s".into(), &world.path(name))
            .map(|view| view.source)
    };
    world.file("text", "é\n");
    world.file("binary", b"a\0b");
    world.file("broken", b"caf\xc3\xa9 \xff\xfe");
    world.file("large", vec![b'a'; 10 * 1024 * 1024 + 1]);
    rustix::fs::mkfifoat(rustix::fs::CWD, world.path("pipe"), rustix::fs::Mode::RWXU).unwrap();
    let elsewhere = tempfile::NamedTempFile::new().unwrap();
    symlink(elsewhere.path(), world.path("leaves")).unwrap();
    symlink(elsewhere.path().with_extension("none"), world.path("dangles")).unwrap();
    symlink(world.path("text"), world.path("stays")).unwrap();
    assert!(matches!(read("text"), Ok(Source::Disk)));
    assert!(matches!(read("stays"), Ok(Source::Disk)));
    assert!(matches!(read("none"), Err(ReadError::NotFound { .. })));
    assert!(matches!(read("text/below"), Err(ReadError::NotFound { .. })));
    assert!(matches!(read("binary"), Err(ReadError::Binary { offset: 1, .. })));
    assert!(matches!(read("broken"), Err(ReadError::Encoding { .. })));
    assert!(matches!(read("large"), Err(ReadError::TooLarge { .. })));
    assert!(matches!(read("pipe"), Err(ReadError::NotAFile { .. })));
    assert!(matches!(read("."), Err(ReadError::Directory { .. })));
    assert!(matches!(read("leaves"), Err(ReadError::Link { .. })));
    assert!(matches!(read("dangles"), Err(ReadError::Link { .. })));
    assert!(matches!(read("../outside"), Err(ReadError::Outside { .. })));
    assert!(matches!(
        world.workspace.read(&"s".into(), Path::new("/etc/hostname")),
        Err(ReadError::Outside { .. })
    ));
    assert_eq!(
        world.workspace.read(&"s".into(), Path::new("text")).unwrap().rope,
        "é\n"
    );
}

#[tokio::test]
async fn hunks_of_a_closed_file_follow_the_disk_and_are_written_there() {
    let world = World::new();
    world.file("a.txt", TEXT);
    world.edit("s", "a.txt", "three", "THREE").unwrap();
    world.file("a.txt", "zero\none\ntwo\nthree\n");
    world.workspace.disk_changed(&world.path("a.txt"));
    assert_eq!(world.seen("s", "a.txt").unwrap(), "zero\none\ntwo\nTHREE\n");
    assert_eq!(keep_on_disk(&world).await, Ok(1));
    assert_eq!(world.disk("a.txt"), b"zero\none\ntwo\nTHREE\n");
    let editor = DiskEditor::new(world.user_keep(&[world.path("a.txt")]));
    world.workspace.undo(&editor).await.unwrap();
    assert_eq!(world.disk("a.txt"), b"zero\none\ntwo\nthree\n");
    assert_eq!(world.states(), [Pending]);
}

#[tokio::test]
async fn a_disk_change_that_nobody_reported_is_never_overwritten() {
    let world = World::new();
    world.file("a.txt", TEXT);
    world.edit("s", "a.txt", "three", "THREE").unwrap();
    world.file("a.txt", "one\ntwo\ndrei\n");
    assert_eq!(keep_on_disk(&world).await, Err(ReviewError::Nothing));
    assert_eq!(world.disk("a.txt"), b"one\ntwo\ndrei\n");
    assert_eq!(world.states(), [Conflict]);
}

#[tokio::test]
async fn a_file_that_goes_takes_its_hunks_along_and_brings_them_back() {
    let world = World::new();
    let path = world.file("a.txt", TEXT);
    world.edit("s", "a.txt", "three", "THREE").unwrap();
    std::fs::remove_file(&path).unwrap();
    world.workspace.disk_changed(&path);
    assert_eq!(world.states(), [Conflict]);
    assert!(matches!(world.seen("s", "a.txt"), Err(ReadError::NotFound { .. })));
    world.file("a.txt", TEXT);
    world.workspace.disk_changed(&path);
    assert_eq!(world.states(), [Pending]);
    world.file("a.txt", b"\0\0\0");
    assert!(matches!(world.seen("s", "a.txt"), Err(ReadError::Binary { .. })));
    assert_eq!(world.states(), [Conflict]);
}

#[tokio::test(start_paused = true)]
async fn a_buffer_that_closes_unsaved_leaves_its_hunks_on_the_file() {
    let world = World::new();
    world.file("a.txt", TEXT);
    let client = Client::new(&world.workspace, Sync::AsSent);
    let uri = world.uri("a.txt");
    client.open(&uri, "zero\none\ntwo\nthree\n");
    world.edit("s", "a.txt", "three", "THREE").unwrap();
    world.workspace.close(&uri).unwrap();
    assert!(world.workspace.snapshot(&uri).is_none());
    assert_eq!(world.seen("s", "a.txt").unwrap(), "one\ntwo\nTHREE\n");
    client.open(&uri, "one\n2\nthree\n");
    assert_eq!(world.seen("s", "a.txt").unwrap(), "one\n2\nTHREE\n");
    assert_eq!(world.workspace.snapshot(&uri).unwrap().hunks.len(), 1);
}

#[test]
fn a_document_is_found_through_a_link() {
    let world = World::new();
    world.file("real/a.txt", TEXT);
    symlink(world.path("real"), world.path("link")).unwrap();
    world
        .workspace
        .open(&world.uri("link/a.txt"), "plaintext", 1, "unsaved\n");
    assert_eq!(world.seen("s", "real/a.txt").unwrap(), "unsaved\n");
    assert_eq!(
        world.workspace.uri_of(&world.path("real/a.txt")),
        world.uri("link/a.txt")
    );
}

#[tokio::test(start_paused = true)]
async fn an_untitled_buffer_has_no_file_and_no_roots_are_no_workspace() {
    let journal = std::sync::Arc::new(Memory::default());
    let workspace = workspace::Workspace::new(Vec::new(), journal);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().canonicalize().unwrap().join("a.txt");
    std::fs::write(&path, TEXT).unwrap();
    assert!(matches!(
        workspace.read(&"s".into(), &path),
        Err(ReadError::Outside { .. })
    ));
    let uri = base::Uri::from_path(&path).unwrap();
    workspace.open(&uri, "plaintext", 1, "open\n");
    assert_eq!(workspace.read(&"s".into(), &path).unwrap().rope, "open\n");
    let untitled = base::Uri::parse("untitled:Untitled-1").unwrap();
    workspace.open(&untitled, "plaintext", 1, "new\n");
    assert_eq!(workspace.documents().len(), 2);
    assert_eq!(workspace.snapshot(&untitled).unwrap().path, None);
    workspace.close(&untitled).unwrap();
    assert!(workspace.close(&untitled).is_err());
}

#[test]
fn the_document_used_last_and_the_line_edited_last_are_known() {
    let world = World::new();
    let (first, second) = (world.uri("a.txt"), world.uri("b.txt"));
    let known = |uri| {
        let document = world.workspace.snapshot(uri).unwrap();
        (document.used, document.edited_line)
    };
    world.workspace.open(&first, "plaintext", 1, TEXT);
    world.workspace.open(&second, "plaintext", 1, TEXT);
    assert!(known(&second).0 > known(&first).0);
    assert_eq!(known(&first).1, None);
    // A client that sends whole texts changed the third line all the same.
    let change = [workspace::TextChange {
        span: None,
        text: "one\ntwo\nTHREE\n".into(),
    }];
    world
        .workspace
        .change(&first, 2, &change, PositionEncoding::Utf16)
        .unwrap();
    assert!(known(&first).0 > known(&second).0);
    assert_eq!((known(&first).1, known(&second).1), (Some(2), None));
    world.workspace.close(&first).unwrap();
    world.workspace.open(&first, "plaintext", 1, TEXT);
    assert_eq!(known(&first).1, None, "what was edited before it was closed is over");
}

#[tokio::test]
async fn files_are_created_deleted_and_renamed_and_all_of_it_undone() {
    let world = World::new();
    world.file("old.txt", TEXT);
    world.file("gone.txt", TEXT);
    world.create("s", "sub/new.txt", "a\n").unwrap();
    world.edit("s", "sub/new.txt", "a", "A").unwrap();
    world.delete("s", "gone.txt").unwrap();
    world.rename("s", "old.txt", "moved.txt").unwrap();
    world.edit("s", "moved.txt", "two", "TWO").unwrap();
    assert_eq!(world.seen("s", "sub/new.txt").unwrap(), "A\n");
    assert_eq!(world.seen("s", "moved.txt").unwrap(), "one\nTWO\nthree\n");
    assert!(matches!(world.seen("s", "old.txt"), Err(ReadError::NotFound { .. })));
    assert!(matches!(world.seen("s", "gone.txt"), Err(ReadError::NotFound { .. })));
    assert!(matches!(
        world.create("s", "moved.txt", ""),
        Err(StageError::Exists { .. })
    ));
    let kinds: Vec<ChangeKind> = world
        .workspace
        .proposed_files(&"s".into())
        .into_iter()
        .map(|(_, kind, _)| kind)
        .collect();
    assert_eq!(kinds, [ChangeKind::Delete, ChangeKind::Rename, ChangeKind::Create]);

    assert_eq!(keep_on_disk(&world).await, Ok(4));
    assert_eq!(world.disk("sub/new.txt"), b"A\n");
    assert_eq!(world.disk("moved.txt"), b"one\nTWO\nthree\n");
    assert!(!world.path("gone.txt").exists() && !world.path("old.txt").exists());
    assert!(world.open().is_empty());

    let paths = ["sub/new.txt", "gone.txt", "old.txt", "moved.txt"].map(|name| world.path(name));
    let undone = world
        .workspace
        .undo(&DiskEditor::new(world.user_keep(&paths)))
        .await
        .unwrap();
    assert_eq!(
        undone.iter().filter(|(_, state)| *state == Pending).count(),
        4,
        "{undone:?}"
    );
    assert_eq!(world.disk("old.txt"), TEXT.as_bytes());
    assert_eq!(world.disk("gone.txt"), TEXT.as_bytes());
    assert!(!world.path("sub/new.txt").exists() && !world.path("moved.txt").exists());
}

#[tokio::test]
async fn proposals_about_whole_files_can_be_revised() {
    let world = World::new();
    world.file("a.txt", TEXT);
    world.create("s", "new.txt", "a\n").unwrap();
    world.rename("s", "new.txt", "newer.txt").unwrap();
    assert!(matches!(world.seen("s", "new.txt"), Err(ReadError::NotFound { .. })));
    assert_eq!(world.seen("s", "newer.txt").unwrap(), "a\n");
    assert!(world.delete("s", "newer.txt").unwrap().hunks.is_empty());
    world.rename("s", "a.txt", "b.txt").unwrap();
    world.rename("s", "b.txt", "c.txt").unwrap();
    assert!(matches!(world.seen("s", "b.txt"), Err(ReadError::NotFound { .. })));
    assert!(world.rename("s", "c.txt", "a.txt").unwrap().hunks.is_empty());
    assert_eq!(world.seen("s", "a.txt").unwrap(), TEXT);
    assert!(world.open().is_empty());
    world.delete("s", "a.txt").unwrap();
    world.create("s", "a.txt", "one\nthree\n").unwrap();
    assert_eq!(world.open(), [(Pending, "two\n".into(), String::new())]);
    world.workspace.open(&world.uri("unsaved.txt"), "plaintext", 1, "x\n");
    assert!(matches!(
        world.delete("s", "unsaved.txt"),
        Err(StageError::Read(ReadError::NotFound { .. }))
    ));
}

#[tokio::test(start_paused = true)]
async fn a_created_file_that_the_user_opens_first_is_filled() {
    let world = World::new();
    world.create("s", "new.txt", "proposed\n").unwrap();
    let client = Client::new(&world.workspace, Sync::AsSent);
    client.open(&world.uri("new.txt"), "");
    world.workspace.keep(&all(), &client).await.unwrap();
    assert_eq!(client.text(&world.uri("new.txt")), "proposed\n");
    assert!(world.open().is_empty());
}

#[tokio::test]
async fn a_proposal_about_a_whole_file_gives_way_to_the_user() {
    let world = World::new();
    world.file("gone.txt", TEXT);
    world.create("s", "new.txt", "proposed\n").unwrap();
    world.delete("s", "gone.txt").unwrap();
    world.file("new.txt", "the user's\n");
    world.file("gone.txt", "changed\n");
    assert_eq!(keep_on_disk(&world).await, Err(ReviewError::Nothing));
    assert_eq!(world.states(), [Conflict, Conflict]);
    assert_eq!(world.disk("new.txt"), b"the user's\n");
    world.file("gone.txt", TEXT);
    std::fs::remove_file(world.path("new.txt")).unwrap();
    world.workspace.disk_changed(&world.path("new.txt"));
    world.workspace.disk_changed(&world.path("gone.txt"));
    assert_eq!(world.states(), [Pending, Pending]);
    assert_eq!(keep_on_disk(&world).await, Ok(2));
}

#[tokio::test]
async fn encodings_and_line_endings_stay() {
    let world = World::new();
    world.file("latin", b"caf\xe9\r\nth\xe9\r\nend");
    world.edit("s", "latin", "thé", "thé noir\nsucré").unwrap();
    assert!(matches!(
        world.edit("s", "latin", "end", "5 €"),
        Err(StageError::Unencodable { .. })
    ));
    world.file("wide", b"\xff\xfea\0\n\0b\0\n\0");
    world.edit("s", "wide", "b", "𝒳").unwrap();
    assert_eq!(keep_on_disk(&world).await, Ok(2));
    assert_eq!(world.disk("latin"), b"caf\xe9\r\nth\xe9 noir\r\nsucr\xe9\r\nend");
    assert_eq!(world.disk("wide"), b"\xff\xfea\0\n\0\x35\xd8\xb3\xdc\n\0");
}

#[tokio::test]
async fn mode_links_and_attributes_survive_a_write() {
    let world = World::new();
    let path = world.file("a.sh", TEXT);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o751)).unwrap();
    let has_attributes = rustix::fs::setxattr(&path, "user.note", b"kept", rustix::fs::XattrFlags::empty()).is_ok();
    world.file("hard", TEXT);
    std::fs::hard_link(world.path("hard"), world.path("twin")).unwrap();
    let inode = std::fs::metadata(world.path("hard")).unwrap().ino();
    symlink("a.sh", world.path("soft")).unwrap();
    world.edit("s", "soft", "two", "TWO").unwrap();
    world.edit("s", "hard", "two\n", "").unwrap();
    assert_eq!(keep_on_disk(&world).await, Ok(2));
    assert_eq!(world.disk("a.sh"), b"one\nTWO\nthree\n");
    assert_eq!(world.disk("twin"), b"one\nthree\n");
    assert_eq!(std::fs::metadata(world.path("hard")).unwrap().ino(), inode);
    assert!(std::fs::symlink_metadata(world.path("soft")).unwrap().is_symlink());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o751);
    if has_attributes {
        let mut value = [0; 8];
        assert_eq!(rustix::fs::getxattr(&path, "user.note", &mut value), Ok(4));
    }
    let left: Vec<_> = std::fs::read_dir(world.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 4, "{left:?}");
}

#[tokio::test]
async fn the_disk_editor_writes_what_its_grant_covers_and_nothing_else() {
    let world = World::new();
    world.file("a.txt", TEXT);
    world.file("b.txt", TEXT);
    world.edit("s", "a.txt", "two", "TWO").unwrap();
    let editor = DiskEditor::new(world.user_keep(&[world.path("b.txt")]));
    assert!(matches!(
        world.workspace.keep(&all(), &editor).await,
        Err(ReviewError::Refused(_))
    ));
    assert_eq!(world.disk("a.txt"), TEXT.as_bytes());
    let grant = world.grant(&world.path("b.txt"), permissions::WriteKind::Modify);
    let view = world.workspace.read(&"s".into(), &world.path("a.txt")).unwrap();
    let change = workspace::FileChange::Delete {
        path: world.path("a.txt"),
        base_hash: view.hash,
    };
    let refused = world.workspace.stage(&origin("s"), &grant, change);
    assert!(matches!(refused, Err(StageError::NotGranted { .. })));
}

#[tokio::test]
async fn the_disk_editor_overwrites_nothing_that_was_not_seen() {
    let world = World::new();
    let path = world.file("a.txt", "the user's\n");
    let uri = world.uri("a.txt");
    let seen = ropey::Rope::from_str(TEXT);
    let edits = vec![text::Edit {
        range: 0..3,
        text: "ONE".into(),
    }];
    let edit = EditorFile::Edit {
        uri: uri.clone(),
        version: None,
        edits,
        base: seen.clone(),
    };
    let (create, delete) = (
        EditorFile::Create {
            uri: uri.clone(),
            text: TEXT.into(),
        },
        EditorFile::Delete {
            uri: uri.clone(),
            base: seen,
        },
    );
    world.file("b.txt", TEXT);
    let rename = EditorFile::Rename {
        from: world.uri("b.txt"),
        to: uri,
    };
    for file in [edit, create, delete, rename] {
        let editor = DiskEditor::new(world.user_keep(&[path.clone(), world.path("b.txt")]));
        let answer = editor
            .apply(EditorEdit {
                label: String::new(),
                files: vec![file.clone()],
            })
            .await;
        assert!(matches!(answer, EditorAnswer::Refused { .. }), "{file:?}");
        assert_eq!(world.disk("a.txt"), b"the user's\n");
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_offers_what_is_open_and_nothing_twice() {
    let mut world = World::new();
    world.file("a.txt", TEXT);
    let uri = world.uri("a.txt");
    let client = Client::new(&world.workspace, Sync::AsSent);
    client.open(&uri, TEXT);
    world.edit("s", "a.txt", "one\n", "zero\none\n").unwrap();
    world.edit("s", "a.txt", "three", "THREE").unwrap();
    world.create("s", "new.txt", "new\n").unwrap();
    let ids = world.ids();
    client.manner(Manner::Ignores);
    // The process dies after the edit was sent, before the change was seen.
    let selection = one(&ids[0]);
    let records = world.journal.records.lock().unwrap().len();
    assert!(world.workspace.keep(&selection, &client).await.is_err());
    world.journal.records.lock().unwrap().truncate(records + 1);
    world.restart();
    assert_eq!(world.ids(), ids, "the disk is as it was");
    // The editor lives on, with the change in its unsaved buffer.
    world
        .workspace
        .open(&uri, "plaintext", 7, "zero\none\n// typed\ntwo\nthree\n");
    assert_eq!(world.ids(), ids[1..]);
    assert_eq!(world.seen("s", "a.txt").unwrap(), "zero\none\n// typed\ntwo\nTHREE\n");
    assert_eq!(world.seen("s", "new.txt").unwrap(), "new\n");
    world.restart();
    assert_eq!(world.ids().len(), 2);
    world.workspace.reject(&all()).unwrap();
    world.restart();
    assert!(world.ids().is_empty());
}

#[tokio::test]
async fn the_patch_is_taken_by_git() {
    let world = World::new();
    world.file("plain.txt", "one\ntwo\nthree");
    world.file("with blank.txt", "a\r\nb\r\n");
    world.file("Ünï\"q.txt", "caf\u{e9}\n");
    world.file("latin", b"caf\xe9\nend\n");
    world.file("wide", b"\xff\xfea\0\n\0b\0\n\0");
    world.file("cr", "a\rb\rc\r");
    world.file("gone.sh", "x\n");
    world.file("old.txt", TEXT);
    std::fs::set_permissions(world.path("gone.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    world.edit("s", "plain.txt", "three", "THREE").unwrap();
    world.edit("s", "with blank.txt", "b", "B\nC").unwrap();
    world.edit("s", "Ünï\"q.txt", "café", "thé").unwrap();
    world.edit("s", "latin", "end", "fin é").unwrap();
    world.edit("s", "wide", "b", "c").unwrap();
    world.edit("s", "cr", "b", "B").unwrap();
    world.create("s", "sub/new.txt", "no newline").unwrap();
    world.create("s", "empty.txt", "").unwrap();
    world.delete("s", "gone.sh").unwrap();
    world.rename("s", "old.txt", "new name.txt").unwrap();
    world.edit("s", "new name.txt", "two", "TWO").unwrap();
    let patch = world.workspace.patch(&"s".into());
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &patch).unwrap();
    let git = |args: &[&str]| {
        let output = std::process::Command::new("git")
            .args(args)
            .current_dir(world.path("."))
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}\n{}",
            String::from_utf8_lossy(&output.stderr),
            String::from_utf8_lossy(&patch)
        );
    };
    git(&["init", "-q"]);
    git(&[
        "-c",
        "core.autocrlf=false",
        "apply",
        "--whitespace=nowarn",
        file.path().to_str().unwrap(),
    ]);
    assert_eq!(world.disk("plain.txt"), b"one\ntwo\nTHREE");
    assert_eq!(world.disk("with blank.txt"), b"a\r\nB\r\nC\r\n");
    assert_eq!(world.disk("latin"), b"caf\xe9\nfin \xe9\n");
    assert_eq!(world.disk("wide"), b"\xff\xfea\0\n\0c\0\n\0");
    assert_eq!(world.disk("cr"), b"a\rB\rc\r");
    assert_eq!(world.disk("sub/new.txt"), b"no newline");
    assert_eq!(world.disk("empty.txt"), b"");
    assert_eq!(world.disk("new name.txt"), b"one\nTWO\nthree\n");
    assert!(!world.path("gone.sh").exists() && !world.path("old.txt").exists());
}
