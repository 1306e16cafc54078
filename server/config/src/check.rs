//! Holds a layer against the description of the settings and names every mistake in it.

use crate::document::{Data, Node};
use crate::error::Remark;
use crate::layer::Origin;
use crate::merge::KeyPath;
use crate::rules;
use crate::schema::{DEAREST, Field, Keys, RULE, Shape, TIERS};
use crate::suggest::nearest;

/// Whether rules must pass their own examples, or are only to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Examples {
    Checked,
    Ignored,
}

/// Every mistake in a layer of this shape, in the order of the file.
pub(crate) fn check(layer: &Node, shape: &Shape, examples: Examples) -> Vec<Remark> {
    let mut checker = Checker {
        examples,
        remarks: Vec::new(),
    };
    checker.value(layer, shape, &KeyPath::default());
    checker.remarks
}

struct Checker {
    examples: Examples,
    remarks: Vec<Remark>,
}

impl Checker {
    fn report(&mut self, origin: &Origin, message: String) {
        self.remarks.push(Remark {
            origin: origin.clone(),
            message,
        });
    }

    fn value(&mut self, node: &Node, shape: &Shape, path: &KeyPath) {
        match (shape, &node.data) {
            (Shape::Text, Data::Text(_)) | (Shape::Flag, Data::Boolean(_)) => {}
            (Shape::ModelRef, Data::Text(text)) => {
                if !is_model_ref(text) {
                    let message = format!("`{path}` is `{text}`; a model is `provider/model`, `auto` or `rules`");
                    self.report(&node.origin, message);
                }
            }
            (Shape::ModelOrOff, Data::Text(text)) => {
                if !is_model_ref(text) && text != "off" {
                    let message = format!("`{path}` is `{text}`; it is `provider/model`, `auto` or `off`");
                    self.report(&node.origin, message);
                }
            }
            (Shape::RouteRef, Data::Text(text)) => {
                if !is_model_ref(text) && !TIERS.contains(&text.as_str()) {
                    let tiers = list(TIERS.iter().copied());
                    let hint = did_you_mean(text, TIERS.iter().copied());
                    let message = format!(
                        "`{path}` is `{text}`; a route names `provider/model`, `auto`, `rules` or a tier ({tiers}){hint}"
                    );
                    self.report(&node.origin, message);
                }
            }
            (Shape::Url, Data::Text(text)) => {
                if let Some(fault) = url_fault(text) {
                    self.report(&node.origin, format!("`{path}` {fault}"));
                }
            }
            (Shape::Choice(names), Data::Text(text)) => {
                if !names.contains(&text.as_str()) {
                    let hint = did_you_mean(text, names.iter().copied());
                    self.report(
                        &node.origin,
                        format!("`{path}` must be {}, not `{text}`{hint}", one_of(names)),
                    );
                }
            }
            (Shape::Integer(least), Data::Integer(number)) => {
                if !(*least..=i64::from(u32::MAX)).contains(number) {
                    let message = format!("`{path}` must be between {least} and {}, not {number}", u32::MAX);
                    self.report(&node.origin, message);
                }
            }
            (Shape::Amount | Shape::Price, Data::Integer(_) | Data::Float(_)) => {
                let amount = node.number().unwrap_or(f64::NAN);
                let most = if matches!(shape, Shape::Price) {
                    DEAREST
                } else {
                    f64::MAX
                };
                if !(0.0..=f64::MAX).contains(&amount) {
                    self.report(&node.origin, format!("`{path}` must be a number that is not negative"));
                } else if amount > most {
                    let message = format!("`{path}` must be at most {most}, in USD per million tokens");
                    self.report(&node.origin, message);
                }
            }
            (Shape::Command, Data::List(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.value(value, &Shape::Text, &path.item(index));
                }
                if items.first().is_none_or(|program| program.text() == Some("")) {
                    self.report(&node.origin, format!("`{path}` names no program"));
                }
            }
            (Shape::List(item), Data::List(items)) => {
                for (index, value) in items.iter().enumerate() {
                    self.value(value, item, &path.item(index));
                }
            }
            (Shape::Map(keys, value), Data::Table(entries)) => {
                for entry in entries {
                    self.map_key(*keys, &entry.key, &entry.origin, path);
                    self.value(&entry.value, value, &path.child(&entry.key));
                }
            }
            (Shape::Table(fields), Data::Table(_)) => self.table(node, shape, fields, path),
            _ => {
                let message = format!("`{path}` must be {}, not {}", name_of(shape), node.type_name());
                self.report(&node.origin, message);
            }
        }
    }

