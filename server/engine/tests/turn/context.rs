//! What a turn begins with beside what the user pointed at: what is sent is what is billed, nothing is sent twice, and
//! nothing that may not be read.

use base::{Block, ContextBill, EventKind, Message, SessionId, StopReason};
use engine::{ContextChoices, Limits, RunRequest, TurnOptions};
use models::scripted::Script;
use models::tokens::TokenCounter;
use serde_json::json;

use crate::stage::{Setting, Stage, end_of_turn, until};

const PORT: &str =
    "/// Parses a port.\npub fn parse_port(text: &str) -> Option<u16> {\n    text.trim().parse().ok()\n}\n";
const MAIN: &str = "fn main() {\n    println!(\"{:?}\", port::parse_port(\"80\"));\n}\n";
const ASKED: &str = "what does parse_port accept";

fn stage(budget: u64) -> Stage {
    let quiet = Setting::default();
    let limits = Limits {
        context: budget,
        ..quiet.limits
    };
    let files = [
        ("src/port.rs", PORT),
        ("src/main.rs", MAIN),
        ("notes.txt", "the weather\n"),
        (".env", "PARSE_PORT=parse_port\n"),
        ("secrets.json", "{\"what\": \"parse_port accept\"}\n"),
    ];
    Stage::with(&files, Setting { limits, ..quiet })
}

/// One turn; its bill, and what the model was sent of the user's in its first request.
async fn turn(
    stage: &Stage,
    session: Option<&SessionId>,
    choices: ContextChoices,
) -> (SessionId, ContextBill, Message) {
    let before = stage.model.requests().len();
    stage.model.push(Script::answer("Digits."));
    let mut events = stage.runtime.subscribe();
    let request = RunRequest {
        session: session.cloned(),
        options: TurnOptions {
            context: choices,
            ..TurnOptions::default()
        },
        ..RunRequest::new(stage.task_on("ask", None, Some(ASKED)))
    };
    let started = stage.runtime.run(request).expect("starts");
    let event = until(&mut events, |event| matches!(event.kind, EventKind::ContextSelected(_))).await;
    end_of_turn(&mut events).await;
    let EventKind::ContextSelected(bill) = event.kind else {
        unreachable!("it was asked for");
    };
    let sent = stage.model.request(before).await;
    let message = sent.messages.last().expect("the user's").clone();
    (started.session, bill, message)
}

/// The block of pieces of a message.
fn pieces(message: &Message) -> Option<&str> {
    let mut texts = message.content.iter().filter_map(|block| match block {
        Block::Text { text } => Some(text.as_str()),
        _ => None,
    });
    texts.find(|text| text.contains("<fragment "))
}

