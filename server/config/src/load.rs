//! Merges the layers into settings.

use serde::Serialize;
use serde_json::{Value, json};

use crate::check::Examples;
use crate::error::{ConfigError, Remark};
use crate::fit;
use crate::layer::{Origin, Sources};
use crate::merge::Merged;
use crate::read;
use crate::rules::Rule;
use crate::settings::Settings;

/// The merged settings and how they came about.
#[derive(Clone, Debug)]
pub struct Config {
    pub settings: Settings,
    /// What was read but not taken, and why.
    pub notices: Vec<Remark>,
    rules: Vec<(Origin, Rule)>,
    shown: Vec<ShownValue>,
}

/// A merged value and where it was set. Values that may be secret are masked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShownValue {
    /// As TOML writes it, such as `models."local/m".max_output`.
    pub key: String,
    pub value: Value,
    pub origin: Origin,
}

impl Config {
    /// Every value, by key; then the rules in the order of their layers.
    #[must_use]
    pub fn show(&self) -> &[ShownValue] {
        &self.shown
    }

    /// The rules that hold, with where each was set, in the order of their layers.
    #[must_use]
    pub fn rules(&self) -> &[(Origin, Rule)] {
        &self.rules
    }

    /// Where the value of a key, such as `tests.command`, was set.
    #[must_use]
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        let shown = self.shown.iter().find(|shown| shown.key == key)?;
        Some(&shown.origin)
    }
}

/// Reads the settings.
///
/// # Errors
/// A file that cannot be read, or every mistake in any layer: half of a policy is not a policy.
pub fn load(sources: &Sources) -> Result<Config, ConfigError> {
    let found = read::layers(sources, Examples::Checked)?;
    let mut merged = Merged::default();
    merged.notices = found.notices;
    for (layer, node) in &found.layers {
        merged.lay(*layer, node);
    }
    fit::check(&merged)?;
    let mut settings: Settings = serde_json::from_value(merged.to_json())?;
    let shown = show(&merged);
    for (_, rule) in &merged.rules {
        match rule.clone() {
            Rule::Path(rule) => settings.permissions.rules.push(rule),
            Rule::Command(rule) => settings.permissions.commands.push(rule),
            Rule::Host(rule) => settings.permissions.hosts.push(rule),
        }
    }
    Ok(Config {
        settings,
        notices: merged.notices,
        rules: merged.rules,
        shown,
    })
}

fn show(merged: &Merged) -> Vec<ShownValue> {
    let values = merged.values.iter().map(|(path, node)| {
        let is_secret = path.parts().iter().any(|part| matches!(*part, "headers" | "env"));
        let value = if is_secret {
            Value::from("•••")
        } else {
            node.to_json()
        };
        ShownValue {
            key: path.to_string(),
            value,
            origin: node.origin.clone(),
        }
    });
    let rules = merged
        .rules
        .iter()
        .enumerate()
        .map(|(index, (origin, rule))| ShownValue {
            key: format!("permissions.rules[{index}]"),
            value: json!(rule),
            origin: origin.clone(),
        });
    values.chain(rules).collect()
}

#[cfg(test)]
mod tests;
