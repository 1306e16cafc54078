//! What a command costs: the decision, the workbench's start over a plain spawn, and a build inside it.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context;
use base::{ApprovalId, SessionId};
use permissions::{Action, Approval, Confinement, Policy, PolicyConfig, RunAction};
use sandbox::{Exit, Job, Limits, Mode, Settings, Workbench};
use tokio_util::sync::CancellationToken;

use crate::report::{limited, milliseconds, percentile, plain};

/// As agents type them: short and long, compound, with pipes, loops and substitutions.
const LINES: [&str; 12] = [
    "ls -la src",
    "git status --porcelain=v1 -b",
    "git log --oneline -20 -- src/main.rs",
    "rg -n 'fn main' --type rust | head -50",
    "find . -name '*.py' -not -path './node_modules/*' | wc -l",
    "sed -n '1,80p' src/main.rs",
    "cat a.txt b.txt | sort | uniq -c | sort -rn | head",
    "for f in *.rs; do wc -l \"$f\"; done",
    "cd src && ls && cd .. && cat Cargo.toml",
    "cargo test -p text --quiet 2>&1 | tail -20",
    "rm -rf target && cargo build",
    "test -f x && echo yes || echo no",
];

pub(crate) fn decisions() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let root = folder.path().canonicalize()?;
    let policy = policy(&root)?;
    let mut samples = Vec::new();
    for _ in 0..200 {
        for line in LINES {
            let run = action(line, &root, Confinement::Workbench);
            let started = Instant::now();
            black_box(policy.judge_command(black_box(&run)));
            samples.push(started.elapsed());
        }
    }
    let micros = |share, samples: &mut [Duration]| percentile(samples, share).as_secs_f64() * 1e6;
    limited("decision on a command, median", micros(0.5, &mut samples), 100.0, "µs")?;
    plain("decision on a command, p99", micros(0.99, &mut samples), "µs")
}

pub(crate) fn workbench_starts() -> anyhow::Result<()> {
    [1_000, 200_000].into_iter().try_for_each(workbench_start)
}

fn workbench_start(files: usize) -> anyhow::Result<()> {
    let place = Place::new()?;
    fill(&place.root, files)?;
    // The disk still has these to write; a workspace that somebody works in has not.
    Command::new("sync").status()?;
    let bench = place.workbench();
    let level = bench.standing().level;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let (mut spawned, mut confined) = (Vec::new(), Vec::new());
    // In turns, so that whatever else the machine does meets both alike.
    for _ in 0..60 {
        let started = Instant::now();
        let plain = Command::new("bash")
            .args(["-c", "true"])
            .current_dir(&place.root)
            .output()?;
        spawned.push(started.elapsed());
        anyhow::ensure!(plain.status.success(), "bash runs");
        let started = Instant::now();
        let exit = runtime.block_on(place.run(&bench, "true"))?;
        confined.push(started.elapsed());
        anyhow::ensure!(exit == Exit::Code(0), "{exit:?}");
    }
    let (plain_start, start) = (percentile(&mut spawned, 0.5), percentile(&mut confined, 0.5));
    limited(
        &format!("workbench ({level}) over plain spawn, {files} files"),
        milliseconds(start.saturating_sub(plain_start)),
        6.0,
        "ms",
    )
}

/// The tests of a small crate, built before: what is measured is cargo's look at the sources and the tests' own run.
pub(crate) fn cargo_test() -> anyhow::Result<()> {
    let place = Place::new()?;
    fs::create_dir(place.root.join("src"))?;
    fs::write(
        place.root.join("Cargo.toml"),
        "[package]\nname = \"sample\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n",
    )?;
    fs::write(place.root.join(".gitignore"), "target\n")?;
    fs::write(place.root.join("src/lib.rs"), SAMPLE)?;
    let line = "cargo test --offline --quiet";
    let bench = place.workbench();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let outside = || -> anyhow::Result<Duration> {
        let started = Instant::now();
        let output = Command::new("bash")
            .args(["-c", line])
            .current_dir(&place.root)
            .output()?;
        anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(started.elapsed())
    };
    let inside = || -> anyhow::Result<Duration> {
        let started = Instant::now();
        let exit = runtime.block_on(place.run(&bench, line))?;
        anyhow::ensure!(exit == Exit::Code(0), "{exit:?}");
        Ok(started.elapsed())
    };
    outside()?;
    inside()?;
    let (mut without, mut within) = (Vec::new(), Vec::new());
    for _ in 0..7 {
        without.push(outside()?);
        within.push(inside()?);
    }
    let (without, within) = (percentile(&mut without, 0.5), percentile(&mut within, 0.5));
    limited(
        "cargo test in the workbench, over plain",
        within.as_secs_f64() / without.as_secs_f64(),
        1.05,
        "×",
    )
}

const SAMPLE: &str = "
pub fn collatz(mut n: u64) -> u64 { let mut s = 0; while n != 1 { n = if n % 2 == 0 { n / 2 } else { 3 * n + 1 }; s += 1; } s }
#[cfg(test)]
mod tests {
    #[test]
    fn takes_a_while() { assert!((1..2_000_000).map(super::collatz).max().unwrap() > 500); }
}
";

/// A workspace and what a workbench over it needs.
struct Place {
    root: PathBuf,
    layers: PathBuf,
    _folder: tempfile::TempDir,
}

impl Place {
    fn new() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let base = folder.path().canonicalize()?;
        let (root, layers) = (base.join("workspace"), base.join("layers"));
        fs::create_dir(&root)?;
        fs::create_dir(&layers)?;
        Ok(Self {
            root,
            layers,
            _folder: folder,
        })
    }

    fn workbench(&self) -> Workbench {
        Workbench::new(Settings {
            mode: Mode::Required,
            roots: vec![self.root.clone()],
            layers: self.layers.clone(),
            environment: std::env::vars_os().collect(),
            network: Vec::new(),
            masked: Vec::new(),
        })
    }

    async fn run(&self, bench: &Workbench, line: &str) -> anyhow::Result<Exit> {
        let action = action(line, &self.root, bench.standing().confinement);
        let approval = Approval::User(ApprovalId::from("bench"));
        let grant = policy(&self.root)?
            .grant(&Action::Run { run: &action }, approval)
            .map_err(|verdict| anyhow::anyhow!("{verdict}"))?;
        let job = Job {
            session: SessionId::from("bench"),
            seeds: Vec::new(),
            limits: Limits::default(),
            environment: Vec::new(),
        };
        let outcome = bench.run(&grant, job, &CancellationToken::new()).await?;
        Ok(outcome.exit)
    }
}

fn policy(root: &Path) -> anyhow::Result<Policy> {
    Ok(Policy::new(PolicyConfig {
        roots: vec![root.to_owned()],
        trusted: true,
        ..PolicyConfig::default()
    })?)
}

fn action(line: &str, root: &Path, confinement: Confinement) -> RunAction {
    RunAction {
        line: line.to_owned(),
        folder: root.to_owned(),
        confinement,
    }
}

/// So many files, a hundred to a folder.
pub(crate) fn fill(root: &Path, files: usize) -> anyhow::Result<()> {
    for folder in 0..files.div_ceil(100) {
        let path = root.join(format!("d{folder}"));
        fs::create_dir(&path).with_context(|| path.display().to_string())?;
        for file in 0..100.min(files - folder * 100) {
            fs::write(path.join(format!("f{file}.txt")), "text\n")?;
        }
    }
    Ok(())
}
