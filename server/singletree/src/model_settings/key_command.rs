//! The program of the user's own that prints a key: run when the key is first needed, as every command is, by the
//! sandbox. What it prints to stdout is the key and is never shown; what it says on stderr may be.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use base::{ApprovalId, SessionId};
use config::Paths;
use futures::FutureExt;
use models::{FetchedKey, KeySource, Secret};
use permissions::{Action, Approval, Confinement, Policy, PolicyConfig, RunAction};
use sandbox::{Exit, Job, Limits, Mode, Output, Settings, Workbench};
use tokio_util::sync::CancellationToken;

use crate::printable::printable;

/// What a program may take that looks something up; one that wants a person's answer has to be unlocked before.
const TIME: Duration = Duration::from_secs(10);
/// Bytes that it may print: far more than any key has, and few enough to stay in memory.
const MOST: usize = 64 << 10;
/// What the keyring calls us.
const SERVICE: &str = "singletree";
/// Characters of its complaint that are shown.
const SHOWN: usize = 200;

/// The key that `[providers.NAME]` has a program for.
pub(super) fn source(provider: &str, words: &[String], paths: &Paths) -> KeySource {
    let shown = format!("`{}`", printable(&words.join(" ")));
    let remedy = format!("run it in a terminal to see, or correct `api_key_command` of [providers.{provider}]");
    fetched(format!("from {shown}"), words.to_vec(), remedy, paths)
}

/// The key that the system's keyring holds under this user name. The system's own program reads it: it is the one that
/// the keyring's other users know, and asks for what has to be unlocked.
pub(super) fn from_keyring(user: &str, paths: &Paths) -> KeySource {
    let (find, store): (&[&str], _) = match cfg!(target_os = "macos") {
        true => (
            &["security", "find-generic-password", "-w", "-s", SERVICE, "-a"],
            format!("security add-generic-password -s {SERVICE} -w -a"),
        ),
        false => (
            &["secret-tool", "lookup", "service", SERVICE, "username"],
            format!("secret-tool store --label=Singletree service {SERVICE} username"),
        ),
    };
    let words: Vec<String> = find.iter().copied().chain([user]).map(str::to_owned).collect();
    let user = printable(user);
    let remedy = format!("`{store} {user}` puts a key there (on Linux it comes with libsecret)");
    fetched(format!("from the system's keyring, as `{user}`"), words, remedy, paths)
}

fn fetched(origin: String, words: Vec<String>, remedy: String, paths: &Paths) -> KeySource {
    let command = Arc::new(KeyCommand {
        remedy,
        shown: format!("`{}`", printable(&words.join(" "))),
        words,
        folder: std::env::home_dir()
            .filter(|home| home.is_dir())
            .unwrap_or_else(|| PathBuf::from("/")),
        layers: paths.workspace_state(Path::new("")).join("layers"),
        environment: std::env::vars_os().collect(),
        time: TIME,
    });
    KeySource::new(origin, move || Arc::clone(&command).run().boxed())
}

struct KeyCommand {
    /// What to do where there is no key.
    remedy: String,
    words: Vec<String>,
    shown: String,
    /// Not the workspace: nothing of it has a part in this.
    folder: PathBuf,
    layers: PathBuf,
    /// As the user has it: such programs need agents, sockets and tokens that other commands do not get.
    environment: Vec<(OsString, OsString)>,
    time: Duration,
}

/// What the program said, told apart.
struct Said {
    out: Vec<u8>,
    err: String,
}

impl KeyCommand {
    async fn run(self: Arc<Self>) -> FetchedKey {
        // Tells the two apart in one stream of output, and is in no key.
        let mark = SessionId::fresh().to_string();
        let outcome = self.outcome(&mark).await?;
        if outcome.output.total > MOST as u64 {
            return Err(self.no_key(&format!("prints more than {} kB", MOST >> 10)));
        }
        let said = Said::of(&outcome.output, &mark);
        match outcome.exit {
            Exit::Code(0) => said.key().map_err(|what| self.no_key(what)),
            Exit::Code(code) => Err(self.no_key(&format!("ended with {code}{}", said.complaint()))),
            Exit::Signal(signal) => Err(self.no_key(&format!("was ended by signal {signal}"))),
            Exit::TimedOut => {
                let seconds = self.time.as_secs_f32();
                Err(self.no_key(&format!(
                    "printed no key within {seconds} seconds; does it wait for an answer?"
                )))
            }
            Exit::Stopped => Err(self.no_key("was stopped")),
        }
    }

