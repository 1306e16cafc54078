//! Changes that are seen while the model still writes them.

use std::time::Duration;

use base::{CallId, ChangeKind, EventKind, Hunk, HunkState, SessionId, StopReason, ToolCall, TurnState};
use engine::{Limits, Subscription};
use models::Chunk;
use models::scripted::{Driver, Script};
use serde_json::{Value, json};
use text::PositionEncoding;
use workspace::{DiskEditor, ReviewError, Selection};

use crate::stage::{self, Setting, Stage};

/// A model that writes, driven piece by piece, and what is drawn of it.
struct Scene {
    stage: Stage,
    driver: Driver,
    events: Subscription,
    session: SessionId,
}

impl Scene {
    fn new(files: &[(&str, &str)]) -> Self {
        Self::paced(files, Duration::ZERO)
    }

    fn paced(files: &[(&str, &str)], preview_pace: Duration) -> Self {
        let limits = Limits {
            context: 0,
            preview_pace,
            ..Limits::default()
        };
        let setting = Setting {
            limits,
            ..Setting::default()
        };
        let stage = Stage::with(files, setting);
        let driver = stage.model.drive();
        let events = stage.runtime.subscribe();
        let session = stage.start("edit", files[0].0, Some("go on")).session;
        Self {
            stage,
            driver,
            events,
            session,
        }
    }

    fn begin(&self, index: usize, name: &str) {
        let id = CallId::from(format!("c{index}"));
        let name = name.to_owned();
        self.driver.send(Chunk::ToolCallStarted { index, id, name });
    }

    fn write(&self, index: usize, json: &str) {
        let json = json.to_owned();
        self.driver.send(Chunk::ToolCallArguments { index, json });
    }

    /// The call is whole.
    fn end(&self, index: usize, name: &str, arguments: Value) {
        self.driver.send(Chunk::ToolCall(ToolCall {
            id: CallId::from(format!("c{index}")),
            name: name.to_owned(),
            arguments,
        }));
    }

    fn drawn(&self) -> Vec<(ChangeKind, Hunk)> {
        let reviews = self.stage.runtime.drawn_reviews(PositionEncoding::Utf8);
        let files = reviews.into_iter().flat_map(|review| review.files);
        files
            .flat_map(|file| file.hunks.into_iter().map(move |hunk| (file.kind, hunk)))
            .collect()
    }

    /// Waits until these hunks, (old, new, state), are what is drawn.
    async fn sees(&mut self, expect: &[(&str, &str, HunkState)]) {
        let waiting = async {
            loop {
                let drawn = self.drawn();
                let drawn = drawn
                    .iter()
                    .map(|(_, hunk)| (hunk.old_text.as_str(), hunk.new_text.as_str(), hunk.state));
                if drawn.eq(expect.iter().copied()) {
                    return;
                }
                self.events.next().await;
            }
        };
        let seen = tokio::time::timeout(Duration::from_secs(10), waiting).await;
        assert!(seen.is_ok(), "{expect:?} was not seen, but {:?}", self.drawn());
    }

    async fn ends(&mut self) -> stage::End {
        stage::end_of_turn(&mut self.events).await
    }
}

const OPEN: HunkState = HunkState::Streaming;

