//! CSS and Markdown.

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, Site, first};

pub(super) const CSS: Rules = Rules {
    declarations: &[
        ("rule_set", Declare::First(SymbolKind::Type, &["selectors"])),
        (
            "keyframes_statement",
            Declare::First(SymbolKind::Function, &["keyframes_name"]),
        ),
    ],
    imports: &[("import_statement", import)],
    names: &["class_name", "id_name", "function_name", "keyframes_name"],
    leading: &["comment", "js_comment"],
    leaves: &["string_value"],
    ..Rules::NONE
};

fn import(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    if let Some(path) = first(site.node, &["string_value", "plain_value"]) {
        imports.push(ImportFound {
            target: site.unquoted(path).to_owned(),
            names: Vec::new(),
        });
    }
}

pub(super) const MARKDOWN: Rules = Rules {
    declarations: &[("section", Declare::By(section))],
    names: &[],
    leading: &[],
    leaves: &["inline", "fenced_code_block", "html_block", "pipe_table"],
    ..Rules::NONE
};

/// By its heading.
fn section(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let heading = site
        .node
        .named_child(0)
        .filter(|heading| heading.kind().ends_with("_heading"));
    let title = heading.and_then(|heading| first(heading, &["inline"]));
    found.extend(title.map(|title| site.found(SymbolKind::Module, title)));
}
