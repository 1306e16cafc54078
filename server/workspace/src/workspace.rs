//! The workspace: one object that holds the documents, the proposals over them and their review.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use base::{SessionId, Uri};
use dashmap::DashMap;

use crate::document::DocumentSnapshot;
use crate::error::ReadError;
use crate::file::FileId;
use crate::hunk::PlacedHunk;
use crate::journal::{Journal, Outbox};
use crate::place::{self, Root};
use crate::state::{Effects, ReviewChange, ReviewNews, State};
use crate::step::Checkpoints;

/// How long after the editor's answer the text may take to show what was kept.
const PROOF_DEADLINE: Duration = Duration::from_secs(3);

type Listener = Box<dyn Fn(ReviewChange) + Send + Sync>;

/// Documents, overlay, change sets and review of one workspace.
///
/// Mutating methods are synchronous and short; the front calls them in the order of arrival. What `codeAction`
/// needs is published in [`Workspace::snapshot`] and takes no lock of ours.
pub struct Workspace {
    roots: RwLock<Vec<Root>>,
    state: Mutex<State>,
    published: DashMap<Uri, Arc<DocumentSnapshot>>,
    outbox: Outbox,
    listener: OnceLock<Listener>,
    pub(crate) checkpoints: OnceLock<Arc<dyn Checkpoints>>,
    proof_deadline: RwLock<Duration>,
}

impl Workspace {
    /// A workspace over folders or single files. Without roots, only documents that are open can be read.
    #[must_use]
    pub fn new(roots: Vec<PathBuf>, journal: Arc<dyn Journal>) -> Arc<Self> {
        Arc::new(Self {
            roots: RwLock::new(roots.iter().map(|root| Root::new(root)).collect()),
            state: Mutex::default(),
            published: DashMap::new(),
            outbox: Outbox::new(journal),
            listener: OnceLock::new(),
            checkpoints: OnceLock::new(),
            proof_deadline: RwLock::new(PROOF_DEADLINE),
        })
    }

    /// How long a Keep waits for its proof once the editor has answered (3 seconds by default).
    pub fn set_proof_deadline(&self, deadline: Duration) {
        *self.proof_deadline.write().unwrap_or_else(PoisonError::into_inner) = deadline;
    }

