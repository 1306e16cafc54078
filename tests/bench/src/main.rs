//! Prints how fast and how large the built binary is, each figure beside its limit and as a ratio to it.
//!
//!     cargo build --release && SINGLETREE=target/release/singletree cargo run --release -p bench
//!
//! Nothing is asserted: machines differ. Quote the ratios.

mod commands;
mod hunks;
mod prompt;
mod report;
mod server;
mod typing;

fn main() -> anyhow::Result<()> {
    report::header()?;
    server::start_and_idle()?;
    typing::code_actions_while_typing()?;
    typing::changes_applied()?;
    for count in [10, 100, 1000] {
        hunks::staged_rebased_kept(count)?;
    }
    commands::decisions()?;
    for files in [1_000, 200_000] {
        commands::workbench_start(files)?;
    }
    commands::cargo_test()?;
    prompt::first_prompt()?;
    Ok(())
}
