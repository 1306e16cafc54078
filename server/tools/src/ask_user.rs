//! `ask-user`: questions that only the user can answer.

use base::Question;
use futures::FutureExt;
use permissions::Grant;
use serde::Deserialize;

use crate::error::ToolError;
use crate::output::{ToolOutput, count};
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};
use crate::waiting::{Answer, Waiting};

pub(crate) struct AskUser;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    questions: Vec<Question>,
}

const OPTION: &[Key] = &[
    Key::required("label", Kind::Text, ""),
    Key::optional("description", Kind::Text, ""),
];

const QUESTION: &[Key] = &[
    Key::required("question", Kind::Text, ""),
    Key::optional("options", Kind::Items(OPTION, 6), ""),
    Key::optional("multiple", Kind::Flag, ""),
];

impl Waiting for AskUser {
    type Arguments = Arguments;

    const NAME: &'static str = "ask-user";
    const DESCRIPTION: &'static str = "Asks the user what neither the files nor a sensible default can decide, and waits. \
        They may answer in words of their own.";
    const KEYS: &'static [Key] = &[Key::required("questions", Kind::Items(QUESTION, 4), "")];
    const TIER: Tier = Tier::Write;

    fn title(arguments: &Arguments) -> String {
        match arguments.questions.as_slice() {
            [one] => format!("Ask: {}", one.question),
            several => format!("Ask {}", count(several.len(), "question")),
        }
    }

    fn run<'a>(&'a self, arguments: Arguments, cx: &'a ToolContext, _grants: Vec<Grant>) -> Answer<'a> {
        async move {
            let questions = arguments.questions;
            let answers = cx.host.ask(questions.clone()).await.map_err(ToolError::Unanswered)?;
            let pairs = questions.iter().zip(&answers);
            let told = pairs.map(|(question, answer)| format!("{}\n→ {answer}\n", question.question));
            let summary = answers.join("; ");
            Ok(ToolOutput::new(told.collect::<String>(), summary))
        }
        .boxed()
    }
}
