//! Where in a file a name stands that a model speaks of.

use std::path::Path;

use base::Uri;
use ropey::Rope;
use text::{Position, PositionEncoding};

use super::places::{self, TwoTexts};
use crate::error::ToolError;
use crate::output::clip;
use crate::tool::ToolContext;

/// A name in a file, on a line counted from 1 if one is given.
pub(crate) struct NamePlace<'a> {
    pub(crate) path: &'a Path,
    pub(crate) line: Option<usize>,
    pub(crate) name: &'a str,
}

impl NamePlace<'_> {
    /// As the editor's servers know it.
    ///
    /// # Errors
    /// It is not there, or only in proposed text.
    pub(crate) fn in_users_text(
        &self,
        cx: &ToolContext,
        encoding: PositionEncoding,
    ) -> Result<(Uri, Position), ToolError> {
        let texts = TwoTexts::of(cx, self.path)?;
        let name = clip(self.name, 60);
        let Some(at) = word(&texts.view.rope, self.name, self.line) else {
            let path = cx.shown(self.path);
            let place = self
                .line
                .map_or(path.clone(), |line| format!("line {line} of `{path}`"));
            return Err(ToolError::NotThere { name, place });
        };
        let at = texts
            .users_position(at, encoding)
            .ok_or(ToolError::OnlyProposed { name })?;
        Ok((places::uri(cx, self.path), at))
    }
}

/// The byte at which the last part of `name` (`Parser::new` is `new`) first stands as a word, on a line counted from 1 if
/// one is given.
pub(crate) fn word(rope: &Rope, name: &str, line: Option<usize>) -> Option<usize> {
    let word = last_part(name);
    if word.is_empty() {
        return None;
    }
    let lines = match line {
        Some(line) if line > 0 && line <= rope.len_lines() => line - 1..line,
        Some(_) => return None,
        None => 0..rope.len_lines(),
    };
    lines.into_iter().find_map(|line| {
        let text = rope.line(line).to_string();
        let found = text.match_indices(word).find(|(at, _)| is_word(&text, *at, word.len()));
        found.map(|(at, _)| rope.line_to_byte(line) + at)
    })
}

pub(crate) fn last_part(name: &str) -> &str {
    let name = name.trim().trim_end_matches("()").trim_end_matches('!');
    name.rsplit(['.', ':', '#']).next().unwrap_or_default()
}

fn is_word(text: &str, at: usize, len: usize) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    !joins(text[..at].chars().next_back()) && !joins(text[at + len..].chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, name: &str, line: Option<usize>, expect: Option<usize>) {
        assert_eq!(word(&Rope::from_str(text), name, line), expect);
    }

    #[test]
    fn a_name_is_found_as_a_word() {
        check("let renew = new;\nnew()\n", "new", None, Some(12));
        check("let renew = new;\nnew()\n", "Parser::new()", Some(2), Some(17));
        check("renewal\n", "new", None, None);
        check("new\n", "new", Some(9), None);
        check("é = new\n", "new", Some(1), Some(5));
        check("new\n", "", None, None);
    }
}
