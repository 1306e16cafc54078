//! The shell that runs a granted line.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use crate::places::variable;

#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// The first is its name.
    pub(crate) arguments: Vec<OsString>,
    pub(crate) folder: PathBuf,
    pub(crate) environment: Vec<(OsString, OsString)>,
}

/// bash with the line: the grammar that the line was judged by is bash's.
///
/// # Errors
/// It is not installed.
pub(crate) fn bash(line: &str, folder: &Path, environment: &[(OsString, OsString)]) -> io::Result<Program> {
    let paths = variable(environment, "PATH")
        .map(std::env::split_paths)
        .into_iter()
        .flatten();
    let found = ["/bin", "/usr/bin"].into_iter().map(PathBuf::from).chain(paths);
    let path = found
        .map(|folder| folder.join("bash"))
        .find(|bash| bash.is_absolute() && bash.is_file())
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "bash is not installed: install it"))?;
    Ok(Program {
        path,
        arguments: ["bash", "-c", line].map(OsString::from).into(),
        folder: folder.to_owned(),
        environment: environment.to_vec(),
    })
}

/// The environment with these variables in place of its own.
pub(crate) fn with(
    mut environment: Vec<(OsString, OsString)>,
    own: &[(&str, impl AsRef<OsStr>)],
) -> Vec<(OsString, OsString)> {
    environment.retain(|(name, _)| !own.iter().any(|(known, _)| name == known) && name != "OLDPWD");
    environment.extend(
        own.iter()
            .map(|(name, value)| (OsString::from(name), value.as_ref().to_owned())),
    );
    environment
}
