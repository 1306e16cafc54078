//! Which files an import means, by each language's rules.
//!
//! Nothing is executed and nothing installed is read: what is not in the workspace resolves to no file. Paths are
//! relative to the workspace with `/`. A lookup costs the length of the path times the logarithm of their number.
//! A manifest is read once, when the resolver is made.

mod files;
mod follow;
mod manifests;
mod path;
mod python;
mod rust;
mod script;
mod suffix;
mod tested;

use crate::skeleton::Origin;
use crate::{Import, Language};

use files::Files;
pub(crate) use follow::Follow;
use manifests::Manifests;
pub use tested::{test_of, tested_by_name};

/// More files than this are no answer: the import means a whole tree.
const ANSWER_CAP: usize = 64;

/// Resolves imports within one set of files. Shared by reference.
pub struct Resolver {
    files: Files,
    manifests: Manifests,
}

/// A file that an import leads to.
#[derive(Debug, PartialEq)]
struct Reached {
    file: u32,
    /// What of it is meant, with `::` between the names; empty for the file itself, or where that is not known.
    rest: String,
}

impl Resolver {
    /// `read` gives the text of a manifest (`Cargo.toml`, `go.mod`, `package.json`, `tsconfig.json`, `composer.json`)
    /// among the files, and of those that it refers to.
    #[must_use]
    pub fn new<'a>(files: impl Iterator<Item = &'a str>, read: &dyn Fn(&str) -> Option<String>) -> Self {
        let files = Files::new(files);
        let manifests = Manifests::new(&files, read);
        Self { files, manifests }
    }

    /// Indices, in the order that the files were given in, of those that the target means; ascending. Empty where it
    /// is no file of the workspace, or could be several.
    #[must_use]
    pub fn resolve(&self, language: Language, importer: &str, target: &str) -> Vec<u32> {
        let reached = self.reach(language, importer, target);
        let mut found: Vec<u32> = reached.into_iter().map(|reached| reached.file).collect();
        found.retain(|index| self.files.path(*index) != importer);
        found.sort_unstable();
        found.dedup();
        found.truncate(ANSWER_CAP);
        found
    }

    /// The same for an import with its names, which in Python may be modules themselves: `from . import sibling`.
    #[must_use]
    pub fn resolve_import(&self, language: Language, importer: &str, import: &Import, text: &str) -> Vec<u32> {
        let names = import.names.iter().filter_map(|name| match &name.origin {
            Origin::Named(source) => text.get(source.start as usize..source.end as usize),
            _ => None,
        });
        self.resolve_names(language, importer, &import.target, names, import.names.len())
    }

    /// See [`Self::resolve_import`]; `all` counts the names that are no plain ones too.
    fn resolve_names<'a>(
        &self,
        language: Language,
        importer: &str,
        target: &str,
        names: impl Iterator<Item = &'a str>,
        all: usize,
    ) -> Vec<u32> {
        let mut found = self.resolve(language, importer, target);
        if language == Language::Python {
            let modules = names.filter_map(|name| self.submodule(importer, target, name));
            let modules: Vec<u32> = modules.collect();
            // The package's `__init__` is what was meant only where a name is no module.
            if modules.len() == all && !modules.is_empty() {
                found.clear();
            }
            found.extend(modules);
            found.sort_unstable();
            found.dedup();
        }
        found
    }

    /// The module that a name of a Python package is.
    fn submodule(&self, importer: &str, package: &str, name: &str) -> Option<u32> {
        let found = python::submodule(&self.files, importer, package, name);
        found.filter(|index| self.files.path(*index) != importer)
    }

    fn reach(&self, language: Language, importer: &str, target: &str) -> Vec<Reached> {
        let (files, manifests) = (&self.files, &self.manifests);
        let one = |found: Option<(u32, String)>| found.map(|(file, rest)| Reached { file, rest }).into_iter().collect();
        let whole = |file: u32| (file, String::new());
        match language {
            Language::Rust => one(rust::resolve(files, manifests, importer, target)),
            Language::Python => one(python::resolve(files, importer, target)),
            language if language.is_script() => one(script::resolve(files, manifests, importer, target).map(whole)),
            Language::Go => self.go(importer, target),
            _ => {
                let found = suffix::resolve(files, manifests, language, importer, target);
                let rest = suffix::thing(language, target);
                let reached = found.into_iter().map(|file| Reached {
                    file,
                    rest: rest.to_owned(),
                });
                reached.collect()
            }
        }
    }

    /// All files of the package but its tests.
    fn go(&self, importer: &str, target: &str) -> Vec<Reached> {
        let modules = self.manifests.modules.iter();
        let mut modules = modules.filter(|module| path::is_within(importer, &module.within));
        let module = modules.find_map(|module| {
            let rest = target.strip_prefix(&*module.path)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| path::join(&module.folder, rest.trim_start_matches('/')))
        });
        // What is kept of others is where its own path says, in the module's `vendor`.
        let vendored = || {
            let folders = path::ancestors(path::parent(importer));
            let mut places = folders.map(|folder| path::join(&path::join(folder, "vendor"), target));
            places.find(|folder| !self.files.in_folder(folder).is_empty())
        };
        let Some(folder) = module.or_else(vendored) else {
            return Vec::new();
        };
        let files = self.files.in_folder(&folder).iter().copied();
        let code = files.filter(|index| {
            let path = self.files.path(*index);
            path.ends_with(".go") && !path.ends_with("_test.go")
        });
        code.map(|file| Reached {
            file,
            rest: String::new(),
        })
        .collect()
    }
}
