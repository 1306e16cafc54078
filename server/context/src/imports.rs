//! Which files an import means, by each language's rules.
//!
//! Nothing is executed and nothing installed is read: what is not in the workspace resolves to no file. Paths are
//! relative to the workspace with `/`. A lookup costs the length of the path times the logarithm of their number.

mod files;
mod manifests;
mod path;
mod python;
mod rust;
mod script;
mod suffix;
mod tested;

use crate::{Import, Language};

use files::Files;
pub use tested::{test_of, tested_by_name};

/// More files than this are no answer: the import means a whole tree.
const ANSWER_CAP: usize = 64;

/// Resolves imports within one set of files. Shared by reference.
pub struct Resolver {
    files: Files,
    crates: Vec<manifests::Crate>,
    modules: Vec<manifests::Module>,
    packages: Vec<manifests::Package>,
    aliases: Vec<manifests::Aliases>,
}

impl Resolver {
    /// `read` gives the text of a manifest (`Cargo.toml`, `go.mod`, `package.json`, `tsconfig.json`) among the files.
    #[must_use]
    pub fn new<'a>(files: impl Iterator<Item = &'a str>, read: &dyn Fn(&str) -> Option<String>) -> Self {
        let files = Files::new(files);
        let named = |name: &str| -> Vec<(&str, String)> {
            let paths = files.by_suffix(name).iter().map(|index| files.path(*index));
            paths
                .filter_map(|path| Some((path::parent(path), read(path)?)))
                .collect()
        };
        let mut crates: Vec<_> = named("Cargo.toml").into_iter().filter_map(manifests::cargo).collect();
        let mut modules: Vec<_> = named("go.mod").into_iter().filter_map(manifests::go).collect();
        let mut packages: Vec<_> = named("package.json")
            .into_iter()
            .filter_map(manifests::package)
            .collect();
        let configs = ["tsconfig.json", "jsconfig.json", "tsconfig.base.json"];
        let configs = configs.iter().flat_map(|name| named(name));
        let mut aliases: Vec<_> = configs.filter_map(manifests::aliases).collect();
        // The deepest folder first: it is the nearest of those that hold a file.
        crates.sort_by_key(|it| std::cmp::Reverse(it.folder.len()));
        modules.sort_by_key(|it| std::cmp::Reverse(it.path.len()));
        packages.sort_by_key(|it| std::cmp::Reverse(it.name.len()));
        aliases.sort_by_key(|it| std::cmp::Reverse(it.folder.len()));
        Self {
            files,
            crates,
            modules,
            packages,
            aliases,
        }
    }

    /// Indices, in the order that the files were given in, of those that the target means; ascending. Empty where it
    /// is no file of the workspace, or could be several.
    #[must_use]
    pub fn resolve(&self, language: Language, importer: &str, target: &str) -> Vec<u32> {
        let mut found = self.candidates(language, importer, target);
        found.retain(|index| self.files.path(*index) != importer);
        found.sort_unstable();
        found.dedup();
        found.truncate(ANSWER_CAP);
        found
    }

    /// The same for an import with its names, which in Python may be modules themselves: `from . import sibling`.
    #[must_use]
    pub fn resolve_import(&self, language: Language, importer: &str, import: &Import, text: &str) -> Vec<u32> {
        let mut found = self.resolve(language, importer, &import.target);
        if language == Language::Python {
            let names = import.names.iter();
            let names = names.filter_map(|name| text.get(name.start as usize..name.end as usize));
            let modules = names.flat_map(|name| python::submodule(&self.files, importer, &import.target, name));
            let modules: Vec<u32> = modules.filter(|index| self.files.path(*index) != importer).collect();
            // The package's `__init__` is what was meant only where a name is no module.
            if modules.len() == import.names.len() && !modules.is_empty() {
                found.clear();
            }
            found.extend(modules);
            found.sort_unstable();
            found.dedup();
        }
        found
    }

    fn candidates(&self, language: Language, importer: &str, target: &str) -> Vec<u32> {
        let files = &self.files;
        match language {
            Language::Rust => rust::resolve(files, &self.crates, importer, target),
            Language::Python => python::resolve(files, importer, target),
            language if language.is_script() => script::resolve(files, &self.packages, &self.aliases, importer, target),
            Language::Go => self.go(target),
            _ => suffix::resolve(files, language, importer, target),
        }
    }

    /// All files of the package but its tests.
    fn go(&self, target: &str) -> Vec<u32> {
        let module = self.modules.iter().find_map(|module| {
            let rest = target.strip_prefix(&*module.path)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| path::join(&module.folder, rest.trim_start_matches('/')))
        });
        let Some(folder) = module else { return Vec::new() };
        let files = self.files.in_folder(&folder).iter().copied();
        files
            .filter(|index| {
                let path = self.files.path(*index);
                path.ends_with(".go") && !path.ends_with("_test.go")
            })
            .collect()
    }
}
