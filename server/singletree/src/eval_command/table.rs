//! The report for people: a table of trials, what failed in words, and the sums.

use std::io::{self, Write};

use super::report::{CheckState, Report, Status, Sum, TrialReport, total};

/// The part of a failed command's output that the table shows; JSON has more.
const SHOWN_LINES: usize = 12;

pub(super) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let is_repeated = report.trials.iter().any(|trial| trial.repeat > 1);
    let head = ["task", "model", "passed", "score", "tools", "tokens", "usd", "seconds"];
    aligned(out, &head, report.trials.iter().map(|trial| row(trial, is_repeated)))?;
    for trial in &report.trials {
        failures(trial, out)?;
    }
    for (title, sums) in [("model", &report.models), ("language", &report.languages)] {
        writeln!(out)?;
        let head = [title, "trials", "passed", "score", "tools", "tokens", "usd", "seconds"];
        aligned(out, &head, sums.iter().map(sum_row))?;
    }
    Ok(())
}

fn row(trial: &TrialReport, is_repeated: bool) -> [String; 8] {
    let task = match is_repeated {
        true => format!("{} #{}", trial.task, trial.repeat),
        false => trial.task.clone(),
    };
    let none = || "-".to_owned();
    let [passed, score, tools, tokens, usd] = match &trial.result {
        Some(result) => [
            format!(
                "{} {}/{}",
                mark(trial.status),
                result.passed,
                result.passed + result.failed
            ),
            format!("{:.2}", result.score),
            result.tools.calls.to_string(),
            total(result.tokens).to_string(),
            money(result.usd),
        ],
        None => [mark(trial.status).to_owned(), none(), none(), none(), none()],
    };
    let seconds = format!("{:.1}", trial.timing.seconds);
    [task, trial.model.clone(), passed, score, tools, tokens, usd, seconds]
}

fn sum_row(sum: &Sum) -> [String; 8] {
    [
        sum.name.clone(),
        sum.trials.to_string(),
        sum.passed.to_string(),
        format!("{:.2}", sum.score),
        sum.calls.to_string(),
        sum.tokens.to_string(),
        money(sum.usd),
        format!("{:.1}", sum.timing.seconds),
    ]
}

fn mark(status: Status) -> &'static str {
    match status {
        Status::Passed => "yes",
        Status::Failed => "no",
        Status::Skipped => "skipped",
        Status::Interrupted => "interrupted",
    }
}

fn money(usd: Option<f64>) -> String {
    usd.map_or("?".to_owned(), |usd| format!("{usd:.4}"))
}

/// Names flush left, figures flush right.
fn aligned<const N: usize>(
    out: &mut impl Write,
    head: &[&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> io::Result<()> {
    let head = head.map(str::to_owned);
    let rows: Vec<[String; N]> = std::iter::once(head).chain(rows).collect();
    let is_name = |column: usize| {
        rows.iter()
            .skip(1)
            .any(|row| row[column].starts_with(char::is_alphabetic))
    };
    let width = |column: usize| {
        rows.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let columns: [(usize, bool); N] = std::array::from_fn(|column| (width(column), is_name(column)));
    for row in &rows {
        let mut line = String::new();
        for (cell, (width, is_name)) in row.iter().zip(columns) {
            line += &match is_name {
                true => format!("{cell:<width$}  "),
                false => format!("{cell:>width$}  "),
            };
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// What a reader wants to know of a trial beside its figures.
fn failures(trial: &TrialReport, out: &mut impl Write) -> io::Result<()> {
    let mut lines: Vec<String> = trial.reason.iter().cloned().collect();
    for check in trial.result.iter().flat_map(|result| &result.checks) {
        let reason = check.reason.as_deref().unwrap_or_default();
        match check.state {
            CheckState::Passed => {}
            CheckState::Failed => lines.push(format!("✗ {}: {reason}", check.check)),
            CheckState::Skipped => lines.push(format!("· {}: skipped, {reason}", check.check)),
        }
        let output: Vec<&str> = check.output.iter().flat_map(|output| output.lines()).collect();
        let shown = output.iter().skip(output.len().saturating_sub(SHOWN_LINES));
        lines.extend(shown.map(|line| format!("    {line}")));
    }
    if let Some(judgement) = trial.result.as_ref().and_then(|result| result.judge.as_ref()) {
        lines.push(judgement.to_string());
    }
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{} ({})", trial.task, trial.model)?;
    for line in lines {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rows: &[[&str; 2]], expect: &str) {
        let mut out = Vec::new();
        let rows = rows.iter().map(|row| row.map(str::to_owned));
        aligned(&mut out, &["task", "n"], rows).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expect);
    }

    #[test]
    fn names_stand_left_and_figures_right() {
        check(
            &[["a", "1"], ["longer", "100"]],
            "task      n\na         1\nlonger  100\n",
        );
        check(&[], "task  n\n");
    }
}
