//! What manifests say of where imports lead. A manifest that does not parse says nothing.

mod cargo;
mod composer;
mod go;
mod json;
mod package;
mod tsconfig;

use std::collections::HashMap;

use super::files::Files;
use super::path;

pub(super) use cargo::Crate;
pub(super) use composer::Namespaces;
pub(super) use go::Module;
pub(super) use package::{Offer, Package};
pub(super) use tsconfig::Aliases;

/// Gives the text of a file.
pub(super) type Read<'a> = &'a dyn Fn(&str) -> Option<String>;

/// All that the manifests of a workspace say. Each is read once.
pub(super) struct Manifests {
    /// Here and below, those in the deepest folders first: of those that hold a file, the nearest.
    pub(super) crates: Vec<Crate>,
    pub(super) modules: Vec<Module>,
    pub(super) packages: Vec<Package>,
    pub(super) aliases: Vec<Aliases>,
    pub(super) namespaces: Vec<Namespaces>,
    crates_by_name: HashMap<Box<str>, Vec<usize>>,
    packages_by_name: HashMap<Box<str>, Vec<usize>>,
}

impl Manifests {
    pub(super) fn new(files: &Files, read: Read<'_>) -> Self {
        let named = |name: &str| -> Vec<(String, String)> {
            let paths = files.by_suffix(name).iter().map(|index| files.path(*index));
            paths
                .filter_map(|file| Some((path::parent(file).to_owned(), read(file)?)))
                .collect()
        };
        let crates = named("Cargo.toml");
        let mut crates: Vec<_> = crates
            .iter()
            .filter_map(|(folder, text)| cargo::parse(folder, text))
            .collect();
        let modules = ["go.mod", "go.work"].map(named);
        let mut modules: Vec<_> = modules
            .iter()
            .flatten()
            .flat_map(|(folder, text)| go::parse(folder, text))
            .collect();
        let packages = named("package.json");
        let mut packages: Vec<_> = packages
            .iter()
            .filter_map(|(folder, text)| package::parse(folder, text))
            .collect();
        let namespaces = named("composer.json");
        let mut namespaces: Vec<_> = namespaces
            .iter()
            .filter_map(|(folder, text)| composer::parse(folder, text))
            .collect();
        crates.sort_by_key(|it| std::cmp::Reverse(it.folder.len()));
        modules.sort_by_key(|it| std::cmp::Reverse((it.within.len(), it.path.len())));
        packages.sort_by_key(|it| std::cmp::Reverse(it.folder.len()));
        namespaces.sort_by_key(|it| std::cmp::Reverse(it.folder.len()));
        let mut manifests = Self {
            crates_by_name: by_name(crates.iter().map(|it| &*it.name)),
            packages_by_name: by_name(packages.iter().map(|it| &*it.name)),
            crates,
            modules,
            packages,
            aliases: Vec::new(),
            namespaces,
        };
        manifests.aliases = tsconfig::read_all(files, &manifests, read);
        manifests
    }

    /// The crate of this name; of several, the one that is nearest to the importer.
    pub(super) fn crate_named(&self, importer: &str, name: &str) -> Option<&Crate> {
        let found = self.crates_by_name.get(name)?.iter().map(|at| &self.crates[*at]);
        nearest(found, importer, |it| &it.folder)
    }

    pub(super) fn crate_of(&self, importer: &str) -> Option<&Crate> {
        self.crates.iter().find(|it| path::is_within(importer, &it.folder))
    }

    pub(super) fn package_named(&self, importer: &str, name: &str) -> Option<&Package> {
        let found = self.packages_by_name.get(name)?.iter().map(|at| &self.packages[*at]);
        nearest(found, importer, |it| &it.folder)
    }

    pub(super) fn package_in(&self, folder: &str) -> Option<&Package> {
        self.packages.iter().find(|it| *it.folder == *folder)
    }
}

fn by_name<'a>(names: impl Iterator<Item = &'a str>) -> HashMap<Box<str>, Vec<usize>> {
    let mut places: HashMap<Box<str>, Vec<usize>> = HashMap::new();
    for (at, name) in names.enumerate() {
        places.entry(name.into()).or_default().push(at);
    }
    places
}

/// The first of those that share the most folders with the importer.
fn nearest<'a, T>(found: impl Iterator<Item = &'a T>, importer: &str, folder: impl Fn(&T) -> &str) -> Option<&'a T> {
    let shared = |it: &T| path::shared(&format!("{}/", folder(it)), importer);
    found.fold(None, |best, it| match best {
        Some(best) if shared(best) >= shared(it) => Some(best),
        _ => Some(it),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_with_one_name_the_nearest_is_meant() {
        let files = ["a/Cargo.toml", "b/c/Cargo.toml", "b/d/x.rs"];
        let files = Files::new(files.into_iter());
        let manifests = Manifests::new(&files, &|_| Some("[package]\nname = \"one-two\"\n".to_owned()));
        let found = |importer: &str| manifests.crate_named(importer, "one_two").map(|it| &*it.folder);
        assert_eq!(found("b/d/x.rs"), Some("b/c"));
        assert_eq!(found("a/src/x.rs"), Some("a"));
    }
}
