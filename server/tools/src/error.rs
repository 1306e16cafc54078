//! Why a call failed. Each is told to the model, so each says what would help.

use context::TreeError;
use workspace::{ReadError, StageError};

use crate::apply_patch::patch::PatchError;
use crate::edit::matching::MatchError;
use crate::output;

#[derive(Debug, thiserror::Error)]
pub(crate) enum ToolError {
    #[error("wrong arguments for `{tool}`: {cause}")]
    Arguments { tool: &'static str, cause: String },
    #[error("the user's command only reads: describe the change in your answer instead")]
    ReadOnlyCommand,
    #[error("there is no editor here that serves this")]
    NoEditor,
    #[error(transparent)]
    Ide(workspace::IdeError),
    #[error("`{name}` does not stand in {place}")]
    NotThere { name: String, place: String },
    #[error("`{name}` stands only in what you propose there, which the editor does not know")]
    OnlyProposed { name: String },
    #[error("nothing was changed: the editor would change {path}: {cause}")]
    EditorEdit { path: String, cause: String },
    #[error("the user stopped the turn; nothing was changed")]
    Stopped,
    #[error("`path` is empty: name a file relative to the workspace root")]
    EmptyPath,
    #[error("no folder is open: name files by their absolute paths")]
    NoRoot,
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("there is no file `{path}`{hint}")]
    NotFound { path: String, hint: String },
    #[error("cannot edit `{path}`: {source}")]
    Match { path: String, source: MatchError },
    #[error(transparent)]
    Stage(#[from] StageError),
    #[error("no permission came with this call to change `{path}`")]
    NoGrant { path: String },
    #[error(
        "`{path}` exists ({}) and you have not read all of it as it is now: `read` it first, or change a part of it with \
         `edit`", output::count(*lines, "line")
    )]
    Unread { path: String, lines: usize },
    #[error("`{path}` exists already: choose another name, or delete it first")]
    Exists { path: String },
    #[error(
        "`{path}` is a link to `{target}`, and only files are deleted and moved: name `{target}` itself, or delete the link \
         by `shell`"
    )]
    Link { path: String, target: String },
    #[error("`{path}` is not a folder; `read` shows files")]
    NotFolder { path: String },
    #[error("there is no folder `{path}`: `list` shows what there is")]
    NoFolder { path: String },
    #[error("`{path}` has {}; {wanted}", output::count(*lines, "line"))]
    Lines { path: String, lines: usize, wanted: String },
    #[error("`{pattern}` is not a regular expression: {cause}")]
    Pattern { pattern: String, cause: String },
    #[error("`{pattern}` is not a glob: {cause}")]
    Glob { pattern: String, cause: String },
    #[error(transparent)]
    Sandbox(#[from] sandbox::SandboxError),
    #[error("the command was not run, since what it may change could not be saved before: {0}")]
    Unsaved(#[from] workspace::JournalError),
    #[error("`command` is empty: give a command line for bash")]
    EmptyCommand,
    #[error(
        "no test command was found: there is no Cargo.toml, package.json with a `test` script, go.mod, Python tests or \
         Makefile with a `test` target; run the tests with `shell`, or have the user set `tests.command`"
    )]
    NoTests,
    #[error("`{line}` cannot be narrowed by `{key}`: leave it out, or use `shell`")]
    NotNarrowed { line: String, key: &'static str },
    #[error("`filter` is a part of a test's name, so it does not begin with `-`")]
    FilterOption,
    #[error("{most} commands run in the background already: end one with `shell-kill`")]
    ManyJobs { most: usize },
    #[error("the command did not come to its end: {0}")]
    Background(String),
    #[error("nothing can be typed into this command: start it with `pty`, and in the workbench")]
    NoTerminal,
    #[error("the command reads nothing of what was typed before: look at its output")]
    NotRead,
    #[error("the command has ended: `shell-output` shows how")]
    Over,
    #[error("output {number} is of no command in the background")]
    NoJob { number: usize },
    #[error("there is no output {number} any more: run the command again")]
    NoOutput { number: usize },
    #[error("output {number} has no such lines: it has {}", output::count(*total, "line"))]
    OutputLines { number: usize, total: usize },
    #[error("the output cannot be read: {0}")]
    Output(std::io::Error),
    #[error("no answer: {0}")]
    Unanswered(String),
    #[error("`plan` is empty: write down what you mean to do")]
    EmptyPlan,
    #[error("there is no agent `{name}`; {known}")]
    NoAgent { name: String, known: String },
    #[error("the task was not done: {0}")]
    Agent(String),
    #[error("`{tool}` needs `{key}` to {action}")]
    Needs {
        tool: &'static str,
        key: &'static str,
        action: &'static str,
    },
    #[error("nothing of the id {id} is remembered: `list` shows what is")]
    NoMemory { id: i64 },
    #[error("the text has {bytes} bytes, and {most} are the most: remember the gist of it")]
    LongMemory { bytes: usize, most: usize },
    #[error(transparent)]
    Store(#[from] store::StoreError),
    #[error("no tool of the list fits: name one of them, or use other words")]
    NoTool,
    #[error(transparent)]
    Web(#[from] crate::web::WebError),
    #[error("{0}")]
    Revert(String),
    #[error("{0}")]
    Git(String),
    #[error("nothing was proposed: {0}")]
    PatchForm(#[from] PatchError),
    #[error("nothing was proposed, since the patch does not fit:{}", output::items(problems))]
    Patch { problems: Vec<String> },
    #[error("only a part was proposed ({done}), then: {cause}; look at the files again before you go on")]
    BrokenOff { done: String, cause: Box<ToolError> },
    #[error(transparent)]
    Tree(#[from] TreeError),
    #[error("the declaration cannot be put into JSON: {cause}")]
    Symbol { cause: String },
}

impl ToolError {
    /// Of work on another thread that did not come to its end.
    pub(crate) fn of_task(died: tokio::task::JoinError) -> Self {
        if died.is_panic() {
            // The caller guards against panics; to swallow one here would hide a bug.
            std::panic::resume_unwind(died.into_panic());
        }
        Self::Stopped
    }
}
