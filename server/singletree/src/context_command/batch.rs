//! `--batch`: a question a line, an answer a line. A line that cannot be answered is answered with why, and the next is
//! read.

use std::io::{BufRead, BufReader, Read, Write};

use anyhow::Context;
use serde_json::json;

use super::finder::{Finder, Question};
use super::report;
use crate::exit;

/// No question is longer.
const MAX_BYTES: u64 = 32 << 20;

/// Answers every line of the input; how many could not be.
pub(super) fn answer(
    finder: &mut Finder,
    mut input: BufReader<impl Read>,
    mut output: impl Write,
) -> anyhow::Result<usize> {
    let folder = std::env::current_dir()?;
    let (mut bad, mut line) = (0, Vec::new());
    loop {
        line.clear();
        if input.by_ref().take(MAX_BYTES).read_until(b'\n', &mut line)? == 0 {
            return Ok(bad);
        }
        let is_cut = line.len() as u64 == MAX_BYTES && line.last() != Some(&b'\n');
        if is_cut {
            input.skip_until(b'\n')?;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let found = match is_cut {
            true => Err(anyhow::anyhow!("the line is longer than {} MiB", MAX_BYTES >> 20)),
            false => question(&line).and_then(|question| finder.find(&question, &folder)),
        };
        let answer = found.map_or_else(
            |error| {
                bad += 1;
                json!({"error": exit::why(&error)})
            },
            |found| report::to_json(&found),
        );
        writeln!(output, "{answer}")?;
        output.flush()?;
    }
}

fn question(line: &[u8]) -> anyhow::Result<Question> {
    // What some editors and shells begin a text with.
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    let mut question: Question = serde_json::from_slice(line)
        .context("this is no question: write {\"query\": \"words\", \"cursor\": \"PATH:LINE\"}, either or both")?;
    question.cursor = question.cursor.filter(|cursor| !cursor.is_empty());
    Ok(question)
}
