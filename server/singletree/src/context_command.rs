//! `singletree context`: what of a workspace a request or a place is about, as a model would be told, and why.
//!
//! Needs no settings, no key and no network: it reads the folder and its history, and keeps what it learnt of them in
//! the cache folder.

mod batch;
mod finder;
mod place;
mod report;

use std::io::{BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

use crate::cli::ContextArgs;
use crate::exit;
use finder::{Finder, Question};

pub(crate) fn run(args: &ContextArgs) -> anyhow::Result<ExitCode> {
    let folder = std::env::current_dir()?;
    let root = root(args, &folder)?;
    let mut finder = Finder::open(root, &folder, args)?;
    let mut stdout = std::io::stdout().lock();
    if args.batch {
        let bad = batch::answer(&mut finder, BufReader::new(std::io::stdin()), &mut stdout)?;
        return match bad {
            0 => Ok(ExitCode::SUCCESS),
            bad => exit::with(
                exit::USAGE,
                &format!("{bad} line(s) could not be answered; each answer says why"),
            ),
        };
    }
    let question = Question {
        query: query(args)?,
        cursor: args.cursor.clone().filter(|cursor| !cursor.is_empty()),
        ..Question::default()
    };
    if question.is_empty() {
        bail!(
            "say what is looked for: words, --query-file, or a place with --cursor PATH:LINE (see `singletree context \
             --help`)"
        );
    }
    let answer = finder.find(&question, &folder)?;
    if args.json {
        writeln!(stdout, "{}", report::to_json(&answer))?;
    } else {
        for note in &answer.freshness.notes {
            exit::tell(&format!("! {note}"));
        }
        write!(stdout, "{}", report::table(&answer))?;
    }
    stdout.flush()?;
    Ok(ExitCode::SUCCESS)
}

/// The folder that is searched: the one that is named, or the workspace here.
fn root(args: &ContextArgs, folder: &Path) -> anyhow::Result<PathBuf> {
    let Some(named) = &args.repo else {
        return crate::place::workspace_root(folder);
    };
    let root = named
        .canonicalize()
        .with_context(|| format!("--repo {}: there is no such folder", named.display()))?;
    if !root.is_dir() {
        bail!(
            "--repo {}: this is a file; name the folder that it is in",
            named.display()
        );
    }
    Ok(root)
}

/// From the argument, a file, or what is piped in where neither they nor a place say what is looked for.
fn query(args: &ContextArgs) -> anyhow::Result<String> {
    if let Some(file) = &args.query_file {
        let bytes = std::fs::read(file).with_context(|| format!("--query-file {} cannot be read", file.display()))?;
        return Ok(String::from_utf8_lossy(&bytes).trim().to_owned());
    }
    if let Some(query) = &args.query {
        return Ok(query.trim().to_owned());
    }
    if args.cursor.is_some() || std::io::stdin().is_terminal() {
        return Ok(String::new());
    }
    Ok(crate::run::prompt_from_stdin()?.unwrap_or_default())
}
