//! `singletree eval`: a suite of tasks on models, each in a workspace of its own, scored by the tasks' checks.

mod checks;
mod commands;
mod contestant;
mod grounds;
mod judge;
mod mistake;
mod report;
mod script;
mod suite;
mod table;
mod task_file;
mod transcript;
mod trial;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use config::Config;
use futures::{StreamExt, stream};
use permissions::Mode;
use tokio_util::sync::CancellationToken;

use crate::cli::EvalArgs;
use crate::exit;
use crate::printable;
use crate::wiring::{self, Home, Overrides};
use contestant::Contestant;
use grounds::Grounds;
use judge::Judge;
use report::{Report, Status, TrialReport};
use suite::Suite;
use trial::{Stage, Trial};

pub(crate) async fn run(args: EvalArgs) -> anyhow::Result<ExitCode> {
    let started = Instant::now();
    let suite = Suite::load(&args.suite, &args.task)?;
    let config = settings()?;
    let registry = contestant::user_models(&config)?;
    let mut contestants = Vec::new();
    for name in &args.model {
        match Contestant::find(name, &registry).await {
            Ok(contestant) => contestants.push(Arc::new(contestant)),
            Err(error) => return exit::with(exit::NO_MODEL, &format!("--model {name}: {error}")),
        }
    }
    let judge = match &args.judge {
        None => None,
        Some(name) => match Judge::find(name, &registry).await {
            Ok(judge) => Some(judge),
            Err(error) => return exit::with(exit::NO_MODEL, &format!("--judge {name}: {error}")),
        },
    };
    let stage = Arc::new(Stage {
        grounds: Grounds::open(&suite, &config.settings, args.keep).await?,
        config,
        judge,
        cancel: CancellationToken::new(),
    });
    let trials = run_all(&stage, trials(&suite, &contestants, args.repeat), args.jobs as usize).await;
    let report = Report::new(suite.title, trials, started.elapsed());
    if args.keep {
        exit::tell(&format!("the workspaces are in {}", stage.grounds.folder().display()));
    }
    if let Some(stage) = Arc::into_inner(stage) {
        stage.grounds.close().await;
    }
    publish(&report, &args)
}

/// The user's settings with the permissions of an evaluation: what is proposed is kept, and a question is a no.
fn settings() -> anyhow::Result<Config> {
    let mut config = wiring::load_config(&Home::Environment, None, &Overrides::default())?;
    config.settings.permissions.mode = Mode::Edit;
    Ok(config)
}

/// By task, model and repeat.
fn trials(suite: &Suite, contestants: &[Arc<Contestant>], repeats: u32) -> Vec<Trial> {
    let mut trials = Vec::new();
    for task in &suite.tasks {
        let task = Arc::new(task.clone());
        for contestant in contestants {
            for repeat in 1..=repeats {
                trials.push(Trial {
                    task: Arc::clone(&task),
                    contestant: Arc::clone(contestant),
                    repeat,
                    number: trials.len() + 1,
                });
            }
        }
    }
    trials
}

/// Runs the trials, so many at a time, and reports in their order. An interrupt ends those that run and starts no more.
async fn run_all(stage: &Arc<Stage>, trials: Vec<Trial>, jobs: usize) -> Vec<TrialReport> {
    let cancel = stage.cancel.clone();
    let interrupt = tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            exit::tell("interrupted: what runs is stopped, what is done is reported");
            cancel.cancel();
        }
    });
    let reports = stream::iter(trials)
        .map(|trial| run_guarded(Arc::clone(stage), trial))
        .buffered(jobs)
        .collect()
        .await;
    interrupt.abort();
    reports
}

/// A panic in a trial is that trial's end, not the suite's.
async fn run_guarded(stage: Arc<Stage>, trial: Trial) -> TrialReport {
    let trial = Arc::new(trial);
    let work = {
        let trial = Arc::clone(&trial);
        tokio::spawn(async move { stage.run(&trial).await })
    };
    let report = match work.await {
        Ok(report) => report,
        Err(error) => trial.report(
            Status::Failed,
            Some(format!("it failed inside Singletree, a bug of ours: {error}")),
        ),
    };
    let mark = match report.status {
        Status::Passed => "·",
        Status::Failed => "✗",
        Status::Skipped | Status::Interrupted => "-",
    };
    exit::tell(&format!(
        "{mark} {} ({}) {:.1} s",
        report.task, report.model, report.timing.seconds
    ));
    report
}

fn publish(report: &Report, args: &EvalArgs) -> anyhow::Result<ExitCode> {
    let json = serde_json::to_string_pretty(report)? + "\n";
    let mut stdout = std::io::stdout();
    if args.json {
        stdout.write_all(json.as_bytes())?;
    } else {
        table::write(report, &mut printable::stdout())?;
    }
    stdout.flush()?;
    if let Some(file) = &args.output {
        save(file, &json)?;
    }
    if report.has(Status::Interrupted) {
        return exit::with(exit::INTERRUPTED, "interrupted");
    }
    Ok(match report.has(Status::Failed) {
        true => ExitCode::from(exit::FAILED),
        false => ExitCode::SUCCESS,
    })
}

fn save(file: &Path, json: &str) -> anyhow::Result<()> {
    std::fs::write(file, json).with_context(|| format!("--output {}: it cannot be written", file.display()))
}