    async fn outcome(&self, mark: &str) -> Result<sandbox::Outcome, String> {
        let refused = |why: &dyn std::fmt::Display| self.no_key(&format!("was not run: {why}"));
        let policy = Policy::new(PolicyConfig::default()).map_err(|error| refused(&error))?;
        let run = RunAction {
            line: line(&self.words, mark),
            folder: self.folder.clone(),
            confinement: Confinement::InPlace,
        };
        // The user said so by writing it into settings of their own.
        let approval = Approval::User(ApprovalId::fresh());
        let grant = policy
            .grant(&Action::Run { run: &run }, approval)
            .map_err(|verdict| refused(&format!("{} (rule `{}`)", verdict.reason, verdict.rule)))?;
        let workbench = Workbench::new(Settings {
            mode: Mode::Off,
            roots: Vec::new(),
            layers: self.layers.clone(),
            environment: Vec::new(),
            network: Vec::new(),
            masked: Vec::new(),
        });
        let job = Job {
            session: SessionId::fresh(),
            seeds: Vec::new(),
            // Twice as much in memory as it may print in all: nothing goes to a file.
            limits: Limits {
                time: self.time,
                output: 4 * MOST,
                output_file: MOST as u64,
                ..Limits::default()
            },
            environment: self.environment.clone(),
        };
        let ran = workbench.run(&grant, job, &CancellationToken::new()).await;
        ran.map_err(|error| refused(&error))
    }

    fn no_key(&self, what: &str) -> String {
        let Self { shown, remedy, .. } = self;
        format!("the key command {shown} {what}; {remedy}")
    }
}

/// The words as bash takes them literally, with what goes to stderr printed behind the mark at the end.
fn line(words: &[String], mark: &str) -> String {
    let quoted = |word: &String| format!("'{}'", word.replace('\'', r"'\''"));
    let command = words.iter().map(quoted).collect::<Vec<_>>().join(" ");
    // bash itself warns of NUL bytes in what it is given; that is nobody's complaint.
    format!(
        "{{ said=$({command} 2>&1 >&3 3>&-); code=$?; }} 3>&1 2>/dev/null; printf '%s%s' '{mark}' \"$said\"; exit $code"
    )
}

impl Said {
    fn of(output: &Output, mark: &str) -> Self {
        let all = [&output.head[..], &output.tail[..]].concat();
        let at = all.windows(mark.len()).rposition(|window| window == mark.as_bytes());
        let (out, err) = match at {
            Some(at) => (&all[..at], &all[at + mark.len()..]),
            None => (&all[..], &[][..]),
        };
        Self {
            out: out.to_vec(),
            err: String::from_utf8_lossy(err).into_owned(),
        }
    }

    /// The first line, without blanks around it.
    fn key(&self) -> Result<Secret, &'static str> {
        let line = self
            .out
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default()
            .trim_ascii();
        match line {
            [] => Err("printed nothing in its first line"),
            line if line.iter().all(u8::is_ascii_graphic) => {
                Ok(Secret::new(String::from_utf8_lossy(line).into_owned()))
            }
            _ => Err("printed something that can be no key (blanks in it, or bytes that are no text)"),
        }
    }

    /// Its first words on stderr, if there are any; without what it printed, which may be the key all the same.
    fn complaint(&self) -> String {
        let Some(line) = self.err.lines().map(str::trim).find(|line| !line.is_empty()) else {
            return String::new();
        };
        let out = String::from_utf8_lossy(&self.out);
        let secrets = out.split_whitespace().filter(|word| word.len() >= 4);
        let line = secrets.fold(line.to_owned(), |line, secret| line.replace(secret, "[secret]"));
        let shown: String = line.chars().take(SHOWN).collect();
        format!(": {}", printable(&shown))
    }
}

#[cfg(test)]
mod tests;
