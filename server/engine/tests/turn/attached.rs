//! Two runtimes on one state: one owns the session, the other attaches to it over a real socket.

mod strangers;

use std::time::Duration;

use base::{Decision, Event, EventKind, HunkState, SessionId, StopReason, TurnState};
use engine::{AttachError, Link, LinkError, RunRequest, Said, TurnOptions};
use models::scripted::Script;
use permissions::Mode;
use serde_json::json;
use text::PositionEncoding;
use workspace::Selection;

use crate::stage::Stage;

const FILES: &[(&str, &str)] = &[("a.py", "x = 1\n"), (".env", "KEY=hunter2\n")];

/// The owner with a session that has a turn behind it, and another process beside it.
async fn two() -> (Stage, Stage, SessionId) {
    let owner = Stage::new(FILES).listening("an editor");
    owner.model.push(Script::answer("Hello."));
    let mut events = owner.runtime.subscribe();
    let session = owner.start("edit", "a.py", Some("hello")).session;
    crate::stage::end_of_turn(&mut events).await;
    let other = owner.beside().listening("a chat");
    (owner, other, session)
}

async fn open(stage: &Stage, session: &SessionId) -> Link {
    Link::open(&stage.runtime, session).await.expect("it opens")
}

fn words(stage: &Stage, words: &str) -> RunRequest {
    RunRequest {
        options: TurnOptions {
            is_attended: true,
            mode: Some(Mode::Ask),
            ..TurnOptions::default()
        },
        ..RunRequest::new(stage.task_on("edit", None, Some(words)))
    }
}

/// The next event that is `kind`, and what came before it in one word each.
async fn until(link: &mut Link, is_it: impl Fn(&EventKind) -> bool) -> (Vec<String>, EventKind) {
    let mut before = Vec::new();
    loop {
        let next = tokio::time::timeout(Duration::from_secs(20), link.next()).await;
        let Event { kind, .. } = next.expect("the event comes").expect("the owner is there");
        if is_it(&kind) {
            return (before, kind);
        }
        let kind = serde_json::to_value(&kind).expect("JSON");
        before.push(match kind["text"].as_str() {
            Some(text) => format!("says {text}"),
            None => kind["kind"].as_str().unwrap_or_default().to_owned(),
        });
    }
}

async fn end(link: &mut Link) -> (Vec<String>, TurnState, String) {
    match until(link, |kind| matches!(kind, EventKind::TurnCompleted { .. })).await {
        (before, EventKind::TurnCompleted { state, text, .. }) => (before, state, text),
        (_, other) => unreachable!("{other:?}"),
    }
}

#[tokio::test]
async fn both_fronts_see_a_turn_that_the_attached_one_began() {
    let (owner, other, session) = two().await;
    let mut here = open(&owner, &session).await;
    let mut there = open(&other, &session).await;
    assert_eq!(here.owner(), None);
    assert_eq!(there.owner(), Some((std::process::id(), "an editor")));

    owner.model.push(
        Script::new()
            .text("I change it.")
            .call(
                "c1",
                "edit",
                json!({"path": "a.py", "old_text": "x = 1", "new_text": "x = 2"}),
            )
            .done(StopReason::ToolUse),
    );
    owner.model.push(Script::answer("Done."));
    let said = there.say(words(&other, "two, please")).await.expect("it is said");
    assert!(matches!(said, Said::Started(_)), "{said:?}");
    let seen = end(&mut there).await;
    assert_eq!((seen.1, seen.2.as_str()), (TurnState::Completed, "Done."));
    assert_eq!(end(&mut here).await, seen, "event for event");
    let asked = owner.model.request(1).await;
    assert!(asked.messages[0].text().contains("hello"), "the conversation goes on");

    // The owner's hunk is shown and decided in the other process.
    let reviews = there.reviews(PositionEncoding::Utf8).await.expect("reviews");
    assert_eq!(reviews, owner.runtime.reviews(PositionEncoding::Utf8));
    assert!(
        String::from_utf8(there.patch().await.expect("a patch"))
            .expect("text")
            .contains("+x = 2")
    );
    let selection = Selection {
        review: Some(reviews[0].review_id.clone()),
        ..Selection::default()
    };
    let kept = there.keep(&selection).await.expect("it is kept");
    assert_eq!(
        kept.iter().map(|(_, state)| *state).collect::<Vec<_>>(),
        [HunkState::Kept]
    );
    assert_eq!(owner.on_disk("a.py"), "x = 2\n");
    let again = there.reject(&selection).await.expect_err("nothing is left");
    assert!(again.to_string().contains("no pending change"), "{again}");
}

