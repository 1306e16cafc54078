//! Rewind: the files that the agent wrote become what they were, where nobody else has written them since.
//!
//! A rewind is a step like any other: it is recorded before its first write, so it can be undone, and after a crash
//! the same command goes on where it stopped. An open document is changed through the editor, and its buffer is
//! what counts; everything else is written beneath the root by descriptor.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base::SessionId;
use permissions::{Grant, WriteKind};
use ropey::Rope;

use crate::beneath::{self, Place};
use crate::checkpoint::{now, write};
use crate::editor::{Editor, EditorAnswer, EditorEdit, EditorFile};
use crate::error::RewindError;
use crate::file::FileId;
use crate::rewind_plan::{LeftBecause, PlannedFile, RewindPlan, RewindVerdict};
use crate::step::{Checkpoints, Image, Step, StepKind, StepRecord, Write};
use crate::workspace::Workspace;

/// How often an open document is looked at while the editor changes it.
const LOOK_EVERY: Duration = Duration::from_millis(20);

const NOT_SEEN: &str = "the editor did not make the change";

/// What a rewind did.
#[derive(Clone, Debug)]
pub struct Rewound {
    pub session: SessionId,
    /// The files are as they were before this step.
    pub to: u64,
    /// The rewind's own step; none if there was nothing to do.
    pub step: Option<u64>,
    pub files: Vec<RewoundFile>,
}

#[derive(Clone, Debug)]
pub struct RewoundFile {
    pub path: PathBuf,
    /// What was to be done.
    pub verdict: RewindVerdict,
    /// Why it was not; then the file is as it was found.
    pub failure: Option<String>,
}

/// Why a file is as it was found.
enum Failure {
    Left(LeftBecause),
    Other(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::DirectoryNotEmpty => Self::Left(LeftBecause::NotEmpty),
            io::ErrorKind::AlreadyExists => Self::Left(LeftBecause::Changed),
            _ if beneath::is_changed(&error) => Self::Left(LeftBecause::Changed),
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<String> for Failure {
    fn from(failure: String) -> Self {
        Self::Other(failure)
    }
}

impl RewindPlan {
    /// The paths that carrying it out writes.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        self.writes().map(|file| file.path.clone()).collect()
    }

    fn writes(&self) -> impl Iterator<Item = &PlannedFile> {
        self.files.iter().filter(|file| file.is_write())
    }
}

impl PlannedFile {
    fn is_write(&self) -> bool {
        !matches!(self.verdict, RewindVerdict::Unchanged | RewindVerdict::Left(_))
    }

    /// In which order paths are written: what is moved back first, then what has to make way, then folders before
    /// what goes into them, and at last what was moved and did not go back as it was. Of the folders that go away, the innermost goes first.
    fn rank(&self) -> (u8, usize) {
        let depth = self.path.components().count();
        match (&self.verdict, &self.current, &self.wanted) {
            (RewindVerdict::MoveBack { .. }, ..) => (0, depth),
            (_, current, Image::Folder) if *current != Image::Folder => (3, depth),
            (_, Image::Folder, _) => (2, usize::MAX - depth),
            (_, _, Image::Absent) if !self.origins.is_empty() => (5, depth),
            (_, _, Image::Absent) => (1, depth),
            _ => (4, depth),
        }
    }

