//! `singletree permissions`: what would be said to a command, the rules behind it, and their examples.

mod batch;
mod built_in;
mod check;
mod judges;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use config::trust::TrustStore;
use config::{Config, Example, Origin, Paths, Sources};
use serde_json::{Value, json};

use crate::cli::PermissionsCommand;
use crate::exit;
use crate::place;
use crate::printable::{self, printable};
use crate::wiring::Home;
use built_in::BUILT_IN;

pub(crate) fn run(command: &PermissionsCommand) -> anyhow::Result<ExitCode> {
    match command {
        PermissionsCommand::Check(args) => check::run(args),
        PermissionsCommand::List(args) => list(args.json),
        PermissionsCommand::Test(args) => test(args.json),
    }
}

/// The settings that are found for a workspace. Those that come with it are read only if it is trusted.
fn sources(paths: &Paths, root: &Path, is_trusted: bool) -> Sources {
    let mut sources = Sources::standard(paths, Some(root));
    sources.environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect();
    sources.is_trusted = is_trusted;
    sources
}

/// Whether what runs in `folder` is trusted while `root` is open. What cannot be known is not.
fn is_trusted(store: &TrustStore, root: &Path, folder: &Path) -> bool {
    match store.status_in(root, folder) {
        Ok(status) => status.is_trusted(),
        Err(error) => {
            exit::tell(&format!("! {error}"));
            false
        }
    }
}

/// The workspace here and its settings.
fn here() -> anyhow::Result<(Paths, PathBuf, Sources)> {
    let paths = Home::Environment.paths()?;
    let root = place::workspace_root(&std::env::current_dir()?)?;
    let is_trusted = is_trusted(&TrustStore::open(&paths), &root, &root);
    let sources = sources(&paths, &root, is_trusted);
    Ok((paths, root, sources))
}

fn list(is_json: bool) -> anyhow::Result<ExitCode> {
    let (.., sources) = here()?;
    let config = config::load(&sources)?;
    if is_json {
        writeln!(std::io::stdout(), "{:#}", all_rules(&config))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut stdout = printable::stdout();
    for (origin, rule) in config.rules() {
        let (kind, subject) = (rule.kind(), printable(rule.subject()));
        let verdict = rule.verdict().to_string();
        writeln!(
            stdout,
            "{verdict:<6} {kind:<8} {subject}    # {}, {origin}",
            layer(origin)
        )?;
    }
    for group in &BUILT_IN {
        writeln!(
            stdout,
            "{:<6} {:<8} {:<16} {}",
            group.verdict, "built-in", group.rule, group.about
        )?;
    }
    for notice in &config.notices {
        writeln!(stdout, "# {}", printable(&notice.to_string()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn all_rules(config: &Config) -> Value {
    let configured = config.rules().iter().map(|(origin, rule)| {
        let mut said = json!({"origin": layer(origin), "place": origin.to_string(), "rule": rule.id()});
        if let (Some(said), Ok(Value::Object(fields))) = (said.as_object_mut(), serde_json::to_value(rule)) {
            said.extend(fields.into_iter().filter(|(key, _)| key != "id"));
        }
        said
    });
    let built_in = BUILT_IN
        .iter()
        .map(|group| json!({"origin": "built-in", "rule": group.rule, "verdict": group.verdict, "about": group.about}));
    configured.chain(built_in).collect()
}

fn layer(origin: &Origin) -> String {
    match json!(origin.layer) {
        Value::String(name) => name,
        other => other.to_string(),
    }
}

fn test(is_json: bool) -> anyhow::Result<ExitCode> {
    let (.., sources) = here()?;
    let examples = config::examples(&sources)?;
    let failed = examples.iter().filter(|example| example.failure.is_some()).count();
    let mut stdout = std::io::stdout();
    if is_json {
        let told: Value = examples.iter().map(to_json).collect();
        writeln!(stdout, "{told:#}")?;
    } else {
        for example in &examples {
            writeln!(stdout, "{}", told(example))?;
        }
        writeln!(stdout, "{} examples, {failed} failed", examples.len())?;
    }
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(exit::FAILED)
    })
}

fn to_json(example: &Example) -> Value {
    json!({
        "rule": example.rule.id(), "subject": example.rule.subject(), "example": example.example,
        "should_match": example.should_match, "ok": example.failure.is_none(), "failure": example.failure,
    })
}

fn told(example: &Example) -> String {
    let subject = printable(example.rule.subject());
    let says = if example.should_match {
        "matches"
    } else {
        "leaves alone"
    };
    match &example.failure {
        None => format!("ok      `{subject}` {says} `{}`", printable(&example.example)),
        Some(failure) => format!("failed  {}", printable(failure)),
    }
}
