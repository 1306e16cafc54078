//! Which files a name leads to, so that a question parses those and no others.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::atlas::Snapshot;
use crate::catalog::{ByTerm, FileId, Holders};
use crate::digest::Digest;
use crate::imports::Resolver;
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

    /// The files that a file imports, as far as its language tells. `read` gives the text of manifests.
    #[must_use]
    pub fn imported_by(&self, path: &Path, read: &dyn Fn(&str) -> Option<String>) -> Vec<PathBuf> {
        let importer = self.relative(path).and_then(|name| self.catalog.id_of(&name));
        let (Some(importer), Some(language)) = (importer, Language::of_path(path)) else {
            return Vec::new();
        };
        let file = self.catalog.file(importer);
        if file.digest.imports.is_empty() {
            return Vec::new();
        }
        let ids: Vec<FileId> = self.digests().map(|(id, _)| id).collect();
        let resolver = Resolver::new(ids.iter().map(|id| self.catalog.path_of(*id)), read);
        let targets = file.digest.imports.iter();
        let found = targets.flat_map(|target| resolver.resolve(language, &file.path, target));
        self.paths(found.filter_map(|at| ids.get(at as usize).copied()).collect())
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
