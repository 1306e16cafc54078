//! Which files a name leads to, so that a question parses those and no others.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::atlas::Snapshot;
use crate::catalog::{ByTerm, Catalog, FileId, Holders};
use crate::digest::Digest;
use crate::imports::{Follow, Resolver};
use crate::ranking::{is_subsequence, split_owner};
use crate::words;
use crate::{Language, SKELETON_CAP};

impl Snapshot {
    /// Whether anything is indexed yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.catalog.files.is_empty()
    }

    /// Files that declare or use the last segment of `name`, and those of which that is not known.
    #[must_use]
    pub fn files_with_name(&self, name: &str) -> Vec<PathBuf> {
        let (_, name) = split_owner(name);
        let mut files = self.obscure();
        files.extend(self.holders(&self.catalog.declaring, name));
        files.extend(self.holders(&self.catalog.using, name));
        self.paths(files)
    }

    /// Files that declare a name with the characters of the last segment of `name` in order, whatever their case; those
    /// that hold the very name; and those of which that is not known.
    #[must_use]
    pub fn files_with_names_like(&self, name: &str) -> Vec<PathBuf> {
        let (_, name) = split_owner(name);
        let folded: Vec<char> = name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        let mut files = self.obscure();
        files.extend(self.holders(&self.catalog.using, name));
        for (id, digest) in self.digests() {
            let mut names = digest.declarations.iter().map(|declared| digest.name(declared));
            if names
                .any(|declared| is_subsequence(folded.iter().copied(), declared.chars().flat_map(char::to_lowercase)))
            {
                files.insert(id);
            }
        }
        self.paths(files)
    }

    /// What imports mean in this snapshot. `read` gives the text of manifests.
    #[must_use]
    pub fn resolver(&self, read: &dyn Fn(&str) -> Option<String>) -> Resolver {
        self.catalog.resolver(read)
    }

    /// See [`Catalog::imported_by`].
    #[must_use]
    pub fn imported_by(&self, resolver: &Resolver, path: &Path) -> Vec<PathBuf> {
        let importer = self.relative(path).unwrap_or_default();
        let found = self.catalog.imported_by(resolver, &importer);
        found.iter().filter_map(|name| self.absolute(name)).collect()
    }

    /// See [`Catalog::imported_as`].
    #[must_use]
    pub fn imported_as(&self, resolver: &Resolver, path: &Path, name: &str) -> Vec<(PathBuf, String)> {
        let importer = self.relative(path).unwrap_or_default();
        let found = self.catalog.imported_as(resolver, &importer, name).into_iter();
        found
            .filter_map(|(path, name)| Some((self.absolute(&path)?, name)))
            .collect()
    }

    fn digests(&self) -> impl Iterator<Item = (FileId, &Digest)> {
        let files = self.catalog.files.iter().enumerate();
        files.filter_map(|(id, file)| Some((FileId::try_from(id).ok()?, &*file.digest)))
    }

    /// Code whose names are not all in the index: it was too long or too hard to read.
    fn obscure(&self) -> BTreeSet<FileId> {
        let is_code =
            |id: FileId| Language::of_path(Path::new(self.catalog.path_of(id))).is_some_and(Language::is_code);
        let is_obscure = |digest: &Digest| {
            let is_unread = digest.uses.is_empty() && digest.declarations.is_empty() && digest.bytes > 0;
            is_unread || digest.declarations.len() >= SKELETON_CAP || digest.uses.len() >= SKELETON_CAP
        };
        let obscure = self.digests().filter(|(id, digest)| is_obscure(digest) && is_code(*id));
        obscure.map(|(id, _)| id).collect()
    }

    fn holders<'a>(&self, of: &'a ByTerm<Holders>, name: &str) -> impl Iterator<Item = FileId> + use<'a> {
        let holders = of.get(&words::hash(name.as_bytes()));
        holders.into_iter().flatten().map(|held| held.file)
    }

    fn paths(&self, files: BTreeSet<FileId>) -> Vec<PathBuf> {
        let names = files.into_iter().map(|id| self.catalog.path_of(id));
        names.filter_map(|name| self.absolute(name)).collect()
    }
}

impl Catalog {
    /// What imports mean among these files. `read` gives the text of manifests.
    #[must_use]
    pub fn resolver(&self, read: &dyn Fn(&str) -> Option<String>) -> Resolver {
        Resolver::new(self.files.iter().map(|file| &*file.path), read)
    }

    /// The files that a file imports, as far as its language tells, and those that declare what it imports through
    /// others. The resolver is this catalog's own.
    #[must_use]
    pub fn imported_by(&self, resolver: &Resolver, path: &str) -> Vec<String> {
        let importer = self.id_of(path);
        let files = importer.map(|importer| Follow::new(self, resolver).imported(importer));
        let files = files.into_iter().flatten();
        files.map(|id| self.path_of(id).to_owned()).collect()
    }

    /// Where a name that a file imports is declared, and as what: a file without a name is a module that the name
    /// stands for. Of `a::b` the first part is what is imported. Nothing for a name that it has not imported. The
    /// resolver is this catalog's own.
    #[must_use]
    pub fn imported_as(&self, resolver: &Resolver, path: &str, name: &str) -> Vec<(String, String)> {
        let importer = self.id_of(path);
        let places = importer.map(|importer| Follow::new(self, resolver).meant(importer, name));
        let places = places.into_iter().flatten();
        places
            .filter(|place| Some(place.file) != importer)
            .map(|place| (self.path_of(place.file).to_owned(), place.name))
            .collect()
    }
}
