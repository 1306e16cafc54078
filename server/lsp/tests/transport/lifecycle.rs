//! From `initialize` to the exit code.

use lsp::transport::{Exit, Limits};
use serde_json::json;

use crate::client::Client;
use crate::toy::Happened;

#[tokio::test]
async fn nothing_is_served_before_initialize() {
    let mut client = Client::connect(Limits::default(), 1 << 20);
    client.change(1).await;
    client.request(1, "toy/version", json!(null)).await;
    client.error(1, -32002).await;
    client.request(2, "shutdown", json!(null)).await;
    client.error(2, -32002).await;
    client.request(3, "initialize", json!({"capabilities": {}})).await;
    client.response(3).await;
    client.request(4, "initialize", json!({"capabilities": {}})).await;
    client.error(4, -32600).await;
    client.request(5, "toy/version", json!(null)).await;
    assert_eq!(client.response(5).await["result"], 0);
}

#[tokio::test]
async fn a_client_need_not_wait_for_the_answer_to_initialize() {
    let mut client = Client::connect(Limits::default(), 1 << 20);
    client.request(1, "initialize", json!({"capabilities": {}})).await;
    client.notify("initialized", json!({})).await;
    client.change(3).await;
    client.request(2, "toy/version", json!(null)).await;
    client.response(1).await;
    assert_eq!(client.response(2).await["result"], 3);
}

#[tokio::test]
async fn after_shutdown_only_exit_is_served() {
    let mut client = Client::start().await;
    client.request(1, "shutdown", json!(null)).await;
    client.response(1).await;
    client.request(2, "toy/version", json!(null)).await;
    client.error(2, -32600).await;
    client.notify("exit", json!(null)).await;
    assert_eq!(client.exit().await, Exit::Clean);
}

#[tokio::test]
async fn shutdown_is_answered_even_if_exit_is_right_behind() {
    let mut client = Client::start().await;
    client.request(1, "shutdown", json!(null)).await;
    client.notify("exit", json!(null)).await;
    client.response(1).await;
    assert_eq!(client.read().await, None);
    assert_eq!(client.exit().await.code(), 0);
}

#[tokio::test]
async fn exit_ends_with_the_input_open_and_requests_in_flight() {
    let mut client = Client::start().await;
    for n in 1..=40 {
        client.request(n, "toy/hang", json!({"n": n})).await;
        client.until(Happened::Started(n)).await;
    }
    client.request(41, "toy/ask", json!({"n": 41})).await;
    assert_eq!(client.next().await["method"], "toy/question");
    client.notify("exit", json!(null)).await;
    for _ in 1..=40 {
        assert!(matches!(client.event().await, Happened::Dropped(_)));
    }
    assert_eq!(client.exit().await.code(), 1);
}

#[tokio::test]
async fn the_end_of_input_is_exit() {
    let mut client = Client::start().await;
    client.request(1, "toy/hang", json!({"n": 1})).await;
    client.until(Happened::Started(1)).await;
    let server = client.hang_up();
    assert_eq!(server.await.unwrap(), Exit::Abrupt);
}
