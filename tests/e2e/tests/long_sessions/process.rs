//! `singletree run` over one workspace, turn by turn and process by process.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, ensure};
use e2e::Project;
use serde_json::Value;

use crate::script;
use crate::server::{Model, Witness};
use crate::vendor::Vendor;

/// So large that nothing is ever compacted.
pub(crate) const ROOMY: u32 = 10_000_000;

pub(crate) struct Scene {
    pub(crate) vendor: Vendor,
    pub(crate) project: Project,
    pub(crate) model: Model,
    pub(crate) session: Option<String>,
}

/// How one process ended.
pub(crate) struct Ended {
    /// None where it was killed.
    pub(crate) code: Option<i32>,
    pub(crate) events: Vec<Value>,
    pub(crate) errors: String,
}

impl Scene {
    pub(crate) fn new(vendor: Vendor, seed: Option<u64>, window: u32) -> anyhow::Result<Self> {
        let files = script::files();
        let files: Vec<_> = files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_bytes()))
            .collect();
        let project = Project::new(&files)?;
        let model = Model::start(vendor, seed, window < ROOMY)?;
        let folder = project.home().join("config");
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("config.toml"), vendor.settings(&model.address, window))?;
        Ok(Self {
            vendor,
            project,
            model,
            session: None,
        })
    }

    /// One turn of the session, kept at its end.
    pub(crate) fn turn(&mut self) -> anyhow::Result<Ended> {
        self.turn_with(|_| None)
    }

    /// One turn, before which a witness of what happens at the server is given the process.
    pub(crate) fn turn_with(
        &mut self,
        witness: impl FnOnce(Arc<Mutex<Child>>) -> Option<Witness>,
    ) -> anyhow::Result<Ended> {
        let mut command = Command::new(e2e::singletree());
        command.args(["run", "go on", "--json", "--apply"]);
        if let Some(session) = &self.session {
            command.args(["--session", session]);
        }
        for name in [
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_BASE_URL",
            "OPENAI_API_KEY",
            "OPENAI_BASE_URL",
        ] {
            command.env_remove(name);
        }
        let mut child = command
            .env("SINGLETREE_HOME", self.project.home())
            .env("LOOP_KEY", "sk-test")
            .current_dir(self.project.root())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (stdout, stderr) = (
            child.stdout.take().context("stdout")?,
            child.stderr.take().context("stderr")?,
        );
        let child = Arc::new(Mutex::new(child));
        self.model.state().witness = witness(Arc::clone(&child));
        let errors = std::thread::spawn(move || std::io::read_to_string(stderr).unwrap_or_default());
        let mut events = Vec::new();
        for line in BufReader::new(stdout).lines() {
            // What is killed may leave half a line.
            let Ok(event) = serde_json::from_str::<Value>(&line?) else {
                break;
            };
            if event["type"] == "session.started" {
                self.session = event["session"].as_str().map(str::to_owned);
            }
            events.push(event);
        }
        let status = child.lock().unwrap_or_else(PoisonError::into_inner).wait()?;
        self.model.state().witness = None;
        Ok(Ended {
            code: status.code(),
            events,
            errors: errors.join().unwrap_or_default(),
        })
    }

    /// Turns until the script is done and its last changes are kept.
    pub(crate) fn turns_to_the_end(&mut self, most: usize) -> anyhow::Result<Vec<Ended>> {
        let mut turns = Vec::new();
        while !self.model.state().is_done {
            ensure!(turns.len() < most, "{:?}: not done after {most} turns", self.vendor);
            turns.push(self.turn()?);
            self.no_complaints()?;
        }
        let last = turns.last().context("a turn")?;
        ensure!(last.code == Some(0), "{:?}: {}", self.vendor, last.errors);
        Ok(turns)
    }

    pub(crate) fn no_complaints(&self) -> anyhow::Result<()> {
        let complaints = &self.model.state().complaints;
        ensure!(complaints.is_empty(), "{:?}: {complaints:#?}", self.vendor);
        Ok(())
    }

    /// The files as they are now.
    pub(crate) fn files(&self) -> anyhow::Result<Vec<(PathBuf, String)>> {
        let root = self.project.root();
        let files = self.project.state()?.into_iter().map(|(path, bytes, _)| {
            let name = path.strip_prefix(root).unwrap_or(&path).to_owned();
            (name, String::from_utf8_lossy(&bytes).into_owned())
        });
        Ok(files.collect())
    }
}
