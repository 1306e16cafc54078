//! Words, taken apart: quotes, escapes and everything that `$` and back quotes begin.

use super::quotes;
use super::reader::{Reader, Stop};
use super::tree::{List, Operator, Parameter, Piece, Word};

/// Where a run of pieces ends, which decides what is special in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// At a blank or an operator.
    Word,
    /// At the `}` of an expansion.
    Brace,
    /// At the `"`.
    Quote,
    /// At the `}` of an expansion between `"`.
    QuotedBrace,
    /// At the end of a here-document.
    Text,
}

impl Ending {
    fn is_quoted(self) -> bool {
        matches!(self, Self::Quote | Self::QuotedBrace | Self::Text)
    }

    fn is_at(self, byte: u8) -> bool {
        match self {
            Self::Word => is_meta(byte),
            Self::Brace | Self::QuotedBrace => byte == b'}',
            Self::Quote => byte == b'"',
            Self::Text => false,
        }
    }
}

/// What ends a word.
pub(super) fn is_meta(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b'\t' | b'\n' | b'|' | b'&' | b';' | b'(' | b')' | b'<' | b'>'
    )
}

pub(super) fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

pub(super) fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[derive(Default)]
struct Draft {
    pieces: Vec<Piece>,
}

impl Draft {
    fn text(&mut self, more: &str, quoted: bool) {
        match self.pieces.last_mut() {
            Some(Piece::Text { text, is_quoted }) if *is_quoted == quoted => text.push_str(more),
            _ => self.pieces.push(Piece::Text {
                text: more.to_owned(),
                is_quoted: quoted,
            }),
        }
    }
}

impl Reader<'_, '_> {
    /// A word, up to the next blank or operator; empty where none starts here.
    pub(super) fn word(&mut self) -> Word {
        self.pieces(Ending::Word)
    }

    /// The whole text as the body of a here-document.
    pub(super) fn here_text(&mut self) -> Word {
        self.pieces(Ending::Text)
    }

    pub(super) fn pieces(&mut self, ending: Ending) -> Word {
        let is_quoted = ending.is_quoted();
        let mut draft = Draft::default();
        while let Some(byte) = self.byte() {
            match byte {
                b'<' | b'>' if !is_quoted && self.byte_after(1) == Some(b'(') => {
                    self.at += 2;
                    let list = self.substitution();
                    draft.pieces.push(Piece::Process(list));
                }
                _ if ending.is_at(byte) => break,
                b'\\' => self.escape(&mut draft, ending),
                b'\'' if !is_quoted => self.single_quoted(&mut draft),
                b'"' if ending != Ending::Text => self.double_quoted(&mut draft),
                b'$' => self.dollar(&mut draft, is_quoted),
                b'`' => {
                    let list = self.back_quoted(is_quoted);
                    draft.pieces.push(Piece::Substitution { list, is_quoted });
                }
                _ => {
                    if byte == b'\'' && ending == Ending::QuotedBrace {
                        self.unreadable("a single quote in an expansion between double quotes");
                    }
                    let start = self.at;
                    self.take_char();
                    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
                    self.take_while(is_plain);
                    draft.text(self.source.get(start..self.at).unwrap_or_default(), is_quoted);
                }
            }
        }
        Word { pieces: draft.pieces }
    }

    fn escape(&mut self, draft: &mut Draft, ending: Ending) {
        self.at += 1;
        let Some(next) = self.rest().chars().next() else {
            draft.text("\\", true);
            return;
        };
        if next == '\n' {
            self.at += 1;
            return;
        }
        let is_special = match ending {
            Ending::Word | Ending::Brace => true,
            Ending::Quote => matches!(next, '$' | '`' | '"' | '\\'),
            Ending::QuotedBrace => matches!(next, '$' | '`' | '"' | '\\' | '}'),
            Ending::Text => matches!(next, '$' | '`' | '\\'),
        };
        if !is_special {
            draft.text("\\", true);
            return;
        }
        self.take_char();
        draft.text(next.encode_utf8(&mut [0; 4]), true);
    }

    fn single_quoted(&mut self, draft: &mut Draft) {
        self.at += 1;
        let start = self.at;
        let text = self.take_while(|byte| byte != b'\'');
        draft.text(text, true);
        self.close("'", start);
    }

    fn double_quoted(&mut self, draft: &mut Draft) {
        self.at += 1;
        let start = self.at;
        let word = self.nested(|reader| reader.pieces(Ending::Quote));
        // An empty pair of quotes is a word as well.
        draft.text("", true);
        draft.pieces.extend(word.pieces);
        self.close("\"", start);
    }

    /// Takes what ends a construct that started before `start`.
    pub(super) fn close(&mut self, closing: &str, start: usize) {
        if !self.take(closing) {
            self.unreadable(format!("`{closing}` is missing: something that was opened never ends"));
            self.spill(start);
        }
    }

