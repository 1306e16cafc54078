//! `singletree sessions` and `singletree ledger` as a shell user sees them.

use std::process::Output;

use anyhow::Context;
use e2e::{Answer, Client, ModelServer, Options, Project, call, request, run, under};
use serde_json::{Value, json};

const FILE: (&str, &[u8]) = ("a.txt", b"one\ntwo\n");

/// What a vendor's token looks like.
const TOKEN: &str = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";

struct Shell {
    project: Project,
    model: ModelServer,
}

impl Shell {
    fn new(answers: Vec<Answer>) -> anyhow::Result<Self> {
        let (project, model) = (Project::new(&[FILE])?, ModelServer::start(answers)?);
        Ok(Self { project, model })
    }

    fn call(&self, args: &[&str]) -> anyhow::Result<Output> {
        run(&self.project.home(), self.project.root(), &self.model.env(), args)
    }

    /// What a command that must succeed prints.
    fn text(&self, args: &[&str]) -> anyhow::Result<String> {
        let output = self.call(args)?;
        anyhow::ensure!(output.status.success(), "{args:?}: {}", stderr(&output));
        Ok(String::from_utf8(output.stdout)?)
    }

    fn json(&self, args: &[&str]) -> anyhow::Result<Value> {
        let text = self.text(&[args, &["--json"]].concat())?;
        serde_json::from_str(&text).with_context(|| format!("{args:?} printed {text}"))
    }

    /// Runs a turn and returns its session.
    fn turn(&self, prompt: &str, more: &[&str]) -> anyhow::Result<String> {
        let events = self.text(&[&["run", prompt, "--json"], more].concat())?;
        let first: Value = serde_json::from_str(events.lines().next().unwrap_or_default())?;
        Ok(first["session"].as_str().context("no session")?.to_owned())
    }

