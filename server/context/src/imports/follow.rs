//! From a name that is imported to the file that declares it, through files that only pass it on: an `index.ts` that
//! exports from others, an `__init__.py`, `pub use`.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use super::{Resolver, path};
use crate::catalog::{Catalog, FileId};
use crate::digest::Digest;
use crate::digest::imports::{DEFAULT, Imported, Of};
use crate::{Language, SymbolKind, words};

/// Longer ways are not followed: a name is looked for in so many files for one question.
const STEPS_CAP: usize = 4_000;
/// So many files may pass all their names on, one to the next.
const DEPTH_CAP: usize = 8;

/// Where a name leads to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: FileId,
    /// As it is declared there; empty for the file itself.
    pub(crate) name: String,
}

/// What came of a look; the later the more it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// Not seen, or looked for before.
    Unknown,
    /// It is of something that is not in the workspace.
    Outside,
    Found,
}

/// One question. The resolver's files are those of the catalog.
pub(crate) struct Follow<'a> {
    catalog: &'a Catalog,
    resolver: &'a Resolver,
    steps: usize,
    depth: usize,
    /// Rings lead nowhere.
    seen: HashSet<(FileId, String)>,
    found: BTreeSet<Place>,
}

impl<'a> Follow<'a> {
    pub(crate) fn new(catalog: &'a Catalog, resolver: &'a Resolver) -> Self {
        Self {
            catalog,
            resolver,
            steps: STEPS_CAP,
            depth: 0,
            seen: HashSet::new(),
            found: BTreeSet::new(),
        }
    }

    /// What a name, or a path `a::b` that starts with one, stands for in a file.
    pub(crate) fn meant(mut self, file: FileId, path: &str) -> BTreeSet<Place> {
        let outcome = self.name(file, path, false);
        // Rust's paths need no import.
        if outcome != Outcome::Found && path.contains("::") && self.language(file) == Some(Language::Rust) {
            self.path(file, path, true);
        }
        self.found
    }

    /// The files that a file imports, and those that declare what it imports.
    pub(crate) fn imported(mut self, file: FileId) -> BTreeSet<FileId> {
        let digest = self.digest(file);
        let mut files = BTreeSet::new();
        for import in digest.imports.iter() {
            let direct = self.direct(file, import);
            for bound in import.names().filter(|bound| bound.source != Of::All) {
                self.through(file, import, bound.source, "");
            }
            if import.names().all(|bound| !matches!(bound.source, Of::Name(_))) {
                for passing in &direct {
                    self.passed_on(*passing, digest, DEPTH_CAP);
                }
            }
            files.extend(direct);
        }
        files.extend(self.found.iter().map(|place| place.file));
        files.remove(&file);
        files
    }

