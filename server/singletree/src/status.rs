//! What `doctor` finds, for an editor that asks.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::FutureExt;
use lsp::{Findings, FoundProvider, Problem, StatusSource};

use crate::doctor::{self, Finding};
use crate::exit;
use crate::model_settings;
use crate::wiring::{self, Home, Overrides};

pub(crate) fn source(home: Home, root: Option<PathBuf>, overrides: Overrides) -> StatusSource {
    let known = Arc::new((home, root, overrides));
    Box::new(move || {
        let known = Arc::clone(&known);
        async move { findings(&known.0, known.1.as_deref(), &known.2).await }.boxed()
    })
}

async fn findings(home: &Home, root: Option<&Path>, overrides: &Overrides) -> Findings {
    let mut findings = Findings::default();
    let config = match wiring::load_config(home, root, overrides) {
        Ok(config) => config,
        Err(error) => {
            findings.problems.push(problem(
                "settings",
                exit::why(&error),
                "correct the file and line named",
            ));
            return findings;
        }
    };
    let notices = config.notices.iter();
    findings
        .problems
        .extend(notices.map(|notice| problem("settings", notice.to_string(), "see to the place named")));
    findings.problems.extend(here(root).await);
    let registry = match model_settings::model_registry(home, &config) {
        Ok(registry) => registry,
        Err(error) => {
            findings
                .problems
                .push(problem("models", exit::why(&error), "correct the provider's settings"));
            return findings;
        }
    };
    for found in registry.survey().await {
        if let Some(cause) = found.key_problem {
            let message = format!("{} at {}", found.provider, found.base_url);
            findings.problems.push(problem("models", message, &cause));
        }
        findings.models.push(FoundProvider {
            provider: found.provider,
            base_url: found.base_url,
            origin: found.origin,
            has_key: found.has_key,
            models: found.models,
        });
    }
    match registry.resolve(&config.settings.model).await {
        Ok(route) => findings.model = Some(format!("{}/{}", route.provider.name(), route.model)),
        Err(error) => findings.problems.push(problem(
            "model",
            error.to_string(),
            "set `model` to one that is there, or to `auto`",
        )),
    }
    findings
}

/// What stands in the way on this machine and in this workspace; looks at files and tries the sandbox.
async fn here(root: Option<&Path>) -> Vec<Problem> {
    let Some(root) = root.map(Path::to_owned) else {
        return Vec::new();
    };
    let looked = tokio::task::spawn_blocking(move || doctor::of_workspace(&root)).await;
    let found = looked.unwrap_or_default().into_iter();
    found
        .filter_map(|Finding { topic, says, remedy }| Some(problem(topic, says, &remedy?)))
        .collect()
}

fn problem(topic: &str, message: impl Into<String>, remedy: &str) -> Problem {
    Problem {
        topic: topic.to_owned(),
        message: message.into(),
        remedy: remedy.to_owned(),
    }
}
