//! `complete`: the rules name what is unfinished, and change nothing: what is missing is not in the code.

use super::call::Call;
use super::explain::no_file;
use super::freeform::HOW_TO_CONNECT;
use super::pattern::{Pattern, pattern};
use super::source::Source;
use super::turn::{Plan, Turn};

static MARKER: Pattern = pattern!(
    r"\b(?:TODO|FIXME|XXX|HACK)\b.*|\b(?:todo|unimplemented)!\(.*|\braise NotImplementedError\b.*|(?i)\bthrow new Error\(.not implemented.*|(?i)\bpanic\(.not implemented.*"
);

/// How far from the place an unfinished spot still counts as meant.
const NEAR: u32 = 3;

pub(super) fn plan(turn: &mut Turn<'_>) -> Plan {
    let path = turn.task.path.clone().ok_or_else(no_file)?;
    let lines = turn.task.lines.clone().unwrap_or(1..=u32::MAX);
    let mut source = turn.task.excerpt.clone();
    if source.line(*lines.start()).is_none() {
        let last = lines.end().saturating_add(NEAR).min(lines.start().saturating_add(400));
        let call = Call::read_lines(&path, lines.start().saturating_sub(NEAR), last);
        source = Source::default();
        source.add_listing(turn.need("I read the place.", call)?);
    }
    let near = source.range(lines.start().saturating_sub(NEAR), lines.end().saturating_add(NEAR));
    let found: Vec<String> = near
        .filter_map(|(number, text)| Some((number, MARKER.find(text)?.as_str())))
        .map(|(number, text)| format!("- `{path}:{number}`: `{}`", text.trim_end_matches("*/").trim()))
        .collect();
    let found = match found.as_slice() {
        [] => "I see no TODO or stub here.".to_owned(),
        found => format!("Unfinished here:\n\n{}", found.join("\n")),
    };
    Ok(format!(
        "{found}\n\nI changed nothing: what belongs there is not in the code, so a rule cannot know it. A language model \
         would write it from the comment, the name, the signature and the callers. {HOW_TO_CONNECT}"
    ))
}
