//! Asking again, over real connections. That waits are as long as asked for is tested on a paused clock, in the crate.

use std::sync::Arc;

use futures::StreamExt;
use models::{Limits, ModelError};
use serde_json::json;
use tokio::sync::Notify;

use crate::server::{FaultServer, Reply};
use crate::vendor::{Items, Vendor, conversation};

fn refusal(status: u16) -> Reply {
    Reply::json(
        status,
        "retry-after-ms: 1\r\n",
        &json!({"error": {"message": "not now"}}),
    )
}

/// How often the server was asked, and what came of it. `last` makes the reply after the refusals.
async fn check(refusals: &[u16], last: impl Fn(Vendor) -> Reply, asked: usize, is_answered: bool) {
    for vendor in Vendor::ALL {
        let replies = refusals.iter().map(|status| refusal(*status)).chain([last(vendor)]);
        let server = FaultServer::start(replies).await;
        let items: Items = vendor
            .provider(&server, Limits::default())
            .stream(conversation())
            .collect()
            .await;
        assert_eq!(server.received().len(), asked, "{vendor:?} {refusals:?}: {items:?}");
        assert_eq!(
            items.iter().all(Result::is_ok),
            is_answered,
            "{vendor:?} {refusals:?}: {items:?}"
        );
        let bodies: std::collections::HashSet<_> = server.received().into_iter().map(|request| request.body).collect();
        assert_eq!(bodies.len(), 1, "the same request each time");
    }
}

fn whole(vendor: Vendor) -> Reply {
    Reply::events([&vendor.recording("text")[..]])
}

#[tokio::test]
async fn what_may_pass_is_asked_again() {
    check(&[429, 529], whole, 3, true).await;
    check(&[503], whole, 2, true).await;
    check(&[500], whole, 2, true).await;
}

#[tokio::test]
async fn three_times_is_enough() {
    check(&[429, 529, 429], whole, 3, false).await;
}

#[tokio::test]
async fn what_will_not_pass_is_not_asked_again() {
    check(&[400], whole, 1, false).await;
    check(&[401], whole, 1, false).await;
}

#[tokio::test]
async fn nothing_is_asked_again_once_output_began() {
    let half = |vendor: Vendor| {
        let recorded = vendor.recording("text");
        Reply::events([&recorded[..recorded.len() - 200]])
    };
    check(&[429], half, 2, false).await;
}

#[tokio::test]
async fn a_wait_beyond_reason_is_given_to_the_caller() {
    for vendor in Vendor::ALL {
        let limited = Reply::json(
            429,
            "retry-after: 3600\r\n",
            &json!({"error": {"message": "come back later"}}),
        );
        let server = FaultServer::start([limited]).await;
        let items: Items = vendor
            .provider(&server, Limits::default())
            .stream(conversation())
            .collect()
            .await;
        let [Err(error @ ModelError::RateLimited { .. })] = items.as_slice() else {
            panic!("{items:?}")
        };
        assert!(error.to_string().contains("3600 seconds"), "{error}");
    }
}

/// A client that leaves before the body's end has to shake hands again for its next request.
#[tokio::test]
async fn a_whole_answer_leaves_its_connection_open() {
    // Gemini's answer is whole when its body is.
    for vendor in Vendor::ALL.into_iter().filter(|vendor| *vendor != Vendor::Gemini) {
        let told = Arc::new(Notify::new());
        let answer = vendor.recording("text");
        let slow = Reply::open_events([&answer[..]]).then_end(Arc::clone(&told));
        let mut server = FaultServer::start([slow.clone(), slow]).await;
        let provider = vendor.provider(&server, Limits::default());
        for _ in 0..2 {
            let items: Items = provider.stream(conversation()).collect().await;
            assert!(items.iter().all(Result::is_ok), "{vendor:?}: {items:?}");
            told.notify_one();
        }
        assert!(!server.has_closed(), "{vendor:?}");
    }
}
