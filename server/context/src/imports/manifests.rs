//! What manifests say of where imports lead. A manifest that does not parse says nothing.

use serde_json::Value;

use super::path;

/// A crate, and where its modules are from its folder.
pub(super) struct Crate {
    pub(super) folder: Box<str>,
    pub(super) name: Box<str>,
    pub(super) source: Box<str>,
}

/// A Go module.
pub(super) struct Module {
    pub(super) folder: Box<str>,
    pub(super) path: Box<str>,
}

/// A package of npm.
pub(super) struct Package {
    pub(super) folder: Box<str>,
    pub(super) name: Box<str>,
    /// What it says that it starts with.
    pub(super) entries: Vec<String>,
}

/// The aliases of a `tsconfig.json`, which hold in its folder.
pub(super) struct Aliases {
    pub(super) folder: Box<str>,
    pub(super) base: String,
    /// Whether plain paths start at the base too.
    pub(super) is_base: bool,
    /// Patterns with at most one `*`, and where they lead; the most exact first.
    pub(super) paths: Vec<(String, Vec<String>)>,
}

/// The few lines that matter are found without parsing TOML: a broken manifest is no reason to find nothing.
pub(super) fn cargo((folder, text): (&str, String)) -> Option<Crate> {
    let (mut section, mut name, mut library) = ("", None, None);
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            section = line;
        } else if let Some((key, value)) = line.split_once('=') {
            let value = value.split('#').next().unwrap_or_default().trim().trim_matches('"');
            match (section, key.trim()) {
                ("[package]", "name") if name.is_none() => name = Some(value.to_owned()),
                ("[lib]", "name") => name = Some(value.to_owned()),
                ("[lib]", "path") => library = Some(path::parent(value).to_owned()),
                _ => {}
            }
        }
    }
    Some(Crate {
        folder: folder.into(),
        name: name?.replace('-', "_").into(),
        source: library.unwrap_or_else(|| "src".to_owned()).into(),
    })
}

pub(super) fn go((folder, text): (&str, String)) -> Option<Module> {
    let path = text.lines().find_map(|line| line.trim().strip_prefix("module "))?;
    Some(Module {
        folder: folder.into(),
        path: path.trim().trim_matches('"').into(),
    })
}

pub(super) fn package((folder, text): (&str, String)) -> Option<Package> {
    let json: Value = serde_json::from_str(&text).ok()?;
    let entries = ["source", "svelte", "module", "main", "types"];
    let entries = entries
        .iter()
        .filter_map(|key| json.get(key)?.as_str().map(str::to_owned));
    Some(Package {
        folder: folder.into(),
        name: json.get("name")?.as_str()?.into(),
        entries: entries.collect(),
    })
}

pub(super) fn aliases((folder, text): (&str, String)) -> Option<Aliases> {
    let json: Value = serde_json::from_str(&without_comments(&text)).ok()?;
    let options = json.get("compilerOptions")?;
    let base = options.get("baseUrl").and_then(Value::as_str);
    let paths = options.get("paths").and_then(Value::as_object);
    if base.is_none() && paths.is_none() {
        return None;
    }
    let places = |value: &Value| -> Vec<String> {
        let places = value.as_array().into_iter().flatten();
        places.filter_map(|place| place.as_str().map(str::to_owned)).collect()
    };
    let paths = paths.into_iter().flatten();
    let mut paths: Vec<_> = paths.map(|(pattern, value)| (pattern.clone(), places(value))).collect();
    paths.sort_by_key(|(pattern, _)| std::cmp::Reverse(pattern.find('*').unwrap_or(usize::MAX)));
    Some(Aliases {
        folder: folder.into(),
        base: path::join(folder, base.unwrap_or(".")),
        is_base: base.is_some(),
        paths,
    })
}

/// JSON as TypeScript reads it: comments, and commas before a closing bracket, are left out.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if c == '"' {
            let length = string_length(rest);
            out.push_str(&rest[..length]);
            length
        } else {
            if matches!(c, '}' | ']') {
                let kept = out.trim_end().trim_end_matches(',').len();
                out.truncate(kept);
            }
            out.push(c);
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    out
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_last_commas_are_no_json() {
        let json = without_comments("{ // x\n \"a//b\": [1, /* y */ 2,],\n}");
        assert_eq!(json.split_whitespace().collect::<String>(), r#"{"a//b":[1,2]}"#);
    }
}