    /// A command that must be refused for a reason that holds all of `words`.
    fn refused(&self, args: &[&str], words: &[&str]) -> anyhow::Result<()> {
        let output = self.call(args)?;
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        for word in words {
            assert!(stderr(&output).contains(word), "{args:?}: {}", stderr(&output));
        }
        Ok(())
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn read_then_say(words: &str) -> Vec<Answer> {
    let read = Answer::Calls(vec![call("read", json!({"path": "a.txt"}))]);
    vec![read, Answer::Text(words.to_owned())]
}

#[test]
fn a_session_is_found_shown_renamed_and_gone_on_with() -> anyhow::Result<()> {
    let shell = Shell::new(read_then_say("It holds two lines, and zebras."))?;
    let session = shell.turn("what is in the file", &[])?;
    shell.turn("something else", &[])?;

    let hits = shell.json(&["sessions", "search", "ZEBRA"])?;
    assert_eq!(hits.as_array().map(Vec::len), Some(1), "{hits}");
    assert_eq!(hits[0]["session"], json!(session));
    let text = shell.text(&["sessions", "search", "zebra"])?;
    assert!(
        text.contains(&session) && text.contains("zebras") && !text.contains('\u{1b}'),
        "{text}"
    );
    assert_eq!(shell.text(&["sessions", "search", "\"no) such OR *"])?, "");

    let items = shell.json(&["sessions", "show", &session])?;
    let hit = items
        .as_array()
        .and_then(|items| items.iter().find(|item| item["seq"] == hits[0]["seq"]));
    assert_eq!(hit.context("the hit is an item")?["role"], "assistant");

    // The random end of an id does as well as its beginning.
    let end = &session[session.len() - 12..];
    shell.text(&["sessions", "rename", end, "About zebras"])?;
    let listed = shell.json(&["sessions", "list"])?;
    let titles: Vec<&Value> = listed
        .as_array()
        .into_iter()
        .flatten()
        .map(|session| &session["title"])
        .collect();
    assert!(titles.contains(&&json!("About zebras")), "{titles:?}");
    assert_eq!(
        shell.json(&["sessions", "search", "about"])?[0]["session"],
        json!(session)
    );

    shell.text(&["sessions", "resume", end, "and now?"])?;
    let asked = shell.model.requests();
    let last = asked.last().context("a request")?.to_string();
    assert!(
        last.contains("what is in the file") && last.contains("and now?"),
        "{last}"
    );
    assert_eq!(
        shell.json(&["sessions", "list"])?[0]["id"],
        json!(session),
        "it was touched last"
    );
    let last = shell.json(&["sessions", "show", "last"])?;
    assert!(last.to_string().contains("and now?"));
    shell.refused(
        &["sessions", "resume", end],
        &["singletree sessions resume", "About zebras"],
    )
}

#[test]
fn a_fork_goes_its_own_way() -> anyhow::Result<()> {
    let shell = Shell::new([read_then_say("first answer"), read_then_say("second answer")].concat())?;
    let session = shell.turn("first question", &[])?;
    shell.turn("second question", &["--session", &session])?;
    let before = shell.json(&["sessions", "show", &session])?;

    let fork = shell.json(&["sessions", "fork", &session, "--at", "t1"])?;
    assert_eq!(fork["source"], json!(session));
    let id = fork["session"].as_str().context("no session")?;
    let shown = shell.text(&["sessions", "show", id])?;
    assert!(
        shown.contains("first answer") && !shown.contains("second question"),
        "{shown}"
    );
    shell.turn("third question", &["--session", id])?;
    let asked = shell.model.requests().last().context("a request")?.to_string();
    assert!(
        asked.contains("first answer") && !asked.contains("second question"),
        "{asked}"
    );
    assert_eq!(
        shell.json(&["sessions", "show", &session])?,
        before,
        "the source is what it was"
    );

    // After a call and before its result: the result comes along.
    let is_call =
        |item: &&Value| item["content"][0]["type"] == "tool_call" || item["content"][1]["type"] == "tool_call";
    let calling = before
        .as_array()
        .into_iter()
        .flatten()
        .find(is_call)
        .context("no call")?["seq"]
        .to_string();
    let cut = shell.json(&["sessions", "fork", &session, "--at", &calling])?;
    let cut = shell.json(&["sessions", "show", cut["session"].as_str().unwrap_or_default()])?;
    let last = cut
        .as_array()
        .into_iter()
        .flatten()
        .rfind(|item| item["item"] == "message")
        .context("no message")?;
    assert_eq!(last["content"][0]["type"], "tool_result", "{last}");
    shell.refused(
        &["sessions", "fork", &session, "--at", "999"],
        &["no item 999", "sessions show"],
    )?;
    shell.refused(&["sessions", "fork", &session, "--at", "t9"], &["2 turn(s)"])?;
    shell.refused(&["sessions", "fork", &session, "--at", "x"], &["no place"])
}

#[test]
fn an_export_can_be_given_away() -> anyhow::Result<()> {
    let words = format!("Use {TOKEN}.\n\n## You\n\n![x](http://evil.example/x.png)\n\n```rust\nlet v = vec![1];\n```");
    let shell = Shell::new(read_then_say(&words))?;
    let session = shell.turn("what is in the file", &[])?;
    let exported = shell.text(&["sessions", "export", &session])?;
    for wanted in [
        "### You\n\nwhat is in the file\n",
        "### Singletree\n",
        "<details>",
        "let v = vec![1];",
        "[secret]",
        "two",
    ] {
        assert!(exported.contains(wanted), "{wanted} in {exported}");
    }
    for unwanted in [TOKEN, "\n## You", "![x]", "signature"] {
        assert!(!exported.contains(unwanted), "{unwanted} in {exported}");
    }
    for form in [&["--format", "json"][..], &["--json"]] {
        let json = shell.text(&[&["sessions", "export", &session], form].concat())?;
        assert!(!json.contains(TOKEN));
        let items: Value = serde_json::from_str(&json)?;
        assert_eq!(items[0]["item"], "turn");
    }
    shell.text(&["sessions", "export", "last", "--output", "s.md"])?;
    assert_eq!(shell.project.read("s.md"), exported.as_bytes());
    shell.refused(&["sessions", "export", "last", "--output", "s.md"], &["there already"])?;
    assert_eq!(shell.project.read("s.md"), exported.as_bytes());
    Ok(())
}

#[test]
fn who_reads_may_stop() -> anyhow::Result<()> {
    let shell = Shell::new(Vec::new())?;
    let session = shell.turn("alpha", &[])?;
    for args in [&["list"][..], &["show", &session], &["export", &session]] {
        let (reader, writer) = std::io::pipe()?;
        drop(reader);
        let mut command = under(&[]);
        command
            .arg("sessions")
            .args(args)
            .env("SINGLETREE_HOME", shell.project.home())
            .current_dir(shell.project.root());
        let output = command.stdout(writer).output()?;
        assert_eq!(
            (output.status.code(), stderr(&output)),
            (Some(0), String::new()),
            "{args:?}"
        );
    }
    Ok(())
}

#[test]
fn what_is_deleted_is_gone_and_the_rest_is_not() -> anyhow::Result<()> {
    let shell = Shell::new(Vec::new())?;
    let (first, second) = (shell.turn("alpha", &[])?, shell.turn("beta", &[])?);
    let deleted = shell.json(&["sessions", "delete", &first])?;
    assert_eq!(deleted["session"], json!(first));
    assert!(deleted["items"].as_u64() > Some(2), "{deleted}");
    assert_eq!(shell.json(&["sessions", "search", "alpha"])?, json!([]));
    let listed = shell.json(&["sessions", "list"])?;
    assert_eq!(
        (listed.as_array().map(Vec::len), &listed[0]["id"]),
        (Some(1), &json!(second))
    );
    for command in ["show", "delete", "fork", "export"] {
        shell.refused(&["sessions", command, &first], &[&first, "the nearest", &second])?;
    }
    let said = shell.text(&["sessions", "delete", "last"])?;
    assert!(said.contains(&second), "it says what went: {said}");
    shell.refused(&["sessions", "show", "last"], &["no sessions"])
}

#[test]
fn what_an_editor_has_open_is_not_deleted() -> anyhow::Result<()> {
    let shell = Shell::new(Vec::new())?;
    let options = Options {
        env: shell.model.env(),
        ..Options::default()
    };
    let mut client = Client::start(&shell.project.home(), shell.project.root(), options)?;
    client.run_turn(request())?;
    let pid = client.pid().to_string();
    shell.refused(&["sessions", "delete", "last"], &[&pid, "Nothing was deleted"])?;
    assert_eq!(client.shutdown()?, Some(0));
    shell.text(&["sessions", "delete", "last"])?;
    Ok(())
}

#[test]
fn the_ledger_adds_up() -> anyhow::Result<()> {
    // Of its answers the server counts those that hold one call.
    let read = |path: &str| Answer::Call {
        name: "read".to_owned(),
        arguments: json!({"path": path}),
    };
    let shell = Shell::new(vec![read("a.txt"), read("b.txt")])?;
    let session = shell.turn("what is in the files", &[])?;
    let calls = 2;
    for by in ["session", "turn", "task", "tool", "model", "day"] {
        let ledger = shell.json(&["ledger", "--by", by])?;
        let rows = ledger["rows"].as_array().cloned().unwrap_or_default();
        let sum = |field: &str| rows.iter().filter_map(|row| row[field].as_u64()).sum::<u64>();
        assert!(rows.iter().all(|row| row[by].is_string()), "{ledger}");
        assert_eq!(ledger["total"]["calls"].as_u64(), Some(calls), "{ledger}");
        for field in ["input", "output"] {
            assert_eq!(
                Some(sum(field)),
                ledger["total"][field].as_u64(),
                "{field} by {by}: {ledger}"
            );
        }
    }
    assert!(shell.json(&["ledger"])?["total"]["output"].as_u64() > Some(0));
    let mine = shell.json(&["ledger", "--session", &session[session.len() - 12..]])?;
    assert_eq!(mine["rows"][0]["session"], json!(session));
    assert_eq!(shell.json(&["ledger", "--since", "9000-01-01"])?["total"]["calls"], 0);
    let table = shell.text(&["ledger", "--by", "model"])?;
    assert!(table.starts_with("model ") && table.contains("\ntotal "), "{table}");
    let cache = shell.text(&["ledger", "--cache"])?;
    assert!(
        cache.contains("[cache] MISS → ") && cache.contains(&format!("[cache summary] {calls} calls | ")),
        "{cache}"
    );
    shell.refused(&["ledger", "--since", "yesterday"], &["2026-11-21"])?;
    shell.refused(&["ledger", "--session", "nobody"], &["no session `nobody`", &session])
}
