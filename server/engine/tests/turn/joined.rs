//! Tasks that go on in a session which knows their file already (FEATURES SS2).

use engine::{RunRequest, TurnOptions};
use models::scripted::Script;

use crate::stage::{Stage, end_of_turn};

/// Asks about `file` where a session may be joined; the number of messages that the model is sent for it.
async fn check(stage: &Stage, file: &str, expect: usize) {
    let mut events = stage.runtime.subscribe();
    stage.model.push(Script::answer("It is."));
    stage.runtime.run(joining(stage, file)).expect("starts");
    end_of_turn(&mut events).await;
    let requests = stage.model.requests();
    assert_eq!(
        requests.last().map(|request| request.messages.len()),
        Some(expect),
        "{file}"
    );
}

fn joining(stage: &Stage, file: &str) -> RunRequest {
    RunRequest {
        options: TurnOptions {
            may_join: true,
            ..TurnOptions::default()
        },
        ..RunRequest::new(stage.task_on("explain", Some(file), Some("What is this?")))
    }
}

#[tokio::test]
async fn the_idle_session_that_knows_the_file_takes_the_task() {
    let stage = Stage::new(&[("a.py", "x = 1\n"), ("b.py", "y = 1\n")]);
    check(&stage, "a.py", 1).await;
    check(&stage, "b.py", 1).await;
    check(&stage, "a.py", 3).await;
    check(&stage, "b.py", 3).await;
    check(&stage, "a.py", 5).await;
}

#[tokio::test]
async fn a_session_that_is_at_work_is_left_alone() {
    let stage = Stage::new(&[("a.py", "x = 1\n")]);
    check(&stage, "a.py", 1).await;
    let driver = stage.model.drive();
    let busy = stage.runtime.run(joining(&stage, "a.py")).expect("starts");
    let mut events = stage.runtime.subscribe();
    stage.model.push(Script::answer("It is."));
    let other = stage.runtime.run(joining(&stage, "a.py")).expect("starts");
    assert_ne!(busy.session, other.session);
    end_of_turn(&mut events).await;
    drop(driver);
}
