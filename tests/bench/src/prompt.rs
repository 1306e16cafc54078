//! How much later the model is asked for the first time in a very large workspace, which a rewind must be able to
//! restore all the same.

use std::time::{Duration, Instant};

use anyhow::Context;
use e2e::{Answer, Client, ModelServer, Options, Project, call};
use serde_json::json;

use crate::commands::fill;
use crate::report::{limited, milliseconds, percentile};

const RUNS: usize = 5;
const FILES: usize = 500_000;

pub(crate) fn first_prompt() -> anyhow::Result<()> {
    let (mut small, mut large) = (Vec::new(), Vec::new());
    let (few, many) = (project(100)?, project(FILES)?);
    for _ in 0..RUNS {
        small.push(until_asked(&few)?);
        large.push(until_asked(&many)?);
    }
    let overhead = percentile(&mut large, 0.5).saturating_sub(percentile(&mut small, 0.5));
    limited(
        &format!("first prompt at {FILES} files, over 100 files"),
        milliseconds(overhead),
        50.0,
        "ms",
    )
}

fn project(files: usize) -> anyhow::Result<Project> {
    let project = Project::new(&[("a.txt", b"one\n")])?;
    fill(project.root(), files).context("filling the project")?;
    project.trust()?;
    Ok(project)
}

/// From the command to the first request, in a server that was just started, on a turn that edits.
fn until_asked(project: &Project) -> anyhow::Result<Duration> {
    let edit = call("edit", json!({"path": "a.txt", "old_text": "one", "new_text": "two"}));
    let model = ModelServer::start(vec![Answer::Calls(vec![edit])])?;
    let options = Options {
        env: model.env(),
        ..Options::default()
    };
    let mut client = Client::start(&project.home(), project.root(), options)?;
    client.open(&project.uri("a.txt"), "plaintext", "one\n")?;
    client.state()?;
    let started = Instant::now();
    client.execute("singletree.run", e2e::request())?;
    model.wait_for_requests(1)?;
    let took = started.elapsed();
    client.shutdown()?;
    Ok(took)
}
