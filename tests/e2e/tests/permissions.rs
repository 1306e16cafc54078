//! `singletree permissions` as a shell user and a script see it.

use std::io::Write;
use std::process::Stdio;

use anyhow::Context;
use e2e::{Project, run, under};
use serde_json::{Value, json};

fn project() -> anyhow::Result<Project> {
    Project::new(&[("src/a.rs", b""), ("sub/b", b"")])
}

/// The exit code, and what is printed on stdout and stderr.
fn permissions(project: &Project, args: &[&str]) -> anyhow::Result<(Option<i32>, String, String)> {
    let args: Vec<&str> = [&["permissions"], args].concat();
    let output = run(&project.home(), project.root(), &[], &args)?;
    Ok((
        output.status.code(),
        String::from_utf8(output.stdout)?,
        String::from_utf8(output.stderr)?,
    ))
}

fn judged(project: &Project, args: &[&str]) -> anyhow::Result<Value> {
    let (code, printed, errors) = permissions(project, &[&["check", "--json"], args].concat())?;
    assert_eq!(code, Some(0), "{errors}");
    Ok(serde_json::from_str(&printed)?)
}

/// The exit code and the answers to lines of `--batch`.
fn batch(project: &Project, args: &[&str], input: &[u8]) -> anyhow::Result<(Option<i32>, Vec<Value>)> {
    let mut child = under(&[])
        .args(["permissions", "check", "--batch"])
        .args(args)
        .env("SINGLETREE_HOME", project.home())
        .current_dir(project.root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut stdin = child.stdin.take().context("a pipe")?;
    let output = std::thread::scope(|scope| {
        // A closed pipe shows in what is answered.
        scope.spawn(move || stdin.write_all(input));
        child.wait_with_output()
    })?;
    let answers = String::from_utf8(output.stdout)?;
    let answers = answers.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    Ok((output.status.code(), answers))
}

fn settings(project: &Project, layer: &str, text: &str) -> anyhow::Result<()> {
    match layer {
        "project" => project.write(".singletree/config.toml", text.as_bytes()),
        _ => {
            let folder = project.home().join("config");
            std::fs::create_dir_all(&folder)?;
            Ok(std::fs::write(folder.join("config.toml"), text)?)
        }
    }
}

#[test]
fn a_verdict_names_its_rule_and_parts() -> anyhow::Result<()> {
    let project = project()?;
    let said = judged(&project, &["--sandbox", "on", "--trust", "on", "ls && sudo ls"])?;
    let keys: Vec<&String> = said.as_object().context("an object")?.keys().collect();
    assert_eq!(keys, ["cmd", "verdict", "rule", "reason", "parts"]);
    assert_eq!(
        (&said["cmd"], &said["verdict"]),
        (&json!("ls && sudo ls"), &json!("deny"))
    );
    let parts = said["parts"].as_array().context("parts")?;
    let verdicts: Vec<&Value> = parts.iter().map(|part| &part["verdict"]).collect();
    assert_eq!(verdicts, ["allow", "deny"], "{said}");

    let (code, printed, _) = permissions(&project, &["check", "--sandbox", "on", "echo \u{202e}\u{1b}[2J"])?;
    assert_eq!(code, Some(0));
    assert!(!printed.contains(['\u{202e}', '\u{1b}']), "{printed}");
    Ok(())
}

#[test]
fn what_is_assumed_changes_the_verdict() -> anyhow::Result<()> {
    let project = project()?;
    let verdict = |args: &[&str]| anyhow::Ok(judged(&project, &[args, &["cargo test"]].concat())?["verdict"].clone());
    assert_eq!(verdict(&["--sandbox", "on", "--trust", "on"])?, "allow");
    assert_eq!(verdict(&["--sandbox", "off", "--trust", "on"])?, "ask");
    assert_eq!(verdict(&["--sandbox", "on", "--trust", "off"])?, "ask");
    assert_eq!(verdict(&["--sandbox", "on"])?, "ask", "it is not trusted yet");
    project.trust()?;
    assert_eq!(verdict(&["--sandbox", "on"])?, "allow");
    assert_eq!(verdict(&["--sandbox", "on", "--cwd", "sub"])?, "allow");
    project.git(&["init", "--quiet", "sub"], None)?;
    assert_eq!(
        verdict(&["--sandbox", "on", "--cwd", "sub"])?,
        "ask",
        "trust does not reach into it"
    );
    Ok(())
}

#[test]
fn a_batch_goes_on_after_a_bad_line() -> anyhow::Result<()> {
    let project = project()?;
    let lines: [&[u8]; 7] = [
        br#"{"cmd": "ls", "id": 7}"#,
        b"no json",
        b"",
        b"{\"cmd\": \"ls \xff\"}",
        br#"{"cmd": "ls \u0000"}"#,
        br#"{"cmd": "ls", "cwd": "missing"}"#,
        br#"{"cmd": "cargo test", "trust": "off", "sandbox": true}"#,
    ];
    let (code, answers) = batch(&project, &["--sandbox", "on", "--trust", "on"], &lines.join(&b'\n'))?;
    assert_eq!(code, Some(2), "some were bad");
    let verdicts: Vec<&str> = answers
        .iter()
        .map(|answer| {
            answer["verdict"]
                .as_str()
                .unwrap_or(if answer["error"].is_string() { "error" } else { "?" })
        })
        .collect();
    assert_eq!(verdicts[..3], ["allow", "error", "error"], "{answers:?}");
    assert!(matches!(verdicts[3], "ask" | "deny"), "{answers:?}");
    assert_eq!(verdicts[4..], ["error", "ask"], "{answers:?}");
    Ok(())
}

#[test]
fn thousands_of_lines_and_long_ones_are_answered() -> anyhow::Result<()> {
    let project = project()?;
    let mut input = String::new();
    for number in 0..3000 {
        input.push_str(&json!({"cmd": format!("cat src/a.rs | head -n {number}")}).to_string());
        input.push('\n');
    }
    input.push_str(&json!({"cmd": format!("echo {}; sudo rm x", "a ".repeat(1 << 19))}).to_string());
    let (code, answers) = batch(&project, &["--sandbox", "on", "--trust", "on"], input.as_bytes())?;
    assert_eq!((code, answers.len()), (Some(0), 3001));
    assert!(
        answers[..3000].iter().all(|answer| answer["verdict"] == "allow"),
        "{}",
        answers[0]
    );
    assert_eq!(
        answers[3000]["verdict"], "deny",
        "too long to be understood, and still denied"
    );
    Ok(())
}

#[test]
fn rules_are_listed_with_their_origin() -> anyhow::Result<()> {
    let project = project()?;
    project.trust()?;
    settings(
        &project,
        "user",
        "[[permissions.rules]]\ncommand = \"just lint\"\nverdict = \"allow\"\n",
    )?;
    let text = "[[permissions.rules]]\ncommand = \"just deploy\"\nverdict = \"deny\"\n\
                [[permissions.rules]]\ncommand = \"rm\"\nverdict = \"allow\"\n";
    settings(&project, "project", text)?;
    let origins = |project: &Project| {
        let (_, printed, errors) = permissions(project, &["list", "--json"])?;
        let rules: Vec<Value> = serde_json::from_str(&printed).context(errors)?;
        assert!(
            rules
                .iter()
                .any(|rule| rule["origin"] == "built-in" && rule["verdict"] == "deny")
        );
        let configured = rules.iter().filter(|rule| rule["origin"] != "built-in");
        let told = configured.map(|rule| format!("{} {} {}", rule["origin"], rule["verdict"], rule["command"]));
        anyhow::Ok(told.collect::<Vec<_>>())
    };
    let user = r#""user" "allow" "just lint""#.to_owned();
    assert_eq!(
        origins(&project)?,
        std::slice::from_ref(&user),
        "the project's settings are new, so they are not trusted"
    );
    project.trust()?;
    assert_eq!(
        origins(&project)?,
        [user, r#""project" "deny" "just deploy""#.to_owned()]
    );
    assert_eq!(judged(&project, &["just deploy now"])?["verdict"], "deny");
    assert_ne!(judged(&project, &["--sandbox", "on", "rm a"])?["verdict"], "allow");
    Ok(())
}

#[test]
fn examples_are_tried_one_by_one() -> anyhow::Result<()> {
    let project = project()?;
    let text = "[[permissions.rules]]\ncommand = \"cargo test\"\nverdict = \"allow\"\n\
                matches = [\"cargo test -q\"]\nnot_matches = [\"cargo testing\"]\n\
                [[permissions.rules]]\npath = \"src/*.rs\"\nverdict = \"ask\"\nmatches = [\"src/a.rs\"]\n";
    settings(&project, "user", text)?;
    let (code, printed, _) = permissions(&project, &["test"])?;
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.contains("3 examples, 0 failed"), "{printed}");

    settings(&project, "user", &text.replace("cargo test -q", "cargo build"))?;
    let (code, printed, _) = permissions(&project, &["test", "--json"])?;
    assert_eq!(code, Some(1));
    let examples: Vec<Value> = serde_json::from_str(&printed)?;
    let outcomes: Vec<bool> = examples.iter().map(|example| example["ok"] == true).collect();
    assert_eq!(outcomes, [false, true, true]);
    // What proves a rule wrong stops everything else, with file, line and cause.
    let (code, _, errors) = permissions(&project, &["check", "ls"])?;
    assert_eq!(code, Some(2));
    assert!(
        errors.contains("config.toml:1:1") && errors.contains("cargo build"),
        "{errors}"
    );
    Ok(())
}

#[test]
fn bad_usage_is_exit_code_2() -> anyhow::Result<()> {
    let project = project()?;
    for args in [
        &["check"][..],
        &["check", "ls", "--batch"],
        &["check", "--sandbox", "maybe", "ls"],
        &["check", "--cwd", "missing", "ls"],
        &["check", "--cwd", "src/a.rs", "ls"],
    ] {
        let (code, _, errors) = permissions(&project, args)?;
        assert_eq!(code, Some(2), "{args:?}");
        assert!(!errors.is_empty(), "{args:?}: says why");
    }
    Ok(())
}
