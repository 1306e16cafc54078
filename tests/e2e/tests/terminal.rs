//! What a model says, or its server, reaches people's terminals as words and nothing more.

use std::io::Write;
use std::process::Stdio;

use anyhow::Context;
use e2e::{Answer, ModelServer, Project, under};
use serde_json::json;

/// Writes the clipboard, clears the screen, turns the line around.
const RAW: &str = "fin \x1b]52;c;aGk=\x07\x1b[2J\u{9b}31m\u{202e}\n\tend";
const SHOWN: &str = "fin \\u{1b}]52;c;aGk=\\u{7}\\u{1b}[2J\\u{9b}31m\\u{202e}";

/// What is written to stdout and to stderr, with `input` on stdin and these answers of the model.
fn said(answers: Vec<Answer>, args: &[&str], input: &str) -> anyhow::Result<[String; 2]> {
    let (project, model) = (Project::new(&[("a.txt", b"a\n")])?, ModelServer::start(answers)?);
    let mut child = under(&[])
        .args(args)
        .env("SINGLETREE_HOME", project.home())
        .env_remove("ANTHROPIC_API_KEY")
        .envs(model.env())
        .current_dir(project.root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    child.stdin.take().context("a pipe")?.write_all(input.as_bytes())?;
    let output = child.wait_with_output()?;
    Ok([String::from_utf8(output.stdout)?, String::from_utf8(output.stderr)?])
}

fn check_shown(text: &str, others: &str) {
    assert!(text.contains(SHOWN), "{text:?}");
    for text in [text, others] {
        assert!(!text.contains(['\x1b', '\x07', '\u{9b}', '\u{202e}']), "{text:?}");
    }
}

fn words() -> Vec<Answer> {
    vec![Answer::Text(RAW.to_owned())]
}

#[test]
fn an_answer_steers_no_terminal() -> anyhow::Result<()> {
    let [out, err] = said(words(), &["run", "what is it?", "--command", "ask"], "")?;
    check_shown(&out, &err);
    assert!(out.ends_with("\n\tend\n"), "{out:?}");
    let [out, err] = said(words(), &["run", "change it"], "")?;
    check_shown(&err, &out);
    let [out, err] = said(words(), &["chat"], "what is it?\n")?;
    check_shown(&out, &err);
    Ok(())
}

#[test]
fn an_error_of_the_server_steers_no_terminal() -> anyhow::Result<()> {
    let refused = || vec![Answer::Status(400, json!({"error": {"message": RAW}}).to_string())];
    for (args, input) in [(&["run", "what is it?"][..], ""), (&["chat"], "what is it?\n")] {
        let [out, err] = said(refused(), args, input)?;
        check_shown(&err, &out);
    }
    Ok(())
}

#[test]
fn what_programs_read_is_exact() -> anyhow::Result<()> {
    let [out, _] = said(words(), &["run", "what is it?", "--command", "ask", "--json"], "")?;
    let mut text = String::new();
    for line in out.lines() {
        let event: serde_json::Value = serde_json::from_str(line)?;
        text.extend(event["text"].as_str().filter(|_| event["type"] == "text.delta"));
    }
    assert_eq!(text, RAW);
    let new = json!({"path": "b.txt", "text": "\x1b[2J\u{202e}\n"});
    let write = Answer::Call {
        name: "write".to_owned(),
        arguments: new,
    };
    let [patch, err] = said(vec![write], &["run", "change it"], "")?;
    assert!(patch.contains("+\x1b[2J\u{202e}\n"), "{patch:?}\n{err}");
    Ok(())
}
