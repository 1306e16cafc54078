//! Lays layer over layer, value by value.

use std::collections::BTreeMap;
use std::fmt;

use permissions::Decision;
use serde_json::{Map, Value};

use crate::document::{Data, Node};
use crate::error::Remark;
use crate::layer::{Layer, Origin};
use crate::rules::{self, Rule};
use crate::schema::{ROOT, Shape};
use crate::tighten::objection;

/// The keys that lead to a value; displayed as TOML writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeyPath(Vec<String>);

impl KeyPath {
    pub(crate) fn of(parts: &[&str]) -> Self {
        Self(parts.iter().map(|part| (*part).to_owned()).collect())
    }

    pub(crate) fn child(&self, key: &str) -> Self {
        let mut parts = self.0.clone();
        parts.push(key.to_owned());
        Self(parts)
    }

    /// The path of a list's element.
    pub(crate) fn item(&self, index: usize) -> Self {
        let mut parts = self.0.clone();
        if let Some(last) = parts.last_mut() {
            last.push_str(&format!("[{index}]"));
        }
        Self(parts)
    }

    pub(crate) fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn parts(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }

    fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// What a managed value at this path locks: itself; of a provider all, since a header alone could lead
    /// its requests elsewhere.
    fn lock(&self) -> Self {
        let kept = if self.0.first().is_some_and(|first| first == "providers") {
            2
        } else {
            self.0.len()
        };
        Self(self.0.iter().take(kept).cloned().collect())
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_root() {
            return f.write_str("the settings");
        }
        for (index, part) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            let is_bare = part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '[' | ']'));
            if is_bare && !part.is_empty() {
                write!(f, "{dot}{part}")?;
            } else {
                write!(f, "{dot}{part:?}")?;
            }
        }
        Ok(())
    }
}

/// What the layers so far come to.
#[derive(Default)]
pub(crate) struct Merged {
    pub(crate) values: BTreeMap<KeyPath, Node>,
    /// Rules add up: none replaces another.
    pub(crate) rules: Vec<(Origin, Rule)>,
    pub(crate) notices: Vec<Remark>,
    locks: Vec<(KeyPath, Origin)>,
}

impl Merged {
    /// Lays a layer, which has been checked, over those before it.
    pub(crate) fn lay(&mut self, layer: Layer, node: &Node) {
        self.walk(layer, node, &ROOT, &KeyPath::default());
    }

    fn walk(&mut self, layer: Layer, node: &Node, shape: &Shape, path: &KeyPath) {
        let Data::Table(entries) = &node.data else {
            return self.set(layer, path, node);
        };
        for entry in entries {
            let path = path.child(&entry.key);
            match shape {
                Shape::Map(_, value) => self.walk(layer, &entry.value, value, &path),
                Shape::Table(fields) => {
                    let Some(field) = fields.iter().find(|field| field.name == entry.key) else {
                        continue;
                    };
                    if !field.used && layer != Layer::Default {
                        self.notice(&entry.origin, format!("`{path}` is not used by this version"));
                    }
                    self.walk(layer, &entry.value, &field.shape, &path);
                }
                _ => {}
            }
        }
    }

    fn set(&mut self, layer: Layer, path: &KeyPath, node: &Node) {
        if path.parts() == ["permissions", "rules"] {
            return self.add_rules(layer, node);
        }
        if layer != Layer::Managed
            && let Some((_, by)) = self.locks.iter().find(|(lock, _)| path.is_within(lock))
        {
            let message = format!("`{path}` was not taken: it is set for you in {by}");
            return self.notice(&node.origin, message);
        }
        if layer.is_restricted()
            && let Some(objection) = objection(path, node, self.values.get(path))
        {
            return self.notice(&node.origin, format!("`{path}` was not taken: {objection}"));
        }
        if layer == Layer::Managed {
            self.locks.push((path.lock(), node.origin.clone()));
        }
        self.values.insert(path.clone(), node.clone());
    }

    fn add_rules(&mut self, layer: Layer, list: &Node) {
        for node in list.items() {
            // The check has read it once already.
            let Ok(rule) = rules::read(node) else { continue };
            if layer.is_restricted() && rule.verdict() == Decision::Allow {
                self.notice(
                    &node.origin,
                    "the rule was not taken: a workspace may ask or deny, not allow".to_owned(),
                );
                continue;
            }
            self.rules.push((node.origin.clone(), rule));
        }
    }

    fn notice(&mut self, origin: &Origin, message: String) {
        self.notices.push(Remark {
            origin: origin.clone(),
            message,
        });
    }

    /// The values as one object.
    pub(crate) fn to_json(&self) -> Value {
        let mut root = Map::new();
        for (path, node) in &self.values {
            insert(&mut root, &path.0, node.to_json());
        }
        Value::Object(root)
    }
}

fn insert(table: &mut Map<String, Value>, path: &[String], value: Value) {
    match path {
        [] => {}
        [key] => {
            table.insert(key.clone(), value);
        }
        [key, rest @ ..] => {
            let below = table.entry(key.clone()).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(below) = below {
                insert(below, rest, value);
            }
        }
    }
}
