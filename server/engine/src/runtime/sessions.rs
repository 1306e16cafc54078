//! The sessions in memory: made, brought back from the store, let go of.

use std::cmp::Reverse;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base::{SessionId, TurnId};
use text::PositionEncoding;
use tokio_util::sync::CancellationToken;

use super::Runtime;
use crate::error::RunError;
use crate::request::RunRequest;
use crate::session::Session;
use crate::turn;

/// So many sessions stay in memory, each with a lock file open, though nothing of them is: a user may come back to
/// them, or undo what was kept of them. The store has the others.
const KEPT_SESSIONS: usize = 64;

/// A session that was left longer ago is not joined: what its user was about then is another matter.
const FRESH: Duration = Duration::from_secs(60 * 60);

/// A session with a turn to begin in it.
pub(super) struct Claim {
    pub(super) session: Arc<Session>,
    pub(super) cancel: CancellationToken,
    /// The store does not know it yet.
    pub(super) is_new: bool,
}

impl Claim {
    fn of(session: Arc<Session>, cancel: CancellationToken, is_new: bool) -> Self {
        Self {
            session,
            cancel,
            is_new,
        }
    }
}

impl Runtime {
    /// Offers again what processes that are gone left open; what a living one holds stays its own. For fronts that
    /// show reviews: it takes those sessions over.
    pub fn offer_open_reviews(&self) {
        let open = match self.store.sessions_with_open_reviews() {
            Ok(open) => open,
            Err(error) => {
                tracing::error!(%error, "open reviews were not restored");
                return;
            }
        };
        for id in open {
            if let Err(error) = self.existing_session(&id) {
                tracing::warn!(session = %id, %error, "a review was not restored");
            }
        }
    }

    /// Takes a stored session for this process. Reads the store.
    ///
    /// # Errors
    /// There is none, or another process owns it.
    pub async fn take(self: &Arc<Self>, id: &SessionId) -> Result<(), RunError> {
        let (runtime, id) = (Arc::clone(self), id.clone());
        let taken = tokio::task::spawn_blocking(move || runtime.existing_session(&id).map(|_| ())).await;
        // A panic there left nothing behind.
        taken.unwrap_or(Err(RunError::ShuttingDown))
    }

    /// A session of this process's own in which nothing was said yet. It is in the store from its first turn on.
    ///
    /// # Errors
    /// A failing lease.
    pub fn begin_session(&self) -> Result<SessionId, RunError> {
        let session = self.new_session()?;
        let id = session.id.clone();
        self.sessions.insert(id.clone(), session);
        Ok(id)
    }

    /// Whether this process owns the session.
    #[must_use]
    pub fn holds(&self, id: &SessionId) -> bool {
        self.sessions.contains_key(id)
    }

    pub(crate) fn session_here(&self, id: &SessionId) -> Option<Arc<Session>> {
        self.sessions.get(id).map(|session| Arc::clone(&session))
    }

    /// Claims the session that a request names, else one that may be joined, else a new one.
    pub(super) fn claim(&self, request: &RunRequest, turn: &TurnId) -> Result<Claim, RunError> {
        if let Some(id) = &request.session {
            let session = self.existing_session(id)?;
            let cancel = session.begin(turn).map_err(|active| RunError::Busy {
                session: id.clone(),
                turn: active,
            })?;
            let is_new = !session.is_stored();
            return Ok(Claim::of(session, cancel, is_new));
        }
        let file = turn::path_of(&request.task).filter(|_| request.options.may_join);
        for session in file.map(|file| self.idle_with(&file)).unwrap_or_default() {
            // It may have got something to do since.
            if let Ok(cancel) = session.begin(turn) {
                return Ok(Claim::of(session, cancel, false));
            }
        }
        let session = self.new_session()?;
        // Nothing runs in it.
        let cancel = session.begin(turn).unwrap_or_default();
        Ok(Claim::of(session, cancel, true))
    }

    /// The idle sessions whose models know the file, the best first. One whose window is full is shortened at its next
    /// step like any other.
    fn idle_with(&self, file: &Path) -> Vec<Arc<Session>> {
        let now = Instant::now();
        let known = self.sessions.iter().filter_map(|session| {
            let used = session.idle_since()?;
            let knowledge = session.knowledge_of(file);
            let is_fresh = now.saturating_duration_since(used) < FRESH;
            (is_fresh && knowledge > 0).then(|| (knowledge, used, Arc::clone(&session)))
        });
        let mut known: Vec<_> = known.collect();
        known.sort_by_key(|(knowledge, used, _)| Reverse((*knowledge, *used)));
        known.into_iter().map(|(_, _, session)| session).collect()
    }

    pub(super) fn new_session(&self) -> Result<Arc<Session>, RunError> {
        let id = SessionId::fresh();
        let lease = self.lease(&id)?;
        Ok(Arc::new(Session::new(id, lease)))
    }

    pub(crate) fn existing_session(&self, id: &SessionId) -> Result<Arc<Session>, RunError> {
        if let Some(session) = self.sessions.get(id) {
            return Ok(Arc::clone(&session));
        }
        if !self.store.has_session(id)? {
            return Err(RunError::UnknownSession(id.clone()));
        }
        let lease = self.lease(id)?;
        let session = Arc::new(Session::restored(id.clone(), lease, self.store.conversation(id)?));
        let records = self.store.review_records(id)?;
        self.workspace
            .restore(records, &|hash| self.store.blob(hash).ok().flatten());
        Ok(Arc::clone(self.sessions.entry(id.clone()).or_insert(session).value()))
    }

    pub(super) fn let_go_of_old_sessions(&self) {
        let excess = self.sessions.len().saturating_sub(KEPT_SESSIONS);
        if excess == 0 {
            return;
        }
        let reviews = self.workspace.reviews(PositionEncoding::Utf8);
        let is_open = |id: &SessionId| reviews.iter().any(|review| review.session_id == *id);
        // One in which nothing was said yet is nowhere else.
        let idle = self
            .sessions
            .iter()
            .filter(|session| session.is_stored() && !is_open(&session.id));
        let mut idle: Vec<_> = idle
            .filter_map(|session| Some((session.idle_since()?, session.id.clone())))
            .collect();
        idle.sort_unstable_by_key(|(since, _)| *since);
        for (_, id) in idle.into_iter().take(excess) {
            // Whoever else holds it is about to work in it.
            let is_free = |_: &SessionId, session: &mut Arc<Session>| {
                Arc::strong_count(session) == 1 && session.idle_since().is_some()
            };
            if self.sessions.remove_if_mut(&id, is_free).is_some() {
                self.workspace.end_session(&id);
                self.workbench.discard(&id);
            }
        }
    }

    fn lease(&self, id: &SessionId) -> Result<store::Lease, RunError> {
        self.store.lease(id)?.map_err(|held| RunError::Held {
            session: id.clone(),
            pid: held.pid,
        })
    }
}
