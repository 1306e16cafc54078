//! Where a headless turn works: the workspace root, and the files in it.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// The folder that holds `.git` at or above `start`, else `start`: patches are relative to it, as `git apply` reads them.
pub(crate) fn workspace_root(start: &Path) -> anyhow::Result<PathBuf> {
    let start = start
        .canonicalize()
        .with_context(|| format!("{} cannot be opened", start.display()))?;
    Ok(start
        .ancestors()
        .find(|folder| folder.join(".git").exists())
        .unwrap_or(&start)
        .to_path_buf())
}

/// A file of the workspace as the index calls it: relative to `root`, with `/`. `given` is relative to the first of the
/// folders that has it.
pub(crate) fn in_workspace(given: &str, folders: &[&Path], root: &Path) -> anyhow::Result<String> {
    let path = folders
        .iter()
        .map(|folder| folder.join(given))
        .find(|path| path.is_file())
        .with_context(|| format!("there is no file `{given}` in the workspace"))?
        .canonicalize()?;
    let Ok(below) = path.strip_prefix(root) else {
        bail!("`{given}` is outside the workspace, which is {}", root.display());
    };
    Ok(below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
}
