//! Go.

use tree_sitter::Node;

use super::docs;
use super::shape::{Doc, Effect, Grammar, Here, Shape, child_of_kind};
use crate::code::Code;
use crate::{Param, SymbolKind};

pub(crate) struct Go;

impl Grammar for Go {
    fn declare<'t>(&self, here: &Here<'_, 't>, found: &mut Vec<Shape<'t>>) {
        let node = here.node();
        match node.kind() {
            "function_declaration" | "method_declaration" | "method_elem" => found.extend(function(here)),
            "type_spec" | "type_alias" => found.extend(type_spec(here)),
            "const_spec" => names(here, SymbolKind::Constant, found),
            "var_spec" => names(here, SymbolKind::Variable, found),
            _ => {}
        }
    }

    fn effects(&self, here: &Here<'_, '_>, found: &mut Vec<Effect>) {
        if here.node().kind() != "call_expression" {
            return;
        }
        let Some(name) = here.node().child_by_field_name("function").and_then(callee) else {
            return;
        };
        let text = here.code.of(name);
        if text == "panic" && name.kind() == "identifier" {
            found.push(Effect::Panic);
        }
        found.push(Effect::Call {
            name: text,
            at: name.start_byte(),
        });
    }

    fn doc(&self, code: Code<'_>, leading: &[Node<'_>], line: usize, _: &Shape<'_>) -> Option<Doc> {
        docs::above(code, leading, line, |_| true)
    }
}

fn callee(mut node: Node<'_>) -> Option<Node<'_>> {
    loop {
        node = match node.kind() {
            "identifier" | "field_identifier" => return Some(node),
            "selector_expression" => node.child_by_field_name("field")?,
            "parenthesized_expression" => node.named_child(0)?,
            "index_expression" => node.child_by_field_name("operand")?,
            "type_instantiation_expression" => node.child_by_field_name("type")?,
            _ => return None,
        };
    }
}

fn function<'t>(here: &Here<'_, 't>) -> Option<Shape<'t>> {
    let node = here.node();
    let code = here.code;
    let kind = match node.kind() {
        "function_declaration" => SymbolKind::Function,
        _ => SymbolKind::Method,
    };
    if kind == SymbolKind::Method && node.kind() == "method_elem" && here.container().is_none() {
        return None;
    }
    let mut shape = Shape::new(kind, code, node.child_by_field_name("name")?);
    if let Some(receiver) = node.child_by_field_name("receiver") {
        let text = code.one_line(receiver);
        shape.receiver = Some(text.trim_start_matches('(').trim_end_matches(')').trim().to_owned());
        shape.parent = receiver
            .named_child(0)
            .and_then(|it| it.child_by_field_name("type"))
            .map(|ty| code.of(base_type(ty)));
    }
    shape.params = node
        .child_by_field_name("parameters")
        .map(|list| params(code, list))
        .unwrap_or_default();
    let result = node.child_by_field_name("result");
    shape.returns = result.map(|result| code.one_line(result));
    shape.fallible = shape.returns.as_deref().is_some_and(names_error);
    shape.body = node.child_by_field_name("body");
    shape.exported = is_exported(&shape.name);
    shape.is_test = kind == SymbolKind::Function && is_test(&shape);
    Some(shape)
}

fn names_error(result: &str) -> bool {
    result
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
        .any(|word| word == "error")
}

/// What `go test` runs: `TestX(t *testing.T)` and its kin, `ExampleX()`.
fn is_test(shape: &Shape<'_>) -> bool {
    let named = |prefix: &str| {
        let rest = shape.name.strip_prefix(prefix);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_lowercase()))
    };
    match shape.params.as_slice() {
        [] => named("Example"),
        [only] => {
            let takes = only.ty.as_deref().is_some_and(|ty| ty.starts_with("*testing."));
            takes && (named("Test") || named("Benchmark") || named("Fuzz"))
        }
        _ => false,
    }
}

fn params(code: Code<'_>, list: Node<'_>) -> Vec<Param> {
    let mut params = Vec::new();
    for declaration in list.named_children(&mut list.walk()) {
        let variadic = match declaration.kind() {
            "parameter_declaration" => "",
            "variadic_parameter_declaration" => "...",
            _ => continue,
        };
        let ty = declaration
            .child_by_field_name("type")
            .map(|ty| format!("{variadic}{}", code.one_line(ty)));
        let before = params.len();
        for name in declaration
            .children_by_field_name("name", &mut declaration.walk())
            .filter(Node::is_named)
        {
            params.push(Param {
                name: code.of(name),
                ty: ty.clone(),
                default: false,
            });
        }
        if params.len() == before {
            params.push(Param {
                name: "_".to_owned(),
                ty,
                default: false,
            });
        }
    }
    params
}

/// `Tree` of `*Tree[K, V]`.
fn base_type(mut node: Node<'_>) -> Node<'_> {
    loop {
        let inner = match node.kind() {
            "pointer_type" | "parenthesized_type" => node.named_child(0),
            "generic_type" => node.child_by_field_name("type"),
            "qualified_type" => node.child_by_field_name("name"),
            _ => return node,
        };
        let Some(inner) = inner else { return node };
        node = inner;
    }
}

fn type_spec<'t>(here: &Here<'_, 't>) -> Option<Shape<'t>> {
    let node = here.node();
    let ty = node.child_by_field_name("type")?;
    let kind = match ty.kind() {
        "struct_type" => SymbolKind::Struct,
        "interface_type" => SymbolKind::Interface,
        _ => SymbolKind::Type,
    };
    let mut shape = Shape::new(kind, here.code, node.child_by_field_name("name")?);
    place(here, "type", &mut shape);
    shape.exported = is_exported(&shape.name) && !here.is_local();
    match kind {
        SymbolKind::Struct => shape.body = ty.named_child(0),
        // The grammar has no node for the braces with what they hold.
        SymbolKind::Interface => {
            let brace = child_of_kind(ty, "{").map_or(ty.end_byte(), |brace| brace.start_byte());
            let header = here.code.one_line_between(node, node.start_byte(), brace);
            shape.signature = Some(format!("type {header}"));
            shape.body = Some(ty);
        }
        _ => {}
    }
    Some(shape)
}

/// Package-level constants and variables, each name of a spec for itself.
fn names<'t>(here: &Here<'_, 't>, kind: SymbolKind, found: &mut Vec<Shape<'t>>) {
    if here.is_local() {
        return;
    }
    let node = here.node();
    let keyword = if kind == SymbolKind::Constant { "const" } else { "var" };
    for name in node
        .children_by_field_name("name", &mut node.walk())
        .filter(Node::is_named)
    {
        let mut shape = Shape::new(kind, here.code, name);
        place(here, keyword, &mut shape);
        shape.exported = is_exported(&shape.name);
        if shape.name != "_" {
            found.push(shape);
        }
    }
}

/// `const x = 1` starts at its keyword; a spec in `const ( … )` at itself.
fn place(here: &Here<'_, '_>, keyword: &'static str, shape: &mut Shape<'_>) {
    let is_group = here.above(1).is_none_or(|parent| {
        parent.node.kind() == "var_spec_list" || parent.node.child(1).is_some_and(|child| child.kind() == "(")
    });
    if is_group {
        shape.keyword = Some(keyword);
    } else {
        shape.outer = 1;
    }
}

fn is_exported(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}
