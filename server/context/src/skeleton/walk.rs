//! The walk: one cursor over the tree, with the levels above it on a stack of our own.

mod declarations;
mod names;
#[cfg(test)]
mod tests;

use std::ops::Range;

use tree_sitter::{Node, Tree};

use super::site::{Level, fits};
use super::{Found, Import, ImportFound, SKELETON_CAP, Site, Skeleton, range};
use crate::grammar::{Declare, Role, Table};

pub(super) fn run(table: &Table, tree: &Tree, text: &str) -> Skeleton {
    let mut walk = Walk {
        table,
        text,
        levels: Vec::new(),
        open: Vec::new(),
        skeleton: Skeleton::default(),
        called: Vec::new(),
        before_type_arguments: None,
        clauses: Vec::new(),
        found: Vec::new(),
        imported: Vec::new(),
    };
    let root = tree.root_node();
    let mut cursor = root.walk();
    walk.levels.push(Level {
        node: root,
        flags: 0,
        start: 0,
        leading: None,
    });
    if !cursor.goto_first_child() {
        return walk.skeleton;
    }
    loop {
        let node = cursor.node();
        let role = table.role(node.kind_id());
        if !role.is(Role::TOKEN) {
            let level = walk.enter(node, role);
            if level.flags & (Role::LEAF | Role::NAME | Role::LEADING) == 0 && cursor.goto_first_child() {
                walk.levels.push(level);
                continue;
            }
        }
        while !cursor.goto_next_sibling() {
            walk.levels.pop();
            if walk.levels.is_empty() || !cursor.goto_parent() {
                walk.drop_definition_names();
                return walk.skeleton;
            }
            while walk.open.last().is_some_and(|open| open.depth >= walk.levels.len()) {
                walk.open.pop();
            }
        }
        while walk.open.last().is_some_and(|open| open.depth >= walk.levels.len()) {
            walk.open.pop();
        }
    }
}

struct Walk<'a, 't> {
    table: &'a Table,
    text: &'a str,
    levels: Vec<Level<'t>>,
    open: Vec<Open>,
    skeleton: Skeleton,
    /// Where the names of the calls that the walk is in end, the innermost last.
    called: Vec<u32>,
    /// The last name before the last type arguments, and where those end.
    before_type_arguments: Option<(usize, u32)>,
    /// Where the names of further clauses start.
    clauses: Vec<u32>,
    /// Kept to reuse their memory.
    found: Vec<Found>,
    imported: Vec<ImportFound>,
}

/// A declaration that the walk is in.
struct Open {
    index: usize,
    /// How many levels are above its node.
    depth: usize,
    local: bool,
}

impl<'t> Walk<'_, 't> {
    fn enter(&mut self, node: Node<'t>, role: Role) -> Level<'t> {
        let start = fits(node.start_byte());
        let mut level = Level {
            node,
            flags: role.flags,
            start,
            leading: None,
        };
        if role.is(Role::LEADING) {
            self.lead(start, fits(node.end_byte()));
            return level;
        }
        if let Some(leading) = self.levels.last_mut().and_then(|level| level.leading.take())
            && is_directly_before(self.text, leading.end, start)
        {
            level.start = leading.start;
        }
        if role.is(Role::NAME) {
            self.name(start, node.end_byte(), role.is(Role::CALLED));
        } else if role.is(Role::ARGUMENTS) {
            self.arguments(node, start);
        } else if role.is(Role::TYPE_ARGUMENTS) {
            self.type_arguments(fits(node.end_byte()));
        }
        if role.call > 0 {
            self.call(node, role);
        }
        // What a macro is given may import, and is more than that.
        if role.import > 0 && self.import(node, role) && !role.is(Role::ARGUMENTS) {
            level.flags |= Role::LEAF;
        }
        if role.declaration > 0 {
            self.declare(node, role, &level);
        }
        level
    }

    /// A comment that ends the line of the code before it says nothing of what follows.
    fn lead(&mut self, start: u32, end: u32) {
        let text = self.text;
        let Some(level) = self.levels.last_mut() else { return };
        match &mut level.leading {
            Some(leading) if is_directly_before(text, leading.end, start) => leading.end = end,
            leading => *leading = starts_line(text, start).then_some(start..end),
        }
    }

    fn import(&mut self, node: Node<'t>, role: Role) -> bool {
        let Some((_, read)) = self.table.rules.imports.get(usize::from(role.import) - 1) else {
            return false;
        };
        let mut imported = std::mem::take(&mut self.imported);
        read(&self.site(node), &mut imported);
        let any = !imported.is_empty();
        for import in imported.drain(..) {
            self.push_import(Import {
                bytes: range(node),
                target: import.target.into(),
                names: import.names,
            });
        }
        self.imported = imported;
        any
    }

    fn push_import(&mut self, import: Import) {
        if self.skeleton.imports.len() < SKELETON_CAP && !import.target.is_empty() {
            self.skeleton.imports.push(import);
        }
    }

    fn declare(&mut self, node: Node<'t>, role: Role, level: &Level<'t>) {
        let Some((_, declare)) = self.table.rules.declarations.get(usize::from(role.declaration) - 1) else {
            return;
        };
        let mut found = std::mem::take(&mut self.found);
        let site = self.site(node);
        match declare {
            Declare::Named(kind) => found.extend(site.named(*kind)),
            Declare::Outside(kind) if !site.local => found.extend(site.named(*kind)),
            Declare::Outside(_) => {}
            Declare::In(kind, field) => found.extend(site.field(field).map(|name| site.found(*kind, name))),
            Declare::Top(..) if !site.is_top() => {}
            Declare::First(kind, names) | Declare::Top(kind, names) => {
                found.extend(site.first(names).map(|name| site.found(*kind, name)));
            }
            Declare::By(declare) => declare(&site, &mut found),
        }
        let depth = self.levels.len();
        let (start, end) = self.extent(depth, level.start, node.end_byte());
        for found in found.drain(..) {
            self.push(found, start..end, depth);
        }
        self.found = found;
    }

    fn site(&self, node: Node<'t>) -> Site<'_, 't> {
        let open = self.open.last();
        let container = open.map(|open| &self.skeleton.declarations[open.index]);
        Site {
            node,
            text: self.text,
            levels: &self.levels,
            container: container.map(|declaration| declaration.kind),
            local: open.is_some_and(|open| open.local),
        }
    }
}

/// Whether no blank line is between.
fn is_directly_before(text: &str, end: u32, start: u32) -> bool {
    let gap = text.as_bytes().get(slice(&(end..start))).unwrap_or_default();
    // Some grammars count the line's end to the comment.
    let ended = text.as_bytes().get((end as usize).wrapping_sub(1)) == Some(&b'\n');
    gap.iter().filter(|byte| **byte == b'\n').count() + usize::from(ended) < 2
}

fn starts_line(text: &str, start: u32) -> bool {
    let before = text.as_bytes().get(..start as usize).unwrap_or_default();
    let gap = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
    gap.is_none_or(|byte| matches!(byte, b'\n' | b'\r'))
}

fn slice(range: &Range<u32>) -> Range<usize> {
    range.start as usize..range.end as usize
}
