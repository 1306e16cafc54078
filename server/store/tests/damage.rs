//! What bad bytes, bad luck and other versions do to the database: nothing silent, nothing believed.

#![cfg(test)]

use std::fs;
use std::path::Path;

use base::{ChangeKind, ContentHash, Message, ReviewRecord, SessionId, StagedFile, Uri};
use rusqlite::Connection;
use store::{Item, Store, StoreError};

fn session() -> SessionId {
    SessionId::from("a")
}

fn item(number: usize) -> Item {
    Item::Message(Message::user(format!("message {number}")))
}

/// A store with five items, closed.
fn five_items(dir: &Path) {
    let store = Store::open(dir).unwrap();
    store
        .create_session(&session(), "title", Path::new("/project"))
        .unwrap();
    for number in 1..=5 {
        store.append_item(&session(), &item(number)).unwrap();
    }
}

fn raw(dir: &Path, sql: &str) {
    Connection::open(dir.join("singletree.db"))
        .unwrap()
        .execute_batch(sql)
        .unwrap();
}

/// Damages the database with `sql` and compares which items are left and which rows are reported.
fn check(sql: &str, items: &[usize], damaged: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    five_items(folder.path());
    raw(folder.path(), sql);
    let store = Store::open(folder.path()).unwrap();
    let expect: Vec<_> = items.iter().copied().map(item).collect();
    assert_eq!(store.items(&session()).unwrap(), expect);
    // Found twice, reported once.
    store.items(&session()).unwrap();
    let reported: Vec<_> = store.damaged().iter().map(ToString::to_string).collect();
    assert_eq!(reported, damaged);
}

#[test]
fn a_row_that_says_something_else_is_skipped() {
    check(
        "UPDATE items SET payload = replace(payload, '3', '4') WHERE seq = 3",
        &[1, 2, 4, 5],
        &["row 3 of items"],
    );
    check(
        "UPDATE items SET checksum = zeroblob(32) WHERE seq = 5",
        &[1, 2, 3, 4],
        &["row 5 of items"],
    );
    check(
        "UPDATE items SET payload = '' WHERE seq < 3",
        &[3, 4, 5],
        &["row 1 of items", "row 2 of items"],
    );
}

#[test]
fn a_row_that_is_no_text_is_skipped() {
    check(
        "UPDATE items SET payload = CAST(x'ff00fe' AS TEXT) WHERE seq = 2",
        &[1, 3, 4, 5],
        &["row 2 of items"],
    );
}

#[test]
fn a_row_that_moved_is_skipped() {
    check(
        "UPDATE items SET seq = 9 WHERE seq = 1",
        &[2, 3, 4, 5],
        &["row 9 of items"],
    );
}

#[test]
fn a_damaged_session_is_not_listed() {
    let folder = tempfile::tempdir().unwrap();
    five_items(folder.path());
    raw(folder.path(), "UPDATE sessions SET title = 'other'");
    let store = Store::open(folder.path()).unwrap();
    assert_eq!(store.sessions().unwrap(), []);
    assert_eq!(store.damaged().len(), 1);
    assert_eq!(store.items(&session()).unwrap().len(), 5, "its items are still there");
}

#[test]
fn a_damaged_staging_gives_way_to_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    five_items(folder.path());
    let staged = |base: &str| {
        ReviewRecord::Staged(StagedFile {
            session: session(),
            file: Uri::parse("file:///project/a.rs").unwrap(),
            kind: ChangeKind::Edit,
            new_uri: None,
            base: ContentHash(base.into()),
            hunks: vec![],
        })
    };
    let store = Store::open(folder.path()).unwrap();
    store.append_review(&staged("first")).unwrap();
    store.append_review(&staged("second")).unwrap();
    assert_eq!(store.review_records(&session()).unwrap(), [staged("second")]);
    raw(
        folder.path(),
        "UPDATE reviews SET payload = replace(payload, 'second', 'sec0nd')",
    );
    assert_eq!(store.review_records(&session()).unwrap(), [staged("first")]);
}

#[test]
fn a_damaged_blob_is_missing_until_it_is_stored_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let hash = store.put_blob("text").unwrap();
    raw(folder.path(), "UPDATE blobs SET text = 'test'");
    assert_eq!(store.blob(&hash).unwrap(), None);
    assert_eq!(store.damaged().len(), 1);
    store.put_blob("text").unwrap();
    assert_eq!(store.blob(&hash).unwrap().as_deref(), Some("text"));
}

/// Flips each byte of the file in turn: whatever comes of it, no item is ever read that was not written.
#[test]
fn a_flipped_byte_never_makes_a_false_item() {
    let folder = tempfile::tempdir().unwrap();
    five_items(folder.path());
    let whole = fs::read(folder.path().join("singletree.db")).unwrap();
    let written: Vec<_> = (1..=5).map(item).collect();
    let (mut skipped, mut refused) = (0, 0);
    // Every byte that is not zero, thinned: free space between cells says nothing.
    let used = whole
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte != 0)
        .map(|(at, _)| at);
    for at in used.step_by(3) {
        let copy = tempfile::tempdir().unwrap();
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        fs::write(copy.path().join("singletree.db"), &bytes).unwrap();
        let read = Store::open(copy.path()).and_then(|store| store.items(&session()));
        match read {
            Ok(items) => {
                assert!(items.iter().all(|item| written.contains(item)), "byte {at}: {items:?}");
                skipped += usize::from(items.len() < 5);
            }
            Err(error) => {
                assert!(error.to_string().contains("singletree.db"), "byte {at}: {error}");
                refused += 1;
            }
        }
    }
    assert!(
        skipped > 50 && refused > 50,
        "{skipped} skipped, {refused} refused: the flips missed"
    );
}

