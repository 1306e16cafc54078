//! Python.

use tree_sitter::Node;

use super::docs;
use super::shape::{Doc, Effect, Grammar, Here, Shape};
use crate::code::Code;
use crate::{Param, SymbolKind};

pub(crate) struct Python;

impl Grammar for Python {
    fn declare<'t>(&self, here: &Here<'_, 't>, found: &mut Vec<Shape<'t>>) {
        match here.node().kind() {
            "function_definition" => found.extend(function(here)),
            "class_definition" => found.extend(class(here)),
            "assignment" => found.extend(assignment(here)),
            "type_alias_statement" if !here.is_local() => found.extend(type_alias(here)),
            _ => {}
        }
    }

    fn effects(&self, here: &Here<'_, '_>, found: &mut Vec<Effect>) {
        let node = here.node();
        match node.kind() {
            "call" => {
                let callee = node
                    .child_by_field_name("function")
                    .and_then(|function| match function.kind() {
                        "identifier" => Some(function),
                        "attribute" => function.child_by_field_name("attribute"),
                        _ => None,
                    });
                if let Some(name) = callee {
                    found.push(Effect::Call {
                        name: here.code.of(name),
                        at: name.start_byte(),
                    });
                }
            }
            "raise_statement" => found.push(Effect::Raise(raised(here.code, node))),
            _ => {}
        }
    }

    fn doc(&self, code: Code<'_>, _: &[Node<'_>], _: usize, shape: &Shape<'_>) -> Option<Doc> {
        let body = shape.body?;
        let first = body
            .named_children(&mut body.walk())
            .find(|child| child.kind() != "comment")?;
        let string = first
            .named_child(0)
            .filter(|_| first.kind() == "expression_statement")?;
        (string.kind() == "string").then(|| docs::docstring(code, string))
    }
}

/// `ValueError` of `raise ValueError("…")`, `errors.NotFound` of `raise errors.NotFound`; a variable is no type.
fn raised(code: Code<'_>, node: Node<'_>) -> Option<String> {
    let mut raised = node.named_child(0)?;
    if raised.kind() == "call" {
        raised = raised.child_by_field_name("function")?;
    }
    if !matches!(raised.kind(), "identifier" | "attribute") {
        return None;
    }
    let name = code.one_line(raised);
    let last = name.rsplit('.').next().unwrap_or_default();
    last.starts_with(|c: char| c.is_uppercase()).then_some(name)
}

fn function<'t>(here: &Here<'_, 't>) -> Option<Shape<'t>> {
    let node = here.node();
    let code = here.code;
    let in_class = here.container().is_some_and(|symbol| symbol.kind == SymbolKind::Class);
    let decorators = decorators(here);
    let is_property = decorators.iter().any(|name| {
        name == "property"
            || name.ends_with("cached_property")
            || name.ends_with(".setter")
            || name.ends_with(".getter")
    });
    let kind = match in_class {
        true if is_property => SymbolKind::Property,
        true => SymbolKind::Method,
        false => SymbolKind::Function,
    };
    let mut shape = Shape::new(kind, code, node.child_by_field_name("name")?);
    let parameters = node.child_by_field_name("parameters")?;
    shape.params = parameters
        .named_children(&mut parameters.walk())
        .filter_map(|parameter| param(code, parameter))
        .collect();
    let is_static = decorators.iter().any(|name| name == "staticmethod");
    if in_class && !is_static && !shape.params.is_empty() && !shape.params[0].name.starts_with('*') {
        shape.receiver = Some(shape.params.remove(0).name);
    }
    shape.returns = node.child_by_field_name("return_type").map(|ty| code.one_line(ty));
    shape.body = node.child_by_field_name("body");
    shape.outer = decorated(here);
    shape.is_async = node.child(0).is_some_and(|first| first.kind() == "async");
    shape.exported = is_exported(here, &shape.name);
    let in_test_class = in_class && here.container().is_some_and(|symbol| symbol.is_test);
    shape.is_test = match shape.name.strip_prefix("test") {
        Some(rest) => rest.starts_with('_') || (in_test_class && !rest.is_empty()),
        None => false,
    };
    Some(shape)
}

