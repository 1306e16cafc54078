//! Simple commands: assignments, the name, the arguments, and whatever they start in turn.

use std::path::PathBuf;

use super::super::builtin;
use super::super::call::{Arg, Call, Class, Inner, Known};
use super::super::environment::{concern_of_build_environment, concern_of_environment, concern_of_variable};
use super::super::expand::{MAX_VALUE, expand, value_of};
use super::super::interpreter::{Code, code_of};
use super::super::known::{self, classify};
use super::super::names::is_in;
use super::super::scope::{HIDDEN, Value};
use super::super::syntax::{Assign, Operator, Piece, Problem, Simple, Word, concern_of};
use super::embedded::lines_in;
use super::printed::{Feed, Printed, output_of};
use super::spans::{self, Roles, base_name};
use super::{MAX_DEPTH, Walk};

/// Programs whose other uses than building and testing ask anyway.
const BUILDERS: &str = "
    cargo npm pnpm yarn bun npx node pytest py.test python python3 tox nox make gmake ninja cmake ctest go gradle gradlew mvn mvnw
    jest vitest mocha tsc eslint mypy ruff dotnet swift mix rspec phpunit stack cabal dune bazel meson turbo nx
";

/// A call on its way to be judged, with what surrounds it.
struct Start {
    text: String,
    call: Call,
    concerns: Vec<Problem>,
    /// What its substitutions do, and what its redirections do.
    within: Roles,
    redirected: Roles,
    /// What it reads, where that is known.
    feed: Option<Feed>,
    /// Started by the shell itself and not by another program.
    is_direct: bool,
}

