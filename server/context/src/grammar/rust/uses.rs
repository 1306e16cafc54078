//! What brings names into a file of Rust: `use`, `mod name;`, `extern crate`.

mod in_macro;

use tree_sitter::Node;

use crate::skeleton::{ImportFound, ImportedName, Site, range};

pub(super) use in_macro::in_macro;

/// `mod name;` stands for a file, which an attribute may name.
pub(super) fn module_file(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let (None, Some(name)) = (site.field("body"), site.field("name")) else {
        return;
    };
    let mut before = site.node.prev_named_sibling();
    let mut file = None;
    while let Some(attribute) = before.filter(|before| before.kind() == "attribute_item") {
        file = file.or_else(|| path_of(site, attribute));
        before = attribute.prev_named_sibling();
    }
    let target = match file {
        Some(file) => format!("./{}", file.trim_start_matches("./")),
        None => join(&inner_path(site, 0), site.text_of(name)),
    };
    imports.push(ImportFound {
        target,
        names: vec![ImportedName::target(range(name))],
    });
}

/// `x.rs` of `#[path = "x.rs"]`, also where it holds on one platform only.
fn path_of<'a>(site: &Site<'a, '_>, attribute: Node<'_>) -> Option<&'a str> {
    let text = site.text_of(attribute);
    let (_, value) = text.split_once("path")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
    value.split_once('"').map(|(path, _)| path)
}

pub(super) fn extern_crate(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    if let Some(name) = site.field("name") {
        imports.push(ImportFound {
            target: site.text_of(name).to_owned(),
            names: vec![ImportedName::target(range(site.field("alias").unwrap_or(name)))],
        });
    }
}

/// Longer paths lead nowhere.
const PATH_CAP: usize = 1_000;

/// One import for each leaf of the tree: `use a::{b, c::D}` is `a::b` and `a::c::D`.
pub(super) fn declared(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let from = imports.len();
    leaves(site, imports);
    for import in &mut imports[from..] {
        let mut rest: &str = &import.target;
        let mut up = 0;
        while let Some(above) = part_after(rest, "super") {
            (rest, up) = (above, up + 1);
        }
        // In a module of the same file, `super` is the file, and `self` is in it.
        let inner = modules(site);
        if up > 0 && up <= inner {
            import.target = join(&inner_path(site, up), rest);
        } else if inner > 0
            && let Some(rest) = part_after(rest, "self").filter(|_| up == 0)
        {
            import.target = join(&inner_path(site, 0), rest);
        } else if up > inner {
            import.target = join(&vec!["super"; up - inner].join("::"), rest);
        }
    }
}

/// What follows a first part.
fn part_after<'a>(path: &'a str, part: &str) -> Option<&'a str> {
    let rest = path.strip_prefix(part)?;
    rest.strip_prefix("::").or_else(|| rest.is_empty().then_some(rest))
}

/// How many modules of the file the walk is in.
fn modules(site: &Site<'_, '_>) -> usize {
    let above = site.levels.iter().filter(|level| level.node.kind() == "mod_item");
    above.count()
}

/// The path of the module that the walk is in, or of one around it, from the file.
fn inner_path(site: &Site<'_, '_>, up: usize) -> String {
    let above = site.levels.iter().filter(|level| level.node.kind() == "mod_item");
    let names = above.filter_map(|level| level.node.child_by_field_name("name"));
    let inner = modules(site).saturating_sub(up);
    names
        .take(inner)
        .fold("self".to_owned(), |path, name| join(&path, site.text_of(name)))
}

fn leaves(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    let mut open: Vec<(Node<'_>, String)> = site
        .field("argument")
        .map(|argument| (argument, String::new()))
        .into_iter()
        .collect();
    while let Some((node, prefix)) = open.pop() {
        if prefix.len() > PATH_CAP {
            continue;
        }
        let leaf = |path: &str, name: Option<ImportedName>| ImportFound {
            target: join(&prefix, path),
            names: name.into_iter().collect(),
        };
        let target = |name: Node<'_>| ImportedName::target(range(name));
        match node.kind() {
            "scoped_use_list" => {
                let path = node.child_by_field_name("path").map(|path| site.text_of(path));
                let prefix = join(&prefix, path.unwrap_or_default());
                let list = node.child_by_field_name("list");
                open.extend(list.into_iter().flat_map(|list| parts(list, &prefix)));
            }
            "use_list" => open.extend(parts(node, &prefix)),
            "use_as_clause" => {
                let path = node.child_by_field_name("path").map(|path| site.text_of(path));
                let path = path.filter(|path| *path != "self").unwrap_or_default();
                imports.push(leaf(path, node.child_by_field_name("alias").map(target)));
            }
            "use_wildcard" => {
                let path = node.named_child(0).map(|path| site.text_of(path));
                imports.push(leaf(path.unwrap_or_default(), Some(ImportedName::all(range(node)))));
            }
            "self" => imports.push(leaf("", last_of_list(node).map(target))),
            "scoped_identifier" => {
                imports.push(leaf(site.text_of(node), node.child_by_field_name("name").map(target)));
            }
            "identifier" | "crate" | "super" => imports.push(leaf(site.text_of(node), Some(target(node)))),
            _ => {}
        }
    }
}

/// `b` of `a::b::{self}`.
fn last_of_list(item: Node<'_>) -> Option<Node<'_>> {
    let path = item.parent()?.parent()?.child_by_field_name("path")?;
    Some(path.child_by_field_name("name").unwrap_or(path))
}

/// Backwards, as they are taken from the end.
fn parts<'t>(list: Node<'t>, prefix: &str) -> Vec<(Node<'t>, String)> {
    let mut cursor = list.walk();
    let mut parts: Vec<_> = list
        .named_children(&mut cursor)
        .map(|part| (part, prefix.to_owned()))
        .collect();
    parts.reverse();
    parts
}

fn join(prefix: &str, path: &str) -> String {
    let path: String = path.split_whitespace().collect();
    match (prefix.is_empty(), path.is_empty()) {
        (true, _) => path,
        (_, true) => prefix.to_owned(),
        _ => format!("{prefix}::{path}"),
    }
}
