//! A `singletree` that is talked with over pipes: what it prints, on either output, is heard in one stream.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use e2e::{TIMEOUT, singletree};

pub(crate) struct Talker {
    child: Child,
    input: Option<ChildStdin>,
    said: Receiver<Vec<u8>>,
    /// What was not waited for yet.
    heard: String,
}

impl Talker {
    /// `singletree chat`.
    pub(crate) fn start(home: &Path, folder: &Path, env: &[(String, String)]) -> anyhow::Result<Self> {
        Self::run(home, folder, env, &["chat"])
    }

    pub(crate) fn run(home: &Path, folder: &Path, env: &[(String, String)], args: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new(singletree());
        command.env_remove("ANTHROPIC_API_KEY").env_remove("ANTHROPIC_BASE_URL");
        let env = env.iter().map(|(name, value)| (name, value));
        // One pipe for both: else what was printed first might be heard last.
        let (mut output, said_to) = std::io::pipe()?;
        let mut child = command
            .args(args)
            .env("SINGLETREE_HOME", home)
            .env("NO_COLOR", "1")
            .envs(env)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(said_to.try_clone()?)
            .stderr(said_to)
            .spawn()?;
        // It holds the ends of the pipe that are the child's.
        drop(command);
        let (sender, said) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        Ok(Self {
            child,
            input,
            said,
            heard: String::new(),
        })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn say(&mut self, line: &str) -> anyhow::Result<()> {
        let input = self.input.as_mut().context("stdin is open")?;
        Ok(writeln!(input, "{line}")?)
    }

    /// Waits until it has printed `words`; what came before them is dropped.
    pub(crate) fn hear(&mut self, words: &str) -> anyhow::Result<()> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            if let Some(at) = self.heard.find(words) {
                self.heard.drain(..at + words.len());
                return Ok(());
            }
            match self
                .said
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.heard.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => bail!("`{words}` was not said, but: {}", self.heard),
            }
        }
    }

    /// Ctrl+C.
    pub(crate) fn interrupt(&self) -> anyhow::Result<()> {
        let sent = Command::new("kill").args(["-INT", &self.pid().to_string()]).status()?;
        ensure!(sent.success(), "kill -INT");
        Ok(())
    }

    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        Ok(self.child.kill()?)
    }

    /// Ctrl+D; returns the exit code.
    pub(crate) fn leave(&mut self) -> anyhow::Result<Option<i32>> {
        self.input = None;
        self.ended()
    }

    /// Waits for the process to end by itself; returns the exit code.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<i32>> {
        self.input = None;
        let deadline = Instant::now() + TIMEOUT;
        loop {
            match self
                .said
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.heard.push_str(&String::from_utf8_lossy(&bytes)),
                Err(RecvTimeoutError::Disconnected) => return Ok(self.child.wait()?.code()),
                Err(RecvTimeoutError::Timeout) => bail!("it did not end, and said: {}", self.heard),
            }
        }
    }
}

impl Drop for Talker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
