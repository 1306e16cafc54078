//! Prints what every signal says of the candidate files of a task, for fitting the weights of the fusion
//! (`tests/fit`). Reads the repository's objects directly, so that a thousand commits take minutes.
//!
//! `signals REPOSITORY [--plain] < tasks.jsonl > signals.jsonl`; a task is `{"id", "parent", "query", "cursor": {path,
//! line} or null, "gold": [path…]}`. With `--plain` no file is parsed: all are cut and read as plain text.

use std::collections::HashMap;
use std::io::{BufRead, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use context::{Catalog, Cursor, Digest, History, Seed, Timeline};
use serde_json::{Value, json};

const FIRSTS: u32 = 40;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let repository = arguments
        .next()
        .context("usage: signals REPOSITORY [--plain] < tasks.jsonl")?;
    let mut lab = Lab::open(
        Path::new(&repository),
        arguments.next().is_some_and(|flag| flag == "--plain"),
    )?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let task: Value = serde_json::from_str(&line?)?;
        for answer in lab.run(&task)? {
            writeln!(out, "{answer}")?;
        }
        out.flush()?;
    }
    Ok(())
}

struct Lab {
    repo: gix::Repository,
    digests: HashMap<(gix::ObjectId, String), Arc<Digest>>,
    history: History,
    plain: bool,
}

impl Lab {
    fn open(path: &Path, plain: bool) -> anyhow::Result<Self> {
        Ok(Self {
            repo: gix::open_opts(path, gix::open::Options::isolated())?,
            digests: HashMap::new(),
            history: History::default(),
            plain,
        })
    }

    fn run(&mut self, task: &Value) -> anyhow::Result<Vec<Value>> {
        let started = Instant::now();
        let parent = task["parent"].as_str().context("parent")?;
        let catalog = Catalog::of(self.files(parent)?);
        let path = self.repo.path().to_owned();
        let deadline = Instant::now() + Duration::from_secs(600);
        let past = self.history.past(&path, Some(parent), 20_000, deadline)?;
        let timeline = Timeline::of(&self.history, &past, &catalog);
        let built = started.elapsed();
        let read = |path: &str| self.text(parent, path);
        let mut answers = Vec::new();
        for (form, query) in [("full", &task["query"]), ("vague", &task["vague"])] {
            let cursor = task["cursor"].as_object().map(|cursor| Cursor {
                path: cursor["path"].as_str().unwrap_or_default().to_owned(),
                line: u32::try_from(cursor["line"].as_u64().unwrap_or(1)).unwrap_or(1),
            });
            let query = query.as_str().unwrap_or_default();
            if query.is_empty() && (cursor.is_none() || form == "vague") {
                continue;
            }
            let seed = Seed {
                query: if cursor.is_some() {
                    String::new()
                } else {
                    query.to_owned()
                },
                cursor,
                ..Seed::default()
            };
            let asked = Instant::now();
            let board = context::board(&catalog, &timeline, &seed, &read);
            let took = asked.elapsed();
            answers.push(json!({
                "id": task["id"],
                "form": form,
                "pieces": context::piece_rows(&catalog, &timeline, &seed, 25, &read),
                "files": self.rows(task, &catalog, &board),
                "build_ms": built.as_millis() as u64,
                "query_ms": took.as_secs_f64() * 1e3,
            }));
        }
        Ok(answers)
    }

    fn text(&self, commit: &str, path: &str) -> Option<String> {
        let id = gix::ObjectId::from_hex(commit.as_bytes()).ok()?;
        let tree = self.repo.find_commit(id).ok()?.tree().ok()?;
        let entry = tree.lookup_entry_by_path(path).ok()??;
        String::from_utf8(entry.object().ok()?.detach().data).ok()
    }

    fn rows(&self, task: &Value, catalog: &Catalog, board: &context::Board) -> Vec<Value> {
        let mut ids = board.firsts(FIRSTS);
        let gold = task["gold"].as_array().into_iter().flatten().filter_map(Value::as_str);
        ids.extend(gold.filter_map(|path| catalog.id_of(path)));
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter()
            .map(|id| {
                let signals: Vec<f32> = board.of_file(id).flat_map(|(_, share, place)| [share, place]).collect();
                let names: Vec<&str> = board.of_file(id).map(|(name, _, _)| name).collect();
                json!({"path": catalog.path_of(id), "bytes": catalog.bytes_of(id), "signals": signals, "names": names})
            })
            .collect()
    }

    fn files(&mut self, commit: &str) -> anyhow::Result<Vec<(String, Arc<Digest>)>> {
        let id = gix::ObjectId::from_hex(commit.as_bytes())?;
        let tree = self.repo.find_commit(id)?.tree()?;
        let mut recorder = gix::traverse::tree::Recorder::default();
        tree.traverse().breadthfirst(&mut recorder)?;
        let mut files = Vec::new();
        for entry in recorder.records {
            if !entry.mode.is_blob() {
                continue;
            }
            let path = entry.filepath.to_string();
            let extension = path.rsplit('.').next().unwrap_or_default().to_owned();
            let key = (entry.oid, extension);
            if let Some(digest) = self.digests.get(&key) {
                files.push((path, Arc::clone(digest)));
                continue;
            }
            let Ok(blob) = self.repo.find_blob(entry.oid) else {
                continue;
            };
            let Some(text) = std::str::from_utf8(&blob.data)
                .ok()
                .filter(|text| text.len() < 1 << 20 && !text.contains('\0'))
            else {
                continue;
            };
            let known_as = if self.plain { "plain text" } else { &path };
            let digest = Arc::new(Digest::of(Path::new(known_as), text));
            self.digests.insert(key, Arc::clone(&digest));
            files.push((path, digest));
        }
        Ok(files)
    }
}