#[tokio::test]
async fn who_comes_in_the_middle_hears_what_stands_steers_and_stops() {
    let (owner, other, session) = two().await;
    let mut here = open(&owner, &session).await;
    let driver = owner.model.drive();
    here.say(words(&owner, "a long story")).await.expect("it begins");
    driver.send(models::Chunk::Text("Once upon ".into()));
    until(&mut here, |kind| matches!(kind, EventKind::TextDelta { .. })).await;

    let mut there = open(&other, &session).await;
    driver.send(models::Chunk::Text("a time".into()));
    let more = |kind: &EventKind| matches!(kind, EventKind::TextDelta { text } if text.ends_with("a time"));
    let (before, last) = until(&mut there, more).await;
    assert_eq!(before[..2], ["stored_up_to", "turn_started"]);
    let told: String = before[2..]
        .iter()
        .map(|said| said.trim_start_matches("says "))
        .collect();
    let EventKind::TextDelta { text: last } = last else {
        unreachable!()
    };
    assert_eq!(told + &last, "Once upon a time", "nothing twice, nothing lost");

    let told = there.say(words(&other, "make it short")).await.expect("it is told");
    assert!(matches!(told, Said::Told(_)), "{told:?}");
    let mut schema = words(&other, "as JSON");
    schema.options.output = Some(models::OutputSchema {
        name: "answer".into(),
        schema: json!({"type": "object"}),
    });
    let refused = there
        .say(schema)
        .await
        .expect_err("a turn in its middle takes no schema");
    assert_eq!(refused.cause(), "busy");
    assert!(there.stop(Some(&told.turn().turn)).await.expect("it is stopped"));
    assert_eq!(end(&mut here).await.1, TurnState::Stopped);
    assert_eq!(end(&mut there).await.1, TurnState::Stopped);
    assert!(!there.stop(None).await.expect("an answer"), "nothing runs");

    owner.model.push(Script::answer("Short."));
    there.say(words(&other, "and?")).await.expect("it begins");
    end(&mut there).await;
    let heard = owner.model.request(2).await;
    assert!(
        heard
            .messages
            .iter()
            .any(|message| message.text().contains("make it short"))
    );
}

#[tokio::test]
async fn a_question_is_answered_on_either_side_and_closes_on_both() {
    let (owner, other, session) = two().await;
    let mut here = open(&owner, &session).await;
    let read = |id: &str| {
        Script::new()
            .call(id, "read", json!({"path": ".env"}))
            .done(StopReason::ToolUse)
    };
    owner.model.push(read("c1"));
    here.say(words(&owner, "use the key")).await.expect("it begins");
    let is_asked = |kind: &EventKind| matches!(kind, EventKind::ApprovalRequested(_));
    let (_, EventKind::ApprovalRequested(request)) = until(&mut here, is_asked).await else {
        unreachable!()
    };

    // It attaches when the question stands already.
    let mut there = open(&other, &session).await;
    let (_, asked) = until(&mut there, is_asked).await;
    assert_eq!(asked, EventKind::ApprovalRequested(request.clone()));
    owner.model.push(
        Script::new()
            .call("c2", "ask-user", json!({"questions": [{"question": "Which?"}]}))
            .done(StopReason::ToolUse),
    );
    owner.model.push(Script::answer("Thank you."));
    assert!(
        there
            .answer(request.id.clone(), Decision::Once)
            .await
            .expect("an answer")
    );
    let is_closed = |kind: &EventKind| matches!(kind, EventKind::ApprovalClosed { .. });
    until(&mut here, is_closed).await;
    until(&mut there, is_closed).await;
    assert!(
        !here
            .answer(request.id, Decision::Reject { reason: None })
            .await
            .expect("late")
    );

    let is_inquiry = |kind: &EventKind| matches!(kind, EventKind::QuestionAsked(_));
    let (_, EventKind::QuestionAsked(inquiry)) = until(&mut there, is_inquiry).await else {
        unreachable!()
    };
    assert!(
        there
            .answer_questions(inquiry.id, vec!["blue".into()])
            .await
            .expect("an answer")
    );
    assert_eq!(end(&mut here).await.2, "Thank you.");
    let heard = owner.model.request(3).await;
    let heard = serde_json::to_string(&heard.messages).expect("JSON");
    assert!(heard.contains("hunter2") && heard.contains("blue"), "{heard}");
}

