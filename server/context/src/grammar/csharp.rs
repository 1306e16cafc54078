//! C#.

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{ImportFound, ImportedName, Site, range};

pub(super) const RULES: Rules = Rules {
    declarations: &[
        ("namespace_declaration", Declare::Named(SymbolKind::Module)),
        ("class_declaration", Declare::Named(SymbolKind::Class)),
        ("record_declaration", Declare::Named(SymbolKind::Class)),
        ("struct_declaration", Declare::Named(SymbolKind::Struct)),
        ("interface_declaration", Declare::Named(SymbolKind::Interface)),
        ("enum_declaration", Declare::Named(SymbolKind::Enum)),
        ("delegate_declaration", Declare::Named(SymbolKind::Type)),
        ("method_declaration", Declare::Named(SymbolKind::Method)),
        ("constructor_declaration", Declare::Named(SymbolKind::Method)),
        ("property_declaration", Declare::Named(SymbolKind::Property)),
        ("local_function_statement", Declare::Named(SymbolKind::Function)),
    ],
    imports: &[("using_directive", using)],
    arguments: &["argument_list"],
    type_arguments: &["type_argument_list"],
    leaves: &[
        "string_literal",
        "raw_string_literal",
        "verbatim_string_literal",
        "character_literal",
    ],
    ..Rules::NONE
};

fn using(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let target = site.node.named_children(&mut site.node.walk()).last();
    if let Some(target) = target {
        imports.push(ImportFound {
            target: site.text_of(target).to_owned(),
            names: site
                .field("name")
                .map(range)
                .map(ImportedName::target)
                .into_iter()
                .collect(),
        });
    }
}
