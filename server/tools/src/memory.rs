//! `memory`: what is worth knowing in later sessions.

use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use store::{Memory as Entry, NewMemory};

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::output::{ToolOutput, clip, count, listing, one_line};
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

#[derive(Clone)]
pub(crate) struct Memory;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    action: Deed,
    text: Option<String>,
    tags: Option<Vec<String>>,
    id: Option<i64>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Deed {
    Remember,
    Recall,
    List,
    Forget,
}

/// Bytes of one entry: a memory is a fact, not a file.
const MAX_TEXT: usize = 4_000;

/// Entries that one question brings back.
const MAX_RECALLED: usize = 20;

impl Builtin for Memory {
    type Arguments = Arguments;

    const NAME: &'static str = "memory";
    const DESCRIPTION: &'static str = "Notes on this project for later sessions: conventions, decisions, what failed. MEMORY.md is a \
        file like any other: edit it.";
    const KEYS: &'static [Key] = &[
        Key::required("action", Kind::OneOf(&["remember", "recall", "list", "forget"]), ""),
        Key::optional("text", Kind::Text, "to remember, or words to recall by"),
        Key::optional("tags", Kind::Words, ""),
        Key::optional("id", Kind::Line, "to forget"),
    ];
    /// The store is no file of the user's, and takes its writers one by one.
    const TIER: Tier = Tier::ReadOnly;

    fn title(arguments: &Arguments) -> String {
        let text = clip(arguments.text.as_deref().unwrap_or_default(), 60);
        match arguments.action {
            Deed::Remember => format!("Remember: {text}"),
            Deed::Recall => format!("Recall: {text}"),
            Deed::List => "List what is remembered".to_owned(),
            Deed::Forget => format!("Forget {}", arguments.id.unwrap_or_default()),
        }
    }

    fn actions(_arguments: &Arguments, _cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(Vec::new())
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, _grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let needs = |key| ToolError::Needs {
            tool: Self::NAME,
            key,
            action: arguments.action.name(),
        };
        match arguments.action {
            Deed::Remember => remember(cx, arguments.text.as_deref().ok_or(needs("text"))?, arguments.tags),
            Deed::Recall => {
                let found = cx
                    .store
                    .recall(arguments.text.as_deref().ok_or(needs("text"))?, MAX_RECALLED)?;
                Ok(shown(&found, "nothing that is remembered has to do with that"))
            }
            Deed::List => Ok(shown(&cx.store.memories()?, "nothing is remembered yet")),
            Deed::Forget => {
                let id = arguments.id.ok_or(needs("id"))?;
                match cx.store.forget(id)? {
                    true => Ok(ToolOutput::new(format!("forgot {id}"), format!("forgot {id}"))),
                    false => Err(ToolError::NoMemory { id }),
                }
            }
        }
    }
}

impl Deed {
    fn name(self) -> &'static str {
        match self {
            Self::Remember => "remember",
            Self::Recall => "recall",
            Self::List => "list",
            Self::Forget => "forget",
        }
    }
}

fn remember(cx: &ToolContext, text: &str, tags: Option<Vec<String>>) -> Result<ToolOutput, ToolError> {
    if text.len() > MAX_TEXT {
        return Err(ToolError::LongMemory {
            bytes: text.len(),
            most: MAX_TEXT,
        });
    }
    let id = cx.store.remember(&NewMemory {
        text: text.to_owned(),
        tags: tags.unwrap_or_default(),
        session: Some(cx.session.clone()),
        turn: Some(cx.turn.clone()),
    })?;
    Ok(ToolOutput::new(
        format!("remembered as {id}"),
        format!("remembered: {text}"),
    ))
}

fn shown(entries: &[Entry], nothing: &str) -> ToolOutput {
    if entries.is_empty() {
        return ToolOutput::new(nothing, nothing);
    }
    let lines = entries.iter().map(|entry| {
        let tags = match entry.tags.as_slice() {
            [] => String::new(),
            tags => format!(" [{}]", tags.join(", ")),
        };
        format!("{}. {}{tags}", entry.id, entry.text.replace('\n', "\n   "))
    });
    let lines: Vec<_> = lines.collect();
    let text = listing(lines.iter().map(String::as_str), "recall by fewer words");
    let first = entries.first().map_or("", |entry| entry.text.as_str());
    let summary = format!("{}: {}", count(entries.len(), "memory"), one_line(first));
    ToolOutput::new(text, summary)
}
