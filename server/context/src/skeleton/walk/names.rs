//! Names, and what the arguments after one say of it: that it is called, imports, or is a test.

use std::ops::Range;

use tree_sitter::Node;

use super::{Walk, slice};
use crate::SymbolKind;
use crate::grammar::Role;
use crate::skeleton::site::fits;
use crate::skeleton::{Found, Import, ImportedName, NameUse, SKELETON_CAP, range};

impl<'t> Walk<'_, 't> {
    pub(super) fn name(&mut self, start: u32, end: usize, called: bool) {
        while self.called.last().is_some_and(|called| (*called as usize) < end) {
            self.called.pop();
        }
        let call = called || self.called.last().is_some_and(|called| *called as usize == end);
        let length = end - start as usize;
        if let Ok(length) = u16::try_from(length)
            && length > 0
            && self.skeleton.references.len() < SKELETON_CAP
        {
            self.skeleton.references.push(NameUse { start, length, call });
        }
    }

    /// What is called ends where its last name ends.
    pub(super) fn call(&mut self, node: Node<'t>, role: Role) {
        let Some((_, field)) = self.table.rules.calls.get(usize::from(role.call) - 1) else {
            return;
        };
        let callee = if field.is_empty() {
            node.named_child(0)
        } else {
            node.child_by_field_name(field)
        };
        // The inner call of `f 1 2` is the one that says what is called.
        if let Some(callee) = callee.filter(|callee| callee.kind_id() != node.kind_id()) {
            self.called.push(fits(callee.end_byte()));
        }
    }

    /// Those of `Vec` in `collect::<Vec<_>>()` are not those of `collect`.
    pub(super) fn type_arguments(&mut self, end: u32) {
        let within = self.before_type_arguments.is_some_and(|(_, outer)| end <= outer);
        let last = self.skeleton.references.len().checked_sub(1);
        if let Some(last) = last.filter(|_| !within) {
            self.before_type_arguments = Some((last, end));
        }
    }

    /// The name that the arguments follow is called; it may be known to import or to be a test.
    pub(super) fn arguments(&mut self, node: Node<'t>, start: u32) {
        let (index, end) = match self.before_type_arguments {
            Some((index, end)) if end == start => (index, end),
            _ => match self.skeleton.references.last() {
                Some(last) => (self.skeleton.references.len() - 1, last.name().end),
                None => return,
            },
        };
        if end == start || is_call_gap(self.text, end..start) {
            self.skeleton.references[index].call = true;
            let name = self.text.get(slice(&self.skeleton.references[index].name()));
            if name.is_some_and(|name| self.table.rules.requires.contains(&name)) {
                self.require(node, index);
            }
        }
        if !self.table.rules.tests.is_empty() {
            self.test(node);
        }
    }

    pub(super) fn require(&mut self, arguments: Node<'t>, index: usize) {
        let start = self.skeleton.references[index].start;
        let by_second = || self.required_by_second(arguments);
        let first = first_string(arguments);
        let Some(target) = first.or_else(by_second) else { return };
        let mut names = self.bound_before(index);
        if first.is_none() && names.len() > 1 {
            // Whether it worked.
            names.remove(0);
        }
        let target = self.text.get(target.byte_range()).unwrap_or_default();
        let target = target.trim_matches(['"', '\'', '`', '[', ']']);
        let is_relative = self
            .text
            .get(start as usize..)
            .is_some_and(|text| text.starts_with("require_relative"));
        let from_here = if is_relative && !target.starts_with('.') {
            "./"
        } else {
            ""
        };
        if !target.is_empty() {
            self.push_import(Import {
                bytes: start..fits(arguments.end_byte()),
                target: format!("{from_here}{target}").into(),
                names,
            });
        }
    }

    /// `pcall(require, "…")`, `autoload :Name, "…"`.
    fn required_by_second(&self, arguments: Node<'t>) -> Option<Node<'t>> {
        let first = arguments.named_child(0)?;
        let text = self.text.get(first.byte_range()).unwrap_or_default();
        let is_how = self.table.rules.requires.contains(&text) || first.kind().contains("symbol");
        let second = arguments.named_child(1).filter(|_| is_how)?;
        second.kind().contains("string").then_some(second)
    }

    /// `a` of `a = require("…")`, `b` and `c` of `{ b, c } = require("…")`.
    pub(super) fn bound_before(&self, index: usize) -> Vec<ImportedName> {
        let mut names = Vec::new();
        let mut is_destructured = false;
        let mut next = self.skeleton.references[index].start;
        let mut marks: &[u8] = b" \t\n={},";
        for name in self.skeleton.references[..index].iter().rev() {
            let gap = self
                .text
                .as_bytes()
                .get(slice(&(name.name().end..next)))
                .unwrap_or_default();
            let is_bound = gap.iter().all(|byte| marks.contains(byte)) && (!names.is_empty() || gap.contains(&b'='));
            if !is_bound {
                break;
            }
            is_destructured |= gap.contains(&b'}');
            names.push(name.name());
            next = name.start;
            marks = b" \t\n,";
        }
        names.reverse();
        let named = if is_destructured {
            ImportedName::named
        } else {
            ImportedName::target
        };
        names.into_iter().map(named).collect()
    }

    /// `describe("title", …)`, with what may come between: `it.only`, `it.each(table)`.
    pub(super) fn test(&mut self, arguments: Node<'t>) {
        let Some(call) = self.levels.last() else { return };
        let head = self.text.get(call.node.start_byte()..).unwrap_or_default().as_bytes();
        let length = head
            .iter()
            .take(LONGEST_WORD)
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        let is_test = self
            .table
            .rules
            .tests
            .iter()
            .any(|name| name.as_bytes() == &head[..length]);
        if !is_test {
            return;
        }
        let Some(title) = first_string(arguments) else { return };
        let quoted = self.text.get(title.byte_range()).unwrap_or_default();
        let marks = quoted
            .bytes()
            .take_while(|byte| matches!(byte, b'"' | b'\'' | b'`'))
            .count();
        let name = range(title);
        let inner = name.start + fits(marks)..name.end.saturating_sub(fits(marks));
        if inner.start >= inner.end {
            return;
        }
        let depth = self.levels.len() - 1;
        let (start, end) = self.extent(depth, call.start, call.node.end_byte());
        self.push(
            Found {
                kind: SymbolKind::Test,
                name: inner,
                body: None,
                owner: None,
            },
            start..end,
            depth,
        );
    }
}

/// `foo (`, `foo!(`, `foo?.(`.
fn is_call_gap(text: &str, gap: Range<u32>) -> bool {
    let gap = text.as_bytes().get(slice(&gap));
    gap.is_some_and(|gap| gap.len() <= 4 && gap.iter().all(|byte| matches!(byte, b' ' | b'!' | b'?' | b'.' | b'(')))
}

/// No function that declares tests has a longer name.
const LONGEST_WORD: usize = 32;

fn first_string(arguments: Node<'_>) -> Option<Node<'_>> {
    let mut first = arguments.named_child(0)?;
    // Some grammars wrap each argument.
    while first.kind().ends_with("argument") {
        first = first.named_child(0)?;
    }
    let is_title = first.kind().contains("string") || matches!(first.kind(), "constant" | "scope_resolution");
    is_title.then_some(first)
}
