//! What of a workspace is chosen: on the command line, and in the first request of a turn.

use std::io::Write;
use std::process::{Output, Stdio};

use anyhow::Context;
use e2e::{ModelServer, Project, run, under};
use serde_json::{Value, json};

const PORT: &str =
    "/// Parses a port.\npub fn parse_port(text: &str) -> Option<u16> {\n    text.trim().parse().ok()\n}\n";
const MAIN: &str = "fn main() {\n    println!(\"{:?}\", port::parse_port(\"80\"));\n}\n";
const ASKED: &str = "what does parse_port accept";

fn project() -> anyhow::Result<Project> {
    Project::new(&[
        ("src/port.rs", PORT.as_bytes()),
        ("src/main.rs", MAIN.as_bytes()),
        (".gitignore", b"dist\n"),
        ("dist/port.js", b"function parse_port() {}\n"),
        (".env", b"PARSE_PORT=parse_port\n"),
        ("secrets.json", b"{\"parse_port\": \"accept\"}\n"),
    ])
}

fn context(project: &Project, args: &[&str]) -> anyhow::Result<Output> {
    run(&project.home(), project.root(), &[], &[&["context"], args].concat())
}

fn found(project: &Project, args: &[&str]) -> anyhow::Result<Value> {
    let output = context(project, &[args, &["--json"]].concat())?;
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn paths(answer: &Value) -> Vec<&str> {
    let files = answer["files"].as_array().into_iter().flatten();
    files.filter_map(|file| file["path"].as_str()).collect()
}

#[test]
fn words_and_places_are_answered() -> anyhow::Result<()> {
    let project = project()?;
    let answer = found(&project, &[ASKED])?;
    assert_eq!(paths(&answer).first(), Some(&"src/port.rs"), "{answer}");
    let first = &answer["files"][0];
    assert_eq!((&first["level"], &first["ranges"]), (&json!("full"), &json!([[1, 4]])));
    assert_eq!(first["symbols"][0]["name"], "parse_port");
    assert!(first["why"].as_array().is_some_and(|why| !why.is_empty()), "{first}");
    assert!(answer["tokens"].as_u64() <= answer["budget"].as_u64());
    assert_eq!(
        (&answer["budget"], &answer["index"]["files"]),
        (&json!(8_000), &json!(3))
    );
    assert_eq!(answer["index"]["fresh"], true);

    let answer = found(&project, &["--cursor", "src/main.rs:2"])?;
    assert_eq!(paths(&answer).first(), Some(&"src/port.rs"), "{answer}");
    let answer = found(&project, &[ASKED, "--drop", "src/port.rs", "--pin", "src/main.rs"])?;
    assert_eq!(paths(&answer).first(), Some(&"src/main.rs"), "{answer}");
    assert!(!paths(&answer).contains(&"src/port.rs"), "{answer}");

    let output = context(&project, &[ASKED])?;
    let table = String::from_utf8(output.stdout)?;
    assert!(table.contains("src/port.rs  all"), "{table}");
    assert!(table.contains(" of 8000 tokens; 3 files"), "{table}");
    Ok(())
}

#[test]
fn an_empty_folder_has_an_answer() -> anyhow::Result<()> {
    let project = Project::new(&[])?;
    let answer = found(&project, &["anything"])?;
    assert_eq!((paths(&answer).len(), &answer["index"]["files"]), (0, &json!(0)));
    Ok(())
}

#[test]
fn what_cannot_be_asked_is_refused_with_its_remedy() -> anyhow::Result<()> {
    let project = project()?;
    for (args, expect) in [
        (vec![], "say what is looked for"),
        (
            vec!["--cursor", "", "--query-file", ".gitkeep"],
            "--query-file .gitkeep cannot be read",
        ),
        (
            vec!["x", "--repo", "nowhere"],
            "--repo nowhere: there is no such folder",
        ),
        (
            vec!["x", "--repo", "src/port.rs"],
            "this is a file; name the folder that it is in",
        ),
        (vec!["--cursor", "src/port.rs:5"], "`src/port.rs` has 4 line(s)"),
        (vec!["--cursor", "src/port.rs:0"], "lines count from 1"),
        (vec!["--cursor", "src/port.rs"], "write PATH:LINE"),
        (
            vec!["--cursor", "gone.rs:1"],
            "there is no file `gone.rs` in the workspace",
        ),
        (vec!["--cursor", "dist/port.js:1"], "is not indexed"),
        (vec!["--cursor", ".env:1"], "is not indexed"),
        (
            vec!["x", "--pin", "gone.rs"],
            "there is no file `gone.rs` in the workspace",
        ),
    ] {
        let output = context(&project, &args)?;
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains(expect), "{args:?}: {said}");
    }
    Ok(())
}

