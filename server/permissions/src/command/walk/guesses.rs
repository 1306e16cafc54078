//! What may run, if values are what they seem to be: walked like the rest, and enough to refuse, never to ask.

use std::path::PathBuf;

use super::super::call::{Arg, Call};
use super::super::glob;
use super::super::known;
use super::super::syntax::Problem;
use super::inner::display;
use super::printed::Feed;
use super::{Function, Walk};

impl Walk<'_> {
    /// Walks what may happen: enough to refuse, not to ask.
    pub(super) fn guess(&mut self, visit: impl FnOnce(&mut Self)) {
        let outside = self.scope.clone();
        let was_guess = std::mem::replace(&mut self.is_guess, true);
        visit(self);
        self.is_guess = was_guess;
        self.scope = outside;
    }

    pub(super) fn guess_script(&mut self, text: &str) {
        self.guess(|walk| walk.script(text));
    }

    /// What runs if the names are what they seem to be.
    pub(super) fn guess_fed(&mut self, words: &[Arg], appends: bool, feed: &Feed) {
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

    /// Where commands start commands beyond what is followed: those that might be refused, wherever they stand.
    pub(super) fn guess_deep(&mut self, words: &[Arg]) {
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

    /// A call of a function that the line defines: what it does is judged where it is defined, and once more with
    /// these arguments.
    pub(super) fn function_called(&mut self, text: &str, call: &Call, concerns: &[Problem]) -> bool {
        let found = self.functions.iter().rev().find(|function| function.name == call.name);
        let Some(Function { roles, body, .. }) = found.cloned() else {
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
    pub(super) fn alias_of(&self, call: &Call) -> Option<String> {
        let (_, value) = self.aliases.iter().rev().find(|(name, _)| *name == call.name)?;
        Some(format!("{value} {}", display(&call.args)))
    }

    /// Where a command runs; for a guess, where it may.
    pub(super) fn folder(&self) -> Option<PathBuf> {
        let likely = self.scope.likely_folder.as_ref().filter(|_| self.is_guess);
        self.scope.folder.as_ref().or(likely).cloned()
    }
}

/// What a pattern in a command's place may find among programs that can be refused: `/bin/r?`.
pub(super) fn dangers_matching(name: &Arg) -> Vec<&'static str> {
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
    let Some(glob) = glob::matcher(last, |_| ()) else {
        return Vec::new();
    };
    DANGERS
        .into_iter()
        .filter(|name| pattern.contains('/') && glob.is_match(name))
        .collect()
}
