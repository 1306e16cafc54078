//! PHP.

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{ImportFound, ImportedName, Site, child, first, range};

pub(super) const RULES: Rules = Rules {
    declarations: &[
        ("class_declaration", Declare::Named(SymbolKind::Class)),
        ("interface_declaration", Declare::Named(SymbolKind::Interface)),
        ("trait_declaration", Declare::Named(SymbolKind::Trait)),
        ("enum_declaration", Declare::Named(SymbolKind::Enum)),
        ("method_declaration", Declare::Named(SymbolKind::Method)),
        ("function_definition", Declare::Named(SymbolKind::Function)),
        ("const_element", Declare::First(SymbolKind::Constant, &["name"])),
    ],
    imports: &[
        ("namespace_use_declaration", uses),
        ("require_expression", require),
        ("require_once_expression", require),
        ("include_expression", require),
        ("include_once_expression", require),
    ],
    names: &["name"],
    arguments: &["arguments"],
    leaves: &["string", "namespace_name"],
    lone_wrappers: &["const_declaration"],
    ..Rules::NONE
};

/// `use A\B;`, `use A\{B, C as D};`.
fn uses(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let prefix = child(site.node, &["namespace_name"]).map(|prefix| format!("{}\\", site.text_of(prefix)));
    let prefix = prefix.unwrap_or_default();
    let group = site.field("body").unwrap_or(site.node);
    for clause in group
        .named_children(&mut group.walk())
        .filter(|clause| clause.kind() == "namespace_use_clause")
    {
        let Some(path) = child(clause, &["qualified_name", "name"]) else {
            continue;
        };
        let last = child(path, &["name"]).unwrap_or(path);
        let name = clause.child_by_field_name("alias").unwrap_or(last);
        imports.push(ImportFound {
            target: format!("{prefix}{}", site.text_of(path).trim_start_matches('\\')),
            names: vec![ImportedName::target(range(name))],
        });
    }
}

/// `require __DIR__ . '/x.php'` is relative to the file as `'x.php'` may be.
fn require(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let path = first(site.node, &["string", "encapsed_string"]);
    if let Some(path) = path.map(|path| site.unquoted(path)) {
        imports.push(ImportFound {
            target: format!("./{}", path.trim_start_matches("./").trim_start_matches('/')),
            names: Vec::new(),
        });
    }
}
