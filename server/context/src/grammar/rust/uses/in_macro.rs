//! `use` in what a macro is given: no syntax yet, but it reads the same.

use std::ops::Range;

use super::{PATH_CAP, join};
use crate::skeleton::{ImportFound, ImportedName, Site, fits};

/// Deeper there are only the bodies of functions. Each level is searched, so that there must not be many.
const DEPTH_CAP: usize = 24;

/// `cfg_rt! { pub use a::b; }`.
pub(in super::super) fn in_macro(site: &Site<'_, '_>, imports: &mut Vec<ImportFound>) {
    if site.levels.len() > DEPTH_CAP {
        return;
    }
    let text = site.text_of(site.node);
    if !text.starts_with('{') || !text.contains("use ") {
        return;
    }
    let mut start = None;
    for child in site.node.children(&mut site.node.walk()) {
        match (start, site.text_of(child)) {
            (None, "use") => start = Some(child.end_byte()),
            (Some(from), ";") => {
                start = None;
                let tree = UseText {
                    text: site.text,
                    prefix: String::new(),
                    last: None,
                };
                tree.read(from..child.start_byte(), imports);
            }
            _ => {}
        }
    }
}

/// A part of a `use`, as text.
struct UseText<'a> {
    text: &'a str,
    /// What stands before the braces that it is in, and the last name there.
    prefix: String,
    last: Option<Range<u32>>,
}

impl UseText<'_> {
    fn read(&self, range: Range<usize>, imports: &mut Vec<ImportFound>) {
        let text = self.text.get(range.clone()).unwrap_or_default();
        let start = range.start + (text.len() - text.trim_start().len());
        let text = text.trim();
        if self.prefix.len() > PATH_CAP || text.is_empty() {
            return;
        }
        let at = |from: usize, length: usize| fits(start + from)..fits(start + from + length);
        if let Some((path, list)) = text.split_once('{') {
            let path = path.trim_end().trim_end_matches(':');
            let inner = Self {
                text: self.text,
                prefix: join(&self.prefix, path),
                last: Some(last_name(path)).map(|last| at(path.len() - last.len(), last.len())),
            };
            let list = list.strip_suffix('}').unwrap_or(list);
            let from = start + text.find('{').unwrap_or(0) + 1;
            for part in top_commas(list) {
                inner.read(from + part.start..from + part.end, imports);
            }
            return;
        }
        let (path, alias) = match text.split_once(" as ") {
            Some((path, alias)) => (path.trim(), Some(alias.trim_start())),
            None => (text, None),
        };
        let bound = alias.unwrap_or_else(|| last_name(path));
        let name = match (path, alias) {
            _ if path.ends_with('*') => ImportedName::all(at(path.len() - 1, 1)),
            ("self", None) => match &self.last {
                Some(last) => ImportedName::target(last.clone()),
                None => return,
            },
            _ => ImportedName::target(at(text.len() - bound.len(), bound.len())),
        };
        let path = path.strip_suffix('*').unwrap_or(path).trim_end_matches(':');
        let path = if path == "self" && !self.prefix.is_empty() {
            ""
        } else {
            path
        };
        imports.push(ImportFound {
            target: join(&self.prefix, path),
            names: vec![name],
        });
    }
}

fn last_name(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path).trim_start()
}

/// The parts between the commas that are in no braces.
fn top_commas(list: &str) -> Vec<Range<usize>> {
    let mut depth = 0;
    let mut start = 0;
    let mut parts = Vec::new();
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(start..at);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(start..list.len());
    parts
}
