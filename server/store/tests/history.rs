//! What becomes of a session later: it is gone on with, found, forked, renamed and deleted.

#![cfg(test)]

use std::path::Path;

use base::{
    Block, ChangeKind, CommandName, ContentHash, Message, ReviewRecord, Role, SessionId, StagedFile, StopReason, Task,
    ToolCall, ToolResult, TurnState, Uri, Usage,
};
use serde_json::json;
use store::{CallCost, CallFilter, Item, Page, SearchHit, Store, StoreError};

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

/// Items as one writes them down: `t1` begins a turn, `e1` ends it and `s1` stops it; `c a b` makes calls, `r a b`
/// answers them; `# x` is a context, `$` a usage, anything else the user's words.
fn item(line: &str) -> Item {
    let message = |role, content| Item::Message(Message { role, content });
    let rest = || line.split(' ').skip(1);
    match line.split(' ').next().unwrap() {
        "t1" | "t2" => Item::Turn {
            turn: line.into(),
            task: Task {
                command: CommandName::Ask,
                uri: None,
                span: None,
                diagnostics: vec![],
                prompt: None,
                attachments: Vec::new(),
            },
        },
        "e1" => turn_end("t1", TurnState::Completed, StopReason::EndTurn),
        "s1" => turn_end("t1", TurnState::Stopped, StopReason::Cancelled),
        "s2" => turn_end("t2", TurnState::Stopped, StopReason::Cancelled),
        "c" => message(Role::Assistant, rest().map(call).collect()),
        "r" => message(Role::User, rest().map(result).collect()),
        "#" => Item::Context {
            cause: "summary".into(),
            messages: rest().map(Message::user).collect(),
            taken_back_from: None,
        },
        "$" => Item::Usage {
            turn: "t1".into(),
            model: "p/m".into(),
            usage: Usage::default(),
            cost: CallCost::default(),
        },
        _ => Item::Message(Message::user(line)),
    }
}

fn turn_end(turn: &str, state: TurnState, stop_reason: StopReason) -> Item {
    Item::TurnEnd {
        turn: turn.into(),
        state,
        stop_reason,
        error: None,
    }
}

fn call(id: &str) -> Block {
    Block::ToolCall(ToolCall {
        id: id.into(),
        name: "read".into(),
        arguments: json!({}),
    })
}

fn result(id: &str) -> Block {
    Block::ToolResult(ToolResult {
        call_id: id.into(),
        content: "text".into(),
        is_error: false,
    })
}

fn append(store: &Store, id: &str, lines: &[&str]) -> Vec<i64> {
    let append = |line: &&str| store.append_item(&session(id), &item(line)).unwrap();
    lines.iter().map(append).collect()
}

mod conversation {
    use super::*;

    fn check(lines: &[&str], expect: &[&str]) {
        let store = store_with(&["a", "b"]);
        append(&store, "b", &["other", "# other"]);
        append(&store, "a", lines);
        let messages = store.conversation(&session("a")).unwrap();
        assert_eq!(messages.iter().map(Message::text).collect::<Vec<_>>(), expect);
        assert_eq!(store.damaged(), []);
    }

    #[test]
    fn begins_with_the_last_context() {
        check(&[], &[]);
        check(&["t1", "hello", "$", "e1"], &["hello"]);
        check(&["hello", "# one two", "more", "$"], &["one", "two", "more"]);
        check(&["# one", "hello", "# two", "t1", "more", "e1"], &["two", "more"]);
        check(&["hello", "#"], &[]);
    }

