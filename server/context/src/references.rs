//! Where a name is used, as the syntax tree tells: identifiers only, never comments or strings.
//!
//! Names are compared as written, and where a file imports one under another name, by that. Which of two functions of one
//! name is meant needs types, which a tree has not.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tree_sitter::Node;

use crate::Language;
use crate::grammar::{Role, Table};
use crate::skeleton::{Origin, Skeleton};
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
    if name.is_empty() {
        return Vec::new();
    }
    let text = String::from(&tree.rope);
    let mut ranges = occurrences(tree, &text, name);
    for alias in aliases(tree, &text, name) {
        let renamed = occurrences(tree, &text, alias.name).into_iter();
        ranges.extend(renamed.filter(|range| !alias.import.contains(&range.start)));
    }
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup();
    ranges.into_iter().map(|range| reference(tree, path, range)).collect()
}

/// Where a name stands as an identifier, in bytes.
fn occurrences(tree: &SyntaxTree, text: &str, name: &str) -> Vec<Range<usize>> {
    let places = text.match_indices(name).map(|(at, _)| at..at + name.len());
    places.filter(|range| is_identifier(tree, range)).collect()
}

fn reference(tree: &SyntaxTree, path: &Path, range: Range<usize>) -> Reference {
    let extraction = tree.extraction();
    let line = tree.rope.byte_to_line(range.start);
    let text = tree.rope.line(line).to_string();
    let is_definition = extraction.defines(&range);
    Reference {
        path: path.to_owned(),
        line: line + 1,
        text: text.trim().chars().take(TEXT_CAP).collect(),
        enclosing: extraction.around(&range).map(|symbol| symbol.name.clone()),
        is_definition,
        is_call: !is_definition && extraction.calls_at(range.start),
    }
}

/// What a file calls a name that it imports, and the import that says so.
struct Alias<'t> {
    name: &'t str,
    import: Range<usize>,
}

fn aliases<'t>(tree: &SyntaxTree, text: &'t str, name: &str) -> Vec<Alias<'t>> {
    let slice = |range: &Range<u32>| text.get(range.start as usize..range.end as usize).unwrap_or_default();
    let mut aliases = Vec::new();
    for import in Skeleton::of(tree.language, &tree.tree, text).imports {
        // A path of folders ends in a file.
        let target = Some(&*import.target).filter(|target| !target.contains('/'));
        let thing = target.and_then(|target| target.rsplit([':', '.', '\\']).next());
        let renamed = import.names.iter().filter(|imported| match &imported.origin {
            Origin::Named(source) => slice(source) == name,
            Origin::Target => thing == Some(name),
            Origin::Default | Origin::All => false,
        });
        let bound = renamed.map(|imported| slice(&imported.bound));
        aliases.extend(
            bound
                .filter(|bound| !bound.is_empty() && *bound != name)
                .map(|bound| Alias {
                    name: bound,
                    import: import.bytes.start as usize..import.bytes.end as usize,
                }),
        );
    }
    aliases
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
