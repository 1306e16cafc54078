//! The process of the same user that is attacked.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;

const PATIENCE: Duration = Duration::from_secs(2);

pub(crate) struct Victim {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// Where its memory, its shared segment and its queue are, as it says.
    pub(crate) places: Vec<String>,
    before: String,
}

impl Victim {
    pub(crate) fn new(attacker: &Path, secret: &str) -> anyhow::Result<Self> {
        let mut process = Command::new(attacker)
            .arg("victim")
            .env("VICTIM_SECRET", secret)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {}", attacker.display()))?;
        let questions = Some(process.stdin.take().context("its input")?);
        let answers = BufReader::new(process.stdout.take().context("its output")?);
        let mut victim = Self {
            process,
            questions,
            answers,
            places: Vec::new(),
            before: String::new(),
        };
        victim.places = victim.line()?.split(' ').skip(1).map(str::to_owned).collect();
        victim.before = victim.state()?;
        Ok(victim)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        anyhow::ensure!(!line.is_empty(), "the victim is gone");
        Ok(line.trim().to_owned())
    }

    fn state(&mut self) -> anyhow::Result<String> {
        writeln!(self.questions.as_mut().context("the victim was let go")?)?;
        self.line()
    }

    pub(crate) fn harm(&mut self) -> Option<String> {
        match self.state() {
            Ok(state) if state == self.before => None,
            Ok(state) => Some(format!("the victim was {:?} and is {state:?}", self.before)),
            Err(error) => Some(format!("the victim: {error}")),
        }
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        // At the end of its input it gives its shared memory back; one that was stopped does not come to that.
        drop(self.questions.take());
        let started = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) && started.elapsed() < PATIENCE {
            std::thread::yield_now();
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
