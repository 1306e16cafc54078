//! `present-plan`: a plan for the user to accept or not.

use base::{Choice, Question};
use futures::FutureExt;
use permissions::{Grant, Mode};
use serde::Deserialize;

use crate::error::ToolError;
use crate::output::ToolOutput;
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};
use crate::waiting::{Answer, Waiting};

pub(crate) struct PresentPlan;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    plan: String,
}

const ACCEPT: &str = "Accept";
const REFUSE: &str = "Not yet";

impl Waiting for PresentPlan {
    type Arguments = Arguments;

    const NAME: &'static str = "present-plan";
    const DESCRIPTION: &'static str =
        "Shows the user a plan for larger work and waits for their yes or no. In plan mode, end with it.";
    const KEYS: &'static [Key] = &[Key::required("plan", Kind::Text, "Markdown")];
    const TIER: Tier = Tier::Write;

    fn title(_arguments: &Arguments) -> String {
        "Present the plan".to_owned()
    }

    fn run<'a>(&'a self, arguments: Arguments, cx: &'a ToolContext, _grants: Vec<Grant>) -> Answer<'a> {
        async move {
            let plan = arguments.plan.trim();
            if plan.is_empty() {
                return Err(ToolError::EmptyPlan);
            }
            let answers = cx.host.ask(vec![question(plan)]).await.map_err(ToolError::Unanswered)?;
            let answer = answers.first().map_or("", |answer| answer.trim());
            let (told, summary) = match answer {
                ACCEPT => (accepted(cx.policy.mode()).to_owned(), "the plan is accepted"),
                "" | REFUSE => (
                    "The user does not accept the plan. Ask what they want otherwise, or end here.".to_owned(),
                    "the plan is not accepted",
                ),
                words => (
                    format!("The user does not accept the plan as it is; they say:\n{words}"),
                    "the plan is not accepted as it is",
                ),
            };
            Ok(ToolOutput::new(told, summary))
        }
        .boxed()
    }
}

fn question(plan: &str) -> Question {
    let choice = |label: &str, description: &str| Choice {
        label: label.to_owned(),
        description: description.to_owned(),
    };
    Question {
        question: format!("{plan}\n\nAccept this plan?"),
        options: vec![
            choice(ACCEPT, "the plan is what you want"),
            choice(REFUSE, "or say what is to be different"),
        ],
        multiple: false,
    }
}

fn accepted(mode: Mode) -> &'static str {
    match mode {
        Mode::Plan => {
            "The user accepts the plan. This is still plan mode, which reads only: end here; the user begins the work in \
             another mode."
        }
        Mode::Ask | Mode::Edit | Mode::Auto => "The user accepts the plan: go on with it.",
    }
}
