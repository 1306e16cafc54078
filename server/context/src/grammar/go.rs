//! Go.

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, ImportedName, Site, range};

pub(super) const RULES: Rules = Rules {
    declarations: &[
        ("function_declaration", Declare::Named(SymbolKind::Function)),
        ("method_declaration", Declare::By(method)),
        ("method_elem", Declare::Named(SymbolKind::Method)),
        ("type_spec", Declare::By(type_spec)),
        ("type_alias", Declare::Named(SymbolKind::Type)),
        ("const_spec", Declare::By(values)),
        ("var_spec", Declare::By(values)),
    ],
    imports: &[("import_spec", import)],
    names: &[
        "identifier",
        "field_identifier",
        "type_identifier",
        "package_identifier",
    ],
    arguments: &["argument_list", "special_argument_list"],
    type_arguments: &["type_arguments"],
    leading: &["comment"],
    lone_wrappers: &["type_declaration", "const_declaration", "var_declaration"],
    leaves: &[
        "interpreted_string_literal",
        "raw_string_literal",
        "rune_literal",
        "package_clause",
    ],
    ..Rules::NONE
};

fn method(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let mut ty = site.field("receiver").and_then(|receiver| receiver.named_child(0));
    ty = ty.and_then(|parameter| parameter.child_by_field_name("type"));
    // `T` of `*T[K]`.
    while let Some(inner) = ty
        .filter(|ty| ty.kind() != "type_identifier")
        .and_then(|ty| ty.named_child(0))
    {
        ty = Some(inner);
    }
    let owner = ty.map(range);
    found.extend(site.named(SymbolKind::Method).map(|method| Found { owner, ..method }));
}

fn type_spec(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let ty = site.field("type");
    let kind = match ty.map(|ty| ty.kind()) {
        Some("struct_type") => SymbolKind::Struct,
        Some("interface_type") => SymbolKind::Interface,
        _ => SymbolKind::Type,
    };
    let body = ty.filter(|_| kind != SymbolKind::Type).map(range);
    found.extend(site.named(kind).map(|spec| Found { body, ..spec }));
}

fn values(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    if site.local {
        return;
    }
    let kind = match site.node.kind() {
        "const_spec" => SymbolKind::Constant,
        _ => SymbolKind::Variable,
    };
    let names = site.fields("name");
    found.extend(
        names
            .into_iter()
            .filter(|name| name.kind() == "identifier" && site.text_of(*name) != "_")
            .map(|name| site.found(kind, name)),
    );
}

fn import(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    if let Some(path) = site.field("path") {
        imports.push(ImportFound {
            target: site.unquoted(path).to_owned(),
            names: site
                .field("name")
                .map(range)
                .map(ImportedName::target)
                .into_iter()
                .collect(),
        });
    }
}
