//! A runtime's door to other processes, and what its front does for them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use base::{Block, Event, EventKind, Review, SessionId, Task, TurnId};
use store::Item;
use text::PositionEncoding;
use workspace::Editor;

use super::error::AttachError;
use super::{Attachment, Listener};
use crate::attachments;
use crate::error::RunError;
use crate::events::Subscription;
use crate::request::{RunRequest, Said, Started};
use crate::runtime::Runtime;

#[derive(Default)]
pub(crate) struct Door {
    /// Where the processes of the workspace write down where they listen.
    folder: OnceLock<PathBuf>,
    listener: Mutex<Option<Listener>>,
    /// What carries out a Keep; where no front offers one, the files are written here.
    editor: OnceLock<Arc<dyn Editor>>,
}

impl Door {
    pub(super) fn editor(&self) -> Option<Arc<dyn Editor>> {
        self.editor.get().cloned()
    }

    fn listener(&self) -> MutexGuard<'_, Option<Listener>> {
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Attached fronts hear the last events and are let go of.
    pub(crate) async fn close(&self) {
        let listener = self.listener().take();
        if let Some(listener) = listener {
            listener.close().await;
        }
    }
}

impl Runtime {
    /// Lets the user's other processes attach to the sessions that this one owns, and this one to theirs. `state` is the
    /// workspace's folder for state, `front` what kind of front this process has, in words. Needs the async runtime; to
    /// be called before any session is taken. Where it fails, sessions here can be read by others.
    pub fn listen(self: &Arc<Self>, state: &Path, front: &str) {
        let folder = state.join("attach");
        match Listener::start(Arc::downgrade(self), &folder, front) {
            Ok(listener) => {
                *self.door.listener() = Some(listener);
            }
            Err(error) => tracing::info!(%error, folder = %folder.display(), "nobody can attach to this process"),
        }
        let _ = self.door.folder.set(folder);
    }

    /// Keeps from now on go through this editor, whoever decides them.
    pub fn offer_editor(&self, editor: Arc<dyn Editor>) {
        let _ = self.door.editor.set(editor);
    }

    /// Says something in a session of this process: a new turn, or a word to the one that runs.
    ///
    /// # Errors
    /// As [`Runtime::run`]; what is more than words cannot be told to a turn that runs.
    pub fn say(&self, request: RunRequest) -> Result<Said, RunError> {
        let told = request.can_be_told().then(|| request.task.clone());
        match (self.run(request), told) {
            (Err(RunError::Busy { session, turn }), Some(task)) => {
                self.tell(&session, &turn, task)?;
                Ok(Said::Told(Started { session, turn }))
            }
            (started, _) => started.map(Said::Started),
        }
    }

    /// Leaves what the user said for the next step of the turn that runs.
    fn tell(&self, session: &SessionId, turn: &TurnId, task: Task) -> Result<(), RunError> {
        let Some(held) = self.session_here(session) else {
            return Err(RunError::UnknownSession(session.clone()));
        };
        let text = task.prompt.clone().unwrap_or_default();
        let mut said = vec![Block::Text { text }];
        said.extend(attachments::blocks(self, session, &task)?);
        let item = Item::Said {
            turn: turn.clone(),
            task: task.clone(),
        };
        let message = self.store.append_item(session, &item)?;
        held.steer(said);
        self.events.send(Event {
            session: session.clone(),
            turn: Some(turn.clone()),
            kind: EventKind::Said {
                message,
                task: Box::new(task),
            },
        });
        Ok(())
    }

    /// Stops a session's turn if it is `turn`, or whichever it is; false if there was none.
    pub fn stop_in(&self, session: &SessionId, turn: Option<&TurnId>) -> bool {
        self.session_here(session).is_some_and(|session| session.stop(turn))
    }

    /// The events of one session from here on: first up to which item its conversation is in the store, then what
    /// stands of its running turn and is not. Reads the store.
    #[must_use]
    pub fn subscribe_to(&self, session: &SessionId) -> Subscription {
        let stored = self.store.last_item(session).unwrap_or_default();
        self.events.subscribe_to(session, Some(stored))
    }

    /// The reviews of one session.
    #[must_use]
    pub fn reviews_of(&self, session: &SessionId, encoding: PositionEncoding) -> Vec<Review> {
        let mut reviews = self.reviews(encoding);
        reviews.retain(|review| review.session_id == *session);
        reviews
    }

    /// Attaches to a session of process `pid`.
    pub(super) async fn attach(
        &self,
        session: &SessionId,
        pid: u32,
    ) -> Result<(Attachment, Subscription), AttachError> {
        let Some(folder) = self.door.folder.get() else {
            let cause = "this process is on its own".to_owned();
            return Err(AttachError::Unreachable { pid, cause });
        };
        let own = self.door.listener().as_ref().map(Listener::token);
        Attachment::to(folder, own, session, pid).await
    }
}
