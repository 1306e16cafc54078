//! `singletree rewind` as a shell user sees it: what the agent wrote goes, what the user wrote stays.

use std::process::{Command, Output, Stdio};

use anyhow::Context;
use e2e::{Client, Options, Project, run, singletree};
use serde_json::{Value, json};

const FILES: usize = 8;

fn source(file: usize) -> Vec<u8> {
    format!("def function_{file}(value):\r\n    return value + {file}\r\n").into_bytes()
}

fn name(file: usize) -> String {
    format!("src/file_{file}.py")
}

/// A project without git, in which one session has written every file, a turn for each.
fn written() -> anyhow::Result<(Project, String)> {
    let project = Project::new(&[])?;
    std::fs::remove_dir_all(project.path(".git"))?;
    let mut session = String::new();
    for file in 0..FILES {
        project.write(&name(file), &source(file))?;
        let place = format!("{}:1", name(file));
        let mut args = vec!["run", "--command", "document", "--file", &place, "--apply", "--json"];
        if !session.is_empty() {
            args.extend(["--session", &session]);
        }
        let output = call(&project, &args)?;
        anyhow::ensure!(output.status.success(), "{}", stderr(&output));
        let first = String::from_utf8_lossy(&output.stdout)
            .lines()
            .next()
            .map(str::to_owned);
        let first: Value = serde_json::from_str(&first.context("no events")?)?;
        session = first["session"].as_str().context("no session")?.to_owned();
        assert_ne!(project.read(&name(file)), source(file));
    }
    Ok((project, session))
}

fn call(project: &Project, args: &[&str]) -> anyhow::Result<Output> {
    run(&project.home(), project.root(), &[], args)
}

fn rewind(project: &Project, args: &[&str]) -> anyhow::Result<Value> {
    let output = call(project, &[&["rewind", "--json"], args].concat())?;
    anyhow::ensure!(output.status.success(), "{}", stderr(&output));
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn outcomes(rewound: &Value) -> Vec<(&str, &str)> {
    let files = rewound["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    files
        .iter()
        .map(|file| {
            let (path, outcome) = (file["path"].as_str(), file["outcome"].as_str());
            (path.unwrap_or_default(), outcome.unwrap_or_default())
        })
        .collect()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn the_last_turn_is_taken_back_and_brought_again() -> anyhow::Result<()> {
    let (project, session) = written()?;
    let last = name(FILES - 1);
    let kept = project.read(&last);
    let planned = rewind(&project, &["--dry-run"])?;
    assert_eq!(outcomes(&planned), [(last.as_str(), "restored")]);
    assert_eq!(project.read(&last), kept);

    let rewound = rewind(&project, &[])?;
    assert_eq!((&rewound["session"], &rewound["to"]), (&json!(session), &json!(FILES)));
    assert_eq!(project.read(&last), source(FILES - 1));
    assert_ne!(project.read(&name(0)), source(0));

    rewind(&project, &["--undo"])?;
    assert_eq!(project.read(&last), kept);
    Ok(())
}

#[test]
fn what_the_user_changed_since_is_left_and_said() -> anyhow::Result<()> {
    let (project, session) = written()?;
    let (changed, deleted) = (name(0), name(1));
    project.write(&changed, b"mine\n")?;
    std::fs::remove_file(project.path(&deleted))?;
    let rewound = rewind(&project, &["--session", &session, "--to", "1", "--beside"])?;
    for (path, outcome) in outcomes(&rewound) {
        let expect = match path {
            path if path == changed || path == deleted => "left",
            path if path.ends_with(".rewound") => "saved",
            _ => "restored",
        };
        assert_eq!(outcome, expect, "{path}");
    }
    assert_eq!(project.read(&changed), b"mine\n");
    assert_eq!(project.read(&format!("{changed}.rewound")), source(0));
    assert!(!project.path(&deleted).exists());
    for file in 2..FILES {
        assert_eq!(project.read(&name(file)), source(file));
    }
    Ok(())
}

#[test]
fn the_checkpoints_are_listed() -> anyhow::Result<()> {
    let (project, session) = written()?;
    rewind(&project, &["--to", &FILES.to_string()])?;
    let listed = rewind(&project, &["--list"])?;
    assert_eq!(listed["session"], json!(session));
    let checkpoints = listed["checkpoints"].as_array().context("no list")?;
    let shown: Vec<_> = checkpoints
        .iter()
        .map(|checkpoint| (checkpoint["kind"].as_str(), checkpoint["stands"].as_bool()))
        .collect();
    let mut expect = vec![(Some("keep"), Some(true)); FILES - 1];
    expect.extend([(Some("keep"), Some(false)), (Some("rewind"), Some(false))]);
    assert_eq!(shown, expect);
    assert_eq!(checkpoints[0]["files"], json!([name(0)]));
    // A turn's id is a checkpoint too.
    let turn = checkpoints[1]["turn"].as_str().context("no turn")?;
    rewind(&project, &["--to", turn])?;
    assert_ne!(project.read(&name(0)), source(0));
    assert_eq!(project.read(&name(1)), source(1));
    Ok(())
}

#[test]
fn what_cannot_be_done_is_said_with_its_remedy() -> anyhow::Result<()> {
    let project = Project::new(&[("a.py", b"pass\n")])?;
    let check = |args: &[&str], expect: &str| -> anyhow::Result<()> {
        let output = call(&project, args)?;
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(expect), "{}", stderr(&output));
        Ok(())
    };
    check(&["rewind"], "no files")?;
    check(&["rewind", "--session", "ses_0"], "no session")?;
    check(&["rewind", "--undo", "--to", "1"], "cannot be used with")?;
    Ok(())
}

/// The editor's process owns the session: it is not taken away under it.
#[test]
fn a_session_that_an_editor_has_open_is_not_rewound_behind_its_back() -> anyhow::Result<()> {
    let project = Project::new(&[("a.py", &source(0))])?;
    let mut client = Client::start(&project.home(), project.root(), Options::default())?;
    let uri = project.uri("a.py");
    client.open(&uri, "python", &String::from_utf8(source(0))?)?;
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 0}});
    let argument = json!({"command": "document", "textDocument": {"uri": uri}, "range": range});
    client.run_turn(argument)?;
    client.execute("singletree.review.keep", json!({}))?;
    let output = call(&project, &["rewind"])?;
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("open in another process"),
        "{}",
        stderr(&output)
    );
    Ok(())
}

