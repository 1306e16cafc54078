//! Walks the tree as bash would and says what the line starts: one [`Part`] for each command, redirection and
//! assignment, with its folder, its arguments as far as they are known, and what it starts in turn.
//!
//! Nothing is decided here. A part that cannot be understood carries a concern; a danger that only several parts
//! together make is a part of its own, of class [`Class::Hard`].

use std::rc::Rc;

use super::call::{Arg, Call, Known, Scene};
use super::environment::names_secret;
use super::expand::expand;
use super::scope::{HIDDEN, Scope, Value};
use super::syntax::{Command, Context, Item, Kind, Link, List, Piece, Pipeline, Problem, Reader, Word, flattened};

mod assigned;
mod assignments;
mod computed;
mod effects;
mod embedded;
mod guesses;
mod inner;
mod printed;
mod redirect;
mod simple;
mod spans;

use assigned::Assigned;
use printed::Feed;
pub(crate) use printed::{Printed, output_of};
use spans::{Roles, Spans};

/// Commands that are started by commands that are started by commands …
const MAX_DEPTH: usize = 64;
/// Bodies of loops that are walked once for each value.
const MAX_ROUNDS: usize = 16;
const MAX_UNROLLED: usize = 64;

/// One thing that the line does.
#[derive(Debug)]
pub(crate) struct Part {
    /// As written, or for what a command starts, its words.
    pub(crate) text: String,
    /// None for redirections, assignments and dangers of several parts.
    pub(crate) call: Option<Call>,
    pub(crate) known: Known,
    pub(crate) folder: Option<std::path::PathBuf>,
    /// What about it is not understood.
    pub(crate) concerns: Vec<Problem>,
    /// It is only what might run: enough to refuse, not to ask.
    pub(crate) is_guess: bool,
}

/// Everything that a line would do goes to `sink`; what could not be read is given back.
pub(crate) fn walk(
    line: &str,
    folder: &std::path::Path,
    scene: &Scene<'_>,
    sink: &mut dyn FnMut(Part),
) -> Vec<Problem> {
    let mut walk = Walk {
        scene,
        sink,
        scope: Scope::new(Some(folder), scene.home.as_deref()),
        functions: Vec::new(),
        aliases: Vec::new(),
        spans: Spans::default(),
        depth: 0,
        unrolled: 0,
        is_guess: false,
    };
    walk.read(line)
}

/// A function that the line defines.
#[derive(Clone)]
struct Function {
    name: String,
    roles: Roles,
    body: Option<Rc<Command>>,
}

struct Walk<'a> {
    scene: &'a Scene<'a>,
    sink: &'a mut dyn FnMut(Part),
    scope: Scope,
    functions: Vec<Function>,
    /// Names and what they stand for, should the shell expand them.
    aliases: Vec<(String, String)>,
    spans: Spans,
    depth: usize,
    unrolled: usize,
    is_guess: bool,
}

