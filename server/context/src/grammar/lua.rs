//! Lua.

use tree_sitter::Node;

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, Site, range};

pub(super) const RULES: Rules = Rules {
    declarations: &[
        ("function_declaration", Declare::By(function)),
        ("assignment_statement", Declare::By(assignment)),
        ("field", Declare::By(field)),
    ],
    arguments: &["arguments"],
    leading: &["comment"],
    lone_wrappers: &["variable_declaration"],
    leaves: &["string"],
    requires: &["require", "pcall"],
    tests: &["describe", "context", "it", "test"],
    ..Rules::NONE
};

/// `function M.x()`, `function M:x()`, `local function x()`.
fn function(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    if let Some(name) = site.field("name") {
        found.push(bound(name, site.node));
    }
}

fn bound(name: Node<'_>, function: Node<'_>) -> Found {
    let member = name
        .child_by_field_name("field")
        .or_else(|| name.child_by_field_name("method"));
    let is_method = name.kind() == "method_index_expression";
    let owner = name.child_by_field_name("table").map(|table| {
        let last = table.child_by_field_name("field");
        range(last.unwrap_or(table))
    });
    Found {
        kind: if is_method {
            SymbolKind::Method
        } else {
            SymbolKind::Function
        },
        name: range(member.unwrap_or(name)),
        body: function.child_by_field_name("body").map(range),
        owner,
    }
}

/// `M.x = function … end`; and what the file keeps for itself.
fn assignment(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let node = site.node;
    let (Some(names), Some(values)) = (node.named_child(0), node.named_child(1)) else {
        return;
    };
    for index in 0..u32::try_from(names.named_child_count()).unwrap_or(0) {
        let Some(name) = names.named_child(index) else { continue };
        let value = values
            .named_child(index)
            .filter(|value| value.kind() == "function_definition");
        match value {
            Some(function) if name.kind() != "bracket_index_expression" => found.push(bound(name, function)),
            None if !site.local && name.kind() == "identifier" && at_top(site) => {
                found.push(site.found(SymbolKind::Variable, name));
            }
            _ => {}
        }
    }
}

fn at_top(site: &Site<'_, '_>) -> bool {
    let holder = match site.parent_kind() {
        "variable_declaration" => site.above(2).map(|above| above.kind()),
        kind => Some(kind),
    };
    holder == Some("chunk")
}

/// `x = function … end` in a table of the file.
fn field(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    if !site.local
        && let (Some(name), Some(value)) = (site.field("name"), site.field("value"))
        && name.kind() == "identifier"
        && value.kind() == "function_definition"
    {
        found.push(bound(name, value));
    }
}
