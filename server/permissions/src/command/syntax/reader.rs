//! The text under the reader's hand: where it stands, what it noted, how deep it is, and the here-documents
//! whose bodies are still to come.

use super::tree::{HereDoc, Piece, Word};

/// Deeper nesting is not followed: what is left is read flat, for what must never run.
const MAX_DEPTH: usize = 64;

/// Why a line cannot be allowed by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) rule: &'static str,
    pub(crate) reason: String,
}

impl Problem {
    pub(crate) fn new(rule: &'static str, reason: impl Into<String>) -> Self {
        Self {
            rule,
            reason: reason.into(),
        }
    }

    pub(crate) fn unreadable(reason: impl Into<String>) -> Self {
        Self::new("syntax.unreadable", reason)
    }
}

/// What the readers of one line share, those of the texts inside it included.
#[derive(Debug, Default)]
pub(crate) struct Context {
    pub(crate) problems: Vec<Problem>,
    /// Texts that could not be read as they stand: too deep, or behind a quote that never ends.
    pub(crate) spilled: Vec<String>,
    pub(crate) depth: usize,
    /// Nothing nests: brackets and reserved words only separate commands.
    pub(crate) is_flat: bool,
}

impl Context {
    pub(crate) fn note(&mut self, problem: Problem) {
        // One of a kind is enough to ask, and a hostile line could make any number.
        if !self.problems.iter().any(|known| known.rule == problem.rule) {
            self.problems.push(problem);
        }
    }

    pub(super) fn spill(&mut self, text: &str) {
        if self.is_flat {
            return;
        }
        // On the way out of nested constructs each spills more of the same end.
        match self.spilled.last_mut() {
            Some(last) if text.ends_with(last.as_str()) => text.clone_into(last),
            _ => self.spilled.push(text.to_owned()),
        }
    }
}

/// Where a list of commands ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stop {
    pub(super) at_bracket: bool,
    pub(super) at_case_end: bool,
    pub(super) words: &'static [&'static str],
}

pub(crate) struct Reader<'s, 'c> {
    pub(super) source: &'s str,
    pub(super) at: usize,
    pub(super) context: &'c mut Context,
    awaited: Vec<Awaited>,
}

/// A here-document whose redirection was read.
struct Awaited {
    delimiter: String,
    is_literal: bool,
    strips_tabs: bool,
    body: HereDoc,
}

impl<'s, 'c> Reader<'s, 'c> {
    pub(crate) fn new(source: &'s str, context: &'c mut Context) -> Self {
        Self {
            source,
            at: 0,
            context,
            awaited: Vec::new(),
        }
    }

    pub(super) fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    pub(super) fn byte(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    pub(super) fn byte_after(&self, ahead: usize) -> Option<u8> {
        self.source.as_bytes().get(self.at + ahead).copied()
    }

    pub(super) fn starts_with(&self, prefix: &str) -> bool {
        self.rest().starts_with(prefix)
    }

    pub(super) fn take(&mut self, prefix: &str) -> bool {
        let is_there = self.starts_with(prefix);
        if is_there {
            self.at += prefix.len();
        }
        is_there
    }

    /// Takes one character, whatever it is.
    pub(super) fn take_char(&mut self) -> Option<char> {
        let character = self.rest().chars().next()?;
        self.at += character.len_utf8();
        Some(character)
    }

    /// Takes bytes while they are of a kind; only for kinds that hold whole characters.
    pub(super) fn take_while(&mut self, is_of_kind: impl Fn(u8) -> bool) -> &'s str {
        let rest = self.rest();
        let length = rest.bytes().position(|byte| !is_of_kind(byte)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    pub(super) fn text_since(&self, start: usize) -> &'s str {
        self.source.get(start..self.at).unwrap_or_default().trim()
    }

    pub(super) fn note(&mut self, problem: Problem) {
        self.context.note(problem);
    }

    pub(super) fn unreadable(&mut self, reason: impl Into<String>) {
        self.note(Problem::unreadable(reason));
    }

    /// Reads something nested; where that is too deep, gives the rest of the text up to be read flat.
    pub(super) fn nested<T: Default>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        if self.context.depth >= MAX_DEPTH {
            self.note(Problem::new(
                "cap.depth",
                format!("commands are nested deeper than {MAX_DEPTH} levels"),
            ));
            self.spill(self.at);
            self.at = self.source.len();
            return T::default();
        }
        self.context.depth += 1;
        let read = read(self);
        self.context.depth -= 1;
        read
    }

