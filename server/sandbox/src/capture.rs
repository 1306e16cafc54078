//! A command's output, bounded: its first and last parts in memory, all of it in a file.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

use tokio::io::{AsyncRead, AsyncReadExt};

use crate::background::Listener;
use crate::outcome::Output;
use crate::workbench::Limits;

const CHUNK: usize = 16 << 10;

pub(crate) struct Capture<'a> {
    listener: &'a dyn Listener,
    limits: Limits,
    spill: PathBuf,
    file: Option<File>,
    output: Output,
    tail: VecDeque<u8>,
}

impl<'a> Capture<'a> {
    /// `spill` is the file that a long output goes to; it is made when it is needed.
    pub(crate) fn new(limits: Limits, spill: PathBuf, listener: &'a dyn Listener) -> Self {
        Self {
            listener,
            limits,
            spill,
            file: None,
            output: Output::default(),
            tail: VecDeque::new(),
        }
    }

    /// Reads to the end of the pipe, or until more came than a file may hold; then true, and the command is to end.
    pub(crate) async fn drain(mut self, mut pipe: impl AsyncRead + Unpin) -> io::Result<(Output, bool)> {
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = match pipe.read(&mut chunk).await {
                Ok(read) => read,
                // A terminal whose other end is gone.
                Err(error) if error.raw_os_error() == Some(5) => 0,
                Err(error) => return Err(error),
            };
            if read == 0 {
                return Ok((self.finish(), false));
            }
            self.listener.hear(&chunk[..read]);
            self.take(&chunk[..read]);
            if self.output.total > self.limits.output_file {
                return Ok((self.finish(), true));
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        let half = self.limits.output / 2;
        self.output.total += bytes.len() as u64;
        let in_head = bytes.len().min(half.saturating_sub(self.output.head.len()));
        self.output.head.extend_from_slice(&bytes[..in_head]);
        self.tail.extend(&bytes[in_head..]);
        let excess = self.tail.len().saturating_sub(half);
        if excess > 0 || self.file.is_some() {
            self.spill(bytes);
        }
        self.tail.drain(..excess);
    }

    /// Writes to the file; what came before it was needed goes in first. A disk that is full costs the middle of the
    /// output, not the command.
    fn spill(&mut self, bytes: &[u8]) {
        if self.file.is_none() && self.output.spilled.is_none() {
            match self.open() {
                Ok(file) => {
                    self.file = Some(file);
                    self.output.spilled = Some(self.spill.clone());
                    return;
                }
                Err(error) => {
                    tracing::warn!(%error, "the output's middle is not kept");
                    return;
                }
            }
        }
        let written = self.file.as_mut().map(|file| file.write_all(bytes));
        if let Some(Err(error)) = written {
            tracing::warn!(%error, "the output's end is not kept in its file");
            self.file = None;
        }
    }

    /// The file, with all that came so far: head and tail are the whole until now.
    fn open(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.spill)?;
        file.write_all(&self.output.head)?;
        let (first, second) = self.tail.as_slices();
        file.write_all(first)?;
        file.write_all(second)?;
        Ok(file)
    }

    fn finish(mut self) -> Output {
        let tail = self.tail.into_iter();
        match self.output.spilled {
            // Nothing is missing between the two.
            None if self.output.total as usize <= self.limits.output => self.output.head.extend(tail),
            _ => self.output.tail = tail.collect(),
        }
        self.output
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::background::Nobody;

    async fn check(written: &[u8], limits: Limits) -> (Output, bool, Option<Vec<u8>>) {
        let folder = tempfile::tempdir().unwrap();
        let spill = folder.path().join("out");
        let (output, overran) = Capture::new(limits, spill.clone(), &Nobody)
            .drain(written)
            .await
            .unwrap();
        let file = std::fs::read(&spill).ok();
        assert_eq!(file.is_some(), output.spilled.is_some());
        (output, overran, file)
    }

    fn limits(output: usize, output_file: u64) -> Limits {
        Limits {
            output,
            output_file,
            ..Limits::default()
        }
    }

    #[tokio::test]
    async fn short_output_is_whole() {
        let (output, overran, file) = check(b"0123456789", limits(10, 100)).await;
        assert_eq!(
            (output.head.as_slice(), output.tail.as_slice(), output.total),
            (&b"0123456789"[..], &b""[..], 10)
        );
        assert!(!overran && file.is_none());
    }

    #[tokio::test]
    async fn long_output_keeps_both_ends_and_a_file() {
        let written: Vec<u8> = (0..100_000_u32).map(|number| (number % 251) as u8).collect();
        let (output, overran, file) = check(&written, limits(1_000, 1 << 20)).await;
        assert_eq!(output.head, written[..500]);
        assert_eq!(output.tail, written[99_500..]);
        assert_eq!(file.unwrap(), written);
        assert!(!overran && output.total == 100_000);
    }

    #[tokio::test]
    async fn a_flood_is_cut_off() {
        let (output, overran, file) = check(&vec![b'x'; 1 << 20], limits(100, 50_000)).await;
        assert!(overran && output.total < 100_000 && file.unwrap().len() < 100_000);
    }
}
