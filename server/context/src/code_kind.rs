//! Whether a place is code, comment or string.

use crate::code::is_comment;
use crate::tree::SyntaxTree;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKind {
    Code,
    Comment,
    String,
}

/// The kind of the byte at `offset`. At the end of a line that a comment ends, still the comment: what is typed there
/// belongs to it.
pub(crate) fn at(tree: &SyntaxTree, offset: usize) -> CodeKind {
    let kind = kind_of_byte(tree, offset);
    let ends_line = tree
        .rope
        .get_byte(offset)
        .is_none_or(|byte| matches!(byte, b'\n' | b'\r'));
    if kind == CodeKind::Code && ends_line && offset > 0 && kind_of_byte(tree, offset - 1) == CodeKind::Comment {
        let closed = tree.code().text(offset.saturating_sub(2)..offset) == "*/";
        return if closed { CodeKind::Code } else { CodeKind::Comment };
    }
    kind
}

fn kind_of_byte(tree: &SyntaxTree, offset: usize) -> CodeKind {
    let end = tree.rope.len_bytes();
    if offset >= end {
        return CodeKind::Code;
    }
    let mut node = tree.tree.root_node().descendant_for_byte_range(offset, offset + 1);
    while let Some(here) = node {
        match here.kind() {
            kind if is_comment(kind) => return CodeKind::Comment,
            "interpolation" | "template_substitution" => return CodeKind::Code,
            kind if is_string(kind) => return CodeKind::String,
            _ => node = here.parent(),
        }
    }
    CodeKind::Code
}

fn is_string(kind: &str) -> bool {
    matches!(
        kind,
        "string"
            | "string_literal"
            | "raw_string_literal"
            | "char_literal"
            | "template_string"
            | "interpreted_string_literal"
            | "rune_literal"
            | "regex"
            | "jsx_text"
    )
}
