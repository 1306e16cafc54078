//! Dangers that no single command shows: a download that ends in an interpreter, by whatever way.

use std::path::Path;

use super::super::call::{Arg, Call, Class, Known};
use super::super::interpreter::{Code, code_of};
use super::super::names::is_in;

/// What the commands of a stage, a substitution or a redirection do for their neighbours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Roles {
    /// Fetches from the network.
    pub(super) downloads: bool,
    /// Turns what nobody can read into something else.
    pub(super) decodes: bool,
    /// Runs what it reads.
    pub(super) runs_input: bool,
}

impl Roles {
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            downloads: self.downloads || other.downloads,
            decodes: self.decodes || other.decodes,
            runs_input: self.runs_input || other.runs_input,
        }
    }

    pub(super) fn is_foreign(self) -> bool {
        self.downloads || self.decodes
    }
}

/// What is kept while a line is walked.
#[derive(Debug, Default)]
pub(super) struct Spans {
    roles: Roles,
    /// Names of files that the pipeline at hand wrote.
    written: Vec<String>,
    /// Names of files that came out of the network.
    fetched: Vec<String>,
    /// Names of files, and the text that the line wrote into them.
    texts: Vec<(String, String)>,
}

impl Spans {
    pub(super) fn roles(&self) -> Roles {
        self.roles
    }

    pub(super) fn take_roles(&mut self) -> Roles {
        std::mem::take(&mut self.roles)
    }

    pub(super) fn add(&mut self, roles: Roles) {
        self.roles = self.roles.and(roles);
    }

    pub(super) fn add_foreign(&mut self, is_foreign: bool) {
        self.roles.downloads |= is_foreign;
    }

    pub(super) fn add_written(&mut self, path: &str) {
        self.written.extend(name_of(path));
    }

    pub(super) fn add_text(&mut self, path: &str, text: String) {
        self.texts.extend(name_of(path).map(|name| (name, text)));
    }

    /// What the line wrote into a file of this name.
    pub(super) fn text_of(&self, path: &str) -> Option<String> {
        let name = name_of(path)?;
        let written = self.texts.iter().rev().find(|(known, _)| *known == name);
        written.map(|(_, text)| text.clone())
    }

    /// Whether a file of this name came out of the network.
    pub(super) fn is_fetched(&self, path: &str) -> bool {
        name_of(path).is_some_and(|name| self.fetched.contains(&name))
    }

    pub(super) fn mark(&self) -> usize {
        self.written.len()
    }

    /// At the end of a pipeline: what it wrote since `mark` was fetched, if it downloads.
    pub(super) fn settle(&mut self, mark: usize) {
        let written = self.written.split_off(mark.min(self.written.len()));
        if self.roles.downloads {
            self.fetched.extend(written);
        }
    }

    /// Takes a call in; `within` is what its substitutions and redirections do.
    pub(super) fn add_call(&mut self, call: &Call, within: Roles, redirected: Roles) -> Option<Known> {
        let name = base_name(&call.name);
        let hands_on = || call.args.iter().filter_map(literal).any(|path| self.is_fetched(path));
        let own = Roles {
            downloads: is_in(DOWNLOADERS, name) || is_in(PRINTERS, name) && hands_on(),
            decodes: is_decoder(name, &call.args),
            runs_input: false,
        };
        if is_in(DOWNLOADERS, name) {
            let saved = saved_names(name, &call.args);
            self.fetched.extend(saved);
        }
        if name == "tee" {
            let operands = call.args.iter().filter_map(literal).filter(|arg| !arg.starts_with('-'));
            operands.for_each(|path| self.written.extend(name_of(path)));
        }
        let code = code_of(call);
        let runs_input = matches!(code, Some(Code::Input | Code::Hidden));
        self.add(Roles { runs_input, ..own });
        let fed = within.and(redirected);
        if own.downloads && fed.runs_input {
            return Some(download("a download is handed to an interpreter"));
        }
        let takes_foreign = match code {
            Some(Code::Hidden) => fed.is_foreign(),
            Some(Code::Input) => redirected.is_foreign(),
            _ => false,
        };
        if takes_foreign {
            return Some(foreign(fed));
        }
        let runs = match &code {
            Some(Code::File(path)) => name_of(path),
            _ if call.name.contains('/') => name_of(&call.name),
            _ => None,
        };
        let is_fetched = runs.is_some_and(|name| self.fetched.contains(&name));
        is_fetched.then(|| download("a download is run"))
    }
}

