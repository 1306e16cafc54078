//! What the harness adds to a model: between its answers, before the first, over a long session; and what it holds.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use e2e::Project;
use serde_json::{Value, json};

use crate::model::{Model, Script};
use crate::report::{limited, milliseconds, percentile, plain};

const READS: usize = 20;
const ANSWERS: usize = 20;
const RUNS: usize = 10;
/// Tokens of a model's window.
const USUAL: usize = 200_000;
const WIDE: usize = 1_000_000;
/// Bytes that a call of a long session prints.
const PRINTED: usize = 100_000;
/// As many words back and forth as make a session of 10,000 items: each turn is its task, two messages and its end.
const ITEMS_A_TURN: usize = 4;

/// How often a turn's process is looked at, which takes its time from what is measured.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

pub(crate) fn answers() -> anyhow::Result<()> {
    [1, READS].into_iter().try_for_each(overhead)
}

pub(crate) fn resume() -> anyhow::Result<()> {
    resume_of(10_000)
}

pub(crate) fn length() -> anyhow::Result<()> {
    [1_000, 10_000].into_iter().try_for_each(long_session)
}

/// `ANSWERS` answers with so many file reads each, in a window that holds them all.
fn overhead(reads_an_answer: usize) -> anyhow::Result<()> {
    let (mut between, mut earliest, mut first) = (Vec::new(), Vec::new(), Vec::new());
    let (mut peak, mut size) = (0.0_f64, 0);
    for _ in 0..RUNS {
        let script: Script = Box::new(move |nth| match nth < ANSWERS {
            true => reads(nth, reads_an_answer),
            false => Vec::new(),
        });
        let scene = Scene::new(4_000, WIDE, script)?;
        let started = Instant::now();
        let used = scene.turn(&[])?;
        let log = scene.model.log();
        ensure!(log.asked.len() == ANSWERS + 1, "{} requests", log.asked.len());
        let asked = log.asked.iter().map(|(at, _)| *at);
        between.extend(
            asked
                .skip(1)
                .zip(&log.answered)
                .map(|(asked, answered)| asked - *answered),
        );
        earliest.push(log.asked[1].0 - log.answered[0]);
        first.push(log.asked[0].0 - started);
        (peak, size) = (peak.max(used), log.asked[0].1);
    }
    let overhead = format!("answer to next request, {reads_an_answer} reads");
    limited(
        &format!("{overhead}, median"),
        milliseconds(percentile(&mut between, 0.5)),
        2.0,
        "ms",
    )?;
    limited(
        &format!("{overhead}, p95"),
        milliseconds(percentile(&mut between, 0.95)),
        6.0,
        "ms",
    )?;
    if reads_an_answer != READS {
        return Ok(());
    }
    limited(
        &format!("{overhead}, first of its turn, median"),
        milliseconds(percentile(&mut earliest, 0.5)),
        2.0,
        "ms",
    )?;
    limited(
        "spawn to first request of `run`, median",
        milliseconds(percentile(&mut first, 0.5)),
        30.0,
        "ms",
    )?;
    limited("peak memory of such a run", peak, 40.0, "MB")?;
    limited("first request, all built-in tools", size as f64 / 1e3, 14.0, "kB")
}

