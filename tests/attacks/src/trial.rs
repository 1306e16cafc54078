//! An attack, made.

use std::ffi::OsString;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use base::{ApprovalId, SessionId};
use permissions::{Action, Approval, Confinement, Grant, Policy, PolicyConfig, RunAction};
use sandbox::{After, Exit, Job, Level, Limits, Outcome, Seed, SeedContent, Workbench};
use tokio_util::sync::CancellationToken;

use crate::attack::{Attack, Expect};
use crate::scene::{Means, Scene};
use crate::traces::processes_of;

/// Where an attack is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// In a workbench of the best level that there is.
    Workbench,
    /// In one that has to make do with a copy: the workspace is somebody else's. Only root can give it away.
    Foreign,
    /// Nowhere: the control.
    Open,
}

/// How long the workbench may take in all.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long an attack may run where there is no workbench to end it.
const OPEN: Duration = Duration::from_secs(1);

/// What came of it.
#[derive(Debug)]
pub struct Verdict {
    pub level: Option<Level>,
    /// What should not be; none if it was contained.
    pub harm: Vec<String>,
    /// What was tried, and with which error.
    pub tried: Vec<String>,
    pub output: String,
}

impl Verdict {
    /// Whether anything that was tried came through, or did harm.
    #[must_use]
    pub fn has_worked(&self) -> bool {
        !self.harm.is_empty() || self.tried.iter().any(|line| came_through(line))
    }
}

fn came_through(line: &str) -> bool {
    line.ends_with(": ok")
}

/// The errors by which the kernel, a filter or a read-only file system refuses.
fn is_refusal(line: &str) -> bool {
    const REFUSALS: [&str; 4] = ["os error 1)", "os error 13)", "os error 30)", "os error 38)"];
    REFUSALS.iter().any(|refusal| line.ends_with(refusal))
}

pub struct Trial<'a> {
    attack: &'a Attack,
    scene: Scene,
    ground: Ground,
}

impl<'a> Trial<'a> {
    /// # Errors
    /// The scene could not be built.
    pub fn new(attack: &'a Attack, means: &Means, ground: Ground) -> anyhow::Result<Self> {
        let scene = Scene::new(means)?;
        if ground == Ground::Foreign {
            std::os::unix::fs::chown(scene.root(), Some(65534), Some(65534))?;
        }
        Ok(Self { attack, scene, ground })
    }

    /// # Errors
    /// The attack could not be made.
    pub async fn run(mut self) -> anyhow::Result<Verdict> {
        match self.ground {
            Ground::Open => self.in_the_open().await,
            Ground::Workbench | Ground::Foreign => self.in_a_workbench().await,
        }
    }

    fn line(&self) -> String {
        format!("\"$ATTACKER\" {}", self.attack.id)
    }

    async fn in_the_open(&mut self) -> anyhow::Result<Verdict> {
        let layer = self.scene.layers().join(self.scene.other.to_string());
        std::fs::create_dir_all(&layer)?;
        std::fs::write(layer.join("kept"), "kept")?;
        self.scene.look();
        let late = (self.attack.id == "late-socket-files").then(|| Late::wait(&self.scene));
        let mut command = tokio::process::Command::new("bash");
        command
            .args(["-c", &self.line()])
            .current_dir(self.scene.root())
            .env_clear();
        command
            .envs(self.scene.environment()?)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let ended = tokio::time::timeout(OPEN, command.output()).await;
        drop(late);
        let (output, mut harm) = match ended {
            Ok(output) => (String::from_utf8_lossy(&output?.stdout).into_owned(), Vec::new()),
            Err(_) => (String::new(), vec!["it would not end".to_owned()]),
        };
        harm.extend(self.scene.remains());
        harm.extend(self.scene.harm(&output));
        Ok(Verdict {
            level: None,
            harm,
            tried: tried(&output),
            output,
        })
    }

    async fn in_a_workbench(&mut self) -> anyhow::Result<Verdict> {
        let workbench = Arc::new(Workbench::new(self.scene.settings()?));
        let standing = workbench.standing();
        if standing.confinement != Confinement::Workbench {
            anyhow::ensure!(standing.level == Level::InPlace, "{standing:?}");
            return Ok(Verdict {
                level: Some(standing.level),
                harm: Vec::new(),
                tried: Vec::new(),
                output: String::new(),
            });
        }
        let other = self.scene.other.clone();
        self.command(
            &workbench,
            &other,
            "mkdir -p target; echo kept > target/kept",
            Vec::new(),
        )
        .await?;
        self.scene.look();
        let late = (self.attack.id == "late-socket-files").then(|| Late::wait(&self.scene));
        let session = SessionId::fresh();
        let started = Instant::now();
        let outcome = self.command(&workbench, &session, &self.line(), Vec::new()).await?;
        drop(late);
        let elapsed = started.elapsed();
        let output = said(&outcome);
        let tried = tried(&output);
        // What is still there the moment the command is said to have ended.
        let mut harm = self.scene.remains();
        if outcome.level != standing.level {
            harm.push(format!("it ran at {}", outcome.level));
        }
        if elapsed > PATIENCE / 2 {
            harm.push(format!("it took {elapsed:?}"));
        }
        harm.extend(self.unexpected(&outcome, &tried));
        harm.extend(marked_changes(&outcome));
        harm.extend(self.next_command(&workbench, &session).await?);
        workbench.discard(&session);
        let layer = self.scene.layers().join(session.to_string());
        if layer.exists() {
            harm.push("the layer cannot be removed".to_owned());
        }
        harm.extend(self.scene.harm(&output));
        Ok(Verdict {
            level: Some(outcome.level),
            harm,
            tried,
            output,
        })
    }

