//! What a piece of the tree may set, by its words alone.

use super::super::scope::{HIDDEN, Scope, Value};
use super::super::syntax::{Command, Kind, List, Piece, Pipeline, Word};

/// Names that a list sets, as far as its words say.
#[derive(Debug, Default)]
pub(super) struct Assigned {
    names: Vec<String>,
    /// Names that were set to whole numbers, and maybe to more.
    numbers: Vec<String>,
    /// Something sets who knows what.
    everything: bool,
    folder: bool,
}

fn is_number(value: &Word) -> bool {
    match value.pieces.as_slice() {
        [Piece::Arithmetic(_)] => true,
        [Piece::Text { text, .. }] => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
        _ => false,
    }
}

impl Assigned {
    pub(super) fn add(&mut self, list: &List) {
        commands_of(list).for_each(|command| self.add_command(command));
    }

    fn add_command(&mut self, command: &Command) {
        match &command.kind {
            Kind::Simple(simple) => {
                for assign in &simple.assigns {
                    let is_number = assign.is_plain && is_number(&assign.value);
                    let names = if is_number { &mut self.numbers } else { &mut self.names };
                    names.push(assign.name.clone());
                }
                match simple.words.first().map(Word::as_text) {
                    Some(Some(name)) => self.add_call(&name),
                    Some(None) => self.everything = true,
                    None => {}
                }
            }
            Kind::For { name, .. } => self.names.push(name.clone()),
            Kind::Arithmetic(text) if has_assignment(text) || text.contains("++") || text.contains("--") => {
                self.everything = true;
            }
            _ => {}
        }
        lists_of(command).into_iter().for_each(|list| self.add(list));
        match &command.kind {
            Kind::Function { body, .. } => self.add_command(body),
            Kind::Coprocess(body) => self.add_command(body),
            _ => {}
        }
    }

    fn add_call(&mut self, name: &str) {
        match name {
            "cd" | "pushd" | "popd" => self.folder = true,
            "read" | "export" | "declare" | "typeset" | "local" | "readonly" | "printf" | "mapfile" | "readarray"
            | "getopts" | "let" | "unset" | "eval" | "source" | "." | "command" | "builtin" | "wait" => {
                self.everything = true;
                self.folder |= matches!(name, "eval" | "source" | "." | "command" | "builtin");
            }
            _ => {}
        }
    }

    pub(super) fn apply(&self, scope: &mut Scope) {
        if self.everything {
            scope.forget_values();
        }
        for name in &self.numbers {
            let was_number = match scope.get(name) {
                Some(Value::Number) => true,
                Some(Value::Text(text)) => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
                _ => false,
            };
            scope.set(name, if was_number { Value::Number } else { HIDDEN });
        }
        for name in &self.names {
            scope.set(name, HIDDEN);
        }
        if self.folder {
            scope.folder = None;
        }
    }
}

/// The lists inside a command.
fn lists_of(command: &Command) -> Vec<&List> {
    match &command.kind {
        Kind::Subshell(list) | Kind::Group(list) => vec![list],
        Kind::Branches(lists) => lists.iter().collect(),
        Kind::Loop { condition, body } => vec![condition, body],
        Kind::For { body, .. } => vec![body],
        Kind::Case(case) => case.arms.iter().map(|(_, body)| body).collect(),
        _ => Vec::new(),
    }
}

fn pipelines_of(list: &List) -> impl Iterator<Item = (&Pipeline, bool)> {
    list.items.iter().flat_map(|item| {
        item.pipelines
            .iter()
            .map(|(_, pipeline)| (pipeline, item.in_background))
    })
}

fn commands_of(list: &List) -> impl Iterator<Item = &Command> {
    pipelines_of(list).flat_map(|(pipeline, _)| &pipeline.stages)
}

/// `=` that is not part of a comparison.
pub(super) fn has_assignment(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().any(|(at, byte)| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        *byte == b'='
            && bytes.get(at + 1) != Some(&b'=')
            && !matches!(before, Some(b'=' | b'!'))
            // `<=` and `>=` compare; `<<=` and `>>=` set.
            && (!matches!(before, Some(b'<' | b'>')) || at.checked_sub(2).and_then(|at| bytes.get(at)) == before)
    })
}

/// Whether the function starts itself beside itself, which multiplies it without end.
pub(super) fn bombs(body: &Command, name: &str) -> bool {
    lists_of(body).into_iter().any(|list| {
        pipelines_of(list).any(|(pipeline, in_background)| {
            let multiplies = in_background || pipeline.stages.len() > 1;
            multiplies && pipeline.stages.iter().any(|stage| calls(stage, name))
                || pipeline.stages.iter().any(|stage| bombs(stage, name))
        })
    })
}

fn calls(command: &Command, name: &str) -> bool {
    match &command.kind {
        Kind::Simple(simple) => simple.words.first().and_then(Word::as_text).as_deref() == Some(name),
        _ => lists_of(command)
            .into_iter()
            .any(|list| commands_of(list).any(|command| calls(command, name))),
    }
}
