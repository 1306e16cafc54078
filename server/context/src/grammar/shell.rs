//! Bash and PowerShell.

use super::{Declare, Rules};
use crate::SymbolKind;
use crate::skeleton::{Found, ImportFound, Site, child};

pub(super) const BASH: Rules = Rules {
    declarations: &[
        ("function_definition", Declare::Named(SymbolKind::Function)),
        ("variable_assignment", Declare::By(variable)),
    ],
    imports: &[("command", source)],
    names: &["variable_name"],
    called: &["command_name"],
    leaves: &["raw_string", "heredoc_body"],
    lone_wrappers: &["declaration_command"],
    ..Rules::NONE
};

fn variable(site: &Site<'_, '_>, found: &mut Vec<Found>) {
    let holder = match site.parent_kind() {
        "declaration_command" => site.above(2).map(|above| above.kind()),
        kind => Some(kind),
    };
    if holder == Some("program") && !site.local {
        found.extend(site.named(SymbolKind::Variable));
    }
}

/// `source ./lib.sh`, `. "$dir/lib.sh"`: a variable before the path is taken for the script's own folder.
fn source(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let is_source = site
        .field("name")
        .is_some_and(|name| matches!(site.text_of(name), "source" | "."));
    if !is_source {
        return;
    }
    let Some(path) = site.field("argument").map(|path| site.unquoted(path)) else {
        return;
    };
    let path = match path.rfind('$') {
        Some(at) => path[at..].split_once('/').map_or("", |(_, rest)| rest),
        None => path,
    };
    let path = path.trim_start_matches("./");
    if !path.is_empty() {
        imports.push(ImportFound {
            target: format!("./{}", path.replace('"', "")),
            names: Vec::new(),
        });
    }
}

pub(super) const POWERSHELL: Rules = Rules {
    declarations: &[
        (
            "function_statement",
            Declare::First(SymbolKind::Function, &["function_name"]),
        ),
        ("class_statement", Declare::First(SymbolKind::Class, &["simple_name"])),
        ("enum_statement", Declare::First(SymbolKind::Enum, &["simple_name"])),
        (
            "class_method_definition",
            Declare::First(SymbolKind::Method, &["simple_name"]),
        ),
    ],
    imports: &[("command", dot_source)],
    names: &["simple_name", "type_identifier", "member_name"],
    called: &["command_name"],
    ..Rules::NONE
};

/// `. .\lib.ps1`, `Import-Module .\lib.psm1`.
fn dot_source(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let name = site.field("command_name").map(|name| site.text_of(name));
    let is_dot = child(site.node, &["command_invokation_operator"]).is_some_and(|it| site.text_of(it) == ".");
    let path = match name {
        Some(name) if is_dot => Some(name),
        Some("Import-Module") => site
            .field("command_elements")
            .map(|elements| site.text_of(elements).trim()),
        _ => None,
    };
    if let Some(path) = path {
        let path = path.replace('\\', "/");
        imports.push(ImportFound {
            target: path.trim_matches(['"', '\'']).replace("$PSScriptRoot/", "./"),
            names: Vec::new(),
        });
    }
}
