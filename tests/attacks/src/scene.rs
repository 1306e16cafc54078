//! What is aimed at: a workspace and, beside it, all that a command must leave alone.

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use base::SessionId;
use sandbox::{Mode, Settings};

use crate::ears::Ears;
use crate::traces::{Prints, processes_of};
use crate::victim::Victim;

/// How the secrets begin, in two parts: the attacker looks for this in memory.
const MARK: [&str; 2] = ["canary", "-of-"];
const LENGTH: usize = 48;

/// Where a scene may be built, and the attacker's program.
#[derive(Clone, Debug)]
pub struct Means {
    /// A folder on a disk that commands see: none of the temporary ones.
    pub place: PathBuf,
    pub attacker: PathBuf,
}

pub struct Scene {
    folder: Option<tempfile::TempDir>,
    pub(crate) base: PathBuf,
    secret: String,
    attacker: PathBuf,
    ears: Ears,
    victim: Victim,
    /// Open to the outside, and not closed when a program is started.
    _leak: File,
    before: Prints,
    /// A second session, whose layer nobody else may touch.
    pub(crate) other: SessionId,
}

impl Scene {
    /// # Errors
    /// It could not be built here.
    pub fn new(means: &Means) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("scene-").tempdir_in(&means.place)?;
        let base = folder.path().canonicalize()?;
        let fresh: String = SessionId::fresh().to_string().replace('-', "").repeat(2);
        let mut secret = format!("{}{fresh}", MARK.concat());
        secret.truncate(LENGTH);
        furnish(&base, &secret)?;
        let ears = Ears::new(&base, &format!("attacks-{fresh}"))?;
        let leak = File::open(base.join("outside"))?;
        rustix::io::fcntl_setfd(&leak, rustix::io::FdFlags::empty())?;
        Ok(Self {
            folder: Some(folder),
            victim: Victim::new(&means.attacker, &secret)?,
            ears,
            secret,
            attacker: means.attacker.clone(),
            _leak: leak,
            before: Prints::default(),
            other: SessionId::fresh(),
            base,
        })
    }

    #[must_use]
    pub fn root(&self) -> PathBuf {
        self.base.join("workspace")
    }

    pub(crate) fn layers(&self) -> PathBuf {
        self.base.join("layers")
    }

    pub(crate) fn settings(&self) -> anyhow::Result<Settings> {
        let home = self.base.join("home");
        Ok(Settings {
            mode: Mode::Auto,
            roots: vec![self.root()],
            layers: self.layers(),
            environment: self.environment()?,
            network: Vec::new(),
            masked: vec![home.join(".config/singletree"), home.join(".local/state/singletree")],
        })
    }

    /// What tells the attacker where to aim, and what a user's environment holds.
    pub(crate) fn environment(&self) -> anyhow::Result<Vec<(OsString, OsString)>> {
        let base = &self.base;
        let [tcp, udp] = self.ears.ports()?;
        let place = |index: usize| OsString::from(self.victim.places.get(index).cloned().unwrap_or_default());
        let number = |number: u32| OsString::from(number.to_string());
        let group = rustix::process::getpgrp().as_raw_nonzero().get();
        let variables: Vec<(&str, OsString)> = vec![
            ("PATH", std::env::var_os("PATH").context("PATH")?),
            ("HOME", base.join("home").into()),
            ("TMPDIR", base.join("outside").into()),
            ("ATTACKER", self.attacker.clone().into()),
            ("BASE", base.into()),
            ("OUT", base.join("outside").into()),
            ("ESCAPE", "../outside/canary".into()),
            ("LAYERS", self.layers().into()),
            ("OTHER", self.layers().join(self.other.to_string()).into()),
            ("SERVER", number(std::process::id())),
            ("SERVER_GROUP", group.to_string().into()),
            ("VICTIM", number(self.victim.pid())),
            ("VICTIM_AT", place(0)),
            ("SEGMENT", place(1)),
            ("QUEUE", place(2)),
            ("TCP", number(tcp.into())),
            ("UDP", number(udp.into())),
            ("ABSTRACT", self.ears.name.clone().into()),
            ("IN_HOME", base.join("home/socket").into()),
            ("IN_OUT", base.join("outside/socket").into()),
            ("IN_WORKSPACE", base.join("workspace/socket").into()),
            ("AGENT", base.join("agent").into()),
            ("SSH_AUTH_SOCK", base.join("agent").into()),
            ("ANTHROPIC_API_KEY", self.secret.clone().into()),
            (
                "HARMLESS_NAME",
                format!("https://user:{}@example.com", self.secret).into(),
            ),
        ];
        Ok(variables
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect())
    }

    /// Remembers how everything is.
    pub(crate) fn look(&mut self) {
        self.before = self.prints();
    }

    fn prints(&self) -> Prints {
        // Each trial has a layer of its own, and a socket that comes late.
        let without = [self.layers(), self.base.join("outside/late")];
        let mut prints = Prints::of(&self.base, &without);
        prints.take(&self.layers().join(self.other.to_string()), &[]);
        prints
    }

    pub(crate) fn late_socket(&self) -> PathBuf {
        self.base.join("outside/late/socket")
    }

    /// Everything that is not as it was, and what the output gives away.
    pub(crate) fn harm(&mut self, output: &str) -> Vec<String> {
        let mut harm = self.before.compared_with(&self.prints());
        harm.extend(self.ears.heard());
        harm.extend(self.victim.harm());
        if output.contains(&self.secret) {
            harm.push("a secret was read".to_owned());
        }
        harm
    }

    /// Processes of the attack that are still there; they are ended, or they would stand in the way of the next.
    pub(crate) fn remains(&self) -> Vec<String> {
        let left = processes_of(&self.base);
        for pid in &left {
            if let Some(pid) = rustix::process::Pid::from_raw(*pid) {
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        }
        left.iter().map(|pid| format!("process {pid} is left")).collect()
    }
}

