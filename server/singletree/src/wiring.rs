//! Puts the crates together: config → store → workspace → models → tools → instructions → runtime.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use config::{Config, Paths, Sources};
use engine::{CommandSource, Limits, Parts, Runtime, StoreJournal, TrustCheck};
use lsp::{InitializeInfo, ReviewMode, Wiring};
use permissions::{Policy, PolicyConfig};
use serde_json::{Value, json};
use store::Store;
use workspace::{Editor, Workspace};

use crate::model_settings::{self, model_registry};
use crate::workbench;
use crate::{atlas, exit, status};

/// Where settings and state live.
#[derive(Clone, Debug)]
pub(crate) enum Home {
    /// Where the process environment says.
    Environment,
    /// All under one folder, and no one else's settings.
    Folder(PathBuf),
}

impl Home {
    pub(crate) fn paths(&self) -> anyhow::Result<Paths> {
        let variable = |name: &str| match self {
            Self::Environment => std::env::var_os(name),
            Self::Folder(folder) => (name == "SINGLETREE_HOME").then(|| OsString::from(folder)),
        };
        Ok(Paths::find(&variable)?)
    }

    pub(crate) fn variable(&self, name: &str) -> Option<String> {
        match self {
            Self::Environment => std::env::var(name).ok(),
            Self::Folder(_) => None,
        }
    }
}

/// What the caller adds to the settings that are found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) editor: Option<Value>,
    pub(crate) model: Option<String>,
    /// The editor itself does not trust the workspace, whatever the user's own list says.
    pub(crate) is_restricted: bool,
}

pub(crate) fn load_config(home: &Home, root: Option<&Path>, overrides: &Overrides) -> anyhow::Result<Config> {
    let paths = home.paths()?;
    let mut sources = Sources::standard(&paths, root);
    sources.is_trusted =
        !overrides.is_restricted && root.is_some_and(|root| workbench::is_trusted(&paths, &[root.to_owned()]));
    sources.editor = overrides.editor.clone();
    sources.flags = overrides.model.as_ref().map(|model| json!({ "model": model }));
    sources.environment = match home {
        // A name or value that is no text is no setting of ours.
        Home::Environment => std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        Home::Folder(_) => Vec::new(),
    };
    Ok(config::load(&sources)?)
}

/// A runtime without an editor. `front` says in words what it is for, to those who attach to it.
pub(crate) fn headless(home: &Home, root: &Path, model: Option<String>, front: &str) -> anyhow::Result<Arc<Runtime>> {
    let overrides = Overrides {
        model,
        ..Overrides::default()
    };
    let config = load_config(home, Some(root), &overrides)?;
    for notice in &config.notices {
        exit::tell(&format!("! {notice}"));
    }
    let runtime = start(home, vec![root.to_path_buf()], &config, overrides.is_restricted)?;
    for notice in &runtime.user_commands().notices {
        exit::tell(&format!("! {notice}"));
    }
    runtime.listen(&home.paths()?.workspace_state(root), front);
    Ok(runtime)
}

/// What an LSP connection starts with, once the client has said where it is.
pub(crate) fn lsp_starter(
    home: Home,
    model: Option<String>,
) -> impl FnOnce(InitializeInfo) -> Result<Wiring, String> + Send + 'static {
    move |info| lsp_wiring(&home, model, info).map_err(|error| exit::why(&error))
}

fn lsp_wiring(home: &Home, model: Option<String>, info: InitializeInfo) -> anyhow::Result<Wiring> {
    let InitializeInfo { roots, options, .. } = info;
    let roots: Vec<PathBuf> = roots
        .into_iter()
        .map(|root| root.canonicalize().unwrap_or(root))
        .collect();
    let first = roots.first().cloned();
    let overrides = Overrides {
        model: model.or(options.model),
        is_restricted: options.trusted == Some(false),
        editor: options.settings,
    };
    let config = load_config(home, first.as_deref(), &overrides)?;
    for notice in &config.notices {
        tracing::warn!("{notice}");
    }
    let runtime = start(home, roots, &config, overrides.is_restricted)?;
    if let Some(root) = &first {
        workbench::save_approved_rules(&runtime, home.paths()?, root.clone());
    }
    let state_dir = home.paths()?.workspace_state(first.as_deref().unwrap_or(Path::new("")));
    runtime.listen(&state_dir, "an editor");
    runtime.offer_open_reviews();
    runtime.look_around();
    let review = options.review_mode.unwrap_or(match config.settings.review.mode {
        config::ReviewMode::Staged => ReviewMode::Staged,
        config::ReviewMode::Confirm => ReviewMode::Confirm,
        config::ReviewMode::Keep => ReviewMode::Keep,
    });
    let keeper = Arc::clone(&runtime);
    let status = status::source(home.clone(), first, overrides);
    Ok(Wiring {
        runtime,
        state_dir,
        review,
        status,
        disk_editor: Box::new(move |paths| {
            let editor = keeper.disk_editor(paths).ok()?;
            Some(Arc::new(editor) as Arc<dyn Editor>)
        }),
    })
}

