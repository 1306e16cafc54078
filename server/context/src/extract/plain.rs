//! The languages without rules of their own: an outline made of the skeleton, with signatures and doc comments, but
//! without parameters, results and errors.

use std::ops::Range;

use super::{Declaration, Extraction, docs};
use crate::code::{Code, collapse, is_comment};
use crate::skeleton::Skeleton;
use crate::tree::SyntaxTree;
use crate::{Call, Language, Symbol, SymbolKind};

/// Calls kept for one symbol.
const CALLS_CAP: usize = 200;
/// Characters of a signature without a body: the value of a constant may be a table.
const VALUE_CAP: usize = 120;

pub(super) fn extract(tree: &SyntaxTree) -> Extraction {
    let text = String::from(&tree.rope);
    let skeleton = Skeleton::of(tree.language, &tree.tree, &text);
    let outline = Outline {
        tree,
        code: tree.code(),
        text: &text,
        skeleton: &skeleton,
    };
    let indices = 0..skeleton.declarations.len();
    let mut declarations: Vec<Declaration> = indices.map(|index| outline.declaration(index)).collect();
    let called = skeleton.references.iter().filter(|name| name.call);
    let calls: Vec<Range<usize>> = called.map(|name| wide(&name.name())).collect();
    let mut open: Vec<usize> = Vec::new();
    let mut next = 0;
    for call in &calls {
        while declarations.get(next).is_some_and(|it| it.bytes.start <= call.start) {
            open.push(next);
            next += 1;
        }
        while open
            .last()
            .is_some_and(|index| declarations[*index].bytes.end <= call.start)
        {
            open.pop();
        }
        let Some(symbol) = open.last().map(|index| &mut declarations[*index].symbol) else {
            continue;
        };
        let call = Call {
            name: text.get(call.clone()).unwrap_or_default().to_owned(),
            line: outline.code.line(call.start),
        };
        if symbol.calls.len() < CALLS_CAP && !symbol.calls.contains(&call) {
            symbol.calls.push(call);
        }
    }
    Extraction {
        declarations,
        calls: calls.into_iter().map(|call| call.start).collect(),
    }
}

struct Outline<'a> {
    tree: &'a SyntaxTree,
    code: Code<'a>,
    text: &'a str,
    skeleton: &'a Skeleton,
}

impl Outline<'_> {
    fn declaration(&self, index: usize) -> Declaration {
        let found = &self.skeleton.declarations[index];
        let name = wide(&found.name);
        let (doc, start) = self.doc(wide(&found.bytes));
        let bytes = start.min(name.start)..found.bytes.end as usize;
        let body = found.body.as_ref().map(wide);
        let lines = self.code.lines(bytes.clone());
        let outer = found
            .parent
            .map(|parent| &self.skeleton.declarations[parent as usize].name);
        let parent = found
            .owner
            .as_ref()
            .filter(|_| found.kind != SymbolKind::Impl)
            .or(outer);
        let text = |range: &Range<u32>| collapse(self.text.get(wide(range)).unwrap_or_default());
        let name_text = text(&found.name);
        let symbol = Symbol {
            kind: found.kind,
            path: None,
            lines,
            name_line: self.code.line(name.start),
            signature: self.signature(&bytes, &name, body.as_ref()),
            parent: parent.map(text),
            doc: doc.as_ref().map(|doc| self.code.lines(doc.clone())),
            doc_text: doc.map(|doc| self.first_sentence(doc)).filter(|text| !text.is_empty()),
            body_first_line: body.map(|body| self.body_first_line(&body).clamp(lines.0, lines.1)),
            indent: self.code.indent(lines.0),
            params: Vec::new(),
            returns: None,
            fallible: false,
            panics: false,
            raises: Vec::new(),
            is_test: found.kind == SymbolKind::Test || (found.kind.is_callable() && name_text.starts_with("test")),
            exported: !name_text.starts_with('_'),
            is_async: false,
            receiver: None,
            calls: Vec::new(),
            name: name_text,
        };
        Declaration { symbol, bytes, name }
    }

    /// The comments that the declaration starts with, and where it starts without them.
    fn doc(&self, bytes: Range<usize>) -> (Option<Range<usize>>, usize) {
        let root = self.tree.tree.root_node();
        let mut start = bytes.start;
        let mut end = None;
        while let Some(mut node) = self
            .may_be_comment(start)
            .then(|| root.descendant_for_byte_range(start, start + 1))
            .flatten()
        {
            while let Some(parent) = node
                .parent()
                .filter(|parent| parent.start_byte() == start && is_comment(parent.kind()))
            {
                node = parent;
            }
            if !is_comment(node.kind()) || node.end_byte() <= start || node.end_byte() >= bytes.end {
                break;
            }
            end = Some(node.start_byte() + self.text.get(node.byte_range()).unwrap_or_default().trim_end().len());
            let rest = self.text.get(node.end_byte()..).unwrap_or_default();
            start = node.end_byte() + rest.len() - rest.trim_start().len();
        }
        (end.map(|end| bytes.start..end), start)
    }

    /// Asking the tree takes long where it is wide.
    fn may_be_comment(&self, start: usize) -> bool {
        let comments = self.tree.language.comments();
        let rest = self.text.get(start..).unwrap_or_default();
        let opens = |mark: &str| !mark.is_empty() && rest.starts_with(mark);
        opens(comments.line) || comments.block.is_some_and(|(open, _)| opens(open))
    }

    fn first_sentence(&self, doc: Range<usize>) -> String {
        let line_mark = self.tree.language.comments().line;
        let text = self.text.get(doc).unwrap_or_default();
        docs::first_sentence(text.lines().map(|line| without_marks(line, line_mark)))
    }

    /// The declaration without its body.
    fn signature(&self, bytes: &Range<usize>, name: &Range<usize>, body: Option<&Range<usize>>) -> String {
        let is_data = matches!(self.tree.language, Language::Markdown | Language::Css | Language::Yaml);
        let header = match body.filter(|body| body.start > name.start) {
            Some(body) => bytes.start..body.start,
            None if is_data => name.clone(),
            None => bytes.clone(),
        };
        let text = self.text.get(header).unwrap_or_default();
        let mut text = collapse(text);
        if body.is_none()
            && let Some((cut, _)) = text.char_indices().nth(VALUE_CAP)
        {
            text.truncate(cut);
            text.push('…');
        }
        text.trim_end_matches(['{', '=', ':', ';', ',', ' ']).to_owned()
    }

    fn body_first_line(&self, body: &Range<usize>) -> usize {
        let text = self.text.get(body.clone()).unwrap_or_default();
        let inner = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '{' | ':'));
        self.code
            .line(body.end.saturating_sub(inner.len()).min(body.end.saturating_sub(1)))
    }
}

fn without_marks<'a>(line: &'a str, line_mark: &str) -> &'a str {
    let mut line = line.trim();
    for mark in ["*/", "*)", "-}", "]]"] {
        line = line.strip_suffix(mark).unwrap_or(line);
    }
    for mark in ["/**", "/*", "(**", "(*", "{-", "--[[", "///", "*"] {
        if let Some(rest) = line.strip_prefix(mark) {
            return rest.trim();
        }
    }
    if !line_mark.is_empty() {
        line = line.trim_start_matches(line_mark);
    }
    line.trim_start_matches(['-', '|', '#', '!']).trim()
}

fn wide(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}
