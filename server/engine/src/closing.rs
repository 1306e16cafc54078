//! The end of a turn that did not come to its own end: what is done, what is pending, and why it stops.

use base::{TodoItem, TodoState};
use text::PositionEncoding;

use crate::turn::TurnContext;

/// A few lines for the user, made without any model.
pub(crate) fn report(turn: &TurnContext, why: &str) -> String {
    let mut report = format!("Stopped: {why}.");
    match proposed(turn).as_slice() {
        [] => report.push_str("\nNothing is proposed."),
        files => report.push_str(&format!("\nProposed, for you to keep or reject: {}.", files.join(", "))),
    }
    let plan = turn.session.plan();
    push_steps(&mut report, "Done", &plan, |state| state == TodoState::Done);
    push_steps(&mut report, "Pending", &plan, |state| state != TodoState::Done);
    report.push_str("\nAsk again in this session to go on.");
    report
}

/// The files of this turn's review.
fn proposed(turn: &TurnContext) -> Vec<String> {
    let reviews = turn.runtime.workspace.reviews(PositionEncoding::Utf8);
    let own = reviews.into_iter().filter(|review| review.review_id == turn.review);
    own.flat_map(|review| review.files)
        .map(|file| match file.uri.path() {
            Some(path) => turn.runtime.workspace.relative(&path),
            None => file.uri.to_string(),
        })
        .collect()
}

fn push_steps(report: &mut String, title: &str, plan: &[TodoItem], is_in: impl Fn(TodoState) -> bool) {
    let steps: Vec<&str> = plan
        .iter()
        .filter(|item| is_in(item.state))
        .map(|item| item.content.as_str())
        .collect();
    if !steps.is_empty() {
        report.push_str(&format!("\n{title}: {}.", steps.join("; ")));
    }
}
