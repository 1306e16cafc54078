//! TypeScript, TSX and JavaScript: one set of node kinds.

mod bound;
mod tests_by_call;

use tree_sitter::Node;

use super::shape::{Doc, Effect, Grammar, Here, Shape, child_of_kind};
use super::{Declaration, docs};
use crate::code::Code;
use crate::{Param, SymbolKind};

pub(crate) struct TypeScript;

impl Grammar for TypeScript {
    fn declare<'t>(&self, here: &Here<'_, 't>, found: &mut Vec<Shape<'t>>) {
        let shape = match here.node().kind() {
            "function_declaration" | "generator_function_declaration" | "function_signature" => {
                named(here, SymbolKind::Function).map(|shape| with_header(here, here.node(), shape))
            }
            "method_definition" | "method_signature" | "abstract_method_signature" => method(here),
            "class_declaration" | "abstract_class_declaration" => named(here, SymbolKind::Class),
            "interface_declaration" => named(here, SymbolKind::Interface),
            "enum_declaration" => named(here, SymbolKind::Enum),
            "type_alias_declaration" => named(here, SymbolKind::Type).map(|shape| Shape { body: None, ..shape }),
            "internal_module" | "module" => named(here, SymbolKind::Module),
            "variable_declarator" => bound::variable(here),
            "public_field_definition" | "field_definition" => bound::field(here),
            "assignment_expression" => bound::assignment(here),
            "arrow_function" | "function_expression" | "class" => bound::default_export(here),
            "call_expression" => tests_by_call::test(here),
            _ => None,
        };
        found.extend(shape);
    }

    fn effects(&self, here: &Here<'_, '_>, found: &mut Vec<Effect>) {
        let node = here.node();
        let callee = match node.kind() {
            "call_expression" => node.child_by_field_name("function"),
            "new_expression" => node.child_by_field_name("constructor"),
            "throw_statement" => return found.push(Effect::Raise(thrown(here.code, node))),
            _ => return,
        };
        let name = callee.and_then(|callee| match callee.kind() {
            "identifier" => Some(callee),
            "member_expression" => callee.child_by_field_name("property"),
            _ => None,
        });
        if let Some(name) = name {
            found.push(Effect::Call {
                name: here.code.of(name),
                at: name.start_byte(),
            });
        }
    }

    fn doc(&self, code: Code<'_>, leading: &[Node<'_>], line: usize, _: &Shape<'_>) -> Option<Doc> {
        let last = leading.iter().rposition(|node| node.kind() == "comment")?;
        docs::above(code, &leading[last..], line, |text| {
            text.starts_with("/**") && text != "/**/"
        })
    }

    /// `export { a, b as c }` and `export default a` export what was declared elsewhere in the file.
    fn finish(&self, code: Code<'_>, root: Node<'_>, declarations: &mut [Declaration]) {
        let names: Vec<String> = root
            .named_children(&mut root.walk())
            .filter(|node| node.kind() == "export_statement" && node.child_by_field_name("source").is_none())
            .flat_map(|statement| exported_names(code, statement))
            .collect();
        for declaration in declarations.iter_mut().filter(|it| it.symbol.parent.is_none()) {
            declaration.symbol.exported |= names.contains(&declaration.symbol.name);
        }
    }
}

fn exported_names(code: Code<'_>, statement: Node<'_>) -> Vec<String> {
    let value = statement
        .child_by_field_name("value")
        .filter(|value| value.kind() == "identifier");
    let Some(clause) = child_of_kind(statement, "export_clause") else {
        return value.map(|value| code.of(value)).into_iter().collect();
    };
    clause
        .named_children(&mut clause.walk())
        .filter_map(|specifier| specifier.child_by_field_name("name"))
        .map(|name| code.of(name))
        .collect()
}

/// `RangeError` of `throw new RangeError()` and of `throw RangeError()`; a caught value thrown again has no name.
fn thrown(code: Code<'_>, node: Node<'_>) -> Option<String> {
    let thrown = node.named_child(0)?;
    let ty = match thrown.kind() {
        "new_expression" => thrown.child_by_field_name("constructor")?,
        "call_expression" => thrown.child_by_field_name("function")?,
        _ => return None,
    };
    let name = code.one_line(ty);
    let last = name.rsplit('.').next().unwrap_or_default();
    last.starts_with(char::is_uppercase).then_some(name)
}

