//! What earlier commits say: which files changed together, when, and in what words.

mod added;
mod blob;
mod combine;

use std::collections::{BinaryHeap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use gix::ObjectId;
use gix::diff::tree::recorder;
use gix::objs::TreeRefIter;

use crate::Language;
use crate::rank::seed::label;
use crate::words::{self, Term};

pub(crate) use added::{LineHash, hash as line_hash};
pub(crate) use blob::Mark;
pub(crate) use combine::{combined, repository_of};

/// A file's path in [`History::paths`].
pub(crate) type PathId = u32;

/// A commit with one parent, and what it changed.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// Seconds since 1970.
    pub(crate) time: i64,
    /// The message's words, by term, with how often.
    pub(crate) words: Box<[(Term, u16)]>,
    /// What the subject says before its first colon.
    pub(crate) label: Option<Term>,
    pub(crate) files: Box<[PathId]>,
    /// Files that went from one path to another.
    pub(crate) renames: Box<[(PathId, PathId)]>,
    /// The lines that it added, sorted; known of the newest changes.
    pub(crate) added: Box<[(PathId, Box<[LineHash]>)]>,
}

struct Record {
    parents: Box<[ObjectId]>,
    time: i64,
    /// None for merges: what they bring is told by the commits that they merge.
    change: Option<Arc<Change>>,
}

/// The commits read so far, of whatever branch.
#[derive(Default)]
pub struct History {
    records: HashMap<ObjectId, Record>,
    /// As they were read.
    order: Vec<ObjectId>,
    pub(crate) paths: Vec<Arc<str>>,
    ids: HashMap<Arc<str>, PathId>,
}

/// The commits that lead to one, newest first.
#[derive(Default)]
pub struct Past {
    pub(crate) changes: Vec<Arc<Change>>,
    /// There are more, not read.
    pub(crate) truncated: bool,
    /// Those are left for the next time.
    pub(crate) late: bool,
}

/// A commit of more files is a move, a merge or a new format: it says nothing of what belongs together.
const FILES_CAP: usize = 60;
/// Of so many of the newest commits the added lines are read: older ones are mostly written over.
pub(crate) const LINED_COMMITS: usize = 600;
/// Larger files are data.
const LINED_BYTES_CAP: usize = 200_000;
/// Words beyond this are a log pasted into the message.
const MESSAGE_CAP: usize = 4_000;

impl History {
    /// The commits before and at `head`, the newest `cap` of them; those not yet known are read from the repository,
    /// until `deadline`.
    ///
    /// # Errors
    ///
    /// If there is no repository, or it cannot be read at all. A commit or tree that is missing (a shallow or damaged
    /// clone) only ends the past there.
    pub fn past(
        &mut self,
        repository: &Path,
        head: Option<&str>,
        cap: usize,
        deadline: Instant,
    ) -> Result<Past, HistoryError> {
        let repo = gix::open_opts(repository, gix::open::Options::isolated()).map_err(HistoryError::new)?;
        let head = match head {
            Some(hex) => ObjectId::from_hex(hex.as_bytes()).map_err(HistoryError::new)?,
            None => repo.head_id().map_err(HistoryError::new)?.detach(),
        };
        let mut reader = Reader {
            repo: &repo,
            state: gix::diff::tree::State::default(),
            reads_lines: true,
        };
        let mut past = Past::default();
        let mut seen = HashSet::from([head]);
        let mut queue = BinaryHeap::new();
        self.enqueue(&mut reader, &mut queue, head);
        let mut steps = 0_usize;
        while let Some((_, id)) = queue.pop() {
            let is_late = || steps % 64 == 63 && Instant::now() > deadline;
            if past.changes.len() >= cap || is_late() {
                past.truncated = true;
                past.late = past.changes.len() < cap;
                break;
            }
            steps += 1;
            let Some(record) = self.records.get(&id) else { continue };
            past.changes.extend(record.change.clone());
            for parent in record.parents.clone() {
                if seen.insert(parent) {
                    reader.reads_lines = seen.len() <= LINED_COMMITS;
                    self.enqueue(&mut reader, &mut queue, parent);
                }
            }
        }
        Ok(past)
    }

    fn enqueue(&mut self, reader: &mut Reader<'_>, queue: &mut BinaryHeap<(i64, ObjectId)>, id: ObjectId) {
        if !self.records.contains_key(&id) {
            let Some(record) = reader.read(id, &mut |path| self.ids_of(path)) else {
                return;
            };
            self.insert(id, record);
        }
        if let Some(record) = self.records.get(&id) {
            queue.push((record.time, id));
        }
    }

    fn insert(&mut self, id: ObjectId, record: Record) {
        if self.records.insert(id, record).is_none() {
            self.order.push(id);
        }
    }

    fn ids_of(&mut self, path: &str) -> PathId {
        if let Some(id) = self.ids.get(path) {
            return *id;
        }
        let id = PathId::try_from(self.paths.len()).unwrap_or(PathId::MAX);
        let path: Arc<str> = path.into();
        self.paths.push(Arc::clone(&path));
        self.ids.insert(path, id);
        id
    }
}

struct Reader<'r> {
    repo: &'r gix::Repository,
    state: gix::diff::tree::State,
    reads_lines: bool,
}

