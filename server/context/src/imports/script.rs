//! JavaScript and TypeScript: relative paths with endings left out, aliases of `tsconfig.json`, workspace packages.

use super::files::Files;
use super::manifests::{Aliases, Package};
use super::path;

/// In the order that they are tried in.
const ENDINGS: [&str; 14] = [
    ".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".astro", ".json", ".css",
];
/// What a compiled ending was written as.
const SOURCES: [(&str, &[&str]); 4] = [
    (".js", &[".ts", ".tsx", ".jsx"]),
    (".jsx", &[".tsx"]),
    (".mjs", &[".mts"]),
    (".cjs", &[".cts"]),
];

pub(super) fn resolve(
    files: &Files,
    packages: &[Package],
    aliases: &[Aliases],
    importer: &str,
    target: &str,
) -> Vec<u32> {
    let target = target
        .split(['?', '#'])
        .next()
        .filter(|path| !path.is_empty())
        .unwrap_or(target);
    let found = if target.starts_with('.') {
        file(files, &path::join(path::parent(importer), target))
    } else {
        aliased(files, aliases, importer, target)
            .or_else(|| packaged(files, packages, target))
            .or_else(|| from_source(files, importer, target))
    };
    found.into_iter().collect()
}

/// `./x` may be a file, one with an ending, or a folder with an index.
fn file(files: &Files, base: &str) -> Option<u32> {
    let with = |base: &str, ending: &str| files.exact(&format!("{base}{ending}"));
    if let Some(found) = files.exact(base) {
        return Some(found);
    }
    for (compiled, sources) in SOURCES {
        if let Some(stem) = base.strip_suffix(compiled)
            && let Some(found) = sources.iter().find_map(|source| with(stem, source))
        {
            return Some(found);
        }
    }
    let index = path::join(base, "index");
    ENDINGS
        .iter()
        .find_map(|ending| with(base, ending))
        .or_else(|| ENDINGS.iter().find_map(|ending| with(&index, ending)))
}

/// By the nearest configuration that knows the alias.
fn aliased(files: &Files, aliases: &[Aliases], importer: &str, target: &str) -> Option<u32> {
    let near = aliases
        .iter()
        .filter(|aliases| path::is_within(importer, &aliases.folder));
    for config in near {
        for (pattern, places) in &config.paths {
            let (prefix, suffix) = pattern.split_once('*').unwrap_or((pattern, ""));
            let inner = target.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
            let Some(inner) = inner.filter(|inner| pattern.contains('*') || inner.is_empty()) else {
                continue;
            };
            let mut places = places
                .iter()
                .map(|place| path::join(&config.base, &place.replacen('*', inner, 1)));
            if let Some(found) = places.find_map(|place| file(files, &place)) {
                return Some(found);
            }
        }
        let based = config.is_base.then(|| file(files, &path::join(&config.base, target)));
        if let Some(found) = based.flatten() {
            return Some(found);
        }
    }
    None
}

/// What is built is not in the workspace: its source is looked for first.
fn packaged(files: &Files, packages: &[Package], target: &str) -> Option<u32> {
    let (package, rest) = packages.iter().find_map(|package| {
        let rest = target.strip_prefix(&*package.name)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| (package, rest.trim_start_matches('/')))
    })?;
    let at = |place: &str| file(files, &path::join(&package.folder, place));
    if rest.is_empty() {
        return at("src")
            .or_else(|| package.entries.iter().find_map(|entry| at(entry)))
            .or_else(|| at("src/main"))
            .or_else(|| at("lib"))
            .or_else(|| at(""));
    }
    at(rest).or_else(|| at(&path::join("src", rest)))
}

/// `@/x`, `~/x` and `src/x` where no configuration says what they mean.
fn from_source(files: &Files, importer: &str, target: &str) -> Option<u32> {
    let inner = ["@/", "~/", "#/", "src/", "/"]
        .iter()
        .find_map(|prefix| target.strip_prefix(prefix))?;
    path::ancestors(path::parent(importer)).find_map(|folder| {
        let source = path::join(folder, "src");
        file(files, &path::join(&source, inner)).or_else(|| file(files, &path::join(folder, inner)))
    })
}
