//! `diagnostics`: what the editor's language servers and linters complain about, and what has changed in it.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use base::{Diagnostic, SessionId, Severity};
use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use text::PositionEncoding;
use workspace::{IdeDiagnostics, IdePlace, IdeService};

use crate::builtin::Builtin;
use crate::error::ToolError;
use crate::ide::{self, places, places::TwoTexts};
use crate::output::{ToolOutput, clip, count, listing};
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};

/// Sessions whose last look is remembered.
const SESSIONS: usize = 64;
/// Characters of a message.
const MOST: usize = 300;

/// What a session was told last of a file: messages without their lines, which move.
type Looks = HashMap<SessionId, HashMap<PathBuf, BTreeSet<String>>>;

#[derive(Clone, Default)]
pub(crate) struct Diagnostics {
    looks: Arc<Mutex<Looks>>,
}

#[derive(Deserialize)]
pub(crate) struct Arguments {
    path: Option<String>,
}

impl Builtin for Diagnostics {
    type Arguments = Arguments;

    const NAME: &'static str = "diagnostics";
    const DESCRIPTION: &'static str = "Lists the errors and warnings that the user's editor shows now, of a file or of all. It knows \
        what was kept, not what is only proposed. [new] marks what you were not told before.";
    const KEYS: &'static [Key] = &[Key::optional("path", Kind::Text, "")];
    const TIER: Tier = Tier::ReadOnly;
    const NEEDS: Option<IdeService> = Some(IdeService::Diagnostics);

    fn title(arguments: &Arguments) -> String {
        match &arguments.path {
            Some(path) => format!("Look at the diagnostics of {path}"),
            None => "Look at the diagnostics".to_owned(),
        }
    }

    fn actions(arguments: &Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        let path = arguments.path.as_deref().map(|path| cx.path(path)).transpose()?;
        Ok(path.map(|path| OwnedAction::Read { path }).into_iter().collect())
    }

    fn run(&self, arguments: Arguments, cx: &ToolContext, _grants: &[Grant]) -> Result<ToolOutput, ToolError> {
        let editor = ide::editor(cx, IdeService::Diagnostics).ok_or(ToolError::NoEditor)?;
        let path = arguments.path.as_deref().map(|path| cx.path(path)).transpose()?;
        if let Some(path) = path.as_ref().filter(|path| !cx.exists(path)) {
            return Err(cx.not_found(path));
        }
        let uri = path.as_ref().map(|path| places::uri(cx, path));
        let files = ide::wait(cx, editor.diagnostics(uri))?;
        let mut lines = Vec::new();
        let mut totals = Totals::default();
        for file in files {
            let Some(shown) = self.file(cx, &file, path.is_some()) else {
                continue;
            };
            totals.add(&file.diagnostics);
            lines.extend(shown);
        }
        let summary = totals.to_string();
        if lines.is_empty() {
            return Ok(ToolOutput::new("the editor shows no diagnostics\n", summary));
        }
        lines.push(ide::BY_EDITOR.to_owned());
        let lines = lines.iter().map(String::as_str);
        Ok(ToolOutput::new(listing(lines, "give a path"), summary))
    }
}

impl Diagnostics {
    /// The lines of one file, errors first; none for a file that the model may not be shown.
    fn file(&self, cx: &ToolContext, file: &IdeDiagnostics, is_asked: bool) -> Option<Vec<String>> {
        let path = file.uri.path()?;
        if !(is_asked || places::is_inside(cx, &path) && cx.may_search(&path)) {
            return None;
        }
        let texts = TwoTexts::of(cx, &path).ok();
        let document = cx.workspace.snapshot(&file.uri);
        let is_old = document.is_some_and(|document| file.version.is_some_and(|version| version < document.version));
        let (before, gone) = self.look(cx, &path, &file.diagnostics);
        let name = cx.shown(&path);
        let mut sorted: Vec<&Diagnostic> = file.diagnostics.iter().collect();
        sorted.sort_by_key(|it| (rank(it.severity), it.span.start.line, it.span.start.character));
        let mut lines: Vec<String> = sorted
            .into_iter()
            .map(|diagnostic| {
                let place = IdePlace {
                    uri: file.uri.clone(),
                    span: diagnostic.span,
                };
                let (line, is_exact) = match &texts {
                    Some(texts) => texts.seen_line(&place, PositionEncoding::Utf16),
                    None => (diagnostic.span.start.line as usize, true),
                };
                let is_new = before.as_ref().is_some_and(|before| !before.contains(&key(diagnostic)));
                let new = if is_new { " [new]" } else { "" };
                let mark = if is_exact {
                    ""
                } else {
                    " [a proposal changes this place]"
                };
                format!("{name}:{} {}{new}{mark}", line + 1, key(diagnostic))
            })
            .collect();
        if gone > 0 {
            lines.push(format!("{name}: {gone} gone since you last looked"));
        }
        if is_old {
            lines.push(format!(
                "{name}: the user has typed since; its servers are not through with it"
            ));
        }
        Some(lines)
    }

    /// What the session was told before, and how many of that are gone.
    fn look(&self, cx: &ToolContext, path: &Path, now: &[Diagnostic]) -> (Option<BTreeSet<String>>, usize) {
        let now: BTreeSet<String> = now.iter().map(key).collect();
        let mut looks = self.looks.lock().unwrap_or_else(PoisonError::into_inner);
        if looks.len() >= SESSIONS && !looks.contains_key(&cx.session) {
            looks.clear();
        }
        let before = looks
            .entry(cx.session.clone())
            .or_default()
            .insert(path.to_owned(), now.clone());
        let gone = before.as_ref().map_or(0, |before| before.difference(&now).count());
        (before, gone)
    }
}

fn key(diagnostic: &Diagnostic) -> String {
    let source = diagnostic.source.as_deref().unwrap_or_default();
    let code = diagnostic.code.as_deref().unwrap_or_default();
    let origin = [source, code]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>();
    let origin = match origin.is_empty() {
        true => String::new(),
        false => format!(" ({})", origin.join(" ")),
    };
    let message = diagnostic.message.replace('\n', " ");
    format!("{}: {}{origin}", severity(diagnostic.severity), clip(&message, MOST))
}

fn severity(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Error) | None => "error",
        Some(Severity::Warning) => "warning",
        Some(Severity::Information) => "information",
        Some(Severity::Hint) => "hint",
    }
}

fn rank(severity: Option<Severity>) -> u8 {
    match severity {
        Some(Severity::Error) | None => 0,
        Some(Severity::Warning) => 1,
        Some(Severity::Information) => 2,
        Some(Severity::Hint) => 3,
    }
}

#[derive(Default)]
struct Totals {
    errors: usize,
    others: usize,
}

impl Totals {
    fn add(&mut self, diagnostics: &[Diagnostic]) {
        let errors = diagnostics.iter().filter(|it| rank(it.severity) == 0).count();
        self.errors += errors;
        self.others += diagnostics.len() - errors;
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {}", count(self.errors, "error"), count(self.others, "other"))
    }
}
