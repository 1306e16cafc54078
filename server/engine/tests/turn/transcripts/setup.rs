//! What a transcript starts from: the files, the settings, the models that it names.

use std::collections::BTreeSet;

use base::CommandName;
use engine::{Breakpoint, Limits, TurnOptions};
use models::routing::{Choice, Routes};
use models::{ModelConfig, OutputSchema, Price};
use permissions::Mode;
use serde_json::json;

use crate::stage::Setting;

use super::document::{Block, Document, Mistake, Played};

/// The model that is asked where a transcript names none.
pub(crate) const DEFAULT: &str = "scripted";

/// The `settings` block.
pub(crate) struct Settings {
    pub(crate) limits: Limits,
    pub(crate) model: ModelConfig,
    pub(crate) routes: Routes,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Setting::default().limits,
            model: ModelConfig::default(),
            routes: Routes::default(),
        }
    }
}

impl Settings {
    pub(crate) fn of(document: &Document) -> Played<Self> {
        let mut settings = Self::default();
        for block in document.blocks.iter().filter(|block| block.kind == "settings") {
            for (line, text) in block.numbered() {
                let (key, value) = text.split_once(':').unwrap_or((text, ""));
                let set = settings.set(key.trim(), value.trim());
                set.map_err(|message| Mistake { line, message })?;
            }
        }
        Ok(settings)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        let limits = &mut self.limits;
        match key {
            "iterations" => limits.iterations = number(value)?,
            "agent-iterations" => limits.agent_iterations = number(value)?,
            "context" => limits.context = number(value)?,
            "budget.tokens" => limits.budget.tokens = Some(number(value)?),
            "budget.usd" => limits.budget.usd = Some(number(value)?),
            "window" => self.model.context_window = Some(number(value)?),
            "max-output" => self.model.max_output = Some(number(value)?),
            "usd-per-million-tokens" => {
                let each = number(value)?;
                self.model.price = Some(Price {
                    input: each,
                    output: each,
                    cache_read: each,
                    cache_write: each,
                });
            }
            "route" => {
                let names = value.split(',').map(|name| Choice::Model(name.trim().to_owned()));
                self.routes.lists.insert("default".to_owned(), names.collect());
            }
            _ => return Err(format!("there is no setting `{key}` in transcripts")),
        }
        Ok(())
    }
}

fn number<N: std::str::FromStr>(value: &str) -> Result<N, String> {
    value.parse().map_err(|_| format!("`{value}` is no such number"))
}

/// The providers that answer in the transcript.
pub(crate) fn providers(document: &Document) -> BTreeSet<String> {
    let models = document.blocks.iter().filter(|block| block.kind == "model");
    let named = models.map(|block| provider_of(&block.argument).to_owned());
    named.chain([DEFAULT.to_owned()]).collect()
}

pub(crate) fn provider_of(argument: &str) -> &str {
    if argument.is_empty() { DEFAULT } else { argument }
}

/// An `ask` block.
pub(crate) struct Ask {
    pub(crate) command: String,
    pub(crate) file: Option<String>,
    pub(crate) words: Option<String>,
    pub(crate) session: From,
    pub(crate) model: Option<String>,
    pub(crate) options: TurnOptions,
}

/// The session that a turn belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum From {
    New,
    Last,
    /// A fork of the last one, up to the item that holds these words; none forks the whole.
    Fork(Option<String>),
}

impl Ask {
    pub(crate) fn parse(block: &Block) -> Played<Self> {
        let mut lines = block.numbered();
        let (_, first) = lines.next().ok_or_else(|| block.mistake("nothing is asked"))?;
        let (command, file) = first.split_once(' ').unwrap_or((first, ""));
        if CommandName::parse(command).is_none() {
            return Err(block.mistake(format!("there is no command `{command}`")));
        }
        let mut ask = Self {
            command: command.to_owned(),
            file: (!file.is_empty()).then(|| file.to_owned()),
            words: None,
            session: From::New,
            model: None,
            options: TurnOptions::default(),
        };
        for (line, text) in lines {
            ask.take(text).map_err(|message| Mistake { line, message })?;
        }
        Ok(ask)
    }

    fn take(&mut self, text: &str) -> Result<(), String> {
        if let Some(words) = text.strip_prefix('>') {
            let said = self.words.get_or_insert_default();
            if !said.is_empty() {
                said.push('\n');
            }
            said.push_str(words.trim_start());
            return Ok(());
        }
        let (key, value) = text.split_once(':').unwrap_or((text, ""));
        let value = value.trim();
        let options = &mut self.options;
        match key.trim() {
            "attended" => options.is_attended = true,
            "compact" => options.compact = true,
            "mode" => {
                let mode: Mode =
                    serde_json::from_value(json!(value)).map_err(|_| format!("there is no mode `{value}`"))?;
                options.mode = Some(mode);
            }
            "effort" => {
                options.effort =
                    Some(serde_json::from_value(json!(value)).map_err(|_| format!("there is no effort `{value}`"))?);
            }
            "breakpoint" => options.breakpoints.push(value.parse::<Breakpoint>()?),
            "output" => {
                options.output = Some(OutputSchema {
                    name: "answer".to_owned(),
                    schema: serde_json::from_str(value).map_err(|error| error.to_string())?,
                });
            }
            "model" => self.model = Some(value.to_owned()),
            "session" => {
                self.session = match value {
                    "the same" => From::Last,
                    "a fork" => From::Fork(None),
                    _ => match value.strip_prefix("a fork after ") {
                        Some(words) => From::Fork(Some(words.to_owned())),
                        None => {
                            return Err(format!(
                                "write `the same`, `a fork` or `a fork after WORDS`, not `{value}`"
                            ));
                        }
                    },
                };
            }
            key => return Err(format!("nothing can be asked with `{key}`")),
        }
        Ok(())
    }
}
