//! Python: modules from a source root, and with leading dots from the package.

use super::files::Files;
use super::path;

/// The module's file, and what of it is meant where the last part is a name in it.
pub(super) fn resolve(files: &Files, importer: &str, target: &str) -> Option<(u32, String)> {
    if let Some(module) = module(files, importer, target) {
        return Some((module, String::new()));
    }
    let (path, name) = target.rsplit_once('.')?;
    let is_path = !path.trim_start_matches('.').is_empty();
    is_path.then(|| Some((module(files, importer, path)?, name.to_owned())))?
}

/// What `from target import name` means if `name` is a module.
pub(super) fn submodule(files: &Files, importer: &str, target: &str, name: &str) -> Option<u32> {
    let dot = if target.ends_with('.') { "" } else { "." };
    module(files, importer, &format!("{target}{dot}{name}"))
}

fn module(files: &Files, importer: &str, target: &str) -> Option<u32> {
    let rest = target.trim_start_matches('.');
    let dots = target.len() - rest.len();
    let inner = rest.replace('.', "/");
    let folder = path::parent(importer);
    if dots > 0 {
        let package = path::ancestors(folder).nth(dots - 1)?;
        return file(files, package, &inner);
    }
    let root = package_root(files, folder);
    [root, "", "src", "lib"]
        .into_iter()
        .find_map(|root| file(files, root, &inner))
        // The folders of scripts and tests: what is in a package is not found by a plain name.
        .or_else(|| {
            let mut roots = path::ancestors(folder).filter(|folder| !is_package(files, folder));
            roots.find_map(|root| file(files, root, &inner))
        })
        .or_else(|| {
            // A source root that nothing tells of; a lone name is more likely a library's.
            if !inner.contains('/') {
                return project_package(files, importer, &inner);
            }
            let end = |end: &str| files.nearest(importer, &format!("{inner}{end}"));
            end(".py").or_else(|| end("/__init__.py"))
        })
}

/// A package that stands in a project's folder or in its source root, as `src/`.
fn project_package(files: &Files, importer: &str, name: &str) -> Option<u32> {
    let is_project = |folder: &str| {
        let mut manifests = ["pyproject.toml", "setup.py", "setup.cfg"].iter();
        manifests.any(|name| files.exact(&path::join(folder, name)).is_some())
    };
    files.nearest_of(importer, &format!("{name}/__init__.py"), |file| {
        let root = path::parent(path::parent(file));
        is_project(root) || (!root.is_empty() && is_project(path::parent(root)))
    })
}

/// The folder that holds the outermost package.
fn package_root<'a>(files: &Files, folder: &'a str) -> &'a str {
    path::ancestors(folder)
        .find(|folder| folder.is_empty() || !is_package(files, folder))
        .unwrap_or("")
}

fn is_package(files: &Files, folder: &str) -> bool {
    files.exact(&path::join(folder, "__init__.py")).is_some()
}

fn file(files: &Files, root: &str, module: &str) -> Option<u32> {
    let base = path::join(root, module);
    let module = |end: &str| (!module.is_empty()).then(|| files.exact(&format!("{base}{end}")))?;
    module(".py")
        .or_else(|| files.exact(&path::join(&base, "__init__.py")))
        .or_else(|| module(".pyi"))
        .or_else(|| files.exact(&path::join(&base, "__init__.pyi")))
}
