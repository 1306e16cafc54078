//! Swift.

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, Site, first, range};

pub(super) const RULES: Rules = Rules {
    declarations: &[
        ("class_declaration", Declare::By(class)),
        ("protocol_declaration", Declare::Named(SymbolKind::Trait)),
        ("function_declaration", Declare::Named(SymbolKind::Function)),
        ("protocol_function_declaration", Declare::Named(SymbolKind::Function)),
        ("init_declaration", Declare::Named(SymbolKind::Method)),
        (
            "macro_declaration",
            Declare::First(SymbolKind::Macro, &["simple_identifier"]),
        ),
        ("property_declaration", Declare::By(property)),
        ("typealias_declaration", Declare::Named(SymbolKind::Type)),
    ],
    imports: &[("import_declaration", import)],
    names: &["simple_identifier", "type_identifier"],
    arguments: &["value_arguments"],
    type_arguments: &["type_arguments"],
    leading: &["comment", "multiline_comment"],
    leaves: &["line_str_text", "value_argument_label"],
    ..Rules::NONE
};

/// Also structs, enums, actors and extensions.
fn class(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let kind = match site.field("declaration_kind").map(|kind| kind.kind()) {
        Some("struct") => SymbolKind::Struct,
        Some("enum") => SymbolKind::Enum,
        Some("extension") => SymbolKind::Impl,
        _ => SymbolKind::Class,
    };
    if let Some(name) = site.field("name").and_then(|name| first(name, &["type_identifier"])) {
        found.push(Found {
            owner: (kind == SymbolKind::Impl).then(|| range(name)),
            ..site.found(kind, name)
        });
    }
}

fn property(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let name = site.field("name").filter(|_| site.is_top());
    let name = name.and_then(|name| first(name, &["simple_identifier"]));
    found.extend(name.map(|name| site.found(SymbolKind::Variable, name)));
}

fn import(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    if let Some(module) = first(site.node, &["identifier"]) {
        imports.push(ImportFound {
            target: site.text_of(module).to_owned(),
            names: Vec::new(),
        });
    }
}
