//! Figures, printed beside their limits: `cargo test --release -p store --test speed -- --ignored --nocapture`.

#![cfg(test)]

use std::path::Path;
use std::time::Instant;

use base::{Message, SessionId, Usage};
use store::{CallCost, CallFilter, Item, Store};

fn message(number: usize) -> Item {
    Item::Message(Message::user(format!(
        "message {number}: {}",
        "some more words ".repeat(20)
    )))
}

fn usage(number: usize) -> Item {
    Item::Usage {
        turn: format!("t{}", number / 10).into(),
        model: "p/m".into(),
        usage: Usage::default(),
        cost: CallCost::default(),
    }
}

fn measure<T>(what: &str, limit: u128, job: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let value = job();
    println!("{what}: {} µs (limit {limit} ms)", start.elapsed().as_micros());
    value
}

#[test]
#[ignore = "prints figures"]
fn long_sessions_and_many() {
    let folder = tempfile::tempdir().unwrap();
    let long = SessionId::from("long");
    let store = Store::open(folder.path()).unwrap();
    for number in 0..1000 {
        let id = SessionId::from(format!("s{number}"));
        store
            .create_session(&id, &format!("title {number}"), Path::new("/"))
            .unwrap();
        store.append_item(&id, &message(number)).unwrap();
    }
    store.create_session(&long, "long", Path::new("/")).unwrap();
    let start = Instant::now();
    for number in 0..5000 {
        store.append_item(&long, &message(number)).unwrap();
        store.append_item(&long, &usage(number)).unwrap();
    }
    println!("append: {} µs an item", start.elapsed().as_micros() / 10_000);
    drop(store);

    let store = measure("open", 10, || Store::open(folder.path()).unwrap());
    let messages = measure("conversation of 10,000 items, uncompacted", 100, || {
        store.conversation(&long).unwrap()
    });
    assert_eq!(messages.len(), 5000);
    let context = Item::Context {
        cause: "summary".into(),
        messages: vec![Message::user("so far")],
        taken_back_from: None,
    };
    store.append_item(&long, &context).unwrap();
    measure("conversation of 10,000 items, compacted", 100, || {
        store.conversation(&long).unwrap()
    });
    let sessions = measure("1,000 sessions listed", 100, || store.sessions().unwrap());
    assert_eq!(sessions.len(), 1001);
    measure("search", 100, || store.search("message 4321", 20).unwrap());
    let calls = measure("ledger of 5,000 calls", 100, || {
        store.calls(&CallFilter::default()).unwrap()
    });
    assert_eq!(calls.len(), 5000);
    measure("fork of 10,000 items", 5000, || {
        store.fork_session(&long, &"fork".into(), None).unwrap()
    });
    measure("delete of 10,000 items", 5000, || {
        store.delete_session(&long).unwrap().unwrap()
    });
}
