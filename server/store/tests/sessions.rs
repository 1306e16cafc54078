//! Sessions, items, blobs and reviews through the public interface.

#![cfg(test)]

use std::path::Path;

use base::{
    ChangeKind, CommandName, ContentHash, HunkRecord, HunkState, Message, Origin, ReviewRecord, SessionId, StagedFile,
    StopReason, Task, TurnState, Uri, Usage,
};
use store::{CallCost, Item, Store, StoreError};

fn session(id: &str) -> SessionId {
    SessionId::from(id)
}

fn store_with(sessions: &[&str]) -> Store {
    let store = Store::in_memory().unwrap();
    for id in sessions {
        store
            .create_session(&session(id), &format!("title of {id}"), Path::new("/project"))
            .unwrap();
    }
    store
}

fn message(text: &str) -> Item {
    Item::Message(Message::user(text))
}

fn turn(id: &str) -> Item {
    let task = Task {
        command: CommandName::Ask,
        uri: None,
        span: None,
        diagnostics: vec![],
        prompt: Some("why".into()),
        attachments: Vec::new(),
    };
    Item::Turn { turn: id.into(), task }
}

fn turn_end(id: &str, state: TurnState) -> Item {
    Item::TurnEnd {
        turn: id.into(),
        state,
        stop_reason: StopReason::EndTurn,
        error: None,
    }
}

fn file(name: &str) -> Uri {
    Uri::parse(&format!("file:///project/{name}")).unwrap()
}

fn staged(id: &str, name: &str, hunks: &[(&str, HunkState)]) -> ReviewRecord {
    let hunk = |&(hunk, state): &(&str, HunkState)| HunkRecord {
        id: hunk.into(),
        origin: Origin {
            session: session(id),
            turn: "t".into(),
            review: "r".into(),
            call: "c".into(),
            title: "edit".into(),
            why: "asked".into(),
            author: Origin::AGENT.into(),
        },
        state,
        start: 0,
        end: 3,
        old: "old".into(),
        new: "new 🌍\0".into(),
    };
    ReviewRecord::Staged(StagedFile {
        session: session(id),
        file: file(name),
        kind: ChangeKind::Edit,
        new_uri: None,
        base: ContentHash("00".into()),
        hunks: hunks.iter().map(hunk).collect(),
    })
}

fn state(id: &str, name: &str, hunk: &str, state: HunkState) -> ReviewRecord {
    ReviewRecord::State {
        session: session(id),
        file: file(name),
        hunks: vec![hunk.into()],
        state,
    }
}

fn keeping(id: &str, name: &str, hunk: &str) -> ReviewRecord {
    let hash = |text: &str| ContentHash(text.into());
    ReviewRecord::Keeping {
        session: session(id),
        file: file(name),
        hunks: vec![hunk.into()],
        before: hash("before"),
        after: hash("after"),
    }
}

#[test]
fn items_come_back_in_order_and_apart_by_session() {
    let store = store_with(&["a", "b"]);
    let usage = Usage {
        input: 1,
        output: 2,
        cache_read: 3,
        cache_write: u64::MAX,
    };
    let items = vec![
        turn("1"),
        message("tell me\r\n🌍"),
        Item::Usage {
            turn: "1".into(),
            model: "p/m".into(),
            usage,
            cost: CallCost::default(),
        },
        turn_end("1", TurnState::Completed),
    ];
    for item in &items {
        store.append_item(&session("a"), item).unwrap();
        store.append_item(&session("b"), &message("other")).unwrap();
    }
    assert_eq!(store.items(&session("a")).unwrap(), items);
    assert_eq!(store.items(&session("b")).unwrap().len(), items.len());
    assert_eq!(store.items(&session("c")).unwrap(), []);
    assert_eq!(store.damaged(), []);
}

#[test]
fn sequence_numbers_grow() {
    let store = store_with(&["a", "b"]);
    let append = |id: &str| store.append_item(&session(id), &message("x")).unwrap();
    let numbers = [append("a"), append("b"), append("a")];
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
}

