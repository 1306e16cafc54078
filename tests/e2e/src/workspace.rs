//! A project on disk for one test: a git repository with a few files, and a private state folder beside it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::ensure;

pub struct Project {
    folder: tempfile::TempDir,
    root: PathBuf,
}

impl Project {
    /// `files` are (path, bytes).
    pub fn new(files: &[(&str, &[u8])]) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let root = folder.path().canonicalize()?.join("project");
        std::fs::create_dir_all(&root)?;
        let project = Self { folder, root };
        for (path, bytes) in files {
            project.write(path, bytes)?;
        }
        project.git(&["init", "--quiet"], None)?;
        Ok(project)
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A folder that is not in the workspace.
    pub fn outside(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub fn uri(&self, name: &str) -> String {
        crate::uri(&self.path(name))
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_default()
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let path = self.path(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(std::fs::write(path, bytes)?)
    }

    /// Trusts it, as its user would.
    pub fn trust(&self) -> anyhow::Result<()> {
        let output = crate::run(&self.home(), &self.root, &[], &["trust"])?;
        ensure!(
            output.status.success(),
            "singletree trust: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }

    /// Every file below the root but git's own, with its bytes and the time it was changed.
    pub fn state(&self) -> anyhow::Result<Vec<(PathBuf, Vec<u8>, std::time::SystemTime)>> {
        let mut state = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder)? {
                let path = entry?.path();
                let found = path.symlink_metadata()?;
                if found.is_dir() && !path.ends_with(".git") {
                    folders.push(path);
                } else if found.is_file() {
                    state.push((path.clone(), std::fs::read(&path)?, found.modified()?));
                }
            }
        }
        state.sort();
        Ok(state)
    }

    /// Runs git in the project, with `input` on its stdin; fails with what it printed.
    pub fn git(&self, args: &[&str], input: Option<&[u8]>) -> anyhow::Result<Vec<u8>> {
        let stdin = tempfile::NamedTempFile::new_in(self.folder.path())?;
        std::fs::write(stdin.path(), input.unwrap_or_default())?;
        let output = Command::new("git")
            .args(args)
            .current_dir(&self.root)
            .stdin(stdin.reopen()?)
            .output()?;
        ensure!(
            output.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(output.stdout)
    }
}
