//! From words to arguments: braces, the tilde, variables whose values are known, splitting and patterns, in the
//! order in which bash does it.

use super::call::Arg;
use super::scope::{HIDDEN, Scope, Value};
use super::syntax::{Operator, Parameter, Piece, Word};
use super::walk::{Printed, output_of};

mod braces;

/// The arguments that a word becomes.
#[derive(Debug, Default)]
pub(crate) struct Expansion {
    pub(crate) args: Vec<Arg>,
    /// What a variable holds came out of the network or a decoder.
    pub(crate) is_foreign: bool,
    /// With another value of a variable, or a substitution's likely output, the word would be another.
    pub(crate) has_guess: bool,
    /// It becomes more words than a shell should be asked for.
    pub(crate) is_endless: bool,
}

/// How a character came about, which decides what it may still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Stands for itself.
    Quoted,
    /// May be part of a pattern; a blank splits.
    Plain,
    /// May be part of a pattern, and never splits.
    Glob,
}

/// What braces are expanded over.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Atom<'w> {
    Char(char, bool),
    Piece(&'w Piece),
    /// An empty pair of quotes.
    Empty,
    /// More than is worked out.
    Hidden,
    /// The same, and more than a shell should write down.
    Endless,
}

#[derive(Debug, Default)]
struct Field {
    text: Vec<(char, Mark)>,
    is_hidden: bool,
    has_quotes: bool,
}

struct Expander<'s> {
    scope: &'s Scope,
    guesses: bool,
    fields: Vec<Field>,
    current: Option<Field>,
    is_foreign: bool,
    has_guess: bool,
    is_endless: bool,
}

/// A longer value is not kept: it could double with each assignment.
pub(crate) const MAX_VALUE: usize = 1 << 16;

/// The name under which a command finds a process substitution.
pub(crate) const PROCESS_STREAM: &str = "/dev/fd/63";

/// Expands a word. With `guesses`, a default value is taken where the variable's own is not known, and the output
/// of an `echo` for a substitution.
pub(crate) fn expand(word: &Word, scope: &Scope, guesses: bool) -> Expansion {
    if let [Piece::Text { text, is_quoted }] = word.pieces.as_slice()
        && (*is_quoted || !text.contains(['{', '~', '*', '?', '[']))
    {
        return Expansion {
            args: vec![Arg::Literal(text.clone())],
            ..Expansion::default()
        };
    }
    if let [Piece::Process(_)] = word.pieces.as_slice() {
        return Expansion {
            args: vec![Arg::Literal(PROCESS_STREAM.to_owned())],
            ..Expansion::default()
        };
    }
    let mut expander = Expander {
        scope,
        guesses,
        fields: Vec::new(),
        current: None,
        is_foreign: false,
        has_guess: false,
        is_endless: false,
    };
    for atoms in braces::expand(atoms_of(word)) {
        expander.run(&atoms);
        expander.end_field();
    }
    Expansion {
        args: expander.fields.into_iter().map(Field::into_arg).collect(),
        is_foreign: expander.is_foreign,
        has_guess: expander.has_guess,
        is_endless: expander.is_endless,
    }
}

/// The value that a word gives a variable: neither split nor a pattern.
pub(crate) fn value_of(word: &Word, scope: &Scope) -> Value {
    if let [Piece::Arithmetic(_)] = word.pieces.as_slice() {
        return Value::Number;
    }
    let mut expander = Expander {
        scope,
        guesses: false,
        fields: Vec::new(),
        current: Some(Field::default()),
        is_foreign: false,
        has_guess: false,
        is_endless: false,
    };
    let atoms = atoms_of(word);
    let at = expander.tilde(&atoms);
    expander.atoms(&atoms[at..], true);
    let field = expander.current.unwrap_or_default();
    if field.is_hidden {
        return Value::Hidden {
            is_foreign: expander.is_foreign,
        };
    }
    if field.text.len() > MAX_VALUE {
        return HIDDEN;
    }
    let text = field.text.iter().map(|(character, _)| character).collect();
    if field.text.iter().any(|(_, mark)| *mark == Mark::Glob) {
        return Value::Pattern(text);
    }
    Value::Text(text)
}

