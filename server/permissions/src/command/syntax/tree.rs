//! The tree that reading yields. It owns its text, and says nothing about meaning.

use std::cell::OnceCell;
use std::rc::Rc;

/// Commands one after another.
#[derive(Debug, Default)]
pub(crate) struct List {
    pub(crate) items: Vec<Item>,
}

/// `a && b || c`, with or without `&` behind it.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) pipelines: Vec<(Link, Pipeline)>,
    pub(crate) in_background: bool,
}

/// What stands in front of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    First,
    And,
    Or,
}

#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) stages: Vec<Command>,
    /// As written.
    pub(crate) text: String,
}

#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) kind: Kind,
    pub(crate) redirects: Vec<Redirect>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Simple(Simple),
    Subshell(List),
    Group(List),
    /// `if`: condition, body, condition, body, …, and perhaps a last body.
    Branches(Vec<List>),
    /// `while` and `until`.
    Loop {
        condition: List,
        body: List,
    },
    For {
        name: String,
        /// None for `"$@"`, and for the arithmetic form.
        words: Option<Vec<Word>>,
        body: List,
    },
    Case(Case),
    /// `[[ … ]]`, operators as words.
    Test(Vec<Word>),
    /// `(( … ))`, and the heads of arithmetic loops.
    Arithmetic(String),
    Function {
        name: String,
        body: Rc<Command>,
    },
    Coprocess(Box<Command>),
    /// Nothing that could be read; a problem was noted.
    Nothing,
}

#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) word: Word,
    pub(crate) arms: Vec<(Vec<Word>, List)>,
}

#[derive(Debug)]
pub(crate) struct Simple {
    pub(crate) assigns: Vec<Assign>,
    pub(crate) words: Vec<Word>,
    /// As written.
    pub(crate) text: String,
}

#[derive(Debug)]
pub(crate) struct Assign {
    pub(crate) name: String,
    pub(crate) value: Word,
    /// `x=value` with nothing else to it: no `+=`, subscript or array.
    pub(crate) is_plain: bool,
}

#[derive(Debug)]
pub(crate) struct Redirect {
    pub(crate) op: RedirectOp,
    pub(crate) target: Target,
    /// As written.
    pub(crate) text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RedirectOp {
    Read,
    Write,
    ReadWrite,
    /// `<&` and `>&`: a number, `-`, or for `>&` the name of a file to write.
    Duplicate,
    HereDocument,
    HereString,
}

#[derive(Debug)]
pub(crate) enum Target {
    Word(Word),
    HereDoc(HereDoc),
}

/// The body of a here-document, which the text holds further on than the redirection.
#[derive(Clone, Debug, Default)]
pub(crate) struct HereDoc(pub(crate) Rc<OnceCell<Word>>);

#[derive(Debug, Default)]
pub(crate) struct Word {
    pub(crate) pieces: Vec<Piece>,
}

#[derive(Debug)]
pub(crate) enum Piece {
    /// Quoted text is neither split nor a pattern.
    Text {
        text: String,
        is_quoted: bool,
    },
    Parameter {
        parameter: Parameter,
        is_quoted: bool,
    },
    /// `$(…)` and back quotes.
    Substitution {
        list: List,
        is_quoted: bool,
    },
    /// `<(…)` and `>(…)`.
    Process(List),
    /// `$((…))` and `$[…]`.
    Arithmetic(String),
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    /// Written `$name`: what braces put behind it is part of the name.
    pub(crate) is_bare: bool,
    pub(crate) operator: Operator,
}

#[derive(Debug)]
pub(crate) enum Operator {
    Plain,
    /// `${x-word}`, `${x:-word}`.
    Default(Word),
    /// `${x+word}`, `${x:+word}`.
    Alternative(Word),
    /// `${x:?word}`: the value, or an end with `word` as message.
    Checked(Word),
    Length,
    /// A value that is not worked out; the words in it are looked through all the same.
    Other(Vec<Word>),
}

impl Word {
    /// The text of a word without expansions and quotes, as reserved words and names must be.
    pub(crate) fn as_bare(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Text { text, is_quoted: false }] => Some(text),
            _ => None,
        }
    }

    pub(crate) fn has_quotes(&self) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Text { is_quoted, .. } => *is_quoted,
            _ => false,
        })
    }

    /// The text of a word without expansions, quotes taken off.
    pub(crate) fn as_text(&self) -> Option<String> {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text { text, .. } => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }
}
