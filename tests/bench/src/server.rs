//! From spawn to the `initialize` answer, and what an idle server holds.

use std::time::Instant;

use anyhow::Context;
use e2e::{Client, Options, Project};

use crate::report::{limited, milliseconds, percentile};

const RUNS: usize = 20;

pub(crate) fn start_and_idle() -> anyhow::Result<()> {
    let project = Project::new(&[("a.rs", b"fn main() {}\n")])?;
    let mut starts = Vec::new();
    let mut resident = 0.0;
    for _ in 0..RUNS {
        let started = Instant::now();
        let mut client = Client::start(&project.home(), project.root(), Options::default())?;
        starts.push(started.elapsed());
        client.open(&project.uri("a.rs"), "rust", "fn main() {}\n")?;
        client.state()?;
        resident = resident_mebibytes(client.pid())?;
        client.shutdown()?;
    }
    limited(
        "start to initialize answer, median",
        milliseconds(percentile(&mut starts, 0.5)),
        50.0,
        "ms",
    )?;
    limited("idle memory, one open file", resident, 40.0, "MB")
}

/// Resident set of a process, from /proc.
fn resident_mebibytes(pid: u32) -> anyhow::Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .context("VmRSS")?;
    let kibibytes: f64 = line.split_whitespace().nth(1).context("a number")?.parse()?;
    Ok(kibibytes / 1024.0)
}
