//! A workspace in a temporary folder, a journal in memory, and an editor that can be told to misbehave.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base::{CallId, ContentHash, HunkId, HunkState, Origin, ReviewId, ReviewRecord, SessionId, TurnId, Uri};
use futures::future::BoxFuture;
use permissions::{Action, Approval, Grant, Mode, Policy, PolicyConfig, WriteKind};
use ropey::Rope;
use text::{Edit, PositionEncoding};
use workspace::{
    Editor, EditorAnswer, EditorEdit, EditorFile, FileChange, Journal, JournalError, ReviewChange, Selection,
    StageError, Staged, TextChange, Workspace,
};

#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) records: Mutex<Vec<ReviewRecord>>,
    pub(crate) blobs: Mutex<HashMap<ContentHash, String>>,
    /// Fails from now on.
    pub(crate) is_full: Mutex<bool>,
}

impl Journal for Memory {
    fn append(&self, record: &ReviewRecord) -> Result<(), JournalError> {
        if *self.is_full.lock().unwrap() {
            return Err(JournalError("disk full".into()));
        }
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
    }
}

pub(crate) fn all() -> Selection {
    Selection::default()
}

pub(crate) fn one(id: &HunkId) -> Selection {
    Selection {
        hunk: Some(id.clone()),
        ..Selection::default()
    }
}

/// How an editor behaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Applies,
    /// Says no and does nothing.
    Refuses,
    /// Says no and applies it all the same.
    RefusesYetApplies,
    /// Says yes and does nothing.
    Ignores,
    /// Applies the first lines of each edit's text.
    AppliesHalf,
    /// The user types before and behind the place, in the same report.
    Typing {
        before: (usize, String),
        after: (usize, String),
    },
    /// The text changed by the edit is formatted in the same moment: trailing blanks go.
    Formats,
}

/// How it reports what it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sync {
    /// The edits as they were sent, one notification.
    AsSent,
    /// A notification for each edit.
    OneByOne,
    /// One change from the first difference to the last, as Neovim does.
    Minimal,
    WholeDocument,
}

/// An editor with its own buffers. It is the only one who changes them.
pub(crate) struct Client {
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) buffers: Mutex<HashMap<Uri, (i32, String)>>,
    pub(crate) manner: Mutex<Manner>,
    pub(crate) sync: Sync,
    pub(crate) received: Mutex<Vec<EditorEdit>>,
}

impl Client {
    pub(crate) fn new(workspace: &Arc<Workspace>, sync: Sync) -> Self {
        Self {
            workspace: Arc::clone(workspace),
            buffers: Mutex::default(),
            manner: Mutex::new(Manner::Applies),
            sync,
            received: Mutex::default(),
        }
    }

    pub(crate) fn open(&self, uri: &Uri, text: &str) {
        self.buffers.lock().unwrap().insert(uri.clone(), (1, text.into()));
        self.workspace.open(uri, "plaintext", 1, text);
    }

    pub(crate) fn text(&self, uri: &Uri) -> String {
        self.buffers.lock().unwrap()[uri].1.clone()
    }

