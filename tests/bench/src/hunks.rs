//! Hunks over a 100,000-line file: staged by one `write` of a model's, rebased over keystrokes, kept at once.

use std::time::Instant;

use anyhow::ensure;
use e2e::{Answer, Client, ModelServer, Options, Project};
use serde_json::json;

use crate::report::{milliseconds, plain};

const LINES: usize = 100_000;
const KEYSTROKES: usize = 1_000;

pub(crate) fn staged_rebased_kept(count: usize) -> anyhow::Result<()> {
    let lines: Vec<String> = (0..LINES).map(|n| format!("line {n} of a long file\n")).collect();
    let source = lines.concat();
    let proposed: String = lines
        .iter()
        .enumerate()
        .map(|(n, line)| {
            if n % (LINES / count) == 50 {
                format!("changed {line}")
            } else {
                line.clone()
            }
        })
        .collect();

    let project = Project::new(&[("long.txt", source.as_bytes())])?;
    let answers = vec![
        Answer::Call {
            name: "read".into(),
            arguments: json!({"path": "long.txt"}),
        },
        Answer::Call {
            name: "write".into(),
            arguments: json!({"path": "long.txt", "text": proposed}),
        },
        Answer::Text("done".into()),
    ];
    let server = ModelServer::start(answers)?;
    let mut client = Client::start(
        &project.home(),
        project.root(),
        Options {
            env: server.env(),
            ..Options::default()
        },
    )?;
    let uri = project.uri("long.txt");
    client.open(&uri, "plaintext", &source)?;

    let started = Instant::now();
    let turn = client.run_turn(json!({"command": "edit", "textDocument": {"uri": uri}, "prompt": "change lines"}))?;
    ensure!(turn["state"] == "completed", "{turn}");
    let hunks = client.hunks(&["pending"])?;
    ensure!(hunks.len() == count, "{} hunks of {count}; {turn}", hunks.len());
    plain(
        &format!("{count} hunks in 100,000 lines: turn and staging"),
        milliseconds(started.elapsed()),
        "ms",
    )?;

    let started = Instant::now();
    for nth in 0..KEYSTROKES {
        let at = 7 + nth;
        client.type_at(&uri, at..at, "y")?;
    }
    ensure!(client.hunks(&["pending"])?.len() == count, "all hunks follow");
    plain(
        &format!("{count} hunks: 1,000 keystrokes above them"),
        milliseconds(started.elapsed()),
        "ms",
    )?;

    let started = Instant::now();
    client.execute("singletree.review.keep", json!({}))?;
    ensure!(client.hunks(&["pending", "keeping"])?.is_empty(), "all hunks are kept");
    plain(
        &format!("{count} hunks: kept at once"),
        milliseconds(started.elapsed()),
        "ms",
    )
}
