//! Rust: modules are files, as far down a path as there are files.

use super::files::Files;
use super::manifests::Crate;
use super::path;

/// The file of the deepest module on the path: what follows is in it.
pub(super) fn resolve(files: &Files, crates: &[Crate], importer: &str, target: &str) -> Vec<u32> {
    let mut segments = target
        .split("::")
        .map(|segment| segment.trim_start_matches("r#"))
        .peekable();
    let own = crates.iter().find(|it| path::is_within(importer, &it.folder));
    let Some(first) = segments.next() else {
        return Vec::new();
    };
    let mut folder = match first {
        "crate" => root(files, own, importer),
        "self" => Some(children(files, own, importer)),
        "super" => Some(parent(&children(files, own, importer))),
        "" => None,
        name => {
            // A crate of the workspace, else a module of the importer's own.
            let named = crates.iter().find(|it| *it.name == *name);
            let start = match named {
                Some(named) => Some(path::join(&named.folder, &named.source)),
                None => {
                    let own = children(files, own, importer);
                    module(files, &path::join(&own, name))
                        .is_some()
                        .then(|| path::join(&own, name))
                }
            };
            return deepest(files, start, segments);
        }
    };
    while segments.next_if_eq(&"super").is_some() {
        folder = folder.map(|folder| parent(&folder));
    }
    deepest(files, folder, segments)
}

fn deepest<'a>(files: &Files, start: Option<String>, segments: impl Iterator<Item = &'a str>) -> Vec<u32> {
    let Some(mut folder) = start else { return Vec::new() };
    let mut found = file_of(files, &folder);
    for segment in segments {
        folder = path::join(&folder, segment);
        match module(files, &folder) {
            Some(file) => found = Some(file),
            None => break,
        }
    }
    found.into_iter().collect()
}

/// `a/b.rs` or `a/b/mod.rs`.
fn module(files: &Files, folder: &str) -> Option<u32> {
    files
        .exact(&format!("{folder}.rs"))
        .or_else(|| files.exact(&path::join(folder, "mod.rs")))
}

/// The file whose child modules are in the folder.
fn file_of(files: &Files, folder: &str) -> Option<u32> {
    let root = |name: &str| files.exact(&path::join(folder, name));
    module(files, folder)
        .or_else(|| root("lib.rs"))
        .or_else(|| root("main.rs"))
}

/// The folder of the crate's top modules. A test, an example and a binary are crates of their own.
fn root(files: &Files, own: Option<&Crate>, importer: &str) -> Option<String> {
    let own = own?;
    let source = path::join(&own.folder, &own.source);
    let is_library = path::is_within(importer, &source) && !is_root_file(files, own, importer);
    Some(if is_library {
        source
    } else {
        path::parent(importer).to_owned()
    })
}

/// The folder that the file's child modules are in.
fn children(files: &Files, own: Option<&Crate>, importer: &str) -> String {
    let folder = path::parent(importer);
    let is_root = path::name(importer) == "mod.rs" || own.is_none_or(|own| is_root_file(files, own, importer));
    if is_root {
        folder.to_owned()
    } else {
        importer.strip_suffix(".rs").unwrap_or(importer).to_owned()
    }
}

fn is_root_file(files: &Files, own: &Crate, importer: &str) -> bool {
    if matches!(path::name(importer), "lib.rs" | "main.rs" | "build.rs") {
        return true;
    }
    let folder = path::parent(importer);
    let is_in = |name: &str| folder == path::join(&own.folder, name);
    let is_target =
        is_in("tests") || is_in("examples") || is_in("benches") || folder == path::join(&own.folder, "src/bin");
    is_target && files.exact(&path::join(folder, "mod.rs")).is_none()
}

fn parent(folder: &str) -> String {
    path::parent(folder).to_owned()
}
