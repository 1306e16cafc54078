//! The binary: command line and wiring. What the commands do is in the crates; here they are put together.

mod atlas;
mod chat_command;
mod cli;
mod config_command;
mod context_command;
mod demo;
mod doctor;
mod eval_command;
mod exit;
mod interrupts;
mod ledger_command;
mod logging;
mod lsp_command;
mod model_settings;
mod permissions_command;
mod place;
mod printable;
mod rewind_command;
mod run;
mod run_events;
mod sessions;
mod status;
mod trust_command;
mod wiring;
mod workbench;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            let is_answer = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if is_answer {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(exit::USAGE)
            };
        }
    };
    logging::start();
    let is_work = matches!(cli.command, Command::Run(_) | Command::Eval(_));
    match dispatch(cli.command) {
        Ok(code) => code,
        // Whoever has seen enough of what is shown stops reading; what was worked for has to arrive.
        Err(error) if !is_work && exit::is_unread(&error) => ExitCode::SUCCESS,
        Err(error) => {
            exit::tell(&base::redact::redact(&format!("singletree: {}", exit::why(&error))));
            ExitCode::from(exit::USAGE)
        }
    }
}

fn dispatch(command: Command) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let code = runtime.block_on(async {
        match command {
            Command::Lsp(_) => lsp_command::serve().await,
            Command::Run(args) => run::run(args).await,
            Command::Eval(args) => eval_command::run(args).await,
            Command::Chat(args) => chat_command::run(args).await,
            Command::Demo => demo::run().await.map(|()| ExitCode::SUCCESS),
            Command::Doctor(args) => doctor::run(args.json).await,
            Command::Context(args) => context_command::run(&args),
            Command::Config(command) => config_command::run(&command),
            Command::Sessions(command) => sessions::run(command).await,
            Command::Ledger(args) => ledger_command::run(&args),
            Command::Permissions(command) => permissions_command::run(&command),
            Command::Trust(args) => trust_command::run(&args),
            Command::Rewind(args) => rewind_command::run(args).await,
        }
    });
    // A blocked read of stdin must not hold up the exit.
    runtime.shutdown_background();
    code
}
