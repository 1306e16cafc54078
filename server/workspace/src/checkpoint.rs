//! Every Keep is recorded as a step before its edit is sent, with what the files were, so that it can be rewound.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use base::{ChangeKind, HunkId, HunkState, SessionId, TurnId, Uri};
use ropey::Rope;
use text::{ByteImage, Edit};

use crate::beneath::{Found, Place};
use crate::error::JournalError;
use crate::file::{FileId, FileState};
use crate::hunk::Tracked;
use crate::state::State;
use crate::step::{Checkpoints, Image, Step, StepKind, StepRecord, Write};
use crate::visible;
use crate::workspace::Workspace;

/// The steps of one Keep: one for each session whose hunks are in it.
pub(crate) struct KeepSteps {
    checkpoints: Arc<dyn Checkpoints>,
    files: Vec<KeptFile>,
    numbers: BTreeMap<SessionId, u64>,
    wanted: HunkState,
}

/// A file that a Keep is about to write, and how.
struct KeptFile {
    path: PathBuf,
    text: Rope,
    image: ByteImage,
    edits: Vec<KeptEdit>,
    whole: Option<KeptWhole>,
    before: Image,
    /// What is at the place where a renaming leads.
    target_before: Image,
    /// The folders that are not there yet.
    folders: Vec<PathBuf>,
}

struct KeptEdit {
    part: Part,
    edit: Edit,
}

struct KeptWhole {
    part: Part,
    kind: ChangeKind,
    new: String,
    to: Option<PathBuf>,
}

struct Part {
    session: SessionId,
    turn: TurnId,
    hunk: HunkId,
}

impl Workspace {
    /// Records writes from now on. The first call counts.
    pub fn set_checkpoints(&self, checkpoints: Arc<dyn Checkpoints>) {
        // A second store is a mistake of the caller; the first one goes on.
        let _ = self.checkpoints.set(checkpoints);
    }

    /// Records what a Keep is about to do. None if nothing is recorded here.
    pub(crate) fn begin_keep(&self, keep: u64, label: &str) -> Result<Option<KeepSteps>, JournalError> {
        let Some(checkpoints) = self.checkpoints.get() else {
            return Ok(None);
        };
        let (mut files, is_undo) = self.lock().kept_files(keep);
        for file in &mut files {
            self.take_image(file, checkpoints.as_ref())?;
        }
        let mut steps = KeepSteps {
            checkpoints: Arc::clone(checkpoints),
            files,
            numbers: BTreeMap::new(),
            wanted: if is_undo { HunkState::Pending } else { HunkState::Kept },
        };
        let mut turns: BTreeMap<SessionId, TurnId> = BTreeMap::new();
        for Part { session, turn, .. } in steps.files.iter().flat_map(KeptFile::parts) {
            let newest = turns.entry(session.clone()).or_insert_with(|| turn.clone());
            *newest = newest.clone().max(turn.clone());
        }
        for (session, turn) in turns {
            let number = checkpoints.last_step(&session)? + 1;
            let step = Step {
                number,
                turn: Some(turn),
                kind: if is_undo { StepKind::Undo } else { StepKind::Keep },
                label: label.to_owned(),
                at: now(),
                writes: steps.writes(&session, &|_| true),
            };
            checkpoints.append(&session, &StepRecord::Begin(step))?;
            steps.numbers.insert(session, number);
        }
        Ok(Some(steps))
    }

    /// Records what came of a Keep. Where the outcome is not known, what was expected stands.
    pub(crate) fn end_keep(&self, steps: &KeepSteps, outcome: &[(SessionId, HunkId, HunkState)]) {
        let is_reached = |hunk: &HunkId| {
            outcome
                .iter()
                .any(|(_, id, state)| id == hunk && *state == steps.wanted)
        };
        for (session, number) in &steps.numbers {
            let mut writes = steps.writes(session, &is_reached);
            for write in &mut writes {
                self.complete(write);
            }
            writes.retain(|write| write.after.is_some());
            let record = StepRecord::End { step: *number, writes };
            if let Err(error) = steps.checkpoints.append(session, &record) {
                tracing::error!(%error, "the end of a step was not recorded");
            }
        }
    }

