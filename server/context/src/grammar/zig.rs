//! Zig.

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, Site, child, range};

pub(super) const RULES: Rules = Rules {
    declarations: &[
        ("function_declaration", Declare::Named(SymbolKind::Function)),
        ("variable_declaration", Declare::By(variable)),
        ("test_declaration", Declare::By(test)),
    ],
    names: &["identifier", "builtin_identifier"],
    calls: &[("call_expression", "function")],
    arguments: &["arguments"],
    leaves: &["string"],
    requires: &["@import"],
    ..Rules::NONE
};

/// A type is a constant that holds one.
fn variable(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let Some(name) = child(site.node, &["identifier"]) else {
        return;
    };
    let ty = child(
        site.node,
        &[
            "struct_declaration",
            "union_declaration",
            "opaque_declaration",
            "enum_declaration",
            "error_set_declaration",
        ],
    );
    let kind = match ty.map(|ty| ty.kind()) {
        Some("enum_declaration" | "error_set_declaration") => SymbolKind::Enum,
        Some(_) => SymbolKind::Struct,
        None if site.local => return,
        None => SymbolKind::Constant,
    };
    found.push(Found {
        body: ty.map(range),
        ..site.found(kind, name)
    });
}

fn test(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    if let Some(name) = child(site.node, &["string", "identifier"]) {
        found.push(site.found(SymbolKind::Test, name));
    }
}