    pub(crate) fn proof_deadline(&self) -> Duration {
        *self.proof_deadline.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells `listener` of every change of a review that is more than a shift by typing. It is called without a
    /// lock held, from whatever thread made the change. The first listener stays.
    pub fn set_listener(&self, listener: Box<dyn Fn(ReviewChange) + Send + Sync>) {
        // A second listener is a mistake of the caller; the first one goes on.
        let _ = self.listener.set(listener);
    }

    /// The folders (or files) with links resolved.
    #[must_use]
    pub fn roots(&self) -> Vec<PathBuf> {
        self.known_roots().into_iter().map(|root| root.resolved).collect()
    }

    pub fn add_root(&self, root: &Path) {
        let root = Root::new(root);
        let mut roots = self.roots.write().unwrap_or_else(PoisonError::into_inner);
        if !roots.contains(&root) {
            roots.push(root);
        }
    }

    /// What is below it is outside from now on, unless another root holds it.
    pub fn remove_root(&self, root: &Path) {
        let root = Root::new(root);
        let mut roots = self.roots.write().unwrap_or_else(PoisonError::into_inner);
        roots.retain(|known| *known != root);
    }

    /// Where the work happens: the first root, else the folder of an open document, else the process's own.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        let document = || {
            self.documents()
                .iter()
                .find_map(|document| Some(document.path.as_ref()?.parent()?.to_owned()))
        };
        let root = self.roots().into_iter().next().map(|root| match root.is_file() {
            true => root.parent().map_or_else(PathBuf::new, Path::to_owned),
            false => root,
        });
        root.or_else(document)
            .or_else(|| std::env::current_dir().ok())
            .unwrap_or_default()
    }

    /// The path below its root with `/` between names; the absolute path if it is in none.
    #[must_use]
    pub fn relative(&self, path: &Path) -> String {
        let roots = self.known_roots();
        let below = roots.iter().find_map(|root| {
            let rest = path
                .strip_prefix(&root.named)
                .or_else(|_| path.strip_prefix(&root.resolved))
                .ok()?;
            match rest.as_os_str().is_empty() {
                true => path.file_name().map(Path::new),
                false => Some(rest),
            }
        });
        let shown = below.unwrap_or(path).components();
        let names: Vec<_> = shown
            .map(|name| name.as_os_str().to_string_lossy().into_owned())
            .collect();
        match below {
            Some(_) => names.join("/"),
            None => path.display().to_string(),
        }
    }

    /// The URI that an editor should be given for a path: the open document's own, else spelled below the root as
    /// the root was named.
    #[must_use]
    pub fn uri_of(&self, path: &Path) -> Uri {
        let resolved = place::resolve(path);
        let state = self.lock();
        match state.files.get(&FileId::Path(resolved.clone())) {
            Some(file) => file.uri.clone(),
            None => place::uri(&self.known_roots(), &resolved),
        }
    }

    /// The language id of the document that is open there; else the one that the file's extension suggests.
    #[must_use]
    pub fn language_of(&self, path: &Path) -> String {
        match self.snapshot(&self.uri_of(path)) {
            Some(document) => document.language.clone(),
            None => crate::document::language_of_extension(path).to_owned(),
        }
    }

    pub(crate) fn known_roots(&self) -> Vec<Root> {
        self.roots.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The file that a path leads to, if it may be read: it is in a root, or there are none and it is open.
    pub(crate) fn locate(&self, path: &Path) -> Result<FileId, ReadError> {
        let roots = self.known_roots();
        if roots.is_empty() && path.is_absolute() {
            let id = FileId::Path(place::resolve(path));
            if self.lock().files.contains_key(&id) {
                return Ok(id);
            }
        }
        place::locate(&roots, path).map(FileId::Path)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs one operation under the lock, then publishes, journals and tells what came of it.
    pub(crate) fn act<R>(&self, operation: impl FnOnce(&mut State, &mut Effects) -> R) -> R {
        let mut effects = Effects::default();
        let mut state = self.lock();
        let result = operation(&mut state, &mut effects);
        self.publish(&state, &effects);
        state.drop_spent(&effects);
        let has_entries = !effects.entries.is_empty();
        self.outbox.put(std::mem::take(&mut effects.entries));
        let changed = effects.told.iter().map(|id| (id, ReviewNews::Changed));
        let grown = effects.grown.difference(&effects.told).map(|id| (id, ReviewNews::Grew));
        let told = changed.chain(grown).filter_map(|(id, news)| {
            Some(ReviewChange {
                review: id.clone(),
                session: state.reviews.get(id)?.session.clone(),
                news,
            })
        });
        let told: Vec<ReviewChange> = told.chain(effects.notices).collect();
        drop(state);
        if has_entries {
            self.outbox.flush();
        }
        for waiting in effects.woken {
            // Whoever waited may have given up.
            let _ = waiting.send(());
        }
        if let Some(listener) = self.listener.get() {
            told.into_iter().for_each(listener);
        }
        result
    }

    fn publish(&self, state: &State, effects: &Effects) {
        for id in &effects.changed {
            let Some(file) = state.files.get(id) else {
                continue;
            };
            let crate::file::TextSource::Open { language, version } = &file.source else {
                self.published.remove(&file.uri);
                continue;
            };
            let mut hunks: Vec<PlacedHunk> = file
                .sets
                .values()
                .flat_map(|set| set.open())
                .map(|hunk| hunk.placed.clone())
                .collect();
            if file.sets.len() > 1 {
                hunks.sort_by_key(|hunk| hunk.range.start);
            }
            let snapshot = DocumentSnapshot {
                uri: file.uri.clone(),
                path: id.path().map(Path::to_owned),
                language: language.clone(),
                version: *version,
                rope: file.rope.clone(),
                hunks: hunks.into(),
                used: file.used,
                edited_line: file
                    .edited
                    .map(|byte| file.rope.byte_to_line(byte.min(file.rope.len_bytes()))),
            };
            self.published.insert(file.uri.clone(), Arc::new(snapshot));
        }
    }

    /// The newest state of an open document.
    #[must_use]
    pub fn snapshot(&self, uri: &Uri) -> Option<Arc<DocumentSnapshot>> {
        self.published.get(uri).map(|snapshot| Arc::clone(&snapshot))
    }

    /// All open documents.
    #[must_use]
    pub fn documents(&self) -> Vec<Arc<DocumentSnapshot>> {
        self.published.iter().map(|snapshot| Arc::clone(&snapshot)).collect()
    }

    /// Forgets what a session could still undo.
    pub fn end_session(&self, session: &SessionId) {
        self.act(|state, effects| {
            let State {
                files,
                reviews,
                decisions,
                ..
            } = state;
            for decision in decisions.iter_mut() {
                decision.hunks.retain(|(of, _)| of != session);
            }
            decisions.retain(|decision| !decision.hunks.is_empty());
            for (id, file) in files.iter_mut() {
                if let Some(set) = file.sets.get_mut(session) {
                    set.forget_decisions();
                    effects.changed.insert(id.clone());
                }
            }
            let is_open = |review: &base::ReviewId| {
                let hunks = files
                    .values()
                    .filter_map(|file| file.sets.get(session))
                    .flat_map(|set| set.open());
                hunks.into_iter().any(|hunk| hunk.placed.text.origin.review == *review)
            };
            reviews.forget(session, is_open);
        });
    }
}
