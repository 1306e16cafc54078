//! Haskell, OCaml and Nix.

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, ImportedName, Site, child, range};

pub(super) const HASKELL: Rules = Rules {
    declarations: &[
        ("signature", Declare::Outside(SymbolKind::Function)),
        ("function", Declare::Outside(SymbolKind::Function)),
        ("bind", Declare::Outside(SymbolKind::Function)),
        ("data_type", Declare::Named(SymbolKind::Type)),
        ("newtype", Declare::Named(SymbolKind::Type)),
        ("type_synonym", Declare::Named(SymbolKind::Type)),
        ("type_synomym", Declare::Named(SymbolKind::Type)),
        ("class", Declare::Named(SymbolKind::Trait)),
        ("instance", Declare::By(instance)),
    ],
    imports: &[("import", haskell_import)],
    names: &["variable", "name", "constructor"],
    calls: &[("apply", "function")],
    leading: &["comment", "haddock"],
    leaves: &["header", "literal"],
    clauses: true,
    ..Rules::NONE
};

/// `instance Show Shape`: the class is what it is called, the type what it belongs to.
fn instance(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let ty = site
        .field("patterns")
        .and_then(|patterns| crate::skeleton::first(patterns, &["name"]));
    if let Some(name) = site.field("name") {
        found.push(Found {
            owner: ty.map(range),
            ..site.found(SymbolKind::Impl, name)
        });
    }
}

fn haskell_import(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let Some(module) = site.field("module") else { return };
    let names = site.field("names").map(|list| {
        list.named_children(&mut list.walk())
            .map(|name| ImportedName::named(range(name.named_child(0).unwrap_or(name))))
            .collect()
    });
    imports.push(ImportFound {
        target: site.text_of(module).to_owned(),
        names: names.unwrap_or_else(|| vec![ImportedName::all(range(module))]),
    });
}

pub(super) const OCAML: Rules = Rules {
    declarations: &[
        ("let_binding", Declare::By(let_binding)),
        (
            "value_specification",
            Declare::First(SymbolKind::Function, &["value_name"]),
        ),
        ("external", Declare::First(SymbolKind::Function, &["value_name"])),
        ("module_binding", Declare::First(SymbolKind::Module, &["module_name"])),
        (
            "module_type_definition",
            Declare::First(SymbolKind::Interface, &["module_type_name"]),
        ),
        ("type_binding", Declare::Named(SymbolKind::Type)),
        ("class_binding", Declare::First(SymbolKind::Class, &["class_name"])),
        (
            "method_definition",
            Declare::First(SymbolKind::Method, &["method_name"]),
        ),
    ],
    imports: &[("open_module", open)],
    names: &[
        "value_name",
        "module_name",
        "module_type_name",
        "type_constructor",
        "constructor_name",
        "method_name",
        "field_name",
        "class_name",
    ],
    calls: &[("application_expression", "function")],
    lone_wrappers: &[
        "value_definition",
        "module_definition",
        "type_definition",
        "class_definition",
    ],
    leaves: &["string", "quoted_string"],
    ..Rules::NONE
};

fn let_binding(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let name = site
        .field("pattern")
        .filter(|name| name.kind() == "value_name" && !site.local);
    let is_function = child(site.node, &["parameter"]).is_some();
    let body = site.field("body").map(|body| body.kind());
    let kind = match is_function || matches!(body, Some("fun_expression" | "function_expression")) {
        true => SymbolKind::Function,
        false => SymbolKind::Variable,
    };
    found.extend(name.map(|name| site.found(kind, name)));
}

fn open(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    if let Some(module) = site.field("module") {
        imports.push(ImportFound {
            target: site.text_of(module).to_owned(),
            names: Vec::new(),
        });
    }
}

pub(super) const NIX: Rules = Rules {
    declarations: &[("binding", Declare::By(binding))],
    imports: &[("path_expression", path)],
    calls: &[("apply_expression", "function")],
    leaves: &["string_fragment"],
    ..Rules::NONE
};

/// Not within functions.
fn binding(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let (Some(name), Some(value)) = (site.field("attrpath"), site.field("expression")) else {
        return;
    };
    let kind = match value.kind() {
        "function_expression" => SymbolKind::Function,
        _ if site.container.is_some() => return,
        _ => SymbolKind::Variable,
    };
    if !site.local {
        found.push(site.found(kind, name));
    }
}

/// Any path says that a file is used.
fn path(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    imports.push(ImportFound {
        target: site.text_of(site.node).to_owned(),
        names: Vec::new(),
    });
}
