//! The index of a workspace: how long it takes to make, to open again and to keep up to date, and how large it is.
//!
//! On a copy of the repository that `SINGLETREE_BENCH_REPOSITORY` names, or else on a generated tree of the size that
//! the limits are for.

mod aider;
mod growth;
mod tree;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use context::{Atlas, Cursor, Digest, Seed, SelectOptions};
use ropey::Rope;
use tempfile::TempDir;

use crate::report::{limited, milliseconds, percentile, plain};

pub(crate) use aider::against_aider;
pub(crate) use growth::{growth, hold};

/// The repository that the limits are for.
const LIMIT_BYTES: f64 = 34e6;
const SWITCHED: usize = 500;

/// A workspace of our own, and a folder for its cache.
struct Workspace {
    folder: TempDir,
    cache: TempDir,
}

impl Workspace {
    fn new() -> anyhow::Result<Self> {
        let workspace = Self {
            folder: tempfile::tempdir()?,
            cache: tempfile::tempdir()?,
        };
        match std::env::var_os("SINGLETREE_BENCH_REPOSITORY") {
            Some(repository) => tree::copy(Path::new(&repository), workspace.folder.path())?,
            None => tree::generate(workspace.folder.path(), tree::FILES, tree::FILE_BYTES)?,
        }
        tree::age(workspace.folder.path())?;
        Ok(workspace)
    }

    fn atlas(&self) -> Atlas {
        self.atlas_in(self.cache.path())
    }

    fn atlas_in(&self, cache: &Path) -> Atlas {
        Atlas::open(vec![self.folder.path().to_owned()], Some(cache.to_owned()))
    }
}

/// From nothing, and from the cache.
pub(crate) fn starts() -> anyhow::Result<()> {
    let workspace = Workspace::new()?;
    let texts = tree::texts(workspace.folder.path())?;
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    plain("context: text files", texts.len() as f64, "  ")?;
    plain("context: text", bytes as f64 / 1e6, "MB")?;
    let bare = bare_parsing(&texts);
    drop(texts);
    let cold = workspace.atlas().refresh().elapsed;
    plain("context: bare parsing of the same files", milliseconds(bare), "ms")?;
    limited(
        "context: cold index, times as long as bare parsing",
        cold.as_secs_f64() / bare.as_secs_f64(),
        1.0 / 0.6,
        "x ",
    )?;
    let share = bytes as f64 / LIMIT_BYTES;
    limited("context: cold index", milliseconds(cold), 4000.0 * share, "ms")?;
    let mut starts: Vec<Duration> = (0..5).map(|_| workspace.atlas().refresh().elapsed).collect();
    limited(
        "context: warm start, median of 5",
        milliseconds(percentile(&mut starts, 0.5)),
        300.0 * share.max(0.1),
        "ms",
    )?;
    let held = growth::held_by_child(workspace.folder.path(), workspace.cache.path())?;
    limited("context: memory, times the text", held.bytes / bytes as f64, 2.5, "x ")
}

fn bare_parsing(texts: &[(PathBuf, String)]) -> Duration {
    let next = AtomicUsize::new(0);
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some((path, text)) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    std::hint::black_box(Digest::parses(path, text));
                }
            });
        }
    });
    started.elapsed()
}

/// Questions, keystrokes, and a change of branch under way.
pub(crate) fn use_of_it() -> anyhow::Result<()> {
    let workspace = Workspace::new()?;
    let atlas = workspace.atlas();
    atlas.refresh();
    let texts = tree::texts(workspace.folder.path())?;
    queries(&atlas, &texts)?;
    keystrokes(&atlas, &texts)?;
    branch_switch(&atlas, &texts)
}

/// As a turn asks: ranked, packed, and the texts read.
fn ask(atlas: &Atlas, seed: &Seed) -> Duration {
    let asked = Instant::now();
    let snapshot = atlas.snapshot();
    let options = SelectOptions {
        budget: 8000,
        ..SelectOptions::default()
    };
    let read = |path: &str| std::fs::read_to_string(snapshot.absolute(path)?).ok();
    std::hint::black_box(context::select(&snapshot, seed, &options, &read, &|text| {
        text.len().div_ceil(4)
    }));
    asked.elapsed()
}

