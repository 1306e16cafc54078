//! `singletree doctor`: what was found, and the remedy for each problem. Keys are never shown.

use std::io::Write;
use std::process::ExitCode;

use config::trust::{TrustStatus, TrustStore};
use sandbox::Level;
use serde_json::json;
use store::Store;

use crate::exit;
use crate::model_settings;
use crate::place;
use crate::printable;
use crate::wiring::{self, Home, Overrides};
use crate::workbench;

/// One finding; a problem has a remedy.
pub(crate) struct Finding {
    pub(crate) topic: &'static str,
    pub(crate) says: String,
    pub(crate) remedy: Option<String>,
}

impl Finding {
    fn good(topic: &'static str, says: impl Into<String>) -> Self {
        Self {
            topic,
            says: says.into(),
            remedy: None,
        }
    }

    fn problem(topic: &'static str, says: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            topic,
            says: says.into(),
            remedy: Some(remedy.into()),
        }
    }
}

pub(crate) async fn run(is_json: bool) -> anyhow::Result<ExitCode> {
    let root = place::workspace_root(&std::env::current_dir()?)?;
    let mut findings = vec![
        Finding::good("version", format!("singletree {}", env!("CARGO_PKG_VERSION"))),
        Finding::good("workspace", root.display().to_string()),
    ];
    findings.push(state(&root));
    findings.extend(settings_and_models(&root).await);
    findings.extend(of_workspace(&root));
    findings.extend(editors());
    print(&findings, is_json)?;
    let has_problem = findings.iter().any(|finding| finding.remedy.is_some());
    Ok(if has_problem {
        ExitCode::from(exit::FAILED)
    } else {
        ExitCode::SUCCESS
    })
}

/// The sandbox, trust, and what the workspace and its user define.
pub(crate) fn of_workspace(root: &std::path::Path) -> Vec<Finding> {
    let mut findings = sandbox_and_trust(root);
    findings.extend(commands(root));
    findings
}

fn state(root: &std::path::Path) -> Finding {
    let folder = match Home::Environment.paths() {
        Ok(paths) => paths.workspace_state(root),
        Err(error) => return Finding::problem("state", error.to_string(), "set HOME or SINGLETREE_HOME"),
    };
    match Store::open(&folder).and_then(|store| store.sessions()) {
        Ok(sessions) => Finding::good("state", format!("{} ({} sessions)", folder.display(), sessions.len())),
        Err(error) => Finding::problem("state", error.to_string(), format!("see to {}", folder.display())),
    }
}

async fn settings_and_models(root: &std::path::Path) -> Vec<Finding> {
    let config = match wiring::load_config(&Home::Environment, Some(root), &Overrides::default()) {
        Ok(config) => config,
        Err(error) => {
            return vec![Finding::problem(
                "settings",
                exit::why(&error),
                "correct the file and line named",
            )];
        }
    };
    let mut findings: Vec<Finding> = config
        .notices
        .iter()
        .map(|notice| Finding::problem("settings", notice.to_string(), "see to the place named"))
        .collect();
    if findings.is_empty() {
        findings.push(Finding::good(
            "settings",
            "no mistakes; `singletree config show` lists them",
        ));
    }
    let registry = match model_settings::model_registry(&Home::Environment, &config) {
        Ok(registry) => registry,
        Err(error) => {
            findings.push(Finding::problem(
                "models",
                exit::why(&error),
                "correct the provider's settings",
            ));
            return findings;
        }
    };
    for found in registry.survey().await {
        let models = match found.models.as_slice() {
            [] => "no model listed".to_owned(),
            models => models.join(", "),
        };
        let key = match (found.has_key, &found.key_source) {
            (true, Some(source)) => format!("key {source}"),
            (true, None) => "key set".to_owned(),
            (false, _) => "no key".to_owned(),
        };
        let says = format!(
            "{} at {} ({}, {key}): {models}",
            found.provider, found.base_url, found.origin
        );
        findings.push(match found.key_problem {
            None => Finding::good("models", says),
            Some(problem) => Finding::problem("models", says, problem),
        });
    }
    let name = &config.settings.model;
    findings.push(match registry.resolve(name).await {
        Ok(route) if route.provider.name() == models::RULES => Finding::good(
            "model",
            format!(
                "`{name}` is the built-in rule model ({}): it documents, explains, fixes and drafts tests offline; \
                     for free instructions set ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY, or start Ollama",
                route.origin
            ),
        ),
        Ok(route) => Finding::good(
            "model",
            format!(
                "`{name}` is {}/{} ({})",
                route.provider.name(),
                route.model,
                route.origin
            ),
        ),
        Err(error) => Finding::problem(
            "model",
            error.to_string(),
            "set `model` to one that is there, or to `auto`",
        ),
    });
    findings
}

