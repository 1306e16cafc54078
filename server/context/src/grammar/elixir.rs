//! Elixir: everything is a call, also what declares.

use tree_sitter::Node;

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, ImportedName, Site, child, fits, range};

pub(super) const RULES: Rules = Rules {
    declarations: &[("call", Declare::By(definition))],
    imports: &[("call", import)],
    names: &["identifier", "alias"],
    arguments: &["arguments"],
    tests: &["describe", "test"],
    clauses: true,
    ..Rules::NONE
};

fn definition(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let Some(word) = site.field("target").filter(|word| word.kind() == "identifier") else {
        return;
    };
    let kind = match site.text_of(word) {
        "defmodule" => SymbolKind::Module,
        "defprotocol" => SymbolKind::Interface,
        "defimpl" => SymbolKind::Impl,
        "def" | "defp" | "defdelegate" | "defguard" | "defguardp" => SymbolKind::Function,
        "defmacro" | "defmacrop" => SymbolKind::Macro,
        _ => return,
    };
    let head = child(site.node, &["arguments"]).and_then(|arguments| arguments.named_child(0));
    if let Some(name) = head.and_then(name) {
        found.push(site.found(kind, name));
    }
}

/// `run` of `run(a) when a > 1`.
fn name(mut head: Node<'_>) -> Option<Node<'_>> {
    loop {
        head = match head.kind() {
            "identifier" | "alias" => return Some(head),
            "binary_operator" => head.child_by_field_name("left")?,
            "call" => head.child_by_field_name("target")?,
            _ => return None,
        };
    }
}

/// `C` of `alias A.B.C`.
fn last_part(site: &Site<'_, '_>, module: Node<'_>) -> ImportedName {
    let whole = range(module);
    let before = site.text_of(module).rfind('.').map_or(0, |at| at + 1);
    ImportedName::target(whole.start + fits(before)..whole.end)
}

/// `alias A.{B, C}` is two imports.
fn import(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let word = site.field("target").filter(|word| word.kind() == "identifier");
    let is_import = word.is_some_and(|word| matches!(site.text_of(word), "alias" | "import" | "use" | "require"));
    let module = child(site.node, &["arguments"]).filter(|_| is_import);
    let Some(module) = module.and_then(|arguments| arguments.named_child(0)) else {
        return;
    };
    match module.kind() {
        "alias" => imports.push(ImportFound {
            target: site.text_of(module).to_owned(),
            names: vec![last_part(site, module)],
        }),
        "dot" => {
            let prefix = module
                .child_by_field_name("left")
                .map(|left| site.text_of(left))
                .unwrap_or_default();
            let Some(list) = module.child_by_field_name("right") else {
                return;
            };
            imports.extend(list.named_children(&mut list.walk()).map(|part| ImportFound {
                target: format!("{prefix}.{}", site.text_of(part)),
                names: vec![last_part(site, part)],
            }));
        }
        _ => {}
    }
}
