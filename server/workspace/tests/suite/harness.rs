//! A workspace in a temporary folder, with a journal in memory.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base::{CallId, ContentHash, HunkId, HunkState, Origin, ReviewId, ReviewRecord, SessionId, TurnId, Uri};
use permissions::{Action, Approval, Grant, Mode, Policy, PolicyConfig, WriteKind};
use ropey::Rope;
use text::{Edit, PositionEncoding};
use workspace::{
    Checkpoints, FileChange, Journal, JournalError, ReviewChange, Selection, StageError, Staged, StepRecord, Workspace,
};

#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) records: Mutex<Vec<ReviewRecord>>,
    pub(crate) blobs: Mutex<HashMap<ContentHash, String>>,
    /// Fails from now on.
    pub(crate) is_full: Mutex<bool>,
    pub(crate) images: Mutex<HashMap<ContentHash, Vec<u8>>>,
    pub(crate) steps: Mutex<Vec<(SessionId, StepRecord)>>,
    /// What the user does in the instant between a step's record and its first write.
    pub(crate) meanwhile: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Memory {
    fn check(&self) -> Result<(), JournalError> {
        match *self.is_full.lock().unwrap() {
            true => Err(JournalError("disk full".into())),
            false => Ok(()),
        }
    }
}

impl Checkpoints for Memory {
    fn put_image(&self, bytes: &[u8]) -> Result<ContentHash, JournalError> {
        self.check()?;
        let hash = ContentHash(text::hash_bytes(bytes));
        self.images.lock().unwrap().insert(hash.clone(), bytes.into());
        Ok(hash)
    }

    fn image(&self, hash: &ContentHash) -> Result<Option<Vec<u8>>, JournalError> {
        Ok(self.images.lock().unwrap().get(hash).cloned())
    }

    fn append(&self, session: &SessionId, record: &StepRecord) -> Result<(), JournalError> {
        self.check()?;
        // As the store does, so that what cannot be written down is not taken for recorded.
        let record = serde_json::from_str(&serde_json::to_string(record).unwrap()).unwrap();
        self.steps.lock().unwrap().push((session.clone(), record));
        if let Some(act) = self.meanwhile.lock().unwrap().take() {
            act();
        }
        Ok(())
    }

    fn records(&self, session: &SessionId) -> Result<Vec<StepRecord>, JournalError> {
        let steps = self.steps.lock().unwrap();
        let own = steps.iter().filter(|(of, _)| of == session);
        Ok(own.map(|(_, record)| record.clone()).collect())
    }

    fn last_step(&self, session: &SessionId) -> Result<u64, JournalError> {
        let records = self.records(session)?;
        Ok(records.iter().map(StepRecord::step).max().unwrap_or(0))
    }
}

impl Journal for Memory {
    fn append(&self, record: &ReviewRecord) -> Result<(), JournalError> {
        self.check()?;
        self.records.lock().unwrap().push(record.clone());
        Ok(())
    }

    fn put_blob(&self, text: &str) -> Result<ContentHash, JournalError> {
        let hash = ContentHash(text::hash_str(text));
        self.blobs.lock().unwrap().insert(hash.clone(), text.into());
        Ok(hash)
    }
}

pub(crate) struct World {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) journal: Arc<Memory>,
    pub(crate) told: Arc<Mutex<Vec<ReviewChange>>>,
    policy: Policy,
}

