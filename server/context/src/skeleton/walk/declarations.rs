//! Declarations: how far they reach, and what they stand in.

use std::ops::Range;

use super::{Open, Walk, slice};
use crate::SymbolKind;
use crate::grammar::Role;
use crate::skeleton::site::fits;
use crate::skeleton::{Declaration, Found, SKELETON_CAP};

impl Walk<'_, '_> {
    /// From `depth` up over what wraps the declaration.
    pub(super) fn extent(&self, depth: usize, start: u32, end: usize) -> (u32, u32) {
        let (mut start, mut end) = (start, fits(end));
        for level in self.levels[..depth].iter().rev() {
            let wraps = level.flags & Role::WRAPPER != 0
                || (level.flags & Role::LONE_WRAPPER != 0 && level.node.named_child_count() == 1);
            if !wraps {
                break;
            }
            start = level.start;
            end = fits(level.node.end_byte());
        }
        (start, end)
    }

    pub(super) fn push(&mut self, mut found: Found, bytes: Range<u32>, depth: usize) {
        if found.name.is_empty() || self.skeleton.declarations.len() >= SKELETON_CAP {
            return;
        }
        // Several from one node stand beside one another.
        while self.open.last().is_some_and(|open| open.depth >= depth) {
            self.open.pop();
        }
        let outer = self.open.last();
        if let Some(outer) = outer {
            let container = &self.skeleton.declarations[outer.index];
            if found.kind == SymbolKind::Function && holds_methods(container.kind) {
                found.kind = SymbolKind::Method;
            }
            if found.owner.is_none() && container.kind == SymbolKind::Impl {
                found.owner = container.owner.clone();
            }
        }
        if self.table.rules.clauses
            && (runs(found.kind) || found.kind == SymbolKind::Macro)
            && self.continues(&found, &bytes, outer.map(|outer| outer.index), depth)
        {
            return;
        }
        let outer = self.open.last();
        let local = outer.is_some_and(|outer| outer.local) || runs(found.kind);
        let parent = outer.map(|outer| fits(outer.index));
        self.open.push(Open {
            index: self.skeleton.declarations.len(),
            depth,
            local,
        });
        self.skeleton.declarations.push(Declaration {
            kind: found.kind,
            name: found.name,
            bytes,
            body: found.body,
            parent,
            owner: found.owner,
        });
    }

    /// Whether it is one more clause of the declaration before it, which then takes it in.
    pub(super) fn continues(&mut self, found: &Found, bytes: &Range<u32>, parent: Option<usize>, depth: usize) -> bool {
        let text = self.text;
        let named = |name: &Range<u32>| text.get(slice(name)).unwrap_or_default();
        let within = parent.map_or(0, |parent| parent + 1);
        let parent = parent.map(fits);
        let declarations = self.skeleton.declarations.get(within..).unwrap_or_default();
        let last = declarations
            .iter()
            .rposition(|it| it.parent == parent)
            .map(|index| within + index);
        let Some(index) = last else { return false };
        let last = &mut self.skeleton.declarations[index];
        if last.kind != found.kind || named(&last.name) != named(&found.name) {
            return false;
        }
        last.bytes.end = bytes.end;
        last.body = last.body.take().or(found.body.clone());
        let local = runs(last.kind);
        self.clauses.push(found.name.start);
        self.open.push(Open { index, depth, local });
        true
    }

    /// An `impl` has the name of a type that is declared elsewhere: there it is a use.
    pub(super) fn drop_definition_names(&mut self) {
        let declarations = self.skeleton.declarations.iter();
        let mut names: Vec<u32> = declarations
            .filter(|declaration| declaration.kind != SymbolKind::Impl)
            .map(|declaration| declaration.name.start)
            .chain(self.clauses.iter().copied())
            .collect();
        names.sort_unstable();
        let mut names = names.into_iter().peekable();
        self.skeleton.references.retain(|reference| {
            while names.next_if(|name| *name < reference.start).is_some() {}
            names.peek() != Some(&reference.start)
        });
    }
}

fn holds_methods(kind: SymbolKind) -> bool {
    matches!(
        kind,
        SymbolKind::Class
            | SymbolKind::Struct
            | SymbolKind::Enum
            | SymbolKind::Trait
            | SymbolKind::Interface
            | SymbolKind::Impl
    )
}

fn runs(kind: SymbolKind) -> bool {
    kind.is_callable() || kind == SymbolKind::Test
}
