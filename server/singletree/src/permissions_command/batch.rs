//! `--batch`: a question a line, an answer a line. A line that cannot be read is answered as such, and the next is read.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::json;

use super::check::{not_text, to_json};
use super::judges::{Assumptions, Judges};
use crate::cli::Switch;
use crate::exit;

/// A command line may be long; no question is longer than this.
const MAX_BYTES: u64 = 32 << 20;

/// What a line may say; other keys are for whoever wrote it.
#[derive(Deserialize)]
struct Question {
    cmd: String,
    sandbox: Option<Choice>,
    trust: Option<Choice>,
    cwd: Option<PathBuf>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Choice {
    Word(Switch),
    Flag(bool),
}

impl From<Choice> for Switch {
    fn from(choice: Choice) -> Self {
        match choice {
            Choice::Word(switch) => switch,
            Choice::Flag(true) => Self::On,
            Choice::Flag(false) => Self::Off,
        }
    }
}

/// Answers every line of the input; how many could not be read.
pub(super) fn answer(
    judges: &mut Judges,
    assumed: &Assumptions,
    mut input: BufReader<impl Read>,
    mut output: impl Write,
) -> anyhow::Result<usize> {
    let mut bad = 0;
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(MAX_BYTES).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let is_cut = line.len() as u64 == MAX_BYTES && line.last() != Some(&b'\n');
        if is_cut {
            input.skip_until(b'\n')?;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = match is_cut {
            true => Err(anyhow::anyhow!("the line is longer than {} MiB", MAX_BYTES >> 20)),
            false => one(judges, assumed, &line),
        };
        let answer = answer.unwrap_or_else(|error| {
            bad += 1;
            json!({"error": exit::why(&error)})
        });
        writeln!(output, "{answer}")?;
        // Who asks one question at a time waits for its answer.
        if input.buffer().is_empty() {
            output.flush()?;
        }
    }
    output.flush()?;
    Ok(bad)
}

/// The answer to a question whose text has half of a character in it (`\\udc80`, as some write bytes that are no UTF-8).
fn unpaired(line: &[u8]) -> Option<serde_json::Value> {
    let text = std::str::from_utf8(line).ok()?;
    let mut whole = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\ud").or_else(|| rest.find("\\uD")) {
        whole.push_str(rest.get(..at)?);
        whole.push_str("\\ufffd");
        rest = rest.get(at + 6..)?;
    }
    whole.push_str(rest);
    let Question { cmd, .. } = serde_json::from_str(&whole).ok()?;
    Some(to_json(&cmd, &not_text()))
}

fn one(judges: &mut Judges, assumed: &Assumptions, line: &[u8]) -> anyhow::Result<serde_json::Value> {
    let Question {
        cmd,
        sandbox,
        trust,
        cwd,
    } = match serde_json::from_slice(line) {
        Ok(question) => question,
        Err(error) => return unpaired(line).ok_or(error.into()),
    };
    let assumed = Assumptions {
        sandbox: sandbox.map(Switch::from).or(assumed.sandbox),
        trust: trust.map(Switch::from).or(assumed.trust),
        folder: cwd.or_else(|| assumed.folder.clone()),
    };
    let judged = judges.judge(cmd.clone(), &assumed)?;
    Ok(to_json(&cmd, &judged))
}
