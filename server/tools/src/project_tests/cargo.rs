//! Cargo: the workspace's tests, or those of the package that a file is in.

use std::path::Path;

use super::files::Files;
use super::{Plan, Wanted};

pub(super) fn plan(files: &Files<'_>, wanted: &Wanted) -> Plan {
    let is_workspace = |files: &Files<'_>| {
        files
            .text("Cargo.toml")
            .is_some_and(|manifest| has_section(&manifest, "workspace"))
    };
    let workspace = files.above().find(is_workspace);
    let plan = Plan::new(workspace.as_ref().unwrap_or(files), &["cargo", "test"]);
    let package = files.text("Cargo.toml").and_then(|manifest| package(&manifest));
    let is_part = wanted.path.as_ref().is_some_and(|path| *path != plan.folder);
    let plan = match (&workspace, package) {
        (Some(_), Some(package)) if is_part => plan.with(["-p", &package]),
        (Some(_), _) => plan.with(["--workspace"]),
        (None, _) => plan,
    };
    let target = wanted.path.as_deref().and_then(|path| integration_test(files, path));
    let plan = match target {
        Some(target) => plan.with(["--test", &target]),
        None => plan,
    };
    plan.with(wanted.filter.as_deref())
}

fn has_section(manifest: &str, name: &str) -> bool {
    let is_it = |line: &str| {
        line.trim()
            .strip_prefix('[')
            .is_some_and(|rest| rest.starts_with(&format!("{name}]")))
    };
    manifest.lines().any(is_it)
}

/// The name in the section `[package]`.
fn package(manifest: &str) -> Option<String> {
    let mut lines = manifest
        .lines()
        .map(str::trim)
        .skip_while(|line| !line.starts_with("[package]"))
        .skip(1);
    let named = lines.by_ref().take_while(|line| !line.starts_with('['));
    let value = named
        .filter_map(|line| line.strip_prefix("name")?.trim_start().strip_prefix('='))
        .next()?;
    let quoted = value.trim_start().strip_prefix(['"', '\''])?;
    Some(quoted.split(['"', '\'']).next()?.to_owned())
}

/// The test that `tests/name.rs` or `tests/name/…` is.
fn integration_test(files: &Files<'_>, path: &Path) -> Option<String> {
    let below = path.strip_prefix(files.folder.join("tests")).ok()?;
    let name = Path::new(below.components().next()?.as_os_str());
    let is_file = name.extension().is_some_and(|extension| extension == "rs");
    let is_folder = || files.has(&format!("tests/{}/main.rs", name.display()));
    (is_file || is_folder()).then(|| name.with_extension("").to_string_lossy().into_owned())
}