#[tokio::test]
async fn an_edit_grows_and_becomes_the_hunk_that_can_be_decided_on() {
    let mut scene = Scene::new(&[("a.py", "x = 1\ny = 2\n")]);
    scene.begin(0, "edit");
    scene.write(0, r#"{"path": "a.py", "old_text": "y = 2\n", "new_text": "y = 3"#);
    scene.sees(&[("y = 2\n", "y = 3\n", OPEN)]).await;
    scene.write(0, r"\nz");
    scene.sees(&[("y = 2\n", "y = 3\nz\n", OPEN)]).await;
    let (_, growing) = scene.drawn().remove(0);

    // Nobody but who draws knows of it.
    assert_eq!(scene.stage.hunks(), []);
    let workspace = scene.stage.runtime.workspace();
    let path = scene.stage.project().join("a.py");
    let seen = workspace.read(&scene.session, &path).expect("readable");
    assert_eq!(seen.rope.to_string(), "x = 1\ny = 2\n");
    assert_eq!(workspace.visible_changes(&scene.session), []);
    assert_eq!(scene.stage.store.review_records(&scene.session).expect("readable"), []);

    // Nor can it be decided on.
    let selection = Selection {
        hunks: Some(vec![growing.id.clone()]),
        ..Selection::default()
    };
    let refused = |outcome| matches!(outcome, Err(ReviewError::State { state: OPEN, .. }));
    let editor: DiskEditor = scene.stage.runtime.disk_editor(&[path]).expect("allowed");
    assert!(refused(scene.stage.runtime.keep(&selection, &editor).await));
    assert!(refused(scene.stage.runtime.reject(&selection)));
    let all = Selection::default();
    assert_eq!(scene.stage.runtime.keep(&all, &editor).await, Err(ReviewError::Nothing));

    scene.write(0, "\"}");
    scene.end(
        0,
        "edit",
        json!({"path": "a.py", "old_text": "y = 2\n", "new_text": "y = 3\nz\n"}),
    );
    scene.sees(&[("y = 2\n", "y = 3\nz\n", HunkState::Pending)]).await;
    assert_ne!(scene.drawn()[0].1.id, growing.id);
    scene.stage.model.push(Script::answer("Done."));
    scene.driver.send(Chunk::Done(StopReason::ToolUse));
    assert_eq!(scene.ends().await.state, TurnState::Completed);
    scene.sees(&[("y = 2\n", "y = 3\nz\n", HunkState::Pending)]).await;
}

#[tokio::test]
async fn what_came_too_soon_is_drawn_while_the_model_pauses() {
    let mut scene = Scene::paced(&[("a.py", "x = 1\n")], Duration::from_millis(200));
    scene.begin(0, "edit");
    scene.write(0, r#"{"path": "a.py", "old_text": "x = 1", "new_text": "x"#);
    scene.sees(&[("x = 1\n", "x\n", OPEN)]).await;
    scene.write(0, " = 2");
    scene.sees(&[("x = 1\n", "x = 2\n", OPEN)]).await;
}

#[tokio::test]
async fn nothing_is_drawn_before_the_place_is_known() {
    let mut scene = Scene::new(&[("a.py", "x = 1\ny = 1\nx = 1\n")]);
    scene.begin(0, "edit");
    scene.begin(1, "edit");
    // Twice in the file, as far as is known.
    scene.write(0, r#"{"path": "a.py", "old_text": "x = 1", "new_text": "x = 5"#);
    // The new text came first.
    scene.write(1, r#"{"new_text": "y = 5", "path": "a.py", "old_text": "y"#);
    scene.write(1, r#" = 1""#);
    scene.sees(&[]).await;
    scene.write(1, r#", "x": "#);
    scene.sees(&[("y = 1\n", "y = 5\n", OPEN)]).await;
}

#[tokio::test]
async fn two_calls_of_one_answer_grow_side_by_side() {
    let mut scene = Scene::new(&[("a.py", "x = 1\n"), ("b.py", "y = 1\n")]);
    scene.begin(0, "edit");
    scene.write(0, r#"{"path": "a.py", "old_text": "x = 1", "new_text": "x = 2"#);
    scene.sees(&[("x = 1\n", "x = 2\n", OPEN)]).await;
    scene.begin(1, "write");
    scene.write(1, r#"{"path": "new.py", "text": "one\ntw"#);
    scene.sees(&[("x = 1\n", "x = 2\n", OPEN), ("", "one\ntw", OPEN)]).await;
    assert_eq!(scene.drawn()[1].0, ChangeKind::Create);
    scene.end(
        0,
        "edit",
        json!({"path": "a.py", "old_text": "x = 1", "new_text": "x = 2"}),
    );
    let pending = ("x = 1\n", "x = 2\n", HunkState::Pending);
    scene.sees(&[pending, ("", "one\ntw", OPEN)]).await;
    scene.write(1, r"o\n");
    scene.sees(&[pending, ("", "one\ntwo\n", OPEN)]).await;
    scene.end(1, "write", json!({"path": "new.py", "text": "one\ntwo\n"}));
    scene.sees(&[pending, ("", "one\ntwo\n", HunkState::Pending)]).await;
}

#[tokio::test]
async fn a_patch_grows_file_by_file_until_one_of_them_may_not_be_touched() {
    let mut scene = Scene::new(&[("a.py", "x = 1\ny = 1\n"), ("b.py", "z = 1\n"), (".env", "KEY=1\n")]);
    scene.begin(0, "apply-patch");
    scene.write(
        0,
        r#"{"patch": "*** Begin Patch\n*** Update File: a.py\n@@\n-x = 1\n+x = 2\n"#,
    );
    scene.sees(&[("x = 1\n", "x = 2\n", OPEN)]).await;
    scene.write(0, r"*** Update File: b.py\n-z = 1\n+z");
    scene.write(0, r" = 2\n");
    scene
        .sees(&[("x = 1\n", "x = 2\n", OPEN), ("z = 1\n", "z = 2\n", OPEN)])
        .await;
    scene.write(0, r"*** Update File: .env\n-KEY=1\n+KEY=2\n");
    scene.sees(&[]).await;
}

#[tokio::test]
async fn a_rewritten_file_keeps_what_may_still_come() {
    let mut scene = Scene::new(&[("a.py", "a\nb\nc\nd\n")]);
    scene.begin(0, "read");
    scene.end(0, "read", json!({"path": "a.py"}));
    stage::until(&mut scene.events, |event| {
        matches!(event.kind, EventKind::ToolCompleted { .. })
    })
    .await;
    scene.begin(1, "write");
    scene.write(1, r#"{"path": "a.py", "text": "a\nB\nc\nhal"#);
    scene.sees(&[("b\n", "B\n", OPEN)]).await;
}

#[tokio::test]
async fn a_stopped_turn_leaves_nothing_drawn() {
    let mut scene = Scene::new(&[("a.py", "x = 1\n")]);
    scene.begin(0, "edit");
    scene.write(0, r#"{"path": "a.py", "old_text": "x = 1", "new_text": "x = 2"#);
    scene.sees(&[("x = 1\n", "x = 2\n", OPEN)]).await;
    assert!(scene.stage.runtime.stop(None));
    assert_eq!(scene.ends().await.state, TurnState::Stopped);
    assert_eq!(scene.drawn(), []);
}

#[tokio::test]
async fn a_broken_answer_leaves_nothing_drawn() {
    let mut scene = Scene::new(&[("a.py", "x = 1\n")]);
    scene.begin(0, "edit");
    scene.write(0, r#"{"path": "a.py", "old_text": "x = 1", "new_text": "x = 2"#);
    scene.sees(&[("x = 1\n", "x = 2\n", OPEN)]).await;
    let again = scene.stage.model.drive();
    let broken = std::mem::replace(&mut scene.driver, again);
    broken.cut();
    scene.stage.model.request(1).await;
    assert_eq!(scene.drawn(), []);
}

#[tokio::test]
async fn a_call_that_comes_to_nothing_leaves_nothing_drawn() {
    let mut scene = Scene::new(&[("a.py", "x = 1\n")]);
    scene.begin(0, "edit");
    scene.write(0, r#"{"path": "a.py", "old_text": "x = 1", "new_text": "x = 2"#);
    scene.sees(&[("x = 1\n", "x = 2\n", OPEN)]).await;
    scene.end(
        0,
        "edit",
        json!({"path": "b.py", "old_text": "x = 1", "new_text": "x = 2"}),
    );
    stage::until(&mut scene.events, |event| {
        matches!(event.kind, EventKind::ToolCompleted { ok: false, .. })
    })
    .await;
    assert_eq!(scene.drawn(), []);
}

#[tokio::test]
async fn a_command_that_only_reads_draws_nothing() {
    let stage = Stage::new(&[("a.py", "x = 1\n")]);
    let driver = stage.model.drive();
    let mut events = stage.runtime.subscribe();
    stage.start("explain", "a.py", None);
    let (index, json) = (
        0,
        r#"{"path": "a.py", "old_text": "x = 1", "new_text": "x = 2"#.to_owned(),
    );
    driver.send(Chunk::ToolCallStarted {
        index,
        id: "c0".into(),
        name: "edit".into(),
    });
    driver.send(Chunk::ToolCallArguments { index, json });
    driver.send(Chunk::Text("It sets x.".into()));
    driver.send(Chunk::Done(StopReason::EndTurn));
    stage::until(&mut events, |event| {
        assert!(!matches!(event.kind, EventKind::ReviewGrew { .. }));
        matches!(event.kind, EventKind::TurnCompleted { .. })
    })
    .await;
}

/// Prints what drawing costs as a file grows: ten times the lines are to cost about ten times as much.
#[tokio::test]
async fn a_long_file_is_drawn_in_proportion_to_its_length() {
    for lines in [500, 5_000] {
        let mut scene = Scene::new(&[("a.py", "x = 1\n")]);
        let began = std::time::Instant::now();
        scene.begin(0, "write");
        scene.write(0, r#"{"path": "long.py", "text": ""#);
        for line in 0..lines {
            for piece in ["    value = ", "compute(", "argument", &format!(", {line})"), r"\n"] {
                scene.write(0, piece);
                tokio::task::yield_now().await;
            }
        }
        let whole: String = (0..lines)
            .map(|line| format!("    value = compute(argument, {line})\n"))
            .collect();
        scene.end(0, "write", json!({"path": "long.py", "text": whole}));
        scene.driver.send(Chunk::Done(StopReason::ToolUse));
        scene.stage.model.push(Script::answer("Done."));
        scene.ends().await;
        let review = scene.stage.runtime.reviews(PositionEncoding::Utf8).remove(0);
        println!(
            "{lines} lines in {} pieces, drawn about {} times: {:?}",
            lines * 5,
            review.rev,
            began.elapsed()
        );
    }
}
