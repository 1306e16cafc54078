//! `tsconfig.json` and `jsconfig.json` with what they extend and refer to; import maps of `deno.json`.

use std::collections::HashMap;

use serde_json::Value;

use super::{Manifests, Read, json};
use crate::imports::files::Files;
use crate::imports::path;

/// The aliases of a configuration, which hold in its folder.
pub(in crate::imports) struct Aliases {
    pub(in crate::imports) folder: Box<str>,
    /// Where plain paths start too.
    pub(in crate::imports) base: Option<String>,
    /// Patterns with at most one `*`, and where they lead; the most exact first.
    pub(in crate::imports) paths: Paths,
}

/// A pattern, and where it leads.
type Paths = Vec<(String, Vec<String>)>;

/// No chain is longer, unless it is a ring.
const CHAIN_CAP: usize = 8;

/// Those of all configurations, in the deepest folders first.
pub(super) fn read_all(files: &Files, manifests: &Manifests, read: Read<'_>) -> Vec<Aliases> {
    let mut reader = Reader {
        files,
        manifests,
        read,
        known: HashMap::new(),
    };
    let mut all = Vec::new();
    // The first hold before the later ones of the same folder.
    for name in ["tsconfig.json", "jsconfig.json", "tsconfig.base.json"] {
        for file in files.by_suffix(name).iter().map(|index| files.path(*index)) {
            reader.add(file, &mut all);
        }
    }
    for name in ["deno.json", "deno.jsonc"] {
        let maps = files.by_suffix(name).iter().map(|index| files.path(*index));
        all.extend(maps.filter_map(|file| import_map(path::parent(file), reader.json(file)?)));
    }
    all.sort_by_key(|aliases| std::cmp::Reverse(aliases.folder.len()));
    all
}

struct Reader<'a> {
    files: &'a Files,
    manifests: &'a Manifests,
    read: Read<'a>,
    /// Many configurations extend the same one.
    known: HashMap<String, Option<Value>>,
}

/// What a configuration says, with what those say that it extends.
#[derive(Clone, Default)]
struct Options {
    base: Option<String>,
    /// With the folder of the configuration that has them.
    paths: Option<(String, Paths)>,
}

impl Reader<'_> {
    fn json(&mut self, file: &str) -> Option<&Value> {
        if !self.known.contains_key(file) {
            let value = (self.read)(file).and_then(|text| json::parse(&text));
            self.known.insert(file.to_owned(), value);
        }
        self.known.get(file)?.as_ref()
    }

    /// What the file says, and what those that it refers to say: all of them are about its folder.
    fn add(&mut self, file: &str, all: &mut Vec<Aliases>) {
        let folder = path::parent(file);
        let referred: Vec<String> = self.json(file).map(references).unwrap_or_default();
        let referred = referred
            .into_iter()
            .map(|place| self.config(&path::join(folder, &place)));
        let referred: Vec<String> = referred
            .filter(|referred| path::name(referred) != path::name(file))
            .collect();
        for file in std::iter::once(file.to_owned()).chain(referred) {
            let options = self.options(&file, path::parent(&file), CHAIN_CAP);
            all.extend(aliases(folder, options));
        }
    }

    /// `a` may be `a.json`, or a folder with a `tsconfig.json`.
    fn config(&self, place: &str) -> String {
        let candidates = [
            place.to_owned(),
            format!("{place}.json"),
            path::join(place, "tsconfig.json"),
        ];
        let found = candidates.iter().find(|file| self.files.exact(file).is_some());
        // What is generated is not in the workspace, but may be there.
        let other = usize::from(!place.ends_with(".json"));
        found.unwrap_or(&candidates[other]).clone()
    }

    fn options(&mut self, file: &str, root: &str, rest: usize) -> Options {
        let mut options = Options::default();
        let Some(config) = self.json(file).filter(|_| rest > 0) else {
            return options;
        };
        let folder = path::parent(file);
        let extended: Vec<String> = config
            .get("extends")
            .map(json::strings)
            .unwrap_or_default()
            .into_iter()
            .map(str::to_owned)
            .collect();
        let own = config.get("compilerOptions").map(|own| own_options(own, folder, root));
        for extended in extended {
            let Some(extended) = self.extended(file, &extended) else {
                continue;
            };
            options.overlay(self.options(&extended, root, rest - 1));
        }
        options.overlay(own.unwrap_or_default());
        options
    }

    /// Relative, or in a package of the workspace.
    fn extended(&self, file: &str, extended: &str) -> Option<String> {
        if extended.starts_with('.') {
            return Some(self.config(&path::join(path::parent(file), extended)));
        }
        let (name, rest) = path::package(extended);
        let package = self.manifests.package_named(file, name)?;
        Some(self.config(&path::join(&package.folder, rest)))
    }
}

impl Options {
    fn overlay(&mut self, over: Self) {
        self.base = over.base.or(self.base.take());
        self.paths = over.paths.or(self.paths.take());
    }
}

fn references(config: &Value) -> Vec<String> {
    let references = config.get("references").and_then(Value::as_array).into_iter().flatten();
    let paths = references.filter_map(|reference| reference.get("path")?.as_str());
    paths.map(str::to_owned).collect()
}

fn own_options(options: &Value, folder: &str, root: &str) -> Options {
    let place = |place: &str| match place.strip_prefix("${configDir}") {
        // From the top, as it is no path from where it stands.
        Some(rest) => format!("/{}", path::join(root, rest)),
        None => place.to_owned(),
    };
    let paths = options.get("paths").and_then(Value::as_object).map(|paths| {
        let paths = paths.iter().map(|(pattern, places)| {
            let places = json::strings(places).into_iter().map(place).collect();
            (pattern.clone(), places)
        });
        (folder.to_owned(), paths.collect())
    });
    Options {
        base: options
            .get("baseUrl")
            .and_then(Value::as_str)
            .map(|base| from(folder, &place(base))),
        paths,
    }
}

/// A place from a folder, or from the top.
fn from(folder: &str, place: &str) -> String {
    path::join(if place.starts_with('/') { "" } else { folder }, place)
}

fn aliases(folder: &str, options: Options) -> Option<Aliases> {
    if options.base.is_none() && options.paths.is_none() {
        return None;
    }
    let (own, paths) = options.paths.unwrap_or_default();
    let start = options.base.as_deref().unwrap_or(&own);
    let mut paths: Vec<_> = paths
        .into_iter()
        .map(|(pattern, places)| (pattern, places.iter().map(|place| from(start, place)).collect()))
        .collect();
    sort(&mut paths);
    Some(Aliases {
        folder: folder.into(),
        base: options.base,
        paths,
    })
}

fn sort(paths: &mut [(String, Vec<String>)]) {
    paths.sort_by_key(|(pattern, _)| std::cmp::Reverse(pattern.find('*').unwrap_or(usize::MAX)));
}

/// `{"imports": {"a/": "./src/a/"}}`.
fn import_map(folder: &str, config: &Value) -> Option<Aliases> {
    let imports = config.get("imports")?.as_object()?.iter();
    let local =
        imports.filter_map(|(name, place)| Some((name, place.as_str().filter(|place| place.starts_with('.'))?)));
    let star = |path: &str| {
        if path.ends_with('/') {
            format!("{path}*")
        } else {
            path.to_owned()
        }
    };
    let mut paths: Vec<_> = local
        .map(|(name, place)| (star(name), vec![from(folder, &star(place))]))
        .collect();
    sort(&mut paths);
    Some(Aliases {
        folder: folder.into(),
        base: None,
        paths,
    })
}
