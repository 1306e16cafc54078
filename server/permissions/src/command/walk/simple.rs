//! Simple commands: assignments, the name, the arguments, and whatever they start in turn.

use std::path::{Component, Path, PathBuf};

use super::super::builtin;
use super::super::call::{Arg, Call, Class, Inner, Known};
use super::super::environment::{concern_of_environment, concern_of_variable};
use super::super::expand::{expand, value_of};
use super::super::interpreter::{Code, code_of};
use super::super::known::classify;
use super::super::scope::{HIDDEN, Scope, Value};
use super::super::syntax::{
    Assign, Command, Kind, List, Operator, Piece, Problem, RedirectOp, Simple, Target, Word, concern_of,
};
use super::spans::{self, Roles};
use super::{MAX_DEPTH, Walk};
use crate::place;

/// A call on its way to be judged, with what surrounds it.
struct Start {
    text: String,
    call: Call,
    concerns: Vec<Problem>,
    /// What its substitutions do, and what its redirections do.
    within: Roles,
    redirected: Roles,
    /// What it reads, where that is known.
    feed: Option<String>,
    /// Started by the shell itself and not by another program.
    is_direct: bool,
}

impl Walk<'_> {
    pub(super) fn simple(&mut self, simple: &Simple, redirected: Roles, feed: Option<String>) {
        let outside = self.spans.take_roles();
        for assign in &simple.assigns {
            self.word(&assign.value);
        }
        for word in &simple.words {
            self.word(word);
        }
        let mut within = self.spans.take_roles();
        if simple.words.is_empty() {
            self.assignments(simple, within);
            self.spans.add(outside.and(within));
            return;
        }
        let mut concerns = self.environment(simple);
        let (args, is_foreign, has_guess) = self.expand_all(&simple.words, false);
        within.downloads |= is_foreign;
        if is_test(&args) && simple.words.iter().any(|word| self.is_loose(word)) {
            concerns.push(builtin::loose_test());
        }
        if has_guess && !self.is_guess {
            let (guessed, _, _) = self.expand_all(&simple.words, true);
            let roles = self.spans.roles();
            self.is_guess = true;
            self.begin(simple, guessed, Vec::new(), within, redirected, None);
            self.is_guess = false;
            self.spans.take_roles();
            self.spans.add(roles);
        }
        self.begin(simple, args, concerns, within, redirected, feed);
        self.spans.add(outside.and(within));
    }

    fn expand_all(&self, words: &[Word], guesses: bool) -> (Vec<Arg>, bool, bool) {
        let mut args = Vec::with_capacity(words.len());
        let (mut is_foreign, mut has_guess) = (false, false);
        for word in words {
            let expansion = expand(word, &self.scope, guesses);
            args.extend(expansion.args);
            is_foreign |= expansion.is_foreign;
            has_guess |= expansion.has_guess;
        }
        (args, is_foreign, has_guess)
    }

    /// `x=1` with no command behind it.
    fn assignments(&mut self, simple: &Simple, within: Roles) {
        if simple.assigns.is_empty() {
            return;
        }
        let mut concerns = Vec::new();
        for Assign { name, value, is_plain } in &simple.assigns {
            concerns.extend(concern_of_variable(name));
            let value = match value_of(value, &self.scope) {
                Value::Hidden { is_foreign } => Value::Hidden {
                    is_foreign: is_foreign || within.is_foreign(),
                },
                _ if !is_plain => HIDDEN,
                value => value,
            };
            self.scope.set(name, value);
        }
        self.note(&simple.text, "shell.assignment", "an assignment", concerns);
    }

    /// Why the assignments in front of a command ask.
    fn environment(&self, simple: &Simple) -> Vec<Problem> {
        let name = simple.words.first().and_then(Word::as_bare);
        let concerns = simple.assigns.iter().filter_map(|assign| {
            if assign.name == "IFS" && name == Some("read") {
                return None;
            }
            let value = match value_of(&assign.value, &self.scope) {
                Value::Text(text) if assign.is_plain => Some(text),
                _ => None,
            };
            concern_of_environment(&assign.name, value.as_deref())
        });
        concerns.collect()
    }

    /// Whether a word has an unquoted value in it that may become anything.
    fn is_loose(&self, word: &Word) -> bool {
        word.pieces.iter().any(|piece| match piece {
            Piece::Substitution { is_quoted, .. } => !is_quoted,
            Piece::Parameter {
                parameter,
                is_quoted: false,
            } => {
                let is_known = !matches!(self.scope.get(&parameter.name), None | Some(Value::Hidden { .. }));
                !is_known && !matches!(parameter.operator, Operator::Length)
            }
            _ => false,
        })
    }

    /// Starts what the words name.
    fn begin(
        &mut self,
        simple: &Simple,
        mut args: Vec<Arg>,
        mut concerns: Vec<Problem>,
        within: Roles,
        redirected: Roles,
        feed: Option<String>,
    ) {
        let first = if args.is_empty() { Arg::Unknown } else { args.remove(0) };
        let is_spelled = simple.words.first().is_some_and(|word| word.as_text().is_some());
        let name = match first {
            Arg::Literal(name) if !name.is_empty() => name,
            _ => {
                if let Some(known) = spans::named_by(within) {
                    self.danger(&simple.text, known);
                }
                concerns.push(unnamed());
                let part = self.part(&simple.text, None, nameless(), concerns);
                (self.sink)(part);
                return;
            }
        };
        if !is_spelled {
            concerns.push(unnamed());
        }
        let call = Call {
            name,
            args,
            folder: self.scope.folder.clone(),
            has_input: self.scope.has_input,
        };
        self.start(Start {
            text: simple.text.clone(),
            call,
            concerns,
            within,
            redirected,
            feed,
            is_direct: true,
        });
    }

    fn start(&mut self, start: Start) {
        let Start {
            text,
            call,
            mut concerns,
            within,
            redirected,
            feed,
            is_direct,
        } = start;
        let function = self
            .functions
            .iter()
            .rev()
            .find(|(name, _)| *name == call.name)
            .map(|(_, roles)| *roles);
        if let (true, Some(roles)) = (is_direct, function) {
            self.spans.add(roles);
            self.scope.forget_values();
            self.note(
                &text,
                "shell.function",
                "a function, judged where it is defined,",
                concerns,
            );
            return;
        }
        let known = builtin::classify(&call, is_direct).unwrap_or_else(|| classify(&call, self.scene));
        if let Some(known) = self.spans.add_call(&call, within, redirected) {
            self.danger(&text, known);
        }
        let inner = known.inner.clone();
        if inner.contains(&Inner::Unknown) {
            concerns.push(Problem::new(
                "syntax.inner",
                format!("`{}` runs something that is known only when it runs", call.name),
            ));
        }
        let script = match (code_of(&call), feed) {
            (Some(Code::Input), Some(feed)) => Some(feed),
            _ => None,
        };
        if is_direct {
            self.effects(&call);
        }
        let part = self.part(&text, Some(call), known, concerns);
        (self.sink)(part);
        for inner in inner {
            self.inner(inner);
        }
        if let Some(script) = script {
            self.script(&script);
        }
    }

    fn inner(&mut self, inner: Inner) {
        match inner {
            Inner::Script(text) => self.script(&text),
            Inner::Words { words, appends } => self.inner_words(words, appends),
            Inner::Unknown => {}
        }
    }

    fn inner_words(&mut self, mut words: Vec<Arg>, appends: bool) {
        let text = display(&words);
        if appends {
            words.push(Arg::Unknown);
        }
        let mut concerns = Vec::new();
        if self.depth >= MAX_DEPTH {
            concerns.push(too_deep());
        }
        if self.depth >= 4 * MAX_DEPTH || words.is_empty() {
            self.note(&text, "shell.inner", "a command in a command", vec![too_deep()]);
            return;
        }
        let Arg::Literal(name) = words.remove(0) else {
            concerns.push(unnamed());
            let part = self.part(&text, None, nameless(), concerns);
            (self.sink)(part);
            return;
        };
        let call = Call {
            name,
            args: words,
            folder: self.scope.folder.clone(),
            has_input: self.scope.has_input,
        };
        self.depth += 1;
        self.start(Start {
            text,
            call,
            concerns,
            within: Roles::default(),
            redirected: Roles::default(),
            feed: None,
            is_direct: false,
        });
        self.depth -= 1;
    }

    /// Walks a text that is run as a script.
    fn script(&mut self, text: &str) {
        if self.depth >= MAX_DEPTH {
            self.note(
                "a script in a script",
                "shell.inner",
                "a command in a command",
                vec![too_deep()],
            );
            return;
        }
        self.depth += 1;
        let mut problems: Vec<Problem> = concern_of(text).into_iter().collect();
        self.aside(|walk| problems.extend(walk.read(text)));
        self.depth -= 1;
        if !problems.is_empty() {
            self.note(text, "shell.script", "a script", problems);
        }
    }

    /// What a builtin changes for what comes after it.
    fn effects(&mut self, call: &Call) {
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

fn unnamed() -> Problem {
    Problem::new(
        "syntax.name",
        "the name of a command is not plain text: what runs is known only when it runs",
    )
}

fn too_deep() -> Problem {
    Problem::new("cap.depth", "commands start commands more than a few levels deep")
}

fn nameless() -> Known {
    Known {
        class: Class::Asks,
        rule: "syntax.name".to_owned(),
        reason: "the name of a command is not plain text: what runs is known only when it runs".to_owned(),
        paths: Vec::new(),
        inner: Vec::new(),
    }
}

fn is_test(args: &[Arg]) -> bool {
    matches!(args.first(), Some(Arg::Literal(name)) if name == "test" || name == "[")
}

/// The words as a person would write them.
fn display(words: &[Arg]) -> String {
    let shown = words.iter().map(|word| match word {
        Arg::Literal(text) => {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./=:,@%+".contains(c);
            if !text.is_empty() && text.chars().all(is_plain) {
                text.clone()
            } else {
                format!("'{}'", text.replace('\'', "'\\''"))
            }
        }
        Arg::Pattern(pattern) => pattern.clone(),
        Arg::Unknown => "…".to_owned(),
    });
    shown.collect::<Vec<_>>().join(" ")
}

/// What a list prints, where that is plain from its words: `echo x`, `printf x`, `pwd`.
pub(crate) fn output_of(list: &List, scope: &Scope) -> Option<String> {
    let [item] = list.items.as_slice() else {
        return None;
    };
    let [(_, pipeline)] = item.pipelines.as_slice() else {
        return None;
    };
    let [command] = pipeline.stages.as_slice() else {
        return None;
    };
    let printed = printed_by(command, scope)?;
    Some(printed.trim_end_matches('\n').to_owned())
}

/// What a stage of a pipeline hands on, where that is plain from its words.
pub(super) fn feed_of(command: &Command, scope: &Scope) -> Option<String> {
    if let (Kind::Simple(simple), [redirect]) = (&command.kind, command.redirects.as_slice()) {
        let is_cat = simple.words.len() == 1 && simple.words.first().and_then(Word::as_bare) == Some("cat");
        let body = match &redirect.target {
            Target::HereDoc(body) => body.0.get(),
            Target::Word(word) if redirect.op == RedirectOp::HereString => Some(word),
            Target::Word(_) => None,
        };
        if let (true, Some(body)) = (is_cat, body) {
            return match value_of(body, scope) {
                Value::Text(text) => Some(text),
                _ => None,
            };
        }
    }
    printed_by(command, scope)
}

fn printed_by(command: &Command, scope: &Scope) -> Option<String> {
    let Kind::Simple(simple) = &command.kind else {
        return None;
    };
    let mut texts = Vec::new();
    for word in &simple.words {
        for arg in expand(word, scope, false).args {
            let Arg::Literal(text) = arg else {
                return None;
            };
            texts.push(text);
        }
    }
    let name = if texts.is_empty() { return None } else { texts.remove(0) };
    match name.as_str() {
        "echo" => {
            let skipped = texts
                .iter()
                .take_while(|text| matches!(text.as_str(), "-n" | "-e" | "-ne" | "-en"))
                .count();
            Some(texts.split_off(skipped).join(" ").replace("\\n", "\n"))
        }
        "printf" if texts.len() > 1 => Some(texts.split_off(1).join("\n")),
        "printf" => texts.pop().map(|text| text.replace("\\n", "\n")),
        "pwd" => scope
            .folder
            .as_ref()
            .map(|folder| folder.to_string_lossy().into_owned()),
        _ => None,
    }
}
