//! `singletree run` as a shell user sees it.

use e2e::{Answer, ModelServer, Project, run};
use serde_json::json;

const RUST: &[u8] =
    b"pub fn parse_port(text: &str) -> Result<u16, std::num::ParseIntError> {\r\n    text.trim().parse()\r\n}\r\n";

fn project() -> anyhow::Result<Project> {
    Project::new(&[
        ("src/port.rs", RUST),
        ("src/latin.py", b"def caf\xe9(x):\n    return x\n"),
    ])
}

fn stdout(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_patch_that_git_takes() -> anyhow::Result<()> {
    for (file, args) in [("src/port.rs", "src/port.rs:1"), ("src/latin.py", "src/latin.py:1")] {
        let project = project()?;
        let before = project.read(file);
        let output = run(
            &project.home(),
            project.root(),
            &[],
            &["run", "--command", "document", "--file", args],
        )?;
        assert_eq!(
            output.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(!output.stdout.is_empty(), "{file}: a patch");
        assert_eq!(project.read(file), before, "without --apply nothing is written");
        project.git(&["apply", "--check", "-"], Some(&output.stdout))?;
        project.git(&["apply", "-"], Some(&output.stdout))?;
        let patched = project.read(file);

        project.write(file, &before)?;
        let output = run(
            &project.home(),
            project.root(),
            &[],
            &["run", "--command", "document", "--file", args, "--apply"],
        )?;
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(project.read(file), patched, "--apply writes what the patch says");
    }
    Ok(())
}

#[test]
fn what_is_written_of_a_turn_that_fails_is_said() -> anyhow::Result<()> {
    let project = Project::new(&[("a.txt", b"one\n")])?;
    let write = Answer::Call {
        name: "write".to_owned(),
        arguments: json!({"path": "b.txt", "text": "two\n"}),
    };
    let refused = Answer::Status(400, json!({"error": {"message": "no more"}}).to_string());
    let model = ModelServer::start(vec![write, refused])?;
    let args = ["run", "write it", "--apply"];
    let output = run(&project.home(), project.root(), &model.env(), &args)?;
    assert_eq!(project.read("b.txt"), b"two\n");
    assert_ne!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stderr)?;
    assert!(said.contains("is written; `singletree rewind --session "), "{said}");
    Ok(())
}

#[test]
fn an_explanation_goes_to_stdout() -> anyhow::Result<()> {
    let project = project()?;
    let output = run(
        &project.home(),
        project.root(),
        &[],
        &["run", "--command", "explain", "--file", "src/port.rs:1"],
    )?;
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("parse_port"), "{}", stdout(&output));
    Ok(())
}

#[test]
fn events_are_json_lines() -> anyhow::Result<()> {
    let project = project()?;
    let output = run(
        &project.home(),
        project.root(),
        &[],
        &["run", "--command", "document", "--file", "src/port.rs:1", "--json"],
    )?;
    let events: Vec<serde_json::Value> = stdout(&output)
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let types: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(types.first(), Some(&"session.started"));
    for wanted in ["tool.started", "tool.completed", "hunk.proposed"] {
        assert!(types.contains(&wanted), "{wanted} in {types:?}");
    }
    let last = events.last().cloned().unwrap_or_default();
    assert_eq!(last["type"], "turn.completed");
    assert_eq!(last["stop_reason"], "end_turn");
    Ok(())
}

#[test]
fn bad_usage_is_exit_code_2() -> anyhow::Result<()> {
    let project = project()?;
    for args in [
        &["run", "--command", "frobnicate", "--file", "src/port.rs"][..],
        &["run", "--command", "document", "--file", "src/missing.rs"],
        &["run", "--command", "document", "--file", "src/port.rs:900"],
        &["run", "--command", "document"],
        &[
            "run",
            "--command",
            "document",
            "--file",
            "src/port.rs",
            "--model",
            "nobody/nothing",
        ],
    ] {
        let output = run(&project.home(), project.root(), &[], args)?;
        let code = output.status.code();
        assert!(
            code == Some(2) || (code == Some(5) && args.contains(&"--model")),
            "{args:?}: {output:?}"
        );
        let why = String::from_utf8_lossy(&output.stderr);
        assert!(!why.is_empty(), "{args:?}: says why");
        assert!(why.matches("os error").count() <= 1, "once: {why}");
    }
    Ok(())
}