    fn as_write(&self) -> Option<Write> {
        let after = match (&self.wanted, self.mode) {
            (Image::File { hash, .. }, mode) => Image::File {
                hash: hash.clone(),
                mode: mode.or(self.current.mode()),
            },
            (wanted, _) => wanted.clone(),
        };
        let mut write = write(&self.path, self.current.clone(), Some(after))?;
        if let RewindVerdict::MoveBack { from } = &self.verdict {
            write.renamed_from = base::Uri::from_path(from).ok();
        }
        Some(write)
    }
}

impl Workspace {
    /// Carries a plan out, as far as what it saw is still so. The grant covers what [`RewindPlan::paths`] names; open
    /// documents are changed through `editor`.
    ///
    /// # Errors
    /// It could not be recorded: then nothing was changed. What becomes of each file is in the answer.
    pub async fn rewind(&self, plan: &RewindPlan, grant: &Grant, editor: &dyn Editor) -> Result<Rewound, RewindError> {
        let checkpoints = self.recorder()?;
        let mut writes: Vec<&PlannedFile> = plan.writes().collect();
        if let Some(uncovered) = writes.iter().find(|file| !grant.covers(&file.path, WriteKind::Modify)) {
            return Err(RewindError::NotGranted(uncovered.path.clone()));
        }
        writes.sort_by_key(|file| file.rank());
        let step = match writes.is_empty() {
            true => None,
            false => Some(self.begin_rewind(plan, &writes, checkpoints)?),
        };
        let as_planned = plan.files.iter().map(|file| RewoundFile {
            path: file.path.clone(),
            verdict: file.verdict.clone(),
            failure: None,
        });
        let mut files: Vec<RewoundFile> = as_planned.collect();
        let mut done = Vec::new();
        for planned in &writes {
            let is_stuck = |file: &RewoundFile| {
                let is_back = file.failure.is_none() && !matches!(file.verdict, RewindVerdict::Left(_));
                planned.origins.contains(&file.path) && !is_back
            };
            let outcome = match files.iter().any(is_stuck) {
                true => Err(Failure::Left(LeftBecause::NoWayBack)),
                false => self.put_back(planned, checkpoints, editor).await,
            };
            self.disk_changed(&planned.path);
            let told = files.iter_mut().find(|file| file.path == planned.path);
            match (outcome, told) {
                (Ok(()), _) => done.extend(planned.as_write()),
                (Err(Failure::Left(because)), Some(file)) => file.verdict = RewindVerdict::Left(because),
                (Err(Failure::Other(failure)), Some(file)) => {
                    // It may have been done in part.
                    done.extend(planned.as_write());
                    file.failure = Some(failure);
                }
                (Err(_), None) => {}
            }
        }
        if let Some(step) = step {
            let record = StepRecord::End { step, writes: done };
            if let Err(error) = checkpoints.append(&plan.session, &record) {
                tracing::error!(%error, "the end of a rewind was not recorded");
            }
        }
        Ok(Rewound {
            session: plan.session.clone(),
            to: plan.to,
            step,
            files,
        })
    }

    fn begin_rewind(
        &self,
        plan: &RewindPlan,
        writes: &[&PlannedFile],
        checkpoints: &dyn Checkpoints,
    ) -> Result<u64, RewindError> {
        for file in writes {
            let found = self.found(&file.path);
            if let Some(bytes) = &found.bytes {
                checkpoints.put_image(bytes)?;
            }
        }
        let number = checkpoints.last_step(&plan.session)? + 1;
        let step = Step {
            number,
            turn: None,
            kind: StepKind::Rewind { to: plan.to },
            label: format!("rewind to {}", plan.to),
            at: now(),
            writes: writes.iter().filter_map(|file| file.as_write()).collect(),
        };
        checkpoints.append(&plan.session, &StepRecord::Begin(step))?;
        Ok(number)
    }

    async fn put_back(
        &self,
        file: &PlannedFile,
        checkpoints: &dyn Checkpoints,
        editor: &dyn Editor,
    ) -> Result<(), Failure> {
        let bytes = match &file.wanted {
            Image::File { hash, .. } => checkpoints.image(hash).map_err(|error| error.to_string())?,
            _ => None,
        };
        let open = match &file.verdict {
            // It went with what came back, or is still here.
            RewindVerdict::GoBack { to } => match self.on_disk(&file.path).image {
                Image::Absent => return Ok(()),
                _ => {
                    return Err(Failure::Other(format!(
                        "it could not be moved back to {}",
                        to.display()
                    )));
                }
            },
            RewindVerdict::MoveBack { from } => self.open_rope(from),
            _ => self.open_rope(&file.path),
        };
        match open.filter(|_| !file.current.is_like(&file.wanted)) {
            Some((rope, version)) => {
                let changed = self.change_open(file, bytes.as_deref(), (&rope, version), editor).await;
                Ok(changed?)
            }
            None => Ok(self.change_on_disk(file, bytes.as_deref())?),
        }
    }

