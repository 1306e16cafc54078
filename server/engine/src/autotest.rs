//! After a turn has proposed changes, the project's own tests run on them; failures go back to the model.
//!
//! They run only where that needs no question: in the workbench of a trusted workspace. What was tested once is not
//! tested again before it changes, so a model that only answers in words ends the turn.

use base::{CallId, EventKind};
use permissions::Approval;
use text::PositionEncoding;

use crate::transcript;
use crate::turn::TurnContext;

/// The rounds of one turn.
pub(crate) struct AutoTest {
    rounds_left: u32,
    /// The review's revision that was tested last.
    tested: Option<u64>,
}

impl AutoTest {
    pub(crate) fn new(turn: &TurnContext) -> Self {
        Self {
            rounds_left: turn.runtime.limits.test_rounds,
            tested: None,
        }
    }

    /// Runs the tests if there is something new to test. What the model should be told; none where all is well, or
    /// the rounds are used up.
    pub(crate) async fn failures(&mut self, turn: &TurnContext) -> Option<String> {
        let revision = revision(turn)?;
        if self.rounds_left == 0 || self.tested == Some(revision) {
            return None;
        }
        self.tested = Some(revision);
        let failed = run(turn).await?;
        self.rounds_left -= 1;
        Some(format!(
            "[auto-test] The project's tests ran on what you propose and failed. If your change is the cause, repair \
             it; if they failed before, say so and stop.\n\n{failed}"
        ))
    }
}

/// The state of what this turn proposes; none if nothing is open.
fn revision(turn: &TurnContext) -> Option<u64> {
    let reviews = turn.runtime.workspace.reviews(PositionEncoding::Utf8);
    let review = reviews.into_iter().find(|review| review.review_id == turn.review)?;
    (!review.files.is_empty()).then_some(review.rev)
}

/// What the failing tests printed.
async fn run(turn: &TurnContext) -> Option<String> {
    let call = CallId::fresh();
    let context = turn.tool_context(&call);
    let tests = tools::project_tests(&context)?;
    let action = tests.action(&context);
    let grant = turn.policy.grant(&action.as_action(), Approval::None).ok()?;
    turn.emit(EventKind::ToolStarted {
        call: call.clone(),
        name: "run-tests".into(),
        title: tests.title(),
        arguments: serde_json::Value::Null,
    });
    let output = tests.run(&context, grant).await;
    turn.emit(EventKind::ToolCompleted {
        call,
        name: "run-tests".into(),
        ok: !output.is_error,
        summary: output.summary,
        output: transcript::excerpt(&output.content),
    });
    output.is_error.then_some(output.content)
}
