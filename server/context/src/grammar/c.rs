//! C and C++.

use tree_sitter::Node;

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, ImportedName, Site, range};

pub(super) const RULES: Rules = Rules {
    declarations: &[
        ("function_definition", Declare::By(function)),
        ("declaration", Declare::By(declaration)),
        ("field_declaration", Declare::By(member)),
        ("struct_specifier", Declare::By(structure)),
        ("union_specifier", Declare::By(structure)),
        ("class_specifier", Declare::By(class)),
        ("enum_specifier", Declare::By(enumeration)),
        ("type_definition", Declare::By(typedef)),
        ("alias_declaration", Declare::Named(SymbolKind::Type)),
        ("concept_definition", Declare::Named(SymbolKind::Type)),
        ("namespace_definition", Declare::Named(SymbolKind::Module)),
        ("preproc_def", Declare::Named(SymbolKind::Macro)),
        ("preproc_function_def", Declare::Named(SymbolKind::Macro)),
    ],
    imports: &[("preproc_include", include), ("import_declaration", include)],
    names: &[
        "identifier",
        "field_identifier",
        "type_identifier",
        "namespace_identifier",
    ],
    arguments: &["argument_list"],
    type_arguments: &["template_argument_list"],
    leading: &["comment", "attribute_declaration"],
    wrappers: &["template_declaration"],
    leaves: &[
        "string_literal",
        "raw_string_literal",
        "char_literal",
        "system_lib_string",
        "preproc_arg",
    ],
    ..Rules::NONE
};

/// The name that a declarator ends in, the type that qualifies it, and whether it is a function's.
struct Declarator<'t> {
    name: Node<'t>,
    owner: Option<Node<'t>>,
    is_function: bool,
}

/// `f` of `**A::f(int)`. A pointer to a function is none.
fn declarator(mut node: Node<'_>) -> Option<Declarator<'_>> {
    let mut is_function = false;
    let mut owner = None;
    loop {
        let inner = match node.kind() {
            "identifier" | "field_identifier" | "type_identifier" | "destructor_name" | "operator_name"
            | "primitive_type" => {
                return Some(Declarator {
                    name: node,
                    owner,
                    is_function,
                });
            }
            "qualified_identifier" => {
                owner = node.child_by_field_name("scope").or(owner);
                node.child_by_field_name("name")
            }
            "template_function" | "template_type" | "template_method" | "dependent_name" => {
                node.child_by_field_name("name").or_else(|| node.named_child(0))
            }
            "parenthesized_declarator" => {
                is_function = false;
                node.named_child(0)
            }
            kind => {
                is_function |= kind == "function_declarator";
                let inner = node.child_by_field_name("declarator");
                inner.or_else(|| node.named_child(u32::try_from(node.named_child_count()).ok()?.checked_sub(1)?))
            }
        };
        node = inner.filter(|inner| *inner != node)?;
    }
}

/// Which a macro before the name can hide.
fn function(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    if let Some(declarator) = site.field("declarator").and_then(declarator) {
        found.push(with_owner(site, SymbolKind::Function, &declarator));
    }
}

fn with_owner(site: &Site<'_, '_>, kind: SymbolKind, declarator: &Declarator<'_>) -> Found {
    let owner = declarator.owner.map(|owner| {
        let name = owner.child_by_field_name("name");
        range(name.unwrap_or(owner))
    });
    Found {
        kind: if owner.is_some() { SymbolKind::Method } else { kind },
        owner,
        ..site.found(kind, declarator.name)
    }
}

/// Prototypes, and variables of the file.
fn declaration(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    if site.local {
        return;
    }
    let is_constant = site
        .node
        .children(&mut site.node.walk())
        .any(|child| child.kind() == "type_qualifier" && matches!(site.text_of(child), "const" | "constexpr"));
    for node in site.fields("declarator") {
        let Some(declarator) = declarator(node) else { continue };
        let kind = match (declarator.is_function, is_constant) {
            (true, _) => SymbolKind::Function,
            (_, true) => SymbolKind::Constant,
            _ => SymbolKind::Variable,
        };
        found.push(Found {
            body: None,
            kind,
            ..with_owner(site, kind, &declarator)
        });
    }
}

/// A method that a class only announces.
fn member(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let declarator = site.field("declarator").and_then(declarator);
    if let Some(declarator) = declarator.filter(|declarator| declarator.is_function) {
        found.push(site.found(SymbolKind::Method, declarator.name));
    }
}

fn structure(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    with_body(site, SymbolKind::Struct, found);
}

fn class(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    with_body(site, SymbolKind::Class, found);
}

fn enumeration(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    with_body(site, SymbolKind::Enum, found);
}

/// Without a body it is a use of the type.
fn with_body(site: &Site<'_, '_>, kind: SymbolKind, found: &mut Vec<Found>) {
    if site.field("body").is_some()
        && let Some(declarator) = site.field("name").and_then(declarator)
    {
        found.push(site.found(kind, declarator.name));
    }
}

fn typedef(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let names = site.fields("declarator");
    found.extend(
        names
            .into_iter()
            .filter_map(declarator)
            .map(|it| site.found(SymbolKind::Type, it.name)),
    );
}

fn include(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    if let Some(path) = site.field("path").or_else(|| site.field("header")) {
        imports.push(ImportFound {
            target: site.unquoted(path).to_owned(),
            names: vec![ImportedName::all(range(path))],
        });
    }
}