    /// Neither what lies before the context nor the context of before is so much as read.
    #[test]
    fn a_damaged_row_matters_only_where_it_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        store.create_session(&session("a"), "", Path::new("/")).unwrap();
        append(&store, "a", &["one", "# two", "three", "# four", "five"]);
        let damage = |seq: i64| {
            let database = rusqlite::Connection::open(folder.path().join("singletree.db")).unwrap();
            database
                .execute("UPDATE items SET checksum = x'00' WHERE seq = ?", [seq])
                .unwrap();
        };
        let conversation = || {
            let messages = store.conversation(&session("a")).unwrap();
            messages.iter().map(Message::text).collect::<Vec<_>>()
        };
        damage(1);
        damage(3);
        assert_eq!(conversation(), ["four", "five"]);
        assert_eq!(store.damaged(), []);
        damage(4);
        assert_eq!(conversation(), ["two", "five"], "the context of before stands in");
        let damaged: Vec<_> = store.damaged().iter().map(ToString::to_string).collect();
        assert_eq!(damaged, ["row 4 of items", "row 3 of items"]);
    }

    #[test]
    fn pages_come_in_order_and_end() {
        let store = store_with(&["a", "b"]);
        let mut wanted = Vec::new();
        for number in 0..7 {
            wanted.extend(append(&store, "a", &[&format!("message {number}")]));
            append(&store, "b", &["other"]);
        }
        for limit in [1, 3, 7, 8] {
            let (mut found, mut after) = (Vec::new(), Some(0));
            while let Some(start) = after {
                let Page { items, next } = store.items_page(&session("a"), start, limit).unwrap();
                assert!(items.len() <= limit);
                found.extend(items.iter().map(|item| item.seq));
                after = next;
            }
            assert_eq!(found, wanted, "{limit} at a time");
        }
    }
}

mod search {
    use super::*;

    const TEXTS: [&str; 5] = [
        "Why does parse_port(\"a\") fail in Über-Straße?",
        "It trims the text first; see `src/port.rs:12`.",
        "NEAR OR NOT AND",
        "trim trim trim",
        "日本語 テスト",
    ];

    fn found(query: &str) -> Vec<usize> {
        let store = store_with(&["a"]);
        let numbers = append(&store, "a", &TEXTS);
        let place = |hit: SearchHit| numbers.iter().position(|seq| hit.seq == Some(*seq));
        store.search(query, 9).unwrap().into_iter().filter_map(place).collect()
    }

    fn check(query: &str, expect: &[usize]) {
        assert_eq!(found(query), expect, "{query}");
    }

    #[test]
    fn every_word_must_be_there() {
        check("parse_port", &[0]);
        check("PARSE fail", &[0]);
        check("parse trims", &[]);
        check("uber strasse", &[]);
        check("uber", &[0]);
        check("port.rs", &[1]);
        check("日本語", &[4]);
    }

    #[test]
    fn the_last_word_may_be_a_beginning_and_the_best_comes_first() {
        check("tri", &[3, 1]);
        check("tri ", &[]);
        check("tri text", &[]);
        check("text tri", &[1]);
    }

    /// No input is syntax, and none is an error.
    #[test]
    fn anything_may_be_asked() {
        check("NOT", &[2]);
        check("near or", &[2]);
        check("\"a\" ", &[0]);
        for query in [
            "", " ", "\"", "\"\"", "*", "-", "text:", "text : x", "(", "a AND", "NEAR(", "^trim", "{a}", "a\0b", "'",
            ";--", "+", "\u{202e}", "🌍", "col:\"x", "\\",
        ] {
            found(query);
        }
        check(&"trim ".repeat(2000), &[3]);
        check("🌍 -> \"", &[]);
        check("trim 🌍", &[3, 1]);
    }

    #[test]
    fn hits_say_where_they_are() {
        let store = store_with(&["a", "b"]);
        append(&store, "a", &["c 1", "r 1", "$"]);
        let seq = append(&store, "a", &["before it the words of a title after it"])[0];
        let hits = store.search("TITLE", 9).unwrap();
        let shown: Vec<_> = hits
            .iter()
            .map(|hit| (hit.session.as_str(), hit.seq, hit.snippet.as_str()))
            .collect();
        let [open, close] = SearchHit::HIT;
        let (title, text) = (format!("{open}title{close}"), "before it the words of a ");
        let expect = [
            ("a", None, format!("{title} of a")),
            ("b", None, format!("{title} of b")),
            ("a", Some(seq), format!("{text}{title} after it")),
        ];
        assert_eq!(
            shown,
            expect
                .each_ref()
                .map(|(id, seq, snippet)| (*id, *seq, snippet.as_str()))
        );
        assert!(hits.iter().all(|hit| hit.title == format!("title of {}", hit.session)));
        assert_eq!(store.search("title", 2).unwrap().len(), 2);
        assert_eq!(store.search("title", 0).unwrap(), []);
    }
}