    fn take_image(&self, file: &mut KeptFile, checkpoints: &dyn Checkpoints) -> Result<(), JournalError> {
        let found = self.found(&file.path);
        if let Some(bytes) = &found.bytes {
            checkpoints.put_image(bytes)?;
        }
        file.before = found.image;
        let to = file.whole.as_ref().and_then(|whole| whole.to.clone());
        if let Some(to) = &to {
            let found = self.found(to);
            if let Some(bytes) = &found.bytes {
                checkpoints.put_image(bytes)?;
            }
            file.target_before = found.image;
        }
        let is_new = file
            .whole
            .as_ref()
            .is_some_and(|whole| whole.kind == ChangeKind::Create);
        if is_new || to.is_some() {
            file.folders = self.missing_folders(to.as_deref().unwrap_or(&file.path));
        }
        Ok(())
    }

    /// The mode of a new file and whether a folder was made are seen when it is done.
    fn complete(&self, write: &mut Write) {
        let Some(path) = write.path() else { return };
        match &mut write.after {
            Some(after @ Image::File { .. }) if after.mode().is_none() => {
                let found = self.on_disk(&path).image;
                if let (Image::File { mode, .. }, now) = (after, found.mode()) {
                    *mode = now;
                }
            }
            Some(Image::Folder) if self.on_disk(&path).image != Image::Folder => write.after = None,
            _ => {}
        }
    }

    /// What stands at a path: the open buffer over the disk. What cannot be reached is nothing that we know.
    pub(crate) fn found(&self, path: &Path) -> Found {
        let on_disk = self.on_disk(path);
        let state = self.lock();
        let Some(file) = state
            .files
            .get(&FileId::Path(path.to_owned()))
            .filter(|file| file.is_open())
        else {
            return on_disk;
        };
        let (rope, image) = (file.rope.clone(), file.byte_image());
        drop(state);
        let bytes = visible::bytes(&rope, image);
        Found::file(bytes, on_disk.image.mode())
    }

    pub(crate) fn on_disk(&self, path: &Path) -> Found {
        let other = |_| Found::bare(Image::Other);
        match Place::find(&self.root_of(path), path) {
            Ok(Some(place)) => place.look().unwrap_or_else(other),
            Ok(None) => Found::bare(Image::Absent),
            Err(error) => other(error),
        }
    }

    /// The folder beneath which a path is reached: its root, or where it is in none its own.
    pub(crate) fn root_of(&self, path: &Path) -> PathBuf {
        let own = || path.parent().unwrap_or(Path::new("/")).to_owned();
        let roots = self.roots();
        let root = roots.iter().find(|root| path.starts_with(root) && *root != path);
        root.cloned().unwrap_or_else(own)
    }

    /// Outermost first.
    pub(crate) fn missing_folders(&self, path: &Path) -> Vec<PathBuf> {
        let root = self.root_of(path);
        let above = path.ancestors().skip(1).take_while(|folder| **folder != root);
        let mut missing: Vec<PathBuf> = above
            .take_while(|folder| !crate::disk::exists(folder))
            .map(Path::to_owned)
            .collect();
        missing.reverse();
        missing
    }
}

pub(crate) fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs())
}

pub(crate) fn write(path: &Path, before: Image, after: Option<Image>) -> Option<Write> {
    Some(Write {
        file: Uri::from_path(path).ok()?,
        before,
        after,
        renamed_from: None,
    })
}

impl KeepSteps {
    /// What one session's part of the Keep does, if the hunks that `is_reached` names arrive. Of a file that several
    /// sessions change in one go, each has the whole change.
    fn writes(&self, session: &SessionId, is_reached: &dyn Fn(&HunkId) -> bool) -> Vec<Write> {
        let own = |file: &&KeptFile| file.parts().any(|part| part.session == *session);
        let files = self.files.iter().filter(own);
        files.flat_map(|file| file.writes(is_reached)).collect()
    }
}

impl KeptFile {
    fn parts(&self) -> impl Iterator<Item = &Part> {
        let whole = self.whole.iter().map(|whole| &whole.part);
        self.edits.iter().map(|edit| &edit.part).chain(whole)
    }

