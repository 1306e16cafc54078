//! A repository on disk for one test, and the policy's answers about lines typed into it.

use std::path::{Path, PathBuf};

use permissions::{CommandVerdict, Confinement, Mode, Policy, PolicyConfig, RunAction};

use crate::repository::{self, Repository};
use crate::row::Case;

/// A scratch repository: `workspace` in a private folder, beside an empty home.
pub struct Scratch {
    folder: tempfile::TempDir,
    root: PathBuf,
}

impl Scratch {
    /// # Errors
    /// The repository cannot be written.
    pub fn new(variant: Repository) -> anyhow::Result<Self> {
        let scratch = Self::empty()?;
        repository::write(&scratch.root)?;
        variant.poison(&scratch.root)?;
        Ok(scratch)
    }

    /// A workspace with nothing in it.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn empty() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let root = folder.path().canonicalize()?.join("workspace");
        std::fs::create_dir_all(&root)?;
        std::fs::create_dir_all(folder.path().join("home"))?;
        std::fs::create_dir_all(folder.path().join("tmp"))?;
        Ok(Self { folder, root })
    }

    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Outside the workspace: `home`, `tmp` and what a test puts there.
    #[must_use]
    pub fn outside(&self) -> &Path {
        self.folder.path()
    }

    /// The line with the repository's own folder filled in.
    #[must_use]
    pub fn fill(&self, line: &str) -> String {
        line.replace("{ROOT}", &self.root.display().to_string())
    }

    /// # Errors
    /// The root cannot be resolved.
    pub fn policy(&self, mode: Mode, trusted: bool) -> anyhow::Result<Policy> {
        Ok(Policy::new(PolicyConfig {
            roots: vec![self.root.clone()],
            mode,
            trusted,
            ..PolicyConfig::default()
        })?)
    }

    /// The verdict on a row's case.
    #[must_use]
    pub fn judge(&self, policy: &Policy, case: &Case<'_>) -> CommandVerdict {
        self.judge_line(policy, &self.fill(&case.row.line), &case.row.cwd, case.confinement)
    }

    /// The verdict on a line typed in `cwd`, a folder relative to the repository.
    #[must_use]
    pub fn judge_line(&self, policy: &Policy, line: &str, cwd: &str, confinement: Confinement) -> CommandVerdict {
        policy.judge_command(&RunAction {
            line: line.to_owned(),
            folder: if cwd.is_empty() {
                self.root.clone()
            } else {
                self.root.join(cwd)
            },
            confinement,
        })
    }
}