fn refused(dir: &Path) -> String {
    let before = fs::read(dir.join("singletree.db")).unwrap();
    let error = Store::open(dir).err().unwrap();
    assert_eq!(fs::read(dir.join("singletree.db")).unwrap(), before, "it was touched");
    error.to_string().replace(&dir.display().to_string(), "DIR")
}

#[test]
fn a_newer_database_is_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    five_items(folder.path());
    raw(folder.path(), "PRAGMA user_version = 99");
    assert_eq!(
        refused(folder.path()),
        "the session database `DIR/singletree.db` was written by a newer Singletree (schema 99, this one knows 4). \
         It was left as it is: update Singletree, or set SINGLETREE_HOME to another folder"
    );
}

/// A database from before steps and searches has them from now on, and keeps what it had.
#[test]
fn an_older_database_is_brought_forward() {
    let folder = tempfile::tempdir().unwrap();
    five_items(folder.path());
    raw(
        folder.path(),
        "DROP TABLE message_search; DROP TABLE title_search; DROP TABLE memory_search; DROP TABLE memories;
         DROP INDEX items_for_ledger; DROP TABLE images; DROP TABLE steps; PRAGMA user_version = 1;
         UPDATE items SET payload = 'no JSON' WHERE seq = 2",
    );
    let store = Store::open(folder.path()).unwrap();
    store.append_step(&session(), 1, &"begin", true).unwrap();
    assert_eq!(store.steps::<String>(&session()).unwrap(), ["begin"]);
    assert_eq!(store.items(&session()).unwrap().len(), 4);
    let found: Vec<_> = store.search("message", 9).unwrap().iter().map(|hit| hit.seq).collect();
    assert_eq!(found, [1, 3, 4, 5].map(Some), "what was said before can be found");
    assert_eq!(store.search("title", 9).unwrap()[0].seq, None);
}

/// The indexes are made anew by whoever needs them; what was said is not lost with them.
#[test]
fn a_damaged_search_index_heals() {
    let damages = [
        "UPDATE message_search_data SET block = x'00ff00ff' WHERE id <> 10;
         UPDATE title_search_data SET block = x'00ff00ff' WHERE id <> 10",
        "DELETE FROM message_search_data; DELETE FROM title_search_data",
        "DELETE FROM message_search_content; DELETE FROM message_search_docsize",
    ];
    for damage in damages {
        for is_written_first in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            five_items(folder.path());
            raw(folder.path(), damage);
            let store = Store::open(folder.path()).unwrap();
            if is_written_first {
                store.append_item(&session(), &item(6)).unwrap();
                store.rename_session(&session(), "other title").unwrap();
            }
            let expect = if is_written_first { 6 } else { 5 };
            let found = store.search("message", 9).unwrap();
            assert_eq!(found.len(), expect, "{damage}: {:?}", store.damaged());
            assert_eq!(store.search("title", 9).unwrap().len(), 1);
            assert_eq!(store.items(&session()).unwrap().len(), expect);
        }
    }
}

/// The newer version may still stand in the log only, where the header does not show it.
#[test]
fn a_newer_database_is_refused_while_its_writer_lives() {
    let folder = tempfile::tempdir().unwrap();
    five_items(folder.path());
    let newer = Connection::open(folder.path().join("singletree.db")).unwrap();
    newer
        .execute_batch("PRAGMA journal_mode = wal; PRAGMA user_version = 99")
        .unwrap();
    assert!(refused(folder.path()).contains("schema 99"));
}

#[test]
fn what_is_no_database_of_ours_is_refused_untouched() {
    let check = |content: &[u8], expect: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("singletree.db"), content).unwrap();
        let message = refused(folder.path());
        assert!(
            message.starts_with(&format!(
                "the session database `DIR/singletree.db` is damaged ({expect})"
            )),
            "{message}"
        );
        assert!(message.contains("move it"), "{message}");
    };
    check(b"hello", "it does not begin as a database does");
    check(b"SQLite format 3\0", "its header is cut short");

    let folder = tempfile::tempdir().unwrap();
    raw(folder.path(), "PRAGMA application_id = 7; CREATE TABLE a (x)");
    assert!(refused(folder.path()).contains("it belongs to another application"));
}

#[test]
fn a_cut_database_is_named_with_its_remedy() {
    let folder = tempfile::tempdir().unwrap();
    five_items(folder.path());
    let path = folder.path().join("singletree.db");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let error = Store::open(folder.path())
        .and_then(|store| store.items(&session()))
        .unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("state/workspaces/x");
    five_items(&dir);
    let store = Store::open(&dir).unwrap();
    let _lease = store.lease(&session()).unwrap().unwrap();
    store.append_item(&session(), &item(6)).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for parent in [
        folder.path().join("state"),
        folder.path().join("state/workspaces"),
        dir.clone(),
        dir.join("leases"),
    ] {
        assert_eq!(mode(&parent), 0o700, "{}", parent.display());
    }
    let files = fs::read_dir(&dir)
        .unwrap()
        .chain(fs::read_dir(dir.join("leases")).unwrap());
    let files: Vec<_> = files
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    assert!(files.len() >= 5, "database, log, index, lock, lease: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_others_can_read_is_closed() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    Store::open(folder.path()).unwrap();
    assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o700);
}

#[cfg(unix)]
#[test]
fn a_state_folder_may_be_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (real, link) = (folder.path().join("real"), folder.path().join("link"));
    five_items(&real);
    std::os::unix::fs::symlink(&real, &link).unwrap();
    assert_eq!(Store::open(&link).unwrap().items(&session()).unwrap().len(), 5);
}
