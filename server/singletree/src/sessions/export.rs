//! `singletree sessions export`: a session written down for others, without secrets and without anything that a viewer
//! would load from the network.

use std::fs::OpenOptions;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use base::redact::Redactor;
use engine::export_markdown;
use store::Store;

use super::find::Found;
use super::show::{tell_damage, write_json};
use crate::cli::{ExportArgs, ExportFormat};
use crate::exit;

pub(super) fn run(store: &Store, args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let session = match super::find(store, &args.session.id)? {
        Ok(session) => session,
        Err(reason) => return exit::with(exit::USAGE, &reason),
    };
    let redactor = Redactor::of_process();
    let is_json = args.session.json || args.format == ExportFormat::Json;
    let write = |out: &mut dyn Write| match is_json {
        true => write_json(store, &session.id, &redactor, out),
        false => write_markdown(store, &session, out),
    };
    let Some(path) = &args.output else {
        let mut stdout = std::io::stdout().lock();
        write(&mut stdout)?;
        stdout.flush()?;
        return Ok(ExitCode::SUCCESS);
    };
    match new_file(path, write) {
        Err(error) if is_there_already(&error) => {
            let reason = format!(
                "{} is there already; nothing was written, name another file",
                path.display()
            );
            exit::with(exit::USAGE, &reason)
        }
        other => other.with_context(|| format!("{} cannot be written", path.display())),
    }
}

/// The session as Markdown in a new file.
pub(crate) fn save(store: &Store, session: &Found, path: &Path) -> anyhow::Result<()> {
    new_file(path, |out| write_markdown(store, session, out))?;
    Ok(())
}

fn new_file(path: &Path, write: impl Fn(&mut dyn Write) -> anyhow::Result<()>) -> anyhow::Result<ExitCode> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mut file = BufWriter::new(options.open(path)?);
    write(&mut file)?;
    file.flush()?;
    exit::tell(&format!("Written to {}.", path.display()));
    Ok(ExitCode::SUCCESS)
}

fn is_there_already(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::AlreadyExists)
}

fn write_markdown(store: &Store, session: &Found, out: &mut dyn Write) -> anyhow::Result<()> {
    export_markdown(store, &session.id, &session.title, out)?;
    tell_damage(store);
    Ok(())
}
