//! The command line (contract §1).

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::Deserialize;

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
    /// Take back what the agent wrote to your files
    Rewind(RewindArgs),
    /// Say what would be said to a command, and by which rule
    #[command(subcommand)]
    Permissions(PermissionsCommand),
    /// Trust this workspace: let what it brings be run
    Trust(TrustArgs),
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

/// Files that the agent wrote become what they were before; whatever else changed them since is left alone, and said.
/// Needs no git. A rewind can be undone. Without --to it goes back to before the last turn's changes.
#[derive(Debug, Args)]
pub(crate) struct RewindArgs {
    /// The session [default: the one that wrote files last]
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,
    /// Back to before this checkpoint (a number that --list shows), or before all that a turn wrote (its id)
    #[arg(long, value_name = "CHECKPOINT", conflicts_with = "undo")]
    pub(crate) to: Option<String>,
    /// Take back the last rewind
    #[arg(long)]
    pub(crate) undo: bool,
    /// Where you have changed a file since, save what it was next to it, as FILE.rewound
    #[arg(long)]
    pub(crate) beside: bool,
    /// Show the checkpoints, and change nothing
    #[arg(long, conflicts_with_all = ["to", "undo", "beside", "dry_run"])]
    pub(crate) list: bool,
    /// Say what would be done, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
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

#[derive(Debug, Subcommand)]
pub(crate) enum PermissionsCommand {
    /// The verdict on a command line, part by part; nothing is run
    Check(CheckArgs),
    /// The rules that hold here, and where each stands
    List(JsonArgs),
    /// Try the examples that rules carry; exit code 1 if one fails
    Test(JsonArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The command line, as one argument
    #[arg(
        required_unless_present = "batch",
        conflicts_with = "batch",
        allow_hyphen_values = true
    )]
    pub(crate) cmd: Option<OsString>,
    /// Read lines of JSON `{"cmd": …}` from stdin and answer each with a line; `sandbox`, `trust` and `cwd` in a
    /// line come before the flags
    #[arg(long)]
    pub(crate) batch: bool,
    /// Print JSON, as --batch always does
    #[arg(long)]
    pub(crate) json: bool,
    /// As if it ran in the workbench or on the real files [default: as this machine and the settings have it]
    #[arg(long, value_name = "on|off")]
    pub(crate) sandbox: Option<Switch>,
    /// As if the workspace were trusted or not [default: as it is]
    #[arg(long, value_name = "on|off")]
    pub(crate) trust: Option<Switch>,
    /// The folder that it would run in [default: here]
    #[arg(long, value_name = "D")]
    pub(crate) cwd: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Switch {
    On,
    Off,
}

impl Switch {
    pub(crate) fn is_on(self) -> bool {
        self == Self::On
    }
}

/// Until you trust a workspace, nothing that it brings is run and its settings are not read.
#[derive(Debug, Args)]
pub(crate) struct TrustArgs {
    /// The folder [default: the workspace here]
    pub(crate) path: Option<PathBuf>,
    /// Take trust back
    #[arg(long)]
    pub(crate) revoke: bool,
    /// Show the folders that you trust, and whether that still holds
    #[arg(long, conflicts_with_all = ["path", "revoke"])]
    pub(crate) list: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
