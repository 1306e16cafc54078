//! A client that does not read: memory stays bounded, and what needs no answer still gets through.

use lsp::transport::{Exit, Limits};
use serde_json::json;

use crate::client::{Client, until_idle};
use crate::toy::Happened;

const SMALL: Limits = Limits {
    frame: 1 << 20,
    unread: 10 << 10,
    held: 64,
};

#[tokio::test(start_paused = true)]
async fn changes_and_cancels_pass_requests_that_nobody_reads_the_answers_of() {
    let mut client = Client::start_with(SMALL, 4 << 10).await;
    let mut started = 0;
    for n in 1..=40 {
        client.request(n, "toy/big", json!({"n": 1000})).await;
        client.change(i32::try_from(n).unwrap()).await;
        loop {
            match client.event().await {
                Happened::Started(_) => started += 1,
                Happened::Changed(version) if i64::from(version) == n => break,
                _ => {}
            }
        }
    }
    client.cancel(40).await;
    until_idle().await;
    while let Ok(event) = client.happened.try_recv() {
        started += usize::from(matches!(event, Happened::Started(_)));
    }
    // What the pipe holds, and what may wait: far from forty answers.
    assert!((10..=18).contains(&started), "{started} started");

    let mut answers = Vec::new();
    for _ in 1..=40 {
        let message = client.next().await;
        let is_cancelled = message["error"]["code"] == -32800;
        assert!(is_cancelled || message["result"].as_str().unwrap().len() == 1000);
        answers.push((message["id"].as_i64().unwrap(), is_cancelled));
    }
    answers.sort_unstable();
    let expect: Vec<_> = (1..=40).map(|n| (n, n == 40)).collect();
    assert_eq!(answers, expect);
    client.assert_alive().await;
}

/// All arrive before the first is answered.
#[tokio::test(start_paused = true)]
async fn a_burst_of_requests_is_not_started_at_once() {
    let mut client = Client::start_with(SMALL, 4 << 10).await;
    for n in 0..10 {
        client.request(100 + n, "toy/hang", json!({"n": n})).await;
    }
    for n in 1..=40 {
        client.request(n, "toy/big", json!({"n": 4000})).await;
    }
    until_idle().await;
    let mut started = 0;
    while let Ok(event) = client.happened.try_recv() {
        started += usize::from(matches!(event, Happened::Started(4000)));
    }
    assert!((1..=16).contains(&started), "{started} started");
    for _ in 1..=40 {
        assert_eq!(client.next().await["result"].as_str().map(str::len), Some(4000));
    }
    client.assert_alive().await;
}

#[tokio::test(start_paused = true)]
async fn reading_pauses_when_enough_is_held() {
    let limits = Limits { held: 4, ..SMALL };
    let mut client = Client::start_with(limits, 4 << 10).await;
    for n in 1..=24 {
        client.request(n, "toy/big", json!({"n": 1000})).await;
        until_idle().await;
    }
    let more = client.send_raw(&[b' '; 64 << 10]);
    tokio::select! {
        biased;
        () = more => panic!("all was read"),
        () = until_idle() => {}
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_notifications_waits_for_the_reader() {
    let mut client = Client::start_with(SMALL, 4 << 10).await;
    client.request(1, "toy/flood", json!(null)).await;
    until_idle().await;
    let mut sent = 0;
    while let Ok(Happened::Sent(n)) = client.happened.try_recv() {
        sent = n;
    }
    // What the pipe and one batch of the writer hold.
    assert!((20..=600).contains(&sent), "{sent} sent");
    client.change(3).await;
    client.until(Happened::Changed(3)).await;
    client.cancel(1).await;
    loop {
        let message = client.next().await;
        if message["method"] != "toy/note" {
            assert_eq!(message["error"]["code"], -32800);
            break;
        }
    }
    client.assert_alive().await;
}

#[tokio::test(start_paused = true)]
async fn exit_is_heard_while_nobody_reads() {
    let mut client = Client::start_with(SMALL, 4 << 10).await;
    client.request(1, "toy/flood", json!(null)).await;
    for n in 2..=20 {
        client.request(n, "toy/big", json!({"n": 1000})).await;
    }
    until_idle().await;
    client.notify("exit", json!(null)).await;
    assert_eq!(client.exit().await, Exit::Abrupt);
}
