//! What arrives in order is applied in order; what a handler sends in order arrives in order.

use std::collections::HashMap;

use serde_json::json;

use crate::client::Client;
use crate::toy::Happened;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_burst_of_changes_is_applied_in_order() {
    let mut client = Client::start().await;
    for version in 1..=2000 {
        client.change(version).await;
    }
    let (mut next, mut ended) = (1, 0);
    while ended < 2000 {
        match client.event().await {
            Happened::Changed(version) => {
                assert_eq!(version, next);
                next += 1;
            }
            Happened::ChangeEnded(_) => ended += 1,
            other => panic!("unclaimed: {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_sees_every_change_before_it() {
    let mut client = Client::start().await;
    for version in 1..=300 {
        client.change(version).await;
        client.request(i64::from(version), "toy/version", json!(null)).await;
    }
    for _ in 1..=300 {
        let response = client.next().await;
        assert!(response["result"].as_i64() >= response["id"].as_i64(), "{response}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_response_never_overtakes_its_notifications() {
    let mut client = Client::start().await;
    let mut notes: HashMap<i64, u64> = HashMap::new();
    for round in 0..60 {
        for n in round * 100..(round + 1) * 100 {
            client.request(n, "toy/notes", json!({"n": n})).await;
        }
        let mut answered = 0;
        while answered < 100 {
            let message = client.next().await;
            if message["method"] == "toy/note" {
                let seen = notes.entry(message["params"]["of"].as_i64().unwrap()).or_default();
                assert_eq!(message["params"]["k"], *seen);
                *seen += 1;
            } else {
                let id = message["id"].as_i64().unwrap();
                assert_eq!(notes.get(&id), Some(&3), "{message} overtook");
                answered += 1;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn answers_reach_handlers_behind_a_thousand_notifications() {
    let mut client = Client::start().await;
    for id in 1..=40 {
        client.request(id, "toy/ask", json!({"n": id})).await;
    }
    let mut questions = Vec::new();
    for _ in 1..=40 {
        let question = client.next().await;
        assert_eq!(question["method"], "toy/question");
        questions.push(question);
    }
    for version in 1..=1000 {
        client.change(version).await;
    }
    for question in questions {
        client
            .send(json!({"jsonrpc": "2.0", "id": question["id"], "result": question["params"]["n"]}))
            .await;
    }
    for _ in 1..=40 {
        let response = client.next().await;
        assert_eq!(response["result"], response["id"]);
    }
}
