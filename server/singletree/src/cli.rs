//! The command line (contract §1).

use std::ffi::OsString;
use std::path::PathBuf;

use base::Effort;
use clap::{Args, Parser, Subcommand, ValueEnum};
use engine::Breakpoint;
use permissions::Mode;
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
    /// Run a suite of tasks on models and score what comes of it
    Eval(EvalArgs),
    /// Talk with the agent here, line by line
    Chat(ChatArgs),
    /// Find what of a workspace a request or a place is about: the pieces of code that a model would be told, and why
    Context(ContextArgs),
    /// Do the main job on a sample workspace: no key, no network, nothing left behind
    Demo,
    /// Say what was found: models, keys, settings, state; each problem with its remedy
    Doctor(JsonArgs),
    /// Show settings, where they come from, and their schema
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Show, search, go on with, fork, rename, export and delete the sessions of this workspace
    #[command(subcommand)]
    Sessions(SessionsCommand),
    /// What model calls used: tokens, cache, money
    Ledger(LedgerArgs),
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

/// Changes stay proposals until `:keep`. `:help` shows what else there is; Ctrl+C asks a running turn to do something
/// else, twice stops it. Over a pipe each line is said when the one before is answered.
#[derive(Debug, Args)]
pub(crate) struct ChatArgs {
    /// Go on with a stored session: its id, the beginning of it, or `last`
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,
    /// provider/model, `auto` or `rules`
    #[arg(long, value_name = "P/M")]
    pub(crate) model: Option<String>,
}

/// What fits the budget comes with its lines, best first, then the files that would come next. Needs no settings, no key
/// and no network; a folder without git will do, but history tells much. Tokens are four bytes each unless --model
/// names whose are counted.
///
/// Exit codes: 0 done, even if nothing was found; 2 usage, or a line of --batch that could not be answered.
#[derive(Debug, Args)]
pub(crate) struct ContextArgs {
    /// What is to be done or known, in words; read from stdin when absent and stdin is not a terminal
    #[arg(conflicts_with_all = ["query_file", "batch"])]
    pub(crate) query: Option<String>,
    /// Read the words from a file
    #[arg(long, value_name = "F", conflicts_with = "batch")]
    pub(crate) query_file: Option<PathBuf>,
    /// The folder to search [default: the workspace here]
    #[arg(long, value_name = "DIR")]
    pub(crate) repo: Option<PathBuf>,
    /// Where you are: what belongs to that place is looked for, alone or together with the words
    #[arg(long, value_name = "PATH:LINE", conflicts_with = "batch")]
    pub(crate) cursor: Option<String>,
    /// The most that the pieces may be together
    #[arg(long, value_name = "TOKENS", default_value_t = 8_000)]
    pub(crate) budget: usize,
    /// A file that comes first, whatever is looked for; may be given again
    #[arg(long, value_name = "PATH")]
    pub(crate) pin: Vec<String>,
    /// A file that stays out; may be given again
    #[arg(long, value_name = "PATH")]
    pub(crate) drop: Vec<String>,
    /// Count tokens as this model does
    #[arg(long, value_name = "P/M")]
    pub(crate) model: Option<String>,
    /// Read lines of JSON `{"query": …, "cursor": "PATH:LINE", "budget": …}` from stdin and answer each with a line;
    /// `"open": [PATH…]`, `"edited": [PATH:LINE…]` and `"errors": [PATH:LINE…]` say what an editor shows
    #[arg(long)]
    pub(crate) batch: bool,
    /// Print JSON, as --batch always does
    #[arg(long)]
    pub(crate) json: bool,
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
    /// ask, edit, explain, fix, document, test, refactor, complete, optimize, review, commit-message, or the name of
    /// a file in `.singletree/commands` [default: edit]
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
    /// A JSON schema that the answer must fit: it is printed as one JSON value
    #[arg(long, value_name = "FILE", conflicts_with = "apply")]
    pub(crate) schema: Option<PathBuf>,
    /// How much the model shall think: low, medium, high or max
    #[arg(long, value_name = "LEVEL")]
    pub(crate) effort: Option<EffortArg>,
    /// How much the agent may do by itself [default: as the settings say]
    #[arg(long, value_name = "plan|ask|edit|auto")]
    pub(crate) mode: Option<ModeArg>,
    /// Where the turn shall end early: tool:NAME, command:WORDS, path:PATH, plan-step or every:N; may be given again
    #[arg(long = "break", value_name = "WHERE")]
    pub(crate) breakpoints: Vec<Breakpoint>,
    /// A file that the turn begins with, whatever the index thinks of it; may be given again
    #[arg(long, value_name = "PATH")]
    pub(crate) pin: Vec<String>,
    /// A file that it does not begin with; may be given again
    #[arg(long, value_name = "PATH")]
    pub(crate) drop: Vec<String>,
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

/// Each task is worked on by each model in a workspace of its own, made for it and removed after, with everything
/// that the turn proposes kept; then the task's checks say how much of it is right. Your own settings hold, except that
/// the mode is `edit` and a question is a no; your files and sessions stay out of it. How a suite is written:
/// tests/eval/README.md.
///
/// Exit codes: 0 every task passed; 1 one did not; 2 usage, or a mistake in the suite; 5 a model cannot be reached by
/// its name; 130 interrupted: what was done by then is reported.
#[derive(Debug, Args)]
pub(crate) struct EvalArgs {
    /// A folder with `suite.toml` and a folder for each task
    pub(crate) suite: PathBuf,
    /// provider/model, `auto`, `rules`, or `scripted`, which plays each task's own `script.json`; may be repeated
    #[arg(long, value_name = "P/M", required = true, num_args = 1..)]
    pub(crate) model: Vec<String>,
    /// Only these tasks, by the names of their folders
    #[arg(long, value_name = "NAME", num_args = 1..)]
    pub(crate) task: Vec<String>,
    /// How often each model works on each task
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub(crate) repeat: u32,
    /// How many are worked on at a time
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) jobs: u32,
    /// A model that also judges accuracy, use of tools and adherence to the plan, 0 to 10 each
    #[arg(long, value_name = "P/M")]
    pub(crate) judge: Option<String>,
    /// Print the report as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Write the report as JSON to a file too
    #[arg(long, value_name = "F")]
    pub(crate) output: Option<PathBuf>,
    /// Leave the workspaces there to look at, and say where
    #[arg(long)]
    pub(crate) keep: bool,
}

