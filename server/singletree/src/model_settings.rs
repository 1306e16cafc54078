//! The settings that are about models, as the crates take them.

mod key_command;

use std::time::Duration;

use anyhow::Context;
use config::{BudgetSettings, Config, LoopPreset, LoopSettings, ProviderSettings, Thresholds};
use engine::{Budget, LoopBounds, LoopThresholds};
use models::routing::{Choice, Routes};
use models::{ModelConfig, ProviderConfig, ProviderKind, Secret};

use crate::wiring::Home;

pub(crate) fn routes(settings: &config::Routes) -> Routes {
    let choices = |names: &Vec<String>| names.iter().map(|name| Choice::from(name.as_str())).collect();
    Routes {
        lists: settings
            .models
            .iter()
            .map(|(task, names)| (task.clone(), choices(names)))
            .collect(),
        max_cost_per_turn: settings.max_cost_usd_per_turn,
    }
}

pub(crate) fn budget(settings: &BudgetSettings) -> Budget {
    Budget {
        tokens: settings.tokens.map(u64::from),
        usd: settings.usd,
        time: settings.seconds.map(|seconds| Duration::from_secs(seconds.into())),
    }
}

/// When a model that goes round in circles is told so, and when it is stopped.
pub(crate) fn loops(settings: &LoopSettings) -> LoopThresholds {
    let preset = match settings.preset {
        LoopPreset::Strict => LoopThresholds::strict(),
        LoopPreset::Relaxed => LoopThresholds::relaxed(),
    };
    let set = |bounds: LoopBounds, own: Thresholds| LoopBounds {
        nudge: own.nudge.map_or(bounds.nudge, |count| count as usize),
        stop: own.stop.map_or(bounds.stop, |count| count as usize),
    };
    LoopThresholds {
        back_to_back: set(preset.back_to_back, settings.back_to_back),
        repeated: set(preset.repeated, settings.repeated),
        failing: set(preset.failing, settings.failing),
        same_topic: set(preset.same_topic, settings.web),
        fruitless_search: set(preset.fruitless_search, settings.search),
        no_progress: set(preset.no_progress, settings.no_progress),
        sleeping: set(preset.sleeping, settings.sleep),
        ..preset
    }
}

/// The search service with its key, if there is one.
pub(crate) fn web(home: &Home, settings: &config::WebSettings) -> anyhow::Result<tools::WebSettings> {
    let Some(url) = settings.search_url.clone() else {
        return Ok(tools::WebSettings::default());
    };
    let api_key = match &settings.search_key_env {
        Some(variable) => Some(home.variable(variable).with_context(|| {
            format!("[web]: the environment variable {variable}, its `search_key_env`, is not set")
        })?),
        None => None,
    };
    api_key.iter().for_each(|key| base::redact::know(key));
    Ok(tools::WebSettings {
        search: Some(tools::SearchEndpoint { url, api_key }),
    })
}

pub(crate) fn model_registry(home: &Home, config: &Config) -> anyhow::Result<models::Registry> {
    let mut settings = models::Settings::default();
    for (name, provider) in &config.settings.providers {
        settings
            .providers
            .push((name.clone(), provider_config(home, name, provider)?));
    }
    for (name, model) in &config.settings.models {
        let price = model.price.map(|price| models::Price {
            input: price.input,
            output: price.output,
            cache_read: price.cache_read,
            cache_write: price.cache_write,
        });
        let model = ModelConfig {
            context_window: model.context_window,
            max_output: model.max_output,
            price,
        };
        settings
            .models
            .push((name.parse().with_context(|| format!("[models.\"{name}\"]"))?, model));
    }
    Ok(models::Registry::new(settings, &|name| home.variable(name))?)
}

fn provider_config(home: &Home, name: &str, provider: &ProviderSettings) -> anyhow::Result<ProviderConfig> {
    let kind = match provider.kind {
        config::ProviderKind::Anthropic => ProviderKind::Anthropic,
        config::ProviderKind::OpenAiChat => ProviderKind::OpenAiChat,
        config::ProviderKind::OpenAiResponses => ProviderKind::OpenAiResponses,
        config::ProviderKind::Gemini => ProviderKind::Gemini,
    };
    let variable = provider.api_key_env.as_ref();
    let api_key = variable.and_then(|variable| home.variable(variable));
    let key_source = match (&api_key, &provider.api_key_command, &provider.api_key_keyring) {
        (Some(_), ..) => None,
        (None, Some(words), _) => Some(key_command::source(name, words, &home.paths()?)),
        (None, None, Some(user)) => Some(key_command::from_keyring(user, &home.paths()?)),
        (None, None, None) => match variable {
            Some(variable) => {
                anyhow::bail!("[providers.{name}]: the environment variable {variable}, its `api_key_env`, is not set")
            }
            None => None,
        },
    };
    api_key.iter().for_each(|key| base::redact::know(key));
    // `Bearer` is none.
    let last_word = |value: &String| value.rsplit(' ').next().unwrap_or_default().to_owned();
    base::redact::know_variables(
        provider
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), last_word(value))),
    );
    Ok(ProviderConfig {
        base_url: provider.base_url.clone(),
        api_key: api_key.map(Secret::new),
        key_source,
        headers: provider
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), Secret::new(value.clone())))
            .collect(),
        ..ProviderConfig::new(kind)
    })
}