fn param(code: Code<'_>, node: Node<'_>) -> Option<Param> {
    let name = match node.kind() {
        "identifier" | "list_splat_pattern" | "dictionary_splat_pattern" | "tuple_pattern" => node,
        "typed_parameter" => node.named_child(0)?,
        "default_parameter" | "typed_default_parameter" => node.child_by_field_name("name")?,
        _ => return None,
    };
    Some(Param {
        name: code.one_line(name),
        ty: node.child_by_field_name("type").map(|ty| code.one_line(ty)),
        default: node.child_by_field_name("value").is_some(),
    })
}

fn class<'t>(here: &Here<'_, 't>) -> Option<Shape<'t>> {
    let node = here.node();
    let mut shape = Shape::new(SymbolKind::Class, here.code, node.child_by_field_name("name")?);
    shape.body = node.child_by_field_name("body");
    shape.outer = decorated(here);
    shape.exported = is_exported(here, &shape.name);
    let bases = node
        .child_by_field_name("superclasses")
        .map(|bases| here.code.one_line(bases));
    shape.is_test = shape.name.starts_with("Test") || bases.is_some_and(|bases| bases.contains("TestCase"));
    Some(shape)
}

/// Module-level names, and constants of classes (enum members among them). A second assignment declares nothing.
fn assignment<'t>(here: &Here<'_, 't>) -> Option<Shape<'t>> {
    let left = here
        .node()
        .child_by_field_name("left")
        .filter(|left| left.kind() == "identifier")?;
    let parent = here
        .above(1)
        .filter(|frame| frame.node.kind() == "expression_statement")?;
    if here.is_local() {
        return None;
    }
    let name = here.code.of(left);
    let is_constant = name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase);
    let at_top = here.above(2).is_some_and(|frame| frame.node.kind() == "module");
    if !is_constant && !at_top {
        return None;
    }
    let container = here.container().map(|symbol| &symbol.name);
    let is_known = here.declarations.iter().rev().map(|it| &it.symbol).any(|symbol| {
        symbol.name == name
            && symbol.parent.as_ref() == container
            && matches!(symbol.kind, SymbolKind::Constant | SymbolKind::Variable)
    });
    if is_known {
        return None;
    }
    let kind = if is_constant {
        SymbolKind::Constant
    } else {
        SymbolKind::Variable
    };
    let mut shape = Shape::new(kind, here.code, left);
    shape.outer = usize::from(parent.node.named_child_count() == 1);
    shape.exported = is_exported(here, &shape.name);
    Some(shape)
}

/// `Pair` of `type Pair[T] = …`.
fn type_alias<'t>(here: &Here<'_, 't>) -> Option<Shape<'t>> {
    let mut name = here.node().child_by_field_name("left")?;
    while name.kind() != "identifier" {
        name = name.named_child(0)?;
    }
    let mut shape = Shape::new(SymbolKind::Type, here.code, name);
    shape.exported = is_exported(here, &shape.name);
    Some(shape)
}

/// Whether other modules may use the name: no leading underscore (but `__init__`), not in a function.
fn is_exported(here: &Here<'_, '_>, name: &str) -> bool {
    let is_private = name.starts_with('_') && !(name.starts_with("__") && name.ends_with("__"));
    !is_private && !here.is_local() && here.container().is_none_or(|symbol| symbol.exported)
}

fn decorated(here: &Here<'_, '_>) -> usize {
    usize::from(here.parent_kind() == "decorated_definition")
}

/// Names of the decorators without `@` and arguments.
fn decorators(here: &Here<'_, '_>) -> Vec<String> {
    let Some(parent) = here
        .above(1)
        .filter(|frame| frame.node.kind() == "decorated_definition")
    else {
        return Vec::new();
    };
    let node = parent.node;
    node.children(&mut node.walk())
        .filter(|child| child.kind() == "decorator")
        .filter_map(|decorator| {
            let expression = decorator.named_child(0)?;
            let name = expression.child_by_field_name("function").unwrap_or(expression);
            Some(here.code.one_line(name))
        })
        .collect()
}
