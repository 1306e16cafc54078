//! The walk over the tree, and the completion of shapes to symbols.

use tree_sitter::Node;

use super::shape::{Effect, Frame, Grammar, Here, Shape};
use super::{Declaration, Extraction};
use crate::code::{Code, is_comment};
use crate::{Call, Symbol, SymbolKind};

/// Calls kept for one symbol; a generated function may have thousands.
const CALLS_CAP: usize = 200;

pub(crate) fn run<'t>(code: Code<'t>, root: Node<'t>, grammar: &'t dyn Grammar) -> Extraction {
    let mut walk = Walk {
        code,
        grammar,
        frames: Vec::new(),
        siblings: vec![Siblings::default()],
        open: Vec::new(),
        declarations: Vec::new(),
        calls: Vec::new(),
        shapes: Vec::new(),
        effects: Vec::new(),
    };
    let mut cursor = root.walk();
    loop {
        walk.enter(cursor.node());
        if cursor.goto_first_child() {
            walk.siblings.push(Siblings::default());
            continue;
        }
        walk.frames.pop();
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return Extraction {
                    declarations: walk.declarations,
                    calls: walk.calls,
                };
            }
            walk.siblings.pop();
            walk.frames.pop();
        }
    }
}

struct Walk<'r, 't> {
    code: Code<'r>,
    grammar: &'r dyn Grammar,
    frames: Vec<Frame<'t>>,
    /// One entry for each level, the current one last.
    siblings: Vec<Siblings<'t>>,
    open: Vec<usize>,
    declarations: Vec<Declaration>,
    calls: Vec<usize>,
    /// Kept to reuse their memory.
    shapes: Vec<Shape<'t>>,
    effects: Vec<Effect>,
}

/// What stands before the next node of a level.
#[derive(Default)]
struct Siblings<'t> {
    leading: Vec<Node<'t>>,
    previous: Option<Node<'t>>,
}

impl<'t> Walk<'_, 't> {
    fn enter(&mut self, node: Node<'t>) {
        let frame = self.frame(node);
        self.frames.push(frame);
        while let Some(last) = self.open.last() {
            if node.start_byte() < self.declarations[*last].bytes.end {
                break;
            }
            self.open.pop();
        }
        let mut shapes = std::mem::take(&mut self.shapes);
        let mut effects = std::mem::take(&mut self.effects);
        let here = Here {
            code: self.code,
            frames: &self.frames,
            open: &self.open,
            declarations: &self.declarations,
        };
        self.grammar.effects(&here, &mut effects);
        self.grammar.declare(&here, &mut shapes);
        for effect in effects.drain(..) {
            self.book(effect);
        }
        let outer = self.open.len();
        for shape in shapes.drain(..) {
            if let Some(declaration) = self.complete(shape, outer) {
                self.open.push(self.declarations.len());
                self.declarations.push(declaration);
            }
        }
        (self.shapes, self.effects) = (shapes, effects);
    }

    fn frame(&mut self, node: Node<'t>) -> Frame<'t> {
        let depth = self.siblings.len() - 1;
        let level = &mut self.siblings[depth];
        let previous = level.previous.replace(node);
        let mut leading = Vec::new();
        if !is_leading(node.kind()) {
            leading = std::mem::take(&mut level.leading);
        } else if !trails(self.code, node, previous) {
            level.leading.push(node);
        }
        Frame {
            node,
            leading,
            previous,
        }
    }

    fn book(&mut self, effect: Effect) {
        let code = self.code;
        let symbol = self.open.last().map(|index| &mut self.declarations[*index].symbol);
        match (effect, symbol) {
            (Effect::Call { name, at }, symbol) => {
                self.calls.push(at);
                let call = Call {
                    name,
                    line: code.line(at),
                };
                if let Some(symbol) = symbol
                    && symbol.calls.len() < CALLS_CAP
                    && !symbol.calls.contains(&call)
                {
                    symbol.calls.push(call);
                }
            }
            (Effect::Panic, Some(symbol)) => symbol.panics = true,
            (Effect::Raise(name), Some(symbol)) => {
                symbol.fallible = true;
                if let Some(name) = name
                    && !symbol.raises.contains(&name)
                {
                    symbol.raises.push(name);
                }
            }
            (_, None) => {}
        }
    }

    /// None where the text is broken before the body: what the tree then says of it is a guess.
    fn complete(&self, shape: Shape<'t>, outer: usize) -> Option<Declaration> {
        let code = self.code;
        let frame = &self.frames[self.frames.len().saturating_sub(shape.outer + 1)];
        if shape.name.is_empty() || !is_whole(frame.node, shape.body) {
            return None;
        }
        let attribute = frame.leading.iter().find(|node| !is_comment(node.kind()));
        let start = attribute.map_or(frame.node.start_byte(), Node::start_byte);
        let bytes = start..frame.node.end_byte();
        let lines = code.lines(bytes.clone());
        let doc = self
            .grammar
            .doc(code, &frame.leading, code.line(frame.node.start_byte()), &shape);
        let container = self.open[..outer].last().map(|index| &self.declarations[*index].symbol);
        let symbol = Symbol {
            signature: shape
                .signature
                .clone()
                .unwrap_or_else(|| signature(code, frame.node, &shape)),
            name_line: code.line(shape.name_range.start),
            parent: shape.parent.or_else(|| container.map(|symbol| symbol.name.clone())),
            doc: doc.as_ref().map(|doc| doc.lines),
            doc_text: doc.map(|doc| doc.text).filter(|text| !text.is_empty()),
            body_first_line: shape.body.map(|body| body_first_line(code, body)),
            indent: code.indent(lines.0),
            kind: shape.kind,
            name: shape.name,
            path: None,
            lines,
            params: shape.params,
            returns: shape.returns,
            fallible: shape.fallible,
            panics: false,
            raises: Vec::new(),
            is_test: shape.is_test,
            exported: shape.exported,
            is_async: shape.is_async,
            receiver: shape.receiver,
            calls: Vec::new(),
        };
        Some(Declaration {
            symbol,
            bytes,
            name: shape.name_range,
        })
    }
}

