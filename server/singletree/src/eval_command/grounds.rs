//! Where trials work: each in a folder of its own, all below one that is gone when the suite has been run.
//!
//! That folder is held by a lock, which the operating system frees with the process; what killed processes left
//! behind is found by that and removed by the next one.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use config::Settings;

use super::commands::Commands;
use super::mistake::shown;
use super::suite::{Start, Suite, Task};

const PREFIX: &str = "singletree-eval-";
/// Of folders whose lock is not held yet.
const NEW_PREFIX: &str = "singletree-eval.new-";
/// Of folders that the user wants to look at; nobody sweeps these.
const KEPT_PREFIX: &str = "singletree-eval.kept-";
const LOCK: &str = "lock";

/// The identity of the one commit in a workspace that is made from files.
const AUTHOR: [&str; 4] = ["-c", "user.name=eval", "-c", "user.email=eval@localhost"];

pub(super) struct Grounds {
    folder: PathBuf,
    is_kept: bool,
    settings: Settings,
    /// The repository that holds the suite, where a task starts from a commit of it.
    repository: Option<Commands>,
    /// Git's list of worktrees takes one change at a time.
    worktrees: tokio::sync::Mutex<()>,
    _lock: File,
}

/// The folders of one trial.
pub(super) struct Place {
    folder: PathBuf,
    /// The workspace.
    pub(super) root: PathBuf,
    is_worktree: bool,
}

impl Place {
    /// Settings and state of the trial, which nobody else sees.
    pub(super) fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    /// The same for the commands of the checks.
    pub(super) fn checks_home(&self) -> PathBuf {
        self.folder.join("checks")
    }
}

impl Grounds {
    pub(super) async fn open(suite: &Suite, settings: &Settings, is_kept: bool) -> anyhow::Result<Self> {
        let all = std::env::temp_dir().canonicalize()?;
        sweep(&all);
        let new = tempfile::Builder::new().prefix(NEW_PREFIX).tempdir_in(&all)?;
        let lock = File::create(new.path().join(LOCK))?;
        lock.try_lock().context("the new folder is locked by another process")?;
        let name = new.path().file_name().unwrap_or_default().to_string_lossy();
        let prefix = if is_kept { KEPT_PREFIX } else { PREFIX };
        let folder = all.join(name.replacen(NEW_PREFIX, prefix, 1));
        fs::rename(new.keep(), &folder)?;
        let mut grounds = Self {
            folder,
            is_kept,
            settings: settings.clone(),
            repository: None,
            worktrees: tokio::sync::Mutex::default(),
            _lock: lock,
        };
        if suite.tasks.iter().any(|task| matches!(task.start, Start::Commit(_))) {
            let repository = grounds.commands(&grounds.folder.join("repository"), &suite.folder)?;
            let found = repository.git(&["worktree", "prune"]).await;
            found.map_err(|why| anyhow!("tasks start from a commit of the repository that holds the suite: {why}"))?;
            grounds.repository = Some(repository);
        }
        Ok(grounds)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the workspace of a trial; `number` tells it from the others.
    pub(super) async fn place(&self, task: &Task, number: usize) -> anyhow::Result<Place> {
        let folder = self.folder.join(format!("{number}-{}", task.name));
        fs::create_dir(&folder)?;
        let place = Place {
            root: folder.join("workspace"),
            is_worktree: matches!(task.start, Start::Commit(_)),
            folder,
        };
        let made = match &task.start {
            Start::Files { folder, names } => self.copy(folder, names, &place).await,
            Start::Commit(commit) => self.check_out(commit, &place).await,
        };
        if let Err(error) = made {
            self.remove(&place).await;
            return Err(error);
        }
        Ok(place)
    }

    /// The files, as the one commit of a repository: models look at `git status` and `git diff`.
    async fn copy(&self, from: &Path, names: &[PathBuf], place: &Place) -> anyhow::Result<()> {
        fs::create_dir(&place.root)?;
        for name in names {
            let to = place.root.join(name);
            fs::create_dir_all(to.parent().unwrap_or(&place.root))?;
            fs::copy(from.join(name), &to).with_context(|| shown(&from.join(name)))?;
        }
        let repository = self.commands(&place.folder.join("setup"), &place.root)?;
        let commit = [&AUTHOR[..], &["commit", "--quiet", "--message", "The task"]].concat();
        for arguments in [&["init", "--quiet"][..], &["add", "--all", "--force"], &commit] {
            repository.git(arguments).await.map_err(|why| anyhow!(why))?;
        }
        Ok(())
    }

    async fn check_out(&self, commit: &str, place: &Place) -> anyhow::Result<()> {
        let Some(repository) = &self.repository else {
            bail!("there is no repository to take {commit} from");
        };
        let root = utf8(&place.root)?;
        let _one_at_a_time = self.worktrees.lock().await;
        let added = repository
            .git(&["worktree", "add", "--quiet", "--detach", root, commit])
            .await;
        added.map(|_| ()).map_err(|why| anyhow!(why))
    }

    /// Removes all that a trial has made, unless the user wants to look at it.
    pub(super) async fn remove(&self, place: &Place) {
        if self.is_kept {
            return;
        }
        if let (true, Some(repository), Ok(root)) = (place.is_worktree, &self.repository, utf8(&place.root)) {
            let _one_at_a_time = self.worktrees.lock().await;
            if let Err(error) = repository.git(&["worktree", "remove", "--force", root]).await {
                tracing::warn!(%error, "a worktree is removed by hand");
            }
        }
        discard(&place.folder);
    }

    /// Removes what is left. Worktrees whose folders are gone are taken off git's list.
    pub(super) async fn close(self) {
        if !self.is_kept {
            discard(&self.folder);
        }
        if let Some(repository) = &self.repository {
            let _ = repository.git(&["worktree", "prune"]).await;
        }
    }

    /// Git in a folder. Each has a home of its own: two may not clean up in one.
    fn commands(&self, home: &Path, folder: &Path) -> anyhow::Result<Commands> {
        Commands::in_place(home, folder, &self.settings)
    }
}

/// What was not closed: the run panicked.
impl Drop for Grounds {
    fn drop(&mut self) {
        if !self.is_kept {
            discard(&self.folder);
        }
    }
}

/// Removes the folders of processes that are gone.
fn sweep(all: &Path) {
    let Ok(entries) = all.read_dir() else { return };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let lock = entry.path().join(LOCK);
        let is_dead = || File::open(&lock).is_ok_and(|lock| lock.try_lock().is_ok());
        // A link of that name is somebody else's.
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) && is_dead() {
            discard(&entry.path());
        }
    }
}

fn discard(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%error, folder = %folder.display(), "a temporary folder stays behind");
    }
}

fn utf8(path: &Path) -> anyhow::Result<&str> {
    path.to_str().with_context(|| format!("{} is no UTF-8", shown(path)))
}
