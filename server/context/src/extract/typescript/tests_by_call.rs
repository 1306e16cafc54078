//! Tests written as calls: `describe`, `it`, `test` and their `.only`, `.skip`, `.each(…)`, as jest, vitest, mocha,
//! node:test and Playwright have them.

use tree_sitter::Node;

use super::{Here, Shape};
use crate::SymbolKind;
use crate::grammar::TEST_CALLS;

pub(super) fn test<'t>(here: &Here<'_, 't>) -> Option<Shape<'t>> {
    let code = here.code;
    let node = here.node();
    if here.parent_kind() != "expression_statement" {
        return None;
    }
    let callee = node.child_by_field_name("function")?;
    let runner = code.of(runner(callee)?);
    if !TEST_CALLS.contains(&runner.as_str()) {
        return None;
    }
    let arguments = node.child_by_field_name("arguments")?;
    let title = arguments
        .named_child(0)
        .filter(|title| matches!(title.kind(), "string" | "template_string"))?;
    let function = arguments
        .named_children(&mut arguments.walk())
        .find(|argument| matches!(argument.kind(), "arrow_function" | "function_expression"))?;
    let mut shape = Shape::new(SymbolKind::Test, code, title);
    shape.signature = Some(format!("{runner}({})", shape.name));
    shape.name = shape.name.trim_matches(['"', '\'', '`']).to_owned();
    shape.body = function.child_by_field_name("body");
    shape.is_async = function.child(0).is_some_and(|first| first.kind() == "async");
    shape.outer = 1;
    shape.is_test = true;
    Some(shape)
}

/// `it` of `it`, `it.only` and `it.each(table)`.
fn runner(mut callee: Node<'_>) -> Option<Node<'_>> {
    loop {
        callee = match callee.kind() {
            "identifier" => return Some(callee),
            "member_expression" => callee.child_by_field_name("object")?,
            "call_expression" => callee.child_by_field_name("function")?,
            _ => return None,
        };
    }
}
