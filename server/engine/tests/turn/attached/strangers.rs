//! Clients and owners that are none, or of another version: the owner and its turn do not mind.

use std::path::PathBuf;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

use super::*;

struct Address {
    socket: PathBuf,
    token: String,
}

/// Where the only process that listens does.
fn address(stage: &Stage) -> Address {
    let folder = std::fs::read_dir(stage.state().join("attach")).expect("the folder");
    let mut records = folder.flatten().map(|entry| entry.path());
    let record = records.find(|path| path.extension().is_some_and(|kind| kind == "json"));
    let record = std::fs::read(record.expect("an address")).expect("readable");
    let record: Value = serde_json::from_slice(&record).expect("JSON");
    let text = |field: &str| record[field].as_str().expect("a text").to_owned();
    Address {
        socket: text("socket").into(),
        token: text("token"),
    }
}

fn knock(protocol: u32, token: &str, session: &SessionId) -> String {
    let hello = json!({"protocol": protocol, "version": "0.0.1", "pid": 1});
    format!("{}\n", json!({"hello": hello, "token": token, "session": session}))
}

/// Sends bytes, and reads what comes until the other side hangs up.
async fn send(address: &Address, bytes: &[u8]) -> String {
    let mut stream = UnixStream::connect(&address.socket).await.expect("somebody listens");
    // It may hang up in the middle of what is too long.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let reading = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut answer));
    let _ = reading.await.expect("it hangs up");
    String::from_utf8(answer).expect("text")
}

async fn owner() -> (Stage, SessionId, Address) {
    let (owner, other, session) = two().await;
    other.runtime.shutdown().await;
    let address = address(&owner);
    (owner, session, address)
}

#[tokio::test]
async fn who_is_not_let_in_is_told_why() {
    let (_owner, session, address) = owner().await;
    let refusal = |answer: String| {
        let answer: Value = serde_json::from_str(&answer).expect("a line of JSON");
        assert_eq!(answer["hello"]["pid"], std::process::id(), "{answer}");
        answer["refused"]["cause"].as_str().expect("a refusal").to_owned()
    };
    assert_eq!(refusal(send(&address, b"GET / HTTP/1.1\n").await), "garbage");
    assert_eq!(
        refusal(send(&address, knock(6, &address.token, &session).as_bytes()).await),
        "protocol"
    );
    assert_eq!(
        refusal(send(&address, knock(5, "guessed", &session).as_bytes()).await),
        "token"
    );
    let elsewhere = knock(5, &address.token, &"ses_none".into());
    assert_eq!(refusal(send(&address, elsewhere.as_bytes()).await), "not-here");
}

#[tokio::test]
async fn garbage_ends_its_own_connection_and_nothing_else() {
    let (owner, session, address) = owner().await;
    let mut here = open(&owner, &session).await;
    let driver = owner.model.drive();
    here.say(words(&owner, "go on")).await.expect("it begins");
    let knock = knock(5, &address.token, &session);
    for garbage in [
        b"\xff\xfe\n".to_vec(),
        vec![b'x'; 1 << 20],
        [knock.as_bytes(), b"{}\n"].concat(),
        [knock.as_bytes(), b"{\"id\":1,\"op\":{\"dance\":null}}\n"].concat(),
        [knock.as_bytes(), &vec![b'['; 33 << 20]].concat(),
    ] {
        send(&address, &garbage).await;
    }
    // Half a line, and away.
    let mut half = UnixStream::connect(&address.socket).await.expect("somebody listens");
    half.write_all(format!("{knock}{{\"id\":1,\"op\":{{\"sto").as_bytes())
        .await
        .expect("written");
    drop(half);
    // One that knows itself let in, and never reads on.
    let mut deaf = UnixStream::connect(&address.socket).await.expect("somebody listens");
    deaf.write_all(knock.as_bytes()).await.expect("written");
    let mut first = String::new();
    BufReader::new(&mut deaf).read_line(&mut first).await.expect("a line");
    assert!(first.contains("welcome"), "{first}");
    for _ in 0..200 {
        driver.send(models::Chunk::Text("x".repeat(100_000)));
    }
    driver.send(models::Chunk::Done(StopReason::EndTurn));
    let (_, state, text) = end(&mut here).await;
    assert_eq!((state, text.len()), (TurnState::Completed, 20_000_000));
    let there = owner.beside().listening("a chat");
    assert!(
        open(&there, &session).await.owner().is_some(),
        "others are let in as ever"
    );
}

/// An owner of another version, as far as its socket tells.
async fn check(protocol: u32, expect: &str) {
    let owner = Stage::new(FILES);
    owner.model.push(Script::answer("Hello."));
    let mut events = owner.runtime.subscribe();
    let session = owner.start("edit", "a.py", Some("hello")).session;
    crate::stage::end_of_turn(&mut events).await;
    let other = owner.beside().listening("a chat");

    let socket = owner.root().join("s");
    let listener = UnixListener::bind(&socket).expect("bound");
    let record = owner.state().join(format!("attach/{}.0000.json", std::process::id()));
    std::fs::write(record, json!({"socket": socket, "token": "t"}).to_string()).expect("written");
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let hello = json!({"hello": {"protocol": protocol, "version": "7.7.7", "pid": 1}, "other": [1]});
            let _ = stream.write_all(format!("{hello}\n").as_bytes()).await;
        }
    });
    let refused = Link::open(&other.runtime, &session).await.map(|_| ());
    let refused = refused.expect_err("versions differ").to_string();
    assert!(refused.contains(expect), "{refused}");
}

#[tokio::test]
async fn an_owner_of_another_version_is_named() {
    check(6, "is a newer Singletree (7.7.7): update this one").await;
    check(0, "is an older Singletree (7.7.7): close it there").await;
}