/// What may stand between a doc comment and its declaration, or be the doc comment.
pub(super) fn is_leading(kind: &str) -> bool {
    is_comment(kind) || matches!(kind, "attribute_item" | "decorator")
}

/// Whether a comment ends the line of the code before it, and so says nothing of what follows.
fn trails(code: Code<'_>, node: Node<'_>, previous: Option<Node<'_>>) -> bool {
    let Some(previous) = previous.filter(|previous| !is_leading(previous.kind())) else {
        return false;
    };
    is_comment(node.kind()) && code.lines(previous.byte_range()).1 == code.line(node.start_byte())
}

/// The header: from the declaration's start (its decorators left out) to its body.
fn signature(code: Code<'_>, start: Node<'_>, shape: &Shape<'_>) -> String {
    let end = shape.body.map_or(start.end_byte(), |body| body.start_byte());
    let mut first = start;
    // Decorators inside the node (Python's, and TypeScript's before `export`) are not part of a signature.
    while let Some(child) = first_child_after_decorators(first) {
        first = child;
    }
    let text = code.one_line_between(start, first.start_byte(), end);
    let mut text = text.as_str();
    while let Some(shorter) = ["=", ";", ",", ":"].iter().find_map(|tail| text.strip_suffix(tail)) {
        text = shorter.trim_end();
    }
    let text = shape
        .keyword
        .map_or_else(|| text.to_owned(), |keyword| format!("{keyword} {text}"));
    let constant = matches!(
        shape.kind,
        SymbolKind::Constant | SymbolKind::Static | SymbolKind::Variable
    );
    if constant && let Some(long) = text.char_indices().nth(CONSTANT_CAP) {
        return format!("{}…", text[..long.0].trim_end());
    }
    text
}

/// Whether the declaration has no syntax error before its body.
fn is_whole(declaration: Node<'_>, body: Option<Node<'_>>) -> bool {
    if !declaration.has_error() {
        return true;
    }
    let end = body.map_or(usize::MAX, |body| body.start_byte());
    let mut cursor = declaration.walk();
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            return false;
        }
        if node.has_error() && Some(node) != body && cursor.goto_first_child() {
            continue;
        }
        loop {
            if cursor.goto_next_sibling() {
                break;
            }
            if !cursor.goto_parent() {
                return true;
            }
        }
        if cursor.node().start_byte() >= end {
            return true;
        }
    }
}

/// Characters of a constant's signature: the value tells much when short, nothing when it is a table.
const CONSTANT_CAP: usize = 120;

fn first_child_after_decorators(node: Node<'_>) -> Option<Node<'_>> {
    let first = node.child(0)?;
    if first.kind() != "decorator" {
        return None;
    }
    node.children(&mut node.walk()).find(|child| !is_leading(child.kind()))
}

fn body_first_line(code: Code<'_>, body: Node<'_>) -> usize {
    let first = body
        .named_children(&mut body.walk())
        .find(|child| !is_comment(child.kind()));
    code.line(first.unwrap_or(body).start_byte())
}
