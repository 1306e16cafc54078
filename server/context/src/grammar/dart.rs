//! Dart.

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, ImportedName, Site, child, first, range};

pub(super) const RULES: Rules = Rules {
    declarations: &[
        ("class_declaration", Declare::Named(SymbolKind::Class)),
        ("mixin_declaration", Declare::Named(SymbolKind::Trait)),
        ("enum_declaration", Declare::Named(SymbolKind::Enum)),
        ("extension_declaration", Declare::By(extension)),
        ("type_alias", Declare::First(SymbolKind::Type, &["type_identifier"])),
        ("function_declaration", Declare::By(function)),
        ("local_function_declaration", Declare::By(function)),
        ("getter_declaration", Declare::By(function)),
        ("setter_declaration", Declare::By(function)),
        ("method_declaration", Declare::By(function)),
        ("declaration", Declare::By(function)),
        (
            "static_final_declaration",
            Declare::Top(SymbolKind::Constant, &["identifier"]),
        ),
        (
            "initialized_identifier",
            Declare::Top(SymbolKind::Variable, &["identifier"]),
        ),
    ],
    imports: &[
        ("library_import", import),
        ("library_export", import),
        ("part_directive", import),
    ],
    names: &["identifier", "type_identifier"],
    arguments: &["arguments"],
    type_arguments: &["type_arguments"],
    leading: &["comment", "documentation_comment"],
    wrappers: &["member_declaration"],
    lone_wrappers: &[
        "top_level_variable_declaration",
        "static_final_declaration_list",
        "initialized_identifier_list",
    ],
    tests: &["test", "testWidgets", "group"],
    ..Rules::NONE
};

const SIGNATURES: &[&str] = &[
    "function_signature",
    "getter_signature",
    "setter_signature",
    "constructor_signature",
    "factory_constructor_signature",
    "constant_constructor_signature",
    "redirecting_factory_constructor_signature",
];

/// With a signature in it; of `Foo.named`, the last part is the name.
fn function(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let Some(signature) = first(site.node, SIGNATURES) else {
        return;
    };
    let name = signature.children_by_field_name("name", &mut signature.walk()).last();
    let kind = match signature.kind() {
        "getter_signature" | "setter_signature" => SymbolKind::Property,
        "function_signature" => SymbolKind::Function,
        _ => SymbolKind::Method,
    };
    found.extend(name.map(|name| site.found(kind, name)));
}

fn extension(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let class = site.field("class").and_then(|class| first(class, &["type_identifier"]));
    let Some(name) = site.field("name").or(class) else {
        return;
    };
    found.push(Found {
        owner: class.map(range),
        ..site.found(SymbolKind::Impl, name)
    });
}

fn import(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let Some(uri) = first(site.node, &["string_literal"]) else {
        return;
    };
    let specification = child(site.node, &["import_specification"]).unwrap_or(site.node);
    let shown = child(specification, &["combinator"]).filter(|shown| site.text_of(*shown).starts_with("show"));
    let names = shown.map(|shown| {
        shown
            .named_children(&mut shown.walk())
            .map(range)
            .map(ImportedName::named)
            .collect()
    });
    imports.push(ImportFound {
        target: site.unquoted(uri).to_owned(),
        names: names.unwrap_or_else(|| vec![ImportedName::all(range(uri))]),
    });
}