/// The whole bootstrap after the settings. Nothing here reaches the network or walks the workspace.
pub(crate) fn start(
    home: &Home,
    roots: Vec<PathBuf>,
    config: &Config,
    is_restricted: bool,
) -> anyhow::Result<Arc<Runtime>> {
    let models = Arc::new(model_registry(home, config)?);
    start_with(models, home, roots, config, is_restricted)
}

/// As [`start`], with models of the caller's own.
pub(crate) fn start_with(
    models: Arc<models::Registry>,
    home: &Home,
    roots: Vec<PathBuf>,
    config: &Config,
    is_restricted: bool,
) -> anyhow::Result<Arc<Runtime>> {
    let settings = &config.settings;
    let paths = home.paths()?;
    let first = roots.first().cloned();
    // Without a folder the state is kept for "no folder", which is one place for all loose files.
    let state = paths.workspace_state(first.as_deref().unwrap_or(Path::new("")));
    let store = Arc::new(Store::open(&state)?);
    let workspace = Workspace::new(roots.clone(), Arc::new(StoreJournal::new(Arc::clone(&store))));
    let trust: TrustCheck = {
        let (paths, roots) = (paths.clone(), roots.clone());
        Box::new(move || !is_restricted && workbench::is_trusted(&paths, &roots))
    };
    let policy = Policy::new(PolicyConfig {
        roots: roots.clone(),
        mode: settings.permissions.mode,
        rules: settings.permissions.rules.clone(),
        commands: settings.permissions.commands.clone(),
        trusted: false,
    })?;
    for rule in &settings.permissions.hosts {
        policy.remember_host(rule.clone())?;
    }
    let instructions = first.as_deref().map(prompts::discover).unwrap_or_default().instructions;
    let web = model_settings::web(home, &settings.web)?;
    // Definitions of a project are instructions to a model with tools: they wait for trust.
    let project = first.as_deref().filter(|_| trust());
    let agents = prompts::agents(project, &paths.agents());
    for notice in &agents.notices {
        tracing::warn!("{notice}");
    }
    let commands = CommandSource {
        project: first,
        user: paths.commands(),
    };
    let runtime = Runtime::start(Parts {
        workspace,
        store,
        models,
        default_model: settings.model.clone(),
        routes: model_settings::routes(&settings.routes),
        policy: Arc::new(policy),
        tools: Arc::new(tools::Registry::builtin_for(&web)),
        workbench: Arc::new(workbench::workbench(&paths, &roots, settings)),
        tests: tools::TestSettings {
            command: settings.tests.command.clone(),
        },
        web,
        trust,
        index: Arc::new(context::Index::new(Arc::new(context::Trees::new()))),
        atlas: Arc::new(atlas::open(Some(paths.cache_dir.clone()), roots)?),
        instructions,
        agents,
        limits: Limits {
            test_rounds: if settings.tests.auto { settings.tests.rounds } else { 0 },
            command_time: Duration::from_secs(settings.sandbox.timeout_seconds.into()),
            iterations: settings.budget.iterations.unwrap_or(Limits::default().iterations),
            budget: model_settings::budget(&settings.budget),
            loops: model_settings::loops(&settings.loops),
            effort: settings.effort,
            context: settings.context.budget.into(),
            ..Limits::default()
        },
    });
    runtime.look_for_commands(commands);
    runtime.complete_by(settings.completion.as_deref());
    Ok(runtime)
}