/// How well commands can be confined here, and whether the workspace's own may run at all.
fn sandbox_and_trust(root: &std::path::Path) -> Vec<Finding> {
    let Ok((paths, config)) = (|| -> anyhow::Result<_> {
        let config = wiring::load_config(&Home::Environment, Some(root), &Overrides::default())?;
        Ok((Home::Environment.paths()?, config))
    })() else {
        // Said already, with the settings.
        return Vec::new();
    };
    let standing = workbench::workbench(&paths, &[root.to_owned()], &config.settings).standing();
    let level = standing.level;
    let mut findings = vec![Finding::good(
        "sandbox",
        match level {
            Level::Overlay => format!("{level}: commands run over a private layer of the workspace, at its real path"),
            Level::Clone => format!("{level}: commands run in a private copy of the workspace"),
            Level::InPlace => format!("{level}: commands run on the real files, so each of them asks"),
        },
    )];
    let missing = standing.findings.into_iter();
    findings.extend(missing.map(|finding| Finding::problem("sandbox", finding.what, finding.remedy)));
    findings.push(match TrustStore::open(&paths).status(root) {
        Ok(status @ TrustStatus::Changed { .. }) => Finding::problem(
            "trust",
            status.to_string(),
            "look at what changed, then `singletree trust`",
        ),
        Ok(status) => Finding::good("trust", status.to_string()),
        Err(error) => Finding::problem("trust", error.to_string(), "see to the file named"),
    });
    findings
}

/// The user's own commands and sub-agents; those of a project count where it is trusted.
fn commands(root: &std::path::Path) -> Vec<Finding> {
    let Ok(paths) = Home::Environment.paths() else {
        // Said already, with the state.
        return Vec::new();
    };
    let is_trusted = workbench::is_trusted(&paths, &[root.to_owned()]);
    let project = Some(root).filter(|_| is_trusted);
    let commands = prompts::user_commands(project, &paths.commands());
    let agents = prompts::agents(project, &paths.agents());
    let problem =
        |topic| move |notice: String| Finding::problem(topic, notice, "correct the file named, or take it away");
    let mut findings: Vec<Finding> = commands.notices.into_iter().map(problem("commands")).collect();
    findings.extend(agents.notices.into_iter().map(problem("agents")));
    if !commands.commands.is_empty() {
        let names: Vec<&str> = commands.commands.iter().map(|command| command.name.as_str()).collect();
        findings.push(Finding::good("commands", names.join(", ")));
    }
    findings
}

/// Editors on the PATH, and how each is connected.
fn editors() -> Vec<Finding> {
    let known = [
        ("nvim", "Neovim"),
        ("hx", "Helix"),
        ("code", "VS Code"),
        ("emacs", "Emacs"),
        ("zed", "Zed"),
    ];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_on_path = |program: &str| std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    let found: Vec<&str> = known
        .iter()
        .filter(|(program, _)| is_on_path(program))
        .map(|(_, name)| *name)
        .collect();
    let says = if found.is_empty() {
        "none of those we know is on the PATH".to_owned()
    } else {
        found.join(", ")
    };
    vec![Finding::good(
        "editors",
        format!("{says}; register `singletree lsp` as a language server (see README.md)"),
    )]
}

fn print(findings: &[Finding], is_json: bool) -> anyhow::Result<()> {
    if is_json {
        let findings: Vec<_> = findings
            .iter()
            .map(|finding| json!({"topic": finding.topic, "ok": finding.remedy.is_none(), "says": finding.says, "remedy": finding.remedy}))
            .collect();
        writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&findings)?)?;
        return Ok(());
    }
    let mut stdout = printable::stdout();
    for Finding { topic, says, remedy } in findings {
        writeln!(
            stdout,
            "{} {topic:<10} {says}",
            if remedy.is_none() { "✓" } else { "✗" }
        )?;
        if let Some(remedy) = remedy {
            writeln!(stdout, "             → {remedy}")?;
        }
    }
    Ok(())
}
