//! Python: modules from a source root, and with leading dots from the package.

use super::files::Files;
use super::path;

pub(super) fn resolve(files: &Files, importer: &str, target: &str) -> Vec<u32> {
    let found = module(files, importer, target).or_else(|| {
        // The last part may be a name in the module.
        let (module_path, _) = target.rsplit_once('.')?;
        (!module_path.trim_start_matches('.').is_empty()).then(|| module(files, importer, module_path))?
    });
    found.into_iter().collect()
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
        .or_else(|| path::ancestors(folder).find_map(|root| file(files, root, &inner)))
        .or_else(|| {
            // A source root that nothing tells of; a lone name is more likely a library's.
            inner.contains('/').then(|| {
                let end = |end: &str| files.nearest(importer, &format!("{inner}{end}"));
                end(".py").or_else(|| end("/__init__.py"))
            })?
        })
}

/// The folder that holds the outermost package.
fn package_root<'a>(files: &Files, folder: &'a str) -> &'a str {
    let is_package = |folder: &str| files.exact(&path::join(folder, "__init__.py")).is_some();
    path::ancestors(folder)
        .find(|folder| folder.is_empty() || !is_package(folder))
        .unwrap_or("")
}

fn file(files: &Files, root: &str, module: &str) -> Option<u32> {
    let base = path::join(root, module);
    let module = |end: &str| (!module.is_empty()).then(|| files.exact(&format!("{base}{end}")))?;
    module(".py")
        .or_else(|| files.exact(&path::join(&base, "__init__.py")))
        .or_else(|| module(".pyi"))
        .or_else(|| files.exact(&path::join(&base, "__init__.pyi")))
}
