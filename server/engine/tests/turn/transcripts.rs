//! Turns as documents: each `tests/transcripts/*.md` tells what is asked, what the model answers and what the user does
//! meanwhile, and states what is sent, heard, proposed and concluded. Its README describes the blocks.
//!
//! `UPDATE_TRANSCRIPTS=1` writes what happens into the blocks that are compared; `TRANSCRIPT=name` plays one file.

mod cast;
mod document;
mod hunks;
mod log;
mod plain;
mod scene;
mod sees;
mod setup;
mod stored;
mod user;
mod words;

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use document::{Block, Document, Mistake, Played};
use scene::Actual;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts");

#[test]
fn transcripts_are_true() {
    let queue = Mutex::new(files());
    assert!(
        !queue.lock().expect("unpoisoned").is_empty(),
        "there are no transcripts"
    );
    let wrong = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(path) = { queue.lock().expect("unpoisoned").pop() } {
                    if let Err(error) = check_file(&path) {
                        wrong.lock().expect("unpoisoned").push(error);
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().expect("unpoisoned");
    wrong.sort();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn files() -> Vec<PathBuf> {
    let only = std::env::var("TRANSCRIPT").ok();
    let entries = std::fs::read_dir(FOLDER).expect("the folder of transcripts");
    let paths = entries.map(|entry| entry.expect("readable").path());
    let name = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let is_transcript = |path: &PathBuf| {
        let is_asked = only.as_ref().is_none_or(|only| *only == name(path));
        is_asked && name(path) != "README" && path.extension().is_some_and(|extension| extension == "md")
    };
    let mut files: Vec<PathBuf> = paths.filter(is_transcript).collect();
    files.sort();
    files
}

fn check_file(path: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let at = |Mistake { line, message }| format!("{}:{line}: {message}", shown(path));
    let document = Document::parse(&text).map_err(at)?;
    let actual = played(&document).map_err(at)?;
    if std::env::var_os("UPDATE_TRANSCRIPTS").is_some() {
        let updated = document.with_bodies(&actual);
        return std::fs::write(path, updated).map_err(|error| error.to_string());
    }
    let wrong: Vec<String> = differences(&actual).into_iter().map(at).collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

fn shown(path: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

/// On a thread of its own order: one event after the other.
fn played(document: &Document) -> Played<Actual<'_>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(scene::play(document))
}

/// Each block that does not hold what happened, at the first line where it does not.
fn differences(actual: &[(&Block, Vec<String>)]) -> Vec<Mistake> {
    let differs = |(block, found): &(&Block, Vec<String>)| {
        let pairs = block.body.iter().zip(found);
        let common = pairs.take_while(|(stated, found)| stated == found).count();
        let is_same = common == block.body.len() && common == found.len();
        (!is_same).then(|| Mistake {
            line: block.line + 1 + common,
            message: format!("`{}` differs here; what happened:\n{}", block.kind, found.join("\n")),
        })
    };
    actual.iter().filter_map(differs).collect()
}

#[cfg(test)]
mod tests;
