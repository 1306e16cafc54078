//! What a rewind would do: for every path that the agent wrote since a checkpoint, whether nobody else has since.
//!
//! The writes of a path are read backwards from what is there now. Each must have left what the next one found, the
//! last one what is there now; then the path is the agent's alone, and what the first one found comes back. A write
//! that is not in effect (its buffer was never saved, its process died first, the user took it back) is passed over.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base::{SessionId, TurnId};

use crate::disk;
use crate::error::{JournalError, RewindError};
use crate::place;
use crate::step::{self, Checkpoints, Image, Step, StepKind, Write};
use crate::workspace::Workspace;

/// Where to go back to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RewindTo {
    /// Before the first file that the last turn wrote.
    LastTurn,
    /// Before this step.
    Checkpoint(u64),
    /// Before the first file that this turn wrote.
    Turn(TurnId),
    /// Before the last rewind, if nothing was written after it.
    Undo,
}

#[derive(Clone, Debug)]
pub struct RewindRequest {
    pub session: SessionId,
    pub to: RewindTo,
    /// Save what a file was next to it, where the user has changed it since.
    pub beside: bool,
}

/// What a rewind would do, file by file.
#[derive(Clone, Debug)]
pub struct RewindPlan {
    pub session: SessionId,
    /// The step before which the files are to be as they were.
    pub to: u64,
    /// By path.
    pub files: Vec<PlannedFile>,
}

#[derive(Clone, Debug)]
pub struct PlannedFile {
    pub path: PathBuf,
    pub verdict: RewindVerdict,
    pub(crate) current: Image,
    pub(crate) wanted: Image,
    /// To be set, where it was the agent that changed it.
    pub(crate) mode: Option<u32>,
    /// From where the agent had moved it: it goes only once these are back.
    pub(crate) origins: Vec<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RewindVerdict {
    /// Nobody but the agent has written it: it becomes what it was.
    Restore,
    /// It comes back from where the agent had moved it.
    MoveBack { from: PathBuf },
    /// It goes back to where the agent had moved it from.
    GoBack { to: PathBuf },
    /// The agent made it, so it goes away.
    Remove,
    /// It is what it was.
    Unchanged,
    /// It stays as it is.
    Left(LeftBecause),
    /// What it was is saved here, next to the file.
    Beside { of: PathBuf },
}

/// Why a path is not touched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeftBecause {
    #[error("it was changed since the agent wrote it")]
    Changed,
    #[error("it is gone since the agent wrote it")]
    Gone,
    #[error("it is a link now")]
    Link,
    #[error("it cannot go back to where it was moved from: what is there now is not the agent's")]
    NoWayBack,
    #[error("there are other files in it")]
    NotEmpty,
    #[error("a link or a file stands in the way to it")]
    InTheWay,
    #[error("what it was was not saved: it was no file, could not be read or was too large")]
    NoImage,
    #[error("it is outside the workspace")]
    Outside,
}

/// A checkpoint as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub step: Step,
    /// It was not rewound, or brought back since.
    pub stands: bool,
}

