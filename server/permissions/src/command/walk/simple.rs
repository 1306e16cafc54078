//! Simple commands: assignments, the name, the arguments, and whatever they start in turn.

use super::super::builtin;
use super::super::call::{Arg, Call, Class, Inner, Known};
use super::super::expand::expand;
use super::super::interpreter::{Code, code_of};
use super::super::known::classify;
use super::super::scope::Value;
use super::super::syntax::{Operator, Piece, Problem, Simple, Word};
use super::Walk;
use super::embedded::lines_in;
use super::guesses::dangers_matching;
use super::printed::{Feed, Printed, output_of};
use super::spans::{self, Roles, base_name};

/// A call on its way to be judged, with what surrounds it.
pub(super) struct Start {
    pub(super) text: String,
    pub(super) call: Call,
    pub(super) concerns: Vec<Problem>,
    /// What its substitutions do, and what its redirections do.
    pub(super) within: Roles,
    pub(super) redirected: Roles,
    /// What it reads, where that is known.
    pub(super) feed: Option<Feed>,
    /// Started by the shell itself and not by another program.
    pub(super) is_direct: bool,
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

    pub(super) fn start(&mut self, start: Start) {
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
}

pub(super) fn unnamed() -> Problem {
    Problem::new(
        "syntax.name",
        "the name of a command is not plain text: what runs is known only when it runs",
    )
}

pub(super) fn nameless() -> Known {
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