fn atoms_of(word: &Word) -> Vec<Atom<'_>> {
    let mut atoms = Vec::new();
    for piece in &word.pieces {
        match piece {
            Piece::Text { text, is_quoted } => {
                if text.is_empty() {
                    atoms.push(Atom::Empty);
                }
                atoms.extend(text.chars().map(|character| Atom::Char(character, *is_quoted)));
            }
            piece => atoms.push(Atom::Piece(piece)),
        }
    }
    atoms
}

impl Expander<'_> {
    fn run(&mut self, atoms: &[Atom<'_>]) {
        let at = self.tilde(atoms);
        self.atoms(&atoms[at..], false);
    }

    /// Expands `~` and `~name` at the start; gives where the rest begins.
    fn tilde(&mut self, atoms: &[Atom<'_>]) -> usize {
        if !matches!(atoms.first(), Some(Atom::Char('~', false))) {
            return 0;
        }
        let mut name = String::new();
        for atom in &atoms[1..] {
            match atom {
                Atom::Char('/', false) => break,
                Atom::Char(character, false) => name.push(*character),
                _ => return 0,
            }
        }
        let folder = match name.as_str() {
            "" => Some(self.scope.home()),
            "+" => self
                .scope
                .folder
                .as_ref()
                .map(|folder| folder.to_string_lossy().into_owned()),
            "root" => Some("/root".to_owned()),
            _ if name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
                && name != "-" =>
            {
                Some(format!("/home/{name}"))
            }
            _ => None,
        };
        match folder {
            Some(folder) => self.push_text(&folder, Mark::Quoted),
            None => self.hide(),
        }
        1 + name.chars().count()
    }

    fn atoms(&mut self, atoms: &[Atom<'_>], is_value: bool) {
        for atom in atoms {
            match atom {
                Atom::Char(character, is_quoted) => {
                    let mark = if *is_quoted || is_value {
                        Mark::Quoted
                    } else {
                        Mark::Plain
                    };
                    self.field().text.push((*character, mark));
                    self.field().has_quotes |= *is_quoted;
                }
                Atom::Empty => self.field().has_quotes = true,
                Atom::Hidden => self.hide(),
                Atom::Endless => {
                    self.is_endless = true;
                    self.hide();
                }
                Atom::Piece(piece) => self.piece(piece, is_value),
            }
        }
    }

    fn piece(&mut self, piece: &Piece, is_value: bool) {
        match piece {
            Piece::Text { text, is_quoted } => {
                let mark = if *is_quoted || is_value {
                    Mark::Quoted
                } else {
                    Mark::Plain
                };
                self.push_text(text, mark);
            }
            Piece::Parameter { parameter, is_quoted } => self.parameter(parameter, *is_quoted || is_value),
            Piece::Substitution { list, is_quoted } => match output_of(list, self.scope) {
                Some(Printed::Text(output)) => {
                    self.has_guess = true;
                    if self.guesses {
                        self.value(&Value::Text(output), *is_quoted || is_value);
                    } else {
                        self.hide();
                    }
                }
                // Which digits is nothing to anybody.
                Some(Printed::Digits) => self.push_text("1", Mark::Quoted),
                Some(Printed::Names(pattern)) if !*is_quoted || is_value => self.value(&Value::Pattern(pattern), false),
                Some(Printed::Names(_)) | None => self.hide(),
            },
            Piece::Process(_) | Piece::Arithmetic(_) => self.hide(),
        }
    }

    fn parameter(&mut self, parameter: &Parameter, is_quoted: bool) {
        // All arguments stay several words, in quotes too.
        let is_quoted = is_quoted && parameter.name != "@";
        let mut value = self.scope.get(&parameter.name);
        if let (None | Some(Value::Hidden { is_foreign: false }), Some(likely)) =
            (&value, self.scope.likely(&parameter.name))
        {
            self.has_guess = true;
            if self.guesses {
                value = Some(likely);
            }
        }
        let is_empty = match &value {
            Some(Value::Text(text)) => Some(text.is_empty()),
            Some(Value::Pattern(_) | Value::Number) => Some(false),
            Some(Value::Hidden { .. }) | None => None,
        };
        match (&parameter.operator, is_empty) {
            (Operator::Plain | Operator::Checked(_), _) | (Operator::Default(_), Some(false)) => match value {
                Some(value) => self.value(&value, is_quoted),
                None => self.hide(),
            },
            (Operator::Default(word), Some(true)) | (Operator::Alternative(word), Some(false)) => {
                self.word(word, is_quoted);
            }
            (Operator::Alternative(_), Some(true)) => self.field().has_quotes |= is_quoted,
            (Operator::Default(word) | Operator::Alternative(word), None) => {
                self.has_guess = true;
                if self.guesses {
                    self.word(word, is_quoted);
                } else {
                    self.hide();
                }
            }
            (Operator::Length | Operator::Other(_), _) => self.hide(),
        }
    }

    /// The word of a default value.
    fn word(&mut self, word: &Word, is_quoted: bool) {
        let atoms = atoms_of(word);
        let at = if is_quoted { 0 } else { self.tilde(&atoms) };
        for atom in &atoms[at..] {
            match atom {
                Atom::Char(character, false) if !is_quoted => self.push_loose(*character),
                atom => self.atoms(&[*atom], is_quoted),
            }
        }
    }

    fn value(&mut self, value: &Value, is_quoted: bool) {
        match value {
            Value::Text(text) if is_quoted => {
                self.field().has_quotes = true;
                self.push_text(text, Mark::Quoted);
            }
            Value::Text(text) => text.chars().for_each(|character| self.push_loose(character)),
            Value::Pattern(pattern) => self.push_text(pattern, Mark::Glob),
            Value::Number => self.hide(),
            Value::Hidden { is_foreign } => {
                self.is_foreign |= is_foreign;
                self.hide();
            }
        }
    }

    /// A character of a value outside quotes.
    fn push_loose(&mut self, character: char) {
        if matches!(character, ' ' | '\t' | '\n') {
            self.end_field();
        } else {
            self.field().text.push((character, Mark::Plain));
        }
    }

    fn push_text(&mut self, text: &str, mark: Mark) {
        let field = self.field();
        field.has_quotes |= mark == Mark::Quoted;
        field.text.extend(text.chars().map(|character| (character, mark)));
    }

    fn hide(&mut self) {
        self.field().is_hidden = true;
    }

    fn field(&mut self) -> &mut Field {
        self.current.get_or_insert_default()
    }

    fn end_field(&mut self) {
        let Some(field) = self.current.take() else {
            return;
        };
        if !field.text.is_empty() || field.has_quotes || field.is_hidden {
            self.fields.push(field);
        }
    }
}

impl Field {
    fn into_arg(self) -> Arg {
        if self.is_hidden {
            return Arg::Unknown;
        }
        if !self.is_pattern() {
            return Arg::Literal(self.text.into_iter().map(|(character, _)| character).collect());
        }
        let mut pattern = String::new();
        for (character, mark) in self.text {
            if mark == Mark::Quoted && matches!(character, '*' | '?' | '[' | ']' | '\\') {
                pattern.push('\\');
            }
            pattern.push(character);
        }
        Arg::Pattern(pattern)
    }

    fn is_pattern(&self) -> bool {
        let is_active =
            |wanted: char| move |(character, mark): &(char, Mark)| *character == wanted && *mark != Mark::Quoted;
        if self.text.iter().any(|of| is_active('*')(of) || is_active('?')(of)) {
            return true;
        }
        let opening = self.text.iter().position(is_active('['));
        opening.is_some_and(|at| self.text[at..].iter().any(is_active(']')))
    }
}
