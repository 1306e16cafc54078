//! Where the binary under test is: `SINGLETREE` names it, else cargo builds it (instantly when it is fresh).

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use anyhow::{Context, ensure};

/// The path of the binary under test.
///
/// # Panics
/// It cannot be built.
pub fn singletree() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| match find() {
        Ok(path) => path,
        Err(error) => panic!("no binary to test: {error:#}"),
    })
}

fn find() -> anyhow::Result<PathBuf> {
    if let Some(path) = std::env::var_os("SINGLETREE") {
        return Ok(path.into());
    }
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", "singletree"])
        .status()?;
    ensure!(status.success(), "`cargo build -p singletree` failed");
    let test = std::env::current_exe()?;
    let folder = test
        .parent()
        .and_then(Path::parent)
        .context("a test lives in target/<profile>/deps")?;
    Ok(folder.join("singletree"))
}

/// Runs `singletree ARGS` in `folder` with its own state in `home`, and in the environment no key but `env`.
pub fn run(home: &Path, folder: &Path, env: &[(String, String)], args: &[&str]) -> anyhow::Result<Output> {
    let mut command = Command::new(singletree());
    private_environment(&mut command, home);
    let env = env.iter().map(|(name, value)| (name, value));
    Ok(command.args(args).envs(env).current_dir(folder).output()?)
}

/// The binary, started by another program where `tracer` names one with its arguments.
pub fn under(tracer: &[String]) -> Command {
    match tracer {
        [] => Command::new(singletree()),
        [program, arguments @ ..] => {
            let mut command = Command::new(program);
            command.args(arguments).arg(singletree());
            command
        }
    }
}

/// The machine's own keys and settings must not reach a test.
pub(crate) fn private_environment(command: &mut Command, home: &Path) {
    for name in [
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_BASE_URL",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
    ] {
        command.env_remove(name);
    }
    command.env("SINGLETREE_HOME", home).env("NO_COLOR", "1");
}
