//! Requests do not wait for each other, can be cancelled behind any number of others, and may panic.

use serde_json::json;

use crate::client::Client;
use crate::toy::{Happened, MEETING};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn handlers_that_block_their_thread_run_side_by_side() {
    let mut client = Client::start().await;
    // They return only if all of them are inside at the same time.
    for id in 0..i64::try_from(MEETING).unwrap() - 1 {
        client.request(id, "toy/meet", json!(null)).await;
    }
    // And while they block, the rest is served.
    client.change(5).await;
    client.until(Happened::Changed(5)).await;
    client.assert_alive().await;
    client.request(3, "toy/meet", json!(null)).await;
    let mut met: Vec<_> = Vec::new();
    for _ in 0..MEETING {
        met.push(client.next().await["id"].as_i64().unwrap());
    }
    met.sort_unstable();
    assert_eq!(met, [0, 1, 2, 3]);
}

#[tokio::test]
async fn a_cancel_behind_forty_hung_requests_is_heard_at_once() {
    let mut client = Client::start().await;
    for n in 1..=40 {
        client.request(n, "toy/hang", json!({"n": n})).await;
    }
    client.cancel(40).await;
    client.error(40, -32800).await;
    client.cancel(7).await;
    client.error(7, -32800).await;
    client.until(Happened::Dropped(7)).await;
    client.assert_alive().await;
    for n in (1..=39).filter(|n| *n != 7) {
        client.cancel(n).await;
        client.error(n, -32800).await;
    }
}

#[tokio::test]
async fn a_cancel_of_nothing_is_nothing() {
    let mut client = Client::start().await;
    client.cancel(5).await;
    client.notify("$/cancelRequest", json!({"id": null})).await;
    client.assert_alive().await;
    client.cancel(9999).await;
    client.assert_alive().await;
}

#[tokio::test]
async fn a_panic_answers_its_request_and_nothing_else_happens() {
    let mut client = Client::start().await;
    for _ in 0..3 {
        client.request(1, "toy/panic", json!(null)).await;
        client.error(1, -32603).await;
    }
    client.notify("toy/panicNotification", json!(null)).await;
    client.assert_alive().await;
}

#[tokio::test]
async fn an_id_in_use_is_refused() {
    let mut client = Client::start().await;
    client.request(1, "toy/hang", json!({"n": 1})).await;
    client.request(1, "toy/version", json!(null)).await;
    client.error(1, -32600).await;
    client.cancel(1).await;
    client.error(1, -32800).await;
}

#[tokio::test]
async fn giving_up_a_question_tells_the_client() {
    let mut client = Client::start().await;
    client.request(1, "toy/askAndGiveUp", json!(null)).await;
    let question = client.next().await;
    assert_eq!(question["method"], "toy/question");
    client.notify("toy/giveUp", json!(null)).await;
    let (first, second) = (client.next().await, client.next().await);
    let (response, cancel) = if first["id"] == 1 {
        (first, second)
    } else {
        (second, first)
    };
    assert_eq!(response["result"], "gave up");
    assert_eq!(
        cancel,
        json!({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": question["id"]}})
    );
    // A late answer changes nothing.
    client
        .send(json!({"jsonrpc": "2.0", "id": question["id"], "result": null}))
        .await;
    client.assert_alive().await;
}

#[tokio::test]
async fn a_clients_error_reaches_the_handler_that_asked() {
    let mut client = Client::start().await;
    client.request(1, "toy/ask", json!({"n": 1})).await;
    let question = client.next().await;
    client
        .send(json!({"jsonrpc": "2.0", "id": question["id"], "error": {"code": -5, "message": "no", "x": 1}}))
        .await;
    assert_eq!(client.response(1).await["error"], json!({"code": -5, "message": "no"}));
}