impl World {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let journal = Arc::new(Memory::default());
        let policy = policy(dir.path());
        let (workspace, told) = start(dir.path(), &journal);
        Self {
            dir,
            workspace,
            journal,
            told,
            policy,
        }
    }

    /// A new process over the same folder and journal.
    pub(crate) fn restart(&mut self) {
        (self.workspace, self.told) = start(self.dir.path(), &self.journal);
        self.restore();
    }

    pub(crate) fn restore(&self) {
        let records = self.journal.records.lock().unwrap().clone();
        let blobs = self.journal.blobs.lock().unwrap().clone();
        let mut sessions: Vec<SessionId> = records.iter().map(|record| record.session().clone()).collect();
        sessions.sort();
        sessions.dedup();
        for session in sessions {
            let own = records
                .iter()
                .filter(|record| *record.session() == session)
                .cloned()
                .collect();
            self.workspace.restore(own, &|hash| blobs.get(hash).cloned());
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join(name)
    }

    pub(crate) fn uri(&self, name: &str) -> Uri {
        Uri::from_path(&self.path(name)).unwrap()
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn disk(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    pub(crate) fn grant(&self, path: &Path, kind: WriteKind) -> Grant {
        self.policy
            .grant(&Action::Write { path, kind }, Approval::None)
            .unwrap()
    }

    pub(crate) fn user_keep(&self, paths: &[PathBuf]) -> Grant {
        self.policy.user_keep(paths).unwrap()
    }

    pub(crate) fn rename_grant(&self, from: &Path, to: &Path) -> Grant {
        self.policy.grant(&Action::Rename { from, to }, Approval::None).unwrap()
    }

    /// What the session sees.
    pub(crate) fn seen(&self, session: &str, name: &str) -> Result<String, workspace::ReadError> {
        Ok(self.workspace.read(&session.into(), &self.path(name))?.rope.to_string())
    }

    /// Stages the edit that makes the session's view of a file into `wanted`.
    pub(crate) fn propose(&self, session: &str, name: &str, wanted: &str) -> Result<Staged, StageError> {
        let path = self.path(name);
        let view = self.workspace.read(&session.into(), &path)?;
        let edits = text::diff_edits(&view.rope, &Rope::from_str(wanted));
        let change = FileChange::Edit {
            path: path.clone(),
            base_hash: view.hash,
            edits,
        };
        self.workspace
            .stage(&origin(session), &self.grant(&path, WriteKind::Modify), change)
    }

    /// Stages a replacement of one exact piece of the session's view.
    pub(crate) fn edit(&self, session: &str, name: &str, old: &str, new: &str) -> Result<Staged, StageError> {
        let path = self.path(name);
        let view = self.workspace.read(&session.into(), &path)?;
        let start = view.rope.to_string().find(old).unwrap();
        let edits = vec![Edit {
            range: start..start + old.len(),
            text: new.into(),
        }];
        let change = FileChange::Edit {
            path: path.clone(),
            base_hash: view.hash,
            edits,
        };
        self.workspace
            .stage(&origin(session), &self.grant(&path, WriteKind::Modify), change)
    }

    pub(crate) fn create(&self, session: &str, name: &str, text: &str) -> Result<Staged, StageError> {
        let path = self.path(name);
        let grant = self.grant(&path, WriteKind::Create);
        self.workspace.stage(
            &origin(session),
            &grant,
            FileChange::Create {
                path,
                text: text.into(),
            },
        )
    }

    pub(crate) fn delete(&self, session: &str, name: &str) -> Result<Staged, StageError> {
        let path = self.path(name);
        let base_hash = self.workspace.read(&session.into(), &path)?.hash;
        let grant = self.grant(&path, WriteKind::Delete);
        self.workspace
            .stage(&origin(session), &grant, FileChange::Delete { path, base_hash })
    }

    pub(crate) fn rename(&self, session: &str, from: &str, to: &str) -> Result<Staged, StageError> {
        let (from, to) = (self.path(from), self.path(to));
        let base_hash = self.workspace.read(&session.into(), &from)?.hash;
        let grant = self.rename_grant(&from, &to);
        self.workspace
            .stage(&origin(session), &grant, FileChange::Rename { from, to, base_hash })
    }

    /// Every open hunk: its state, what it replaces and by what.
    pub(crate) fn open(&self) -> Vec<(HunkState, String, String)> {
        let reviews = self.workspace.reviews(PositionEncoding::Utf8);
        let hunks = reviews
            .into_iter()
            .flat_map(|review| review.files)
            .flat_map(|file| file.hunks);
        hunks.map(|hunk| (hunk.state, hunk.old_text, hunk.new_text)).collect()
    }

    pub(crate) fn ids(&self) -> Vec<HunkId> {
        let reviews = self.workspace.reviews(PositionEncoding::Utf8);
        let hunks = reviews
            .into_iter()
            .flat_map(|review| review.files)
            .flat_map(|file| file.hunks);
        hunks.map(|hunk| hunk.id).collect()
    }

    pub(crate) fn states(&self) -> Vec<HunkState> {
        self.open().into_iter().map(|(state, ..)| state).collect()
    }
}

fn start(dir: &Path, journal: &Arc<Memory>) -> (Arc<Workspace>, Arc<Mutex<Vec<ReviewChange>>>) {
    let workspace = Workspace::new(vec![dir.to_owned()], Arc::clone(journal) as Arc<dyn Journal>);
    workspace.set_checkpoints(Arc::clone(journal) as Arc<dyn Checkpoints>);
    workspace.set_proof_deadline(Duration::from_millis(60));
    let told: Arc<Mutex<Vec<ReviewChange>>> = Arc::default();
    let telling = Arc::clone(&told);
    workspace.set_listener(Box::new(move |change| telling.lock().unwrap().push(change)));
    (workspace, told)
}

fn policy(root: &Path) -> Policy {
    Policy::new(PolicyConfig {
        roots: vec![root.to_owned()],
        mode: Mode::Edit,
        rules: Vec::new(),
        commands: Vec::new(),
        trusted: true,
    })
    .unwrap()
}

pub(crate) fn origin(session: &str) -> Origin {
    Origin {
        session: session.into(),
        turn: TurnId::from("turn"),
        review: ReviewId::from(format!("review of {session}")),
        call: CallId::from("call"),
        title: "test".into(),
        why: "for the test".into(),
        author: Origin::AGENT.into(),
    }
}

pub(crate) fn all() -> Selection {
    Selection::default()
}

pub(crate) fn one(id: &HunkId) -> Selection {
    these(&[id])
}

pub(crate) fn these(ids: &[&HunkId]) -> Selection {
    Selection {
        hunks: Some(ids.iter().copied().cloned().collect()),
        ..Selection::default()
    }
}

/// A character that stands nowhere else: of the agent for `#`, of the user for `~`. One character cannot be cut, so
/// no edit makes one out of pieces of others.
pub(crate) fn token(mark: char, number: u32) -> char {
    char::from_u32(block(mark) + number % BLOCK).unwrap()
}

/// The tokens of one writer, in their order.
pub(crate) fn tokens(text: &str, mark: char) -> Vec<char> {
    let block = block(mark)..block(mark) + BLOCK;
    text.chars()
        .filter(|token| block.contains(&u32::from(*token)))
        .collect()
}

const BLOCK: u32 = 0x1000;

fn block(mark: char) -> u32 {
    if mark == '#' { 0x4E00 } else { 0xAC00 }
}
