//! The models of a transcript, with the answers that it gives them.

use std::collections::VecDeque;
use std::sync::Arc;

use models::scripted::{Driver, ScriptedModel};

use super::document::{Block, Document, Mistake, Played};
use super::setup;
use super::words::Line;

/// A model with the answers that the transcript gives it.
pub(crate) struct Cast {
    provider: String,
    pub(crate) model: Arc<ScriptedModel>,
    /// Answers not yet begun, each with the line that it begins on.
    waiting: VecDeque<(usize, Driver)>,
    open: Option<Driver>,
    /// Answers in which nothing comes any more.
    stalled: Vec<Driver>,
    /// The lines on which the answers so far began.
    given: Vec<usize>,
}

impl Cast {
    pub(crate) fn of(document: &Document, provider: &str) -> Played<Self> {
        let model = ScriptedModel::new(provider);
        Ok(Self {
            provider: provider.to_owned(),
            waiting: answers_of(document, provider, &model)?,
            model,
            open: None,
            stalled: Vec::new(),
            given: Vec::new(),
        })
    }

    /// Says and does what the block tells, in the open answer or in the next one.
    pub(crate) fn play(&mut self, block: &Block) -> Played<()> {
        let driver = self.open.take().unwrap_or_else(|| {
            let (line, driver) = self.waiting.pop_front().expect("every answer has its driver");
            self.given.push(line);
            driver
        });
        for (number, text) in block.numbered() {
            let line = Line::parse(text, &self.provider).map_err(|message| Mistake { line: number, message })?;
            let is_last = line.is_last();
            match line {
                Line::Chunks(chunks) => chunks.into_iter().for_each(|chunk| {
                    // Nobody may listen any more: what is not heard is missed where it is compared.
                    driver.send(chunk);
                }),
                Line::Fail(error) => {
                    driver.fail(error);
                    return Ok(());
                }
                // Dropped, the driver ends the stream.
                Line::Cut => return Ok(()),
                Line::Stall => {
                    self.stalled.push(driver);
                    return Ok(());
                }
            }
            if is_last {
                return Ok(());
            }
        }
        self.open = Some(driver);
        Ok(())
    }

    /// The answer that a stopped turn left open.
    pub(crate) fn take_open(&mut self) -> Option<Driver> {
        self.open.take()
    }

    /// The line of the first answer that nobody asked for.
    pub(crate) fn unasked(&self) -> Option<usize> {
        self.given.get(self.model.requests().len()).copied()
    }
}

/// A driver for each answer that the transcript gives this model.
fn answers_of(document: &Document, provider: &str, model: &ScriptedModel) -> Played<VecDeque<(usize, Driver)>> {
    let mut answers = VecDeque::new();
    let mut is_open = false;
    for block in &document.blocks {
        // What a stopped turn left open is not gone on with.
        is_open &= block.kind != "ask";
        if block.kind != "model" || setup::provider_of(&block.argument) != provider {
            continue;
        }
        if !is_open {
            answers.push_back((block.line, model.drive()));
        }
        is_open = true;
        for (line, text) in block.numbered() {
            if !is_open {
                let message = "the answer is over already".to_owned();
                return Err(Mistake { line, message });
            }
            let parsed = Line::parse(text, provider).map_err(|message| Mistake { line, message })?;
            is_open = !parsed.is_last();
        }
    }
    Ok(answers)
}
