//! `grep`: lines that match a regular expression, in the files as the session sees them.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use grep_matcher::LineTerminator;
use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use grep_searcher::sinks::Lossy;
use grep_searcher::{BinaryDetection, Searcher, SearcherBuilder};
use permissions::{Grant, OwnedAction};
use serde::Deserialize;

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::glob::Matcher as GlobMatcher;
use crate::output::{MAX_BYTES, Page, ToolOutput, clip, count};
use crate::overlay;
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

/// Bytes of one line that are held to be searched; a file with a longer one is passed over.
const MAX_HEAP: usize = 16 << 20;

/// Characters of a matching line that are shown.
const MAX_LINE: usize = 500;

#[derive(Clone)]
pub(crate) struct Grep;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    pattern: String,
    path: Option<String>,
    glob: Option<String>,
    ignore_case: Option<bool>,
}

impl Builtin for Grep {
    type Arguments = Arguments;

    const NAME: &'static str = "grep";
    const DESCRIPTION: &'static str = "Searches files line by line for a regular expression (Rust syntax). Leaves out hidden, \
        git-ignored, binary and secret files.";
    const KEYS: &'static [Key] = &[
        Key::required("pattern", Kind::Text, ""),
        Key::optional("path", Kind::Text, "folder or file"),
        Key::optional("glob", Kind::Text, "only such files"),
        Key::optional("ignore_case", Kind::Flag, ""),
    ];
    const TIER: Tier = Tier::ReadOnly;

    fn title(arguments: &Arguments) -> String {
        let place = arguments.path.as_ref().or(arguments.glob.as_ref());
        let place = place.map(|place| format!(" in {place}")).unwrap_or_default();
        format!("Search `{}`{place}", clip(&arguments.pattern, 60))
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        cx.search_place(arguments.path.as_deref())
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let glob = arguments.glob.as_deref().map(GlobMatcher::new).transpose()?;
        let is_wanted = |path: &PathBuf| glob.as_ref().is_none_or(|glob| glob.matches(&cx.shown(path)));
        let files: Vec<PathBuf> = files(cx, arguments.path.as_deref())?
            .into_iter()
            .filter(is_wanted)
            .collect();
        let mut search = Search {
            cx,
            grants,
            matcher: matcher(&arguments)?,
            searcher: searcher(),
            in_memory: overlay::in_memory(cx),
        };
        let mut page = Page::default();
        let mut files_with_matches = 0;
        let mut is_full = false;
        for path in &files {
            cx.go_on()?;
            let lines = search.lines(path);
            files_with_matches += usize::from(!lines.is_empty());
            let shown = cx.shown(path);
            is_full = !lines
                .iter()
                .all(|(number, line)| page.push(&format!("{shown}:{number}: {}", clip(line, MAX_LINE))));
            if is_full {
                break;
            }
        }
        let pattern = clip(&arguments.pattern, 60);
        let at_least = if is_full { "at least " } else { "" };
        let (matches, with) = (count(page.lines(), "match"), count(files_with_matches, "file"));
        let summary = format!("{at_least}{matches} for `{pattern}` in {with}");
        if page.is_empty() {
            let searched = count(files.len(), "file");
            let answer = format!("no match for `{pattern}` in {searched} ({})\n", overlay::LEFT_OUT);
            return Ok(ToolOutput::new(answer, summary));
        }
        let content = if is_full {
            page.with_note("… and more: use a narrower pattern, path or glob")
        } else {
            page.into_text()
        };
        Ok(ToolOutput::new(content, summary))
    }
}

/// The files to search; of a `path` that is not there, an error.
fn files(cx: &ToolContext, path: Option<&str>) -> Result<Vec<PathBuf>, ToolError> {
    let Some(given) = path else {
        return overlay::all_files(cx);
    };
    let place = cx.path(given)?;
    let files = overlay::files(cx, &place)?;
    if files.is_empty() && !place.is_dir() {
        return Err(cx.not_found(&place));
    }
    Ok(files)
}

fn matcher(arguments: &Arguments) -> Result<RegexMatcher, ToolError> {
    let pattern = &arguments.pattern;
    let error = |cause: String| ToolError::Pattern {
        pattern: pattern.clone(),
        cause,
    };
    // The matcher wraps the pattern before it compiles it: what is wrong with it is better said of the pattern itself.
    if let Err(cause) = regex::Regex::new(pattern) {
        return Err(error(format!(
            "{cause}; to search it as plain text, write `{}`",
            regex::escape(pattern)
        )));
    }
    RegexMatcherBuilder::new()
        .case_insensitive(arguments.ignore_case.unwrap_or(false))
        .multi_line(true)
        .crlf(true)
        .build(pattern)
        .map_err(|cause| error(format!("{cause}; the search goes line by line")))
}

fn searcher() -> Searcher {
    SearcherBuilder::new()
        .line_terminator(LineTerminator::crlf())
        .binary_detection(BinaryDetection::quit(0))
        .line_number(true)
        .heap_limit(Some(MAX_HEAP))
        .build()
}

/// A file that ends when the turn is stopped, however long it is.
struct Stoppable<'a> {
    file: File,
    cx: &'a ToolContext,
}

impl Read for Stoppable<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.cx.go_on().map_err(io::Error::other)?;
        self.file.read(buffer)
    }
}

struct Search<'a> {
    cx: &'a ToolContext,
    grants: &'a [Grant],
    matcher: RegexMatcher,
    searcher: Searcher,
    in_memory: BTreeSet<PathBuf>,
}

impl Search<'_> {
    /// The matching lines of a file and their numbers, as many as a result could hold.
    fn lines(&mut self, path: &Path) -> Vec<(u64, String)> {
        let mut lines = Vec::new();
        let mut bytes = 0;
        let sink = Lossy(|number, line: &str| {
            let line = line.trim_end_matches(['\n', '\r']).to_owned();
            bytes += line.len();
            lines.push((number, line));
            Ok(bytes <= MAX_BYTES)
        });
        let searched = if self.in_memory.contains(path) {
            let Some(view) = self.cx.peek(path) else {
                return Vec::new();
            };
            self.searcher
                .search_slice(&self.matcher, view.rope.to_string().as_bytes(), sink)
        } else {
            let file = File::open(path).map(|file| Stoppable { file, cx: self.cx });
            file.and_then(|file| self.searcher.search_reader(&self.matcher, file, sink))
        };
        if let Err(error) = searched {
            tracing::debug!(path = %path.display(), %error, "a file could not be searched");
        }
        // Where a path may lead is looked up only for the few files that would be shown.
        if lines.is_empty() || !self.may_show(path) {
            Vec::new()
        } else {
            lines
        }
    }

    fn may_show(&self, path: &Path) -> bool {
        self.cx.may_search(path) || self.grants.iter().any(|grant| grant.covers_read(path))
    }
}