/// `items` items, then one more turn in a process of its own, over the same turn in a new session.
fn resume_of(items: usize) -> anyhow::Result<()> {
    let scene = Scene::new(100, USUAL, Box::new(|_| Vec::new()))?;
    let mut chat = scene
        .command(&["chat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let lines = "and another thing\n".repeat(items / ITEMS_A_TURN);
    std::io::Write::write_all(&mut chat.stdin.take().context("stdin")?, lines.as_bytes())?;
    ensure!(chat.wait()?.success(), "the chat ended badly");
    let session = &scene.session()?;
    let shown = scene.command(&["sessions", "show", session, "--json"]).output()?;
    let shown: Vec<Value> = serde_json::from_slice(&shown.stdout)?;
    let until_asked = |arguments: &[&str]| -> anyhow::Result<Duration> {
        let mut times = Vec::new();
        for _ in 0..RUNS {
            let before = scene.model.log().asked.len();
            let started = Instant::now();
            scene.turn(arguments)?;
            times.push(scene.model.log().asked[before].0 - started);
        }
        Ok(percentile(&mut times, 0.5))
    };
    let (resumed, new) = (until_asked(&["--session", session])?, until_asked(&[])?);
    let what = format!("resume of {} items, over a new session", shown.len());
    limited(&what, milliseconds(resumed.saturating_sub(new)), 100.0, "ms")
}

/// `calls` commands that print `PRINTED` bytes each. What grows with their number would show in the second of two
/// figures.
fn long_session(calls: usize) -> anyhow::Result<()> {
    let answers = calls / READS;
    let scene = Scene::new(
        2 * PRINTED,
        USUAL,
        Box::new(move |nth| if nth < answers { prints(nth) } else { Vec::new() }),
    )?;
    scene.project.trust()?;
    let started = Instant::now();
    let peak = scene.turn(&[])?;
    let took = started.elapsed().as_secs_f64();
    let played = scene.model.log().played;
    ensure!(played == answers + 1, "the turn ended after {played} answers");
    let outputs = scene.outputs()?;
    ensure!(outputs.len() == calls, "{} outputs of {calls} calls", outputs.len());
    let printed: usize = outputs.iter().sum();
    ensure!(printed == calls * PRINTED, "{printed} bytes of output");
    let what = format!("{calls} tool calls, {:.2} GB of output", printed as f64 / 1e9);
    plain(&what, took, "s")?;
    limited(&format!("peak memory after {what}"), peak, 300.0, "MB")
}

/// Each prints other bytes of the file: no two calls are alike.
fn prints(nth: usize) -> Vec<(String, Value)> {
    let print = |file| {
        let command = format!("tail -c +{} f{file}.txt | head -c {PRINTED}", nth + 1);
        ("shell".to_owned(), json!({ "command": command }))
    };
    (0..READS).map(print).collect()
}

/// So many files, each from another line on than the last time: no two calls are alike.
fn reads(nth: usize, count: usize) -> Vec<(String, Value)> {
    let read = |file| {
        (
            "read".to_owned(),
            json!({"path": format!("f{}.txt", file % READS), "first_line": nth + 1}),
        )
    };
    (nth..nth + count).map(read).collect()
}

struct Scene {
    project: Project,
    model: Model,
}

impl Scene {
    /// `READS` files of so many bytes, and a model with a window of so many tokens.
    fn new(bytes: usize, window: usize, script: Script) -> anyhow::Result<Self> {
        let text = "a line of forty characters, as they come\n".repeat(bytes / 40);
        let files: Vec<_> = (0..READS).map(|file| format!("f{file}.txt")).collect();
        let files: Vec<_> = files.iter().map(|file| (file.as_str(), text.as_bytes())).collect();
        let project = Project::new(&files)?;
        let model = Model::start(script)?;
        let folder = project.home().join("config");
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("config.toml"), model.settings(window))?;
        Ok(Self { project, model })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(e2e::singletree());
        command.args(arguments).current_dir(self.project.root());
        command.env("SINGLETREE_HOME", self.project.home());
        command
    }

    /// One turn of `run`; returns the most memory that its process held, in MB.
    fn turn(&self, arguments: &[&str]) -> anyhow::Result<f64> {
        let mut command = self.command(&[&["run", "go on", "--json"], arguments].concat());
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut stdout = child.stdout.take().context("stdout")?;
        let (mut peak, mut buffer) = (0, vec![0; 64 * 1024]);
        let mut looked = Instant::now();
        loop {
            let read = stdout.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            // The mark only rises, and the last event comes while the process still holds all of it.
            let is_last = String::from_utf8_lossy(&buffer[..read]).contains("turn.completed");
            if is_last || looked.elapsed() > BETWEEN_LOOKS {
                peak = peak.max(high_water(child.id()).unwrap_or(0));
                looked = Instant::now();
            }
        }
        ensure!(child.wait()?.success(), "the turn failed");
        ensure!(peak > 0, "nobody has seen how much it held");
        Ok(peak as f64 / 1024.0)
    }

    /// The session that was used last.
    fn session(&self) -> anyhow::Result<String> {
        let listed = self.command(&["sessions", "list", "--json"]).output()?;
        let listed: Value = serde_json::from_slice(&listed.stdout)?;
        Ok(listed[0]["id"].as_str().context("a session")?.to_owned())
    }

    /// How many bytes each command of the session printed, by what was stored of it when it ended: in the requests
    /// that came after, most results were cut already.
    fn outputs(&self) -> anyhow::Result<Vec<usize>> {
        let session = self.session()?;
        let mut show = self.command(&["sessions", "show", &session, "--json"]);
        let mut shown = show.stdout(Stdio::piped()).spawn()?;
        let mut outputs = Vec::new();
        // An item a line.
        for line in BufReader::new(shown.stdout.take().context("stdout")?).lines() {
            let line = line?;
            let Ok(item) = serde_json::from_str::<Value>(line.trim_end_matches(',')) else {
                continue;
            };
            let blocks = (item["item"] == "message")
                .then(|| item["content"].as_array())
                .flatten();
            let results = blocks
                .into_iter()
                .flatten()
                .filter(|block| block["type"] == "tool_result");
            outputs.extend(results.map(|result| printed(result["content"].as_str().unwrap_or_default())));
        }
        ensure!(shown.wait()?.success(), "the session cannot be shown");
        Ok(outputs)
    }
}

/// How many bytes a command printed that printed too many to be shown, by its result; 0 for any other result.
fn printed(result: &str) -> usize {
    let note = result
        .split_once("[… a part of ")
        .and_then(|(_, rest)| rest.split_once(" bytes"));
    note.and_then(|(bytes, _)| bytes.parse().ok()).unwrap_or_default()
}

/// `VmHWM` of a process, in KiB.
fn high_water(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}
