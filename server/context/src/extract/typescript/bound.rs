//! Functions and classes without a name of their own, named by what they are bound to; and plain constants.

use tree_sitter::Node;

use super::{Here, Shape, member, statement, with_header};
use crate::SymbolKind;
use crate::extract::shape::child_of_kind;

/// `const f = () => …`, `const C = class …`; else a constant or variable, where it is not local.
pub(super) fn variable<'t>(here: &Here<'_, 't>) -> Option<Shape<'t>> {
    let node = here.node();
    let name = node
        .child_by_field_name("name")
        .filter(|name| name.kind() == "identifier")?;
    let mut shape = match node
        .child_by_field_name("value")
        .and_then(|value| bind(here, name, value))
    {
        Some(shape) => shape,
        None if here.is_local() => return None,
        None => plain(here, name)?,
    };
    let list = here.above(1)?.node;
    let (outer, exported) = statement(here, 1);
    if list.named_child_count() == 1 {
        shape.outer = outer;
    } else {
        shape.keyword = Some(keyword(list));
    }
    shape.exported = exported;
    Some(shape)
}

/// A binding whose value is no function. In a block or loop it is nobody's constant.
fn plain<'t>(here: &Here<'_, 't>, name: Node<'t>) -> Option<Shape<'t>> {
    let (up, _) = statement(here, 1);
    let holder = here.above(up + 1)?.node.kind();
    let in_module = here.container().is_some_and(|owner| owner.kind == SymbolKind::Module);
    if holder != "program" && !(in_module && holder == "statement_block") {
        return None;
    }
    let kind = match keyword(here.above(1)?.node) {
        "const" => SymbolKind::Constant,
        _ => SymbolKind::Variable,
    };
    Some(Shape::new(kind, here.code, name))
}

fn keyword(list: Node<'_>) -> &'static str {
    match list.child(0).map(|keyword| keyword.kind()) {
        Some("const") => "const",
        Some("let") => "let",
        _ => "var",
    }
}

/// `handler = () => …` in a class.
pub(super) fn field<'t>(here: &Here<'_, 't>) -> Option<Shape<'t>> {
    let node = here.node();
    let name = node
        .child_by_field_name("name")
        .or_else(|| node.child_by_field_name("property"))?;
    let mut shape = bind(here, name, node.child_by_field_name("value")?)?;
    if shape.kind == SymbolKind::Function {
        shape.kind = SymbolKind::Method;
    }
    Some(member(here, shape))
}

/// `exports.f = function …`, `module.exports = …`, `Thing.prototype.f = …`.
pub(super) fn assignment<'t>(here: &Here<'_, 't>) -> Option<Shape<'t>> {
    let node = here.node();
    let left = node
        .child_by_field_name("left")
        .filter(|left| left.kind() == "member_expression")?;
    let name = left.child_by_field_name("property")?;
    let object = here.code.one_line(left.child_by_field_name("object")?);
    let mut shape = bind(here, name, node.child_by_field_name("right")?)?;
    if here.parent_kind() == "expression_statement" {
        shape.outer = 1;
    }
    if let Some(owner) = object.strip_suffix(".prototype") {
        shape.kind = SymbolKind::Method;
        shape.parent = Some(owner.to_owned());
        shape.receiver = Some("this".to_owned());
    }
    shape.exported = matches!(object.as_str(), "exports" | "module.exports" | "module");
    Some(shape)
}

/// `export default () => …`: called `default`, as the importer's loader calls it.
pub(super) fn default_export<'t>(here: &Here<'_, 't>) -> Option<Shape<'t>> {
    let export = here.above(1).filter(|frame| frame.node.kind() == "export_statement")?;
    let name = here
        .node()
        .child_by_field_name("name")
        .or_else(|| child_of_kind(export.node, "default"))?;
    let mut shape = bind(here, name, here.node())?;
    shape.outer = 1;
    shape.exported = true;
    Some(shape)
}

fn bind<'t>(here: &Here<'_, 't>, name: Node<'t>, value: Node<'t>) -> Option<Shape<'t>> {
    let kind = match value.kind() {
        "arrow_function" | "function_expression" | "generator_function" => SymbolKind::Function,
        "class" => SymbolKind::Class,
        _ => return None,
    };
    let shape = Shape::new(kind, here.code, name);
    Some(with_header(here, value, shape))
}