    /// Keeps the text from `start` for a flat reading. A flat reading itself has nothing to give up: its quotes
    /// and brackets are gone.
    pub(super) fn spill(&mut self, start: usize) {
        self.context.spill(self.source.get(start..).unwrap_or_default());
    }

    /// Skips blanks, joined lines and a comment.
    pub(super) fn blanks(&mut self) {
        loop {
            match self.byte() {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\\') if self.byte_after(1) == Some(b'\n') => self.at += 2,
                Some(b'#') => {
                    self.take_while(|byte| byte != b'\n');
                }
                _ => return,
            }
        }
    }

    /// Skips blanks, comments and line ends.
    pub(super) fn lines(&mut self) {
        self.blanks();
        while self.byte() == Some(b'\n') {
            self.line_end();
            self.blanks();
        }
    }

    /// Takes the line end, and the here-documents that start behind it.
    pub(super) fn line_end(&mut self) {
        self.at += 1;
        for awaited in std::mem::take(&mut self.awaited) {
            let body = self.here_body(&awaited);
            // A body is set once: each was pushed once.
            let _ = awaited.body.0.set(body);
        }
    }

    pub(super) fn await_body(&mut self, delimiter: String, is_literal: bool, strips_tabs: bool) -> HereDoc {
        let body = HereDoc::default();
        self.awaited.push(Awaited {
            delimiter,
            is_literal,
            strips_tabs,
            body: body.clone(),
        });
        body
    }

    fn here_body(&mut self, awaited: &Awaited) -> Word {
        let mut body = String::new();
        let mut is_clear = true;
        loop {
            if self.at >= self.source.len() {
                self.unreadable("a here-document never ends");
                is_clear = false;
                break;
            }
            let line = self.take_while(|byte| byte != b'\n');
            self.at = (self.at + 1).min(self.source.len());
            let line = if awaited.strips_tabs {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if line == awaited.delimiter {
                break;
            }
            // Inside `$(…)` bash takes `EOF)` for an end as well, with a warning.
            if line
                .strip_prefix(&awaited.delimiter)
                .is_some_and(|rest| rest.starts_with(')'))
            {
                self.unreadable("a here-document ends in the middle of a line");
                is_clear = false;
            }
            body.push_str(line);
            body.push('\n');
        }
        if !awaited.is_literal && body.contains("\\\n") {
            self.unreadable("a here-document joins lines with a backslash");
            is_clear = false;
        }
        if !is_clear {
            self.context.spill(&body);
        }
        if awaited.is_literal {
            return Word {
                pieces: vec![Piece::Text {
                    text: body,
                    is_quoted: true,
                }],
            };
        }
        let mut reader = Reader::new(&body, self.context);
        reader.nested(Reader::here_text)
    }

    /// How many here-documents still wait for their bodies.
    pub(super) fn awaiting(&self) -> usize {
        self.awaited.len()
    }

    /// Notes what is still missing at the end of the text.
    pub(super) fn finish(&mut self) {
        if !self.awaited.is_empty() {
            self.awaited.clear();
            self.unreadable("a here-document has no body");
        }
    }
}

/// The text for a flat reading: brackets separate commands, quotes are gone.
pub(crate) fn flattened(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|character| !matches!(character, '\'' | '"' | '\\' | '{' | '}'));
    kept.map(|character| match character {
        '(' | ')' | '`' => '\n',
        _ => character,
    })
    .collect()
}
