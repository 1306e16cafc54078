//! What the demo prints.

use std::io::{IsTerminal, Write};

use anyhow::Context;
use serde_json::Value;

/// Standard output, in colour on a terminal.
pub(super) struct Screen {
    is_colourful: bool,
}

impl Screen {
    pub(super) fn new() -> Self {
        let is_colourful = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { is_colourful }
    }

    pub(super) fn line(&mut self, line: &str) -> anyhow::Result<()> {
        writeln!(std::io::stdout(), "{line}").context("standard output is closed")
    }

    fn painted(&mut self, colour: &str, line: &str) -> anyhow::Result<()> {
        if self.is_colourful {
            self.line(&format!("\x1b[{colour}m{line}\x1b[0m"))
        } else {
            self.line(line)
        }
    }

    pub(super) fn head(&mut self, words: &str) -> anyhow::Result<()> {
        self.line("")?;
        self.painted("1", words)
    }

    pub(super) fn faint(&mut self, words: &str) -> anyhow::Result<()> {
        self.painted("2", &format!("  {words}"))
    }

    pub(super) fn buffer(&mut self, text: &str) -> anyhow::Result<()> {
        for (number, line) in text.lines().enumerate() {
            self.painted("2", &format!("  {:>3} │ {line}", number + 1))?;
        }
        Ok(())
    }

    pub(super) fn hunk(&mut self, hunk: &Value) -> anyhow::Result<()> {
        self.painted(
            "36",
            &format!("  @@ line {} @@ {}", super::line(hunk), super::title(hunk)),
        )?;
        for (key, sign, colour) in [("oldText", '-', "31"), ("newText", '+', "32")] {
            for line in hunk[key].as_str().unwrap_or_default().lines() {
                self.painted(colour, &format!("  {sign} {line}"))?;
            }
        }
        Ok(())
    }
}