fn paths(bill: &ContextBill) -> Vec<&str> {
    let mut paths: Vec<&str> = bill.items.iter().map(|item| item.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

#[tokio::test]
async fn what_is_sent_is_what_is_billed() {
    let stage = stage(2_000);
    let (_, bill, message) = turn(&stage, None, ContextChoices::default()).await;
    let sent = pieces(&message).expect("pieces");
    let counter = TokenCounter::for_model("test");
    assert_eq!(bill.tokens, counter.text(sent));
    assert!(bill.tokens <= bill.budget && bill.budget == 2_000, "{bill:?}");
    let both = ["src/main.rs", "src/port.rs"];
    assert!(both.iter().all(|path| paths(&bill).contains(path)), "{bill:?}");
    let elements: Vec<&str> = sent.split_inclusive("</fragment>\n").collect();
    assert_eq!(elements.len(), bill.items.len());
    for (item, element) in bill.items.iter().zip(elements) {
        let at = element.find("<fragment ").expect("an element");
        assert!(
            element[at..].starts_with(&format!("<fragment path=\"{}\"", item.path)),
            "{element}"
        );
        assert_eq!(item.tokens, counter.text(&element[at..]));
        assert!(!item.why.is_empty());
    }
    assert!(sent.contains("text.trim().parse().ok()"), "{sent}");
    assert!(!sent.contains("PARSE_PORT") && !sent.contains("secrets.json"), "{sent}");
}

#[tokio::test]
async fn what_the_session_holds_is_not_sent_again() {
    let stage = stage(2_000);
    let (session, _, first) = turn(&stage, None, ContextChoices::default()).await;
    assert!(pieces(&first).is_some());
    let (_, bill, second) = turn(&stage, Some(&session), ContextChoices::default()).await;
    assert_eq!((pieces(&second), bill.tokens), (None, 0), "{bill:?}");
    let requests = stage.model.requests();
    assert_eq!(requests[1].messages[..1], requests[0].messages[..], "the prefix stays");
    assert_eq!(requests[1].system, requests[0].system);

    std::fs::write(stage.project().join("src/port.rs"), PORT.replace("trim", "trim_end")).expect("written");
    let (_, bill, third) = turn(&stage, Some(&session), ContextChoices::default()).await;
    assert_eq!(paths(&bill), ["src/port.rs"]);
    assert!(pieces(&third).is_some_and(|sent| sent.contains("trim_end")));
}

#[tokio::test]
async fn what_the_model_has_read_is_not_sent() {
    let stage = stage(2_000);
    stage.model.push(
        Script::new()
            .call("c1", "read", json!({"path": "src/port.rs"}))
            .done(StopReason::ToolUse),
    );
    stage.model.push(Script::answer("Read."));
    let mut events = stage.runtime.subscribe();
    let task = stage.task_on("ask", None, Some("zzz"));
    let session = stage.runtime.run(RunRequest::new(task)).expect("starts").session;
    end_of_turn(&mut events).await;
    let (_, bill, _) = turn(&stage, Some(&session), ContextChoices::default()).await;
    assert!(paths(&bill).contains(&"src/main.rs"), "{bill:?}");
    assert!(!paths(&bill).contains(&"src/port.rs"), "{bill:?}");
}

#[tokio::test]
async fn the_user_chooses() {
    let stage = stage(2_000);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let choices = ContextChoices {
        pinned: names(&["notes.txt"]),
        dropped: names(&["src/port.rs"]),
    };
    let (_, bill, message) = turn(&stage, None, choices).await;
    assert_eq!(paths(&bill), ["notes.txt", "src/main.rs"]);
    assert!(pieces(&message).is_some_and(|sent| sent.contains("the weather")));
}

#[tokio::test]
async fn a_small_budget_holds() {
    let stage = stage(90);
    let (_, bill, message) = turn(&stage, None, ContextChoices::default()).await;
    let sent = pieces(&message).map_or(0, |sent| TokenCounter::for_model("test").text(sent));
    assert!(sent <= 90 && sent == bill.tokens, "{bill:?}");
}

#[tokio::test]
async fn no_budget_is_no_context() {
    check_none(&stage(0), None, ASKED).await;
}

#[tokio::test]
async fn an_answer_asks_for_nothing() {
    let stage = stage(2_000);
    let names = vec![
        "src/main.rs".to_owned(),
        "src/port.rs".to_owned(),
        "notes.txt".to_owned(),
    ];
    let choices = ContextChoices {
        dropped: names,
        ..ContextChoices::default()
    };
    let (session, ..) = turn(&stage, None, choices).await;
    check_none(&stage, Some(session), "yes, parse_port").await;
}

/// Nothing is sent, and nothing said about it.
async fn check_none(stage: &Stage, session: Option<SessionId>, words: &str) {
    let before = stage.model.requests().len();
    stage.model.push(Script::answer("Digits."));
    let mut events = stage.runtime.subscribe();
    let task = stage.task_on("ask", None, Some(words));
    let request = RunRequest {
        session,
        ..RunRequest::new(task)
    };
    stage.runtime.run(request).expect("starts");
    let event = until(&mut events, |event| {
        matches!(
            event.kind,
            EventKind::ContextSelected(_) | EventKind::TurnCompleted { .. }
        )
    })
    .await;
    assert!(matches!(event.kind, EventKind::TurnCompleted { .. }), "{event:?}");
    let request = stage.model.request(before).await;
    assert_eq!(request.messages.last().and_then(pieces), None);
}
