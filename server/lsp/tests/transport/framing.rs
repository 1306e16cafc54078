//! One bad frame costs one message: it is answered, and the connection lives.

use lsp::transport::Limits;
use serde_json::{Value, json};

use crate::client::Client;
use crate::wire::{frame, frame_bytes};

async fn check(bytes: &[u8], id: impl Into<Value>, code: i64) {
    let mut client = Client::start().await;
    client.send_raw(bytes).await;
    client.error(id, code).await;
    client.assert_alive().await;
}

#[tokio::test]
async fn bad_json() {
    check(&frame_bytes(b"{\"jsonrpc\":\"2.0\",\"id\":1,"), Value::Null, -32700).await;
    check(&frame_bytes(b""), Value::Null, -32700).await;
}

#[tokio::test]
async fn wrong_utf_8() {
    check(
        &frame_bytes(b"{\"jsonrpc\":\"2.0\",\"method\":\"\xff\xfe\"}"),
        Value::Null,
        -32700,
    )
    .await;
}

#[tokio::test]
async fn a_batch() {
    check(
        &frame(&json!([{"jsonrpc": "2.0", "id": 1, "method": "toy/version"}])),
        Value::Null,
        -32600,
    )
    .await;
}

#[tokio::test]
async fn a_request_that_is_none() {
    check(&frame(&json!({"jsonrpc": "2.0", "id": 5, "method": 7})), 5, -32600).await;
    check(
        &frame(&json!({"jsonrpc": "2.0", "id": 5, "method": "toy/hang", "params": {"n": "?"}})),
        5,
        -32602,
    )
    .await;
    check(
        &frame(&json!({"jsonrpc": "2.0", "id": 5, "method": "no/such"})),
        5,
        -32601,
    )
    .await;
    check(
        &frame(&json!({"jsonrpc": "2.0", "id": 5, "method": "$/noSuch"})),
        5,
        -32601,
    )
    .await;
}

#[tokio::test]
async fn an_unknown_notification_and_an_answer_to_nothing_are_passed_over() {
    let mut client = Client::start().await;
    client.notify("no/such", json!({})).await;
    client.notify("$/setTrace", json!({"value": "off"})).await;
    client.send(json!({"jsonrpc": "2.0", "id": 77, "result": null})).await;
    client.assert_alive().await;
}

#[tokio::test]
async fn a_bad_header() {
    check(b"Content-Length: many\r\n\r\n{}", Value::Null, -32600).await;
    check(b"Content-Type: text/plain\r\n\r\n{}", Value::Null, -32600).await;
    check(b"hello\r\n", Value::Null, -32600).await;
}

#[tokio::test]
async fn an_absurd_length() {
    check(b"Content-Length: 100000000000000\r\n\r\n{}", Value::Null, -32600).await;
    check(
        b"Content-Length: 99999999999999999999999999\r\n\r\n",
        Value::Null,
        -32600,
    )
    .await;
}

#[tokio::test]
async fn a_message_over_32_mib() {
    let mut client = Client::start().await;
    let limit = Limits::default().frame;
    let envelope = json!({"jsonrpc": "2.0", "id": 1, "method": "toy/version", "params": {"pad": ""}})
        .to_string()
        .len();
    for (over, code) in [(0, -32602), (1, -32600)] {
        let pad = "x".repeat(limit - envelope + over);
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "toy/version", "params": {"pad": pad}});
        client.send(message).await;
        let id = if over == 0 { json!(1) } else { Value::Null };
        client.error(id, code).await;
        client.assert_alive().await;
    }
}

#[tokio::test]
async fn a_wrong_length_loses_no_message_behind_it() {
    let ask = |id: i64| frame(&json!({"jsonrpc": "2.0", "id": id, "method": "toy/version"}));
    for lie in [-5_i64, 20, 100] {
        let mut client = Client::start().await;
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": "toy/version"}).to_string();
        let length = i64::try_from(body.len()).unwrap() + lie;
        client
            .send_raw(format!("Content-Length: {length}\r\n\r\n{body}").as_bytes())
            .await;
        client.send_raw(&[ask(2), ask(3)].concat()).await;
        client.error(Value::Null, -32700).await;
        let mut answered = [client.next().await["id"].as_i64(), client.next().await["id"].as_i64()];
        answered.sort_unstable();
        assert_eq!(answered, [Some(2), Some(3)], "length off by {lie}");
        client.assert_alive().await;
    }
}

#[tokio::test]
async fn bytes_may_arrive_one_by_one() {
    let mut client = Client::start().await;
    for byte in frame(&json!({"jsonrpc": "2.0", "id": 1, "method": "toy/version"})) {
        client.send_raw(&[byte]).await;
        tokio::task::yield_now().await;
    }
    client.response(1).await;
}
