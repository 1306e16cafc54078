//! A whole runtime over a temporary workspace, with a scripted model.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base::{CommandName, Event, EventKind, HunkState, SessionId, StopReason, Task, TurnState, Uri};
use engine::{Limits, Parts, RunError, RunRequest, Runtime, Started, StoreJournal, Subscription};
use models::scripted::ScriptedModel;
use permissions::{Mode, Policy, PolicyConfig};
use sandbox::Workbench;
use store::Store;
use text::{Position, PositionEncoding, Span};
use workspace::Workspace;

pub(crate) struct Stage {
    folder: Arc<tempfile::TempDir>,
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) store: Arc<Store>,
    pub(crate) model: Arc<ScriptedModel>,
}

/// What a runtime is given besides its folder.
pub(crate) struct Setting {
    pub(crate) model: Arc<ScriptedModel>,
    /// Beside the scripted one.
    pub(crate) providers: Vec<Arc<dyn models::Provider>>,
    pub(crate) models: models::Settings,
    pub(crate) routes: models::routing::Routes,
    pub(crate) limits: Limits,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            model: ScriptedModel::new("scripted"),
            providers: Vec::new(),
            models: models::Settings::default(),
            routes: models::routing::Routes::default(),
            // What the index chooses is told by its own tests.
            limits: Limits {
                context: 0,
                context_patience: Duration::from_secs(20),
                ..Limits::default()
            },
        }
    }
}

pub(crate) struct End {
    pub(crate) state: TurnState,
    pub(crate) stop_reason: StopReason,
    pub(crate) text: String,
}