mod fork {
    use super::*;

    /// Forks a session of `lines` after the line `last` (all of it for none).
    fn check(lines: &[&str], last: Option<usize>, expect: &[&str]) {
        let store = store_with(&["a"]);
        let numbers = append(&store, "a", lines);
        let before = store.items(&session("a")).unwrap();
        let last = last.map(|last| numbers[last]);
        store.fork_session(&session("a"), &session("f"), last).unwrap();
        let expect: Vec<_> = expect.iter().map(|line| item(line)).collect();
        assert_eq!(store.items(&session("f")).unwrap(), expect);
        assert_eq!(store.items(&session("a")).unwrap(), before, "the source is what it was");
        assert_eq!(store.damaged(), []);
    }

    const TURNS: [&str; 10] = ["t1", "go", "c 1 2", "r 1 2", "$", "e1", "t2", "more", "c 3", "r 3"];

    #[test]
    fn whole_or_up_to_an_item() {
        check(&TURNS[..6], None, &["t1", "go", "c 1 2", "r 1 2", "e1"]);
        check(&TURNS, Some(5), &["t1", "go", "c 1 2", "r 1 2", "e1"]);
        check(&TURNS, Some(1), &["t1", "go", "s1"]);
        check(&["one", "two"], Some(0), &["one"]);
        check(&["# one", "two", "# three"], None, &["# one", "two", "# three"]);
    }

    #[test]
    fn no_call_is_left_without_its_result() {
        check(&TURNS, Some(2), &["t1", "go", "c 1 2", "r 1 2", "s1"]);
        check(&TURNS, Some(3), &["t1", "go", "c 1 2", "r 1 2", "s1"]);
        check(
            &TURNS[..9],
            None,
            &["t1", "go", "c 1 2", "r 1 2", "e1", "t2", "more", "s2"],
        );
        check(&["t1", "c 1", "e1", "go"], None, &["t1", "e1", "go"]);
        check(&["c 1", "c 1", "r 1"], Some(0), &[]);
        check(&["c 1", "c 1", "r 1"], Some(1), &["c 1", "r 1"]);
    }

    #[test]
    fn a_fork_has_its_own_name_and_no_costs() {
        let store = store_with(&["a", "b"]);
        append(&store, "a", &["t1", "findable", "$", "e1"]);
        let other = append(&store, "b", &["go"])[0];
        store.fork_session(&session("a"), &session("f"), None).unwrap();
        let summaries = store.sessions().unwrap();
        let fork = summaries.iter().find(|summary| summary.id == session("f")).unwrap();
        assert_eq!((fork.title.as_str(), fork.turns), ("title of a (fork)", 1));
        assert_eq!(fork.cwd, Path::new("/project"));
        assert_eq!(store.calls(&CallFilter::default()).unwrap().len(), 1);
        let found = store.search("findable", 9).unwrap();
        assert_eq!(found.iter().filter(|hit| hit.session == session("f")).count(), 1);

        let refused = |source: &str, fork: &str, last| store.fork_session(&session(source), &session(fork), last);
        assert!(matches!(refused("z", "g", None), Err(StoreError::UnknownSession(_))));
        assert!(matches!(refused("a", "b", None), Err(StoreError::SessionExists(id)) if id == session("b")));
        let unknown = refused("a", "g", Some(other));
        assert!(matches!(unknown, Err(StoreError::UnknownItem { seq, .. }) if seq == other));
        assert!(!store.has_session(&session("g")).unwrap());
    }
}

mod rename_and_delete {
    use super::*;

    fn staged(id: &str, base: &ContentHash) -> ReviewRecord {
        ReviewRecord::Staged(StagedFile {
            session: session(id),
            file: Uri::parse("file:///project/a.rs").unwrap(),
            kind: ChangeKind::Edit,
            new_uri: None,
            base: base.clone(),
            hunks: vec![],
        })
    }

