//! A workspace folder, a runtime over it, and a scripted model that does what a test wants next.

use std::sync::Arc;
use std::time::Duration;

use base::StopReason;
use engine::{Limits, Parts, Runtime, StoreJournal};
use lsp::{Options, ReviewMode, Wiring, serve};
use models::scripted::{Script, ScriptedModel};
use permissions::{Policy, PolicyConfig};
use sandbox::Workbench;
use serde_json::{Value, json};
use store::Store;
use tempfile::TempDir;
use tokio::io::{DuplexStream, duplex, split};
use workspace::{DiskEditor, Workspace};

/// What `new.rs` shall hold.
pub(crate) const NEW: &str = "fn new() {}\n";
pub(crate) const EXPLANATION: &str = "It adds.\nIndeed.";

/// What the model does with the next request.
pub(crate) enum Turn {
    /// Proposes a comment above each of these lines of `a.rs`.
    Document {
        lines: Vec<usize>,
    },
    /// Proposes the new file `new.rs`.
    Create,
    Explain,
    /// Says nothing until it is stopped.
    Hang,
    /// Reads a file that needs the user's leave.
    ReadSecret,
}

pub(crate) struct World {
    pub(crate) root: TempDir,
    state: TempDir,
    model: Arc<ScriptedModel>,
    review: ReviewMode,
}

impl World {
    pub(crate) fn new(options: &Value) -> Self {
        let options: Options = serde_json::from_value(options.clone()).unwrap_or_default();
        Self {
            root: TempDir::new().unwrap(),
            state: TempDir::new().unwrap(),
            model: ScriptedModel::new("scripted"),
            review: options.review_mode.unwrap_or_default(),
        }
    }

    /// Starts a server and gives the client's end of its pipe.
    pub(crate) fn connect(&self) -> DuplexStream {
        let (ours, theirs) = duplex(1 << 20);
        let (input, output) = split(theirs);
        let mut parts = self.parts();
        let handle = tokio::runtime::Handle::current();
        let (state_dir, review, policy) = (self.state.path().to_owned(), self.review, Arc::clone(&parts.policy));
        tokio::spawn(serve(input, output, move |info| {
            let _guard = handle.enter();
            parts.trust = Box::new(move || info.options.trusted != Some(false));
            Ok(Wiring {
                runtime: Runtime::start(parts),
                state_dir,
                review,
                status: Box::new(|| Box::pin(async { lsp::Findings::default() })),
                disk_editor: Box::new(move |paths| {
                    let grant = policy.user_keep(paths).ok()?;
                    Some(Arc::new(DiskEditor::new(grant)))
                }),
            })
        }));
        ours
    }

    fn parts(&self) -> Parts {
        let root = self.root.path().canonicalize().unwrap();
        let atlas = Arc::new(context::Atlas::open(vec![root.clone()], None));
        let store = Arc::new(Store::open(self.state.path()).unwrap());
        let workspace = Workspace::new(vec![root.clone()], Arc::new(StoreJournal::new(Arc::clone(&store))));
        workspace.set_proof_deadline(Duration::from_millis(300));
        let settings = models::Settings {
            local_servers: Vec::new(),
            ..Default::default()
        };
        let models = models::Registry::new(settings, &|_| None)
            .unwrap()
            .with(Arc::clone(&self.model) as _);
        let policy = PolicyConfig {
            roots: vec![root.clone()],
            ..Default::default()
        };
        let workbench = Workbench::new(sandbox::Settings {
            mode: sandbox::Mode::Auto,
            roots: vec![root],
            layers: self.state.path().join("layers"),
            environment: std::env::vars_os().collect(),
            network: Vec::new(),
            masked: Vec::new(),
        });
        Parts {
            workspace,
            store,
            models: Arc::new(models),
            default_model: "scripted/x".to_owned(),
            routes: models::routing::Routes::default(),
            policy: Arc::new(Policy::new(policy).unwrap()),
            tools: Arc::new(tools::Registry::builtin()),
            workbench: Arc::new(workbench),
            tests: tools::TestSettings::default(),
            web: tools::WebSettings::default(),
            trust: Box::new(|| true),
            index: Arc::new(context::Index::new(Arc::new(context::Trees::new()))),
            atlas,
            instructions: Vec::new(),
            agents: Default::default(),
            limits: Limits::default(),
        }
    }

    pub(crate) fn prepare(&self, turn: Turn) {
        match turn {
            Turn::Document { mut lines } => {
                let read = Script::new().call("r", "read", json!({"path": "a.rs"}));
                self.model.push(read.done(StopReason::ToolUse));
                // From the bottom, so that no proposal moves the next one's line.
                lines.sort_unstable_by(|a, b| b.cmp(a));
                let insert = lines.iter().fold(Script::new(), |script, line| {
                    let text = format!("/// Doc {line}.\n");
                    script.call(
                        &format!("i{line}"),
                        "insert",
                        json!({"path": "a.rs", "line": line + 1, "text": text}),
                    )
                });
                self.model.push(insert.done(StopReason::ToolUse));
                self.model.push(Script::answer("Documented."));
            }
            Turn::Create => {
                let write = json!({"path": "new.rs", "text": NEW});
                self.model
                    .push(Script::new().call("w", "write", write).done(StopReason::ToolUse));
                self.model.push(Script::answer("Written."));
            }
            Turn::Explain => self.model.push(Script::answer(EXPLANATION)),
            Turn::Hang => self.model.push(Script::new().stall()),
            Turn::ReadSecret => {
                std::fs::write(self.root.path().join(".env"), "KEY=1\n").unwrap();
                self.model.push(
                    Script::new()
                        .call("r", "read", json!({"path": ".env"}))
                        .done(StopReason::ToolUse),
                );
                self.model.push(Script::answer("Read."));
            }
        }
    }
}
