//! Reads all layers, checks them, merges them.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::Serialize;
use serde_json::{Value, json};

use crate::check::check;
use crate::document::{Node, TomlFile};
use crate::error::{ConfigError, Remark};
use crate::layer::{Layer, Origin, Sources, VARIABLES};
use crate::merge::{KeyPath, Merged};
use crate::rules::Rule;
use crate::settings::Settings;

/// Settings are written by hand: more than this is not settings.
const MAX_BYTES: u64 = 1 << 20;

/// The merged settings and how they came about.
#[derive(Clone, Debug)]
pub struct Config {
    pub settings: Settings,
    /// What was read but not taken, and why.
    pub notices: Vec<Remark>,
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
}

/// Reads the settings.
///
/// # Errors
/// A file that cannot be read, or every mistake in any layer: half of a policy is not a policy.
pub fn load(sources: &Sources) -> Result<Config, ConfigError> {
    let layers = read_layers(sources)?;
    let mistakes: Vec<Remark> = layers.iter().flat_map(|(_, layer)| check(layer)).collect();
    if !mistakes.is_empty() {
        return Err(ConfigError::Invalid(mistakes));
    }
    let mut merged = Merged::default();
    for (layer, node) in &layers {
        merged.lay(*layer, node);
    }
    check_providers(&merged)?;
    let mut settings: Settings = serde_json::from_value(merged.to_json())?;
    let shown = show(&merged);
    for (_, rule) in merged.rules {
        match rule {
            Rule::Path(rule) => settings.permissions.rules.push(rule),
            Rule::Command(rule) => settings.permissions.commands.push(rule),
        }
    }
    Ok(Config {
        settings,
        notices: merged.notices,
        shown,
    })
}

/// The layers that there are, from the weakest to the strongest.
fn read_layers(sources: &Sources) -> Result<Vec<(Layer, Node)>, ConfigError> {
    let mut layers = vec![(Layer::Default, defaults())];
    let project = |name: &str| sources.root.as_ref().map(|root| root.join(".singletree").join(name));
    let files = [
        (Layer::Managed, sources.managed.clone()),
        (Layer::User, sources.user.clone()),
        (Layer::Project, project("config.toml")),
        (Layer::ProjectLocal, project("config.local.toml")),
    ];
    for (layer, path) in files {
        let Some(path) = path else { continue };
        let guarded = sources.root.as_deref().filter(|_| layer.is_restricted());
        let text = read_file(&path, guarded).map_err(|source| ConfigError::Read {
            path: path.clone(),
            source,
        })?;
        let Some(text) = text else { continue };
        let file = TomlFile {
            layer,
            path: path.display().to_string(),
            text: &text,
        };
        let node = file
            .parse()
            .map_err(|(origin, message)| ConfigError::Invalid(vec![Remark { origin, message }]))?;
        layers.push((layer, node));
    }
    if let Some(editor) = &sources.editor {
        layers.push((
            Layer::Editor,
            Node::from_json(editor, &Origin::whole(Layer::Editor, "editor settings")),
        ));
    }
    for (variable, path) in VARIABLES {
        let set = sources
            .environment
            .iter()
            .find(|(name, value)| name == variable && !value.is_empty());
        let Some((_, value)) = set else { continue };
        let nested = path
            .iter()
            .rev()
            .fold(Value::from(value.as_str()), |value, key| json!({ *key: value }));
        layers.push((
            Layer::Environment,
            Node::from_json(&nested, &Origin::whole(Layer::Environment, variable)),
        ));
    }
    if let Some(flags) = &sources.flags {
        layers.push((
            Layer::Flags,
            Node::from_json(flags, &Origin::whole(Layer::Flags, "command line")),
        ));
    }
    Ok(layers)
}

fn defaults() -> Node {
    let values = json!({
        "model": "auto",
        "review": {"mode": "staged"},
        "permissions": {"mode": "ask"},
        "sandbox": {"mode": "auto"},
    });
    Node::from_json(&values, &Origin::whole(Layer::Default, "default"))
}

/// The file's text; none if there is no such file. A file of the workspace must stand in it.
fn read_file(path: &Path, within: Option<&Path>) -> io::Result<Option<String>> {
    let target = match path.canonicalize() {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => return Ok(None),
        // A path through something that is no folder leads nowhere either.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
        Err(error) => return Err(error),
    };
    if let Some(root) = within
        && !target.starts_with(root.canonicalize()?)
    {
        return Err(io::Error::other(format!(
            "it is a link that leaves the workspace, to `{}`",
            target.display()
        )));
    }
    // Opening a pipe would wait for its writer.
    if !target.metadata()?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut text = String::new();
    File::open(&target)?.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    Ok(Some(text))
}

/// A provider's kind may stand in another layer than the rest of it, so only the whole can be checked.
fn check_providers(merged: &Merged) -> Result<(), ConfigError> {
    let mut mistakes = Vec::new();
    let mut last = None;
    for (path, node) in &merged.values {
        let ["providers", name, ..] = path.parts()[..] else {
            continue;
        };
        if last.as_deref() == Some(name) {
            continue;
        }
        last = Some(name.to_owned());
        if !merged.values.contains_key(&KeyPath::of(&["providers", name, "kind"])) {
            let provider = KeyPath::of(&["providers", name]);
            mistakes.push(Remark {
                origin: node.origin.clone(),
                message: format!("`{provider}` lacks `kind`"),
            });
        }
    }
    if mistakes.is_empty() {
        Ok(())
    } else {
        Err(ConfigError::Invalid(mistakes))
    }
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
            value: match rule {
                Rule::Path(rule) => json!(rule),
                Rule::Command(rule) => json!(rule),
            },
            origin: origin.clone(),
        });
    values.chain(rules).collect()
}

#[cfg(test)]
mod tests;