    fn unexpected(&self, outcome: &Outcome, tried: &[String]) -> Vec<String> {
        let mut wrong = Vec::new();
        if tried.is_empty() {
            wrong.push("the attack was not made".to_owned());
        }
        let lines = |wanted: fn(&str) -> bool| tried.iter().filter(move |line| !wanted(line)).cloned();
        match self.attack.expect {
            Expect::Unharmed => {}
            Expect::Refused => wrong.extend(lines(|line| !came_through(line))),
            Expect::Denied => wrong.extend(lines(is_refusal)),
            Expect::Ended(word) => {
                let is_told = outcome.notes.iter().any(|note| note.contains(word));
                if outcome.exit != Exit::Signal(libc::SIGKILL) || !is_told {
                    wrong.push(format!("it ended with {:?} and {:?}", outcome.exit, outcome.notes));
                }
            }
            Expect::TimedOut if outcome.exit != Exit::TimedOut => {
                wrong.push(format!("it ended with {:?}", outcome.exit))
            }
            Expect::TimedOut => {}
        }
        wrong
    }

    /// Whatever was left in the layer: the next command of the session runs, and files are put in its way.
    async fn next_command(&self, workbench: &Workbench, session: &SessionId) -> anyhow::Result<Vec<String>> {
        let root = self.scene.root();
        let seed = |path: &str| Seed {
            path: root.join(path),
            content: SeedContent::File(b"seeded".to_vec()),
        };
        let seeds = ["src/canary", "target/canary", "seeded/canary", "canary"]
            .map(seed)
            .to_vec();
        let outcome = self.command(workbench, session, "cat src/canary README", seeds).await?;
        let output = said(&outcome);
        let is_well = output.starts_with("seededread me");
        Ok(if is_well {
            Vec::new()
        } else {
            vec![format!("the next command said {output:?}")]
        })
    }

    async fn command(
        &self,
        workbench: &Workbench,
        session: &SessionId,
        line: &str,
        mut seeds: Vec<Seed>,
    ) -> anyhow::Result<Outcome> {
        let root = self.scene.root();
        seeds.push(Seed {
            path: root.join("script"),
            content: SeedContent::File(line.as_bytes().to_vec()),
        });
        let job = Job {
            session: session.clone(),
            seeds,
            limits: limits(self.attack.expect),
            environment: Vec::<(OsString, OsString)>::new(),
        };
        let grant = grant(root)?;
        let never = CancellationToken::new();
        let ended = tokio::time::timeout(PATIENCE, workbench.run(&grant, job, &never));
        Ok(ended.await.context("the workbench does not come back")??)
    }
}

/// What an attack may use: little of what it aims at, plenty of the rest, since attacks run side by side.
fn limits(expect: Expect) -> Limits {
    Limits {
        time: Duration::from_millis(if expect == Expect::TimedOut { 700 } else { 8_000 }),
        output: 1 << 20,
        output_file: 4 << 20,
        processes: 200,
        memory: 512 << 20,
        file: 1 << 30,
        disk: if matches!(expect, Expect::Ended("disk")) {
            64 << 20
        } else {
            8 << 30
        },
    }
}

fn grant(folder: PathBuf) -> anyhow::Result<Grant> {
    let policy = Policy::new(PolicyConfig {
        roots: vec![folder.clone()],
        ..PolicyConfig::default()
    })?;
    let run = RunAction {
        line: "bash script".to_owned(),
        folder,
        confinement: Confinement::Workbench,
    };
    let approval = Approval::User(ApprovalId::fresh());
    policy
        .grant(&Action::Run { run: &run }, approval)
        .map_err(|refused| anyhow::anyhow!("{refused:?}"))
}

fn tried(output: &str) -> Vec<String> {
    let lines = output.lines().filter_map(|line| line.strip_prefix("tried "));
    lines.map(str::to_owned).collect()
}

fn said(outcome: &Outcome) -> String {
    let bytes = [&outcome.output.head[..], &outcome.output.tail[..]].concat();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Changes that carry rights of their own, or reach where commands have no say.
fn marked_changes(outcome: &Outcome) -> Vec<String> {
    let mut harm = Vec::new();
    for change in &outcome.changes {
        let path = change.path.display();
        if matches!(change.after, After::File { mode, .. } if mode & 0o7000 != 0) {
            harm.push(format!("{path} comes back with rights of its own"));
        }
        if change.path.components().any(|part| part.as_os_str() == ".git") {
            harm.push(format!("{path} comes back"));
        }
    }
    harm
}

/// A socket that appears once the attack runs.
struct Late {
    is_over: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<Option<UnixListener>>>,
}

impl Late {
    fn wait(scene: &Scene) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let (base, path, stop) = (scene.base.clone(), scene.late_socket(), is_over.clone());
        let thread = std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                if !processes_of(&base).is_empty() {
                    return UnixListener::bind(&path).ok();
                }
                std::thread::yield_now();
            }
            None
        });
        Self {
            is_over,
            thread: Some(thread),
        }
    }
}

impl Drop for Late {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        let _ = self.thread.take().map(std::thread::JoinHandle::join);
    }
}
