//! What came of a suite: one entry a trial, and sums by model and by language. The JSON of two runs differs in what
//! is called `timing` only, as long as the models answer the same and commands print the same.

use std::time::Duration;

use base::Usage;
use serde::Serialize;

use super::judge::Judgement;
use super::suite::Task;
use super::transcript::Transcript;

#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) suite: String,
    /// In the order of tasks, models and repeats.
    pub(super) trials: Vec<TrialReport>,
    pub(super) models: Vec<Sum>,
    pub(super) languages: Vec<Sum>,
    pub(super) timing: Timing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    Passed,
    Failed,
    /// The model was not tried on the task.
    Skipped,
    /// The suite was interrupted before its end.
    Interrupted,
}

#[derive(Debug, Serialize)]
pub(super) struct TrialReport {
    pub(super) task: String,
    pub(super) title: String,
    pub(super) language: String,
    pub(super) command: &'static str,
    pub(super) model: String,
    pub(super) repeat: u32,
    pub(super) status: Status,
    /// Why there is no more to report, or why the turn did not end well.
    pub(super) reason: Option<String>,
    /// None where the trial was not brought to its end.
    pub(super) result: Option<TrialResult>,
    pub(super) timing: Timing,
}

#[derive(Debug, Serialize)]
pub(super) struct TrialResult {
    /// All of it, 0 to 1: accuracy, less a fifth for wasted calls and a tenth for a plan that was not followed.
    pub(super) score: f64,
    /// The part of the checks that passed. Those that were skipped do not count, nor do guards that held.
    pub(super) accuracy: f64,
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) skipped: usize,
    pub(super) checks: Vec<CheckReport>,
    pub(super) changed: Vec<String>,
    pub(super) tools: Tools,
    pub(super) plan: Option<Plan>,
    /// Answers of the model.
    pub(super) turns: u32,
    pub(super) tokens: Usage,
    pub(super) usd: Option<f64>,
    pub(super) judge: Option<Judgement>,
}

#[derive(Debug, Serialize)]
pub(super) struct CheckReport {
    pub(super) check: String,
    /// It holds for an untouched workspace as well, so it can only lose.
    #[serde(skip)]
    pub(super) is_guard: bool,
    pub(super) state: CheckState,
    pub(super) reason: Option<String>,
    /// The end of what a failed command printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) output: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CheckState {
    Passed,
    Failed,
    Skipped,
}

#[derive(Debug, Serialize)]
pub(super) struct Tools {
    pub(super) calls: usize,
    pub(super) expected: Option<u32>,
    pub(super) errors: usize,
    pub(super) repeated: usize,
    pub(super) efficiency: f64,
}

#[derive(Debug, Serialize)]
pub(super) struct Plan {
    pub(super) steps: usize,
    pub(super) followed: usize,
    pub(super) adherence: f64,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Timing {
    pub(super) seconds: f64,
}

/// Trials that have a model or a language in common.
#[derive(Debug, Serialize)]
pub(super) struct Sum {
    pub(super) name: String,
    /// Those that were brought to their end.
    pub(super) trials: usize,
    pub(super) passed: usize,
    /// The mean.
    pub(super) score: f64,
    pub(super) calls: usize,
    pub(super) tokens: u64,
    pub(super) usd: Option<f64>,
    pub(super) timing: Timing,
}

impl TrialResult {
    /// `is_whole` says whether the turn came to its own end; without that nothing is right.
    pub(super) fn new(task: &Task, transcript: &Transcript, checks: Vec<CheckReport>, is_whole: bool) -> Self {
        let count = |state| checks.iter().filter(|check| check.state == state).count();
        let [passed, failed, skipped] = [CheckState::Passed, CheckState::Failed, CheckState::Skipped].map(count);
        let held = |check: &&CheckReport| check.is_guard && check.state == CheckState::Passed;
        // Unless guards are all that the task has.
        let guards = match checks.iter().filter(held).count() {
            guards if guards == passed && failed == 0 => 0,
            guards => guards,
        };
        let accuracy = match is_whole {
            true => part(passed - guards, passed - guards + failed),
            false => 0.0,
        };
        let efficiency = transcript.efficiency(task.expected_calls);
        let plan = (!task.plan.is_empty()).then(|| {
            let followed = transcript.followed(&task.plan);
            Plan {
                steps: task.plan.len(),
                followed,
                adherence: rounded(part(followed, task.plan.len())),
            }
        });
        let adherence = plan.as_ref().map_or(1.0, |plan| plan.adherence);
        Self {
            score: rounded(accuracy * (0.7 + 0.2 * efficiency + 0.1 * adherence)),
            accuracy: rounded(accuracy),
            passed,
            failed,
            skipped,
            checks,
            changed: Vec::new(),
            tools: Tools {
                calls: transcript.calls.len(),
                expected: task.expected_calls,
                errors: transcript.errors(),
                repeated: transcript.repeated(),
                efficiency: rounded(efficiency),
            },
            plan,
            turns: transcript.answers,
            tokens: transcript.usage,
            usd: transcript.usd,
            judge: None,
        }
    }

    /// Whether there was something to check and all of it was right.
    pub(super) fn is_pass(&self) -> bool {
        self.failed == 0 && self.passed > 0 && self.accuracy > 0.0
    }
}

impl Timing {
    pub(super) fn of(elapsed: Duration) -> Self {
        Self {
            seconds: rounded(elapsed.as_secs_f64()),
        }
    }
}

impl Report {
    pub(super) fn new(suite: String, trials: Vec<TrialReport>, elapsed: Duration) -> Self {
        Self {
            suite,
            models: sums(&trials, |trial| &trial.model),
            languages: sums(&trials, |trial| &trial.language),
            trials,
            timing: Timing::of(elapsed),
        }
    }

    pub(super) fn has(&self, status: Status) -> bool {
        self.trials.iter().any(|trial| trial.status == status)
    }
}

/// In the order in which the names come up.
fn sums(trials: &[TrialReport], name: impl Fn(&TrialReport) -> &String) -> Vec<Sum> {
    let mut names: Vec<&String> = Vec::new();
    for found in trials.iter().map(&name) {
        if !names.contains(&found) {
            names.push(found);
        }
    }
    names
        .into_iter()
        .map(|wanted| {
            let group: Vec<_> = trials.iter().filter(|trial| name(trial) == wanted).collect();
            sum(wanted, &group)
        })
        .collect()
}

fn sum(name: &str, trials: &[&TrialReport]) -> Sum {
    let results: Vec<_> = trials.iter().filter_map(|trial| trial.result.as_ref()).collect();
    let score: f64 = results.iter().map(|result| result.score).sum();
    Sum {
        name: name.to_owned(),
        trials: results.len(),
        passed: trials.iter().filter(|trial| trial.status == Status::Passed).count(),
        score: rounded(score / results.len().max(1) as f64),
        calls: results.iter().map(|result| result.tools.calls).sum(),
        tokens: results.iter().map(|result| total(result.tokens)).sum(),
        usd: results.iter().map(|result| result.usd).sum(),
        timing: Timing {
            seconds: rounded(trials.iter().map(|trial| trial.timing.seconds).sum()),
        },
    }
}

pub(super) fn total(tokens: Usage) -> u64 {
    tokens.input + tokens.output + tokens.cache_read + tokens.cache_write
}

fn part(of: usize, all: usize) -> f64 {
    match all {
        0 => 0.0,
        all => of as f64 / all as f64,
    }
}

/// To three digits, which is more than such figures mean.
fn rounded(figure: f64) -> f64 {
    (figure * 1000.0).round() / 1000.0
}
