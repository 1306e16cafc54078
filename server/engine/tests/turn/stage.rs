//! A whole runtime over a temporary workspace, with a scripted model.

use std::path::Path;
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
    folder: tempfile::TempDir,
    pub(crate) runtime: Arc<Runtime>,
    pub(crate) store: Arc<Store>,
    pub(crate) model: Arc<ScriptedModel>,
}

pub(crate) struct End {
    pub(crate) state: TurnState,
    pub(crate) stop_reason: StopReason,
    pub(crate) text: String,
    pub(crate) error: Option<String>,
}

impl Stage {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self::on(Self::folder(files), None)
    }

    /// With a provider beside the scripted one.
    pub(crate) fn with_provider(files: &[(&str, &str)], provider: Arc<dyn models::Provider>) -> Self {
        Self::on(Self::folder(files), Some(provider))
    }

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("project");
        std::fs::create_dir(&root).expect("a root");
        for (name, text) in files {
            std::fs::write(root.join(name), text).expect("a file");
        }
        folder
    }

    fn on(folder: tempfile::TempDir, other: Option<Arc<dyn models::Provider>>) -> Self {
        let root = folder.path().join("project").canonicalize().expect("a root");
        let store = Arc::new(Store::open(&folder.path().join("state")).expect("a store"));
        let workspace = Workspace::new(vec![root.clone()], Arc::new(StoreJournal::new(Arc::clone(&store))));
        let config = PolicyConfig {
            roots: vec![root.clone()],
            mode: Mode::Ask,
            ..PolicyConfig::default()
        };
        let workbench = Workbench::new(sandbox::Settings {
            mode: sandbox::Mode::Auto,
            roots: vec![root],
            layers: folder.path().join("layers"),
            environment: std::env::vars_os().collect(),
            network: Vec::new(),
            masked: Vec::new(),
        });
        let model = ScriptedModel::new("scripted");
        let provider: Arc<dyn models::Provider> = Arc::clone(&model) as _;
        let models = models::Registry::new(models::Settings::default(), &|_| None)
            .expect("no settings")
            .with(provider);
        let models = match other {
            Some(other) => models.with(other),
            None => models,
        };
        let runtime = Runtime::start(Parts {
            workspace,
            store: Arc::clone(&store),
            models: Arc::new(models),
            default_model: "scripted/test".into(),
            routes: models::routing::Routes::default(),
            policy: Arc::new(Policy::new(config).expect("a policy")),
            tools: Arc::new(tools::Registry::builtin()),
            workbench: Arc::new(workbench),
            tests: tools::TestSettings::default(),
            web: tools::WebSettings::default(),
            trust: Box::new(|| true),
            index: Arc::new(context::Index::new(Arc::new(context::Trees::new()))),
            instructions: Vec::new(),
            agents: prompts::Agents::default(),
            limits: Limits::default(),
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
        let Self {
            folder,
            runtime,
            store,
            model,
        } = self;
        drop((runtime, store, model));
        let restarted = Self::on(folder, None);
        restarted.runtime.offer_open_reviews();
        restarted
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn on_disk(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join("project").join(name)).expect("readable")
    }

    fn task(&self, command: &str, file: &str, prompt: Option<&str>) -> Task {
        let root = self.folder.path().canonicalize().expect("a root");
        let start = Position { line: 0, character: 0 };
        Task {
            command: CommandName::parse(command).expect("a command"),
            uri: Some(Uri::from_path(&root.join("project").join(file)).expect("absolute")),
            span: Some(Span { start, end: start }),
            diagnostics: Vec::new(),
            prompt: prompt.map(str::to_owned),
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

    pub(crate) async fn started_turn(&self, command: &str, file: &str, prompt: Option<&str>) -> Started {
        let mut events = self.runtime.subscribe();
        let started = self.start(command, file, prompt);
        end_of_turn(&mut events).await;
        started
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
            error,
            ..
        } => End {
            state,
            stop_reason,
            text,
            error,
        },
        other => unreachable!("{other:?}"),
    }
}
