//! The Tool trait, and what a call knows of the session that it runs in.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base::{CallId, Origin, ReviewId, SessionId, ToolSpec, TurnId};
use context::{Atlas, Index};
use futures::future::BoxFuture;
use permissions::{Action, Decision, Grant, OwnedAction, Policy};
use sandbox::Workbench;
use serde_json::Value;
use store::Store;
use tokio_util::sync::CancellationToken;
use workspace::{FileChange, FileView, Ide, IdeService, ReadError, Workspace};

use crate::command::Outputs;
use crate::error::ToolError;
use crate::host::Host;
use crate::ledger::ReadLedger;
use crate::output::ToolOutput;
use crate::overlay;
use crate::web::WebSettings;

/// When a call may run beside others (FEATURES EN2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tier {
    /// In parallel with other such calls.
    ReadOnly,
    /// In sequence.
    Write,
    /// Alone.
    Dangerous,
}

/// Something that a model can call. The registry has checked the arguments against the schema before any
/// method but `spec` and `tier` sees them.
pub trait Tool: Send + Sync {
    fn spec(&self) -> ToolSpec;

    /// Judged by the arguments, whatever they are; in doubt the stricter. With none given it is the tier of the
    /// tool as such.
    fn tier(&self, arguments: &Value) -> Tier;

    /// Whether models are told of it where the user's command only reads.
    fn is_for_readers(&self) -> bool {
        self.tier(&Value::Null) == Tier::ReadOnly
    }

    /// What of the editor it cannot do without: models are told of it only where that is served.
    fn needs(&self) -> Option<IdeService> {
        None
    }

    /// What the call needs permission for, each with its own grant, in this order.
    ///
    /// # Errors
    /// Why the call cannot be made at all, for the model.
    fn actions(&self, arguments: &Value, cx: &ToolContext) -> Result<Vec<OwnedAction>, String>;

    /// A few words for people: the tool and its object.
    fn title(&self, arguments: &Value) -> String;

    /// The argument that a user may watch while the model writes it; none where there is nothing to see.
    fn grows(&self) -> Option<&'static str> {
        None
    }

    /// What the call would propose if its arguments ended here; where `is_cut`, the one that [`Tool::grows`] has been
    /// cut. Nothing where that cannot be told yet, and nothing of a call that the policy denies or has a question about:
    /// it is asked before anything is read. May block.
    fn sketch(&self, _arguments: Value, _is_cut: bool, _cx: &ToolContext) -> Vec<FileChange> {
        Vec::new()
    }

    /// Runs the call. `grants` answer [`Tool::actions`] one by one. Ends soon after `cx.cancel`.
    fn run<'a>(&'a self, arguments: Value, cx: &'a ToolContext, grants: Vec<Grant>) -> BoxFuture<'a, ToolOutput>;
}

/// How the project is tested, where its user says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestSettings {
    /// A command line; none is the one that the project's files suggest.
    pub command: Option<String>,
}

/// What one call knows. Cheap to clone.
#[derive(Clone)]
pub struct ToolContext {
    pub session: SessionId,
    pub turn: TurnId,
    pub review: ReviewId,
    pub call: CallId,
    /// A few words for the hunks that the call proposes, and a sentence on what they are for.
    pub title: String,
    pub why: String,
    /// Whether the user's command lets anything be proposed.
    pub may_edit: bool,
    pub workspace: Arc<Workspace>,
    pub index: Arc<Index>,
    /// The same workspace as it was walked last: which files declare and use a name, which are about some words.
    pub atlas: Arc<Atlas>,
    /// Searches show the model only what this allows to be read without a question.
    pub policy: Arc<Policy>,
    /// Where commands run.
    pub workbench: Arc<Workbench>,
    /// The longest that a command may take.
    pub command_time: Duration,
    pub tests: TestSettings,
    /// The user, the plan and other agents.
    pub host: Arc<dyn Host>,
    /// The editor, where there is one that serves what it knows.
    pub ide: Option<Arc<dyn Ide>>,
    /// Where what is worth remembering is kept.
    pub store: Arc<Store>,
    pub web: WebSettings,
    pub reads: ReadLedger,
    /// The long outputs of the session's commands.
    pub outputs: Outputs,
    pub cancel: CancellationToken,
}

