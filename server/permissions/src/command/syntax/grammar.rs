//! Lists, pipelines and simple commands. Recursive descent without going back: every character is read once.

use std::rc::Rc;

use super::reader::{Reader, Stop};
use super::tree::{Assign, Command, Item, Kind, Link, List, Piece, Pipeline, Simple, Word};
use super::words::{is_meta, is_name, is_name_start};

impl Reader<'_, '_> {
    /// The commands of one more line of the text, here-documents included; none at its end. A caller that works
    /// line by line, as bash does, never holds a long text's whole tree.
    pub(crate) fn line(&mut self) -> Option<List> {
        self.lines();
        if self.at >= self.source.len() {
            self.finish();
            return None;
        }
        let mut list = List::default();
        loop {
            self.blanks();
            match self.byte() {
                None => break,
                Some(b'\n') => {
                    self.line_end();
                    break;
                }
                Some(_) => self.item(Stop::default(), &mut list),
            }
        }
        Some(list)
    }

    /// The commands of the whole text.
    pub(super) fn whole(&mut self) -> List {
        let mut list = List::default();
        while let Some(line) = self.line() {
            list.items.extend(line.items);
        }
        list
    }

    /// The commands up to where `stop` says, which is not taken.
    pub(super) fn list(&mut self, stop: Stop) -> List {
        let mut list = List::default();
        loop {
            self.lines();
            if self.is_at_stop(stop) {
                return list;
            }
            self.item(stop, &mut list);
        }
    }

    fn is_at_stop(&self, stop: Stop) -> bool {
        match self.byte() {
            None => true,
            Some(b')') => stop.at_bracket,
            Some(b';') => stop.at_case_end && (self.starts_with(";;") || self.starts_with(";&")),
            Some(_) => !stop.words.is_empty() && self.reserved().is_some_and(|word| stop.words.contains(&word)),
        }
    }

    /// One `a && b` with what separates it from the next. Always moves on.
    fn item(&mut self, stop: Stop, list: &mut List) {
        let start = self.at;
        let pipelines = self.chain();
        if self.at > start {
            list.items.push(Item {
                pipelines,
                in_background: false,
            });
        }
        self.blanks();
        match self.byte() {
            None | Some(b'\n') => {}
            Some(b'&') => {
                self.at += 1;
                if let Some(item) = list.items.last_mut() {
                    item.in_background = true;
                }
            }
            Some(b';') if self.at > start && self.is_at_stop(stop) => {}
            Some(b';') => {
                if self.starts_with(";;") || self.at == start {
                    self.unreadable("`;` separates nothing");
                }
                self.at += 1;
            }
            Some(_) if self.at > start && self.is_at_stop(stop) => {}
            Some(byte) => {
                self.unreadable(format!("`{}` is not expected here", char::from(byte).escape_default()));
                if self.at == start || matches!(byte, b'(' | b')' | b'|') {
                    self.take_char();
                }
            }
        }
    }

    fn chain(&mut self) -> Vec<(Link, Pipeline)> {
        let mut pipelines = vec![(Link::First, self.pipeline())];
        loop {
            self.blanks();
            let link = if self.take("&&") {
                Link::And
            } else if self.take("||") {
                Link::Or
            } else {
                return pipelines;
            };
            self.lines();
            pipelines.push((link, self.pipeline()));
        }
    }

    fn pipeline(&mut self) -> Pipeline {
        self.blanks();
        let start = self.at;
        self.prefixes();
        let mut stages = vec![self.command()];
        loop {
            self.blanks();
            if self.starts_with("||") || !(self.take("|&") || self.take("|")) {
                break;
            }
            self.lines();
            stages.push(self.command());
        }
        Pipeline {
            stages,
            text: self.text_since(start).to_owned(),
        }
    }

    /// `!` and `time`, in any number.
    fn prefixes(&mut self) {
        loop {
            match self.reserved() {
                Some("!") => self.at += 1,
                Some("time") => {
                    self.at += "time".len();
                    self.blanks();
                    if self.is_word_next("-p") {
                        self.at += "-p".len();
                    }
                }
                _ => return,
            }
            self.blanks();
        }
    }

    pub(super) fn command(&mut self) -> Command {
        self.blanks();
        let kind = match self.byte() {
            Some(b'(') => self.bracket(),
            _ => match self.reserved() {
                Some(word) => self.compound(word),
                None => return self.simple(),
            },
        };
        let mut redirects = Vec::new();
        self.redirects_into(&mut redirects);
        Command { kind, redirects }
    }

    fn redirects_into(&mut self, redirects: &mut Vec<super::tree::Redirect>) {
        loop {
            self.blanks();
            if !self.is_at_redirect() {
                return;
            }
            let redirect = self.redirect();
            redirects.push(redirect);
        }
    }