    fn writes(&self, is_reached: &dyn Fn(&HunkId) -> bool) -> Vec<Write> {
        let whole = self.whole.as_ref().filter(|whole| is_reached(&whole.part.hunk));
        let edited = self.edited(is_reached);
        let folders = whole.iter().flat_map(|_| &self.folders);
        let mut writes: Vec<Write> = folders
            .filter_map(|folder| write(folder, Image::Absent, Some(Image::Folder)))
            .collect();
        let before = self.before.clone();
        match whole {
            None if edited == self.before => {}
            None => writes.extend(write(&self.path, before, Some(edited))),
            Some(KeptWhole { to: Some(to), .. }) => {
                writes.extend(write(&self.path, before, Some(Image::Absent)));
                let mut target = write(to, self.target_before.clone(), Some(edited));
                if let Some(target) = &mut target {
                    target.renamed_from = Uri::from_path(&self.path).ok();
                }
                writes.extend(target);
            }
            Some(whole) if whole.kind == ChangeKind::Create => {
                let new = Found::file(whole.new.clone().into_bytes(), before.mode()).image;
                writes.extend(write(&self.path, before, Some(new)));
            }
            Some(_) => writes.extend(write(&self.path, before, Some(Image::Absent))),
        }
        writes
    }

    /// The file with the edits that are reached.
    fn edited(&self, is_reached: &dyn Fn(&HunkId) -> bool) -> Image {
        let mut rope = self.text.clone();
        let reached = self.edits.iter().rev().filter(|edit| is_reached(&edit.part.hunk));
        let mut is_edited = false;
        for KeptEdit { edit, .. } in reached {
            is_edited |= text::apply(&mut rope, edit).is_ok();
        }
        match is_edited {
            true => Found::file(visible::bytes(&rope, self.image), self.before.mode()).image,
            false => self.before.clone(),
        }
    }
}

impl State {
    /// The files of a Keep that is under way; and whether it takes back another.
    fn kept_files(&self, keep: u64) -> (Vec<KeptFile>, bool) {
        let is_undo = self.keeps.get(&keep).is_some_and(|keep| keep.is_undo);
        (
            self.files.values().filter_map(|file| file.kept(keep)).collect(),
            is_undo,
        )
    }
}

impl FileState {
    pub(crate) fn byte_image(&self) -> ByteImage {
        self.image.map_or(ByteImage::PLAIN, |(_, image)| image)
    }

    fn kept(&self, keep: u64) -> Option<KeptFile> {
        let mut text = self.rope.clone();
        let (mut edits, mut whole) = (Vec::new(), None);
        for (session, set) in &self.sets {
            let part = |hunk: &Tracked| Part {
                session: session.clone(),
                turn: hunk.placed.text.origin.turn.clone(),
                hunk: hunk.id().clone(),
            };
            let flights = set.hunks.iter().chain(&set.kept);
            for (hunk, flight) in flights.filter_map(|hunk| Some((hunk, hunk.flight.as_ref()?))) {
                if flight.keep == keep {
                    text = flight.base.clone();
                    let (part, edit) = (part(hunk), flight.sent.edit());
                    edits.push(KeptEdit { part, edit });
                }
            }
            let is_sent = |hunk: &Tracked| hunk.flight.as_ref().is_some_and(|flight| flight.keep == keep);
            let wholes = set.whole.iter().chain(&set.undoing);
            if let Some(found) = wholes.into_iter().find(|whole| is_sent(&whole.hunk)) {
                whole = Some(KeptWhole {
                    part: part(&found.hunk),
                    kind: found.kind,
                    new: found.hunk.placed.text.new.clone(),
                    to: found.to.as_ref().and_then(FileId::path).map(Path::to_owned),
                });
            }
        }
        edits.sort_by_key(|kept| (kept.edit.range.start, kept.edit.range.end));
        let path = self.id.path().filter(|_| !edits.is_empty() || whole.is_some())?;
        Some(KeptFile {
            path: path.to_owned(),
            text,
            image: self.byte_image(),
            edits,
            whole,
            before: Image::Other,
            target_before: Image::Absent,
            folders: Vec::new(),
        })
    }
}
