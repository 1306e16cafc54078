//! A place that is named: by `--cursor`, or in a line of `--batch`.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use context::{Cursor, Snapshot};

/// `PATH:LINE`, relative to the workspace or to `folder`, as the index calls it.
///
/// # Errors
/// It is no place in a file of the workspace, or in none that is indexed.
pub(super) fn cursor(given: &str, snapshot: &Snapshot, folder: &Path) -> anyhow::Result<Cursor> {
    let (name, line) = given
        .rsplit_once(':')
        .with_context(|| format!("`{given}` is no place: write PATH:LINE, as in `src/main.rs:10`"))?;
    let line: u32 = line
        .parse()
        .ok()
        .filter(|line| *line > 0)
        .with_context(|| format!("the place `{given}`: `{line}` is no line; lines count from 1"))?;
    let path = find(name, snapshot, folder)
        .with_context(|| format!("the place `{given}`: there is no file `{name}` in the workspace"))?;
    let Some(known) = snapshot.relative(&path) else {
        bail!(
            "the place `{given}`: {} is outside the workspace; --repo names another",
            path.display()
        );
    };
    let text = std::fs::read(&path).with_context(|| format!("the place `{given}`: `{name}` cannot be read"))?;
    let lines = text.split_inclusive(|byte| *byte == b'\n').count().max(1);
    if line as usize > lines {
        bail!("the place `{given}` is outside the file: `{name}` has {lines} line(s)");
    }
    if snapshot.catalog.id_of(&known).is_none() {
        bail!(
            "the place `{given}`: `{name}` is not indexed, since it is ignored, secret, binary, or larger than 1 MiB; \
             ask in words instead"
        );
    }
    Ok(Cursor { path: known, line })
}

fn find(name: &str, snapshot: &Snapshot, folder: &Path) -> Option<PathBuf> {
    let places = snapshot.roots.iter().map(PathBuf::as_path).chain([folder]);
    places
        .map(|place| place.join(name))
        .find(|path| path.is_file())?
        .canonicalize()
        .ok()
}
