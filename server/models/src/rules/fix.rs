//! `fix`: applies what the diagnostic itself carries, else what its message is known to ask for. What no rule
//! covers is named with the reason.

mod carried;
mod case;
mod go;
pub(super) mod go_import;
mod python;
pub(super) mod python_import;
mod rendered;
mod rust;
mod rust_use;
mod script;
mod script_import;

use super::call::Call;
use super::explain::no_file;
use super::freeform::HOW_TO_CONNECT;
use super::language::Language;
use super::patch::{self, TextEdit};
use super::source::Source;
use super::task::Diagnostic;
use super::turn::{Plan, Turn};
use case::{Case, Remedy};

/// Lines around a diagnostic that a rule may look at.
const AROUND: u32 = 60;

pub(super) fn plan(turn: &mut Turn<'_>) -> Plan {
    let path = turn.task.path.clone().ok_or_else(no_file)?;
    if turn.task.diagnostics.is_empty() {
        return Ok(
            "There is no diagnostic at this place, and without one I cannot know what is wrong. If your editor shows one, \
             put the cursor on its line."
                .to_owned(),
        );
    }
    match attempt(turn, &path)? {
        Attempt::Done(text) => Ok(text),
        // The file may have changed since it was read: once more, from what it is now.
        Attempt::Failed(_) => match attempt(turn, &path)? {
            Attempt::Done(text) => Ok(text),
            Attempt::Failed(reason) => Ok(format!("I could not propose the fix: {reason}")),
        },
    }
}

enum Attempt {
    Done(String),
    /// No edit was taken, and the tool's reason.
    Failed(String),
}

fn attempt(turn: &mut Turn<'_>, path: &str) -> Plan<Attempt> {
    let source = read(turn, path)?;
    let mut report = Report::default();
    let mut edits: Vec<TextEdit> = Vec::new();
    for diagnostic in &turn.task.diagnostics {
        match remedy(diagnostic, path, &source, turn.task.language) {
            Ok(remedy) => match merge(&mut edits, remedy.edits) {
                Merged::Taken => report.fixed.push(format!("{}: {}", name(diagnostic), remedy.what)),
                // rustc reports one finding once for each of its places.
                Merged::Same => {}
                Merged::Clash => report.left.push(format!(
                    "{}: its fix overlaps another one; run the command again",
                    name(diagnostic)
                )),
            },
            Err(_) if is_note(diagnostic) => {}
            Err(reason) => report.left.push(format!("{}: {reason}", name(diagnostic))),
        }
    }
    if edits.is_empty() {
        return Ok(Attempt::Done(report.text(path)));
    }
    let Some(calls) = patch::calls(path, &source, edits) else {
        return Ok(Attempt::Failed("part of the code could not be read".to_owned()));
    };
    let say = match report.fixed.as_slice() {
        [one] => format!("I propose the fix for {one}."),
        many => format!("I propose {} fixes.", many.len()),
    };
    let answers = turn.ask(&say, &calls)?;
    let failed: Vec<_> = answers.iter().filter(|answer| answer.is_error).collect();
    match failed.first() {
        Some(error) if failed.len() == answers.len() => return Ok(Attempt::Failed(error.headline().to_owned())),
        Some(error) => report
            .left
            .push(format!("{} of the edits failed: {}", failed.len(), error.headline())),
        None => {}
    }
    Ok(Attempt::Done(report.text(path)))
}

/// The file from its start, for imports, and what stands around the diagnostics.
fn read(turn: &mut Turn<'_>, path: &str) -> Plan<Source> {
    let mut source = Source::default();
    source.add_listing(turn.need("I read the file.", Call::read(path))?);
    let mut calls: Vec<Call> = Vec::new();
    let total = source.total();
    for diagnostic in &turn.task.diagnostics {
        let (first, last) = (diagnostic.span.start.line, diagnostic.span.end.line);
        if last <= total && (first..=last).any(|line| source.line(line).is_none()) {
            let call = Call::read_lines(path, first.saturating_sub(AROUND), last + AROUND);
            if !calls.contains(&call) {
                calls.push(call);
            }
        }
    }
    if !calls.is_empty() {
        for answer in turn.ask("It is long, so I read the places of the diagnostics too.", &calls)? {
            source.add_listing(answer.required("read")?);
        }
    }
    Ok(source)
}

fn remedy(diagnostic: &Diagnostic, path: &str, source: &Source, language: Option<Language>) -> Result<Remedy, String> {
    let case = Case::of(diagnostic, path, source)
        .ok_or("it points at lines that the file does not have; the file may have changed")?;
    if let Some(found) = carried::remedy(&case) {
        return found;
    }
    let found = match language {
        Some(Language::Rust) => rust::remedy(&case),
        Some(Language::Python) => python::remedy(&case),
        Some(Language::TypeScript | Language::JavaScript) => script::remedy(&case),
        Some(Language::Go) => go::remedy(&case),
        None => None,
    };
    found.unwrap_or_else(|| Err("it suggests no replacement, and I have no rule for its message".to_owned()))
}

/// A help or note that rust-analyzer publishes beside the diagnostic it belongs to.
fn is_note(diagnostic: &Diagnostic) -> bool {
    diagnostic
        .related
        .iter()
        .any(|related| related.message == "original diagnostic")
}

fn name(diagnostic: &Diagnostic) -> String {
    let code = diagnostic
        .code
        .as_ref()
        .map_or_else(String::new, |code| format!(" ({code})"));
    format!(
        "line {}, “{}”{code}",
        diagnostic.span.start.line,
        diagnostic.headline().trim_end_matches('.')
    )
}

enum Merged {
    Taken,
    Same,
    Clash,
}

fn merge(edits: &mut Vec<TextEdit>, new: Vec<TextEdit>) -> Merged {
    if new.is_empty() || new.iter().all(|edit| edits.contains(edit)) {
        return Merged::Same;
    }
    let mut fresh: Vec<TextEdit> = new.into_iter().filter(|edit| !edits.contains(edit)).collect();
    fresh.dedup();
    let is_first = |at: usize| {
        fresh[..at]
            .iter()
            .chain(edits.iter())
            .all(|other| !fresh[at].touches(other))
    };
    if !(0..fresh.len()).all(is_first) {
        return Merged::Clash;
    }
    edits.append(&mut fresh);
    Merged::Taken
}

#[derive(Default)]
struct Report {
    fixed: Vec<String>,
    left: Vec<String>,
}

impl Report {
    fn text(&self, path: &str) -> String {
        let mut parts = Vec::new();
        if !self.fixed.is_empty() {
            parts.push(format!("Proposed in `{path}`:\n\n- {}", self.fixed.join("\n- ")));
        }
        if !self.left.is_empty() {
            parts.push(format!("Not fixed:\n\n- {}", self.left.join("\n- ")));
        }
        if self.fixed.is_empty() {
            parts.push(HOW_TO_CONNECT.to_owned());
        }
        parts.join("\n\n")
    }
}
