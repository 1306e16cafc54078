//! What needs a look inside: a full disk, and how durable a write is.

use base::{HunkState, Message, ReviewRecord, SessionId, Uri};

use super::*;

fn store() -> Store {
    let store = Store::in_memory().unwrap();
    store.create_session(&session(), "t", Path::new("/")).unwrap();
    store
}

fn session() -> SessionId {
    SessionId::from("a")
}

fn long_item() -> Item {
    Item::Message(Message::user("x".repeat(100_000)))
}

fn pragma(store: &Store, name: &str) -> i64 {
    store
        .lock()
        .query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))
        .unwrap()
}

#[test]
fn a_full_disk_is_an_error_that_adds_nothing() {
    let store = store();
    store.append_item(&session(), &long_item()).unwrap();
    let pages = pragma(&store, "page_count");
    pragma(&store, &format!("max_page_count = {pages}"));
    let full = store.append_item(&session(), &long_item());
    assert!(matches!(full, Err(StoreError::Full { .. })), "{full:?}");
    assert!(matches!(
        store.put_blob(&"y".repeat(100_000)),
        Err(StoreError::Full { .. })
    ));
    assert_eq!(store.items(&session()).unwrap(), [long_item()]);

    pragma(&store, "max_page_count = 1000000");
    store.append_item(&session(), &long_item()).unwrap();
}

#[test]
fn a_keeping_record_is_synced_and_the_next_write_is_not() {
    const NORMAL: i64 = 1;
    const FULL: i64 = 2;
    let store = store();
    let during =
        store.write_durably(|transaction| transaction.query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0)));
    assert_eq!(during.unwrap(), FULL);
    assert_eq!(pragma(&store, "synchronous"), NORMAL);
    let failed: Result<(), _> = store.write_durably(|_| Err(rusqlite::Error::InvalidQuery));
    assert!(failed.is_err());
    assert_eq!(pragma(&store, "synchronous"), NORMAL);
}

#[test]
fn a_failed_change_is_rolled_back() {
    let store = store();
    let failed = store.append_review(&ReviewRecord::State {
        session: SessionId::from("unknown"),
        file: Uri::parse("file:///a").unwrap(),
        hunks: vec![],
        state: HunkState::Kept,
    });
    assert!(failed.is_err());
    assert!(store.lock().is_autocommit());
}
