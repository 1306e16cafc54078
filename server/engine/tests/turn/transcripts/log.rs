//! What fronts hear, a line for each event; words in pieces are one line.

use base::{
    ApprovalRequest, ContextBill, EventKind, QuestionRequest, StopReason, TodoItem, TodoState, TurnState, Usage,
};
use serde::Serialize;

use super::plain::Plain;

/// The lines of one turn.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) lines: Vec<String>,
    words: Words,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Words {
    #[default]
    None,
    Said,
    Thought,
}

impl Log {
    pub(crate) fn push(&mut self, kind: &EventKind, plain: &mut Plain) {
        let (words, text) = match kind {
            EventKind::TextDelta { text } => (Words::Said, format!("says {}", escaped(text))),
            EventKind::ThinkingDelta { text } => (Words::Thought, format!("thinks {}", escaped(text))),
            other => {
                self.words = Words::None;
                self.lines.extend(line(other).map(|line| plain.text(&line)));
                return;
            }
        };
        match self.lines.last_mut() {
            Some(last) if self.words == words => {
                last.push_str(text.split_once(' ').map_or("", |(_, more)| more));
            }
            _ => self.lines.push(text),
        }
        self.words = words;
    }
}

/// None for what another block shows, and for what may come once or twice.
fn line(kind: &EventKind) -> Option<String> {
    Some(match kind {
        EventKind::TurnStarted { title } => format!("started: {title}"),
        EventKind::ToolStarted { call, title, .. } => format!("{call} starts: {}", escaped(title)),
        EventKind::ToolCompleted { call, ok, summary, .. } => {
            let how = if *ok { "ok" } else { "failed" };
            format!("{call} {how}: {}", escaped(summary))
        }
        EventKind::ApprovalRequested(request) => asked(request),
        EventKind::ApprovalClosed { .. } | EventKind::QuestionClosed { .. } => "answered".to_owned(),
        EventKind::QuestionAsked(request) => inquired(request),
        EventKind::ContextSelected(bill) => context(bill),
        EventKind::PlanChanged { entries } => format!("plan: {}", plan(entries)),
        // Sizes are estimates, and change with every word in a tool's description.
        EventKind::Compacted { cause, before, after } if after < before => format!("made shorter: {cause}"),
        EventKind::Compacted { cause, before, after } => format!("made no shorter: {cause} ({before} to {after})"),
        EventKind::PermissionDenied { call, action, rule, .. } => format!("{call} denied: {action} (rule {rule})"),
        EventKind::RulesRemembered { commands, hosts } => {
            format!("remembered: {}", [&commands[..], &hosts[..]].concat().join(", "))
        }
        EventKind::Notice { message } => format!("notice: {}", escaped(message)),
        EventKind::Usage { usage, model, .. } => format!("{model} used {}", used(*usage)),
        EventKind::Said { .. }
        | EventKind::StoredUpTo { .. }
        | EventKind::TextDelta { .. }
        | EventKind::ThinkingDelta { .. }
        | EventKind::ReviewChanged { .. }
        | EventKind::ReviewGrew { .. }
        | EventKind::TurnCompleted { .. } => return None,
    })
}

/// Without tokens and reasons, which change with every word of a piece and of the ranking.
fn context(bill: &ContextBill) -> String {
    let items = bill.items.iter().map(|item| {
        let ranges: Vec<String> = item
            .ranges
            .iter()
            .map(|(first, last)| format!("{first}-{last}"))
            .collect();
        format!("{} {} {}", item.path, item.level, ranges.join(","))
    });
    let items: Vec<String> = items.chain(bill.note.clone()).collect();
    match items.as_slice() {
        [] => "context: none".to_owned(),
        items => format!("context: {}", items.join("; ")),
    }
}

fn asked(request: &ApprovalRequest) -> String {
    let ApprovalRequest { from, action, rule, .. } = request;
    format!("{from} asks: {action} (rule {rule})")
}

fn inquired(request: &QuestionRequest) -> String {
    let questions = request.questions.iter().map(|question| {
        let labels: Vec<&str> = question.options.iter().map(|choice| choice.label.as_str()).collect();
        match labels.as_slice() {
            [] => question.question.clone(),
            labels => format!("{} [{}]", question.question, labels.join(" | ")),
        }
    });
    format!(
        "{} inquires: {}",
        request.from,
        questions.collect::<Vec<_>>().join("; ")
    )
}

fn plan(entries: &[TodoItem]) -> String {
    let steps = entries.iter().map(|entry| {
        let mark = match entry.state {
            TodoState::Pending => ' ',
            TodoState::InProgress => '>',
            TodoState::Done => 'x',
        };
        format!("[{mark}] {}", entry.content)
    });
    steps.collect::<Vec<_>>().join(", ")
}

fn used(usage: Usage) -> String {
    let Usage {
        input,
        output,
        cache_read,
        cache_write,
    } = usage;
    let cached = match (cache_read, cache_write) {
        (0, 0) => String::new(),
        (read, written) => format!(", {read} from the cache, {written} into it"),
    };
    format!("{input} in, {output} out{cached}")
}

/// How a turn ended, as an `end` block shows it.
pub(crate) struct End {
    pub(crate) state: TurnState,
    pub(crate) stop_reason: StopReason,
    pub(crate) text: String,
    pub(crate) error: Option<String>,
    pub(crate) usage: Usage,
    pub(crate) cost_usd: Option<f64>,
}

impl End {
    pub(crate) fn shown(&self, plain: &mut Plain) -> Vec<String> {
        let mut lines = vec![format!("{}: {}", word(&self.state), word(&self.stop_reason))];
        if self.usage != Usage::default() {
            let cost = match self.cost_usd {
                Some(usd) => format!("${usd:.4}"),
                None => "price unknown".to_owned(),
            };
            lines.push(format!("used: {}, {cost}", used(self.usage)));
        }
        push_titled(&mut lines, "text", &plain.text(&self.text));
        if let Some(error) = &self.error {
            push_titled(&mut lines, "error", &plain.text(error));
        }
        lines
    }
}

fn push_titled(lines: &mut Vec<String>, title: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    lines.push(format!("{title}:"));
    lines.extend(text.lines().map(|line| format!("  {line}").trim_end().to_owned()));
}

/// The word that stands for it on every wire.
fn word(value: &impl Serialize) -> String {
    let json = serde_json::to_value(value).expect("plain data");
    json.as_str().unwrap_or_default().to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('\n', "\\n")
}