impl Walk<'_> {
    pub(super) fn simple(&mut self, simple: &Simple, redirected: Roles, feed: Option<Feed>) {
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
        let (args, is_foreign, mut has_guess) = self.expand_all(&simple.words, false);
        has_guess |= self.scope.folder.is_none() && self.scope.likely_folder.is_some();
        let feed = self
            .substituted(&simple.words)
            .or(feed)
            .or_else(|| self.scope.input.clone().map(Feed::of_text));
        within.downloads |= is_foreign;
        if is_test(&args) && simple.words.iter().any(|word| self.is_loose(word)) {
            concerns.push(builtin::loose_test());
        }
        if has_guess && !self.is_guess {
            let (guessed, is_foreign, _) = self.expand_all(&simple.words, true);
            let within = Roles {
                downloads: within.downloads || is_foreign,
                ..within
            };
            self.guess(|walk| walk.begin(simple, guessed, Vec::new(), within, redirected, None));
        }
        self.begin(simple, args, concerns, within, redirected, feed);
        self.spans.add(outside.and(within));
    }

    /// What a process substitution among the words prints.
    fn substituted(&self, words: &[Word]) -> Option<Feed> {
        let text = words.iter().find_map(|word| match word.pieces.as_slice() {
            [Piece::Process(list)] => output_of(list, &self.scope),
            _ => None,
        });
        match text? {
            Printed::Text(text) => Some(Feed::of_text(text)),
            Printed::Names(_) | Printed::Digits => None,
        }
    }

    fn expand_all(&mut self, words: &[Word], guesses: bool) -> (Vec<Arg>, bool, bool) {
        let mut args = Vec::with_capacity(words.len());
        let (mut is_foreign, mut has_guess, mut is_endless) = (false, false, false);
        for word in words {
            let expansion = expand(word, &self.scope, guesses);
            args.extend(expansion.args);
            is_foreign |= expansion.is_foreign;
            has_guess |= expansion.has_guess;
            is_endless |= expansion.is_endless;
        }
        if is_endless && !guesses {
            let problem = Problem::new("cap.words", "braces in it become thousands of words: write a loop");
            self.note("{…}", "shell.braces", "a list of words", vec![problem]);
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
            concerns.extend(self.doubles(value));
            let likely = self.likely_output(value);
            let value_set = match value_of(value, &self.scope) {
                Value::Hidden { is_foreign } => Value::Hidden {
                    is_foreign: is_foreign || within.is_foreign(),
                },
                _ if !is_plain => HIDDEN,
                value => value,
            };
            self.scope.set(name, value_set);
            if let Some(text) = likely {
                self.scope.suspect(name, text);
            }
        }
        self.note(&simple.text, "shell.assignment", "an assignment", concerns);
    }

    /// A value made of several others may double with each assignment.
    fn doubles(&self, word: &Word) -> Option<Problem> {
        let lengths = word.pieces.iter().map(|piece| match piece {
            Piece::Parameter { parameter, .. } => match self.scope.get(&parameter.name) {
                Some(Value::Text(text)) => text.len(),
                _ => 0,
            },
            _ => 0,
        });
        (lengths.sum::<usize>() > MAX_VALUE).then(|| Problem::new("cap.words", "the value grows without end"))
    }

    /// What a word that is one substitution is likely to become.
    fn likely_output(&self, word: &Word) -> Option<String> {
        let [Piece::Substitution { list, .. }] = word.pieces.as_slice() else {
            return None;
        };
        match output_of(list, &self.scope)? {
            Printed::Text(text) => Some(text),
            Printed::Names(_) | Printed::Digits => None,
        }
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
            match name.is_some_and(|name| is_in(BUILDERS, base_name(name))) {
                true => concern_of_build_environment(&assign.name, value.as_deref()),
                false => concern_of_environment(&assign.name, value.as_deref()),
            }
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
        feed: Option<Feed>,
    ) {
        let first = if args.is_empty() { Arg::Unknown } else { args.remove(0) };
        let spelled = simple.words.first().and_then(Word::as_text);
        let name = match first {
            Arg::Literal(name) if !name.is_empty() => name,
            first => {
                for name in dangers_matching(&first) {
                    let args = args.clone();
                    let call = Call {
                        name: name.to_owned(),
                        args,
                        folder: self.folder(),
                        has_input: self.scope.has_input,
                    };
                    self.guess(|walk| {
                        walk.start(Start {
                            text: simple.text.clone(),
                            call,
                            concerns: Vec::new(),
                            within,
                            redirected,
                            feed: None,
                            is_direct: false,
                        });
                    });
                }
                if let Some(known) = spans::named_by(within) {
                    self.danger(&simple.text, known);
                }
                concerns.push(unnamed());
                let part = self.part(&simple.text, None, nameless(), concerns);
                (self.sink)(part);
                return;
            }
        };
        if spelled.is_none_or(|spelled| spelled != name) {
            concerns.push(unnamed());
        }
        let call = Call {
            name,
            args,
            folder: self.folder(),
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
        if is_direct && self.function_called(&text, &call, &concerns) {
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
        let script = match (code_of(&call), &feed) {
            (Some(Code::Input | Code::Hidden), Some(feed)) => feed.text.clone(),
            _ => None,
        };
        let holds_programs = !self.is_guess && matches!(known.class, Class::Unknown | Class::Asks);
        let lines = if holds_programs { lines_in(&call) } else { Vec::new() };
        let written = match code_of(&call) {
            Some(Code::File(path)) => self.spans.text_of(&path),
            _ if call.name.contains('/') => self.spans.text_of(&call.name),
            _ => None,
        };
        let read = feed.as_ref().and_then(|feed| feed.text.clone());
        let feed = feed.filter(|_| matches!(base_name(&call.name), "xargs" | "gxargs"));
        let feed = feed.map(|feed| feed.for_xargs(&call.args));
        let part = self.part(&text, Some(call.clone()), known, concerns);
        (self.sink)(part);
        if is_direct {
            let outer = std::mem::replace(&mut self.scope.input, read);
            self.effects(&call);
            self.scope.input = outer;
        }
        for inner in inner {
            self.inner(inner, feed.as_ref());
        }
        if let Some(script) = script {
            self.script(&script);
        }
        for line in lines.into_iter().chain(written) {
            self.guess_script(&line);
        }
        if let Some(script) = self.alias_of(&call).filter(|_| is_direct && !self.is_guess) {
            self.guess(|walk| walk.script(&script));
        }
    }

    /// A call of a function that the line defines: what it does is judged where it is defined, and once more with
    /// these arguments.
    fn function_called(&mut self, text: &str, call: &Call, concerns: &[Problem]) -> bool {
        let found = self.functions.iter().rev().find(|function| function.name == call.name);
        let Some(super::Function { roles, body, .. }) = found.cloned() else {
            return false;
        };
        self.spans.add(roles);
        if let Some(body) = body.filter(|_| !self.is_guess) {
            self.guess(|walk| {
                walk.set_arguments(&call.args);
                walk.aside(|walk| walk.command(&body, None));
            });
        }
        self.scope.forget_values();
        self.note(
            text,
            "shell.function",
            "a function, judged where it is defined,",
            concerns.to_vec(),
        );
        true
    }

    /// The line that an alias would make of a call.
    fn alias_of(&self, call: &Call) -> Option<String> {
        let (_, value) = self.aliases.iter().rev().find(|(name, _)| *name == call.name)?;
        Some(format!("{value} {}", display(&call.args)))
    }

    /// Walks what may happen: enough to refuse, not to ask.
    fn guess(&mut self, visit: impl FnOnce(&mut Self)) {
        let outside = self.scope.clone();
        let was_guess = std::mem::replace(&mut self.is_guess, true);
        visit(self);
        self.is_guess = was_guess;
        self.scope = outside;
    }

    pub(super) fn guess_script(&mut self, text: &str) {
        self.guess(|walk| walk.script(text));
    }

    /// Where a command runs; for a guess, where it may.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        let likely = self.scope.likely_folder.as_ref().filter(|_| self.is_guess);
        self.scope.folder.as_ref().or(likely).cloned()
    }

    fn inner(&mut self, inner: Inner, feed: Option<&Feed>) {
        match inner {
            Inner::Script(text) => self.script(&text),
            Inner::Words { words, appends } => self.appended(words, appends, feed),
            Inner::Unknown => {}
        }
    }

    /// The words of a command that another one starts, with what that one adds to them.
    fn appended(&mut self, words: Vec<Arg>, appends: bool, feed: Option<&Feed>) {
        if let Some(feed) = feed.filter(|_| !self.is_guess) {
            self.guess_fed(&words, appends, feed);
        }
        let mut blind = words.clone();
        blind.extend(appends.then_some(Arg::Unknown));
        let names = feed
            .filter(|_| appends && !words.contains(&Arg::Unknown))
            .and_then(|feed| feed.names.clone());
        match names {
            // Whatever the names are, they are no options that do harm.
            Some(names) if self.only_reads(&blind) => self.inner_words([words, names].concat()),
            _ => self.inner_words(blind),
        }
    }

    fn only_reads(&self, words: &[Arg]) -> bool {
        let Some((Arg::Literal(name), args)) = words.split_first() else {
            return false;
        };
        let call = Call {
            name: name.clone(),
            args: args.to_vec(),
            folder: self.scope.folder.clone(),
            has_input: self.scope.has_input,
        };
        classify(&call, self.scene).class == Class::Reads
    }

    /// What runs if the names are what they seem to be.
    fn guess_fed(&mut self, words: &[Arg], appends: bool, feed: &Feed) {
        let text = feed.text.as_ref().map(|text| Arg::Literal(text.trim().to_owned()));
        let put_in = |arg: &Arg| match (arg, &text) {
            (Arg::Unknown, Some(text)) if !appends => text.clone(),
            _ => arg.clone(),
        };
        let filled: Vec<Arg> = words.iter().map(put_in).collect();
        let added = [feed.likely.clone(), text.clone().into_iter().collect()];
        for added in added.into_iter().take(if appends { 2 } else { 1 }) {
            let mut words = filled.clone();
            if appends {
                words.extend(added);
            }
            self.guess(|walk| walk.inner_words(words));
        }
    }

    fn inner_words(&mut self, mut words: Vec<Arg>) {
        let text = display(&words);
        let mut concerns = Vec::new();
        if self.depth >= MAX_DEPTH {
            concerns.push(too_deep());
        }
        if self.depth == 4 * MAX_DEPTH {
            self.guess_deep(&words);
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
            folder: self.folder(),
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

    /// Where commands start commands beyond what is followed: those that might be refused, wherever they stand.
    fn guess_deep(&mut self, words: &[Arg]) {
        const MOST: usize = 16;
        let may_be_refused =
            |at: &usize| matches!(words.get(*at), Some(Arg::Literal(name)) if known::may_be_refused(name));
        let depth = std::mem::take(&mut self.depth);
        for at in (0..words.len()).filter(may_be_refused).take(MOST) {
            let words = words.get(at..).unwrap_or_default().to_vec();
            self.guess(|walk| walk.inner_words(words));
        }
        self.depth = depth;
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
}

/// What a pattern in a command's place may find among programs that can be refused: `/bin/r?`.
fn dangers_matching(name: &Arg) -> Vec<&'static str> {
    /// No file has a longer name.
    const MAX_NAME: usize = 255;
    const DANGERS: [&str; 6] = ["rm", "sudo", "su", "dd", "chmod", "chown"];
    let Arg::Pattern(pattern) = name else {
        return Vec::new();
    };
    let last = pattern.rsplit('/').next().unwrap_or(pattern);
    if last.len() > MAX_NAME {
        return Vec::new();
    }
    let Ok(glob) = globset::Glob::new(last).map(|glob| glob.compile_matcher()) else {
        return Vec::new();
    };
    DANGERS
        .into_iter()
        .filter(|name| pattern.contains('/') && glob.is_match(name))
        .collect()
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
