//! Python: pytest where the project names it or its tests are functions, else unittest.

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
    if files.has("pytest.ini") || files.has("conftest.py") || MANIFESTS.iter().any(names_pytest) {
        return Some(Python::Pytest);
    }
    let folder = test_folder(files)?;
    let mut modules = test_modules(files, folder).into_iter();
    let has_cases = |name: String| {
        let text = files.text(&below(folder, &name));
        text.is_some_and(|text| text.contains("TestCase"))
    };
    // unittest passes over functions that stand alone, and needs nothing that may not be installed.
    Some(match modules.all(has_cases) {
        true => Python::Unittest,
        false => Python::Pytest,
    })
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
    let mut own = [".venv/bin/python", "venv/bin/python"].into_iter();
    let own = own.find(|python| files.folder.join(python).is_file());
    own.unwrap_or("python3").to_owned()
}

/// The folder that holds test modules.
fn test_folder(files: &Files<'_>) -> Option<&'static str> {
    let mut folders = ["tests", "test", ""].into_iter();
    folders.find(|folder| !test_modules(files, folder).is_empty())
}

fn test_modules(files: &Files<'_>, folder: &str) -> Vec<String> {
    let is_test = |name: &String| name.ends_with(".py") && (name.starts_with("test_") || name.ends_with("_test.py"));
    files.names(folder).into_iter().filter(is_test).collect()
}

/// A name in a folder, which may be the project's own.
fn below(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    }
}
