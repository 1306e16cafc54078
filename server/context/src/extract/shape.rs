//! What a language's grammar tells the walk about a node.

use std::ops::Range;

use tree_sitter::Node;

use super::Declaration;
use crate::code::Code;
use crate::{Param, Symbol, SymbolKind};

pub(crate) trait Grammar {
    /// What the node declares: nothing for most; several for `const a, b = 1, 2`.
    fn declare<'t>(&self, here: &Here<'_, 't>, found: &mut Vec<Shape<'t>>);

    /// What the node does when it runs.
    fn effects(&self, here: &Here<'_, '_>, found: &mut Vec<Effect>);

    /// The doc comment of a declaration that starts on `line` with `leading` (comments, attributes) directly before it.
    fn doc(&self, code: Code<'_>, leading: &[Node<'_>], line: usize, shape: &Shape<'_>) -> Option<Doc>;

    /// Said once at the end: what only the whole file tells, such as an export list.
    fn finish(&self, _code: Code<'_>, _root: Node<'_>, _declarations: &mut [Declaration]) {}
}

/// A node on the way from the root to where the walk stands.
pub(crate) struct Frame<'t> {
    pub(crate) node: Node<'t>,
    /// Comments, attributes and decorators directly before the node, as siblings.
    pub(crate) leading: Vec<Node<'t>>,
    /// The sibling before it.
    pub(crate) previous: Option<Node<'t>>,
}

/// Where the walk stands.
pub(crate) struct Here<'w, 't> {
    pub(crate) code: Code<'w>,
    /// From the root to the node itself.
    pub(crate) frames: &'w [Frame<'t>],
    /// Indices into `declarations` of those that the node stands in, outermost first.
    pub(crate) open: &'w [usize],
    pub(crate) declarations: &'w [Declaration],
}

impl<'w, 't> Here<'w, 't> {
    pub(crate) fn frame(&self) -> &'w Frame<'t> {
        &self.frames[self.frames.len() - 1]
    }

    pub(crate) fn node(&self) -> Node<'t> {
        self.frame().node
    }

    /// The frame `up` levels above the node.
    pub(crate) fn above(&self, up: usize) -> Option<&'w Frame<'t>> {
        self.frames
            .len()
            .checked_sub(up + 1)
            .and_then(|index| self.frames.get(index))
    }

    pub(crate) fn parent_kind(&self) -> &'t str {
        self.above(1).map_or("", |frame| frame.node.kind())
    }

    /// The innermost declaration around the node.
    pub(crate) fn container(&self) -> Option<&'w Symbol> {
        self.open.last().map(|index| &self.declarations[*index].symbol)
    }

    /// Whether the node is inside something that runs: what it declares is local.
    pub(crate) fn is_local(&self) -> bool {
        self.open.iter().any(|index| {
            let kind = self.declarations[*index].symbol.kind;
            kind.is_callable() || kind == SymbolKind::Test
        })
    }
}

/// A declaration as its node tells it.
pub(crate) struct Shape<'t> {
    pub(crate) kind: SymbolKind,
    pub(crate) name: String,
    pub(crate) name_range: Range<usize>,
    /// How many levels up the declaration starts: at the `export` or the decorators around it.
    pub(crate) outer: usize,
    /// Left out of the signature.
    pub(crate) body: Option<Node<'t>>,
    /// What a member of a group (`const ( … )`, `let a, b`) leaves to the group to say.
    pub(crate) keyword: Option<&'static str>,
    /// Where the signature is not the text before the body.
    pub(crate) signature: Option<String>,
    /// Where the parent is not the declaration around it.
    pub(crate) parent: Option<String>,
    pub(crate) params: Vec<Param>,
    pub(crate) returns: Option<String>,
    pub(crate) receiver: Option<String>,
    pub(crate) fallible: bool,
    pub(crate) is_test: bool,
    pub(crate) exported: bool,
    pub(crate) is_async: bool,
}

impl<'t> Shape<'t> {
    pub(crate) fn new(kind: SymbolKind, code: Code<'_>, name: Node<'t>) -> Self {
        Self {
            kind,
            name: match name.kind() {
                "string" => code.one_line(name).trim_matches(['"', '\'']).to_owned(),
                _ => code.one_line(name),
            },
            name_range: name.byte_range(),
            outer: 0,
            body: None,
            keyword: None,
            signature: None,
            parent: None,
            params: Vec::new(),
            returns: None,
            receiver: None,
            fallible: false,
            is_test: false,
            exported: false,
            is_async: false,
        }
    }
}

pub(crate) enum Effect {
    /// `at` is where the name starts.
    Call {
        name: String,
        at: usize,
    },
    Panic,
    /// With the exception type's name, where the code says it.
    Raise(Option<String>),
}

/// A doc comment: its lines, and its first sentence.
pub(crate) struct Doc {
    pub(crate) lines: (usize, usize),
    pub(crate) text: String,
}

/// The first child of a kind, named or not.
pub(crate) fn child_of_kind<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    node.children(&mut node.walk()).find(|child| child.kind() == kind)
}
