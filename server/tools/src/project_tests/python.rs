//! Python: pytest where the project names it or has it, else unittest.

use std::path::Path;

use super::files::Files;
use super::{Plan, Wanted};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Python {
    Pytest,
    Unittest,
}

const MANIFESTS: [&str; 5] = [
    "pyproject.toml",
    "setup.cfg",
    "tox.ini",
    "requirements.txt",
    "requirements-dev.txt",
];

pub(super) fn find(files: &Files<'_>) -> Option<Python> {
    let names_pytest = |name: &&str| files.text(name).is_some_and(|text| text.contains("pytest"));
    if files.has("pytest.ini") || files.has("conftest.py") || MANIFESTS.iter().any(|name| names_pytest(&name)) {
        return Some(Python::Pytest);
    }
    let is_project = ["pyproject.toml", "setup.py", "setup.cfg"]
        .into_iter()
        .any(|name| files.has(name));
    match (test_folder(files), is_project) {
        (Some(_), _) if has_pytest(files) => Some(Python::Pytest),
        (Some(_), _) => Some(Python::Unittest),
        // Test functions may be anywhere in a package: only pytest finds them.
        (None, true) if has_pytest(files) => Some(Python::Pytest),
        (None, _) => None,
    }
}

pub(super) fn plan(files: &Files<'_>, python: Python, wanted: &Wanted) -> Plan {
    let program = interpreter(files);
    let path = wanted.path.as_deref().and_then(|path| files.relative(path));
    let folder = test_folder(files).filter(|folder| !folder.is_empty() && !files.has(&format!("{folder}/__init__.py")));
    let plan = match (python, folder) {
        (Python::Pytest, _) => Plan::new(files, &[&program, "-m", "pytest", "-q"]),
        // Without a package there, discovery does not go in by itself.
        (Python::Unittest, Some(folder)) if path.is_none() => {
            Plan::new(files, &[&program, "-m", "unittest", "discover", "-s", folder])
        }
        (Python::Unittest, _) => Plan::new(files, &[&program, "-m", "unittest"]),
    };
    let plan = match &wanted.filter {
        Some(filter) => plan.with(["-k", filter]),
        None => plan,
    };
    plan.with(path.as_deref())
}

/// The project's own interpreter, if it has one.
fn interpreter(files: &Files<'_>) -> String {
    let own = [".venv", "venv"]
        .into_iter()
        .map(|folder| format!("{folder}/bin/python"));
    let own = own.filter(|python| files.folder.join(python).is_file());
    own.last().unwrap_or_else(|| "python3".to_owned())
}

/// Whether pytest can be expected where the interpreter is.
fn has_pytest(files: &Files<'_>) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let own = [".venv", "venv"].map(|folder| files.folder.join(folder).join("bin"));
    let mut folders = own.into_iter().chain(std::env::split_paths(&path));
    folders.any(|folder: std::path::PathBuf| is_program(&folder.join("pytest")))
}

fn is_program(path: &Path) -> bool {
    path.is_file()
}

/// The folder that holds test modules: the project's own, or `tests`.
fn test_folder(files: &Files<'_>) -> Option<&'static str> {
    let is_test = |name: &String| name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py"));
    ["tests", "test", ""]
        .into_iter()
        .find(|folder| files.names(folder).iter().any(is_test))
}
