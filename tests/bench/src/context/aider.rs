//! Our index beside aider's repository map: the same files, the same cores, both caches empty.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use anyhow::Context as _;

use super::{Workspace, tree};
use crate::report::{at_least, plain, unknown};

const MAP: &str = "context: aider's map of the same files";

pub(crate) fn against_aider() -> anyhow::Result<()> {
    let python = match installed() {
        Ok(python) => python,
        Err(why) => return unknown(MAP, &format!("{why:#}")),
    };
    let workspace = Workspace::new()?;
    let (first, files) = cold(&workspace)?;
    let map = match map_of(&python, workspace.folder.path(), &files) {
        Ok(map) => map,
        Err(why) => return unknown(MAP, &format!("{why:#}")),
    };
    // Whatever else the machine does meanwhile meets ours too, before and after.
    let (second, _) = cold(&workspace)?;
    let ours = (first + second) / 2;
    plain("context: files of both", files.len() as f64, "  ")?;
    plain(MAP, map.as_secs_f64(), "s ")?;
    plain("context: our cold index of them, mean of 2", ours.as_secs_f64(), "s ")?;
    at_least(
        "context: aider's map, times as long as our cold index",
        map.as_secs_f64() / ours.as_secs_f64(),
        12.0,
        "x ",
    )
}

/// The Python that has aider.
fn installed() -> anyhow::Result<PathBuf> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tools/aider");
    let output = Command::new(script).output();
    let said = output.map_err(anyhow::Error::from).and_then(|output| said(&output));
    Ok(said.context("tests/tools/aider")?.into())
}

/// How long our index takes from nothing, and the files that it holds.
fn cold(workspace: &Workspace) -> anyhow::Result<(Duration, Vec<PathBuf>)> {
    let cache = tempfile::tempdir()?;
    let atlas = workspace.atlas_in(cache.path());
    let took = atlas.refresh().elapsed;
    let snapshot = atlas.snapshot();
    let is_held = |path: &Path| Some(snapshot.catalog.id_of(&snapshot.relative(path)?).is_some());
    let texts = tree::texts(workspace.folder.path())?;
    let files = texts.into_iter().map(|(path, _)| path);
    Ok((took, files.filter(|path| is_held(path) == Some(true)).collect()))
}

fn map_of(python: &Path, root: &Path, files: &[PathBuf]) -> anyhow::Result<Duration> {
    let mut map = Command::new(python)
        .arg("-B")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("aider_map.py"))
        .arg(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = map.stdin.take().context("stdin")?;
    for file in files {
        writeln!(stdin, "{}", file.display())?;
    }
    drop(stdin);
    let seconds = said(&map.wait_with_output()?)?.parse()?;
    Ok(Duration::from_secs_f64(seconds))
}

/// The last line of what a program prints, or why it failed.
fn said(output: &Output) -> anyhow::Result<String> {
    let last = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        text.lines().last().unwrap_or_default().trim().to_owned()
    };
    anyhow::ensure!(output.status.success(), "{}", last(&output.stderr));
    Ok(last(&output.stdout))
}
