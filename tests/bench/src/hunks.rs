//! Hunks over a 100,000-line file: staged by one call and by one call each, rebased over keystrokes, kept at once.
//! The figures are a curve: ten times the hunks should take about ten times as long, and never a hundred times.

use std::time::Instant;

use anyhow::ensure;
use e2e::{Answer, Client, ModelServer, Options, Project};
use serde_json::{Value, json};

use crate::report::{milliseconds, plain};

const LINES: usize = 100_000;
const KEYSTROKES: usize = 1_000;

pub(crate) fn figures() -> anyhow::Result<()> {
    [10, 100, 1000].into_iter().try_for_each(staged_rebased_kept)
}

fn staged_rebased_kept(count: usize) -> anyhow::Result<()> {
    let source: String = (0..LINES).map(|n| line(n, count)).collect();
    let at_once = json!({"path": "long.txt", "old_text": "MARK", "new_text": "DONE", "replace_all": true});
    one_way(count, &source, "staged by one call", vec![("edit".into(), at_once)])?;
    let one_by_one = (0..LINES).filter(|n| is_marked(*n, count)).map(|n| {
        let old = line(n, count);
        let arguments = json!({"path": "long.txt", "old_text": old, "new_text": old.replace("MARK", "DONE")});
        ("edit".to_owned(), arguments)
    });
    one_way(count, &source, "staged by one call each", one_by_one.collect())
}

fn is_marked(n: usize, count: usize) -> bool {
    n % (LINES / count) == 50
}

fn line(n: usize, count: usize) -> String {
    let mark = if is_marked(n, count) { "MARK" } else { "line" };
    format!("{mark} {n} of a long file\n")
}

fn one_way(count: usize, source: &str, how: &str, calls: Vec<(String, Value)>) -> anyhow::Result<()> {
    let project = Project::new(&[("long.txt", source.as_bytes())])?;
    let server = ModelServer::start(vec![Answer::Calls(calls), Answer::Text("done".into())])?;
    let options = Options {
        env: server.env(),
        ..Options::default()
    };
    let mut client = Client::start(&project.home(), project.root(), options)?;
    let uri = project.uri("long.txt");
    client.open(&uri, "plaintext", source)?;

    let started = Instant::now();
    let turn = client.run_turn(json!({"command": "edit", "textDocument": {"uri": uri}, "prompt": "change lines"}))?;
    let staged = started.elapsed();
    ensure!(turn["state"] == "completed", "{turn}");
    let hunks = client.hunks(&["pending"])?.len();
    ensure!(
        hunks == count,
        "{hunks} hunks of {count}; {:?}",
        server.requests().last()
    );
    plain(
        &format!("{count} hunks in 100,000 lines, {how}"),
        milliseconds(staged),
        "ms",
    )?;

    let started = Instant::now();
    for nth in 0..KEYSTROKES {
        let at = 7 + nth;
        client.type_at(&uri, at..at, "y")?;
    }
    ensure!(client.hunks(&["pending"])?.len() == count, "all hunks follow");
    plain(
        "    rebased over 1,000 keystrokes above them",
        milliseconds(started.elapsed()),
        "ms",
    )?;

    let started = Instant::now();
    client.execute("singletree.review.keep", json!({}))?;
    let kept = started.elapsed();
    ensure!(client.hunks(&["pending", "keeping"])?.is_empty(), "all hunks are kept");
    plain("    kept at once", milliseconds(kept), "ms")
}
