//! Blots out what looks like a secret: keys that this process knows, the forms that vendors give their tokens, private
//! keys, passwords in addresses, and values that are set to a name such as `API_KEY`.
//!
//! Everything that leaves for a log, an export or an error message takes this way. What goes to a model or is stored
//! does not: a blotted file could not be edited.

mod forms;
mod names;
#[cfg(test)]
mod tests;

use std::sync::{PoisonError, RwLock};

use serde_json::Value;

use forms::{without_passwords, without_private_keys, without_tokens};
use names::{Name, is_path, is_secret_value};

/// What stands where a secret stood.
const BLOT: &str = "[secret]";

/// A shorter one is left: it may be a word, and blotting it out would make texts unreadable.
const SHORTEST_KNOWN: usize = 8;

/// The same for what only a name says to be secret: `PGPASSWORD=postgres`.
const SHORTEST_VARIABLE: usize = 12;

/// Values that are secret whatever they look like, and the forms that secrets have.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    /// The longest first: one that holds another goes as a whole.
    known: Vec<String>,
}

/// What this process was told so far.
static PROCESS: RwLock<Redactor> = RwLock::new(Redactor { known: Vec::new() });

/// From now on the value is blotted out wherever this process redacts.
pub fn know(secret: &str) {
    PROCESS.write().unwrap_or_else(PoisonError::into_inner).know(secret);
}

/// The values of those variables of the environment whose names say that they are secret.
pub fn know_variables(variables: impl Iterator<Item = (String, String)>) {
    for (name, value) in variables {
        if Name::of(&name) != Name::Plain && value.len() >= SHORTEST_VARIABLE && !is_path(&value) {
            know(&value);
        }
    }
}

/// The text without what is secret, as far as this process knows.
#[must_use]
pub fn redact(text: &str) -> String {
    PROCESS.read().unwrap_or_else(PoisonError::into_inner).redact(text)
}

impl Redactor {
    /// One that knows what this process knows now.
    #[must_use]
    pub fn of_process() -> Self {
        PROCESS.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn know(&mut self, secret: &str) {
        let secret = secret.trim();
        if secret.len() < SHORTEST_KNOWN || self.known.iter().any(|known| known == secret) {
            return;
        }
        let place = self.known.partition_point(|known| known.len() >= secret.len());
        self.known.insert(place, secret.to_owned());
    }

    /// In one pass for each known value and one for each kind of form.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for value in &self.known {
            if text.contains(value.as_str()) {
                text = text.replace(value.as_str(), BLOT);
            }
        }
        without_tokens(&without_passwords(&without_private_keys(&text)))
    }

    /// Redacts every string of the value; the names of fields stay.
    pub fn redact_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.redact(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.redact_value(value)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text) if is_secret_value(Name::of(name), text) => *text = BLOT.to_owned(),
                        value => self.redact_value(value),
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}