impl Walk<'_> {
    /// Reads and walks a text line by line.
    fn read(&mut self, text: &str) -> Vec<Problem> {
        let mut context = Context {
            depth: self.depth,
            ..Context::default()
        };
        let mut reader = Reader::new(text, &mut context);
        while let Some(list) = reader.line() {
            self.list(&list);
        }
        let spilled = std::mem::take(&mut context.spilled);
        context.is_flat = true;
        for text in spilled {
            context.depth = self.depth;
            let flat = flattened(&text);
            let mut reader = Reader::new(&flat, &mut context);
            while let Some(list) = reader.line() {
                self.list(&list);
            }
        }
        context.problems
    }

    fn list(&mut self, list: &List) {
        for item in &list.items {
            self.item(item);
        }
    }

    fn item(&mut self, item: &Item) {
        if item.in_background {
            self.aside(|walk| walk.chain(&item.pipelines));
        } else {
            self.chain(&item.pipelines);
        }
    }

    /// Walks what runs in a process of its own: what it sets stays there.
    fn aside(&mut self, visit: impl FnOnce(&mut Self)) {
        let outside = self.scope.clone();
        self.depth += 1;
        visit(self);
        self.depth -= 1;
        self.scope.restore(outside);
    }

    fn chain(&mut self, pipelines: &[(Link, Pipeline)]) {
        let mut after_first: Option<Scope> = None;
        for (link, pipeline) in pipelines {
            let outside = self.spans.take_roles();
            let mark = self.spans.mark();
            if *link == Link::Or {
                let succeeded = self.scope.clone();
                self.pipeline(pipeline);
                if leaves(pipeline) {
                    self.scope = succeeded;
                } else {
                    self.scope.merge(&succeeded);
                }
            } else {
                self.pipeline(pipeline);
            }
            self.spans.settle(mark);
            self.spans.add(outside);
            if after_first.is_none() && pipelines.len() > 1 {
                after_first = Some(self.scope.clone());
            }
        }
        // Whether all of it ran is not known.
        if let Some(after_first) = after_first {
            self.scope.merge(&after_first);
        }
        if !self.scope.is_folder_sure {
            self.scope.folder = None;
            self.scope.is_folder_sure = true;
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        if let [only] = pipeline.stages.as_slice() {
            return self.command(only, None);
        }
        let outside = self.spans.take_roles();
        let mut stages = Vec::new();
        let mut feed: Option<Feed> = None;
        for (position, stage) in pipeline.stages.iter().enumerate() {
            self.aside(|walk| {
                walk.scope.has_input |= position > 0;
                walk.command(stage, feed.clone());
                feed = printed::feed_of(stage, &walk.scope, feed.take());
            });
            stages.push(self.spans.take_roles());
        }
        if let Some(known) = spans::across(&stages) {
            self.danger(&pipeline.text, known);
        }
        self.spans.add(stages.into_iter().fold(outside, Roles::and));
    }

    /// Walks a command; `feed` is what the command in front of a pipe prints, where that is known.
    fn command(&mut self, command: &Command, feed: Option<Feed>) {
        let outside = self.spans.take_roles();
        let had_input = self.scope.has_input;
        let mut feed = feed;
        for redirect in &command.redirects {
            feed = self.redirect(redirect).map(Feed::of_text).or(feed);
        }
        let fed = self.spans.take_roles();
        match &command.kind {
            Kind::Simple(simple) => {
                if let Some((path, text)) = printed::written_by(command, &self.scope, feed.as_ref()) {
                    self.spans.add_text(&path, text);
                }
                self.simple(simple, fed, feed);
            }
            kind => {
                let names = match feed.as_ref().and_then(|feed| feed.names.as_deref()) {
                    Some([Arg::Pattern(pattern)]) => Some(pattern.clone()),
                    _ => None,
                };
                let outer_names = std::mem::replace(&mut self.scope.input_names, names);
                let outer = std::mem::replace(&mut self.scope.input, feed.and_then(|feed| feed.text));
                self.depth += 1;
                self.compound(kind);
                self.depth -= 1;
                self.scope.input = outer;
                self.scope.input_names = outer_names;
                let inside = self.spans.roles();
                if let Some(known) = spans::across(&[fed, inside]) {
                    self.danger("a block that is fed by a redirection", known);
                }
            }
        }
        self.spans.add(outside.and(fed));
        self.scope.has_input = had_input;
    }

    fn compound(&mut self, kind: &Kind) {
        match kind {
            Kind::Simple(_) | Kind::Nothing => {}
            Kind::Group(list) => self.list(list),
            Kind::Subshell(list) => self.aside(|walk| walk.list(list)),
            Kind::Coprocess(command) => self.aside(|walk| walk.command(command, None)),
            Kind::Branches(lists) => self.branches(lists),
            Kind::Loop { condition, body } => {
                let before = self.forget(&[condition, body]);
                self.list(condition);
                self.list(body);
                self.scope.merge(&before);
            }
            Kind::For { name, words, body } => self.rounds(name, words.as_deref(), body),
            Kind::Case(case) => {
                self.word(&case.word);
                let before = self.scope.clone();
                let mut after = before.clone();
                for (patterns, body) in &case.arms {
                    self.scope = before.clone();
                    patterns.iter().for_each(|pattern| self.word(pattern));
                    self.list(body);
                    after.merge(&self.scope);
                }
                self.scope = after;
            }
            Kind::Test(words) => self.test(words),
            Kind::Arithmetic(text) => {
                let concerns = self.arithmetic(text).into_iter().collect();
                self.note(text, "shell.arithmetic", "arithmetic", concerns);
                // What is no arithmetic may be a subshell in a subshell.
                if text.contains(' ') {
                    self.guess_script(&flattened(text));
                }
            }
            Kind::Function { name, body } => self.function(name, body),
        }
    }

    fn branches(&mut self, lists: &[List]) {
        let mut after: Option<Scope> = None;
        for pair in lists.chunks(2) {
            // Conditions run one after another; what a body sets, only it has set.
            let (condition, body) = match pair {
                [condition, body] => (Some(condition), body),
                [body] => (None, body),
                _ => continue,
            };
            condition.into_iter().for_each(|condition| self.list(condition));
            let before = self.scope.clone();
            self.list(body);
            match &mut after {
                Some(after) => after.merge(&self.scope),
                None => after = Some(self.scope.clone()),
            }
            self.scope = before;
        }
        if let Some(after) = after {
            self.scope.merge(&after);
        }
    }

    fn rounds(&mut self, name: &str, words: Option<&[Word]>, body: &List) {
        let words = words.unwrap_or_default();
        words.iter().for_each(|word| self.word(word));
        let mut values = Vec::new();
        for word in words {
            let expansion = expand(word, &self.scope, false);
            values.extend(expansion.args.into_iter().map(|arg| match arg {
                Arg::Literal(text) => Some(Value::Text(text)),
                Arg::Pattern(pattern) => Some(Value::Pattern(pattern)),
                Arg::Unknown => None,
            }));
        }
        let values: Option<Vec<Value>> = values.into_iter().collect();
        let rounds = match values {
            Some(values) if values.len() <= MAX_ROUNDS && self.unrolled + values.len() <= MAX_UNROLLED => values,
            // A value that is not known: the body counts as run.
            _ => Vec::new(),
        };
        let rounds = if rounds.is_empty() { vec![HIDDEN] } else { rounds };
        self.unrolled += rounds.len();
        let concerns = super::environment::concern_of_variable(name).into_iter().collect();
        self.note(&format!("for {name}"), "shell.for", "a loop", concerns);
        let before = self.forget(&[body]);
        let start = self.scope.clone();
        for value in rounds {
            self.scope = start.clone();
            self.scope.set(name, value);
            self.list(body);
        }
        self.scope.merge(&before);
        self.scope.set(name, HIDDEN);
    }

    /// Forgets what these lists may set, which an earlier round may have set; gives the scope as it was.
    fn forget(&mut self, lists: &[&List]) -> Scope {
        let before = self.scope.clone();
        let mut assigned = Assigned::default();
        lists.iter().for_each(|list| assigned.add(list));
        assigned.apply(&mut self.scope);
        before
    }

    fn function(&mut self, name: &str, body: &Rc<Command>) {
        let outside = self.spans.take_roles();
        let mut concerns = Vec::new();
        if super::builtin::is_builtin(name) || self.is_known(name) {
            concerns.push(Problem::new(
                "syntax.function",
                format!("`{name}` is redefined: from here on it is another command"),
            ));
        }
        self.note(&format!("{name}()"), "shell.function", "a function", concerns);
        if assigned::bombs(body, name) {
            self.danger(&format!("{name}()"), spans::fork_bomb());
        }
        self.aside(|walk| {
            walk.scope.forget_values();
            walk.scope.folder = None;
            // A call of itself inside is as good as any other call.
            walk.functions.push(Function {
                name: name.to_owned(),
                roles: Roles::default(),
                body: None,
            });
            walk.command(body, None);
        });
        let roles = self.spans.take_roles();
        self.functions.push(Function {
            name: name.to_owned(),
            roles,
            body: Some(Rc::clone(body)),
        });
        self.spans.add(outside);
    }

    fn is_known(&self, name: &str) -> bool {
        let call = Call {
            name: name.to_owned(),
            args: Vec::new(),
            folder: None,
            has_input: false,
        };
        super::known::classify(&call, self.scene).rule != "unknown.command"
    }

    /// Walks what the expansions of a word run.
    fn word(&mut self, word: &Word) {
        for piece in &word.pieces {
            match piece {
                Piece::Text { .. } => {}
                Piece::Substitution { list, .. } => self.aside(|walk| walk.list(list)),
                Piece::Process(list) => self.aside(|walk| {
                    walk.scope.has_input = true;
                    walk.list(list);
                }),
                Piece::Arithmetic(text) => {
                    if let Some(problem) = self.arithmetic(text) {
                        self.note(text, "shell.arithmetic", "arithmetic", vec![problem]);
                    }
                }
                Piece::Parameter { parameter, .. }
                    if names_secret(&parameter.name) && self.scope.get(&parameter.name).is_none() =>
                {
                    let problem = Problem::new("secrets.variable", format!("`${}` may hold a secret", parameter.name));
                    self.note(
                        &format!("${}", parameter.name),
                        "shell.variable",
                        "a variable",
                        vec![problem],
                    );
                }
                Piece::Parameter { parameter, .. } => match &parameter.operator {
                    super::syntax::Operator::Default(word)
                    | super::syntax::Operator::Alternative(word)
                    | super::syntax::Operator::Checked(word) => self.word(word),
                    super::syntax::Operator::Other(words) => words.iter().for_each(|word| self.word(word)),
                    super::syntax::Operator::Plain | super::syntax::Operator::Length => {}
                },
            }
        }
    }

    fn part(&self, text: &str, call: Option<Call>, known: Known, concerns: Vec<Problem>) -> Part {
        Part {
            text: text.to_owned(),
            call,
            known,
            folder: self.folder(),
            concerns,
            is_guess: self.is_guess,
        }
    }

    /// A part of the shell's own that does nothing by itself.
    fn note(&mut self, text: &str, rule: &str, what: &str, concerns: Vec<Problem>) {
        let part = self.part(text, None, super::builtin::reads(rule, what), concerns);
        (self.sink)(part);
    }

    fn danger(&mut self, text: &str, known: Known) {
        let part = self.part(text, None, known, Vec::new());
        (self.sink)(part);
    }
}

/// Whether the line goes no further behind this pipeline.
fn leaves(pipeline: &Pipeline) -> bool {
    let [
        Command {
            kind: Kind::Simple(simple),
            ..
        },
    ] = pipeline.stages.as_slice()
    else {
        return false;
    };
    let name = simple.words.first().and_then(Word::as_bare);
    matches!(name, Some("exit" | "return"))
}

#[cfg(test)]
mod tests;
