//! Redirections: `> file`, `2>&1`, `<<EOF`, `<<< word` and their kin.

use super::reader::Reader;
use super::tree::{Redirect, RedirectOp, Target};
use super::words::is_name;

/// Longest first, so that the first that fits is the operator.
const OPERATORS: [(&str, RedirectOp); 11] = [
    ("&>>", RedirectOp::Write),
    ("&>", RedirectOp::Write),
    ("<<<", RedirectOp::HereString),
    ("<<", RedirectOp::HereDocument),
    ("<&", RedirectOp::Duplicate),
    (">&", RedirectOp::Duplicate),
    ("<>", RedirectOp::ReadWrite),
    (">>", RedirectOp::Write),
    (">|", RedirectOp::Write),
    (">", RedirectOp::Write),
    ("<", RedirectOp::Read),
];

impl Reader<'_, '_> {
    pub(super) fn is_at_redirect(&self) -> bool {
        match self.byte() {
            Some(b'<' | b'>') => self.byte_after(1) != Some(b'('),
            Some(b'&') => self.byte_after(1) == Some(b'>'),
            Some(b'0'..=b'9' | b'{') => {
                let rest = self.rest().as_bytes();
                let length = self.descriptor_length();
                length > 0 && matches!(rest.get(length), Some(b'<' | b'>'))
            }
            _ => false,
        }
    }

    /// The length of `2` or `{name}` in front of an operator.
    fn descriptor_length(&self) -> usize {
        let rest = self.rest().as_bytes();
        if rest.first() == Some(&b'{') {
            let name = rest.iter().skip(1).take_while(|byte| is_name(**byte)).count();
            let is_closed = name > 0 && rest.get(name + 1) == Some(&b'}');
            return if is_closed { name + 2 } else { 0 };
        }
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    }

    pub(super) fn redirect(&mut self) -> Redirect {
        let start = self.at;
        if self.byte() == Some(b'{') {
            self.unreadable("a redirection sets a variable");
        }
        self.at += self.descriptor_length();
        let op = OPERATORS.iter().find(|(operator, _)| self.starts_with(operator));
        let op = op.map_or(RedirectOp::Read, |(operator, op)| {
            self.at += operator.len();
            *op
        });
        let strips_tabs = op == RedirectOp::HereDocument && self.take("-");
        self.blanks();
        let target_at = self.at;
        let word = self.word();
        if self.at == target_at {
            self.unreadable("a redirection leads nowhere");
        }
        let target = if op == RedirectOp::HereDocument {
            let delimiter = word.as_text().unwrap_or_else(|| {
                self.unreadable("the end of a here-document is not plain text");
                String::new()
            });
            Target::HereDoc(self.await_body(delimiter, word.has_quotes(), strips_tabs))
        } else {
            Target::Word(word)
        };
        Redirect {
            op,
            target,
            text: self.text_since(start).to_owned(),
        }
    }
}