    fn dollar(&mut self, draft: &mut Draft, is_quoted: bool) {
        self.at += 1;
        let piece = match self.byte() {
            Some(b'(') => self.round(is_quoted),
            Some(b'{') => self.braced(is_quoted),
            Some(b'[') => {
                self.at += 1;
                match self.arithmetic_until("]") {
                    Some(text) => Piece::Arithmetic(text),
                    None => {
                        self.unreadable("`$[` is not followed by plain arithmetic");
                        self.spill(self.at);
                        return;
                    }
                }
            }
            Some(b'\'') if !is_quoted => return self.ansi_quoted(draft),
            Some(b'"') if !is_quoted => {
                self.unreadable("`$\"` is translated before it is used");
                return;
            }
            Some(b'\\') if self.byte_after(1) == Some(b'\n') => {
                self.unreadable("a line is joined behind `$`");
                self.spill(self.at + 2);
                return;
            }
            Some(byte) if is_name_start(byte) => plain(self.take_while(is_name), is_quoted),
            Some(byte) if byte.is_ascii_digit() || b"@*#?-$!".contains(&byte) => {
                let start = self.at;
                self.at += 1;
                plain(self.source.get(start..self.at).unwrap_or_default(), is_quoted)
            }
            _ => return draft.text("$", is_quoted),
        };
        draft.pieces.push(piece);
    }

    /// `$(…)` or `$((…))`, in front of its bracket.
    fn round(&mut self, is_quoted: bool) -> Piece {
        self.at += 1;
        if self.byte() == Some(b'(') {
            let start = self.at;
            self.at += 1;
            if let Some(text) = self.arithmetic_until("))") {
                return Piece::Arithmetic(text);
            }
            self.at = start;
            self.unreadable("`$((` is not followed by plain arithmetic");
        }
        let list = self.substitution();
        Piece::Substitution { list, is_quoted }
    }

    /// The commands up to the `)`, which is taken.
    fn substitution(&mut self) -> List {
        let awaited = self.awaiting();
        let start = self.at;
        let list = self.nested(|reader| {
            reader.list(Stop {
                at_bracket: true,
                ..Stop::default()
            })
        });
        if !self.take(")") {
            self.unreadable("`)` is missing: a substitution never ends");
        }
        let text = self.source.get(start..self.at).unwrap_or_default();
        if self.awaiting() > awaited || (awaited > 0 && text.contains('\n')) {
            self.unreadable("a here-document and a substitution overlap");
            self.context.spill(text);
        }
        list
    }

    fn back_quoted(&mut self, is_quoted: bool) -> List {
        self.at += 1;
        let start = self.at;
        let mut text = String::new();
        loop {
            match self.take_char() {
                Some('`') => break,
                Some('\\') => {
                    let next = self.rest().chars().next();
                    let is_escape = next.is_some_and(|c| matches!(c, '$' | '`' | '\\') || (c == '"' && is_quoted));
                    if !is_escape {
                        text.push('\\');
                    }
                    text.extend(next);
                    self.take_char();
                }
                Some(character) => text.push(character),
                None => {
                    self.unreadable("a back quote never ends");
                    self.spill(start);
                    break;
                }
            }
        }
        Reader::new(&text, self.context).nested(Reader::whole)
    }

    fn ansi_quoted(&mut self, draft: &mut Draft) {
        self.at += 1;
        let start = self.at;
        let mut is_escaped = false;
        let raw = self.take_while(|_| true);
        let end = raw.bytes().position(|byte| {
            let ends = byte == b'\'' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            ends
        });
        self.at = end.map_or(self.source.len(), |end| start + end);
        let raw = self.source.get(start..self.at).unwrap_or_default();
        match quotes::decode(raw) {
            Some(text) => draft.text(&text, true),
            None => {
                self.unreadable("`$'…'` does not hold text");
                draft.text(raw, true);
            }
        }
        self.close("'", start);
    }

    /// Plain arithmetic up to `end`, which is taken: numbers, names, operators. None, and nothing taken, for all
    /// else: a subscript or a substitution in it would run what it holds.
    pub(super) fn arithmetic_until(&mut self, end: &str) -> Option<String> {
        let rest = self.rest();
        let mut depth = 0_usize;
        for (at, byte) in rest.bytes().enumerate() {
            if depth == 0 && rest.get(at..).is_some_and(|rest| rest.starts_with(end)) {
                self.at += at + end.len();
                return rest.get(..at).map(str::to_owned);
            }
            match byte {
                b'(' => depth += 1,
                b')' => depth = depth.checked_sub(1)?,
                b'$' => {
                    let is_name = rest.as_bytes().get(at + 1).copied().is_some_and(is_name_start);
                    if !is_name {
                        return None;
                    }
                }
                b' ' | b'\t' | b'\n' => {}
                _ if is_name(byte) || b"+-*/%<>=!&|^~?:,".contains(&byte) => {}
                _ => return None,
            }
        }
        None
    }
}

fn plain(name: &str, is_quoted: bool) -> Piece {
    Piece::Parameter {
        parameter: Parameter {
            name: name.to_owned(),
            is_bare: true,
            operator: Operator::Plain,
        },
        is_quoted,
    }
}
