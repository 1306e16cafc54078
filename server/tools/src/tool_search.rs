//! `tool-search`: finds tools of other servers, whose schemas the model is told only when it asks. Offered only where
//! there are so many tools that not all are told of at once.

use std::cmp::Reverse;

use base::ToolSpec;
use futures::FutureExt;
use futures::future::BoxFuture;
use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use serde_json::Value;

use crate::builtin;
use crate::error::ToolError;
use crate::output::{ToolOutput, clip, count, one_line};
use crate::schema::{self, Key, Kind};
use crate::tool::{Tier, Tool, ToolContext};

/// Tools that one search loads.
const MAX_LOADED: usize = 8;

/// Characters of a tool's description in the list of all.
const MAX_DESCRIPTION: usize = 100;

const KEYS: &[Key] = &[Key::required(
    "query",
    Kind::Text,
    "names from the list, or words for what you want to do",
)];

pub(crate) struct ToolSearch {
    /// In the order in which models are told of them.
    tools: Vec<Listed>,
}

/// A tool that is told of by its name and description only.
struct Listed {
    name: String,
    description: String,
}

#[derive(Deserialize)]
struct Arguments {
    query: String,
}

impl ToolSearch {
    pub(crate) const NAME: &str = "tool-search";

    pub(crate) fn over<'a>(specs: impl Iterator<Item = &'a ToolSpec>) -> Self {
        let listed = specs.map(|spec| Listed {
            name: spec.name.clone(),
            description: spec.description.clone(),
        });
        Self {
            tools: listed.collect(),
        }
    }

    /// The tools that fit best, in the order of the list: those that are named, else those that share most words.
    fn find(&self, query: &str) -> Vec<&Listed> {
        let words: Vec<String> = query
            .split(|character: char| character.is_whitespace() || character == ',')
            .map(|word| word.trim_matches(['`', '"', '\'']).to_lowercase())
            .filter(|word| !word.is_empty())
            .collect();
        let is_named = |tool: &&Listed| words.contains(&tool.name.to_lowercase());
        let named: Vec<_> = self.tools.iter().filter(is_named).take(MAX_LOADED).collect();
        if !named.is_empty() {
            return named;
        }
        let scores = self.tools.iter().map(|tool| tool.score(&words)).enumerate();
        let mut found: Vec<_> = scores.filter(|(_, score)| *score > 0).collect();
        found.sort_by_key(|(_, score)| Reverse(*score));
        found.truncate(MAX_LOADED);
        found.sort_unstable();
        found.iter().filter_map(|(index, _)| self.tools.get(*index)).collect()
    }
}

impl Listed {
    /// A word counts more in a name.
    fn score(&self, words: &[String]) -> usize {
        let (name, description) = (self.name.to_lowercase(), self.description.to_lowercase());
        let of_word = |word: &String| 3 * usize::from(name.contains(word)) + usize::from(description.contains(word));
        words.iter().map(of_word).sum()
    }
}

impl Tool for ToolSearch {
    /// The list is part of the description, so it stays as it is for as long as the tools do.
    fn spec(&self) -> ToolSpec {
        let line = |tool: &Listed| {
            let first = tool.description.lines().next().unwrap_or_default();
            format!("\n- {}: {}", tool.name, clip(first, MAX_DESCRIPTION))
        };
        let list: String = self.tools.iter().map(line).collect();
        ToolSpec {
            name: Self::NAME.to_owned(),
            description: format!("Loads tools from this list, which you can call from your next step on:{list}"),
            schema: schema::object(KEYS),
        }
    }

    fn tier(&self, _arguments: &Value) -> Tier {
        Tier::ReadOnly
    }

    fn actions(&self, _arguments: &Value, _cx: &ToolContext) -> Result<Vec<OwnedAction>, String> {
        Ok(Vec::new())
    }

    fn title(&self, arguments: &Value) -> String {
        one_line(&format!(
            "Find tools: {}",
            arguments["query"].as_str().unwrap_or_default()
        ))
    }

    fn run<'a>(&'a self, arguments: Value, cx: &'a ToolContext, _grants: Vec<Grant>) -> BoxFuture<'a, ToolOutput> {
        let found = builtin::typed(Self::NAME, arguments).map(|Arguments { query }| self.find(&query));
        let output = match found {
            Err(error) => ToolOutput::error(error.to_string()),
            Ok(found) if found.is_empty() => ToolOutput::error(ToolError::NoTool.to_string()),
            Ok(found) => {
                let names: Vec<String> = found.iter().map(|tool| tool.name.clone()).collect();
                cx.host.load_tools(&names);
                let told = format!("loaded, for your next step: {}", names.join(", "));
                ToolOutput::new(told, format!("{} loaded", count(names.len(), "tool")))
            }
        };
        async move { output }.boxed()
    }
}
