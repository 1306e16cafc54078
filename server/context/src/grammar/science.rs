//! R and Julia.

use tree_sitter::Node;

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, ImportedName, Site, child, range};

pub(super) const R: Rules = Rules {
    declarations: &[("binary_operator", Declare::By(assigned))],
    arguments: &["arguments"],
    leaves: &["string"],
    requires: &["source"],
    tests: &["test_that", "describe", "it"],
    ..Rules::NONE
};

/// `run <- function(a) …`; of other values, those of the file.
fn assigned(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let operator = site.field("operator").map(|operator| operator.kind());
    if !matches!(operator, Some("<-" | "<<-" | "=")) {
        return;
    }
    let (Some(name), Some(value)) = (site.field("lhs"), site.field("rhs")) else {
        return;
    };
    if name.kind() != "identifier" {
        return;
    }
    if value.kind() == "function_definition" {
        found.push(Found {
            body: value.child_by_field_name("body").map(range),
            ..site.found(SymbolKind::Function, name)
        });
    } else if site.parent_kind() == "program" {
        found.push(site.found(SymbolKind::Variable, name));
    }
}

pub(super) const JULIA: Rules = Rules {
    declarations: &[
        ("module_definition", Declare::Named(SymbolKind::Module)),
        ("function_definition", Declare::By(function)),
        ("macro_definition", Declare::By(macro_definition)),
        ("struct_definition", Declare::First(SymbolKind::Struct, &["identifier"])),
        (
            "abstract_definition",
            Declare::First(SymbolKind::Trait, &["identifier"]),
        ),
        ("assignment", Declare::By(assignment)),
    ],
    imports: &[("using_statement", using), ("import_statement", using)],
    arguments: &["argument_list"],
    leading: &["line_comment", "block_comment"],
    lone_wrappers: &["const_statement"],
    requires: &["include"],
    ..Rules::NONE
};

fn function(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    definition(site, SymbolKind::Function, found);
}

fn macro_definition(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    definition(site, SymbolKind::Macro, found);
}

fn definition(site: &Site<'_, '_>, kind: SymbolKind, found: &mut Vec<Found>) {
    let signature = child(site.node, &["signature"]);
    if let Some(name) = signature.and_then(|signature| name(signature, 0)) {
        found.push(site.found(kind, name));
    }
}

/// `show` of `Base.show(io) where T`.
fn name(node: Node<'_>, depth: usize) -> Option<Node<'_>> {
    if node.kind() == "identifier" || node.kind() == "operator" {
        return Some(node);
    }
    if depth > 8 {
        return None;
    }
    let index = match node.kind() {
        "field_expression" => u32::try_from(node.named_child_count()).ok()?.checked_sub(1)?,
        _ => 0,
    };
    name(node.named_child(index)?, depth + 1)
}

/// `f(x) = …`, and constants of the module.
fn assignment(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let Some(left) = site.node.named_child(0) else { return };
    let is_constant = site.parent_kind() == "const_statement";
    let kind = match left.kind() {
        "call_expression" => SymbolKind::Function,
        "identifier" if is_constant && !site.local => SymbolKind::Constant,
        _ => return,
    };
    found.extend(name(left, 0).map(|name| site.found(kind, name)));
}

/// `using A, B: c`.
fn using(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    for part in site.node.named_children(&mut site.node.walk()) {
        let (module, names) = match part.kind() {
            "selected_import" => {
                let mut parts = part.named_children(&mut part.walk()).collect::<Vec<_>>().into_iter();
                let Some(module) = parts.next() else { continue };
                (module, parts.map(range).map(ImportedName::named).collect())
            }
            _ => (part, vec![ImportedName::target(range(part))]),
        };
        imports.push(ImportFound {
            target: site.text_of(module).to_owned(),
            names,
        });
    }
}