impl Workspace {
    /// The steps of a session, oldest first.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn checkpoints(&self, session: &SessionId) -> Result<Vec<Checkpoint>, RewindError> {
        let steps = self.steps(session)?;
        let standing = step::standing(&steps);
        let checkpoint = |step: Step| Checkpoint {
            stands: standing.contains(&step.number),
            step,
        };
        Ok(steps.into_iter().map(checkpoint).collect())
    }

    /// What a rewind would do now. The files that were written are looked at, and no others.
    ///
    /// # Errors
    /// There is nothing to go back to, or the record cannot be read.
    pub fn plan_rewind(&self, request: &RewindRequest) -> Result<RewindPlan, RewindError> {
        let steps = self.steps(&request.session)?;
        let to = target(&steps, &request.to)?;
        let mut chains: BTreeMap<PathBuf, Vec<&Write>> = BTreeMap::new();
        for write in steps
            .iter()
            .filter(|step| step.number >= to)
            .flat_map(|step| &step.writes)
        {
            if let Some(path) = write.path() {
                chains.entry(path).or_default().push(write);
            }
        }
        let checkpoints = self.recorder()?;
        let mut files = BTreeMap::new();
        for (path, chain) in &chains {
            self.disk_changed(path);
            let planned = self.plan_path(path, chain, checkpoints)?;
            files.extend(planned.map(|file| (path.clone(), file)));
        }
        pair_moves(&mut files, &chains);
        let mut files: Vec<PlannedFile> = files.into_values().collect();
        if request.beside {
            let saved: Vec<PlannedFile> = files.iter().filter_map(beside).collect();
            files.extend(saved);
        }
        files.sort_by(|left, right| left.path.cmp(&right.path));
        let session = request.session.clone();
        Ok(RewindPlan { session, to, files })
    }

    fn steps(&self, session: &SessionId) -> Result<Vec<Step>, RewindError> {
        Ok(step::steps(self.recorder()?.records(session)?))
    }

    pub(crate) fn recorder(&self) -> Result<&dyn Checkpoints, RewindError> {
        let checkpoints = self.checkpoints.get().ok_or(RewindError::NotRecorded)?;
        Ok(checkpoints.as_ref())
    }

    fn plan_path(
        &self,
        path: &Path,
        chain: &[&Write],
        checkpoints: &dyn Checkpoints,
    ) -> Result<Option<PlannedFile>, JournalError> {
        let Some(wanted) = chain.first().map(|first| first.before.clone()) else {
            return Ok(None);
        };
        let planned = |verdict, current: &Image, mode| PlannedFile {
            path: path.to_owned(),
            verdict,
            current: current.clone(),
            wanted: wanted.clone(),
            mode,
            origins: Vec::new(),
        };
        if let Some(because) = self.unreachable(path) {
            return Ok(Some(planned(RewindVerdict::Left(because), &Image::Other, None)));
        }
        let current = self.found(path).image;
        let Some(effective) = backwards(chain, &current) else {
            let verdict = match current.is_like(&wanted) {
                true => RewindVerdict::Unchanged,
                false => RewindVerdict::Left(because(&current)),
            };
            return Ok(Some(planned(verdict, &current, None)));
        };
        let mode = mode(&wanted, &effective, &current);
        let verdict = match &wanted {
            wanted if current.is_like(wanted) && mode.is_none() => RewindVerdict::Unchanged,
            Image::Absent => RewindVerdict::Remove,
            // What cannot be read now could not be brought back by undoing the rewind.
            _ if current == Image::Other => RewindVerdict::Left(LeftBecause::NoImage),
            Image::File { hash, .. } if !current.is_like(&wanted) && checkpoints.image(hash)?.is_none() => {
                RewindVerdict::Left(LeftBecause::NoImage)
            }
            Image::Other => RewindVerdict::Left(LeftBecause::NoImage),
            _ => RewindVerdict::Restore,
        };
        Ok(Some(planned(verdict, &current, mode)))
    }

    fn unreachable(&self, path: &Path) -> Option<LeftBecause> {
        let parent = path.parent()?;
        let roots = self.roots();
        if !roots.iter().any(|root| path.starts_with(root)) {
            return Some(LeftBecause::Outside);
        }
        let has_link = place::resolve(parent) != parent;
        let has_file = parent
            .ancestors()
            .any(|folder| disk::exists(folder) && !folder.is_dir());
        (has_link || has_file).then_some(LeftBecause::InTheWay)
    }
}

/// Where the standing steps say to go.
fn target(steps: &[Step], to: &RewindTo) -> Result<u64, RewindError> {
    match to {
        RewindTo::Checkpoint(number) => {
            let known = steps.iter().any(|step| step.number == *number);
            known.then_some(*number).ok_or(RewindError::NoCheckpoint(*number))
        }
        RewindTo::Turn(turn) => {
            let first = steps.iter().find(|step| step.turn.as_ref() == Some(turn));
            first
                .map(|step| step.number)
                .ok_or_else(|| RewindError::NoTurn(turn.clone()))
        }
        RewindTo::Undo => match steps.last() {
            Some(step) if matches!(step.kind, StepKind::Rewind { .. }) => Ok(step.number),
            _ => Err(RewindError::NothingToUndo),
        },
        RewindTo::LastTurn => {
            let standing = step::standing(steps);
            let mut standing = steps.iter().rev().filter(|step| standing.contains(&step.number));
            let last = standing.next().ok_or(RewindError::Nothing)?;
            let of_turn = standing.take_while(|step| step.turn == last.turn);
            Ok(of_turn.last().unwrap_or(last).number)
        }
    }
}

/// The writes that are in effect, last first, if every one was left for the next, and the last is as it was left.
fn backwards<'a>(chain: &[&'a Write], current: &Image) -> Option<Vec<&'a Write>> {
    let mut expected = current;
    let mut effective = Vec::new();
    for write in chain.iter().rev() {
        if write.after.as_ref().is_some_and(|after| after.is_like(expected)) {
            effective.push(*write);
            expected = &write.before;
        } else if !write.before.is_like(expected) {
            return None;
        }
    }
    Some(effective)
}

