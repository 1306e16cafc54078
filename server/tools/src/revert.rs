//! `revert`: takes back what the session itself proposes.

use base::{FileReview, Hunk, HunkId, HunkState, ReviewId};
use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use text::PositionEncoding;
use workspace::{ReviewError, Selection};

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::output::{ToolOutput, count, listing};
use crate::overlay;
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

#[derive(Clone)]
pub(crate) struct Revert;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    path: Option<String>,
    hunks: Option<Vec<HunkId>>,
    all: Option<bool>,
}

impl Builtin for Revert {
    type Arguments = Arguments;

    const NAME: &'static str = "revert";
    const DESCRIPTION: &'static str = "Takes back proposals that are not decided on: a file's, single hunks, or all. Without arguments lists \
        your open hunks with their ids.";
    const KEYS: &'static [Key] = &[
        Key::optional("path", Kind::Text, ""),
        Key::optional("hunks", Kind::Words, "ids"),
        Key::optional("all", Kind::Flag, ""),
    ];
    const TIER: Tier = Tier::Write;

    fn title(arguments: &Arguments) -> String {
        match (&arguments.path, &arguments.hunks, arguments.all) {
            (Some(path), ..) => format!("Take back {path}"),
            (None, Some(hunks), _) => format!("Take back {}", count(hunks.len(), "hunk")),
            (None, None, Some(true)) => "Take back all proposals".to_owned(),
            _ => "List proposals".to_owned(),
        }
    }

    /// None: nothing but the session's own proposals is touched.
    fn actions(_arguments: &Arguments, _cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(Vec::new())
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, _grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let open = open_hunks(cx);
        let wanted = match (&arguments.path, &arguments.hunks, arguments.all.unwrap_or(false)) {
            (None, None, false) => return Ok(list(&open)),
            (None, None, true) => open,
            (Some(path), None, false) => of_file(cx, path, open)?,
            (None, Some(ids), false) => by_id(ids, open)?,
            _ => return Err(ToolError::Revert("give one of `path`, `hunks` and `all`".to_owned())),
        };
        take_back(cx, wanted)
    }
}

/// A hunk of the session that the user has not decided on.
struct Open {
    id: HunkId,
    review: ReviewId,
    /// Path and line, for the model.
    place: String,
    shown: String,
    paths: Vec<std::path::PathBuf>,
    state: HunkState,
    added: usize,
    removed: usize,
}

fn open_hunks(cx: &ToolContext) -> Vec<Open> {
    let reviews = cx.workspace.reviews(PositionEncoding::Utf8);
    let own = reviews.into_iter().filter(|review| review.session_id == cx.session);
    let mut open = Vec::new();
    for review in own {
        for file in &review.files {
            let hunks = file.hunks.iter().filter(|hunk| hunk.state.is_open());
            open.extend(hunks.map(|hunk| Open::new(cx, &review.review_id, file, hunk)));
        }
    }
    open
}

impl Open {
    fn new(cx: &ToolContext, review: &ReviewId, file: &FileReview, hunk: &Hunk) -> Self {
        let path = file.uri.path();
        let shown = path
            .as_ref()
            .map_or_else(|| file.uri.to_string(), |path| cx.shown(path));
        let to = file.new_uri.as_ref().and_then(base::Uri::path);
        Self {
            id: hunk.id.clone(),
            review: review.clone(),
            place: format!("{shown}:{}", hunk.range.start.line + 1),
            shown,
            paths: path.into_iter().chain(to).collect(),
            state: hunk.state,
            added: hunk.new_text.lines().count(),
            removed: hunk.old_text.lines().count(),
        }
    }
}

fn list(open: &[Open]) -> ToolOutput {
    if open.is_empty() {
        return ToolOutput::new(
            "you propose nothing that the user has not decided on\n",
            "nothing is proposed",
        );
    }
    let line = |hunk: &Open| {
        let state = match hunk.state {
            HunkState::Conflict => ", in conflict with what the user typed",
            HunkState::Keeping => ", being kept right now",
            _ => "",
        };
        format!("{} {} +{} -{}{state}", hunk.id, hunk.place, hunk.added, hunk.removed)
    };
    let lines: Vec<String> = open.iter().map(line).collect();
    let summary = format!("{} proposed", count(open.len(), "hunk"));
    ToolOutput::new(
        listing(lines.iter().map(String::as_str), "take back by `path`"),
        summary,
    )
}

fn of_file(cx: &ToolContext, given: &str, open: Vec<Open>) -> Result<Vec<Open>, ToolError> {
    let named = cx.path(given)?;
    let resolved = overlay::resolved(&named);
    let is_it = |hunk: &Open| hunk.paths.iter().any(|path| *path == named || *path == resolved);
    let found: Vec<Open> = open.into_iter().filter(is_it).collect();
    match found.is_empty() {
        true => Err(ToolError::Revert(format!(
            "nothing of yours is open in `{}`",
            cx.shown(&named)
        ))),
        false => Ok(found),
    }
}

fn by_id(ids: &[HunkId], open: Vec<Open>) -> Result<Vec<Open>, ToolError> {
    let is_open = |id: &&HunkId| open.iter().any(|hunk| hunk.id == **id);
    let unknown: Vec<String> = ids
        .iter()
        .filter(|id| !is_open(id))
        .map(|id| format!("`{id}`"))
        .collect();
    match unknown.is_empty() {
        true => Ok(open.into_iter().filter(|hunk| ids.contains(&hunk.id)).collect()),
        false => Err(ToolError::Revert(format!(
            "{} is no open hunk of yours: it was decided on, replaced by a newer one, or never there",
            unknown.join(", ")
        ))),
    }
}

fn take_back(cx: &ToolContext, wanted: Vec<Open>) -> Result<ToolOutput, ToolError> {
    let (mut taken, mut left) = (Vec::new(), Vec::new());
    for hunk in wanted {
        let selection = Selection {
            review: Some(hunk.review.clone()),
            hunks: Some(vec![hunk.id.clone()]),
            ..Selection::default()
        };
        match cx.workspace.reject(&selection) {
            Ok(_) => taken.push(hunk),
            Err(error @ ReviewError::Journal(_)) => return Err(ToolError::Revert(error.to_string())),
            // The user was faster.
            Err(error) => left.push(format!("{}: {error}\n", hunk.place)),
        }
    }
    let mut files: Vec<&str> = taken.iter().map(|hunk| hunk.shown.as_str()).collect();
    files.dedup();
    let hunks = count(taken.len(), "hunk");
    if taken.is_empty() {
        return Err(ToolError::Revert(format!("nothing to take back\n{}", left.concat())));
    }
    let content = format!("took back {hunks} in {}\n{}", files.join(", "), left.concat());
    Ok(ToolOutput::new(content, format!("took back {hunks}")))
}
