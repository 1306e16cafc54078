//! Memory through the public interface.

#![cfg(test)]

use base::{SessionId, TurnId};
use store::{Memory, NewMemory, Store, StoreError};

fn new(text: &str, tags: &[&str]) -> NewMemory {
    NewMemory {
        text: text.into(),
        tags: tags.iter().map(|&tag| tag.into()).collect(),
        session: Some(SessionId::from("s")),
        turn: Some(TurnId::from("t")),
    }
}

fn texts(memories: &[Memory]) -> Vec<&str> {
    memories.iter().map(|memory| memory.text.as_str()).collect()
}

const ENTRIES: [&str; 4] = [
    "The tests need `SINGLETREE_HOME` to be set.",
    "Errors are thiserror enums, one a crate.",
    "The user wants British spelling in comments.",
    "Migrations are never edited once released.",
];

fn filled() -> Store {
    let store = Store::in_memory().unwrap();
    for (text, tag) in ENTRIES.iter().zip(["testing", "style", "style", "database"]) {
        store.remember(&new(text, &[tag])).unwrap();
    }
    store
}

/// What is recalled, by its place in [`ENTRIES`].
fn check(query: &str, expect: &[usize]) {
    let recalled = filled().recall(query, 2).unwrap();
    let expect: Vec<_> = expect.iter().map(|&at| ENTRIES[at]).collect();
    assert_eq!(texts(&recalled), expect, "{query}");
}

#[test]
fn what_a_question_is_about_is_recalled() {
    check("how do I test this?", &[0]);
    check("Please edit the migration of the released database", &[3]);
    check("which spelling for an error comment", &[2, 1]);
    check("singletree_home", &[0]);
    check("style", &[1, 2]);
}

#[test]
fn what_has_nothing_to_do_with_it_is_not() {
    check("where is the parser", &[]);
    check("the to are in be once?", &[3]);
    check("is the", &[]);
    for query in ["", "\"", "NOT", "a AND", "* (", "\0"] {
        check(query, &[]);
    }
}

#[test]
fn the_same_is_remembered_once() {
    let store = Store::in_memory().unwrap();
    let first = store.remember(&new("  use tabs\n", &["style", "b"])).unwrap();
    let other = store.remember(&new("use tabs!", &[])).unwrap();
    let again = NewMemory {
        session: None,
        ..new("use tabs", &["a", " style ", ""])
    };
    assert_eq!(store.remember(&again).unwrap(), first);
    let memories = store.memories().unwrap();
    assert_eq!(texts(&memories), ["use tabs!", "use tabs"]);
    let memory = &memories[1];
    assert_eq!(
        (memory.id, memory.tags.as_slice()),
        (first, &["a", "b", "style"].map(String::from)[..])
    );
    assert_eq!(memory.session, Some(SessionId::from("s")), "where it was learnt first");
    assert!(memory.used >= memory.created);
    assert!(matches!(
        store.remember(&new(" \n", &[])),
        Err(StoreError::NothingToRemember)
    ));

    assert!(store.forget(other).unwrap());
    assert!(!store.forget(other).unwrap());
    assert_eq!(texts(&store.recall("tabs", 9).unwrap()), ["use tabs"]);
    assert!(
        store.remember(&new("third", &[])).unwrap() > other,
        "ids are not used again"
    );
}

#[test]
fn a_damaged_entry_is_skipped_until_it_is_learnt_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let id = store.remember(&new("use tabs", &[])).unwrap();
    rusqlite::Connection::open(folder.path().join("singletree.db"))
        .unwrap()
        .execute("UPDATE memories SET text = 'use spaces'", [])
        .unwrap();
    assert_eq!(store.memories().unwrap(), []);
    assert_eq!(store.recall("tabs", 9).unwrap(), []);
    let damaged: Vec<_> = store.damaged().iter().map(ToString::to_string).collect();
    assert_eq!(damaged, [format!("row {id} of memories")]);
    assert_eq!(store.remember(&new("use tabs", &["a"])).unwrap(), id);
    assert_eq!(texts(&store.recall("tabs", 9).unwrap()), ["use tabs"]);
}

/// What is used is marked so, in the store and not only in the answer.
#[test]
fn recalling_counts_as_use() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for text in ["use tabs", "write tests"] {
        store.remember(&new(text, &[])).unwrap();
    }
    rusqlite::Connection::open(folder.path().join("singletree.db"))
        .unwrap()
        .execute("UPDATE memories SET used = 5", [])
        .unwrap();
    store.recall("tabs", 9).unwrap();
    let used: Vec<_> = store
        .memories()
        .unwrap()
        .iter()
        .map(|memory| memory.used > memory.created - std::time::Duration::from_millis(1))
        .collect();
    assert_eq!(used, [false, true]);
}
