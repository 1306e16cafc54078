//! `singletree permissions check`: the verdict on a command line, the rule behind it and its parts. Nothing is run.

use std::io::{BufReader, BufWriter, Write};
use std::process::ExitCode;

use permissions::{CommandVerdict, Decision, PartVerdict, Verdict};
use serde_json::{Value, json};

use super::batch;
use super::judges::{Assumptions, Judges};
use crate::cli::CheckArgs;
use crate::exit;
use crate::printable::printable;
use crate::wiring::Home;

pub(super) fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let assumed = Assumptions {
        sandbox: args.sandbox,
        trust: args.trust,
        folder: args.cwd.clone(),
    };
    let mut judges = Judges::new(Home::Environment.paths()?)?;
    let Some(line) = &args.cmd else {
        let input = BufReader::with_capacity(1 << 16, std::io::stdin().lock());
        let output = BufWriter::new(std::io::stdout().lock());
        return match batch::answer(&mut judges, &assumed, input, output)? {
            0 => Ok(ExitCode::SUCCESS),
            bad => exit::with(exit::USAGE, &format!("{bad} of the lines could not be read")),
        };
    };
    let (line, judged) = match line.to_str() {
        Some(line) => (line.to_owned(), judges.judge(line.to_owned(), &assumed)?),
        None => (line.to_string_lossy().into_owned(), not_text()),
    };
    let mut stdout = std::io::stdout();
    if args.json {
        writeln!(stdout, "{}", to_json(&line, &judged))?;
    } else {
        print(&judged)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A line that is no text is one that nobody can have read.
pub(super) fn not_text() -> CommandVerdict {
    CommandVerdict {
        verdict: Verdict {
            decision: Decision::Ask,
            rule: "text.utf8".to_owned(),
            reason: "the command line is not UTF-8 text, so it cannot be understood; write it so".to_owned(),
        },
        parts: Vec::new(),
    }
}

pub(super) fn to_json(line: &str, judged: &CommandVerdict) -> Value {
    let CommandVerdict { verdict, parts } = judged;
    let parts: Value = parts.iter().map(part).collect();
    json!({"cmd": line, "verdict": verdict.decision, "rule": verdict.rule, "reason": verdict.reason, "parts": parts})
}

fn part(part: &PartVerdict) -> Value {
    let PartVerdict { text, verdict, always } = part;
    let mut said = json!({"text": text, "verdict": verdict.decision, "rule": verdict.rule, "reason": verdict.reason});
    if let Some(always) = always {
        said["always"] = always.as_str().into();
    }
    said
}

fn print(judged: &CommandVerdict) -> anyhow::Result<()> {
    let CommandVerdict { verdict, parts } = judged;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{} ({})", verdict.decision, printable(&verdict.rule))?;
    writeln!(stdout, "{}", printable(&verdict.reason))?;
    for PartVerdict { text, verdict, .. } in parts {
        let decision = verdict.decision.to_string();
        let (text, rule, reason) = (printable(text), printable(&verdict.rule), printable(&verdict.reason));
        writeln!(stdout, "  {decision:<5} {text}    # {rule}: {reason}")?;
    }
    Ok(())
}
