//! TypeScript, TSX and JavaScript: one set of node kinds.

use tree_sitter::Node;

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, ImportedName, Origin, Site, first, range};

/// What test runners call a test, or a group of them.
pub(crate) const TEST_CALLS: [&str; 8] = [
    "describe",
    "context",
    "suite",
    "it",
    "test",
    "specify",
    "fdescribe",
    "fit",
];

pub(super) const RULES: Rules = Rules {
    declarations: &[
        ("function_declaration", Declare::Named(SymbolKind::Function)),
        ("generator_function_declaration", Declare::Named(SymbolKind::Function)),
        ("function_signature", Declare::Named(SymbolKind::Function)),
        ("method_definition", Declare::By(method)),
        ("method_signature", Declare::Named(SymbolKind::Method)),
        ("abstract_method_signature", Declare::Named(SymbolKind::Method)),
        ("class_declaration", Declare::Named(SymbolKind::Class)),
        ("abstract_class_declaration", Declare::Named(SymbolKind::Class)),
        ("interface_declaration", Declare::Named(SymbolKind::Interface)),
        ("enum_declaration", Declare::Named(SymbolKind::Enum)),
        ("type_alias_declaration", Declare::Named(SymbolKind::Type)),
        ("internal_module", Declare::Named(SymbolKind::Module)),
        ("module", Declare::Named(SymbolKind::Module)),
        ("variable_declarator", Declare::By(variable)),
        ("public_field_definition", Declare::By(field)),
        ("field_definition", Declare::By(field)),
        ("assignment_expression", Declare::By(assignment)),
        ("pair", Declare::By(pair)),
        ("arrow_function", Declare::By(default_export)),
        ("function_expression", Declare::By(default_export)),
        ("class", Declare::By(default_export)),
    ],
    imports: &[("import_statement", import), ("export_statement", import)],
    names: &[
        "identifier",
        "property_identifier",
        "private_property_identifier",
        "shorthand_property_identifier",
        "shorthand_property_identifier_pattern",
        "type_identifier",
        // `import("…")`
        "import",
    ],
    arguments: &["arguments"],
    type_arguments: &["type_arguments"],
    leading: &["comment", "decorator"],
    wrappers: &["export_statement", "ambient_declaration"],
    lone_wrappers: &["lexical_declaration", "variable_declaration", "expression_statement"],
    leaves: &["string", "regex", "jsx_text"],
    requires: &["require", "import"],
    tests: &TEST_CALLS,
    ..Rules::NONE
};

fn variable(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let Some(name) = site.field("name").filter(|name| name.kind() == "identifier") else {
        return;
    };
    let value = site.field("value");
    if let Some(bound) = value.and_then(|value| bind(name, value)) {
        return found.push(bound);
    }
    if site.local || !at_top(site) {
        return;
    }
    let is_constant = site
        .above(1)
        .and_then(|list| list.child(0))
        .is_some_and(|word| word.kind() == "const");
    let kind = if is_constant {
        SymbolKind::Constant
    } else {
        SymbolKind::Variable
    };
    found.push(site.found(kind, name));
}

/// In a block or loop it is nobody's constant.
fn at_top(site: &Site<'_, '_>) -> bool {
    let holder = site
        .levels
        .iter()
        .rev()
        .skip(1)
        .map(|level| level.node.kind())
        .find(|kind| !matches!(*kind, "export_statement" | "ambient_declaration"));
    matches!(holder, None | Some("program"))
        || (holder == Some("statement_block") && site.container == Some(SymbolKind::Module))
}

/// A function or class without a name of its own has that of what it is bound to.
fn bind(name: Node<'_>, value: Node<'_>) -> Option<Found> {
    let kind = match value.kind() {
        "arrow_function" | "function_expression" | "generator_function" => SymbolKind::Function,
        "class" => SymbolKind::Class,
        _ => return None,
    };
    Some(Found {
        kind,
        name: range(name),
        body: value.child_by_field_name("body").map(range),
        owner: None,
    })
}

/// Of classes, and of objects that are no local's.
fn method(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    if site.local && site.parent_kind() == "object" {
        return;
    }
    found.extend(site.named(SymbolKind::Method));
}

/// `handler = () => …` in a class.
fn field(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let name = site.field("name").or_else(|| site.field("property"));
    if let (Some(name), Some(value)) = (name, site.field("value")) {
        found.extend(bind(name, value));
    }
}

/// `handler: () => …` in an object.
fn pair(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    if !site.local
        && let (Some(name), Some(value)) = (site.field("key"), site.field("value"))
        && name.kind() == "property_identifier"
    {
        found.extend(bind(name, value));
    }
}

/// `exports.f = function …`, `Thing.prototype.f = …`.
fn assignment(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let (Some(left), Some(right)) = (site.field("left"), site.field("right")) else {
        return;
    };
    let Some(name) = left.child_by_field_name("property") else {
        return;
    };
    let Some(mut bound) = bind(name, right) else { return };
    let object = left.child_by_field_name("object");
    let prototype = object.filter(|object| {
        let property = object.child_by_field_name("property");
        property.is_some_and(|property| site.text_of(property) == "prototype")
    });
    if let Some(owner) = prototype.and_then(|prototype| prototype.child_by_field_name("object")) {
        bound.kind = SymbolKind::Method;
        bound.owner = Some(range(owner));
    }
    found.push(bound);
}

/// `export default () => …`: called `default`, as the importer's loader calls it.
fn default_export(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let Some(export) = site.above(1).filter(|above| above.kind() == "export_statement") else {
        return;
    };
    let default = export
        .children(&mut export.walk())
        .find(|child| child.kind() == "default");
    if let Some(name) = site.field("name").or(default) {
        found.extend(bind(name, site.node));
    }
}

/// `import … from "…"`, `export … from "…"`, `import a = require("…")`.
fn import(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let mut source = site.field("source");
    if source.is_none() && site.node.kind() != "import_statement" {
        return;
    }
    let mut names = Vec::new();
    // Clause, list, specifier: no deeper.
    let mut open = vec![site.node];
    while let Some(node) = open.pop() {
        for child in node.children(&mut node.walk()) {
            match child.kind() {
                "import_clause" | "named_imports" | "export_clause" => open.push(child),
                "namespace_import" | "namespace_export" => {
                    names.extend(child.named_child(0).map(range).map(ImportedName::target));
                }
                "import_require_clause" => {
                    source = child.child_by_field_name("source");
                    names.extend(first(child, &["identifier"]).map(range).map(ImportedName::target));
                }
                "import_specifier" | "export_specifier" => names.extend(specified(child)),
                "identifier" => names.push(ImportedName {
                    bound: range(child),
                    origin: Origin::Default,
                }),
                "*" => names.push(ImportedName::all(range(child))),
                _ => {}
            }
        }
    }
    if let Some(source) = source {
        names.sort_unstable_by_key(|name| name.bound.start);
        imports.push(ImportFound {
            target: site.unquoted(source).to_owned(),
            names,
        });
    }
}

/// `a`, `a as b`.
fn specified(specifier: Node<'_>) -> Option<ImportedName> {
    let name = range(specifier.child_by_field_name("name")?);
    let alias = specifier.child_by_field_name("alias").map(range);
    Some(ImportedName {
        bound: alias.unwrap_or_else(|| name.clone()),
        origin: Origin::Named(name),
    })
}
