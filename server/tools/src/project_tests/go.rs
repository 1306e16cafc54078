//! Go: all packages of the module, or those of a folder.

use std::path::Path;

use super::files::Files;
use super::{Plan, Wanted};

pub(super) fn plan(files: &Files<'_>, wanted: &Wanted) -> Plan {
    let packages = match wanted.path.as_deref() {
        Some(path) if path.extension().is_some_and(|extension| extension == "go") => {
            let folder = path.parent().and_then(|folder: &Path| files.relative(folder));
            folder.map_or_else(|| ".".to_owned(), |folder| format!("./{folder}"))
        }
        path => match path.and_then(|path| files.relative(path)) {
            Some(folder) => format!("./{folder}/..."),
            None => "./...".to_owned(),
        },
    };
    let plan = Plan::new(files, &["go", "test"]);
    let plan = match &wanted.filter {
        Some(filter) => plan.with(["-run", filter]),
        None => plan,
    };
    plan.with([packages.as_str()])
}
