//! What is known at one point of a line: the folder, and the values of variables that the line itself set.

use std::path::{Path, PathBuf};

/// The value of a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    /// Some name that matches.
    Pattern(String),
    /// A whole number, nobody knows which.
    Number,
    Hidden {
        /// It came out of the network or a decoder.
        is_foreign: bool,
    },
}

impl Value {
    fn is_foreign(&self) -> bool {
        matches!(self, Self::Hidden { is_foreign: true })
    }
}

pub(crate) const HIDDEN: Value = Value::Hidden { is_foreign: false };

#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// None where a `cd` led who knows where.
    pub(crate) folder: Option<PathBuf>,
    /// Whether `folder` holds even if the last `cd` failed.
    pub(crate) is_folder_sure: bool,
    /// A pipe or a here-document feeds what runs here.
    pub(crate) has_input: bool,
    home: Option<String>,
    variables: Vec<(String, Value)>,
    /// What was last set, whether or not it was: enough to refuse.
    likely: Vec<(String, Value)>,
    /// Where the last `cd` led, if it ran.
    pub(crate) likely_folder: Option<PathBuf>,
    /// What is read here, where that is known.
    pub(crate) input: Option<String>,
    /// What each line that is read here matches.
    pub(crate) input_names: Option<String>,
}

impl Scope {
    pub(crate) fn new(folder: Option<&Path>, home: Option<&Path>) -> Self {
        Self {
            folder: folder.map(Path::to_owned),
            is_folder_sure: true,
            has_input: false,
            home: home.map(|home| home.to_string_lossy().into_owned()),
            variables: Vec::new(),
            likely: Vec::new(),
            likely_folder: None,
            input: None,
            input_names: None,
        }
    }

    /// The home folder; `~` where nobody knows it.
    pub(crate) fn home(&self) -> String {
        match self.get("HOME") {
            Some(Value::Text(home)) => home,
            _ => self.home.clone().unwrap_or_else(|| "~".to_owned()),
        }
    }

    /// The value that the line gave the variable, or that its name promises. None for what the environment says.
    pub(crate) fn get(&self, name: &str) -> Option<Value> {
        let set = self.variables.iter().rev().find(|(known, _)| known == name);
        if let Some((_, value)) = set {
            return Some(value.clone());
        }
        match name {
            "HOME" => Some(Value::Text(self.home.clone().unwrap_or_else(|| "~".to_owned()))),
            "PWD" => {
                let folder = self.folder.as_ref()?;
                Some(Value::Text(folder.to_string_lossy().into_owned()))
            }
            "?" | "#" | "$" | "!" | "UID" | "EUID" | "PPID" | "RANDOM" | "SECONDS" | "LINENO" => Some(Value::Number),
            _ => None,
        }
    }

    /// What the variable holds if the command ran that set it.
    pub(crate) fn likely(&self, name: &str) -> Option<Value> {
        let set = self.likely.iter().rev().find(|(known, _)| known == name);
        let usual = || match name {
            "IFS" => Some(Value::Text(" ".to_owned())),
            "SHELL" | "BASH" | "0" => Some(Value::Text("bash".to_owned())),
            _ => None,
        };
        set.map(|(_, value)| value.clone()).or_else(usual)
    }

    /// The variable may hold this; nobody can be sure.
    pub(crate) fn suspect(&mut self, name: &str, text: String) {
        self.likely.push((name.to_owned(), Value::Text(text)));
    }

    pub(crate) fn set(&mut self, name: &str, value: Value) {
        if value != HIDDEN {
            self.likely.push((name.to_owned(), value.clone()));
        }
        match self.variables.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.variables.push((name.to_owned(), value)),
        }
    }

    /// Goes back to what held outside a process of its own; what was set there is still likely.
    pub(crate) fn restore(&mut self, outside: Self) {
        let inside = std::mem::replace(self, outside);
        self.likely = inside.likely;
        self.likely_folder = inside.likely_folder;
    }

    /// Forgets every value, as after something that may have set any.
    pub(crate) fn forget_values(&mut self) {
        for (_, value) in &mut self.variables {
            *value = HIDDEN;
        }
    }

    /// What holds whether this or the other happened.
    pub(crate) fn merge(&mut self, other: &Self) {
        if self.folder != other.folder {
            self.folder = None;
        }
        self.is_folder_sure &= other.is_folder_sure;
        for (name, value) in &other.variables {
            let own = self.get(name);
            if own.as_ref() != Some(value) {
                let is_foreign = value.is_foreign() || own.is_some_and(|own| own.is_foreign());
                self.set(name, Value::Hidden { is_foreign });
            }
        }
        for (name, value) in &mut self.variables {
            if other.get(name).as_ref() != Some(value) {
                *value = Value::Hidden {
                    is_foreign: value.is_foreign(),
                };
            }
        }
    }
}