/// The danger of stages in which one feeds another.
pub(super) fn across(stages: &[Roles]) -> Option<Known> {
    let mut before = Roles::default();
    for stage in stages {
        if stage.runs_input && before.is_foreign() {
            return Some(foreign(before));
        }
        before = before.and(*stage);
    }
    None
}

/// Of a command whose very name is what a substitution says.
pub(super) fn named_by(within: Roles) -> Option<Known> {
    within.is_foreign().then(|| foreign(within))
}

fn foreign(roles: Roles) -> Known {
    if roles.downloads {
        return download("a download is handed to an interpreter");
    }
    hard(
        "hard.decoded",
        "encoded text is decoded and handed to an interpreter: decode it into a file and look at it first",
    )
}

fn download(what: &str) -> Known {
    hard(
        "hard.download",
        &format!("{what}: fetch it into a file, read it, and let the user run it"),
    )
}

pub(super) fn fork_bomb() -> Known {
    hard(
        "hard.fork-bomb",
        "a function starts itself again and again beside itself",
    )
}

fn hard(rule: &str, reason: &str) -> Known {
    Known {
        class: Class::Hard,
        rule: rule.to_owned(),
        reason: reason.to_owned(),
        paths: Vec::new(),
        inner: Vec::new(),
    }
}

const DOWNLOADERS: &str = "
    curl wget wget2 fetch aria2c axel http https httpie xh curlie lwp-request lwp-download GET lynx links w3m nc
    ncat netcat socat ftp ssh
";

/// Print what is in a file.
const PRINTERS: &str = "cat tac head tail tee sed awk";

pub(super) fn base_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn name_of(path: &str) -> Option<String> {
    Path::new(path)
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
}

fn literal(arg: &Arg) -> Option<&str> {
    match arg {
        Arg::Literal(text) => Some(text),
        _ => None,
    }
}

fn is_decoder(name: &str, args: &[Arg]) -> bool {
    let has = |wanted: fn(&str) -> bool| args.iter().filter_map(literal).any(wanted);
    let is_decode = |arg: &str| {
        "--decode".starts_with(arg) && arg.len() > 3
            || (arg.starts_with('-') && !arg.starts_with("--") && arg.contains(['d', 'D']))
    };
    match name {
        "base64" | "base32" | "basenc" | "gbase64" => has(is_decode),
        "openssl" => has(|arg| arg == "-d"),
        "xxd" => has(|arg| arg.starts_with('-') && arg.contains('r')),
        "uudecode" | "rev" => true,
        _ => false,
    }
}

/// The names under which a download is saved, as far as its arguments say.
fn saved_names(name: &str, args: &[Arg]) -> Vec<String> {
    let output = match name {
        "wget" | "wget2" => 'O',
        _ => 'o',
    };
    let mut names = Vec::new();
    let mut takes_next = false;
    let mut from_address = matches!(name, "wget" | "wget2" | "aria2c" | "axel" | "lwp-download" | "fetch");
    let mut addresses = Vec::new();
    // An address is often written with an unquoted `?`, which makes it a pattern.
    let texts = args.iter().filter_map(|arg| match arg {
        Arg::Literal(text) | Arg::Pattern(text) => Some(text.as_str()),
        Arg::Unknown => None,
    });
    for arg in texts {
        if std::mem::take(&mut takes_next) {
            names.extend(name_of(arg));
        } else if let Some(long) = arg.strip_prefix("--") {
            match long.split_once('=') {
                Some((option, value)) if option.starts_with("output") => names.extend(name_of(value)),
                None if long.starts_with("output") => takes_next = true,
                None if long.starts_with("remote-name") => from_address = true,
                _ => {}
            }
        } else if let Some(short) = arg.strip_prefix('-').filter(|short| !short.is_empty()) {
            match short.split_once(output) {
                Some((_, "")) => takes_next = true,
                Some((_, value)) => names.extend(name_of(value)),
                None => from_address |= short.contains('O'),
            }
        } else {
            addresses.push(arg);
        }
    }
    if from_address {
        let plain = addresses
            .iter()
            .map(|address| address.split(['?', '#']).next().unwrap_or(address));
        names.extend(plain.filter_map(name_of));
    }
    names
}