    fn open_rope(&self, path: &Path) -> Option<(Rope, Option<i32>)> {
        let state = self.lock();
        let file = state.files.get(&FileId::Path(path.to_owned()))?;
        file.is_open().then(|| (file.rope.clone(), file.version()))
    }

    async fn change_open(
        &self,
        file: &PlannedFile,
        bytes: Option<&[u8]>,
        (base, version): (&Rope, Option<i32>),
        editor: &dyn Editor,
    ) -> Result<(), String> {
        let uri = self.uri_of(&file.path);
        let base = base.clone();
        let change = match (&file.verdict, bytes) {
            (RewindVerdict::MoveBack { from }, _) => EditorFile::Rename {
                from: self.uri_of(from),
                to: uri,
            },
            (RewindVerdict::Remove, _) => EditorFile::Delete { uri, base },
            (_, Some(bytes)) => {
                let decoded = text::decode(bytes).map_err(|error| error.to_string())?;
                let edits = text::diff_edits(&base, &Rope::from_str(&decoded.text));
                EditorFile::Edit {
                    uri,
                    version,
                    edits,
                    base,
                }
            }
            (_, None) => return Err(NOT_SEEN.to_owned()),
        };
        let edit = EditorEdit {
            label: "Singletree: rewind".to_owned(),
            files: vec![change],
        };
        if let EditorAnswer::Refused { reason } = editor.apply(edit).await {
            return Err(reason);
        }
        let seen = async {
            loop {
                self.disk_changed(&file.path);
                if self.found(&file.path).image.is_like(&file.wanted) {
                    return;
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let seen = tokio::time::timeout(self.proof_deadline(), seen).await;
        seen.map_err(|_| NOT_SEEN.to_owned())
    }

    fn change_on_disk(&self, file: &PlannedFile, bytes: Option<&[u8]>) -> io::Result<()> {
        let root = self.root_of(&file.path);
        if let RewindVerdict::MoveBack { from } = &file.verdict {
            return self.move_back(file, from);
        }
        if let (Image::Folder | Image::File { .. } | Image::Link { .. }, Image::Absent) = (&file.current, &file.wanted)
        {
            let Some(place) = Place::find(&root, &file.path)? else {
                return Ok(());
            };
            return match file.current {
                Image::Folder => place.remove_empty_folder(),
                _ => place.remove(&file.current),
            };
        }
        let place = Place::make(&root, &file.path)?;
        let current = match (&file.current, &file.wanted) {
            (Image::Folder, Image::Folder) => return Ok(()),
            (Image::Folder, _) => {
                place.remove_empty_folder()?;
                &Image::Absent
            }
            (current, Image::Folder) if *current != Image::Absent => {
                place.remove(current)?;
                &Image::Absent
            }
            (current, _) => current,
        };
        match (&file.wanted, bytes) {
            (Image::Folder, _) => place.make_folder(),
            (Image::Link { target }, _) => place.put_link(target, current),
            (wanted, _) if current.is_like(wanted) => match file.mode {
                Some(mode) => place.set_mode(mode, current),
                None => Ok(()),
            },
            (Image::File { .. }, Some(bytes)) => place.put_file(bytes, file.mode, current),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn move_back(&self, file: &PlannedFile, from: &Path) -> io::Result<()> {
        let target = Place::make(&self.root_of(&file.path), &file.path)?;
        match Place::find(&self.root_of(from), from)? {
            Some(source) => source.move_to(&target, &file.wanted),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }
}
