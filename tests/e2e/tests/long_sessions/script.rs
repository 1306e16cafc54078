//! What the model does: 200 steps over a small workspace, one tool call each and no two alike. A change is only
//! possible after the one before it and only once, so that a step that landed twice or never shows in the files.

use serde_json::{Value, json};

use crate::hearing::Conversation;

pub(crate) const STEPS: usize = 200;
const MODULES: usize = 5;
/// After so many the model ends its turn.
const STEPS_A_TURN: usize = 10;
pub(crate) const PAUSE: &str = "So far, so good. 途中";
/// The model's last words.
pub(crate) const DONE: &str = "All steps are done. 完了";
/// How a result begins of which nobody knows what came of its call.
const UNKNOWN: &str = "interrupted";

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) arguments: Value,
}

/// The workspace before the first step.
pub(crate) fn files() -> Vec<(String, String)> {
    let module = |n: usize| {
        let lines: String = (1..60)
            .map(|line| format!("// line {line} of module {n} ü世\n"))
            .collect();
        (path(n), format!("{lines}// entry 0\n// end\n"))
    };
    (0..MODULES).map(module).collect()
}

fn path(module: usize) -> String {
    format!("src/m{module}.rs")
}

pub(crate) fn step(nth: usize) -> Step {
    let (round, module) = (nth / MODULES, nth / MODULES % MODULES);
    let (name, arguments) = match nth % MODULES {
        0 => ("read", json!({"path": path(module), "first_line": 1 + round})),
        1 => ("grep", json!({"pattern": format!("line {round} of"), "path": "src"})),
        2 => {
            // The change to this module in the round before the last MODULES ones.
            let before = if round < MODULES { 0 } else { nth - MODULES * MODULES };
            let old = format!("// entry {before}\n// end\n");
            let new = format!("// entry {before}\n// entry {nth} — é世🌍\n// entry {nth}\n// end\n");
            ("edit", json!({"path": path(module), "old_text": old, "new_text": new}))
        }
        3 => (
            "write",
            json!({"path": format!("notes/n{round}.md"), "text": format!("# Note {round}\n\nDraft ü世.\n")}),
        ),
        _ => {
            let (old, new) = ("Draft", format!("Final {round}"));
            (
                "edit",
                json!({"path": format!("notes/n{round}.md"), "old_text": old, "new_text": new}),
            )
        }
    };
    Step { name, arguments }
}

/// What the model does next.
pub(crate) enum Next {
    Call(usize, Step),
    Say(&'static str),
}

/// How many steps are done when the first `known` are: the next ones whose outcome the conversation holds.
pub(crate) fn done(conversation: &Conversation, known: usize) -> usize {
    let has_outcome = |nth: &usize| {
        let step = step(*nth);
        conversation.outcomes.iter().any(|outcome| {
            outcome.name == step.name && outcome.arguments == step.arguments && !outcome.result.starts_with(UNKNOWN)
        })
    };
    known + (known..STEPS).take_while(has_outcome).count()
}

/// What comes after so many steps. After every few, the model waits for the user.
pub(crate) fn next(done: usize, was_asked: bool) -> Next {
    match done {
        STEPS => Next::Say(DONE),
        _ if done > 0 && done.is_multiple_of(STEPS_A_TURN) && !was_asked => Next::Say(PAUSE),
        nth => Next::Call(nth, step(nth)),
    }
}
