//! The agent's commands, from outside: they see what is proposed, change nothing that is real, and what they change
//! comes back as hunks.

use e2e::{Answer, Options, Scene, call};
use serde_json::{Value, json};

const LIB: &str =
    "pub fn double(x: u32) -> u32 {\n    x * 3\n}\n\n#[test]\nfn doubles() {\n    assert_eq!(double(2), 4);\n}\n";
const FILES: [(&str, &[u8]); 3] = [
    (
        "Cargo.toml",
        b"[package]\nname = \"sample\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    ),
    ("src/lib.rs", LIB.as_bytes()),
    (".gitignore", b"target\nCargo.lock\n"),
];

fn repair() -> (String, Value) {
    call(
        "edit",
        json!({"path": "src/lib.rs", "old_text": "x * 3", "new_text": "x * 2"}),
    )
}

fn shell(line: &str) -> (String, Value) {
    call("shell", json!({"command": line}))
}

/// A trusted project and a model that makes these calls, one an answer.
fn scene(calls: Vec<(String, Value)>) -> anyhow::Result<Scene> {
    let answers = calls.into_iter().map(|call| Answer::Calls(vec![call])).collect();
    Scene::trusted(&FILES, answers, Options::default())
}

#[test]
fn tests_run_on_what_is_proposed_and_the_real_tree_stays() -> anyhow::Result<()> {
    let mut scene = scene(vec![
        call("run-tests", json!({})),
        repair(),
        call("run-tests", json!({})),
    ])?;
    let before = scene.project.state()?;
    scene.ask()?;
    let results = scene.model.tool_results();
    assert!(
        results[0].contains("doubles"),
        "the failing test is named: {}",
        results[0]
    );
    assert!(results[2].contains("pass"), "{}", results[2]);
    assert_eq!(
        scene.project.state()?,
        before,
        "bytes and times of the real files, and no target folder"
    );
    assert_eq!(scene.client.hunks(&["pending"])?.len(), 1);
    Ok(())
}

#[test]
fn a_command_sees_unsaved_text_and_its_changes_are_hunks() -> anyhow::Result<()> {
    let mut scene = scene(vec![shell("make fmt")])?;
    scene
        .project
        .write("Makefile", b"fmt:\n\tsed -i s/unsaved/formatted/ notes.txt\n")?;
    scene.project.write("notes.txt", b"saved\n")?;
    let uri = scene.project.uri("notes.txt");
    scene.client.open(&uri, "plaintext", "unsaved\n")?;
    scene.ask()?;
    let hunks = scene.client.hunks(&["pending"])?;
    assert_eq!(hunks.len(), 1, "{:?}", scene.model.tool_results());
    assert_eq!(hunks[0]["newText"], "formatted\n");
    assert_eq!(hunks[0]["author"], "command: make fmt");
    assert_eq!(scene.client.text(&uri), "unsaved\n");
    assert_eq!(scene.project.read("notes.txt"), b"saved\n");
    Ok(())
}

/// The tests fail on what is proposed: the model is told and goes on, at most twice.
#[test]
fn failing_tests_go_back_to_the_model() -> anyhow::Result<()> {
    let wrong = call(
        "edit",
        json!({"path": "src/lib.rs", "old_text": "x * 3", "new_text": "x * 4"}),
    );
    let right = call(
        "edit",
        json!({"path": "src/lib.rs", "old_text": "x * 4", "new_text": "x * 2"}),
    );
    let answers = vec![
        Answer::Calls(vec![wrong]),
        Answer::Text("I made it four times.".into()),
        Answer::Calls(vec![right]),
        Answer::Text("Now it doubles.".into()),
    ];
    let mut scene = Scene::trusted(&FILES, answers, Options::default())?;
    let turn = scene.ask()?;
    assert_eq!(turn["text"], "Now it doubles.");
    let requests = scene.model.requests();
    assert_eq!(requests.len(), 4);
    let told = requests[2]["messages"].to_string();
    assert!(
        told.contains("doubles"),
        "the failure is in the model's next message: {told}"
    );
    Ok(())
}

#[test]
fn a_model_that_cannot_repair_is_asked_twice() -> anyhow::Result<()> {
    let edit = |old: &str, new: &str| {
        Answer::Calls(vec![call(
            "edit",
            json!({"path": "src/lib.rs", "old_text": format!("x * {old}"), "new_text": format!("x * {new}")}),
        )])
    };
    let answers = vec![
        edit("3", "4"),
        Answer::Text("one".into()),
        edit("4", "5"),
        Answer::Text("two".into()),
        edit("5", "6"),
        Answer::Text("three".into()),
    ];
    let mut scene = Scene::trusted(&FILES, answers, Options::default())?;
    let turn = scene.ask()?;
    assert_eq!(turn["state"], "completed");
    assert_eq!(scene.model.requests().len(), 6);
    Ok(())
}

#[test]
fn without_trust_no_test_runs_by_itself() -> anyhow::Result<()> {
    let answers = vec![Answer::Calls(vec![repair()]), Answer::Text("done".into())];
    let mut scene = Scene::new(&FILES, answers, Options::default())?;
    scene.ask()?;
    assert_eq!(scene.model.requests().len(), 2);
    assert!(!scene.project.path("target").exists());
    Ok(())
}

#[test]
fn what_is_refused_is_told_with_its_rule() -> anyhow::Result<()> {
    let mut scene = scene(vec![shell("sudo make me a sandwich"), shell("rm -rf ~")])?;
    scene.ask()?;
    let results = scene.model.tool_results();
    assert!(results[0].contains("refused (rule `"), "{}", results[0]);
    assert!(results[1].contains("refused (rule `hard."), "{}", results[1]);
    Ok(())
}

/// Stop answers within a second and leaves no process.
#[test]
fn a_stopped_turn_ends_its_command() -> anyhow::Result<()> {
    let mut scene = scene(vec![shell("make test")])?;
    scene
        .project
        .write("Makefile", b"test:\n\ttouch started\n\t@exec sleep 86399.25\n")?;
    scene.client.execute("singletree.run", e2e::request())?;
    until("the command runs", || is_running("86399.25"));
    let stopping = std::time::Instant::now();
    scene.client.execute("singletree.stop", json!({}))?;
    scene
        .client
        .wait_for("singletree/turn", |turn| turn["state"] == "stopped")?;
    let took = stopping.elapsed();
    assert!(took.as_secs() < 5, "{took:?}");
    until("the command is gone with its turn", || !is_running("86399.25"));
    Ok(())
}

#[test]
fn a_killed_server_leaves_no_command() -> anyhow::Result<()> {
    let mut scene = scene(vec![shell("make test")])?;
    scene.project.write(
        "Makefile",
        b"test:\n\t@(setsid sleep 86399.75 &) ; exec sleep 86399.5\n",
    )?;
    scene.client.execute("singletree.run", e2e::request())?;
    until("both run", || is_running("86399.5") && is_running("86399.75"));
    scene.client.kill()?;
    until("neither runs", || !is_running("86399.5") && !is_running("86399.75"));
    Ok(())
}

/// Looks until it holds, for half a minute.
fn until(what: &str, holds: impl Fn() -> bool) {
    let started = std::time::Instant::now();
    while !holds() {
        assert!(started.elapsed().as_secs() < 30, "waiting until {what}");
        std::thread::yield_now();
    }
}

fn is_running(mark: &str) -> bool {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|process| std::fs::read(process.path().join("cmdline")).ok())
        .any(|line| String::from_utf8_lossy(&line).contains(&format!("sleep\0{mark}")))
}
