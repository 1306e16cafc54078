//! What the chat prints: the agent's words on stdout, all else on stderr, so that a pipe carries the words alone.

use std::io::Write;

use base::{ApprovalRequest, Choice, ContextBill, EventKind, Question, TodoItem, TodoState};

use chat::bill;

use super::talk::Chat;
use crate::exit::tell;
use crate::printable::{self, printable};

pub(super) fn greet(chat: &Chat, is_terminal: bool) {
    if is_terminal {
        tell(&format!(
            "Singletree in {}. :help shows what there is.",
            chat.root().display()
        ));
    }
}

/// A line of our own.
pub(super) fn say(line: &str) {
    tell(line);
}

pub(super) fn complain(why: &str) {
    tell(&format!("! {why}"));
}

/// Words of the agent as they come. A closed stdout is no reason to stop the turn.
pub(super) fn words(text: &str) {
    let mut stdout = printable::stdout();
    let _ = stdout.write_all(text.as_bytes());
    let _ = stdout.flush();
}

pub(super) fn end_of_words() {
    words("\n");
}

/// A turn that another front began; its words come after this.
pub(super) fn started_elsewhere(title: &str) {
    tell(&format!("(a turn runs: {})", printable(title)));
}

/// What happens in a turn, besides words and questions.
pub(super) fn happened(kind: &EventKind) {
    match kind {
        EventKind::ToolStarted { title, .. } => tell(&format!("  · {}", printable(title))),
        EventKind::ToolCompleted { ok: false, summary, .. } => tell(&format!("  ✗ {}", printable(summary))),
        EventKind::PermissionDenied { action, rule, .. } => {
            tell(&format!("  ✗ refused: {} ({})", printable(action), printable(rule)));
        }
        EventKind::Notice { message } => complain(message),
        EventKind::PlanChanged { entries } => entries.iter().for_each(|entry| tell(&step(entry))),
        EventKind::Compacted { cause, before, after } => {
            tell(&format!(
                "  (the conversation was made shorter: {cause}; {before} → {after} tokens)"
            ));
        }
        _ => {}
    }
}

/// The total of a turn's context, as it begins.
pub(super) fn began_with(bill: &ContextBill) {
    bill::total(bill).iter().for_each(|line| tell(&format!("  · {line}")));
}

/// The whole bill.
pub(super) fn bill(bill: &ContextBill) {
    if bill.items.is_empty() && bill.note.is_none() {
        tell("the last turn began with no context: nothing fits, or the conversation holds it already");
    }
    bill::items(bill)
        .iter()
        .chain(&bill::total(bill))
        .for_each(|line| tell(line));
}

fn step(entry: &TodoItem) -> String {
    let mark = match entry.state {
        TodoState::Pending => ' ',
        TodoState::InProgress => '~',
        TodoState::Done => 'x',
    };
    format!("  [{mark}] {}", printable(&entry.content))
}

pub(super) fn ask_permission(request: &ApprovalRequest) {
    tell(&format!("? {} wants to {}", request.from, printable(&request.action)));
    if let Some(place) = &request.place {
        tell(&format!("  where: {place}"));
    }
    tell(&format!("  rule {}: {}", printable(&request.rule), request.reason));
    let always = match request.always.as_slice() {
        [] => String::new(),
        commands => format!(", a = always ({})", printable(&commands.join(", "))),
    };
    tell(&format!(
        "  y = once, s = for this session{always}, n = no; `n WHY` says why"
    ));
}

pub(super) fn ask_question(from: &str, question: &Question) {
    tell(&format!("? {from} asks: {}", question.question));
    for (number, Choice { label, description }) in (1..).zip(&question.options) {
        let description = if description.is_empty() {
            String::new()
        } else {
            format!(" – {description}")
        };
        tell(&format!("  {number}. {label}{description}"));
    }
    tell("  a number, or words of your own; an empty line does not answer");
}
