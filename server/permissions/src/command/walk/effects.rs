//! What a builtin changes for the commands behind it: the folder, and variables.

use std::path::{Component, Path, PathBuf};

use super::super::call::{Arg, Call};
use super::super::scope::HIDDEN;
use super::Walk;
use crate::place;

impl Walk<'_> {
    /// What a builtin changes for what comes after it.
    pub(super) fn effects(&mut self, call: &Call) {
        match call.name.as_str() {
            "cd" => self.change_folder(&call.args),
            "read" | "unset" => {
                for arg in &call.args {
                    if let Arg::Literal(name) = arg {
                        self.scope.set(name, HIDDEN);
                    }
                }
            }
            "export" | "declare" | "typeset" | "local" | "readonly" => {
                for arg in &call.args {
                    match arg {
                        Arg::Literal(text) => {
                            let name = text.split('=').next().unwrap_or_default().trim_end_matches('+');
                            self.scope.set(name, HIDDEN);
                        }
                        _ => self.scope.forget_values(),
                    }
                }
            }
            "eval" | "source" | "." | "pushd" | "popd" | "command" | "builtin" => {
                self.scope.forget_values();
                self.scope.folder = None;
            }
            "printf" | "mapfile" | "readarray" | "getopts" | "let" | "wait" if !call.args.is_empty() => {
                if call.name != "printf" || call.args.first() == Some(&Arg::Literal("-v".to_owned())) {
                    self.scope.forget_values();
                }
            }
            _ => {}
        }
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