fn request(query: &str) -> Seed {
    Seed {
        query: query.to_owned(),
        ..Seed::default()
    }
}

/// A dozen words from the middle of a file.
fn query_of(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let middle = words.len() / 2;
    words[middle..(middle + 12).min(words.len())].join(" ")
}

fn queries(atlas: &Atlas, texts: &[(PathBuf, String)]) -> anyhow::Result<()> {
    let step = (texts.len() / 100).max(1);
    let sampled = || texts.iter().step_by(step);
    let requests = sampled().map(|(_, text)| request(&query_of(text)));
    let snapshot = atlas.snapshot();
    let cursors = sampled().filter_map(|(path, text)| {
        let line = u32::try_from(text.lines().count() / 2 + 1).ok()?;
        let path = snapshot.relative(path)?;
        Some(Seed {
            cursor: Some(Cursor { path, line }),
            ..Seed::default()
        })
    });
    asked("request", requests.map(|seed| ask(atlas, &seed)).collect())?;
    asked("cursor", cursors.map(|seed| ask(atlas, &seed)).collect())
}

fn asked(what: &str, mut latencies: Vec<Duration>) -> anyhow::Result<()> {
    plain(
        &format!("context: {what} to selection, p50"),
        milliseconds(percentile(&mut latencies, 0.5)),
        "ms",
    )?;
    limited(
        &format!("context: {what} to selection, p95"),
        milliseconds(percentile(&mut latencies, 0.95)),
        20.0,
        "ms",
    )
}

/// Into the middle of a file of about a thousand lines.
fn keystrokes(atlas: &Atlas, texts: &[(PathBuf, String)]) -> anyhow::Result<()> {
    let sources = texts.iter().filter(|(path, text)| Digest::parses(path, text));
    let (path, text) = sources
        .min_by_key(|(_, text)| text.lines().count().abs_diff(1000))
        .context("no source files")?;
    let mut rope = Rope::from_str(text);
    atlas.edit(path, &rope);
    let at = rope.line_to_char(rope.len_lines() / 2);
    let mut latencies = Vec::new();
    for (nth, typed) in "\nfn typed(value: usize) -> usize { value.count(1) }\n"
        .chars()
        .cycle()
        .take(500)
        .enumerate()
    {
        rope.insert_char(at + nth, typed);
        let typed = Instant::now();
        atlas.edit(path, &rope);
        latencies.push(typed.elapsed());
    }
    atlas.close(path);
    plain(
        "context: lines of the file typed into",
        text.lines().count() as f64,
        "  ",
    )?;
    limited(
        "context: keystroke to snapshot, p99",
        milliseconds(percentile(&mut latencies, 0.99)),
        2.0,
        "ms",
    )
}

/// Other texts in many files at once, while questions are asked.
fn branch_switch(atlas: &Atlas, texts: &[(PathBuf, String)]) -> anyhow::Result<()> {
    let step = (texts.len() / SWITCHED).max(1);
    for (path, text) in texts.iter().step_by(step).take(SWITCHED) {
        std::fs::write(path, format!("{text}\n\nswitched_to_the_other_branch\n"))?;
    }
    let done = AtomicBool::new(false);
    let mut latencies = Vec::new();
    let mut snapshots = Vec::new();
    let freshness = thread::scope(|scope| {
        let refresh = scope.spawn(|| {
            let freshness = atlas.refresh();
            done.store(true, Ordering::Release);
            freshness
        });
        while !done.load(Ordering::Acquire) {
            let asked = Instant::now();
            std::hint::black_box(atlas.snapshot());
            snapshots.push(asked.elapsed());
            latencies.push(ask(atlas, &request("switched to the other branch")));
        }
        refresh.join()
    });
    let freshness = freshness.map_err(|_| anyhow::anyhow!("the refresh panicked"))?;
    plain("context: files of a branch switch", freshness.changed as f64, "  ")?;
    limited(
        "context: branch switch of 500 files",
        milliseconds(freshness.elapsed),
        1000.0,
        "ms",
    )?;
    plain(
        "context: snapshot meanwhile, longest",
        milliseconds(percentile(&mut snapshots, 1.0)),
        "ms",
    )?;
    plain(
        "context: query meanwhile, p95",
        milliseconds(percentile(&mut latencies, 0.95)),
        "ms",
    )
}
