//! Prints how fast and how large the built binary is, each figure beside its limit and as a ratio to it.
//!
//!     cargo build --release && SINGLETREE=target/release/singletree cargo run --release -p bench [MODULE]
//!
//! A module (`turns`, or a part of it as `turns/resume`) prints its own figures only.
//!
//! Nothing is asserted: machines differ. Quote the ratios.

mod commands;
mod context;
mod hunks;
mod model;
mod prompt;
mod report;
mod server;
mod turns;
mod typing;

fn main() -> anyhow::Result<()> {
    if context::hold()? {
        return Ok(());
    }
    let wanted = std::env::args().nth(1);
    report::header()?;
    for (name, figures) in MODULES {
        let is_wanted = |wanted: &str| name == wanted || name.split('/').next() == Some(wanted);
        if wanted.as_deref().is_none_or(is_wanted) {
            figures()?;
        }
    }
    Ok(())
}

type Figures = fn() -> anyhow::Result<()>;

const MODULES: [(&str, Figures); 14] = [
    ("server", server::start_and_idle),
    ("typing", typing::figures),
    ("hunks", hunks::figures),
    ("commands/decisions", commands::decisions),
    ("commands/start", commands::workbench_starts),
    ("commands/build", commands::cargo_test),
    ("turns/answers", turns::answers),
    ("turns/resume", turns::resume),
    ("turns/length", turns::length),
    ("prompt", prompt::first_prompt),
    ("context/starts", context::starts),
    ("context/aider", context::against_aider),
    ("context/use", context::use_of_it),
    ("context/growth", context::growth),
];
