//! Where a name is used, as the syntax tree tells: identifiers only, never comments or strings.
//!
//! Names are compared as written. Which of two functions of one name is meant needs types, which a tree has not.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tree_sitter::Node;

use crate::Language;
use crate::grammar::{Role, Table};
use crate::tree::SyntaxTree;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    pub path: PathBuf,
    /// 1-based.
    pub line: usize,
    /// The line's text, trimmed, at most 200 characters.
    pub text: String,
    /// Name of the innermost declaration around it; for a definition, of the one that it stands in.
    pub enclosing: Option<String>,
    pub is_definition: bool,
    pub is_call: bool,
}

const TEXT_CAP: usize = 200;

/// In the order of the text.
pub(crate) fn find(tree: &SyntaxTree, path: &Path, name: &str) -> Vec<Reference> {
    let mut references = Vec::new();
    if name.is_empty() {
        return references;
    }
    let extraction = tree.extraction();
    let mut line_start = 0;
    for (index, line) in tree.rope.lines().enumerate() {
        let length = line.len_bytes();
        let text = std::borrow::Cow::from(line);
        for (at, _) in text.match_indices(name) {
            let range = line_start + at..line_start + at + name.len();
            if !is_identifier(tree, &range) {
                continue;
            }
            let is_definition = extraction.defines(&range);
            references.push(Reference {
                path: path.to_owned(),
                line: index + 1,
                text: text.trim().chars().take(TEXT_CAP).collect(),
                enclosing: extraction.around(&range).map(|symbol| symbol.name.clone()),
                is_definition,
                is_call: !is_definition && extraction.calls_at(range.start),
            });
        }
        line_start += length;
    }
    references
}

/// Whether an identifier fills exactly this range.
fn is_identifier(tree: &SyntaxTree, range: &Range<usize>) -> bool {
    tree.tree
        .root_node()
        .descendant_for_byte_range(range.start, range.end)
        .is_some_and(|node| node.byte_range() == *range && is_name(tree.language, node))
}

fn is_name(language: Language, node: Node<'_>) -> bool {
    let kind = node.kind();
    let is_named_so = Table::of(language).is_some_and(|table| table.role(node.kind_id()).is(Role::NAME));
    is_named_so || kind.ends_with("identifier") || kind.starts_with("shorthand_property_identifier")
}
