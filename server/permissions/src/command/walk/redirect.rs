//! Redirections as parts of the line.

use super::super::builtin;
use super::super::call::{Arg, Class, Known, Use};
use super::super::expand::{expand, value_of};
use super::super::scope::Value;
use super::super::syntax::{Problem, Redirect, RedirectOp, Target};
use super::Walk;

impl Walk<'_> {
    /// Walks a redirection. Gives the text that it feeds to its command, where that is known.
    pub(super) fn redirect(&mut self, redirect: &Redirect) -> Option<String> {
        let word = match &redirect.target {
            Target::Word(word) => word,
            Target::HereDoc(body) => {
                self.scope.has_input = true;
                let body = body.0.get()?;
                self.word(body);
                return match value_of(body, &self.scope) {
                    Value::Text(text) => Some(text),
                    Value::Hidden { is_foreign } => {
                        self.spans.add_foreign(is_foreign);
                        None
                    }
                    Value::Pattern(_) | Value::Number => None,
                };
            }
        };
        self.word(word);
        if redirect.op == RedirectOp::HereString {
            self.scope.has_input = true;
            return match value_of(word, &self.scope) {
                Value::Text(text) => Some(text),
                Value::Hidden { is_foreign } => {
                    self.spans.add_foreign(is_foreign);
                    None
                }
                Value::Pattern(_) | Value::Number => None,
            };
        }
        self.scope.has_input |= matches!(redirect.op, RedirectOp::Read | RedirectOp::ReadWrite);
        if matches!(word.pieces.as_slice(), [super::Piece::Process(_)]) {
            return None;
        }
        let expansion = expand(word, &self.scope, false);
        let target = match <[Arg; 1]>::try_from(expansion.args) {
            Ok([arg]) => arg,
            // Bash refuses a target of several words, or none.
            Err(_) => Arg::Unknown,
        };
        self.redirect_to(redirect, target);
        None
    }

    fn redirect_to(&mut self, redirect: &Redirect, target: Arg) {
        let uses: &[Use] = match redirect.op {
            RedirectOp::Duplicate if is_descriptor(&target) => return,
            RedirectOp::Read => &[Use::Read],
            RedirectOp::ReadWrite => &[Use::Read, Use::Write],
            _ => &[Use::Write],
        };
        let mut concerns = Vec::new();
        let mut known = builtin::reads("shell.redirect", "a redirection");
        match &target {
            Arg::Literal(path) if is_socket(path) => {
                self.spans.add_foreign(true);
                known = network(path);
            }
            Arg::Literal(path) => {
                let is_fetched = redirect.op == RedirectOp::Read && self.spans.is_fetched(path);
                self.spans.add_foreign(is_fetched);
                if uses.contains(&Use::Write) {
                    self.spans.add_written(path);
                    if !builtin::is_standard_stream(path) {
                        known.class = Class::Writes;
                        known.rule = "write.redirect".to_owned();
                        known.reason = "a redirection writes a file".to_owned();
                    }
                }
            }
            Arg::Pattern(_) | Arg::Unknown => concerns.push(Problem::new(
                "syntax.redirect",
                "where a redirection leads is known only when it runs",
            )),
        }
        if known.class != Class::Asks {
            known.paths = uses.iter().map(|used| (target.clone(), *used)).collect();
        }
        let part = self.part(&redirect.text, None, known, concerns);
        (self.sink)(part);
    }
}

/// `2`, `2-` or `-`.
fn is_descriptor(target: &Arg) -> bool {
    let Arg::Literal(text) = target else {
        return false;
    };
    let digits = text.strip_suffix('-').unwrap_or(text);
    !text.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_socket(path: &str) -> bool {
    path.starts_with("/dev/tcp/") || path.starts_with("/dev/udp/")
}

fn network(path: &str) -> Known {
    Known {
        class: Class::Asks,
        rule: "ask.network".to_owned(),
        reason: format!("`{path}` opens a connection"),
        paths: Vec::new(),
        inner: Vec::new(),
    }
}