impl Drop for Scene {
    /// An attack may have left what a plain removal stumbles over.
    fn drop(&mut self) {
        if let Some(folder) = self.folder.take() {
            let path = folder.path().to_owned();
            let _ = Command::new("chmod").args(["-R", "u+rwx"]).arg(&path).output();
            if folder.close().is_err() {
                let _ = Command::new("rm").arg("-rf").arg(&path).output();
            }
        }
    }
}

fn furnish(base: &Path, secret: &str) -> anyhow::Result<()> {
    let files = [
        ("outside/canary", "untouched\n"),
        ("outside/two-names", "untouched\n"),
        ("workspace/README", "read me\n"),
        ("workspace/src/canary", "untouched\n"),
        ("workspace/.gitignore", "/target\n"),
        ("workspace/target/built", "built\n"),
        ("workspace/seeded/file", "untouched\n"),
        ("home/.profile", "# nothing\n"),
    ];
    let secrets = [
        "workspace/.env",
        "workspace/service/.env.local",
        "workspace/server.pem",
        "home/.ssh/id_ed25519",
        "home/.aws/credentials",
        "home/.netrc",
        "home/.config/gh/hosts.yml",
        "home/.config/singletree/config.toml",
        "home/.local/state/singletree/trust",
    ];
    let secrets = secrets.map(|path| (path, format!("{secret}\n")));
    let all = files
        .into_iter()
        .chain(secrets.iter().map(|(path, text)| (*path, text.as_str())));
    for (path, text) in all {
        let path = base.join(path);
        fs::create_dir_all(path.parent().context("a folder above")?)?;
        fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    fs::create_dir(base.join("outside/late"))?;
    let root = base.join("workspace");
    symlink(base.join("outside"), root.join("leads-out"))?;
    fs::hard_link(base.join("outside/two-names"), root.join("two-names"))?;
    let made = Command::new("git").args(["init", "-q"]).current_dir(&root).output()?;
    anyhow::ensure!(
        made.status.success(),
        "git init: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    Ok(())
}
