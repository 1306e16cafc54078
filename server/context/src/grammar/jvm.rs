//! Java, Kotlin and Scala.

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, ImportedName, Site, child, range};

pub(super) const JAVA: Rules = Rules {
    declarations: &[
        ("class_declaration", Declare::Named(SymbolKind::Class)),
        ("record_declaration", Declare::Named(SymbolKind::Class)),
        ("interface_declaration", Declare::Named(SymbolKind::Interface)),
        ("annotation_type_declaration", Declare::Named(SymbolKind::Interface)),
        ("enum_declaration", Declare::Named(SymbolKind::Enum)),
        ("method_declaration", Declare::Named(SymbolKind::Method)),
        ("constructor_declaration", Declare::Named(SymbolKind::Method)),
        ("compact_constructor_declaration", Declare::Named(SymbolKind::Method)),
    ],
    imports: &[("import_declaration", java_import)],
    names: &["identifier", "type_identifier"],
    arguments: &["argument_list"],
    type_arguments: &["type_arguments"],
    leading: &["line_comment", "block_comment"],
    leaves: &["string_literal", "character_literal", "package_declaration"],
    ..Rules::NONE
};

fn java_import(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let parts: Vec<_> = site.node.named_children(&mut site.node.walk()).collect();
    let Some(path) = parts
        .iter()
        .find(|part| part.kind() == "scoped_identifier" || part.kind() == "identifier")
    else {
        return;
    };
    let asterisk = parts.iter().find(|part| part.kind() == "asterisk");
    let is_all = asterisk.is_some();
    let name = path.child_by_field_name("name").filter(|_| !is_all);
    let all = asterisk.map(|mark| ImportedName::all(range(*mark)));
    let end = if is_all { ".*" } else { "" };
    imports.push(ImportFound {
        target: format!("{}{end}", site.text_of(*path)),
        names: name.map(range).map(ImportedName::target).or(all).into_iter().collect(),
    });
}

pub(super) const KOTLIN: Rules = Rules {
    declarations: &[
        ("class_declaration", Declare::By(kotlin_class)),
        ("object_declaration", Declare::Named(SymbolKind::Class)),
        ("function_declaration", Declare::By(kotlin_function)),
        (
            "property_declaration",
            Declare::Top(SymbolKind::Constant, &["identifier"]),
        ),
        ("type_alias", Declare::In(SymbolKind::Type, "type")),
    ],
    imports: &[("import", kotlin_import)],
    names: &["identifier"],
    arguments: &["value_arguments"],
    type_arguments: &["type_arguments"],
    leading: &["line_comment", "block_comment"],
    leaves: &["package_header"],
    ..Rules::NONE
};

fn kotlin_class(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let is = |word: &str| {
        site.node
            .children(&mut site.node.walk())
            .any(|child| child.kind() == word)
    };
    let modifiers = child(site.node, &["modifiers"]).map(|modifiers| site.text_of(modifiers));
    let is_enum = modifiers.is_some_and(|modifiers| modifiers.split_whitespace().any(|word| word == "enum"));
    let kind = match (is("interface"), is_enum) {
        (true, _) => SymbolKind::Interface,
        (_, true) => SymbolKind::Enum,
        _ => SymbolKind::Class,
    };
    found.extend(site.named(kind));
}

/// `String` of `fun String.trimmed()`.
fn kotlin_function(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let Some(name) = site.field("name") else { return };
    let receiver = child(site.node, &["user_type", "nullable_type"]).filter(|ty| ty.end_byte() < name.start_byte());
    let owner = receiver.and_then(|ty| child(ty, &["identifier", "user_type"]));
    found.push(Found {
        owner: owner.map(range),
        ..site.found(SymbolKind::Function, name)
    });
}

fn kotlin_import(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let Some(path) = child(site.node, &["qualified_identifier"]) else {
        return;
    };
    let is_all = site.text_of(site.node).trim_end().ends_with('*');
    let alias = child(site.node, &["identifier"]);
    let last = path.named_children(&mut path.walk()).last();
    let name = alias.or(last).filter(|_| !is_all);
    let all = if is_all { ".*" } else { "" };
    imports.push(ImportFound {
        target: format!("{}{all}", site.text_of(path)),
        names: name.map(range).map(ImportedName::target).into_iter().collect(),
    });
}

pub(super) const SCALA: Rules = Rules {
    declarations: &[
        ("class_definition", Declare::Named(SymbolKind::Class)),
        ("object_definition", Declare::Named(SymbolKind::Class)),
        ("trait_definition", Declare::Named(SymbolKind::Trait)),
        ("enum_definition", Declare::Named(SymbolKind::Enum)),
        ("function_definition", Declare::Named(SymbolKind::Function)),
        ("function_declaration", Declare::Named(SymbolKind::Function)),
        ("type_definition", Declare::Outside(SymbolKind::Type)),
        ("val_definition", Declare::Top(SymbolKind::Constant, &["identifier"])),
        ("var_definition", Declare::Top(SymbolKind::Variable, &["identifier"])),
    ],
    imports: &[("import_declaration", scala_import)],
    names: &["identifier", "type_identifier"],
    arguments: &["arguments"],
    type_arguments: &["type_arguments"],
    leading: &["comment", "block_comment"],
    leaves: &["string", "package_identifier"],
    ..Rules::NONE
};

/// One import for each name in the braces.
fn scala_import(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let path = site.fields("path");
    let parts: Vec<&str> = path
        .iter()
        .map(|part| site.text_of(*part))
        .filter(|part| *part != ".")
        .collect();
    let path_text = parts.join(".");
    let Some(selectors) = child(site.node, &["namespace_selectors"]) else {
        let is_all = child(site.node, &["namespace_wildcard"]).is_some();
        let last = path.last().filter(|_| !is_all);
        return imports.push(ImportFound {
            target: if is_all { format!("{path_text}.*") } else { path_text },
            names: last
                .map(|name| ImportedName::target(range(*name)))
                .into_iter()
                .collect(),
        });
    };
    for selector in selectors.named_children(&mut selectors.walk()) {
        let name = selector.child_by_field_name("name").unwrap_or(selector);
        let alias = selector.child_by_field_name("alias").unwrap_or(name);
        imports.push(ImportFound {
            target: format!("{path_text}.{}", site.text_of(name)),
            names: vec![ImportedName::target(range(alias))],
        });
    }
}