    fn table(&mut self, node: &Node, shape: &Shape, fields: &[Field], path: &KeyPath) {
        let Data::Table(entries) = &node.data else { return };
        let mistakes_before = self.remarks.len();
        for entry in entries {
            match fields.iter().find(|field| field.name == entry.key) {
                Some(field) => self.value(&entry.value, &field.shape, &path.child(&entry.key)),
                None => self.report(&entry.origin, unknown_key(&entry.key, fields, path)),
            }
        }
        for field in fields
            .iter()
            .filter(|field| field.required && node.get(field.name).is_none())
        {
            self.report(&node.origin, format!("`{path}` lacks `{}`", field.name));
        }
        if std::ptr::eq(shape, &RULE)
            && self.remarks.len() == mistakes_before
            && let Err(message) = self.rule(node)
        {
            self.report(&node.origin, message);
        }
    }

    fn rule(&self, node: &Node) -> Result<(), String> {
        let rule = rules::read(node)?;
        match self.examples {
            Examples::Checked => rule.check(),
            Examples::Ignored => Ok(()),
        }
    }

    fn map_key(&mut self, keys: Keys, key: &str, origin: &Origin, path: &KeyPath) {
        let fault = match keys {
            Keys::Provider if key.is_empty() || key.contains('/') => "a provider's name has no `/`",
            Keys::Model if !is_provider_and_model(key) => "a model is named `provider/model`, in quotes",
            _ => return,
        };
        self.report(origin, format!("`{key}` in `{path}`: {fault}"));
    }
}

fn is_model_ref(text: &str) -> bool {
    matches!(text, "auto" | "rules") || is_provider_and_model(text)
}

fn is_provider_and_model(text: &str) -> bool {
    text.split_once('/')
        .is_some_and(|(provider, model)| !provider.is_empty() && !model.is_empty())
}

fn url_fault(url: &str) -> Option<&'static str> {
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
        return Some("must begin with `https://` or `http://`");
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() {
        return Some("names no host");
    }
    if authority.contains('@') {
        return Some("must hold no user name or password: name the key's variable with `api_key_env`");
    }
    if url.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Some("holds a character that no address has");
    }
    None
}

fn unknown_key(key: &str, fields: &[Field], path: &KeyPath) -> String {
    if key == "api_key" && fields.iter().any(|field| field.name == "api_key_env") {
        return format!(
            "`{}`: keys do not belong into settings; put it into an environment variable and name that with `api_key_env`, or name the program that prints it with `api_key_command` or the keyring's entry with `api_key_keyring`",
            path.child(key)
        );
    }
    let known = fields.iter().map(|field| field.name);
    let of = if path.is_root() {
        String::new()
    } else {
        format!(" of `{path}`")
    };
    let hint = match nearest(key, known.clone()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("known are {}", list(known)),
    };
    format!("`{key}` is not a setting{of}; {hint}")
}

fn did_you_mean<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> String {
    nearest(word, names)
        .map(|name| format!("; did you mean `{name}`?"))
        .unwrap_or_default()
}

fn one_of(names: &[&str]) -> String {
    format!("one of {}", list(names.iter().copied()))
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn name_of(shape: &Shape) -> &'static str {
    match shape {
        Shape::Text | Shape::ModelRef | Shape::ModelOrOff | Shape::RouteRef | Shape::Url | Shape::Choice(_) => {
            "a string"
        }
        Shape::Flag => "a boolean",
        Shape::Integer(_) => "an integer",
        Shape::Amount | Shape::Price => "a number",
        Shape::List(_) | Shape::Command => "an array",
        Shape::Map(..) | Shape::Table(_) => "a table",
    }
}