    fn simple(&mut self) -> Command {
        let start = self.at;
        let mut redirects = Vec::new();
        let mut assigns = Vec::new();
        let mut words: Vec<Word> = Vec::new();
        loop {
            self.blanks();
            if self.is_at_redirect() {
                let redirect = self.redirect();
                redirects.push(redirect);
                continue;
            }
            match self.byte() {
                None => break,
                Some(b'<' | b'>') => {}
                Some(b'(') if self.defines_function(&assigns, &words) => return self.function_after(&words),
                Some(byte) if is_meta(byte) => break,
                Some(_) => {}
            }
            if words.is_empty()
                && let Some(assign) = self.assign()
            {
                assigns.push(assign);
                continue;
            }
            let word_at = self.at;
            let word = self.word();
            if self.at == word_at {
                break;
            }
            // `i\⏎f` is `if` as well.
            if words.is_empty() && word.as_bare().is_some_and(|word| RESERVED.contains(&word)) {
                self.unreadable("a reserved word is split over lines");
                break;
            }
            words.push(word);
        }
        if assigns.is_empty() && words.is_empty() && redirects.is_empty() {
            self.unreadable("a command is missing");
            return Command {
                kind: Kind::Nothing,
                redirects,
            };
        }
        let text = self.text_since(start).to_owned();
        Command {
            kind: Kind::Simple(Simple { assigns, words, text }),
            redirects,
        }
    }

    fn defines_function(&self, assigns: &[Assign], words: &[Word]) -> bool {
        let rest = self.rest().get(1..).unwrap_or_default();
        assigns.is_empty() && words.len() == 1 && rest.trim_start_matches([' ', '\t']).starts_with(')')
    }

    /// `name () body`, in front of the bracket.
    fn function_after(&mut self, words: &[Word]) -> Command {
        self.at += 1;
        self.blanks();
        self.at += 1;
        let name = words.first().and_then(Word::as_text).unwrap_or_default();
        Command {
            kind: self.function_named(name),
            redirects: Vec::new(),
        }
    }

    pub(super) fn function_named(&mut self, name: String) -> Kind {
        self.lines();
        if name.is_empty() {
            self.unreadable("a function's name is not plain text");
        }
        let body = self.nested(|reader| Some(reader.command()));
        match body {
            Some(body) => Kind::Function {
                name,
                body: Rc::new(body),
            },
            None => Kind::Nothing,
        }
    }

    /// `name=value`, `name+=value`, `name[1]=value`, `name=(…)`.
    fn assign(&mut self) -> Option<Assign> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        if !bytes.first().copied().is_some_and(is_name_start) {
            return None;
        }
        let name_length = bytes.iter().take_while(|byte| is_name(**byte)).count();
        let mut length = name_length;
        if bytes.get(length) == Some(&b'[') {
            let inside = bytes
                .iter()
                .skip(length + 1)
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            length += inside + 2;
            if bytes.get(length - 1) != Some(&b']') {
                return None;
            }
        }
        if bytes.get(length) == Some(&b'+') {
            length += 1;
        }
        if bytes.get(length) != Some(&b'=') {
            return None;
        }
        self.at += length + 1;
        let is_array = self.byte() == Some(b'(');
        let value = if is_array { self.array() } else { self.word() };
        Some(Assign {
            name: rest.get(..name_length)?.to_owned(),
            value,
            is_plain: length == name_length && !is_array,
        })
    }

    /// The elements of `(…)`, as one word: what counts is what they run.
    fn array(&mut self) -> Word {
        self.at += 1;
        let mut pieces: Vec<Piece> = Vec::new();
        loop {
            self.lines();
            if self.take(")") {
                break;
            }
            let start = self.at;
            let element = self.word();
            // `[subscript]=value` computes the subscript.
            if element.pieces.first().is_some_and(starts_with_subscript) {
                self.unreadable("an array sets single elements");
            }
            pieces.extend(element.pieces);
            if self.at == start {
                self.unreadable("an array never ends");
                break;
            }
        }
        Word { pieces }
    }

    /// The reserved word that the next word is, if it is one.
    pub(super) fn reserved(&self) -> Option<&'static str> {
        let rest = self.rest();
        let first = rest.bytes().next()?;
        let candidates = RESERVED.iter().filter(|word| word.as_bytes().first() == Some(&first));
        candidates.copied().find(|word| self.is_word_next(word))
    }

    /// Whether exactly this word comes next, unquoted.
    fn is_word_next(&self, word: &str) -> bool {
        let Some(rest) = self.rest().strip_prefix(word) else {
            return false;
        };
        let behind = rest.trim_start_matches("\\\n");
        behind.bytes().next().is_none_or(is_meta)
    }
}

fn starts_with_subscript(piece: &Piece) -> bool {
    matches!(piece, Piece::Text { text, is_quoted: false } if text.starts_with('['))
}

const RESERVED: [&str; 22] = [
    "!", "[[", "]]", "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in",
    "select", "then", "time", "until", "while", "{", "}",
];
