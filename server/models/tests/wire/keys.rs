//! Keys that are fetched: when, how often, and what is said where there is none.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use futures::{FutureExt, StreamExt};
use models::{FetchedKey, KeySource, ModelConfig, ProviderConfig, ProviderKind, Registry, Secret, Settings};
use serde_json::json;

use crate::server::{FaultServer, Reply};
use crate::vendor::{Items, Vendor, conversation, impatient};

const OLD: &str = "sk-old-0123456789";
const NEW: &str = "sk-new-0123456789";

/// A source that gives these, in order, and panics when it is asked once more.
fn source(keys: impl IntoIterator<Item = FetchedKey>) -> KeySource {
    let keys = Arc::new(Mutex::new(keys.into_iter().collect::<VecDeque<_>>()));
    KeySource::new("`vault get acme`", move || {
        let key = keys.lock().expect("no panic").pop_front();
        async move { key.expect("another fetch was not to be") }.boxed()
    })
}

fn key(key: &str) -> FetchedKey {
    Ok(Secret::new(key))
}

fn failure() -> FetchedKey {
    Err("`vault get acme` ended with 1: sealed; unseal it".to_owned())
}

fn registry(server: &FaultServer, source: KeySource) -> Registry {
    let config = ProviderConfig {
        base_url: Some(server.url("/v1")),
        key_source: Some(source),
        ..ProviderConfig::new(ProviderKind::OpenAiChat)
    };
    let settings = Settings {
        providers: vec![("acme".to_owned(), config)],
        models: vec![("acme/m".parse().expect("a name"), ModelConfig::default())],
        local_servers: Vec::new(),
        limits: impatient(),
    };
    Registry::new(settings, &|_| None).expect("good settings")
}

fn refused() -> Reply {
    Reply::json(401, "", &json!({"error": {"message": format!("no such key: {OLD}")}}))
}

fn answered() -> Reply {
    Reply::events([&Vendor::OpenAiChat.recording("text")[..]])
}

/// Asks once for each of `outcomes`, of which an empty one is an answer; `sent` are the keys that the server saw.
async fn check(keys: &[FetchedKey], replies: &[Reply], outcomes: &[&str], sent: &[&str]) {
    let server = FaultServer::start(replies.to_vec()).await;
    let registry = registry(&server, source(keys.to_vec()));
    for outcome in outcomes {
        let route = registry.resolve("acme/m").await.expect("a model");
        let items: Items = route.provider.stream(conversation()).collect().await;
        let error = items.iter().find_map(|item| item.as_ref().err());
        let said = error.map(ToString::to_string).unwrap_or_default();
        assert_eq!(said, *outcome);
        assert!(!format!("{route}{items:?}", route = route.origin).contains("0123456789"));
    }
    let received = server.received();
    let seen: Vec<_> = received
        .iter()
        .map(|request| request.header("authorization").unwrap_or_default())
        .collect();
    let sent: Vec<_> = sent.iter().map(|key| format!("Bearer {key}")).collect();
    assert_eq!(seen, sent);
}

const NO_KEY: &str = "acme cannot be asked: `vault get acme` ended with 1: sealed; unseal it";
const REFUSED: &str = "acme refused the credentials (no such key: [secret]); check the API key of provider `acme`";

#[tokio::test]
async fn a_key_is_fetched_once() {
    check(&[key(OLD)], &[answered(), answered()], &["", ""], &[OLD, OLD]).await;
}

#[tokio::test]
async fn a_refused_key_is_fetched_again_once() {
    check(
        &[key(OLD), key(NEW)],
        &[refused(), answered(), answered()],
        &["", ""],
        &[OLD, NEW, NEW],
    )
    .await;
    check(&[key(OLD), key(OLD)], &[refused()], &[REFUSED], &[OLD]).await;
    check(&[key(OLD), key(NEW)], &[refused(), refused()], &[REFUSED], &[OLD, NEW]).await;
    check(&[key(OLD), failure()], &[refused()], &[NO_KEY], &[OLD]).await;
}

#[tokio::test]
async fn a_failure_is_told_and_not_held() {
    check(&[failure(), key(OLD)], &[answered()], &[NO_KEY, ""], &[OLD]).await;
    let broken = key("sk-0123456789\u{7}");
    let said = "acme cannot be asked: the header `authorization` of provider `acme` (or its value) holds characters \
                that HTTP does not allow";
    check(&[broken], &[], &[said], &[]).await;
}

#[tokio::test]
async fn nothing_is_fetched_before_a_model_is_asked() {
    let server = FaultServer::start([]).await;
    let registry = registry(&server, source([]));
    registry.resolve("auto").await.expect("a model");
    let _ = registry.available();
}

#[tokio::test]
async fn a_survey_says_where_the_key_comes_from_and_what_is_wrong_with_it() {
    let server = FaultServer::start([Reply::json(200, "", &json!({"data": [{"id": "n"}]}))]).await;
    let found = registry(&server, source([key(OLD)])).survey().await;
    let [acme] = &found[..] else { panic!("{found:?}") };
    assert_eq!(
        (acme.has_key, acme.key_source.as_deref()),
        (true, Some("`vault get acme`"))
    );
    assert_eq!(acme.models, ["m", "n"]);
    assert_eq!(
        server.received()[0].header("authorization"),
        Some(format!("Bearer {OLD}").as_str())
    );
    assert!(!format!("{found:?}").contains(OLD));

    let server = FaultServer::start([]).await;
    let found = registry(&server, source([failure()])).survey().await;
    let [acme] = &found[..] else { panic!("{found:?}") };
    assert!(!acme.has_key);
    assert!(
        acme.key_problem
            .as_ref()
            .is_some_and(|problem| problem.contains("sealed"))
    );
}
