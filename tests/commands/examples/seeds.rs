//! Writes the corpus as seeds for the fuzz targets, one file a row: `cargo run -p commands --example seeds -- FOLDER`.

use std::path::PathBuf;

use anyhow::Context;

fn main() -> anyhow::Result<()> {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .context("name the folder to write to")?
        .into();
    let rows = commands::rows()?;
    for target in ["shell_parse", "command_decision"] {
        let folder = folder.join(target);
        std::fs::create_dir_all(&folder)?;
        for row in &rows {
            let name = row.origin.replace(['/', ':'], "-");
            std::fs::write(folder.join(name), &row.line)?;
        }
    }
    Ok(())
}