impl Reader<'_> {
    fn read(&mut self, id: ObjectId, path_id: &mut dyn FnMut(&str) -> PathId) -> Option<Record> {
        let commit = self.repo.find_commit(id).ok()?;
        let parents: Box<[ObjectId]> = commit.parent_ids().map(|id| id.detach()).collect();
        let time = commit.time().ok()?.seconds;
        let change = match *parents {
            [] | [_] => {
                let message = commit.message_raw().ok()?.to_string();
                let files = self.changed(&commit, parents.first().copied());
                files.map(|files| {
                    let added = self.added(&files, path_id);
                    Arc::new(change(time, &message, files, added, path_id))
                })
            }
            _ => None,
        };
        Some(Record { parents, time, change })
    }

    fn changed(&mut self, commit: &gix::Commit<'_>, parent: Option<ObjectId>) -> Option<Vec<recorder::Change>> {
        let new = commit.tree().ok()?;
        let old = match parent {
            Some(parent) => self.repo.find_commit(parent).ok()?.tree().ok()?,
            None => return Some(Vec::new()),
        };
        let mut recorder = gix::diff::tree::Recorder::default();
        gix::diff::tree(
            TreeRefIter::from_bytes(&old.data, old.id.kind()),
            TreeRefIter::from_bytes(&new.data, new.id.kind()),
            &mut self.state,
            &self.repo.objects,
            &mut recorder,
        )
        .ok()?;
        Some(recorder.records)
    }

    fn added(
        &self,
        records: &[recorder::Change],
        path_id: &mut dyn FnMut(&str) -> PathId,
    ) -> Box<[(PathId, Box<[LineHash]>)]> {
        if !self.reads_lines || records.len() > FILES_CAP {
            return Box::default();
        }
        let text = |id: &ObjectId| -> Option<Vec<u8>> {
            let header = self.repo.find_header(*id).ok()?;
            let is_text = usize::try_from(header.size()).ok()? <= LINED_BYTES_CAP;
            is_text.then(|| self.repo.find_blob(*id).ok().map(|mut blob| blob.take_data()))?
        };
        let of_record = |record: &recorder::Change| -> Option<(PathId, Box<[LineHash]>)> {
            let (path, old, new) = match record {
                recorder::Change::Addition { path, oid, .. } => (path, Vec::new(), text(oid)?),
                recorder::Change::Modification {
                    path,
                    previous_oid,
                    oid,
                    ..
                } => (path, text(previous_oid)?, text(oid)?),
                recorder::Change::Deletion { .. } => return None,
            };
            let path = path.to_string();
            Language::of_path(Path::new(&path))?;
            let lines = added::lines(&old, &new);
            (!lines.is_empty()).then(|| (path_id(&path), lines))
        };
        records.iter().filter_map(of_record).collect()
    }
}

fn change(
    time: i64,
    message: &str,
    records: Vec<recorder::Change>,
    added: Box<[(PathId, Box<[LineHash]>)]>,
    path_id: &mut dyn FnMut(&str) -> PathId,
) -> Change {
    let message = message.get(..MESSAGE_CAP).unwrap_or(message);
    let mut terms = words::terms(message);
    terms.sort_unstable();
    let words = terms
        .chunk_by(|one, next| one == next)
        .map(|run| (run[0], u16::try_from(run.len()).unwrap_or(u16::MAX)))
        .collect();
    let renames = renames(&records);
    let files: Vec<PathId> = records
        .iter()
        .filter_map(|record| match record {
            recorder::Change::Addition { entry_mode, path, .. }
            | recorder::Change::Modification { entry_mode, path, .. } => {
                entry_mode.is_blob().then(|| path_id(&path.to_string()))
            }
            recorder::Change::Deletion { .. } => None,
        })
        .collect();
    Change {
        time,
        words,
        label: label(message.lines().next().unwrap_or_default()).map(words::label),
        files: if files.len() > FILES_CAP {
            Box::default()
        } else {
            files.into()
        },
        renames: renames
            .into_iter()
            .map(|(old, new)| (path_id(&old), path_id(&new)))
            .collect(),
        added,
    }
}

/// Files that vanished where one of the same content, or of the same name, appeared.
fn renames(records: &[recorder::Change]) -> Vec<(String, String)> {
    let mut added: Vec<(ObjectId, String)> = Vec::new();
    let mut gone: Vec<(ObjectId, String)> = Vec::new();
    for record in records {
        match record {
            recorder::Change::Addition {
                entry_mode, oid, path, ..
            } if entry_mode.is_blob() => {
                added.push((*oid, path.to_string()));
            }
            recorder::Change::Deletion {
                entry_mode, oid, path, ..
            } if entry_mode.is_blob() => {
                gone.push((*oid, path.to_string()));
            }
            _ => {}
        }
    }
    let mut by_content: HashMap<ObjectId, usize> = HashMap::new();
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, (oid, path)) in added.iter().enumerate() {
        by_content.entry(*oid).or_insert(index);
        by_name.entry(file_name(path)).or_default().push(index);
    }
    gone.iter()
        .filter_map(|(oid, old)| {
            let same_name = by_name.get(file_name(old)).filter(|found| found.len() == 1);
            let index = by_content
                .get(oid)
                .or_else(|| same_name.and_then(|found| found.first()))?;
            Some((old.clone(), added[*index].1.clone()))
        })
        .collect()
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Why there is no history.
#[derive(Debug, thiserror::Error)]
#[error("the history of the repository cannot be read: {0}")]
pub struct HistoryError(Box<dyn std::error::Error + Send + Sync>);

impl HistoryError {
    fn new(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Box::new(error))
    }
}
