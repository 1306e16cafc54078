//! make: the target `test` or `check`.

use super::files::Files;
use super::{Plan, Wanted};
use crate::error::ToolError;

pub(super) fn target(files: &Files<'_>) -> Option<&'static str> {
    let makefile = ["GNUmakefile", "makefile", "Makefile"]
        .into_iter()
        .find_map(|name| files.text(name))?;
    ["test", "check"]
        .into_iter()
        .find(|target| makefile.lines().any(|line| makes(line, target)))
}

/// Whether a line is the rule of a target, perhaps among others.
fn makes(line: &str, target: &str) -> bool {
    let Some((targets, rest)) = line.split_once(':') else {
        return false;
    };
    let is_rule = !line.starts_with(['\t', ' ', '.', '#']) && !rest.starts_with('=') && !rest.starts_with(":=");
    is_rule && targets.split_whitespace().any(|word| word == target)
}

/// A target is all or nothing.
pub(super) fn plan(files: &Files<'_>, target: &str, wanted: &Wanted) -> Result<Plan, ToolError> {
    let narrows = wanted
        .path
        .as_deref()
        .and_then(|path| files.relative(path))
        .map(|_| "path");
    match wanted.filter.as_ref().map(|_| "filter").or(narrows) {
        Some(key) => Err(ToolError::NotNarrowed {
            line: format!("make {target}"),
            key,
        }),
        None => Ok(Plan::new(files, &["make", target])),
    }
}
