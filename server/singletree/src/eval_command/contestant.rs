//! A model that works on the tasks.

use std::sync::Arc;

use anyhow::Context;
use base::CommandName;
use config::Config;
use models::scripted::ScriptedModel;
use models::{RULES, Registry, ResolveError};

use super::suite::Task;
use crate::model_settings;
use crate::wiring::Home;

/// The name of the model that plays the tasks' own scripts.
const SCRIPTED: &str = "scripted";

pub(super) struct Contestant {
    pub(super) name: String,
    /// The user's; none for the scripted model, which each trial has one of.
    registry: Option<Arc<Registry>>,
}

/// A model ready to work on one task.
pub(super) struct Ready {
    pub(super) registry: Arc<Registry>,
    pub(super) model: String,
}

impl Contestant {
    /// # Errors
    /// No model has the name; local servers are asked where it is `auto`.
    pub(super) async fn find(name: &str, registry: &Arc<Registry>) -> Result<Self, ResolveError> {
        let registry = match name {
            SCRIPTED => None,
            name => {
                registry.resolve(name).await?;
                Some(Arc::clone(registry))
            }
        };
        Ok(Self {
            name: name.to_owned(),
            registry,
        })
    }

    /// The model for a task, or why it is not tried on it.
    pub(super) fn ready(&self, task: &Task) -> Result<Ready, String> {
        match &self.registry {
            Some(_) if self.name == RULES && !rules_follow(task.command) => {
                Err("the rule model works by rules; this takes a language model".to_owned())
            }
            Some(registry) => Ok(Ready {
                registry: Arc::clone(registry),
                model: self.name.clone(),
            }),
            None => scripted(task),
        }
    }
}

/// Whether there are rules for it at all.
fn rules_follow(command: CommandName) -> bool {
    !matches!(
        command,
        CommandName::Ask | CommandName::Optimize | CommandName::Review | CommandName::CommitMessage
    )
}

fn scripted(task: &Task) -> Result<Ready, String> {
    let answers = task.script.as_ref().ok_or("the task has no `script.json`")?;
    let model = ScriptedModel::new(SCRIPTED);
    for (number, answer) in answers.iter().enumerate() {
        model.push(answer.script(number));
    }
    let registry = Registry::new(models::Settings::default(), &|_| None).map_err(|error| error.to_string())?;
    Ok(Ready {
        registry: Arc::new(registry.with(model)),
        model: format!("{SCRIPTED}/answers"),
    })
}

/// The user's providers and models.
pub(super) fn user_models(config: &Config) -> anyhow::Result<Arc<Registry>> {
    let registry = model_settings::model_registry(&Home::Environment, config);
    Ok(Arc::new(registry.context("the providers in the settings")?))
}
