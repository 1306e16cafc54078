//! Rust: modules are files, as far down a path as there are files.

use super::files::Files;
use super::manifests::{Crate, Manifests};
use super::path;

/// The file of the deepest module on the path, and what follows: it is in it.
pub(super) fn resolve(files: &Files, manifests: &Manifests, importer: &str, target: &str) -> Option<(u32, String)> {
    // `#[path = "x.rs"] mod x;`, and what is in it.
    if let Some((file, rest)) = target.strip_prefix("./").map(split_file) {
        let file = files.exact(&path::join(path::parent(importer), file))?;
        return Some((file, rest.to_owned()));
    }
    let segments = target.split("::").map(|segment| segment.trim_start_matches("r#"));
    let mut segments: Vec<&str> = segments.collect();
    let own = manifests.crate_of(importer);
    let place = Place { files, own, importer };
    let first = segments.remove(0);
    let mut at = match first {
        "crate" => place.root()?,
        "self" => place.children(),
        "super" => parent(&place.children()),
        "" => return None,
        name => {
            let renamed = own.and_then(|own| own.renamed.iter().find(|(alias, _)| alias == name));
            let name = renamed.map_or(name, |(_, name)| name);
            match manifests.crate_named(importer, name) {
                Some(named) => return deepest(files, library(files, named)?, &segments),
                None => place.module(name)?,
            }
        }
    };
    while segments.first() == Some(&"super") {
        segments.remove(0);
        at = parent(&at);
    }
    let start = Start {
        file: place.file_of(&at),
        folder: at,
    };
    deepest(files, start, &segments)
}

fn split_file(target: &str) -> (&str, &str) {
    target.split_once("::").unwrap_or((target, ""))
}

/// A module: its file, and the folder that its children are in.
struct Start {
    file: Option<u32>,
    folder: String,
}

fn deepest(files: &Files, start: Start, segments: &[&str]) -> Option<(u32, String)> {
    let Start { mut file, mut folder } = start;
    let mut depth = 0;
    for (at, segment) in segments.iter().enumerate() {
        folder = path::join(&folder, segment);
        // A module within a file, which has none, may have files below it.
        if let Some(found) = module(files, &folder) {
            (file, depth) = (Some(found), at + 1);
        }
    }
    Some((file?, segments[depth..].join("::")))
}

/// `a/b.rs` or `a/b/mod.rs`.
fn module(files: &Files, folder: &str) -> Option<u32> {
    files
        .exact(&format!("{folder}.rs"))
        .or_else(|| files.exact(&path::join(folder, "mod.rs")))
}

fn root_in(files: &Files, folder: &str) -> Option<u32> {
    let root = |name: &str| files.exact(&path::join(folder, name));
    root("lib.rs").or_else(|| root("main.rs"))
}

fn library(files: &Files, named: &Crate) -> Option<Start> {
    let file = match &named.library {
        Some(file) => files.exact(file),
        None => root_in(files, &path::join(&named.folder, "src")),
    };
    let folder = path::parent(files.path(file?)).to_owned();
    Some(Start { file, folder })
}

/// Where a path is written.
struct Place<'a> {
    files: &'a Files,
    own: Option<&'a Crate>,
    importer: &'a str,
}

impl Place<'_> {
    /// The folder of the crate's top modules. A test, an example and a binary are crates of their own.
    fn root(&self) -> Option<String> {
        let own = self.own?;
        let folder = path::parent(self.importer);
        if self.is_root() {
            return Some(folder.to_owned());
        }
        let mut above = path::ancestors(folder).take_while(|above| above.len() >= own.folder.len());
        let is_top = |above: &&str| {
            let is_declared = |root: &String| path::parent(root) == *above;
            root_in(self.files, above).is_some() || own.library.iter().chain(&own.roots).any(is_declared)
        };
        // A module of a test that has no folder of its own: any of the tests is its root.
        let top = above.find(is_top).map(str::to_owned);
        top.or_else(|| Some(path::join(&own.folder, "tests")).filter(|tests| path::is_within(self.importer, tests)))
    }

    /// The folder that the file's child modules are in.
    fn children(&self) -> String {
        let folder = path::parent(self.importer);
        if path::name(self.importer) == "mod.rs" || self.own.is_none() || self.is_root() {
            folder.to_owned()
        } else {
            self.importer.strip_suffix(".rs").unwrap_or(self.importer).to_owned()
        }
    }

    fn is_root(&self) -> bool {
        let Some(own) = self.own else { return true };
        if matches!(path::name(self.importer), "lib.rs" | "main.rs" | "build.rs")
            || own.library.iter().chain(&own.roots).any(|root| root == self.importer)
        {
            return true;
        }
        let folder = path::parent(self.importer);
        let is_in = |name: &str| folder == path::join(&own.folder, name);
        let is_target = is_in("tests") || is_in("examples") || is_in("benches") || is_in("src/bin");
        is_target && self.files.exact(&path::join(folder, "mod.rs")).is_none()
    }

    /// A module of the importer's own; as older editions have it, one at the top.
    fn module(&self, name: &str) -> Option<String> {
        let at = |folder: String| Some(path::join(&folder, name)).filter(|at| module(self.files, at).is_some());
        at(self.children()).or_else(|| at(self.root()?))
    }

    /// The file whose child modules are in the folder.
    fn file_of(&self, folder: &str) -> Option<u32> {
        if self.is_root() && folder == path::parent(self.importer) {
            return self.files.exact(self.importer);
        }
        let declared = || {
            let roots = self
                .own
                .into_iter()
                .flat_map(|own| own.library.iter().chain(&own.roots));
            let mut here = roots.filter(|root| path::parent(root) == folder);
            self.files.exact(here.next()?)
        };
        module(self.files, folder)
            .or_else(declared)
            .or_else(|| root_in(self.files, folder))
    }
}

fn parent(folder: &str) -> String {
    path::parent(folder).to_owned()
}
