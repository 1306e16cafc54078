//! Steps and the files before them: what is written is read back, in order, and what is damaged is not believed.

#![cfg(test)]

use base::SessionId;
use store::{Store, StoreError};

fn session(id: &str) -> SessionId {
    SessionId::from(id)
}

fn store() -> Store {
    let store = Store::in_memory().unwrap();
    for id in ["a", "b"] {
        store
            .create_session(&session(id), "t", std::path::Path::new("/"))
            .unwrap();
    }
    store
}

#[test]
fn the_steps_of_a_session_come_back_in_order() {
    let store = store();
    assert_eq!(store.last_session_with_steps().unwrap(), None);
    store.append_step(&session("a"), 1, &"begin", true).unwrap();
    store.append_step(&session("b"), 7, &"other", true).unwrap();
    store.append_step(&session("a"), 1, &"end", false).unwrap();
    assert_eq!(store.steps::<String>(&session("a")).unwrap(), ["begin", "end"]);
    assert_eq!(store.last_step(&session("a")).unwrap(), 1);
    assert_eq!(store.last_step(&session("b")).unwrap(), 7);
    assert_eq!(store.last_step(&session("nobody")).unwrap(), 0);
    assert_eq!(store.last_session_with_steps().unwrap(), Some(session("a")));
}

#[test]
fn a_step_of_an_unknown_session_is_refused() {
    let refused = store().append_step(&session("nobody"), 1, &"begin", true);
    assert!(matches!(refused, Err(StoreError::UnknownSession(_))), "{refused:?}");
}

#[test]
fn bytes_that_are_no_text_come_back_by_their_hash() {
    let store = store();
    for bytes in [&b""[..], b"text\r\n", b"\0\xFF\xFE", &[7; 300_000]] {
        let hash = store.put_image(bytes).unwrap();
        assert_eq!(hash, store.put_image(bytes).unwrap());
        assert_eq!(store.image(&hash).unwrap().as_deref(), Some(bytes));
    }
    let unknown = base::ContentHash("0".repeat(64));
    assert_eq!(store.image(&unknown).unwrap(), None);
}

#[test]
fn a_damaged_image_or_step_is_reported_and_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store
        .create_session(&session("a"), "t", std::path::Path::new("/"))
        .unwrap();
    let hash = store.put_image(b"bytes").unwrap();
    store.append_step(&session("a"), 1, &"whole", true).unwrap();
    store.append_step(&session("a"), 2, &"damaged", true).unwrap();
    let raw = rusqlite::Connection::open(folder.path().join("singletree.db")).unwrap();
    raw.execute_batch("UPDATE images SET bytes = x'00'; UPDATE steps SET payload = '\"other\"' WHERE step = 2")
        .unwrap();
    assert_eq!(store.image(&hash).unwrap(), None);
    assert_eq!(store.steps::<String>(&session("a")).unwrap(), ["whole"]);
    let tables: Vec<_> = store.damaged().iter().map(|row| row.table).collect();
    assert_eq!(tables, ["images", "steps"]);
    // Storing the bytes again heals them.
    store.put_image(b"bytes").unwrap();
    assert_eq!(store.image(&hash).unwrap().as_deref(), Some(&b"bytes"[..]));
}