#[test]
fn a_bad_line_of_a_batch_does_not_end_it() -> anyhow::Result<()> {
    let project = project()?;
    let mut child = under(&[])
        .args(["context", "--batch"])
        .env("SINGLETREE_HOME", project.home())
        .current_dir(project.root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let lines = "\u{feff}{\"query\": \"parse_port\"}\nrubbish\n\n{}\n{\"cursor\": \"src/port.rs:9\"}\n{\"cursor\": \"src/main.rs:2\"}\n{\"query\": null, \"open\": null, \"errors\": [\"src/port.rs:2\"]}\n";
    child.stdin.take().context("a pipe")?.write_all(lines.as_bytes())?;
    let output = child.wait_with_output()?;
    assert_eq!(output.status.code(), Some(2));
    let answers = String::from_utf8(output.stdout)?;
    let answers: Vec<Value> = answers.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    assert_eq!(answers.len(), 6);
    assert!(paths(&answers[0]).contains(&"src/port.rs"), "{}", answers[0]);
    for bad in &answers[1..4] {
        assert!(bad["error"].is_string(), "{bad}");
    }
    assert_eq!(paths(&answers[4]).first(), Some(&"src/port.rs"));
    assert_eq!(paths(&answers[5]), ["src/port.rs"]);
    Ok(())
}

#[test]
fn conversations_are_not_searched() -> anyhow::Result<()> {
    let project = project()?;
    project.write("talk.chat.md", b"## You\n\nWhat does parse_port do?\n")?;
    assert!(!paths(&found(&project, &["what does parse_port do"])?).contains(&"talk.chat.md"));
    Ok(())
}

fn settings(project: &Project, model: &ModelServer) -> anyhow::Result<()> {
    let config = project.home().join("config");
    std::fs::create_dir_all(&config)?;
    let text = format!(
        "model = \"local/m\"\n[providers.local]\nkind = \"openai-chat\"\nbase_url = \"{}\"\n\
         [models.\"local/m\"]\ncontext_window = 100000\nprice = {{ input = 2.0, output = 2.0 }}\n",
        model.base_url
    );
    Ok(std::fs::write(config.join("config.toml"), text)?)
}

/// The elements in a request's last message: the attributes, and the text.
fn fragments(request: &Value) -> Vec<(String, String)> {
    let last = request["messages"].as_array().and_then(|messages| messages.last());
    let content = last.map(|last| match &last["content"] {
        Value::String(text) => text.clone(),
        parts => {
            let parts = parts.as_array().into_iter().flatten();
            parts
                .filter_map(|part| part["text"].as_str())
                .collect::<Vec<_>>()
                .join("\n")
        }
    });
    let content = content.unwrap_or_default();
    let elements = content.split("<fragment ").skip(1);
    elements
        .filter_map(|element| {
            let (head, rest) = element.split_once(">\n")?;
            let (text, _) = rest.split_once("\n</fragment>")?;
            Some((head.to_owned(), text.to_owned()))
        })
        .collect()
}

#[test]
fn what_is_billed_is_what_is_sent() -> anyhow::Result<()> {
    let (project, model) = (project()?, ModelServer::start(Vec::new())?);
    settings(&project, &model)?;
    let asked = ["run", ASKED, "--command", "ask"];
    let output = run(
        &project.home(),
        project.root(),
        &[],
        &[&asked[..], &["--json"]].concat(),
    )?;
    let events = String::from_utf8(output.stdout)?;
    let events: Vec<Value> = events.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let bill = events
        .iter()
        .find(|event| event["type"] == "context.selected")
        .context("a bill")?;

    let sent = fragments(&model.requests()[0]);
    let items = bill["items"].as_array().context("items")?;
    assert_eq!(sent.len(), items.len(), "{bill}");
    for (item, (head, text)) in items.iter().zip(&sent) {
        let path = item["path"].as_str().unwrap_or_default();
        let ranges = item["ranges"].as_array().into_iter().flatten();
        let ranges: Vec<String> = ranges.map(|range| format!("{}-{}", range[0], range[1])).collect();
        assert_eq!(*head, format!("path=\"{path}\" lines=\"{}\"", ranges.join(",")));
        assert_eq!(text.trim_end(), String::from_utf8(project.read(path))?.trim_end());
    }
    let tokens = bill["tokens"].as_u64().context("tokens")?;
    let parts: u64 = items.iter().filter_map(|item| item["tokens"].as_u64()).sum();
    assert!(0 < parts && parts < tokens && tokens < 300, "{bill}");
    assert_eq!(bill["cost_usd"], json!(tokens as f64 * 2.0 / 1e6));

    // People are told the same.
    let output = run(&project.home(), project.root(), &[], &asked)?;
    let said = String::from_utf8(output.stderr)?;
    let expect = format!(
        "begins with {} piece(s) of context, {tokens} of 8000 tokens",
        items.len()
    );
    assert!(said.contains(&expect), "{said}");
    Ok(())
}

/// There may be no second turn.
#[test]
fn a_repository_that_was_never_read_is_read_before_the_first_request() -> anyhow::Result<()> {
    let (project, model) = (project()?, ModelServer::start(Vec::new())?);
    settings(&project, &model)?;
    let text = "pub fn helper(value: u32) -> u32 {\n    value.max(7).min(70) + 1\n}\n\n".repeat(40);
    for number in 0..600 {
        project.write(&format!("src/part_{number}.rs"), text.as_bytes())?;
    }
    let asked = ["run", ASKED, "--command", "ask"];
    let output = run(&project.home(), project.root(), &[], &asked)?;
    assert!(output.status.success());
    let sent = fragments(&model.requests()[0]);
    assert!(sent.iter().any(|(head, _)| head.contains("src/port.rs")), "{sent:?}");
    Ok(())
}

#[test]
fn a_talk_shows_the_bill_and_takes_choices() -> anyhow::Result<()> {
    let (project, model) = (project()?, ModelServer::start(Vec::new())?);
    settings(&project, &model)?;
    let mut child = under(&[])
        .arg("chat")
        .env("SINGLETREE_HOME", project.home())
        .current_dir(project.root())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    let lines = format!("/context\n/context drop src/port.rs\n/context pin nowhere\n{ASKED}\n/context\n");
    child.stdin.take().context("a pipe")?.write_all(lines.as_bytes())?;
    let output = child.wait_with_output()?;
    let said = String::from_utf8(output.stderr)?;
    for expect in [
        "no turn has begun with context yet",
        "! there is no file `nowhere` in the workspace",
        "  src/main.rs  ",
        "dropped: src/port.rs",
    ] {
        assert!(said.contains(expect), "{expect}: {said}");
    }
    let sent = fragments(&model.requests()[0]);
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert!(sent[0].0.contains("src/main.rs"));
    Ok(())
}

#[test]
fn no_budget_sends_nothing() -> anyhow::Result<()> {
    let (project, model) = (project()?, ModelServer::start(Vec::new())?);
    settings(&project, &model)?;
    let file = project.home().join("config/config.toml");
    let text = std::fs::read_to_string(&file)?;
    std::fs::write(&file, format!("{text}[context]\nbudget = 0\n"))?;
    let output = run(
        &project.home(),
        project.root(),
        &[],
        &["run", ASKED, "--command", "ask", "--json"],
    )?;
    assert!(!String::from_utf8(output.stdout)?.contains("context.selected"));
    assert_eq!(fragments(&model.requests()[0]), []);
    Ok(())
}
