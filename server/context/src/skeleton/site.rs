//! Where the walk stands, as a language's functions see it, and what they answer.

use std::ops::Range;

use tree_sitter::Node;

use super::ImportedName;
use crate::SymbolKind;

/// A node on the way from the root to where the walk stands.
pub(crate) struct Level<'t> {
    pub(crate) node: Node<'t>,
    pub(crate) flags: u16,
    /// Where the node starts, or the comments and attributes directly before it.
    pub(crate) start: u32,
    /// Comments and attributes that the next sibling may have before it.
    pub(crate) leading: Option<Range<u32>>,
}

/// Where the walk stands.
pub(crate) struct Site<'a, 't> {
    pub(crate) node: Node<'t>,
    pub(crate) text: &'a str,
    /// From the root to the node's parent.
    pub(crate) levels: &'a [Level<'t>],
    /// The innermost declaration around it.
    pub(crate) container: Option<SymbolKind>,
    /// Whether the node is inside something that runs.
    pub(crate) local: bool,
}

/// A declaration as its node tells it.
pub(crate) struct Found {
    pub(crate) kind: SymbolKind,
    pub(crate) name: Range<u32>,
    pub(crate) body: Option<Range<u32>>,
    pub(crate) owner: Option<Range<u32>>,
}

pub(crate) struct ImportFound {
    pub(crate) target: String,
    pub(crate) names: Vec<ImportedName>,
}

impl<'a, 't> Site<'a, 't> {
    pub(crate) fn field(&self, name: &str) -> Option<Node<'t>> {
        self.node.child_by_field_name(name)
    }

    /// The children in a field that may hold several.
    pub(crate) fn fields(&self, name: &str) -> Vec<Node<'t>> {
        self.node.children_by_field_name(name, &mut self.node.walk()).collect()
    }

    pub(crate) fn text_of(&self, node: Node<'_>) -> &'a str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// The node `up` levels above; the parent is at 1.
    pub(crate) fn above(&self, up: usize) -> Option<Node<'t>> {
        let index = self.levels.len().checked_sub(up)?;
        self.levels.get(index).map(|level| level.node)
    }

    pub(crate) fn parent_kind(&self) -> &'t str {
        self.above(1).map_or("", |node| node.kind())
    }

    /// A declaration of this name, whose body is in the node's field `body`.
    pub(crate) fn found(&self, kind: SymbolKind, name: Node<'_>) -> Found {
        let quotes = u32::from(self.text_of(name).starts_with(['"', '\'']));
        let name = range(name);
        Found {
            kind,
            name: name.start + quotes..name.end.saturating_sub(quotes),
            body: self.body().map(range),
            owner: None,
        }
    }

    /// In its field; in grammars without one, the last child that is called so.
    fn body(&self) -> Option<Node<'t>> {
        self.field("body").or_else(|| {
            let last = u32::try_from(self.node.named_child_count()).ok()?.checked_sub(1)?;
            let last = self.node.named_child(last)?;
            (last.kind().ends_with("body") || last.kind().ends_with("block")).then_some(last)
        })
    }

    /// The first node in this one, in the order of the text, that is of one of the kinds; it is sought near the start.
    pub(crate) fn first(&self, kinds: &[&str]) -> Option<Node<'t>> {
        first(self.node, kinds)
    }

    /// Whether it is in neither a function nor a type.
    pub(crate) fn is_top(&self) -> bool {
        !self.local && self.container.is_none_or(|kind| kind == SymbolKind::Module)
    }

    /// The node's name field makes a declaration.
    pub(crate) fn named(&self, kind: SymbolKind) -> Option<Found> {
        Some(self.found(kind, self.field("name")?))
    }

    /// What stands in the quotes of a string node.
    pub(crate) fn unquoted(&self, string: Node<'_>) -> &'a str {
        self.text_of(string).trim_matches(['"', '\'', '`', '<', '>', '[', ']'])
    }
}

/// See [`Site::first`].
pub(crate) fn first<'t>(node: Node<'t>, kinds: &[&str]) -> Option<Node<'t>> {
    const NEAR: usize = 32;
    let mut open = vec![node];
    for _ in 0..NEAR {
        let node = open.pop()?;
        if kinds.contains(&node.kind()) {
            return Some(node);
        }
        let at = open.len();
        open.extend(node.named_children(&mut node.walk()).take(NEAR));
        open[at..].reverse();
    }
    None
}

/// The first named child of one of the kinds.
pub(crate) fn child<'t>(node: Node<'t>, kinds: &[&str]) -> Option<Node<'t>> {
    node.named_children(&mut node.walk())
        .find(|child| kinds.contains(&child.kind()))
}

/// A node's bytes; texts that do not fit are not walked.
pub(crate) fn range(node: Node<'_>) -> Range<u32> {
    fits(node.start_byte())..fits(node.end_byte())
}

pub(crate) fn fits(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
