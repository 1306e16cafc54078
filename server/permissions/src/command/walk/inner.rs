//! What a command starts in turn: another command, with or without words from elsewhere, or a script.

use super::super::call::{Arg, Call, Class, Inner};
use super::super::known::classify;
use super::super::syntax::{Problem, concern_of};
use super::printed::Feed;
use super::simple::{Start, nameless, unnamed};
use super::spans::Roles;
use super::{MAX_DEPTH, Walk};

impl Walk<'_> {
    pub(super) fn inner(&mut self, inner: Inner, feed: Option<&Feed>) {
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

    pub(super) fn inner_words(&mut self, mut words: Vec<Arg>) {
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

    /// Walks a text that is run as a script.
    pub(super) fn script(&mut self, text: &str) {
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

fn too_deep() -> Problem {
    Problem::new("cap.depth", "commands start commands more than a few levels deep")
}

/// The words as a person would write them.
pub(super) fn display(words: &[Arg]) -> String {
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
