//! The command line (contract §1).

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A coding-agent harness behind the editor you already use.
///
/// Start it from an editor as a language server (`singletree lsp`), or try it here: `singletree demo`.
#[derive(Debug, Parser)]
#[command(name = "singletree", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Speak LSP on stdin and stdout; editors start this
    Lsp(LspArgs),
    /// Run one turn here and print its result as a patch
    Run(RunArgs),
    /// Do the main job on a sample workspace: no key, no network, nothing left behind
    Demo,
    /// Say what was found: models, keys, settings, state; each problem with its remedy
    Doctor(JsonArgs),
    /// Show settings, where they come from, and their schema
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Show the sessions of this workspace
    #[command(subcommand)]
    Sessions(SessionsCommand),
}

#[derive(Debug, Args)]
pub(crate) struct LspArgs {
    /// Accepted because many editors pass it; stdio is the only transport
    #[arg(long)]
    stdio: bool,
}

#[derive(Debug, Args)]
pub(crate) struct JsonArgs {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Without --apply the result is a patch on stdout that `git apply` takes. Progress goes to stderr.
///
/// Exit codes: 0 done; 1 the turn failed; 2 usage or configuration; 3 stopped by permissions;
/// 4 budget spent; 5 no model could answer; 130 interrupted.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// What to do, in words; read from stdin when absent and stdin is not a terminal
    pub(crate) prompt: Option<String>,
    /// ask, edit, explain, fix, document, test, refactor or complete [default: edit with a prompt and file, else ask]
    #[arg(long, value_name = "NAME")]
    pub(crate) command: Option<String>,
    /// The file to work on, with an optional line or range of lines
    #[arg(long, value_name = "F[:L[-L]]")]
    pub(crate) file: Option<String>,
    /// provider/model, `auto` or `rules`
    #[arg(long, value_name = "P/M")]
    pub(crate) model: Option<String>,
    /// Go on with a stored session
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,
    /// A JSON file of diagnostics for `fix`: an array of LSP diagnostics
    #[arg(long, value_name = "FILE")]
    pub(crate) diagnostics: Option<PathBuf>,
    /// Print events as JSON, one a line
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the files and print the answer, instead of a patch
    #[arg(long)]
    pub(crate) apply: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// The files that settings are read from, in order
    Path(JsonArgs),
    /// The merged settings with the origin of each
    Show(JsonArgs),
    /// The JSON schema of the settings
    Schema,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SessionsCommand {
    /// All sessions, newest first
    List(JsonArgs),
    /// One session's conversation
    Show {
        id: String,
        #[command(flatten)]
        json: JsonArgs,
    },
}
