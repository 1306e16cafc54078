//! `composer.json`: where the classes of a namespace are.

use serde_json::Value;

use super::json;
use crate::imports::path;

pub(in crate::imports) struct Namespaces {
    pub(in crate::imports) folder: Box<str>,
    /// The start of a class's name, and the folder that the rest is a path in; the longest first.
    pub(in crate::imports) folders: Vec<(String, String)>,
}

pub(super) fn parse(folder: &str, text: &str) -> Option<Namespaces> {
    let composer = json::parse(text)?;
    let mut folders = Vec::new();
    for loader in ["autoload", "autoload-dev"].iter().filter_map(|key| composer.get(key)) {
        for (start, places) in map(loader, "psr-4") {
            let places = json::strings(places).into_iter();
            folders.extend(places.map(|place| (start.clone(), path::join(folder, place))));
        }
        // There the whole name is the path.
        for (start, places) in map(loader, "psr-0") {
            let inner = start.trim_end_matches('\\').replace('\\', "/");
            let places = json::strings(places).into_iter();
            folders.extend(places.map(|place| (start.clone(), path::join(&path::join(folder, place), &inner))));
        }
    }
    folders.sort_by_key(|(start, _)| std::cmp::Reverse(start.len()));
    (!folders.is_empty()).then(|| Namespaces {
        folder: folder.into(),
        folders,
    })
}

fn map<'a>(loader: &'a Value, key: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    loader.get(key).and_then(Value::as_object).into_iter().flatten()
}
