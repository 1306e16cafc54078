//! What an index costs at a thousand, ten thousand and a hundred thousand files, each in a process of its own: memory
//! that another index has used and freed would count.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use context::Atlas;

use super::tree;
use crate::report::{milliseconds, plain};

/// Set for the process that opens an index and says what it holds: workspace and cache folder, one a line.
const HOLD: &str = "SINGLETREE_BENCH_HOLD";
/// As small as in a tree of very many files.
const FILE_BYTES: usize = 2000;

pub(super) struct Held {
    pub(super) bytes: f64,
    pub(super) milliseconds: f64,
}

pub(crate) fn growth() -> anyhow::Result<()> {
    for files in [1_000, 10_000, 100_000] {
        let (folder, cache) = (tempfile::tempdir()?, tempfile::tempdir()?);
        tree::generate(folder.path(), files, FILE_BYTES)?;
        tree::age(folder.path())?;
        let cold = held_by_child(folder.path(), cache.path())?;
        let warm = held_by_child(folder.path(), cache.path())?;
        plain(&format!("context: {files} files, cold"), cold.milliseconds, "ms")?;
        plain(&format!("context: {files} files, warm"), warm.milliseconds, "ms")?;
        plain(&format!("context: {files} files, memory"), warm.bytes / 1e6, "MB")?;
    }
    Ok(())
}

/// Opens the index in another process.
pub(super) fn held_by_child(workspace: &Path, cache: &Path) -> anyhow::Result<Held> {
    let folders = format!("{}\n{}", workspace.display(), cache.display());
    let child = Command::new(std::env::current_exe()?).env(HOLD, folders).output()?;
    anyhow::ensure!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    let said = String::from_utf8(child.stdout)?;
    let (bytes, milliseconds) = said.trim().split_once(' ').context("two figures")?;
    Ok(Held {
        bytes: bytes.parse()?,
        milliseconds: milliseconds.parse()?,
    })
}

/// Whether this process is one that only opens an index.
pub(crate) fn hold() -> anyhow::Result<bool> {
    let Ok(folders) = std::env::var(HOLD) else {
        return Ok(false);
    };
    let (workspace, cache) = folders.split_once('\n').context("two folders")?;
    let before = resident_bytes()?;
    let atlas = Atlas::open(vec![workspace.into()], Some(cache.into()));
    let freshness = atlas.refresh();
    let after = resident_bytes()?;
    use std::io::Write as _;
    writeln!(
        std::io::stdout(),
        "{} {}",
        after - before,
        milliseconds(freshness.elapsed)
    )?;
    Ok(true)
}

fn resident_bytes() -> anyhow::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status").context("memory is read from /proc: Linux only")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.context("VmRSS")?.trim().trim_end_matches(" kB");
    Ok(kilobytes.parse::<f64>()? * 1024.0)
}
