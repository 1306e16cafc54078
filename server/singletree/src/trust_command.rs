//! `singletree trust`: says yes to a workspace, takes it back, shows the list.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use config::trust::{Executable, TrustStatus, TrustStore};
use serde_json::{Value, json};

use crate::cli::TrustArgs;
use crate::place;
use crate::printable::{self, printable};
use crate::wiring::Home;

const MEANING: &str = "Trust lets the agent run this workspace's own tests, builds and tools in the workbench without a \
                       question, and has its settings in `.singletree` obeyed, which may only make things stricter. \
                       It ends when what runs by itself here changes, until you look and trust again.";

pub(crate) fn run(args: &TrustArgs) -> anyhow::Result<ExitCode> {
    let store = TrustStore::open(&Home::Environment.paths()?);
    if args.list {
        return list(&store, args.json);
    }
    // A path is taken by its word; without one it is the workspace that a turn here would work in.
    let folder = match &args.path {
        Some(path) => std::path::absolute(path)?,
        None => place::workspace_root(&std::env::current_dir()?)?,
    };
    if args.revoke {
        revoke(&store, &folder, args.json)
    } else {
        grant(&store, &folder, args.json)
    }
}

fn grant(store: &TrustStore, folder: &Path, is_json: bool) -> anyhow::Result<ExitCode> {
    let before = store.status(folder)?;
    let found = store.grant(folder)?;
    let folder = folder.canonicalize()?;
    let status = store.status(&folder)?;
    if !status.is_trusted() {
        bail!("{}: {status}", printable(&folder.to_string_lossy()));
    }
    if is_json {
        let changed = match before {
            TrustStatus::Changed { files, .. } => files,
            _ => Vec::new(),
        };
        let mut said = describe(&folder, &status);
        said["executable"] = found.iter().map(to_json).collect();
        said["changed"] = changed.into();
        return print(&said);
    }
    tell(&before, &found)?;
    let mut stdout = printable::stdout();
    writeln!(stdout, "\n{}: {status}", printable(&folder.to_string_lossy()))?;
    writeln!(stdout, "`singletree trust --revoke` takes it back.")?;
    Ok(ExitCode::SUCCESS)
}

fn tell(before: &TrustStatus, found: &[Executable]) -> anyhow::Result<()> {
    let mut stdout = printable::stdout();
    writeln!(stdout, "{MEANING}\n")?;
    if let TrustStatus::Changed { files, .. } = before {
        writeln!(stdout, "Not as you confirmed it before: {}\n", files.join(", "))?;
    }
    if found.is_empty() {
        writeln!(stdout, "Nothing here runs by itself.")?;
        return Ok(());
    }
    writeln!(stdout, "What is here and takes effect by itself, with other tools too:")?;
    let width = found
        .iter()
        .map(|one| one.name.chars().count())
        .max()
        .unwrap_or_default();
    for Executable { name, runs, .. } in found {
        writeln!(stdout, "  {name:<width$}  {runs}")?;
    }
    Ok(())
}

fn revoke(store: &TrustStore, folder: &Path, is_json: bool) -> anyhow::Result<ExitCode> {
    let was_listed = store.revoke(folder)?;
    // A folder that is gone is no longer on the list; nothing else is to be said of it.
    let status = folder.exists().then(|| store.status(folder)).transpose()?;
    if is_json {
        let mut said = match &status {
            Some(status) => describe(folder, status),
            None => json!({ "path": folder }),
        };
        said["revoked"] = was_listed.into();
        return print(&said);
    }
    let shown = printable(&folder.to_string_lossy());
    let done = if was_listed {
        "trust is taken back"
    } else {
        "it was not on the list"
    };
    let mut stdout = printable::stdout();
    writeln!(stdout, "{shown}: {done}.")?;
    if let Some(status) = status.filter(TrustStatus::is_trusted) {
        writeln!(stdout, "It still is {status}; take that back to end it.")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn list(store: &TrustStore, is_json: bool) -> anyhow::Result<ExitCode> {
    let folders = store.list()?;
    if is_json {
        let folders: Value = folders
            .iter()
            .map(|folder| {
                let mut said = describe(&folder.path, &folder.status);
                said["granted"] = folder.granted.into();
                said
            })
            .collect();
        return print(&folders);
    }
    let mut stdout = printable::stdout();
    if folders.is_empty() {
        writeln!(
            stdout,
            "No workspace is trusted yet; `singletree trust` in one trusts it."
        )?;
    }
    for folder in folders {
        let shown = printable(&folder.path.to_string_lossy());
        writeln!(stdout, "{shown}: {}", folder.status)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn describe(folder: &Path, status: &TrustStatus) -> Value {
    json!({"path": PathBuf::from(folder), "status": status.name(), "reason": status.to_string()})
}

fn to_json(executable: &Executable) -> Value {
    json!({"name": executable.name, "runs": executable.runs})
}

fn print(said: &Value) -> anyhow::Result<ExitCode> {
    writeln!(std::io::stdout(), "{said:#}")?;
    Ok(ExitCode::SUCCESS)
}
