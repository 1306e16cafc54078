//! The server's process: how it ends, what it takes, and an editor that does not read.

use std::collections::HashMap;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Instant;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::buffer::Buffer;
use crate::client::{Client, TIMEOUT};

impl Client {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`; the buffers stay, as they do in an editor.
    pub fn kill(mut self) -> anyhow::Result<HashMap<String, Buffer>> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(std::mem::take(&mut self.buffers))
    }

    /// Leaves as the protocol says; returns the exit code.
    pub fn shutdown(mut self) -> anyhow::Result<Option<i32>> {
        self.request("shutdown", Value::Null)?;
        self.notify("exit", Value::Null)?;
        self.ended()
    }

    /// Closes the server's input, with no word of leaving; returns the exit code.
    pub fn hang_up(mut self) -> anyhow::Result<Option<i32>> {
        self.input = None;
        self.ended()
    }

    /// Waits for the process to end by itself; returns the exit code.
    pub fn ended(mut self) -> anyhow::Result<Option<i32>> {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            match self
                .messages
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(self.child.wait()?.code()),
                Err(RecvTimeoutError::Timeout) => bail!("the server did not end within {TIMEOUT:?}"),
            }
        }
    }

    /// Stops reading what the server sends; the pipe fills up. One message may still come through.
    pub fn stop_reading(&self) {
        self.gate.close();
    }

    pub fn resume_reading(&self) {
        self.gate.open();
    }

    /// The server's resident memory in KiB, now.
    pub fn memory(&self) -> anyhow::Result<u64> {
        self.status("VmRSS:")
    }

    /// The most resident memory that the server ever had, in KiB.
    pub fn peak_memory(&self) -> anyhow::Result<u64> {
        self.status("VmHWM:")
    }

    fn status(&self, key: &str) -> anyhow::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(key));
        let size = line
            .and_then(|line| line.trim().strip_suffix(" kB"))
            .with_context(|| format!("{key} in kB"))?;
        Ok(size.trim().parse()?)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