    fn digest(&self, file: FileId) -> &'a Digest {
        &self.catalog.file(file).digest
    }

    fn language(&self, file: FileId) -> Option<Language> {
        Language::of_path(Path::new(self.catalog.path_of(file)))
    }

    /// The files that the import says itself.
    fn direct(&self, file: FileId, import: Imported<'_>) -> Vec<FileId> {
        let Some(language) = self.language(file) else {
            return Vec::new();
        };
        let names = import.names().filter_map(|bound| match bound.source {
            Of::Name(name) => Some(name),
            _ => None,
        });
        let path = self.catalog.path_of(file);
        let all = import.names().count();
        self.resolver.resolve_names(language, path, import.target, names, all)
    }

    /// Looks for `a::b` in a file, which may declare it or have it from others. Where an import names it, it is there,
    /// though it may not be seen: a macro may make it.
    fn name(&mut self, file: FileId, path: &str, is_named: bool) -> Outcome {
        if self.steps == 0 || self.depth >= DEPTH_CAP || !self.seen.insert((file, path.to_owned())) {
            return Outcome::Unknown;
        }
        self.steps -= 1;
        self.depth += 1;
        let outcome = self.look(file, path, is_named);
        self.depth -= 1;
        outcome
    }

    fn look(&mut self, file: FileId, path: &str, is_named: bool) -> Outcome {
        let digest = self.digest(file);
        let (first, rest) = path.split_once("::").unwrap_or((path, ""));
        let mut outcome = Outcome::Unknown;
        for import in digest.imports.iter() {
            for bound in import.names().filter(|it| it.name == first && it.source != Of::All) {
                outcome = outcome.max(self.through(file, import, bound.source, rest));
                if outcome == Outcome::Found {
                    return outcome;
                }
            }
        }
        match self.declared(file, first) {
            Some(Declared::Thing) => return self.find(file, path),
            // A module within the file.
            Some(Declared::Module) => {
                let inner = !rest.is_empty() && self.name(file, rest, false) == Outcome::Found;
                return if inner { Outcome::Found } else { self.find(file, path) };
            }
            None => {}
        }
        for import in digest.imports.iter() {
            let passes_all = import.names().any(|bound| bound.source == Of::All);
            if passes_all && self.in_all(file, import, path) == Outcome::Found {
                return Outcome::Found;
            }
        }
        if outcome == Outcome::Outside || !is_named {
            return outcome;
        }
        // Which of its declarations the default is, a file does not tell.
        let path = if first == DEFAULT { "" } else { path };
        let declaring = self.macro_of_crate(file, path).unwrap_or(file);
        self.find(declaring, path)
    }

    /// Whether a file declares a name at its top, or in a module of it.
    fn declared(&self, file: FileId, name: &str) -> Option<Declared> {
        let digest = self.digest(file);
        // `import static a.B.c`.
        let has_members = self
            .language(file)
            .is_some_and(|language| matches!(language, Language::Java | Language::Kotlin | Language::Scala));
        let mut found = None;
        for declaration in &digest.declarations {
            let around = declaration.parent.and_then(|at| digest.declarations.get(at as usize));
            let is_top = around.is_none_or(|around| around.kind == SymbolKind::Module);
            // An `impl` is of a type that may be declared elsewhere.
            if (is_top || has_members) && declaration.kind != SymbolKind::Impl && digest.name(declaration) == name {
                match declaration.kind {
                    SymbolKind::Module => found = Some(Declared::Module),
                    _ => return Some(Declared::Thing),
                }
            }
        }
        found
    }

    /// A macro of Rust is at the top of its crate, wherever it is declared.
    fn macro_of_crate(&self, file: FileId, name: &str) -> Option<FileId> {
        if self.language(file) != Some(Language::Rust) {
            return None;
        }
        let path = self.catalog.path_of(file);
        let own = self.resolver.manifests.crate_of(path)?;
        let holders = self.catalog.declaring.get(&words::hash(name.as_bytes()));
        let declaring = holders.into_iter().flatten().map(|held| held.file);
        let is_macro = |file: FileId| {
            let digest = self.digest(file);
            let mut macros = digest.declarations.iter().filter(|it| it.kind == SymbolKind::Macro);
            macros.any(|declaration| digest.name(declaration) == name)
        };
        let mut found =
            declaring.filter(|file| path::is_within(self.catalog.path_of(*file), &own.folder) && is_macro(*file));
        let only = found.next()?;
        found.next().is_none().then_some(only)
    }

    fn find(&mut self, file: FileId, path: &str) -> Outcome {
        let name = path.rsplit("::").next().unwrap_or_default().to_owned();
        self.found.insert(Place { file, name });
        Outcome::Found
    }

    /// Follows what a name of an import stands for; `rest` is a path in it.
    fn through(&mut self, file: FileId, import: Imported<'_>, source: Of<'_>, rest: &str) -> Outcome {
        let importer = self.catalog.path_of(file);
        let Some(language) = self.language(file) else {
            return Outcome::Outside;
        };
        match source {
            Of::Target if language == Language::Rust => self.path(file, &join(import.target, rest), true),
            Of::Target => {
                let reached = self.resolver.reach(language, importer, import.target);
                let is_only = reached.len() == 1;
                let outcomes = reached
                    .iter()
                    .map(|it| self.end(it.file, &join(&it.rest, rest), is_only));
                outcomes.max().unwrap_or(Outcome::Outside)
            }
            Of::Name(name) => {
                if language == Language::Python
                    && let Some(module) = self.resolver.submodule(importer, import.target, name)
                {
                    return self.end(module, rest, true);
                }
                let path = join(name, rest);
                let targets = self.resolver.resolve(language, importer, import.target);
                let outcomes = targets
                    .iter()
                    .map(|target| self.name(*target, &path, targets.len() == 1));
                outcomes.max().unwrap_or(Outcome::Outside)
            }
            Of::All => Outcome::Unknown,
        }
    }

    /// A path of Rust, whose first part may be a name that the file itself imports.
    fn path(&mut self, file: FileId, path: &str, is_named: bool) -> Outcome {
        let reached = self.resolver.reach(Language::Rust, self.catalog.path_of(file), path);
        let outcomes = reached.iter().map(|it| self.end(it.file, &it.rest, is_named));
        match outcomes.max() {
            Some(outcome) => outcome,
            None if path.contains("::") => self.name(file, path, false).max(Outcome::Outside),
            None => Outcome::Outside,
        }
    }

    fn end(&mut self, file: FileId, rest: &str, is_named: bool) -> Outcome {
        match rest {
            "" => self.find(file, ""),
            rest => self.name(file, rest, is_named),
        }
    }

    /// Looks for a path among all that an import brings in.
    fn in_all(&mut self, file: FileId, import: Imported<'_>, path: &str) -> Outcome {
        if self.language(file) == Some(Language::Rust) {
            return self.path(file, &join(import.target, path), false);
        }
        let targets = self.direct(file, import);
        let mut outcomes = targets.into_iter().map(|target| self.name(target, path, false));
        let found = outcomes.find(|outcome| *outcome == Outcome::Found);
        found.unwrap_or(Outcome::Unknown)
    }

    /// Follows those names that a file has from others and a user of the whole file uses.
    fn passed_on(&mut self, file: FileId, user: &Digest, depth: usize) {
        let uses = |name: &str| !Digest::counts_of(&user.uses, words::hash(name.as_bytes())).is_empty();
        let key = (file, "*".to_owned());
        if self.steps == 0 || depth == 0 || !self.seen.insert(key) {
            return;
        }
        self.steps -= 1;
        for import in self.digest(file).imports.iter() {
            for bound in import.names() {
                if bound.source == Of::All {
                    for passing in self.direct(file, import) {
                        let passing_digest = self.digest(passing);
                        if passing_digest
                            .declarations
                            .iter()
                            .any(|it| uses(passing_digest.name(it)))
                        {
                            self.find(passing, "");
                        }
                        self.passed_on(passing, user, depth - 1);
                    }
                } else if uses(bound.name) {
                    self.through(file, import, bound.source, "");
                }
            }
        }
    }
}

fn join(path: &str, rest: &str) -> String {
    match (path, rest) {
        (path, "") => path.to_owned(),
        ("", rest) => rest.to_owned(),
        _ => format!("{path}::{rest}"),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Declared {
    Module,
    Thing,
}
