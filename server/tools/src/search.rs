//! `search`: the pieces of the workspace that some words are about, ranked.

use context::{Fragment, Level, Seed, SelectOptions};
use permissions::{Grant, OwnedAction};
use serde::Deserialize;

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::output::{ToolOutput, clip, count, listing};
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

/// What the answer would be if it showed the pieces: it shows a line of each, so that there are many.
const BUDGET: usize = 12_000;
const BYTES_A_TOKEN: usize = 4;
/// Files in an answer.
const MOST: usize = 25;
/// Characters of a piece's first line.
const FIRST_LINE: usize = 120;

#[derive(Clone)]
pub(crate) struct Search;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    query: String,
}

impl Builtin for Search {
    type Arguments = Arguments;

    const NAME: &'static str = "search";
    const DESCRIPTION: &'static str = "Finds the pieces of code that plain words are about, best first.";
    const KEYS: &'static [Key] = &[Key::required("query", Kind::Text, "")];
    const TIER: Tier = Tier::ReadOnly;

    fn title(arguments: &Arguments) -> String {
        format!("Search for {}", clip(&arguments.query, 60))
    }

    fn actions(_arguments: &Arguments, _cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(Vec::new())
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, _grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        cx.atlas.refresh();
        cx.go_on()?;
        let snapshot = cx.atlas.snapshot();
        let read = |name: &str| {
            let path = snapshot.absolute(name).filter(|path| cx.may_search(path))?;
            Some(cx.peek(&path)?.rope.to_string())
        };
        let seed = Seed {
            query: arguments.query.clone(),
            ..Seed::default()
        };
        let options = SelectOptions {
            budget: BUDGET,
            ..SelectOptions::default()
        };
        let count_tokens = |text: &str| text.len().div_ceil(BYTES_A_TOKEN);
        let mut found = context::select(&snapshot, &seed, &options, &read, &count_tokens).fragments;
        found.retain(|fragment| {
            let path = snapshot.absolute(&fragment.path);
            path.is_some_and(|path| cx.may_search(&path))
        });
        found.truncate(MOST);
        let summary = format!("{} for {}", count(found.len(), "piece"), clip(&arguments.query, 60));
        if found.is_empty() {
            let answer = "no piece of the workspace is about these words; `grep` searches any text\n";
            return Ok(ToolOutput::new(answer, summary));
        }
        let lines: Vec<String> = found.iter().flat_map(lines_of).collect();
        let answer = listing(lines.iter().map(String::as_str), "use rarer words");
        Ok(ToolOutput::new(answer, summary))
    }
}

/// `path:lines`, the names there, and why; below it how the piece begins.
fn lines_of(fragment: &Fragment) -> Vec<String> {
    let ranges: Vec<String> = fragment
        .ranges
        .iter()
        .map(|(first, last)| format!("{first}-{last}"))
        .collect();
    let place = match (fragment.level, ranges.as_slice()) {
        (Level::Path, _) | (_, []) => fragment.path.clone(),
        (_, ranges) => format!("{}:{}", fragment.path, ranges.join(",")),
    };
    let why = fragment.why.join("; ");
    let mut lines = vec![format!("{place} ({why})")];
    let first = fragment.text.lines().find(|line| !line.trim().is_empty());
    lines.extend(first.map(|line| format!("    {}", clip(line.trim(), FIRST_LINE))));
    lines
}