#[test]
fn lists_show_turns_and_how_the_last_one_ended() {
    let store = store_with(&["fresh", "running", "ended"]);
    for item in [turn("1"), turn_end("1", TurnState::Completed), turn("2")] {
        store.append_item(&session("running"), &item).unwrap();
    }
    for item in [turn("1"), turn_end("1", TurnState::Failed)] {
        store.append_item(&session("ended"), &item).unwrap();
    }
    let summary = |id: &str| {
        store
            .sessions()
            .unwrap()
            .into_iter()
            .find(|summary| summary.id == session(id))
            .unwrap()
    };
    assert_eq!((summary("fresh").turns, summary("fresh").state), (0, None));
    assert_eq!(
        (summary("running").turns, summary("running").state),
        (2, Some(TurnState::Running))
    );
    assert_eq!(
        (summary("ended").turns, summary("ended").state),
        (1, Some(TurnState::Failed))
    );
    assert_eq!(summary("ended").title, "title of ended");
    assert_eq!(summary("ended").cwd, Path::new("/project"));
    assert!(summary("ended").updated >= summary("ended").created);
}

#[test]
fn what_does_not_fit_together_is_refused() {
    let store = store_with(&["a"]);
    let again = store.create_session(&session("a"), "", Path::new("/"));
    assert!(matches!(again, Err(StoreError::SessionExists(id)) if id == session("a")));
    let unknown = store.append_item(&session("z"), &message("x"));
    assert!(matches!(unknown, Err(StoreError::UnknownSession(id)) if id == session("z")));
    let unknown = store.append_review(&state("z", "a.rs", "h", HunkState::Kept));
    assert!(matches!(unknown, Err(StoreError::UnknownSession(_))));
    assert!(store.has_session(&session("a")).unwrap());
    assert!(!store.has_session(&session("z")).unwrap());
}

#[test]
fn blobs_are_found_by_content() {
    let store = Store::in_memory().unwrap();
    let text = "a\r\nb\0🌍";
    let hash = store.put_blob(text).unwrap();
    assert_eq!(store.put_blob(text).unwrap(), hash);
    assert_eq!(hash.0, blake3_hex(text));
    assert_eq!(store.blob(&hash).unwrap().as_deref(), Some(text));
    assert_eq!(store.blob(&ContentHash("00".into())).unwrap(), None);
}

fn blake3_hex(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// Appends the records and compares what the session's journal then says.
fn check_journal(append: &[ReviewRecord], live: &[ReviewRecord], is_open: bool) {
    let store = store_with(&["a", "b"]);
    store
        .append_review(&staged("b", "a.rs", &[("other", HunkState::Kept)]))
        .unwrap();
    for record in append {
        store.append_review(record).unwrap();
    }
    assert_eq!(store.review_records(&session("a")).unwrap(), live);
    let open = store.sessions_with_open_reviews().unwrap();
    assert_eq!(open.contains(&session("a")), is_open);
    assert!(!open.contains(&session("b")));
}

#[test]
fn a_staging_replaces_what_was_said_of_its_file() {
    let first = staged("a", "a.rs", &[("1", HunkState::Pending)]);
    let other = staged("a", "b.rs", &[("2", HunkState::Rejected)]);
    let kept = state("a", "a.rs", "1", HunkState::Kept);
    let again = staged("a", "a.rs", &[("3", HunkState::Pending)]);
    check_journal(&[first, other.clone(), kept, again.clone()], &[other, again], true);
}

#[test]
fn a_session_is_open_while_a_hunk_is() {
    let pending = staged("a", "a.rs", &[("1", HunkState::Pending), ("2", HunkState::Conflict)]);
    let kept = state("a", "a.rs", "1", HunkState::Kept);
    let rejected = state("a", "a.rs", "2", HunkState::Rejected);
    let keeping = keeping("a", "a.rs", "1");
    let check = |records: &[&ReviewRecord], is_open| {
        let records: Vec<_> = records.iter().map(|record| (*record).clone()).collect();
        check_journal(&records, &records, is_open);
    };
    check(&[], false);
    check(&[&pending], true);
    check(&[&pending, &rejected, &keeping], true);
    check(&[&pending, &rejected, &keeping, &kept], false);
}

#[test]
fn a_lease_is_for_one_and_ends_with_its_holder() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (Store::open(folder.path()).unwrap(), Store::open(folder.path()).unwrap());
    let memory = Store::in_memory().unwrap();
    for (one, two) in [(&one, &two), (&memory, &memory)] {
        let lease = one.lease(&session("../a")).unwrap().unwrap();
        let held = two.lease(&session("../a")).unwrap().unwrap_err();
        assert_eq!(held.pid, std::process::id());
        assert!(two.lease(&session("b")).unwrap().is_ok());
        drop(lease);
        assert!(two.lease(&session("../a")).unwrap().is_ok());
    }
}