impl ToolContext {
    /// Who proposes what the call proposes.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin {
            session: self.session.clone(),
            turn: self.turn.clone(),
            review: self.review.clone(),
            call: self.call.clone(),
            title: self.title.clone(),
            why: self.why.clone(),
            author: Origin::AGENT.to_owned(),
        }
    }

    /// The absolute path that a model's `path` means, without `.` and `..`.
    ///
    /// In a workspace of several folders a relative path is looked for in each, in their order; what is found in
    /// none belongs to the first.
    pub(crate) fn path(&self, given: &str) -> Result<PathBuf, ToolError> {
        if given.trim().is_empty() {
            return Err(ToolError::EmptyPath);
        }
        let given = Path::new(given);
        if given.is_absolute() {
            return Ok(plain(given));
        }
        let roots = self.workspace.roots();
        let mut places = roots.iter().map(|root| plain(&root.join(given)));
        let first = places.next().ok_or(ToolError::NoRoot)?;
        if roots.len() == 1 || self.exists(&first) {
            return Ok(first);
        }
        Ok(places.find(|place| self.exists(place)).unwrap_or(first))
    }

    pub(crate) fn exists(&self, path: &Path) -> bool {
        path.is_dir() || self.peek(path).is_some()
    }

    /// The path as models and people see it.
    pub(crate) fn shown(&self, path: &Path) -> String {
        self.workspace.relative(path)
    }

    /// The file as the session sees it: proposed text over unsaved text over the disk.
    pub(crate) fn view(&self, path: &Path) -> Result<FileView, ToolError> {
        self.workspace.read(&self.session, path).map_err(|error| match error {
            ReadError::NotFound { .. } => self.not_found(path),
            error => error.into(),
        })
    }

    /// The same where it does not matter why there is none.
    pub(crate) fn peek(&self, path: &Path) -> Option<FileView> {
        self.workspace.read(&self.session, path).ok()
    }

    /// That there is nothing at `path`, and which files of its name there are elsewhere.
    pub(crate) fn not_found(&self, path: &Path) -> ToolError {
        let files = overlay::all_files(self).unwrap_or_default();
        let namesakes = files.iter().filter(|file| file.file_name() == path.file_name());
        let namesakes: Vec<_> = namesakes
            .take(5)
            .map(|file| format!("`{}`", self.shown(file)))
            .collect();
        let hint = match namesakes.as_slice() {
            [] => "; `list` and `glob` show what there is".to_owned(),
            found => format!("; there is {}", found.join(", ")),
        };
        ToolError::NotFound {
            path: self.shown(path),
            hint,
        }
    }

    /// What searching a place needs; the workspace folder itself may be searched without a question, since
    /// each file's content is judged for itself.
    pub(crate) fn search_place(&self, given: Option<&str>) -> Result<Vec<OwnedAction>, ToolError> {
        let Some(given) = given else {
            return Ok(Vec::new());
        };
        let path = self.path(given)?;
        let is_root = self.workspace.roots().contains(&path);
        Ok(if is_root {
            Vec::new()
        } else {
            vec![OwnedAction::Read { path }]
        })
    }

    /// Whether a search may show what is in this file.
    pub(crate) fn may_search(&self, path: &Path) -> bool {
        self.policy.judge(&Action::Read { path }).decision == Decision::Allow
    }

    /// # Errors
    /// The turn was stopped.
    pub(crate) fn go_on(&self) -> Result<(), ToolError> {
        if self.cancel.is_cancelled() {
            Err(ToolError::Stopped)
        } else {
            Ok(())
        }
    }
}

/// The path by its words alone. Links are the policy's to follow: it judges what comes out here.
pub(crate) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}
