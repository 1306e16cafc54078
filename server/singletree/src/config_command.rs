//! `singletree config`: where settings come from, what they are, what they may be.

use std::io::Write;
use std::process::ExitCode;

use serde_json::json;

use crate::cli::ConfigCommand;
use crate::place;
use crate::printable::prose;
use crate::wiring::{self, Home, Overrides};

pub(crate) fn run(command: &ConfigCommand) -> anyhow::Result<ExitCode> {
    match command {
        ConfigCommand::Path(args) => path(args.json)?,
        ConfigCommand::Show(args) => show(args.json)?,
        ConfigCommand::Schema => print(&serde_json::to_string_pretty(&config::schema())?)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn path(is_json: bool) -> anyhow::Result<()> {
    let root = place::workspace_root(&std::env::current_dir()?)?;
    let paths = Home::Environment.paths()?;
    let files = [
        ("managed", config::Paths::managed_file().to_path_buf()),
        ("user", paths.user_file()),
        ("project", root.join(".singletree/config.toml")),
        ("project-local", root.join(".singletree/config.local.toml")),
    ];
    if is_json {
        let files: Vec<_> = files
            .iter()
            .map(|(layer, path)| json!({"layer": layer, "path": path, "exists": path.exists()}))
            .collect();
        return print(&serde_json::to_string_pretty(&files)?);
    }
    for (layer, path) in files {
        print(&format!(
            "{layer:<14} {}{}",
            path.display(),
            if path.exists() { "" } else { "  (none)" }
        ))?;
    }
    Ok(())
}

fn show(is_json: bool) -> anyhow::Result<()> {
    let root = place::workspace_root(&std::env::current_dir()?)?;
    let config = wiring::load_config(&Home::Environment, Some(&root), &Overrides::default())?;
    if is_json {
        let shown = json!({"values": config.show(), "notices": config.notices});
        return print(&serde_json::to_string_pretty(&shown)?);
    }
    for value in config.show() {
        print(&prose(&format!(
            "{} = {}    # {}",
            value.key, value.value, value.origin
        )))?;
    }
    for notice in &config.notices {
        print(&prose(&format!("# {notice}")))?;
    }
    Ok(())
}

fn print(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
