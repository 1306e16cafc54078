//! What the model is told, and the user.

use super::Row;
use super::rows::{Finding, Level};

/// Characters of a tool's name: models make names up.
const MAX_NAME: usize = 60;

/// A corrective message: what was seen, and what to do instead.
pub(super) fn nudge(finding: Finding, tool: &str) -> String {
    let (count, tool) = (finding.count, shown(tool));
    let advice = match finding.row {
        Row::VisualAfterGui => format!(
            "The GUI call before {tool} succeeded, and its result says what the screen shows. Work from that; look \
             again only when something should have changed by itself."
        ),
        Row::VisualAfterRecovery => format!(
            "The call before {tool} has just succeeded after a failure; there is no need to look again. Go on with the \
             next step of the task."
        ),
        Row::BackToBack => format!(
            "You made the same {tool} call {count} times in a row, with the same result. It will not change by itself: \
             use the result that you have, change the arguments, or take the next step."
        ),
        Row::Repeated => format!(
            "You made this very {tool} call {count} times of late, with the same result and nothing changed in \
             between. Its result stands above. Say what you still need to know, and get that in another way."
        ),
        Row::Failing => format!(
            "{tool} failed {count} times. Do not vary the call once more: read the error, check what it rests on (does \
             the path exist, is the text as you think, is the program there), and then choose another way. If there is \
             none, tell the user what is in the way."
        ),
        Row::SameTopic if finding.level == Level::Stronger => format!(
            "That is {count} web calls on one topic without anything new. Stop searching for it now. Work with what \
             you have, or tell the user which fact is missing; the next calls must be about something else."
        ),
        Row::SameTopic => format!(
            "{count} web calls on one topic brought nothing new. Open the most promising result instead of searching \
             again, look at the project's own sources, or go on without it."
        ),
        Row::FruitlessSearch => format!(
            "The last {count} searches found nothing; {tool} is likely looking for something that is not there or has \
             another name. List the folder or read a file nearby to see what things are called here, or take it that \
             it does not exist."
        ),
        Row::NoProgress => format!(
            "{count} calls of {tool} brought nothing new. Decide from what you have: make the change, try another tool, \
             or tell the user what is in the way."
        ),
        Row::Sleeping => format!(
            "You have slept {count} times in {tool}. Do not wait by sleeping: run the command itself in the foreground, \
             with a longer `timeout_seconds` if it takes long, or go on with other work."
        ),
    };
    format!("[harness] {advice}")
}

/// For the last model call, which has no tools.
pub(super) fn last_words(row: Row, tool: &str, count: usize) -> String {
    format!(
        "[harness] Stopped: {}. You have no tools any more. Tell the user in a few lines what is done, what is pending, \
         what stood in the way, and what you would need to go on.",
        why(row, tool, count)
    )
}

/// Half a sentence.
pub(super) fn why(row: Row, tool: &str, count: usize) -> String {
    let tool = shown(tool);
    match row {
        Row::BackToBack => format!("the model made the same {tool} call {count} times in a row"),
        Row::Repeated => format!("the model came back to the same {tool} call {count} times and nothing had changed"),
        Row::Failing => format!("{tool} failed {count} times"),
        Row::SameTopic => format!("{count} web calls on one topic brought nothing new"),
        Row::FruitlessSearch => format!("{count} searches in a row found nothing"),
        Row::NoProgress => format!("{count} calls of {tool} brought nothing new"),
        Row::Sleeping => format!("the model slept {count} times in {tool} and nothing it waited for moved"),
        Row::VisualAfterGui | Row::VisualAfterRecovery => format!("{tool} looked at the screen again and again"),
    }
}

fn shown(tool: &str) -> String {
    let name: String = tool
        .chars()
        .filter(|c| !c.is_control() && *c != '`')
        .take(MAX_NAME)
        .collect();
    format!("`{name}`")
}
