//! What a command on the real files is about to destroy is saved first, and what it changed is told after.
//!
//! Nobody knows beforehand what a command writes; it is the paths that its caller names, and what is below the folders
//! among them. Each is read once before and once after, and nothing else is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{SessionId, TurnId};

use crate::beneath::Found;
use crate::checkpoint::{now, write};
use crate::error::JournalError;
use crate::place;
use crate::step::{Checkpoints, Image, Step, StepKind, StepRecord, Write};
use crate::workspace::Workspace;

/// At most so many files are saved before one command, and so many bytes of them.
const MAX_FILES: usize = 5_000;
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// A command that is about to run, or runs, on the real files.
#[must_use = "without `end` what the command changed stays unknown, and cannot be rewound"]
pub struct CommandStep {
    checkpoints: Arc<dyn Checkpoints>,
    session: SessionId,
    number: u64,
    before: BTreeMap<PathBuf, Image>,
    left_out: Vec<PathBuf>,
}

impl CommandStep {
    /// The step's number: the checkpoint to go back to.
    #[must_use]
    pub fn checkpoint(&self) -> u64 {
        self.number
    }

    /// What could not be saved: outside the workspace, too large or too many, no files.
    #[must_use]
    pub fn left_out(&self) -> &[PathBuf] {
        &self.left_out
    }
}

impl Workspace {
    /// Saves what `paths` are, before a command that may write them runs; of folders all that is below, up to 5,000
    /// files and 256 MiB. None if no record is kept here. It is on the disk itself when this returns.
    ///
    /// # Errors
    /// It could not be recorded: the command should not run.
    pub fn begin_command(
        &self,
        session: &SessionId,
        turn: &TurnId,
        label: &str,
        paths: &[PathBuf],
    ) -> Result<Option<CommandStep>, JournalError> {
        let Some(checkpoints) = self.checkpoints.get() else {
            return Ok(None);
        };
        let mut survey = Survey {
            workspace: self,
            room: MAX_BYTES,
            found: BTreeMap::new(),
            left_out: Vec::new(),
        };
        for path in paths {
            survey.take(path, |bytes| checkpoints.put_image(bytes).map(drop))?;
        }
        let Survey { found, left_out, .. } = survey;
        let number = checkpoints.last_step(session)? + 1;
        let writes = found
            .iter()
            .filter_map(|(path, image)| write(path, image.clone(), None));
        let step = Step {
            number,
            turn: Some(turn.clone()),
            kind: StepKind::Command,
            label: label.to_owned(),
            at: now(),
            writes: writes.collect(),
        };
        checkpoints.append(session, &StepRecord::Begin(step))?;
        Ok(Some(CommandStep {
            checkpoints: Arc::clone(checkpoints),
            session: session.clone(),
            number,
            before: found,
            left_out,
        }))
    }

    /// Records what the command left, and answers with the paths that it changed. Of what it made, only what was named
    /// beforehand is told: a new file in a folder may as well be the user's.
    ///
    /// # Errors
    /// It could not be recorded.
    pub fn end_command(&self, step: CommandStep) -> Result<Vec<PathBuf>, JournalError> {
        let mut writes: Vec<Write> = Vec::new();
        for (path, before) in step.before {
            let now = self.on_disk(&path).image;
            if before != now {
                writes.extend(write(&path, before, Some(now)));
            }
        }
        let changed: Vec<PathBuf> = writes.iter().filter_map(Write::path).collect();
        let number = step.number;
        let record = StepRecord::End { step: number, writes };
        step.checkpoints.append(&step.session, &record)?;
        for path in &changed {
            self.disk_changed(path);
        }
        Ok(changed)
    }
}

/// A look at paths and what is below them.
struct Survey<'a> {
    workspace: &'a Workspace,
    room: usize,
    found: BTreeMap<PathBuf, Image>,
    left_out: Vec<PathBuf>,
}

impl Survey<'_> {
    fn take(
        &mut self,
        path: &Path,
        mut save: impl FnMut(&[u8]) -> Result<(), JournalError>,
    ) -> Result<(), JournalError> {
        let mut waiting = vec![path.to_owned()];
        while let Some(path) = waiting.pop() {
            let named = match (path.parent(), path.file_name()) {
                // The last name may be a link, which is what the command removes.
                (Some(parent), Some(name)) => place::resolve(parent).join(name),
                _ => path.clone(),
            };
            if self.found.contains_key(&named) {
                continue;
            }
            let is_inside = self
                .workspace
                .roots()
                .iter()
                .any(|root| named.starts_with(root) && named != *root);
            let Found { image, bytes } = self.workspace.on_disk(&named);
            let len = bytes.as_ref().map_or(0, Vec::len);
            let is_full = self.found.len() >= MAX_FILES || len > self.room;
            if !is_inside || is_full || image == Image::Other {
                self.left_out.push(named);
                continue;
            }
            if let Some(bytes) = bytes {
                self.room -= len;
                save(&bytes)?;
            }
            if image == Image::Folder {
                // What cannot be listed is left out with what is in it.
                match std::fs::read_dir(&named) {
                    Ok(entries) => waiting.extend(entries.flatten().map(|entry| entry.path())),
                    Err(_) => self.left_out.push(named.clone()),
                }
            }
            self.found.insert(named, image);
        }
        Ok(())
    }
}