    pub(crate) fn manner(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// The user types.
    pub(crate) fn type_at(&self, uri: &Uri, range: std::ops::Range<usize>, text: &str) {
        let mut after = self.text(uri);
        after.replace_range(range.clone(), text);
        let change = self.change(uri, range, text);
        self.report(uri, after, vec![change]);
    }

    /// A change in the coordinates of the present text.
    fn change(&self, uri: &Uri, range: std::ops::Range<usize>, text: &str) -> TextChange {
        let rope = Rope::from_str(&self.text(uri));
        TextChange {
            span: Some(text::to_span(&rope, &range, PositionEncoding::Utf16)),
            text: text.into(),
        }
    }

    fn report(&self, uri: &Uri, after: String, changes: Vec<TextChange>) {
        let version = {
            let mut buffers = self.buffers.lock().unwrap();
            let (version, text) = buffers.get_mut(uri).unwrap();
            *version += 1;
            *text = after;
            *version
        };
        self.workspace
            .change(uri, version, &changes, PositionEncoding::Utf16)
            .unwrap();
    }

    /// Becomes `after` in one report, by whatever changes the sync mode makes of `edits` (last first).
    fn become_text(&self, uri: &Uri, edits: &[Edit], after: String) {
        let before = self.text(uri);
        if before == after {
            return;
        }
        match self.sync {
            Sync::WholeDocument => self.report(
                uri,
                after.clone(),
                vec![TextChange {
                    span: None,
                    text: after,
                }],
            ),
            Sync::Minimal => {
                let (range, text) = minimal(&before, &after);
                let change = self.change(uri, range, &text);
                self.report(uri, after, vec![change]);
            }
            Sync::AsSent => {
                let changes = edits
                    .iter()
                    .map(|edit| self.change(uri, edit.range.clone(), &edit.text))
                    .collect();
                self.report(uri, after, changes);
            }
            Sync::OneByOne => {
                for edit in edits {
                    self.type_at(uri, edit.range.clone(), &edit.text);
                }
                assert_eq!(self.text(uri), after);
            }
        }
    }

    /// Carries edits out in an open buffer, in the manner set.
    fn edit_buffer(&self, uri: &Uri, mut edits: Vec<Edit>) {
        let manner = self.manner.lock().unwrap().clone();
        match manner {
            Manner::AppliesHalf => {
                for edit in &mut edits {
                    let half = floor(&edit.text, edit.text.len() / 2);
                    let lines = edit.text[..half].rfind('\n').map_or(0, |at| at + 1);
                    edit.text.truncate(lines);
                }
            }
            Manner::Formats => {
                for edit in &mut edits {
                    let lines = edit.text.split_inclusive('\n').map(|line| {
                        let body = line.trim_end();
                        format!("{body}{}", if line.ends_with('\n') { "\n" } else { "" })
                    });
                    edit.text = lines.collect();
                }
            }
            Manner::Typing {
                before: (at, ref typed),
                ..
            } => {
                edits.insert(
                    0,
                    Edit {
                        range: at..at,
                        text: typed.clone(),
                    },
                );
            }
            _ => {}
        }
        if let Manner::Typing { after: (at, typed), .. } = manner {
            edits.push(Edit {
                range: at..at,
                text: typed,
            });
        }
        let mut after = self.text(uri);
        edits.sort_by_key(|edit| edit.range.start);
        edits.reverse();
        for edit in &edits {
            after.replace_range(edit.range.clone(), &edit.text);
        }
        self.become_text(uri, &edits, after);
    }

    fn carry_out(&self, edit: &EditorEdit) {
        for file in &edit.files {
            match file {
                EditorFile::Edit {
                    uri,
                    version,
                    edits,
                    base,
                } => {
                    let is_open = self.buffers.lock().unwrap().contains_key(uri);
                    if is_open {
                        assert_eq!(*version, Some(self.buffers.lock().unwrap()[uri].0));
                        assert_eq!(
                            base.to_string(),
                            self.text(uri),
                            "edits of a text that the buffer does not have"
                        );
                        self.edit_buffer(uri, edits.clone());
                    } else {
                        let path = uri.path().unwrap();
                        let mut text = std::fs::read_to_string(&path).unwrap();
                        assert_eq!(base.to_string(), text);
                        for edit in edits.iter().rev() {
                            text.replace_range(edit.range.clone(), &edit.text);
                        }
                        std::fs::write(path, text).unwrap();
                    }
                }
                EditorFile::Create { uri, text } => std::fs::write(uri.path().unwrap(), text).unwrap(),
                EditorFile::Delete { uri, .. } => std::fs::remove_file(uri.path().unwrap()).unwrap(),
                EditorFile::Rename { from, to } => std::fs::rename(from.path().unwrap(), to.path().unwrap()).unwrap(),
            }
        }
    }
}

/// The one change from the first differing line to the last.
pub(crate) fn minimal(before: &str, after: &str) -> (std::ops::Range<usize>, String) {
    let prefix = before
        .bytes()
        .zip(after.bytes())
        .take_while(|(left, right)| left == right)
        .count();
    let prefix = before[..floor(before, prefix)].rfind('\n').map_or(0, |at| at + 1);
    let room = before.len().min(after.len()) - prefix;
    let suffix = before
        .bytes()
        .rev()
        .zip(after.bytes().rev())
        .take(room)
        .take_while(|(left, right)| left == right)
        .count();
    let mut suffix = suffix;
    // No position lies inside a character or a `\r\n`.
    let is_nameable = |text: &str, at: usize| {
        text.is_char_boundary(at) && !(text[..at].ends_with('\r') && text[at..].starts_with('\n'))
    };
    while !(is_nameable(before, before.len() - suffix) && is_nameable(after, after.len() - suffix)) {
        suffix -= 1;
    }
    (
        prefix..before.len() - suffix,
        after[prefix..after.len() - suffix].to_owned(),
    )
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl Editor for Client {
    fn apply<'a>(&'a self, edit: EditorEdit) -> BoxFuture<'a, EditorAnswer> {
        Box::pin(async move {
            self.received.lock().unwrap().push(edit.clone());
            let manner = self.manner.lock().unwrap().clone();
            if !matches!(manner, Manner::Refuses | Manner::Ignores) {
                self.carry_out(&edit);
            }
            match manner {
                Manner::Refuses | Manner::RefusesYetApplies => EditorAnswer::Refused {
                    reason: "the user said no".into(),
                },
                _ => EditorAnswer::Sent,
            }
        })
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
