//! What a builtin changes for the commands behind it: the folder, and variables.

use std::path::{Component, Path, PathBuf};

use super::super::builtin::is_name;
use super::super::call::{Arg, Call};
use super::super::scope::{HIDDEN, Value};
use super::Walk;
use crate::place;

impl Walk<'_> {
    /// What a builtin changes for what comes after it.
    pub(super) fn effects(&mut self, call: &Call) {
        match call.name.as_str() {
            "command" | "builtin" => {
                let mut words = call
                    .args
                    .iter()
                    .skip_while(|arg| matches!(arg, Arg::Literal(word) if word.starts_with('-')))
                    .cloned();
                match words.next() {
                    Some(Arg::Literal(name)) if name != call.name => self.effects(&Call {
                        name,
                        args: words.collect(),
                        ..call.clone()
                    }),
                    None => {}
                    Some(_) => self.forget_all(),
                }
            }
            "cd" => self.change_folder(&call.args),
            "read" | "unset" => {
                for arg in &call.args {
                    if let Arg::Literal(name) = arg {
                        let pattern = self.scope.input_names.clone().filter(|_| call.name == "read");
                        self.scope.set(name, pattern.map_or(HIDDEN, Value::Pattern));
                        if let Some(text) = self.scope.input.clone().filter(|_| call.name == "read") {
                            self.scope.suspect(name, text.trim().to_owned());
                        }
                    }
                }
            }
            "export" | "declare" | "typeset" | "local" | "readonly" => {
                let has_options = call
                    .args
                    .iter()
                    .any(|arg| matches!(arg, Arg::Literal(text) if text.starts_with(['-', '+'])));
                for arg in &call.args {
                    match arg {
                        Arg::Literal(text) => match text.split_once('=') {
                            Some((name, value)) if !has_options && is_name(name) => {
                                self.scope.set(name, Value::Text(value.to_owned()));
                            }
                            Some((name, _)) => self.scope.set(name.trim_end_matches('+'), HIDDEN),
                            None => self.scope.set(text, HIDDEN),
                        },
                        _ => self.scope.forget_values(),
                    }
                }
            }
            "alias" => {
                let definitions = call.args.iter().filter_map(|arg| match arg {
                    Arg::Literal(text) => text.split_once('='),
                    _ => None,
                });
                self.aliases
                    .extend(definitions.map(|(name, value)| (name.to_owned(), value.to_owned())));
            }
            "set" => self.set_arguments(&call.args),
            "pushd" => {
                let likely = match call.args.first() {
                    Some(Arg::Literal(path)) if path.starts_with('/') => Some(PathBuf::from(path)),
                    _ => None,
                };
                self.forget_all();
                self.scope.likely_folder = likely.or(self.scope.likely_folder.take());
            }
            "eval" | "source" | "." | "popd" => self.forget_all(),
            "printf" if call.args.first() != Some(&Arg::Literal("-v".to_owned())) => {}
            "printf" | "mapfile" | "readarray" | "getopts" | "let" | "wait" if !call.args.is_empty() => {
                self.scope.forget_values();
            }
            _ => {}
        }
    }

    /// `set -- a b`: for what comes behind it these are the arguments.
    pub(super) fn set_arguments(&mut self, args: &[Arg]) {
        let args = args.strip_prefix(&[Arg::Literal("--".to_owned())]).unwrap_or(args);
        let texts: Vec<&str> = args
            .iter()
            .map(|arg| match arg {
                Arg::Literal(text) => text.as_str(),
                _ => "",
            })
            .collect();
        for (at, text) in texts.iter().enumerate() {
            self.scope.set(&(at + 1).to_string(), Value::Text((*text).to_owned()));
        }
        for all in ["@", "*"] {
            self.scope.set(all, Value::Text(texts.join(" ")));
        }
    }

    fn forget_all(&mut self) {
        self.scope.forget_values();
        self.scope.folder = None;
    }

    fn change_folder(&mut self, args: &[Arg]) {
        let operands: Vec<&Arg> = args
            .iter()
            .filter(|arg| !matches!(arg, Arg::Literal(text) if matches!(text.as_str(), "-L" | "-P" | "--")))
            .collect();
        let target = match operands.as_slice() {
            [] => Some(self.scope.home()),
            [Arg::Literal(path)] if !path.starts_with('-') && !path.is_empty() => Some((*path).clone()),
            _ => None,
        };
        let folder = match (target, &self.scope.folder) {
            (Some(path), _) if path.starts_with('/') => clear_path(Path::new(&path)),
            (Some(path), Some(folder)) => clear_path(&folder.join(path)),
            _ => None,
        };
        self.scope.is_folder_sure = folder.as_deref().is_some_and(Path::is_dir);
        self.scope.likely_folder.clone_from(&folder);
        self.scope.folder = folder;
    }
}

/// The path without `.` and `..`. None where a link on the way makes `..` lead elsewhere than the words say.
fn clear_path(path: &Path) -> Option<PathBuf> {
    let mut clear = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                clear.pop();
            }
            Component::CurDir => {}
            part => clear.push(part),
        }
    }
    let climbs = path.components().any(|part| part == Component::ParentDir);
    if climbs && place::resolve(path).ok() != place::resolve(&clear).ok() {
        return None;
    }
    Some(clear)
}
