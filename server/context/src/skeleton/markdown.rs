//! The names in a Markdown text: those in its fenced code, and those written as `code` in a sentence.
//!
//! What a text about code declares is no declaration: all are uses.

use std::ops::Range;
use std::time::Duration;

use tree_sitter::{Node, Tree};

use super::site::{child, fits};
use super::{NameUse, SKELETON_CAP, Skeleton};
use crate::Language;
use crate::grammar::embedded;
use crate::grammar::parse::parse;

/// Bytes of fenced code that are parsed in one text.
const FENCED_CAP: usize = 256 << 10;
const FENCE_TIME_CAP: Duration = Duration::from_millis(200);

pub(super) fn names(tree: &Tree, text: &str) -> Vec<NameUse> {
    let mut names = Vec::new();
    let mut fenced = 0;
    let mut cursor = tree.root_node().walk();
    loop {
        let node = cursor.node();
        match node.kind() {
            "inline" | "pipe_table_cell" => spans(text, node.byte_range(), &mut names),
            "fenced_code_block" if fenced < FENCED_CAP => fenced += fence(text, node, &mut names),
            "fenced_code_block" => {}
            _ if cursor.goto_first_child() => continue,
            _ => {}
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                names.sort_unstable_by_key(|name| name.start);
                names.truncate(SKELETON_CAP);
                return names;
            }
        }
    }
}

/// The identifiers in `` `a::b(c)` ``; not those of a whole sentence that happens to stand so.
fn spans(text: &str, range: Range<usize>, names: &mut Vec<NameUse>) {
    let Some(inline) = text.get(range.clone()) else { return };
    // Between the first mark and the second, the third and the fourth.
    let mut offset = range.start;
    for (index, part) in inline.split('`').enumerate() {
        if index % 2 == 1 && !part.contains(' ') {
            identifiers(part, offset, names);
        }
        offset += part.len() + 1;
    }
}

fn identifiers(part: &str, offset: usize, names: &mut Vec<NameUse>) {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut at = 0;
    for word in part.split(|c| !is_word(c)) {
        let end = at + word.len();
        if let Ok(length) = u16::try_from(word.len())
            && word.starts_with(|c: char| c.is_alphabetic() || c == '_')
        {
            names.push(NameUse {
                start: fits(offset + at),
                length,
                call: part[end..].starts_with('('),
            });
        }
        at = end + part[end..].chars().next().map_or(0, char::len_utf8);
    }
}

/// How many bytes were parsed.
fn fence(text: &str, block: Node<'_>, names: &mut Vec<NameUse>) -> usize {
    let info = child(block, &["info_string"]).and_then(|info| text.get(info.byte_range()));
    let language = info
        .and_then(Language::of_fence)
        .filter(|language| *language != Language::Markdown && !embedded::has_scripts(*language));
    let content = child(block, &["code_fence_content"]);
    let (Some(language), Some(content)) = (language, content) else {
        return 0;
    };
    let code = text.get(content.byte_range()).unwrap_or_default();
    let Some(tree) = parse(language, code, None, FENCE_TIME_CAP) else {
        return code.len();
    };
    let skeleton = Skeleton::of(language, &tree, code);
    let declared = skeleton.declarations.iter().filter_map(|declaration| {
        Some(NameUse {
            start: declaration.name.start,
            length: u16::try_from(declaration.name.end - declaration.name.start).ok()?,
            call: false,
        })
    });
    let start = fits(content.start_byte());
    names.extend(skeleton.references.iter().copied().chain(declared).map(|name| NameUse {
        start: name.start + start,
        ..name
    }));
    code.len()
}
