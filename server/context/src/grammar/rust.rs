//! Rust.

use tree_sitter::Node;

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, Site, range};

pub(super) const RULES: Rules = Rules {
    declarations: &[
        ("function_item", Declare::Named(SymbolKind::Function)),
        ("function_signature_item", Declare::Named(SymbolKind::Function)),
        ("struct_item", Declare::Named(SymbolKind::Struct)),
        ("union_item", Declare::Named(SymbolKind::Struct)),
        ("enum_item", Declare::Named(SymbolKind::Enum)),
        ("trait_item", Declare::Named(SymbolKind::Trait)),
        ("type_item", Declare::Outside(SymbolKind::Type)),
        ("associated_type", Declare::Named(SymbolKind::Type)),
        ("const_item", Declare::Outside(SymbolKind::Constant)),
        ("static_item", Declare::Outside(SymbolKind::Static)),
        ("mod_item", Declare::Named(SymbolKind::Module)),
        ("macro_definition", Declare::Named(SymbolKind::Macro)),
        ("impl_item", Declare::By(implementation)),
    ],
    imports: &[
        ("use_declaration", uses),
        ("mod_item", module_file),
        ("extern_crate_declaration", extern_crate),
    ],
    names: &[
        "identifier",
        "type_identifier",
        "field_identifier",
        "shorthand_field_identifier",
    ],
    arguments: &["arguments", "token_tree"],
    type_arguments: &["type_arguments"],
    leading: &["line_comment", "block_comment", "attribute_item"],
    leaves: &[
        "string_literal",
        "raw_string_literal",
        "char_literal",
        "inner_attribute_item",
        "lifetime",
    ],
    ..Rules::NONE
};

fn implementation(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let Some(mut ty) = site.field("type") else { return };
    // `Parser` of `&'a mut crate::Parser<'a, T>`.
    loop {
        let field = match ty.kind() {
            "generic_type" | "reference_type" | "pointer_type" => "type",
            "scoped_type_identifier" => "name",
            _ => break,
        };
        let Some(inner) = ty.child_by_field_name(field) else {
            break;
        };
        ty = inner;
    }
    found.push(Found {
        owner: Some(range(ty)),
        ..site.found(SymbolKind::Impl, ty)
    });
}

/// `mod name;` stands for a file.
fn module_file(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    if let (None, Some(name)) = (site.field("body"), site.field("name")) {
        imports.push(ImportFound {
            target: format!("self::{}", site.text_of(name)),
            names: Vec::new(),
        });
    }
}

fn extern_crate(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    if let Some(name) = site.field("name") {
        imports.push(ImportFound {
            target: site.text_of(name).to_owned(),
            names: vec![range(site.field("alias").unwrap_or(name))],
        });
    }
}

/// Longer paths lead nowhere.
const PATH_CAP: usize = 1_000;

/// One import for each leaf of the tree: `use a::{b, c::D}` is `a::b` and `a::c::D`.
fn uses(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let from = imports.len();
    leaves(site, imports);
    // In a module of the same file, `super` is the file.
    let inner = site
        .levels
        .iter()
        .filter(|level| level.node.kind() == "mod_item")
        .count();
    for import in &mut imports[from..] {
        for _ in 0..inner {
            let Some(rest) = import.target.strip_prefix("super") else {
                break;
            };
            let rest = rest.trim_start_matches("::");
            import.target = if rest.starts_with("super") {
                rest.to_owned()
            } else {
                join("self", rest)
            };
        }
    }
}

fn leaves(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let mut open: Vec<(Node<'_>, String)> = site
        .field("argument")
        .map(|argument| (argument, String::new()))
        .into_iter()
        .collect();
    while let Some((node, prefix)) = open.pop() {
        if prefix.len() > PATH_CAP {
            continue;
        }
        let leaf = |path: &str, name: Option<Node<'_>>| ImportFound {
            target: join(&prefix, path),
            names: name.map(range).into_iter().collect(),
        };
        match node.kind() {
            "scoped_use_list" => {
                let path = node.child_by_field_name("path").map(|path| site.text_of(path));
                let prefix = join(&prefix, path.unwrap_or_default());
                let list = node.child_by_field_name("list");
                open.extend(list.into_iter().flat_map(|list| parts(list, &prefix)));
            }
            "use_list" => open.extend(parts(node, &prefix)),
            "use_as_clause" => {
                let path = node.child_by_field_name("path").map(|path| site.text_of(path));
                imports.push(leaf(path.unwrap_or_default(), node.child_by_field_name("alias")));
            }
            "use_wildcard" => {
                let path = node.named_child(0).map(|path| site.text_of(path));
                imports.push(leaf(path.unwrap_or_default(), None));
            }
            "self" => imports.push(leaf("", None)),
            "scoped_identifier" => imports.push(leaf(site.text_of(node), node.child_by_field_name("name"))),
            "identifier" | "crate" | "super" => imports.push(leaf(site.text_of(node), Some(node))),
            _ => {}
        }
    }
}

/// Backwards, as they are taken from the end.
fn parts<'t>(list: Node<'t>, prefix: &str) -> Vec<(Node<'t>, String)> {
    let mut cursor = list.walk();
    let mut parts: Vec<_> = list
        .named_children(&mut cursor)
        .map(|part| (part, prefix.to_owned()))
        .collect();
    parts.reverse();
    parts
}

fn join(prefix: &str, path: &str) -> String {
    let path: String = path.split_whitespace().collect();
    match (prefix.is_empty(), path.is_empty()) {
        (true, _) => path,
        (_, true) => prefix.to_owned(),
        _ => format!("{prefix}::{path}"),
    }
}
