//! Several processes on one database, and processes that die in mid-append.
//!
//! The test binary is its own other process: run with `STORE_TEST_WRITER` set, `writer` appends as told.

#![cfg(test)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use base::{Message, SessionId};
use store::{Item, Store};

const ROLE: &str = "STORE_TEST_WRITER";

fn session() -> SessionId {
    SessionId::from("a")
}

fn item(writer: &str, number: usize) -> Item {
    // Long enough that one append spans several pages of the log.
    Item::Message(Message::user(format!("{writer} {number} {}", "x".repeat(20_000))))
}

/// Starts this binary as `writer`: `name;count;dir`. It prints a line for each append that has returned.
fn start(name: &str, count: usize, dir: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writer", "--nocapture", "--test-threads=1"])
        .env(ROLE, format!("{name};{count};{}", dir.display()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn writer() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let mut parts = role.splitn(3, ';');
    let (name, count, dir) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let store = Store::open(Path::new(dir)).unwrap();
    let lease = store.lease(&SessionId::from(name)).unwrap();
    for number in 0..count.parse().unwrap() {
        store.append_item(&session(), &item(name, number)).unwrap();
        println!("\nappended {number}");
    }
    drop(lease);
}

fn appended(line: &str) -> Option<usize> {
    line.strip_prefix("appended ")?.parse().ok()
}

/// Each item of `writer` in `items`, by number.
fn numbers(items: &[Item], writer: &str) -> Vec<usize> {
    let number = |item: &Item| match item {
        Item::Message(message) => message.text().strip_prefix(writer)?.split(' ').nth(1)?.parse().ok(),
        _ => None,
    };
    items.iter().filter_map(number).collect()
}

#[test]
fn a_killed_writer_loses_nothing_that_it_was_told_is_stored() {
    for kill_after in 0..12 {
        let folder = tempfile::tempdir().unwrap();
        Store::open(folder.path())
            .unwrap()
            .create_session(&session(), "t", Path::new("/"))
            .unwrap();
        let mut child = start("w", usize::MAX, folder.path());
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // Killed while the next append runs: nothing waits between one and the next.
        let seen = lines
            .map_while(Result::ok)
            .find_map(|line| appended(&line).filter(|number| *number >= kill_after));
        child.kill().unwrap();
        child.wait().unwrap();

        let store = Store::open(folder.path()).unwrap();
        let stored = numbers(&store.items(&session()).unwrap(), "w");
        assert_eq!(stored, (0..stored.len()).collect::<Vec<_>>());
        assert!(
            stored.len() > seen.unwrap(),
            "{} stored, {seen:?} confirmed",
            stored.len()
        );
        assert_eq!(store.damaged(), []);
        store.append_item(&session(), &item("after", 0)).unwrap();
        assert!(
            store.lease(&SessionId::from("w")).unwrap().is_ok(),
            "the dead writer's lease is free"
        );
    }
}

#[test]
fn two_processes_and_two_threads_share_it() {
    const EACH: usize = 100;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.create_session(&session(), "t", Path::new("/")).unwrap();
    let children = ["p", "q"].map(|name| start(name, EACH, folder.path()));
    std::thread::scope(|threads| {
        for name in ["r", "s"] {
            let store = &store;
            threads.spawn(move || {
                for number in 0..EACH {
                    store.append_item(&session(), &item(name, number)).unwrap();
                    store.items(&SessionId::from("none")).unwrap();
                }
            });
        }
    });
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    let items = store.items(&session()).unwrap();
    for name in ["p", "q", "r", "s"] {
        assert_eq!(numbers(&items, name), (0..EACH).collect::<Vec<_>>(), "items of {name}");
    }
    assert_eq!(store.damaged(), []);
}

#[test]
fn many_may_open_a_new_database_at_once() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|threads| {
        let openers: Vec<_> = (0..8)
            .map(|_| threads.spawn(|| Store::open(folder.path()).map(|_| ())))
            .collect();
        for opener in openers {
            opener.join().unwrap().unwrap();
        }
    });
}

#[test]
fn the_holder_of_a_lease_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.create_session(&session(), "t", Path::new("/")).unwrap();
    let mut child = start("w", usize::MAX, folder.path());
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.map_while(Result::ok).find_map(|line| appended(&line)).unwrap();
    let held = store.lease(&SessionId::from("w")).unwrap().unwrap_err();
    assert_eq!(held.pid, child.id());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(store.lease(&SessionId::from("w")).unwrap().is_ok());
}