#[tokio::test]
async fn when_the_owner_goes_the_other_takes_the_session_over() {
    let (owner, other, session) = two().await;
    let mut there = open(&other, &session).await;
    let _silent = owner.model.drive();
    there.say(words(&other, "a long story")).await.expect("it begins");
    owner.model.request(1).await;
    owner.runtime.shutdown().await;
    drop(owner);
    assert_eq!(end(&mut there).await.1, TurnState::Stopped, "the last words are heard");
    let next = tokio::time::timeout(Duration::from_secs(20), there.next()).await;
    assert_eq!(next, Ok(None));
    let gone = there.say(words(&other, "still there?")).await.expect_err("nobody is");
    assert_eq!(gone.cause(), "gone", "{gone}");

    let mut here = open(&other, &session).await;
    assert_eq!(here.owner(), None);
    other.model.push(Script::answer("I am."));
    here.say(words(&other, "still there?")).await.expect("it begins");
    assert_eq!(end(&mut here).await.2, "I am.");
    let said: Vec<String> = other
        .model
        .request(0)
        .await
        .messages
        .iter()
        .map(base::Message::text)
        .collect();
    assert!(said[0].contains("hello") && said[1] == "Hello.", "{said:?}");

    // A third one finds the new owner, and what the first left behind is gone.
    let third = other.beside().listening("a third");
    assert_eq!(
        open(&third, &session).await.owner(),
        Some((std::process::id(), "a chat"))
    );
    let left = std::fs::read_dir(other.state().join("attach"))
        .expect("the folder")
        .count();
    assert_eq!(left, 4, "two sockets and two addresses");
}

#[tokio::test]
async fn two_owners_side_by_side() {
    let (owner, other, session) = two().await;
    other.model.push(Script::answer("Mine."));
    let (mut mine, _) = Link::begin(&other.runtime, words(&other, "another matter")).expect("it begins");
    end(&mut mine).await;
    let own = mine.session().clone();
    assert_eq!(open(&owner, &own).await.owner().map(|(_, front)| front), Some("a chat"));
    assert_eq!(
        open(&other, &session).await.owner().map(|(_, front)| front),
        Some("an editor")
    );
}

#[tokio::test]
async fn without_an_owner_that_listens_it_says_why_and_what_to_do() {
    let owner = Stage::new(FILES);
    owner.model.push(Script::answer("Hello."));
    let mut events = owner.runtime.subscribe();
    let session = owner.start("edit", "a.py", Some("hello")).session;
    crate::stage::end_of_turn(&mut events).await;
    let other = owner.beside().listening("a chat");
    match Link::open(&other.runtime, &session).await {
        Err(LinkError::ReadOnly { why, .. }) => {
            let pid = std::process::id();
            assert!(
                matches!(&why, AttachError::Unreachable { pid: of, .. } if *of == pid),
                "{why:?}"
            );
            assert!(why.to_string().contains("close it there"), "{why}");
        }
        other => panic!("{:?}", other.map(|link| link.session().clone())),
    }
    let unknown = Link::open(&other.runtime, &"ses_none".into()).await;
    assert_eq!(
        unknown.map(|_| ()).map_err(|error| error.cause().to_owned()),
        Err("unknown-session".into())
    );
}
