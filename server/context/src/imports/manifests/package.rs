//! `package.json`: what a package offers by which path.

use serde_json::Value;

use super::json;

/// A package of npm. It need not be named.
pub(in crate::imports) struct Package {
    pub(in crate::imports) folder: Box<str>,
    pub(in crate::imports) name: Box<str>,
    /// Files that it starts with, in the order that they are tried in.
    pub(in crate::imports) entries: Vec<String>,
    /// Paths below its name, with at most one `*`, and the files that they stand for.
    pub(in crate::imports) exports: Vec<Offer>,
    /// The same for its own `#x`.
    pub(in crate::imports) imports: Vec<Offer>,
}

pub(in crate::imports) struct Offer {
    /// Empty for the package itself.
    pub(in crate::imports) pattern: String,
    pub(in crate::imports) places: Vec<String>,
}

/// Fields that name the file that a package starts with: sources before what is built.
const ENTRIES: [&str; 7] = ["source", "svelte", "module", "main", "browser", "types", "typings"];
/// Conditions that nearly all packages have: others stand for sources.
const CONDITIONS: [&str; 9] = [
    "import",
    "module",
    "node",
    "browser",
    "default",
    "require",
    "production",
    "types",
    "typings",
];

pub(super) fn parse(folder: &str, text: &str) -> Option<Package> {
    let package = json::parse(text)?;
    let object = package.as_object()?;
    let name = object.get("name").and_then(Value::as_str).unwrap_or_default();
    let mut exports = object.get("exports").map(offers).unwrap_or_default();
    let own = exports.iter().position(|offer| offer.pattern.is_empty());
    let mut entries = own.map(|at| exports.remove(at).places).unwrap_or_default();
    let fields = ENTRIES.iter().filter_map(|key| object.get(*key)?.as_str());
    entries.extend(fields.map(str::to_owned));
    Some(Package {
        folder: folder.into(),
        name: name.into(),
        entries,
        exports,
        imports: object.get("imports").map(offers).unwrap_or_default(),
    })
}

/// The most exact first.
fn offers(value: &Value) -> Vec<Offer> {
    let is_path = |key: &str| key.starts_with(['.', '#']);
    let mut offers: Vec<Offer> = match value {
        Value::Object(paths) if paths.keys().any(|key| is_path(key)) => paths
            .iter()
            .map(|(path, value)| Offer {
                pattern: path.trim_start_matches('.').trim_start_matches('/').to_owned(),
                places: places(value),
            })
            .collect(),
        value => vec![Offer {
            pattern: String::new(),
            places: places(value),
        }],
    };
    offers.sort_by_key(|offer| std::cmp::Reverse(offer.pattern.find('*').unwrap_or(usize::MAX)));
    offers
}

/// All files that some condition leads to, those of rare conditions first.
fn places(value: &Value) -> Vec<String> {
    match value {
        Value::String(place) => vec![place.clone()],
        Value::Array(several) => several.iter().flat_map(places).collect(),
        Value::Object(conditions) => {
            let rank = |name: &str| CONDITIONS.iter().position(|it| *it == name).map_or(0, |at| at + 1);
            let mut conditions: Vec<_> = conditions.iter().collect();
            conditions.sort_by_key(|(name, _)| rank(name));
            conditions.into_iter().flat_map(|(_, value)| places(value)).collect()
        }
        _ => Vec::new(),
    }
}
