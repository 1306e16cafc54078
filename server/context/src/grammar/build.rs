//! What builds and deploys: Make, CMake and HCL.

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, Site, child, first};

pub(super) const MAKE: Rules = Rules {
    declarations: &[
        ("rule", Declare::By(rule)),
        ("variable_assignment", Declare::Named(SymbolKind::Variable)),
        ("define_directive", Declare::Named(SymbolKind::Macro)),
    ],
    imports: &[("include_directive", make_include)],
    names: &["word"],
    ..Rules::NONE
};

/// Each of its targets, but `.PHONY` and the like.
fn rule(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let Some(targets) = child(site.node, &["targets"]) else {
        return;
    };
    let targets = targets
        .named_children(&mut targets.walk())
        .filter(|target| target.kind() == "word")
        .collect::<Vec<_>>();
    let targets = targets
        .into_iter()
        .filter(|target| !site.text_of(*target).starts_with('.'));
    found.extend(targets.map(|target| site.found(SymbolKind::Function, target)));
}

fn make_include(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let Some(files) = site.field("filenames") else { return };
    imports.extend(files.named_children(&mut files.walk()).map(|file| ImportFound {
        target: site.text_of(file).to_owned(),
        names: Vec::new(),
    }));
}

pub(super) const CMAKE: Rules = Rules {
    declarations: &[
        (
            "function_def",
            Declare::First(SymbolKind::Function, &["unquoted_argument"]),
        ),
        ("macro_def", Declare::First(SymbolKind::Macro, &["unquoted_argument"])),
        ("normal_command", Declare::By(command)),
    ],
    imports: &[("normal_command", cmake_include)],
    names: &["identifier", "variable", "unquoted_argument"],
    arguments: &["argument_list"],
    leading: &["line_comment", "bracket_comment"],
    ..Rules::NONE
};

/// What is built, and what is set.
fn command(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let Some(word) = child(site.node, &["identifier"]).filter(|_| !site.local) else {
        return;
    };
    let kind = match site.text_of(word).to_ascii_lowercase().as_str() {
        "add_executable" | "add_library" | "add_custom_target" => SymbolKind::Function,
        "set" | "option" => SymbolKind::Variable,
        _ => return,
    };
    found.extend(first(site.node, &["unquoted_argument"]).map(|name| site.found(kind, name)));
}

fn cmake_include(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let word = child(site.node, &["identifier"]).map(|word| site.text_of(word).to_ascii_lowercase());
    let file = match word.as_deref() {
        Some("include") => "",
        Some("add_subdirectory") => "/CMakeLists.txt",
        _ => return,
    };
    if let Some(path) = first(site.node, &["unquoted_argument", "quoted_argument"]) {
        imports.push(ImportFound {
            target: format!("{}{file}", site.unquoted(path)),
            names: Vec::new(),
        });
    }
}

pub(super) const HCL: Rules = Rules {
    declarations: &[("block", Declare::By(block))],
    imports: &[("attribute", module_source)],
    leaves: &["string_lit"],
    ..Rules::NONE
};

/// `main` of `resource "aws_x" "main"`; a block without labels is called by its type.
fn block(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let Some(ty) = child(site.node, &["identifier"]).filter(|_| site.container.is_none()) else {
        return;
    };
    let kind = match site.text_of(ty) {
        "module" | "terraform" | "provider" => SymbolKind::Module,
        "resource" | "data" => SymbolKind::Struct,
        _ => SymbolKind::Variable,
    };
    let label = site
        .node
        .named_children(&mut site.node.walk())
        .filter(|child| child.kind() == "string_lit")
        .last();
    let name = label.and_then(|label| first(label, &["template_literal"]));
    found.push(site.found(kind, name.unwrap_or(ty)));
}

/// Of a module in the same repository.
fn module_source(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let is_source = child(site.node, &["identifier"]).is_some_and(|name| site.text_of(name) == "source");
    let Some(value) = first(site.node, &["template_literal"]).filter(|_| is_source) else {
        return;
    };
    let target = site.text_of(value);
    if target.starts_with('.') {
        imports.push(ImportFound {
            target: target.to_owned(),
            names: Vec::new(),
        });
    }
}
