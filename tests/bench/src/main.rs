//! Prints how fast and how large the built binary is, each figure beside its limit and as a ratio to it.
//!
//!     cargo build --release && SINGLETREE=target/release/singletree cargo run --release -p bench [MODULE]
//!
//! A module (`turns`, say) prints its own figures only.
//!
//! Nothing is asserted: machines differ. Quote the ratios.

mod commands;
mod hunks;
mod model;
mod prompt;
mod report;
mod server;
mod turns;
mod typing;

fn main() -> anyhow::Result<()> {
    let wanted = std::env::args().nth(1);
    report::header()?;
    for (name, figures) in MODULES {
        if wanted.as_deref().is_none_or(|wanted| wanted == name) {
            figures()?;
        }
    }
    Ok(())
}

type Figures = fn() -> anyhow::Result<()>;

const MODULES: [(&str, Figures); 6] = [
    ("server", server::start_and_idle),
    ("typing", typing::figures),
    ("hunks", hunks::figures),
    ("commands", commands::figures),
    ("turns", turns::figures),
    ("prompt", prompt::first_prompt),
];
