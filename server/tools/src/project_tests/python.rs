//! Python: pytest where the project names it or its tests are functions, else unittest.

use std::iter;
use std::path::{Path, PathBuf};

use super::files::Files;
use super::{Plan, Wanted};
use crate::command::Variables;

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
    let configures_pytest = files.has("conftest.py") && is_project(files);
    if files.has("pytest.ini") || configures_pytest || MANIFESTS.iter().any(names_pytest) {
        return Some(Python::Pytest);
    }
    let folder = test_folder(files).filter(|folder| !folder.is_empty() || is_project(files))?;
    let mut modules = test_modules(files, &folder).into_iter();
    let has_cases = |name: String| {
        let text = files.text(&below(&folder, &name));
        text.is_some_and(|text| text.contains("TestCase"))
    };
    // unittest passes over functions that stand alone, and needs nothing that may not be installed.
    Some(match modules.all(has_cases) {
        true => Python::Unittest,
        false => Python::Pytest,
    })
}

/// Whether it is more than a folder of tests, which belong to a project above it.
fn is_project(files: &Files<'_>) -> bool {
    let has_manifest = || ["setup.py"].iter().chain(&MANIFESTS).any(|name| files.has(name));
    files.folder == files.root || has_manifest()
}

pub(super) fn plan(files: &Files<'_>, python: Python, wanted: &Wanted) -> Plan {
    let own = own_environment(files);
    let program = if own.is_some() { "python" } else { "python3" };
    let path = wanted.path.as_deref().and_then(|path| files.relative(path));
    let folder = test_folder(files).filter(|folder| !folder.is_empty() && !files.has(&format!("{folder}/__init__.py")));
    let plan = match (python, folder) {
        (Python::Pytest, _) => Plan::new(files, &[program, "-m", "pytest", "-q"]),
        // Without a package there, discovery does not go in by itself.
        (Python::Unittest, Some(folder)) if path.is_none() => {
            Plan::new(files, &[program, "-m", "unittest", "discover", "-s", &folder])
        }
        (Python::Unittest, _) => Plan::new(files, &[program, "-m", "unittest"]),
    };
    let plan = match &wanted.filter {
        Some(filter) => plan.with(["-k", filter]),
        None => plan,
    };
    Plan {
        environment: own.map(|own| activated(&own)).unwrap_or_default(),
        ..plan.with(path.as_deref())
    }
}

/// The project's own virtual environment, if it has one.
fn own_environment(files: &Files<'_>) -> Option<PathBuf> {
    let mut own = [".venv", "venv"].into_iter().map(|name| files.folder.join(name));
    own.find(|own| own.join("bin/python").is_file())
}

/// What its `activate` sets. The interpreter is not named by its path: that would be a program of the workspace's,
/// which asks each time, for the same effect.
fn activated(own: &Path) -> Variables {
    let others = std::env::var_os("PATH").unwrap_or_default();
    let folders = iter::once(own.join("bin")).chain(std::env::split_paths(&others));
    // A folder with a colon in its name cannot be searched.
    let path = std::env::join_paths(folders).unwrap_or_else(|_| others.clone());
    vec![("VIRTUAL_ENV".into(), own.into()), ("PATH".into(), path)]
}

/// The folder that holds test modules: beside the packages, or in one of them.
fn test_folder(files: &Files<'_>) -> Option<String> {
    let in_packages = files.folders().into_iter().filter_map(|package| {
        let is_package = files.has(&format!("{package}/__init__.py"));
        is_package.then(|| format!("{package}/tests"))
    });
    let mut folders = ["tests", "test", ""].map(str::to_owned).into_iter().chain(in_packages);
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
