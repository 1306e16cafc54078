//! Rust.

mod uses;

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, Site, range};

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
        ("use_declaration", uses::declared),
        ("mod_item", uses::module_file),
        ("extern_crate_declaration", uses::extern_crate),
        ("token_tree", uses::in_macro),
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