/// A declaration with its name and body in the usual fields.
fn named<'t>(here: &Here<'_, 't>, kind: SymbolKind) -> Option<Shape<'t>> {
    let node = here.node();
    let mut shape = Shape::new(kind, here.code, node.child_by_field_name("name")?);
    shape.body = node.child_by_field_name("body");
    (shape.outer, shape.exported) = statement(here, 0);
    if let Some(owner) = here
        .container()
        .filter(|owner| owner.kind == SymbolKind::Module && shape.exported)
    {
        shape.exported = owner.exported;
    }
    Some(shape)
}

/// From `up` levels above, how far up the statement goes over `export` and `declare`, and whether it is exported.
fn statement(here: &Here<'_, '_>, mut up: usize) -> (usize, bool) {
    let mut exported = false;
    while let Some(frame) = here.above(up + 1) {
        match frame.node.kind() {
            "export_statement" => exported = true,
            "ambient_declaration" => {}
            // A namespace that is no expression of its own stands in a statement.
            "expression_statement" if here.above(up).is_some_and(|it| it.node.kind() == "internal_module") => {}
            _ => break,
        }
        up += 1;
    }
    (up, exported)
}

/// Completes the shape by what stands between name and body: parameters, return type, `async`.
fn with_header<'t>(here: &Here<'_, 't>, function: Node<'t>, mut shape: Shape<'t>) -> Shape<'t> {
    let code = here.code;
    if let Some(list) = function.child_by_field_name("parameters") {
        shape.params = list
            .named_children(&mut list.walk())
            .filter_map(|node| param(code, node))
            .collect();
    } else if let Some(only) = function.child_by_field_name("parameter") {
        shape.params = param(code, only).into_iter().collect();
    }
    shape.returns = function
        .child_by_field_name("return_type")
        .map(|ty| annotation(code, ty));
    shape.body = function.child_by_field_name("body");
    shape.is_async = child_of_kind(function, "async").is_some();
    shape
}

fn param(code: Code<'_>, node: Node<'_>) -> Option<Param> {
    let (name, default) = match node.kind() {
        "required_parameter" | "optional_parameter" => {
            let name = node
                .child_by_field_name("pattern")
                .or_else(|| node.child_by_field_name("name"))?;
            let default = node.kind() == "optional_parameter" || node.child_by_field_name("value").is_some();
            (name, default)
        }
        "assignment_pattern" => (node.child_by_field_name("left")?, true),
        "identifier" | "object_pattern" | "array_pattern" | "rest_pattern" => (node, false),
        _ => return None,
    };
    if name.kind() == "this" {
        return None;
    }
    Some(Param {
        name: code.one_line(name),
        ty: node.child_by_field_name("type").map(|ty| annotation(code, ty)),
        default,
    })
}

/// A type without the colon before it.
fn annotation(code: Code<'_>, node: Node<'_>) -> String {
    code.one_line(node).trim_start_matches(':').trim_start().to_owned()
}

fn method<'t>(here: &Here<'_, 't>) -> Option<Shape<'t>> {
    let node = here.node();
    let is = |token| child_of_kind(node, token).is_some();
    let kind = if is("get") || is("set") {
        SymbolKind::Property
    } else {
        SymbolKind::Method
    };
    let shape = Shape::new(kind, here.code, node.child_by_field_name("name")?);
    Some(member(here, with_header(here, node, shape)))
}

/// What a class member has beside its header: `this` unless static, its class's export unless private.
fn member<'t>(here: &Here<'_, 't>, mut shape: Shape<'t>) -> Shape<'t> {
    let node = here.node();
    if child_of_kind(node, "static").is_none() {
        shape.receiver = Some("this".to_owned());
    }
    let access = child_of_kind(node, "accessibility_modifier").map(|access| here.code.of(access));
    let is_private = shape.name.starts_with('#') || access.is_some_and(|access| access != "public");
    shape.exported = !is_private && here.container().is_some_and(|owner| owner.exported);
    shape
}