    #[test]
    fn a_new_title_is_listed_and_found_and_the_old_is_not() {
        let store = store_with(&["a", "b"]);
        store.rename_session(&session("a"), "Übung 'x'").unwrap();
        store.rename_session(&session("a"), "Übung 'y'").unwrap();
        let titles: Vec<_> = store
            .sessions()
            .unwrap()
            .into_iter()
            .map(|session| session.title)
            .collect();
        assert!(titles.contains(&"Übung 'y'".to_owned()) && titles.contains(&"title of b".to_owned()));
        assert_eq!(store.search("ubung", 9).unwrap().len(), 1);
        assert_eq!(store.search("title", 9).unwrap().len(), 1);
        assert_eq!(store.damaged(), []);
        let unknown = store.rename_session(&session("z"), "");
        assert!(matches!(unknown, Err(StoreError::UnknownSession(id)) if id == session("z")));
    }

    /// Two sessions that share a text and an image; each also has one of its own.
    fn two_sessions(store: &Store) -> [ContentHash; 6] {
        let texts = ["own a", "own b", "shared"].map(|text| store.put_blob(text).unwrap());
        let images = ["own a", "own b", "shared"].map(|bytes| store.put_image(bytes.as_bytes()).unwrap());
        for (id, own) in [("a", 0), ("b", 1)] {
            store.append_review(&staged(id, &texts[own])).unwrap();
            store.append_review(&staged(id, &texts[2])).unwrap();
            store
                .append_step(&session(id), 1, &json!({"before": [images[own], images[2]]}), false)
                .unwrap();
            append(store, id, &["t1", "words", "$", "e1"]);
        }
        let ([a, b, c], [d, e, f]) = (texts, images);
        [a, b, c, d, e, f]
    }

    #[test]
    fn what_only_it_needs_goes_with_it() {
        let folder = tempfile::tempdir().unwrap();
        for store in [Store::in_memory().unwrap(), Store::open(folder.path()).unwrap()] {
            for id in ["a", "b"] {
                store.create_session(&session(id), id, Path::new("/")).unwrap();
            }
            let hashes = two_sessions(&store);
            let deleted = store.delete_session(&session("a")).unwrap().unwrap();
            assert_eq!(
                (deleted.items, deleted.reviews, deleted.steps, deleted.texts),
                (4, 2, 1, 2)
            );
            let [own, kept @ ..] = [0, 1, 2].map(|at| store.blob(&hashes[at]).unwrap().is_some());
            assert_eq!((own, kept), (false, [true, true]));
            let [own, kept @ ..] = [3, 4, 5].map(|at| store.image(&hashes[at]).unwrap().is_some());
            assert_eq!((own, kept), (false, [true, true]));
            assert!(!store.has_session(&session("a")).unwrap());
            assert_eq!(store.items(&session("a")).unwrap(), []);
            assert_eq!(store.steps::<serde_json::Value>(&session("a")).unwrap().len(), 0);
            assert_eq!(store.search("words", 9).unwrap().len(), 1);
            assert_eq!(store.search("a", 9).unwrap(), []);
            assert_eq!(store.items(&session("b")).unwrap().len(), 4);
            let again = store.delete_session(&session("a"));
            assert!(matches!(again, Err(StoreError::UnknownSession(_))));
            assert_eq!(store.delete_session(&session("b")).unwrap().unwrap().texts, 4);
            assert_eq!(store.damaged(), []);
        }
    }

    #[test]
    fn what_someone_holds_is_not_deleted() {
        let store = store_with(&["a", "b"]);
        let hashes = two_sessions(&store);
        let lease = store.lease(&session("a")).unwrap().unwrap();
        let held = store.delete_session(&session("a")).unwrap().unwrap_err();
        assert_eq!(held.pid, std::process::id());
        assert_eq!(store.items(&session("a")).unwrap().len(), 4);
        // Its owner may be about to name any text: they stay until nobody is at work.
        assert_eq!(store.delete_session(&session("b")).unwrap().unwrap().texts, 0);
        assert!(store.blob(&hashes[1]).unwrap().is_some());
        drop(lease);
        assert_eq!(store.delete_session(&session("a")).unwrap().unwrap().texts, 6);
    }
}
