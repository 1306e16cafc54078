//! Python.

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, ImportedName, Origin, Site, child, range};

pub(super) const RULES: Rules = Rules {
    declarations: &[
        ("function_definition", Declare::Named(SymbolKind::Function)),
        ("class_definition", Declare::Named(SymbolKind::Class)),
        ("assignment", Declare::By(assignment)),
        ("type_alias_statement", Declare::By(type_alias)),
    ],
    imports: &[
        ("import_statement", import),
        ("import_from_statement", import_from),
        ("future_import_statement", import_from),
    ],
    names: &["identifier"],
    arguments: &["argument_list"],
    leading: &["comment"],
    wrappers: &["decorated_definition"],
    lone_wrappers: &["expression_statement"],
    ..Rules::NONE
};

/// Names of the module, and constants of classes.
fn assignment(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    if site.local || site.parent_kind() != "expression_statement" {
        return;
    }
    let Some(left) = site.field("left").filter(|left| left.kind() == "identifier") else {
        return;
    };
    let name = site.text_of(left);
    let is_constant = name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase);
    let at_top = site.above(2).is_some_and(|above| above.kind() == "module");
    if is_constant || at_top {
        let kind = if is_constant {
            SymbolKind::Constant
        } else {
            SymbolKind::Variable
        };
        found.push(site.found(kind, left));
    }
}

/// `Pair` of `type Pair[T] = …`.
fn type_alias(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let mut name = site.field("left").filter(|_| !site.local);
    while let Some(node) = name {
        if node.kind() == "identifier" {
            found.push(site.found(SymbolKind::Type, node));
            return;
        }
        name = node.named_child(0);
    }
}

fn import(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    for node in site.fields("name") {
        let module = node.child_by_field_name("name").unwrap_or(node);
        let name = node.child_by_field_name("alias").unwrap_or(module);
        imports.push(ImportFound {
            target: site.text_of(module).split_whitespace().collect(),
            names: vec![ImportedName::target(range(name))],
        });
    }
}

fn import_from(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let module = site.field("module_name").map(|module| site.text_of(module));
    let names = site.fields("name").into_iter().map(|node| {
        let name = range(node.child_by_field_name("name").unwrap_or(node));
        ImportedName {
            bound: node.child_by_field_name("alias").map_or_else(|| name.clone(), range),
            origin: Origin::Named(name),
        }
    });
    let all = child(site.node, &["wildcard_import"]).map(range);
    imports.push(ImportFound {
        names: names.chain(all.map(ImportedName::all)).collect(),
        target: module.unwrap_or("__future__").split_whitespace().collect(),
    });
}