/// Files that the agent wrote become what they were before; whatever else changed them since is left alone, and said.
/// Needs no git. A rewind can be undone. Without --to it goes back to before the last turn's changes.
#[derive(Debug, Args)]
pub(crate) struct RewindArgs {
    /// The session: its id, any beginning or end that only one has, or `last` [default: the one that wrote files last]
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

/// An ID may be cut short to any beginning or end that only one session has; `last` is the one touched last.
#[derive(Debug, Subcommand)]
pub(crate) enum SessionsCommand {
    /// All sessions, the one touched last first
    List(JsonArgs),
    /// One session's conversation, each item with its number
    Show(SessionArgs),
    /// The places that hold all of these words, titles first; the last word may be a beginning
    Search(SearchArgs),
    /// Go on with a session: `singletree run --session ID` with all its options
    Resume(Box<ResumeArgs>),
    /// Begin a session that goes on from where another one was; what is pending stays with that one
    Fork(ForkArgs),
    /// Give a session another title
    Rename {
        #[command(flatten)]
        session: SessionArgs,
        title: String,
    },
    /// Write a session down for others to read; what looks like a secret is blotted out
    Export(ExportArgs),
    /// Delete a session with its pending hunks and its checkpoints; your files stay as they are
    Delete(SessionArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SessionArgs {
    pub(crate) id: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    #[arg(required = true)]
    pub(crate) words: Vec<String>,
    /// Show at most this many places
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) limit: usize,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(mut_arg("session", |session| session.hide(true)))]
pub(crate) struct ResumeArgs {
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) run: RunArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ForkArgs {
    #[command(flatten)]
    pub(crate) session: SessionArgs,
    /// Up to and including an item (a number that `sessions show` prints) or a turn (t1, t2…) [default: all]
    #[arg(long, value_name = "SEQ|tN")]
    pub(crate) at: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// As in `--format json`: --json
    #[command(flatten)]
    pub(crate) session: SessionArgs,
    #[arg(long, value_enum, default_value_t = ExportFormat::Markdown, conflicts_with = "json")]
    pub(crate) format: ExportFormat,
    /// Write to this file, which must not be there yet, instead of stdout
    #[arg(long, value_name = "F")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    Markdown,
    Json,
}

/// Money is what calls cost by the price table of then; calls of models without a price are counted as unpriced. A
/// call that reads the results of several tools is shared among them.
#[derive(Debug, Args)]
pub(crate) struct LedgerArgs {
    /// What to book the calls under; days are UTC
    #[arg(long, value_enum, default_value_t = Book::Session)]
    pub(crate) by: Book,
    /// Only the calls of this session
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,
    /// Only the calls of this day (UTC) and later
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) since: Option<String>,
    /// Show call by call what came from the vendor's cache, and why nothing did
    #[arg(long, conflicts_with = "by")]
    pub(crate) cache: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Book {
    Session,
    Turn,
    Task,
    Tool,
    Model,
    Day,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EffortArg {
    Low,
    Medium,
    High,
    Max,
}

impl From<EffortArg> for Effort {
    fn from(effort: EffortArg) -> Self {
        match effort {
            EffortArg::Low => Self::Low,
            EffortArg::Medium => Self::Medium,
            EffortArg::High => Self::High,
            EffortArg::Max => Self::Max,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ModeArg {
    Plan,
    Ask,
    Edit,
    Auto,
}

impl From<ModeArg> for Mode {
    fn from(mode: ModeArg) -> Self {
        match mode {
            ModeArg::Plan => Self::Plan,
            ModeArg::Ask => Self::Ask,
            ModeArg::Edit => Self::Edit,
            ModeArg::Auto => Self::Auto,
        }
    }
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
