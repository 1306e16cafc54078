//! Where commands run and whose word counts: the workbench and the trust of one workspace, from its settings.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::EventKind;
use config::trust::TrustStore;
use config::{ApprovedRules, Paths, Rule, SandboxMode, Settings};
use engine::Runtime;
use permissions::{CommandRule, Decision, HostRule};
use sandbox::Workbench;

/// The workbench of a workspace. Nothing is tried or made before its first use.
pub(crate) fn workbench(paths: &Paths, roots: &[PathBuf], settings: &Settings) -> Workbench {
    let first = roots.first().map_or(Path::new(""), PathBuf::as_path);
    Workbench::new(sandbox::Settings {
        mode: match settings.sandbox.mode {
            SandboxMode::Auto => sandbox::Mode::Auto,
            SandboxMode::Required => sandbox::Mode::Required,
            SandboxMode::Off => sandbox::Mode::Off,
        },
        roots: roots.to_vec(),
        layers: paths.workspace_state(first).join("layers"),
        environment: std::env::vars_os().collect(),
        network: settings.sandbox.network.clone(),
        masked: vec![paths.config_dir.clone(), paths.state_dir.clone()],
    })
}

/// Whether the user trusts every folder of the workspace. What cannot be read is not trusted.
pub(crate) fn is_trusted(paths: &Paths, roots: &[PathBuf]) -> bool {
    let store = TrustStore::open(paths);
    let trusts = |root: &PathBuf| match store.status(root) {
        Ok(status) => status.is_trusted(),
        Err(error) => {
            tracing::warn!(%error, "nothing is trusted");
            false
        }
    };
    !roots.is_empty() && roots.iter().all(trusts)
}

/// Saves what users answer with *always*, as long as the runtime lives.
pub(crate) fn save_approved_rules(runtime: &Arc<Runtime>, paths: Paths, root: PathBuf) {
    let mut events = runtime.subscribe();
    let runtime = Arc::downgrade(runtime);
    tokio::spawn(async move {
        while runtime.strong_count() > 0 {
            let event = events.next().await;
            let EventKind::RulesRemembered { commands, hosts } = event.kind else {
                continue;
            };
            let rules = commands.iter().map(|command| allowed_command(command));
            let rules = rules.chain(hosts.iter().map(|host| allowed_host(host)));
            if let (Err(error), Some(runtime)) = (save(&paths, &root, rules), runtime.upgrade()) {
                runtime.notice(
                    &event.session,
                    format!("the rule holds until this process ends: it could not be saved, {error}"),
                );
            }
        }
    });
}

fn save(paths: &Paths, root: &Path, rules: impl Iterator<Item = Rule>) -> Result<(), config::ApprovedError> {
    let mut approved = ApprovedRules::load(paths, root)?;
    for rule in rules {
        approved.add(&rule)?;
    }
    Ok(())
}

fn allowed_command(command: &str) -> Rule {
    Rule::Command(CommandRule {
        id: String::new(),
        command: command.to_owned(),
        verdict: Decision::Allow,
        reason: None,
        matches: Vec::new(),
        not_matches: Vec::new(),
    })
}

fn allowed_host(host: &str) -> Rule {
    Rule::Host(HostRule {
        id: String::new(),
        host: host.to_owned(),
        verdict: Decision::Allow,
        reason: None,
        matches: Vec::new(),
        not_matches: Vec::new(),
    })
}
