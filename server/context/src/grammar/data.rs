//! What holds data and says its shape: SQL, Protocol Buffers, JSON, TOML and YAML.

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, Site, child, first, range};

pub(super) const SQL: Rules = Rules {
    declarations: &[
        ("create_table", Declare::By(table)),
        ("create_view", Declare::By(table)),
        ("create_materialized_view", Declare::By(table)),
        ("create_type", Declare::By(sql_type)),
        ("create_function", Declare::By(routine)),
        ("create_procedure", Declare::By(routine)),
        ("create_trigger", Declare::By(routine)),
    ],
    calls: &[("invocation", "")],
    leading: &["comment", "marginalia"],
    lone_wrappers: &["statement"],
    leaves: &["literal"],
    ..Rules::NONE
};

fn table(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    created(site, SymbolKind::Struct, found);
}

fn sql_type(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    created(site, SymbolKind::Type, found);
}

fn routine(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    created(site, SymbolKind::Function, found);
}

/// `users` of `public.users`.
fn created(site: &Site<'_, '_>, kind: SymbolKind, found: &mut Vec<Found>) {
    let reference = child(site.node, &["object_reference"]);
    if let Some(name) = reference.and_then(|reference| reference.child_by_field_name("name")) {
        found.push(site.found(kind, name));
    }
}

pub(super) const PROTOBUF: Rules = Rules {
    declarations: &[
        ("message", Declare::First(SymbolKind::Struct, &["identifier"])),
        ("enum", Declare::First(SymbolKind::Enum, &["identifier"])),
        ("service", Declare::First(SymbolKind::Interface, &["identifier"])),
        ("rpc", Declare::First(SymbolKind::Method, &["identifier"])),
    ],
    imports: &[("import", proto_import)],
    leaves: &["package", "string"],
    ..Rules::NONE
};

fn proto_import(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    if let Some(path) = site.field("path") {
        imports.push(ImportFound {
            target: site.unquoted(path).to_owned(),
            names: Vec::new(),
        });
    }
}

pub(super) const JSON: Rules = Rules {
    declarations: &[("pair", Declare::By(json_pair))],
    names: &[],
    leaves: &["string", "array"],
    ..Rules::NONE
};

/// Of the outermost object.
fn json_pair(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let depth = site.levels.len();
    if depth == 2
        && let Some(key) = site.field("key")
    {
        found.push(site.found(SymbolKind::Variable, key));
    }
}

pub(super) const TOML: Rules = Rules {
    declarations: &[
        ("table", Declare::First(SymbolKind::Module, TOML_KEYS)),
        ("table_array_element", Declare::First(SymbolKind::Module, TOML_KEYS)),
        ("pair", Declare::By(toml_pair)),
    ],
    names: &[],
    leaves: &["string", "array"],
    ..Rules::NONE
};

const TOML_KEYS: &[&str] = &["bare_key", "dotted_key", "quoted_key"];

/// Above the first table.
fn toml_pair(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    if site.parent_kind() == "document"
        && let Some(key) = site.first(TOML_KEYS)
    {
        found.push(site.found(SymbolKind::Variable, key));
    }
}

pub(super) const YAML: Rules = Rules {
    declarations: &[("block_mapping_pair", Declare::By(yaml_pair))],
    names: &[],
    leaves: &["flow_node", "block_sequence"],
    ..Rules::NONE
};

/// The keys of the document and of what is directly in them: `jobs`, `jobs.build`.
fn yaml_pair(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    const OUTERMOST: usize = 4;
    const WITHIN: usize = 7;
    let depth = site.levels.len();
    if depth != OUTERMOST && depth != WITHIN {
        return;
    }
    let Some(key) = site
        .field("key")
        .and_then(|key| first(key, &["string_scalar", "double_quote_scalar"]))
    else {
        return;
    };
    let is_block = site.field("value").is_some_and(|value| value.kind() == "block_node");
    if depth == OUTERMOST || (depth == WITHIN && is_block) {
        found.push(Found {
            body: site.field("value").map(range),
            ..site.found(SymbolKind::Variable, key)
        });
    }
}
