//! What passes between the reading of the shell's syntax and the knowledge of single commands.

use std::path::{Path, PathBuf};

/// One simple command as the shell would start it. Its redirections and assignments are judged elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// The literal first word: `ls`, `/bin/ls`, `./x`.
    pub(crate) name: String,
    pub(crate) args: Vec<Arg>,
    /// Where it would start; none after a `cd` to who knows where.
    pub(crate) folder: Option<PathBuf>,
    /// Whether its standard input is a pipe or a here-document, which a command without file operands would read.
    pub(crate) has_input: bool,
}

/// A word after quotes are taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Arg {
    Literal(String),
    /// A pattern that the shell expands to names of files: any number of arguments, each of which matches. One that
    /// does not start with a literal character other than `-` may turn into an option.
    Pattern(String),
    /// Known only when it runs: a substitution, a variable. What the substitution itself runs is judged as a part.
    Unknown,
}

/// What the machine looks like, as far as a verdict depends on it.
#[derive(Clone, Debug)]
pub(crate) struct Scene<'a> {
    /// The workspace folders, links resolved.
    pub(crate) roots: Vec<&'a Path>,
    pub(crate) home: Option<PathBuf>,
}

/// What is known of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) class: Class,
    /// The verdict's rule: `read.ls`, `ask.rm`, `hard.rm-root`, `build.cargo`, `unknown.option`, …
    pub(crate) rule: String,
    /// One sentence for people: what was seen, and for a refusal what would help.
    pub(crate) reason: String,
    /// Paths that it reads or writes, as the words name them; relative ones start at the call's folder.
    pub(crate) paths: Vec<(Arg, Use)>,
    /// Commands that it starts in turn. Each is judged as a part of its own; the strictest holds.
    pub(crate) inner: Vec<Inner>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Read,
    Write,
    Delete,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Inner {
    /// `timeout 5 ls -l`: the words of another simple command. `appends` is set where arguments that nobody knows are
    /// added (`xargs`, `find -exec … {}`).
    Words { words: Vec<Arg>, appends: bool },
    /// `sh -c '…'`: a script in the shell's language.
    Script(String),
    /// Something runs that cannot be known: always asks at least.
    Unknown,
}

/// Ordered by strictness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// It only reads, and runs nothing that the workspace names.
    Reads,
    /// The same, once nothing in the workspace's own configuration makes it run a helper (git). Asks when untrusted.
    ReadsProject,
    /// A test, build, linter or formatter: runs what the workspace says.
    Builds,
    /// Understood, and it writes files only.
    Writes,
    /// A program that is not known, or an option or use of a known one that is not.
    Unknown,
    /// On the list of what asks even in the workbench.
    Asks,
    Denied,
    /// Nothing overrides it.
    Hard,
}