impl Stage {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, Setting::default())
    }

    pub(crate) fn with(files: &[(&str, &str)], setting: Setting) -> Self {
        Self::on(Arc::new(Self::folder(files)), setting)
    }

    /// With a provider beside the scripted one.
    pub(crate) fn with_provider(files: &[(&str, &str)], provider: Arc<dyn models::Provider>) -> Self {
        let setting = Setting {
            providers: vec![provider],
            ..Setting::default()
        };
        Self::with(files, setting)
    }

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("project");
        std::fs::create_dir(&root).expect("a root");
        for (name, text) in files {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            std::fs::write(path, text).expect("a file");
        }
        folder
    }

    fn on(folder: Arc<tempfile::TempDir>, setting: Setting) -> Self {
        let Setting {
            model,
            providers,
            models,
            routes,
            limits,
        } = setting;
        let root = folder.path().join("project").canonicalize().expect("a root");
        let atlas = Arc::new(context::Atlas::open(vec![root.clone()], None));
        let store = Arc::new(Store::open(&folder.path().join("state")).expect("a store"));
        let workspace = Workspace::new(vec![root.clone()], Arc::new(StoreJournal::new(Arc::clone(&store))));
        let config = PolicyConfig {
            roots: vec![root.clone()],
            mode: Mode::Ask,
            ..PolicyConfig::default()
        };
        let workbench = Workbench::new(sandbox::Settings {
            mode: sandbox::Mode::Auto,
            roots: vec![root.clone()],
            layers: folder.path().join("layers"),
            environment: std::env::vars_os().collect(),
            network: Vec::new(),
            masked: Vec::new(),
        });
        let scripted: Arc<dyn models::Provider> = Arc::clone(&model) as _;
        let registry = models::Registry::new(models, &|_| None).expect("settings of ours");
        let models = providers
            .into_iter()
            .fold(registry.with(scripted), models::Registry::with);
        let agents = prompts::agents(Some(&root), &folder.path().join("agents"));
        let runtime = Runtime::start(Parts {
            workspace,
            store: Arc::clone(&store),
            models: Arc::new(models),
            default_model: "scripted/test".into(),
            routes,
            policy: Arc::new(Policy::new(config).expect("a policy")),
            tools: Arc::new(tools::Registry::builtin()),
            workbench: Arc::new(workbench),
            tests: tools::TestSettings::default(),
            web: tools::WebSettings::default(),
            trust: Box::new(|| true),
            index: Arc::new(context::Index::new(Arc::new(context::Trees::new()))),
            atlas,
            instructions: Vec::new(),
            agents,
            limits,
        });
        Self {
            folder,
            runtime,
            store,
            model,
        }
    }

    /// Another process on the same state: the first one is gone.
    pub(crate) fn restarted(self) -> Self {
        self.restarted_with(Setting::default())
    }

    pub(crate) fn restarted_with(self, setting: Setting) -> Self {
        let Self {
            folder,
            runtime,
            store,
            model,
        } = self;
        drop((runtime, store, model));
        let restarted = Self::on(folder, setting);
        restarted.runtime.offer_open_reviews();
        restarted
    }

    /// Another process on the same state, beside this one.
    pub(crate) fn beside(&self) -> Self {
        Self::on(Arc::clone(&self.folder), Setting::default())
    }

    /// Lets others attach, and this one to others.
    pub(crate) fn listening(self, front: &str) -> Self {
        self.runtime.listen(&self.state(), front);
        self
    }

    /// Where the store and the addresses are.
    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn on_disk(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join("project").join(name)).expect("readable")
    }

    /// The workspace folder.
    pub(crate) fn project(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("a root").join("project")
    }

    fn task(&self, command: &str, file: &str, prompt: Option<&str>) -> Task {
        self.task_on(command, Some(file), prompt)
    }

    /// At the start of the file, if it is about one.
    pub(crate) fn task_on(&self, command: &str, file: Option<&str>, prompt: Option<&str>) -> Task {
        let start = Position { line: 0, character: 0 };
        let uri = file.map(|file| Uri::from_path(&self.project().join(file)).expect("absolute"));
        Task {
            command: CommandName::parse(command).expect("a command"),
            span: uri.as_ref().map(|_| Span { start, end: start }),
            uri,
            diagnostics: Vec::new(),
            prompt: prompt.map(str::to_owned),
            attachments: Vec::new(),
        }
    }

    pub(crate) fn try_start(
        &self,
        session: Option<&SessionId>,
        command: &str,
        file: &str,
        prompt: Option<&str>,
    ) -> Result<Started, RunError> {
        let task = self.task(command, file, prompt);
        let session = session.cloned();
        self.runtime.run(RunRequest {
            session,
            ..RunRequest::new(task)
        })
    }

    /// Starts a turn with another model than the scripted one.
    pub(crate) fn start_with(&self, model: &str, command: &str, file: &str) -> Started {
        let task = self.task(command, file, Some("go"));
        let model = Some(model.to_owned());
        let request = RunRequest {
            model,
            ..RunRequest::new(task)
        };
        self.runtime.run(request).expect("starts")
    }

    pub(crate) fn start(&self, command: &str, file: &str, prompt: Option<&str>) -> Started {
        self.try_start(None, command, file, prompt).expect("starts")
    }

    pub(crate) async fn turn(&self, command: &str, file: &str, prompt: Option<&str>) -> End {
        let mut events = self.runtime.subscribe();
        self.start(command, file, prompt);
        end_of_turn(&mut events).await
    }

    pub(crate) async fn turn_in(&self, session: &SessionId, command: &str, file: &str, prompt: Option<&str>) -> End {
        let mut events = self.runtime.subscribe();
        self.try_start(Some(session), command, file, prompt).expect("starts");
        end_of_turn(&mut events).await
    }

    /// (old, new, state) of all open hunks.
    pub(crate) fn hunks(&self) -> Vec<(String, String, HunkState)> {
        let reviews = self.runtime.reviews(PositionEncoding::Utf8);
        let files = reviews.into_iter().flat_map(|review| review.files);
        files
            .flat_map(|file| file.hunks)
            .map(|hunk| (hunk.old_text, hunk.new_text, hunk.state))
            .collect()
    }
}

pub(crate) async fn until(events: &mut Subscription, is_it: impl Fn(&Event) -> bool) -> Event {
    let waiting = async {
        loop {
            let event = events.next().await;
            if is_it(&event) {
                return event;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .expect("the event comes")
}

pub(crate) async fn end_of_turn(events: &mut Subscription) -> End {
    let event = until(events, |event| matches!(event.kind, EventKind::TurnCompleted { .. })).await;
    match event.kind {
        EventKind::TurnCompleted {
            state,
            stop_reason,
            text,
            ..
        } => End {
            state,
            stop_reason,
            text,
        },
        other => unreachable!("{other:?}"),
    }
}