/// The mode that comes back: the one from before, unless the user has changed it since. Modes are followed backwards as
/// texts are; where there was no file, or only its buffer is known, there was none.
fn mode(wanted: &Image, effective: &[&Write], current: &Image) -> Option<u32> {
    let before = wanted.mode()?;
    let mut expected = current.mode();
    for write in effective {
        let (was, left) = (write.before.mode(), write.after.as_ref().and_then(Image::mode));
        if expected.is_none() || left.is_none() || left == expected {
            expected = was;
        } else if was != expected {
            return None;
        }
    }
    (current.mode() != Some(before)).then_some(before)
}

fn because(current: &Image) -> LeftBecause {
    match current {
        Image::Absent => LeftBecause::Gone,
        Image::Link { .. } => LeftBecause::Link,
        _ => LeftBecause::Changed,
    }
}

/// A file that the agent moved goes back as it is, with its links and attributes. Where it cannot go back, it stays: it
/// may be the only copy of what the user wrote.
fn pair_moves(files: &mut BTreeMap<PathBuf, PlannedFile>, chains: &BTreeMap<PathBuf, Vec<&Write>>) {
    let is_removed = |file: &&PlannedFile| file.verdict == RewindVerdict::Remove;
    let removed: Vec<PathBuf> = files
        .values()
        .filter(is_removed)
        .map(|file| file.path.clone())
        .collect();
    for path in removed {
        let origins = origins(&path, chains);
        let is_stuck = |origin: &PathBuf| {
            let origin = files.get(origin);
            origin.is_some_and(|origin| {
                matches!(origin.wanted, Image::File { .. }) && matches!(origin.verdict, RewindVerdict::Left(_))
            })
        };
        let is_stuck = origins.iter().any(is_stuck);
        let Some(current) = files.get(&path).map(|file| file.current.clone()) else {
            continue;
        };
        let is_free = |origin: &&PathBuf| {
            files.get(*origin).is_some_and(|origin| {
                let is_same = current.is_like(&origin.wanted) && origin.current == Image::Absent;
                is_same && origin.verdict == RewindVerdict::Restore
            })
        };
        let back = origins.iter().find(is_free).cloned();
        let verdict = match &back {
            _ if is_stuck => RewindVerdict::Left(LeftBecause::NoWayBack),
            Some(origin) => RewindVerdict::GoBack { to: origin.clone() },
            None => RewindVerdict::Remove,
        };
        if let Some(origin) = back.filter(|_| !is_stuck).and_then(|origin| files.get_mut(&origin)) {
            origin.verdict = RewindVerdict::MoveBack { from: path.clone() };
        }
        if let Some(file) = files.get_mut(&path) {
            file.verdict = verdict;
            file.origins = origins;
        }
    }
}

/// Where the agent had moved a file from, and from where to there.
fn origins(path: &Path, chains: &BTreeMap<PathBuf, Vec<&Write>>) -> Vec<PathBuf> {
    let mut known = vec![path.to_owned()];
    let mut at = 0;
    while let Some(path) = known.get(at) {
        let writes = chains.get(path).into_iter().flatten();
        let from: Vec<PathBuf> = writes.filter_map(|write| write.renamed_from.as_ref()?.path()).collect();
        for from in from {
            if !known.contains(&from) {
                known.push(from);
            }
        }
        at += 1;
    }
    known.split_off(1)
}

/// What a file was, to be saved next to it.
fn beside(file: &PlannedFile) -> Option<PlannedFile> {
    let RewindVerdict::Left(LeftBecause::Changed) = file.verdict else {
        return None;
    };
    let Image::File { .. } = file.wanted else { return None };
    let name = file.path.file_name()?;
    let mut names = (1..).map(|number: u32| {
        let mut name = name.to_owned();
        match number {
            1 => name.push(".rewound"),
            _ => name.push(format!(".rewound-{number}")),
        }
        file.path.with_file_name(name)
    });
    Some(PlannedFile {
        path: names.find(|path| !disk::exists(path))?,
        verdict: RewindVerdict::Beside { of: file.path.clone() },
        current: Image::Absent,
        wanted: file.wanted.clone(),
        mode: file.wanted.mode(),
        origins: Vec::new(),
    })
}
