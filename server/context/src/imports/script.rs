//! JavaScript and TypeScript: relative paths with endings left out, aliases of `tsconfig.json`, workspace packages.

use super::files::Files;
use super::manifests::{Manifests, Offer, Package};
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
/// Folders that hold what is made of `src`.
const BUILT: [&str; 9] = ["dist", "build", "lib", "out", "es", "esm", "cjs", "types", "output"];
/// Endings of what is made, the longer first.
const BUILT_ENDINGS: [&str; 9] = [
    ".d.mts", ".d.cts", ".d.ts", ".mjs", ".cjs", ".js", ".jsx", ".mts", ".ts",
];

pub(super) fn resolve(files: &Files, manifests: &Manifests, importer: &str, target: &str) -> Option<u32> {
    let find = Find {
        files,
        manifests,
        importer,
    };
    // `./x?raw`; a `#` at the start is a package's own path.
    let end = target.char_indices().skip(1).find(|(_, c)| matches!(c, '?' | '#'));
    let target = end.map_or(target, |(at, _)| &target[..at]);
    if target.starts_with('.') {
        let place = path::join(path::parent(importer), target);
        return find
            .file(&place)
            .or_else(|| find.entry(manifests.package_in(&place)?))
            .or_else(|| find.source_of(&place));
    }
    find.aliased(target)
        .or_else(|| find.imported(target))
        .or_else(|| find.packaged(target))
        .or_else(|| find.in_source(target))
}

struct Find<'a> {
    files: &'a Files,
    manifests: &'a Manifests,
    importer: &'a str,
}

impl Find<'_> {
    /// `./x` may be a file, one with an ending, or a folder with an index.
    fn file(&self, base: &str) -> Option<u32> {
        let with = |base: &str, ending: &str| self.files.exact(&format!("{base}{ending}"));
        if let Some(found) = self.files.exact(base) {
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
    fn aliased(&self, target: &str) -> Option<u32> {
        let aliases = self.manifests.aliases.iter();
        let mut near = aliases.filter(|aliases| path::is_within(self.importer, &aliases.folder));
        near.find_map(|config| {
            let mut places = config.paths.iter().flat_map(|(pattern, places)| {
                let inner = matched(pattern, target);
                let places = inner.map(|inner| places.iter().map(move |place| place.replacen('*', inner, 1)));
                places.into_iter().flatten()
            });
            places
                .find_map(|place| self.file(&place))
                .or_else(|| self.file(&path::join(config.base.as_ref()?, target)))
        })
    }

    /// `#x`, as the nearest package has it.
    fn imported(&self, target: &str) -> Option<u32> {
        target.starts_with('#').then_some(())?;
        let mut near = self.manifests.packages.iter();
        let package = near.find(|package| path::is_within(self.importer, &package.folder))?;
        let mut places = package.imports.iter().flat_map(|offer| offered(offer, target));
        places.find_map(|place| match place.starts_with('.') {
            true => self.offer(package, &place),
            false => self.packaged(&place),
        })
    }

    /// What is built is not in the workspace: its source is looked for first.
    fn packaged(&self, target: &str) -> Option<u32> {
        let (name, rest) = path::package(target);
        let package = self.manifests.package_named(self.importer, name)?;
        if rest.is_empty() {
            return self.entry(package);
        }
        let mut places = package.exports.iter().flat_map(|offer| offered(offer, rest));
        let at = |place: &str| self.file(&path::join(&package.folder, place));
        places
            .find_map(|place| self.offer(package, &place))
            .or_else(|| at(rest))
            .or_else(|| at(&path::join("src", rest)))
            .or_else(|| self.source_of(&path::join(&package.folder, rest)))
            .or_else(|| self.entry(self.manifests.package_in(&path::join(&package.folder, rest))?))
    }

    /// What a package starts with.
    fn entry(&self, package: &Package) -> Option<u32> {
        let at = |place: &str| self.file(&path::join(&package.folder, place));
        let is_source = |found: &u32| {
            let path = self.files.path(*found);
            path.split('/').any(|part| part == "src") || (path.ends_with(".ts") && !path.ends_with(".d.ts"))
        };
        let entries = || package.entries.iter();
        entries()
            .find_map(|entry| at(entry).filter(is_source))
            .or_else(|| entries().find_map(|entry| self.source_of(&path::join(&package.folder, entry))))
            .or_else(|| at("src"))
            .or_else(|| entries().find_map(|entry| at(entry)))
            .or_else(|| at("src/main"))
            .or_else(|| at("lib"))
            .or_else(|| at(""))
    }

    /// A file that a package names: it, or what it is made of.
    fn offer(&self, package: &Package, place: &str) -> Option<u32> {
        let place = path::join(&package.folder, place);
        self.source_of(&place).or_else(|| self.file(&place))
    }

    /// `a/src/b.ts` of `a/dist/esm/b.js`, `a/src/index.ts` of `a/dist/a.prod.js`.
    fn source_of(&self, place: &str) -> Option<u32> {
        let parts: Vec<&str> = place.split('/').collect();
        let built = (0..parts.len()).rev().filter(|at| BUILT.contains(&parts[*at]));
        let mut places = built.map(|at| {
            let inner = parts[at..].iter().skip_while(|part| BUILT.contains(part));
            (parts[..at].join("/"), inner.copied().collect::<Vec<_>>().join("/"))
        });
        places.find_map(|(folder, inner)| {
            let stem = BUILT_ENDINGS.iter().find_map(|ending| inner.strip_suffix(ending));
            let stem = stem.unwrap_or(&inner);
            let source = path::join(&folder, "src");
            let bundle = || {
                let package = self.manifests.package_in(&folder)?;
                let rest = stem.strip_prefix(path::name(&package.name))?;
                (rest.is_empty() || rest.starts_with('.')).then(|| self.file(&source))?
            };
            self.file(&path::join(&source, stem)).or_else(bundle)
        })
    }

    /// `@/x`, `~/x` and `src/x` where no configuration says what they mean.
    fn in_source(&self, target: &str) -> Option<u32> {
        let inner = ["@/", "~/", "#/", "src/", "/"]
            .iter()
            .find_map(|prefix| target.strip_prefix(prefix))
            .or_else(|| target.strip_prefix('$').filter(|rest| rest.starts_with("lib")))?;
        path::ancestors(path::parent(self.importer)).find_map(|folder| {
            let source = path::join(folder, "src");
            self.file(&path::join(&source, inner))
                .or_else(|| self.file(&path::join(folder, inner)))
        })
    }
}

/// What the `*` of a pattern stands for.
fn matched<'a>(pattern: &str, target: &'a str) -> Option<&'a str> {
    match pattern.split_once('*') {
        Some((prefix, suffix)) => target.strip_prefix(prefix)?.strip_suffix(suffix),
        None => (pattern == target).then_some(""),
    }
}

fn offered<'a>(offer: &'a Offer, target: &'a str) -> impl Iterator<Item = String> + 'a {
    let inner = matched(&offer.pattern, target);
    let places = inner.map(|inner| offer.places.iter().map(move |place| place.replace('*', inner)));
    places.into_iter().flatten()
}
