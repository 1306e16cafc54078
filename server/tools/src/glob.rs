//! `glob`: files by their names.

use globset::GlobBuilder;
use permissions::{Grant, OwnedAction};
use serde::Deserialize;

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::output::{ToolOutput, count, listing};
use crate::overlay;
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

#[derive(Clone)]
pub(crate) struct Glob;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    pattern: String,
}

impl Builtin for Glob {
    type Arguments = Arguments;

    const NAME: &'static str = "glob";
    const DESCRIPTION: &'static str = "Finds files by a glob such as src/**/*.rs or *.{ts,tsx}; without / it matches names in any \
        folder. Hidden and git-ignored files are left out.";
    const KEYS: &'static [Key] = &[Key::required("pattern", Kind::Text, "")];
    const TIER: Tier = Tier::ReadOnly;

    fn title(arguments: &Arguments) -> String {
        format!("Find files {}", arguments.pattern)
    }

    fn actions(_arguments: &Arguments, _cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(Vec::new())
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, _grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let pattern = &arguments.pattern;
        let matcher = Matcher::new(pattern)?;
        let paths = overlay::all_files(cx)?.into_iter().map(|path| cx.shown(&path));
        let paths: Vec<String> = paths.filter(|path| matcher.matches(path)).collect();
        let summary = format!("{} for {pattern}", count(paths.len(), "file"));
        if paths.is_empty() {
            let answer = format!("no file matches `{pattern}` (hidden and git-ignored ones are left out)\n");
            return Ok(ToolOutput::new(answer, summary));
        }
        let lines = paths.iter().map(String::as_str);
        Ok(ToolOutput::new(listing(lines, "use a narrower pattern"), summary))
    }
}

/// A model's glob over paths as models see them.
pub(crate) struct Matcher(globset::GlobMatcher);

impl Matcher {
    pub(crate) fn new(pattern: &str) -> Result<Self, ToolError> {
        let error = |cause: String| ToolError::Glob {
            pattern: pattern.to_owned(),
            cause,
        };
        let trimmed = pattern.trim().trim_start_matches("./").trim_start_matches('/');
        if trimmed.is_empty() {
            return Err(error("it is empty".to_owned()));
        }
        let anchored = if trimmed.contains('/') {
            trimmed.to_owned()
        } else {
            format!("**/{trimmed}")
        };
        let glob = GlobBuilder::new(&anchored).literal_separator(true).build();
        let glob = glob.map_err(|cause| error(cause.kind().to_string()))?;
        Ok(Self(glob.compile_matcher()))
    }

    pub(crate) fn matches(&self, path: &str) -> bool {
        self.0.is_match(path)
    }
}
