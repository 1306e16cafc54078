//! A workspace in a temporary folder, and calls that take the engine's way: registry, policy, grant, run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base::{ApprovalId, CallId, ContentHash, Question, ReviewId, ReviewRecord, SessionId, TodoItem, TurnId, Uri};
use context::{Atlas, Index, Trees};
use futures::future::BoxFuture;
use permissions::{Approval, Confinement, Decision, OwnedAction, Policy, PolicyConfig};
use sandbox::{Mode, Workbench};
use serde_json::Value;
use store::Store;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tools::{
    AgentInfo, AgentTask, Host, Outputs, ReadLedger, Registry, TestSettings, ToolContext, ToolOutput, WebSettings,
};
use workspace::{Checkpoints, Journal, JournalError, RewindRequest, RewindTo, StepRecord, Workspace};

/// Bytes that no answer exceeds.
pub(crate) const MOST: usize = 32 * 1024;

pub(crate) struct Scene {
    /// Gone with the scene.
    _folder: TempDir,
    layers: TempDir,
    root: PathBuf,
    pub(crate) cx: ToolContext,
    pub(crate) registry: Registry,
    /// Whether the user says yes where the policy asks.
    pub(crate) approves: bool,
}

impl Scene {
    /// `files`: a path and its text each.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self::with_bytes(
            &files
                .iter()
                .map(|(path, text)| (*path, text.as_bytes()))
                .collect::<Vec<_>>(),
        )
    }

    pub(crate) fn with_bytes(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        Self::over(folder, "")
    }

    /// The workspace is `root` in `folder`.
    pub(crate) fn over(folder: TempDir, root: &str) -> Self {
        let root: PathBuf = folder.path().join(root).components().collect();
        let policy = Policy::new(PolicyConfig {
            roots: vec![root.clone()],
            trusted: true,
            ..PolicyConfig::default()
        })
        .unwrap();
        let atlas = Arc::new(Atlas::open(vec![root.clone()], None));
        let layers = tempfile::tempdir().unwrap();
        let workbench = workbench(Mode::Auto, &root, &layers);
        let journal = Arc::new(MemoryJournal::default());
        let workspace = Workspace::new(vec![root.clone()], journal.clone());
        workspace.set_checkpoints(journal);
        let cx = ToolContext {
            session: SessionId::from("ses_1"),
            turn: TurnId::from("trn_1"),
            review: ReviewId::from("rev_1"),
            call: CallId::from("call_1"),
            title: "edit".to_owned(),
            why: "a test".to_owned(),
            may_edit: true,
            workspace,
            index: Arc::new(Index::new(Arc::new(Trees::new()))),
            atlas,
            policy: Arc::new(policy),
            workbench,
            command_time: Duration::from_secs(60),
            tests: TestSettings::default(),
            host: Arc::new(Alone),
            ide: None,
            store: Arc::new(Store::in_memory().unwrap()),
            web: WebSettings::default(),
            reads: ReadLedger::default(),
            outputs: Outputs::default(),
            cancel: CancellationToken::new(),
        };
        Self {
            _folder: folder,
            layers,
            root,
            cx,
            registry: Registry::builtin(),
            approves: false,
        }
    }

    /// A scene for commands, all of which the user approves; none where this machine has no workbench.
    pub(crate) fn with_workbench(files: &[(&str, &str)]) -> Option<Self> {
        let mut scene = Self::new(files);
        scene.approves = true;
        let standing = scene.cx.workbench.standing();
        if standing.confinement == Confinement::Workbench {
            return Some(scene);
        }
        // What a skipped test has to say is for the one who runs it.
        #[expect(clippy::print_stderr, reason = "the runner shows it")]
        {
            eprintln!("skipped: no workbench here: {:?}", standing.findings);
        }
        None
    }

    /// A scene for commands on the real files, as the user may choose; they approve all.
    pub(crate) fn without_workbench(files: &[(&str, &str)]) -> Self {
        let mut scene = Self::new(files);
        scene.approves = true;
        scene.cx.workbench = workbench(Mode::Off, &scene.root, &scene.layers);
        scene
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub(crate) fn uri(&self, path: &str) -> Uri {
        Uri::from_path(&self.path(path)).unwrap()
    }

    /// Opens a document whose text may differ from the disk's.
    pub(crate) fn open(&self, path: &str, text: &str) {
        self.cx.workspace.open(&self.uri(path), "plaintext", 1, text);
    }

    /// The file as the session sees it, for assertions.
    pub(crate) fn view(&self, path: &str) -> String {
        match self.cx.workspace.read(&self.cx.session, &self.path(path)) {
            Ok(view) => view.rope.to_string(),
            Err(error) => self.plain(&error.to_string()),
        }
    }

    /// What the model is told, with `error: ` before a failure.
    pub(crate) async fn call(&self, name: &str, arguments: Value) -> String {
        let output = self.output(name, arguments).await;
        let kind = if output.is_error { "error: " } else { "" };
        self.plain(&format!("{kind}{}", output.content))
    }

    pub(crate) async fn output(&self, name: &str, arguments: Value) -> ToolOutput {
        let tool = match self.registry.resolve(name, &arguments) {
            Ok(tool) => tool,
            Err(why) => return ToolOutput::error(why),
        };
        let actions = match tool.actions(&arguments, &self.cx) {
            Ok(actions) => actions,
            Err(why) => return ToolOutput::error(why),
        };
        let mut grants = Vec::new();
        for action in actions {
            let verdict = self.cx.policy.judge(&action.as_action());
            let approval = match verdict.decision {
                Decision::Ask if self.approves => Approval::User(ApprovalId::fresh()),
                _ => Approval::None,
            };
            match self.cx.policy.grant(&action.as_action(), approval) {
                Ok(grant) => grants.push(grant),
                Err(verdict) => return ToolOutput::error(format!("{} by {}", verdict.decision, verdict.rule)),
            }
        }
        tool.run(arguments, &self.cx, grants).await
    }

    /// The files that a rewind of the turn would bring back.
    pub(crate) fn rewindable(&self) -> Vec<String> {
        let plan = self.cx.workspace.plan_rewind(&RewindRequest {
            session: self.cx.session.clone(),
            to: RewindTo::LastTurn,
            beside: false,
        });
        let files = plan.map(|plan| plan.paths()).unwrap_or_default();
        files.iter().map(|path| self.cx.workspace.relative(path)).collect()
    }

    /// What a call needs permission for.
    pub(crate) fn actions(&self, name: &str, arguments: &Value) -> Result<Vec<OwnedAction>, String> {
        self.registry.resolve(name, arguments)?.actions(arguments, &self.cx)
    }

    pub(crate) fn title(&self, name: &str, arguments: &Value) -> String {
        self.registry.get(name).unwrap().title(arguments)
    }

    /// Without what changes from run to run: the folder's name, and hashes.
    fn plain(&self, text: &str) -> String {
        let text = text.replace(&format!("{}/", self.root.display()), "ROOT/");
        let is_hash = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        let lines = text.split('\n').map(|line| {
            line.split(' ')
                .map(|word| if is_hash(word) { "H" } else { word })
                .collect::<Vec<_>>()
                .join(" ")
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn workbench(mode: Mode, root: &Path, layers: &TempDir) -> Arc<Workbench> {
    Arc::new(Workbench::new(sandbox::Settings {
        mode,
        roots: vec![root.canonicalize().unwrap()],
        layers: layers.path().to_owned(),
        environment: std::env::vars_os().collect(),
        network: Vec::new(),
        masked: Vec::new(),
    }))
}

/// A journal that only remembers.
#[derive(Default)]
struct MemoryJournal {
    records: Mutex<Vec<ReviewRecord>>,
    steps: Mutex<Vec<StepRecord>>,
    images: Mutex<HashMap<ContentHash, Vec<u8>>>,
}

impl Journal for MemoryJournal {
    fn append(&self, record: &ReviewRecord) -> Result<(), JournalError> {
        self.records.lock().unwrap().push(record.clone());
        Ok(())
    }

    fn put_blob(&self, text: &str) -> Result<ContentHash, JournalError> {
        Ok(ContentHash(text::hash_str(text)))
    }
}

impl Checkpoints for MemoryJournal {
    fn put_image(&self, bytes: &[u8]) -> Result<ContentHash, JournalError> {
        let hash = ContentHash(text::hash_bytes(bytes));
        self.images.lock().unwrap().insert(hash.clone(), bytes.into());
        Ok(hash)
    }

    fn image(&self, hash: &ContentHash) -> Result<Option<Vec<u8>>, JournalError> {
        Ok(self.images.lock().unwrap().get(hash).cloned())
    }

    fn append(&self, _session: &SessionId, record: &StepRecord) -> Result<(), JournalError> {
        self.steps.lock().unwrap().push(record.clone());
        Ok(())
    }

    fn records(&self, _session: &SessionId) -> Result<Vec<StepRecord>, JournalError> {
        Ok(self.steps.lock().unwrap().clone())
    }

    fn last_step(&self, _session: &SessionId) -> Result<u64, JournalError> {
        Ok(self
            .steps
            .lock()
            .unwrap()
            .iter()
            .map(StepRecord::step)
            .max()
            .unwrap_or(0))
    }
}

/// What stands on disk must not change by any call.
pub(crate) fn on_disk(folder: &Path) -> String {
    std::fs::read_to_string(folder).unwrap_or_else(|error| error.kind().to_string())
}

/// A harness with nobody in it.
struct Alone;

impl Host for Alone {
    fn ask(&self, _questions: Vec<Question>) -> BoxFuture<'_, Result<Vec<String>, String>> {
        Box::pin(async { Err("nobody is there".to_owned()) })
    }

    fn set_plan(&self, _entries: Vec<TodoItem>) {}

    fn plan(&self) -> Vec<TodoItem> {
        Vec::new()
    }

    fn agents(&self) -> Vec<AgentInfo> {
        Vec::new()
    }

    fn run_agent(&self, _task: AgentTask) -> BoxFuture<'_, Result<String, String>> {
        Box::pin(async { Err("there are no others".to_owned()) })
    }

    fn load_tools(&self, _names: &[String]) {}
}
