//! Expansions of variables: `${…}`.

use super::reader::{Problem, Reader};
use super::tree::{Operator, Parameter, Piece, Word};
use super::words::{Ending, is_name, is_name_start};

impl Reader<'_, '_> {
    /// `${…}`, in front of its brace.
    pub(super) fn braced(&mut self, is_quoted: bool) -> Piece {
        self.at += 1;
        let start = self.at;
        let is_length = self.byte() == Some(b'#') && !matches!(self.byte_after(1), Some(b'}' | b'#' | b'%' | b':'));
        if is_length {
            self.at += 1;
        }
        let name = self.parameter_name().to_owned();
        self.subscript();
        let ending = if is_quoted { Ending::QuotedBrace } else { Ending::Brace };
        let operator = if is_length {
            if self.byte() != Some(b'}') {
                self.unclear_parameter();
            }
            Operator::Length
        } else {
            self.operator()
        };
        let word = self.nested(|reader| reader.pieces(ending));
        self.close("}", start);
        let operator = match operator {
            Operator::Default(_) => Operator::Default(word),
            Operator::Alternative(_) => Operator::Alternative(word),
            Operator::Checked(_) => Operator::Checked(word),
            Operator::Other(_) => Operator::Other(vec![word]),
            same => same,
        };
        Piece::Parameter {
            parameter: Parameter {
                name,
                is_bare: false,
                operator,
            },
            is_quoted,
        }
    }

    fn parameter_name(&mut self) -> &str {
        match self.byte() {
            Some(byte) if is_name_start(byte) => self.take_while(is_name),
            Some(byte) if byte.is_ascii_digit() => self.take_while(|byte| byte.is_ascii_digit()),
            Some(byte) if b"@*#?-$".contains(&byte) => {
                let start = self.at;
                self.at += 1;
                self.source.get(start..self.at).unwrap_or_default()
            }
            // `${!x}` takes its name from a value, and a value may hold a subscript, which is computed.
            _ => {
                self.unclear_parameter();
                ""
            }
        }
    }

    fn subscript(&mut self) {
        if self.byte() != Some(b'[') {
            return;
        }
        for plain in ["[@]", "[*]"] {
            if self.take(plain) {
                return;
            }
        }
        let start = self.at;
        self.at += 1;
        self.take_while(|byte| byte.is_ascii_digit());
        if !self.take("]") {
            self.at = start;
            self.unclear_parameter();
        }
    }

    /// Which operation; its words are still to be read.
    fn operator(&mut self) -> Operator {
        match self.byte() {
            Some(b'}') => return Operator::Plain,
            Some(b':' | b'-' | b'+' | b'?' | b'=') => {
                let has_colon = self.take(":");
                match self.byte() {
                    Some(b'-') => {
                        self.at += 1;
                        return Operator::Default(Word::default());
                    }
                    Some(b'+') => {
                        self.at += 1;
                        return Operator::Alternative(Word::default());
                    }
                    Some(b'?') => {
                        self.at += 1;
                        return Operator::Checked(Word::default());
                    }
                    _ if has_colon && self.is_offset() => {}
                    // `=` sets a variable; an offset is computed.
                    _ => self.unclear_parameter(),
                }
            }
            Some(b'%' | b'#' | b'/' | b'^' | b',') => self.at += 1,
            // `${x@P}` runs what the value holds.
            _ => self.unclear_parameter(),
        }
        Operator::Other(Vec::new())
    }

    /// `2` or `2:3`, up to the brace.
    fn is_offset(&self) -> bool {
        let rest = self.rest().bytes().take_while(|byte| *byte != b'}');
        let mut length = 0;
        rest.inspect(|_| length += 1)
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b' ' | b'-'))
            && length > 0
    }

    fn unclear_parameter(&mut self) {
        self.note(Problem::new(
            "syntax.parameter",
            "an expansion of a variable does more than to give its value",
        ));
    }
}
