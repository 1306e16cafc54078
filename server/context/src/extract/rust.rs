//! Rust.

use tree_sitter::Node;

use super::docs;
use super::shape::{Doc, Effect, Grammar, Here, Shape, child_of_kind};
use crate::code::Code;
use crate::{Param, SymbolKind};

pub(crate) struct Rust;

/// Attributes, by their last segment, that make a function a test.
const TEST_ATTRIBUTES: [&str; 5] = ["test", "rstest", "test_case", "quickcheck", "wasm_bindgen_test"];

const PANICKING_MACROS: [&str; 7] = [
    "panic",
    "unreachable",
    "todo",
    "unimplemented",
    "assert",
    "assert_eq",
    "assert_ne",
];

impl Grammar for Rust {
    fn declare<'t>(&self, here: &Here<'_, 't>, found: &mut Vec<Shape<'t>>) {
        let node = here.node();
        let kind = match node.kind() {
            "function_item" | "function_signature_item" => return found.extend(function(here)),
            "impl_item" => return found.extend(impl_block(here)),
            "struct_item" | "union_item" => SymbolKind::Struct,
            "enum_item" => SymbolKind::Enum,
            "enum_variant" => SymbolKind::Variant,
            "trait_item" => SymbolKind::Trait,
            "mod_item" => SymbolKind::Module,
            "const_item" => SymbolKind::Constant,
            "static_item" => SymbolKind::Static,
            "type_item" | "associated_type" => SymbolKind::Type,
            "macro_definition" => SymbolKind::Macro,
            _ => return,
        };
        let Some(name) = node.child_by_field_name("name") else {
            return;
        };
        let mut shape = Shape::new(kind, here.code, name);
        // A tuple's fields are part of the signature: they are all that it says.
        shape.body = node
            .child_by_field_name("body")
            .filter(|body| body.kind() != "ordered_field_declaration_list");
        shape.exported = is_public(here);
        match kind {
            SymbolKind::Module => shape.is_test = attributes(here).any(|text| text.replace(' ', "") == "cfg(test)"),
            SymbolKind::Macro => {
                shape.body = child_of_kind(node, "macro_rule");
                shape.signature = Some(format!("macro_rules! {}", shape.name));
                shape.exported = attributes(here).any(|text| text.starts_with("macro_export"));
            }
            _ => {}
        }
        found.push(shape);
    }

    fn effects(&self, here: &Here<'_, '_>, found: &mut Vec<Effect>) {
        let node = here.node();
        match node.kind() {
            "call_expression" => {
                if let Some(name) = node.child_by_field_name("function").and_then(callee) {
                    let text = here.code.of(name);
                    let is_method = name.kind() == "field_identifier";
                    call(text, name.start_byte(), is_method, found);
                }
            }
            "macro_invocation" => {
                if let Some(name) = node.child_by_field_name("macro").and_then(callee) {
                    let text = here.code.of(name);
                    if PANICKING_MACROS.contains(&text.as_str()) {
                        found.push(Effect::Panic);
                    }
                    found.push(Effect::Call {
                        name: format!("{text}!"),
                        at: name.start_byte(),
                    });
                }
            }
            // The grammar leaves a macro's arguments as tokens: a name before parentheses is taken for a call.
            "token_tree" if here.code.starts_with(node, b'(') && !in_attribute(here) => {
                if let Some(name) = here.frame().previous.filter(|before| before.kind() == "identifier") {
                    let before = name
                        .start_byte()
                        .checked_sub(1)
                        .and_then(|at| here.code.rope.get_byte(at));
                    call(here.code.of(name), name.start_byte(), before == Some(b'.'), found);
                }
            }
            _ => {}
        }
    }

    fn doc(&self, code: Code<'_>, leading: &[Node<'_>], line: usize, _: &Shape<'_>) -> Option<Doc> {
        docs::above(code, leading, line, |text| {
            (text.starts_with("///") && !text.starts_with("////"))
                || (text.starts_with("/**") && !text.starts_with("/***") && text != "/**/")
        })
    }
}

fn call(name: String, at: usize, is_method: bool, found: &mut Vec<Effect>) {
    if is_method && matches!(name.as_str(), "unwrap" | "expect") {
        found.push(Effect::Panic);
    }
    // Values in the shape of calls: they would hide what is called.
    if matches!(name.as_str(), "Ok" | "Err" | "Some") {
        return;
    }
    found.push(Effect::Call { name, at });
}

