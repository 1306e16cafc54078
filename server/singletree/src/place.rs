//! Where a headless turn works: the workspace root.

use std::path::{Path, PathBuf};

use anyhow::Context;

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