/// `kill -9` after each file of a rewind: the same command finishes it, or it is undone, and no file is ever half of
/// anything.
#[test]
fn a_rewind_that_is_killed_is_finished_or_undone() -> anyhow::Result<()> {
    let (project, session) = written()?;
    let kept: Vec<Vec<u8>> = (0..FILES).map(|file| project.read(&name(file))).collect();
    let args = ["rewind", "--session", &session, "--to", "1"];
    let is_restored = |file: &usize| project.read(&name(*file)) == source(*file);
    let mut deaths_in_the_middle = 0;
    for (last, is_undone) in (0..FILES).flat_map(|last| [(last, false), (last, true)]) {
        for (file, bytes) in kept.iter().enumerate() {
            project.write(&name(file), bytes)?;
        }
        let mut command = Command::new(singletree());
        command.args(args).current_dir(project.root());
        command.env("SINGLETREE_HOME", project.home());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        while child.try_wait()?.is_none() && !is_restored(&last) {
            std::thread::yield_now();
        }
        child.kill()?;
        child.wait()?;
        for (file, bytes) in kept.iter().enumerate() {
            assert!(
                is_restored(&file) || project.read(&name(file)) == *bytes,
                "{}",
                name(file)
            );
        }
        let restored = (0..FILES).filter(is_restored).count();
        deaths_in_the_middle += usize::from(restored < FILES);
        let next: &[&str] = if is_undone { &["rewind", "--undo"] } else { &args };
        let output = call(&project, next)?;
        assert!(output.status.success(), "{}", stderr(&output));
        for (file, bytes) in kept.iter().enumerate() {
            let expect = if is_undone { bytes } else { &source(file) };
            assert_eq!(project.read(&name(file)), *expect, "killed after {last}");
        }
    }
    assert!(
        deaths_in_the_middle > 0,
        "every rewind was over before it could be killed"
    );
    Ok(())
}

#[test]
fn a_session_may_be_named_by_the_end_of_its_id() -> anyhow::Result<()> {
    let (project, session) = written()?;
    let end = &session[session.len() - 10..];
    let listed = rewind(&project, &["--list", "--session", end])?;
    assert_eq!(listed["session"], json!(session));
    let refused = call(&project, &["rewind", "--session", "zzz"])?;
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains(&session), "{}", stderr(&refused));
    assert_ne!(
        project.read(&name(FILES - 1)),
        source(FILES - 1),
        "nothing was taken back"
    );
    Ok(())
}