fn in_attribute(here: &Here<'_, '_>) -> bool {
    here.frames
        .iter()
        .rev()
        .any(|frame| frame.node.kind() == "attribute_item")
}

/// The identifier that a callee ends in.
fn callee(mut node: Node<'_>) -> Option<Node<'_>> {
    loop {
        let field = match node.kind() {
            "identifier" | "field_identifier" => return Some(node),
            "scoped_identifier" => "name",
            "field_expression" => "field",
            "generic_function" => "function",
            _ => return None,
        };
        node = node.child_by_field_name(field)?;
    }
}

fn function<'t>(here: &Here<'_, 't>) -> Option<Shape<'t>> {
    let node = here.node();
    let code = here.code;
    let owner = here.container().map(|symbol| symbol.kind);
    let kind = match owner {
        Some(SymbolKind::Impl | SymbolKind::Trait) => SymbolKind::Method,
        _ => SymbolKind::Function,
    };
    let mut shape = Shape::new(kind, code, node.child_by_field_name("name")?);
    let parameters = node.child_by_field_name("parameters")?;
    for parameter in parameters.named_children(&mut parameters.walk()) {
        match parameter.kind() {
            "self_parameter" => shape.receiver = Some(code.one_line(parameter)),
            "parameter" => {
                let Some(pattern) = parameter.child_by_field_name("pattern") else {
                    continue;
                };
                let ty = parameter.child_by_field_name("type").map(|ty| code.one_line(ty));
                if pattern.kind() == "self" {
                    shape.receiver = Some(code.one_line(parameter));
                } else {
                    let name = code.one_line(pattern);
                    shape.params.push(Param {
                        name,
                        ty,
                        default: false,
                    });
                }
            }
            _ => {}
        }
    }
    shape.returns = node.child_by_field_name("return_type").map(|ty| code.one_line(ty));
    shape.fallible = shape.returns.as_deref().is_some_and(names_result);
    shape.body = node.child_by_field_name("body");
    shape.exported = is_public(here);
    shape.is_async = child_of_kind(node, "function_modifiers").is_some_and(|it| child_of_kind(it, "async").is_some());
    shape.is_test = attributes(here).any(|text| {
        let path = text.split(['(', '=']).next().unwrap_or_default();
        let last = path.rsplit("::").next().unwrap_or_default();
        TEST_ATTRIBUTES.contains(&last.trim())
    });
    Some(shape)
}

/// `Result`, `io::Result<()>`, `LspResult<T>`, `impl Future<Output = Result<…>>`.
fn names_result(ty: &str) -> bool {
    ty.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .any(|word| word.ends_with("Result"))
}

fn impl_block<'t>(here: &Here<'_, 't>) -> Option<Shape<'t>> {
    let node = here.node();
    let mut shape = Shape::new(
        SymbolKind::Impl,
        here.code,
        base_type(node.child_by_field_name("type")?),
    );
    shape.body = node.child_by_field_name("body");
    Some(shape)
}

/// `Parser` of `&'a mut crate::Parser<'a, T>`.
fn base_type(mut node: Node<'_>) -> Node<'_> {
    loop {
        let field = match node.kind() {
            "generic_type" | "reference_type" | "pointer_type" => "type",
            "scoped_type_identifier" => "name",
            _ => return node,
        };
        let Some(inner) = node.child_by_field_name(field) else {
            return node;
        };
        node = inner;
    }
}

/// `pub` without a restriction. What a trait or an enum declares is as public as itself.
fn is_public(here: &Here<'_, '_>) -> bool {
    if let Some(owner) = here.container()
        && matches!(owner.kind, SymbolKind::Trait | SymbolKind::Enum)
    {
        return owner.exported;
    }
    child_of_kind(here.node(), "visibility_modifier").is_some_and(|visibility| here.code.is(visibility, "pub"))
}

/// Texts of the attributes on the declaration, without `#[` and `]`.
fn attributes<'w>(here: &'w Here<'_, '_>) -> impl Iterator<Item = String> + 'w {
    here.frame()
        .leading
        .iter()
        .filter(|node| node.kind() == "attribute_item")
        .filter_map(|node| child_of_kind(*node, "attribute"))
        .map(|attribute| here.code.one_line(attribute))
}
