//! Rewind: what the agent wrote is taken back, and its model is told.

use base::{Message, TurnId};
use permissions::{Policy, Verdict};
use store::{Item, Store, StoreError};
use workspace::{
    DiskEditor, Editor, LeftBecause, RewindError, RewindPlan, RewindRequest, RewindVerdict, Rewound, Workspace,
};

use crate::error::RunError;
use crate::runtime::Runtime;
use crate::session::Session;

/// Why nothing was taken back.
#[derive(Debug, thiserror::Error)]
pub enum RewindFailure {
    #[error(transparent)]
    Session(#[from] RunError),
    #[error(transparent)]
    Rewind(#[from] RewindError),
    #[error("{} (rule `{}`)", .0.reason, .0.rule)]
    Denied(Box<Verdict>),
}

impl From<StoreError> for RewindFailure {
    fn from(error: StoreError) -> Self {
        Self::Session(error.into())
    }
}

impl Runtime {
    /// Takes back what a session's agent wrote, open documents through `editor` and the rest on disk. The session is
    /// busy meanwhile.
    ///
    /// # Errors
    /// A turn runs in the session, it is another process's, or there is nothing to take back. What becomes of each
    /// file is in the answer.
    pub async fn rewind(&self, request: &RewindRequest, editor: &dyn Editor) -> Result<Rewound, RewindFailure> {
        let session = self.existing_session(&request.session)?;
        let turn = TurnId::fresh();
        session.begin(&turn).map_err(|active| RunError::Busy {
            session: request.session.clone(),
            turn: active,
        })?;
        let claim = Claim(&session);
        let plan = self.workspace.plan_rewind(request)?;
        let rewound = carry_out(&self.workspace, &self.policy, &plan, editor).await?;
        drop(claim);
        if let Some(note) = note(&self.workspace, &rewound) {
            session.tell(note);
        }
        Ok(rewound)
    }

    /// As [`Runtime::rewind`], for a front without an editor: the files on disk are what counts.
    ///
    /// # Errors
    /// As [`Runtime::rewind`].
    pub async fn rewind_for_front(&self, request: &RewindRequest) -> Result<Rewound, RewindFailure> {
        let nothing = self.policy.user_keep(&[]).map_err(denied)?;
        self.rewind(request, &DiskEditor::new(nothing)).await
    }
}

/// Gives the session free again however the rewind ends.
struct Claim<'a>(&'a Session);

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// Takes back what a session's agent wrote where no editor is: the files on disk are what counts. The workspace must
/// record to `store`.
///
/// # Errors
/// As [`Runtime::rewind`].
pub async fn rewind_on_disk(
    store: &Store,
    workspace: &Workspace,
    policy: &Policy,
    request: &RewindRequest,
) -> Result<Rewound, RewindFailure> {
    let id = &request.session;
    if !store.has_session(id)? {
        return Err(RunError::UnknownSession(id.clone()).into());
    }
    let _lease = store.lease(id)?.map_err(|held| RunError::Held {
        session: id.clone(),
        pid: held.pid,
    })?;
    let plan = workspace.plan_rewind(request)?;
    let nothing = policy.user_keep(&[]).map_err(denied)?;
    let rewound = carry_out(workspace, policy, &plan, &DiskEditor::new(nothing)).await?;
    if let Some(note) = note(workspace, &rewound) {
        store.append_item(id, &Item::Message(Message::user(note)))?;
    }
    Ok(rewound)
}

async fn carry_out(
    workspace: &Workspace,
    policy: &Policy,
    plan: &RewindPlan,
    editor: &dyn Editor,
) -> Result<Rewound, RewindFailure> {
    let grant = policy.user_keep(&plan.paths()).map_err(denied)?;
    Ok(workspace.rewind(plan, &grant, editor).await?)
}

fn denied(verdict: Verdict) -> RewindFailure {
    RewindFailure::Denied(Box::new(verdict))
}

/// What the model reads at its next step; none if nothing was changed.
fn note(workspace: &Workspace, rewound: &Rewound) -> Option<String> {
    rewound.step?;
    let (mut back, mut left) = (Vec::new(), Vec::new());
    for file in &rewound.files {
        let name = workspace.relative(&file.path);
        match (&file.verdict, &file.failure) {
            (RewindVerdict::Unchanged | RewindVerdict::Beside { .. }, _) => {}
            (RewindVerdict::Left(LeftBecause::Changed), _) | (_, Some(_)) => left.push(name),
            (RewindVerdict::Left(_), _) => {}
            _ => back.push(name),
        }
    }
    let mut note = format!(
        "[rewind] The user took back what you wrote: {} as before you changed it. Read a file again before you edit it.",
        back.join(", ")
    );
    if !left.is_empty() {
        note.push_str(&format!(" Not taken back: {}.", left.join(", ")));
    }
    Some(note)
}
