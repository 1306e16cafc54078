//! The built-in model: deterministic, offline, and no language model, which it says.
//!
//! It stands where a vendor's model stands: it gets the same request, asks for the same tools and proposes
//! through the same loop. Each command is a plan over the conversation (`turn`); code is seen only through
//! the tools' answers. What a rule cannot know it says, instead of guessing.

mod answer;
mod call;
mod complete;
mod document;
mod explain;
mod fix;
mod freeform;
mod language;
mod markup;
mod patch;
mod pattern;
mod signature;
mod source;
mod symbol;
mod task;
mod test;
mod turn;
mod words;

use base::CommandName;
use futures::StreamExt;

use crate::{Answer, Provider, Request};
use turn::{Halt, Plan, Turn};

/// Said at the end of every turn, so that nobody takes a rule's words for more than they are.
const IDENTITY: &str = "_I am Singletree's built-in rule model, not a language model: I work from the syntax tree and \
                        fixed rules._";

/// The provider `rules`. Needs no key, no network and no set-up.
#[derive(Clone, Copy, Debug, Default)]
pub struct RuleModel;

impl Provider for RuleModel {
    fn name(&self) -> &str {
        "rules"
    }

    fn stream(&self, request: Request) -> Answer {
        futures::stream::once(async move { futures::stream::iter(chunks(&request)) })
            .flatten()
            .boxed()
    }
}

fn chunks(request: &Request) -> Vec<Result<crate::Chunk, crate::ModelError>> {
    let tools = request.tools.iter().map(|tool| tool.name.as_str()).collect();
    let halt = match Turn::of(&request.messages, tools) {
        Some(mut turn) => match run(&mut turn) {
            Ok(text) | Err(Halt::End(text)) => Halt::End(closing(text, turn.interjected)),
            Err(halt) => halt,
        },
        None => Halt::End(format!(
            "I follow commands (explain, document, fix, test) on a place in a file, not conversation. {}\n\n{IDENTITY}",
            freeform::HOW_TO_CONNECT
        )),
    };
    let made = request.messages.iter().flat_map(base::Message::tool_calls).count();
    answer::chunks(halt, made).into_iter().map(Ok).collect()
}

fn run(turn: &mut Turn<'_>) -> Plan {
    match turn.task.command {
        CommandName::Explain => explain::plan(turn),
        CommandName::Document => document::plan(turn),
        CommandName::Fix => fix::plan(turn),
        CommandName::Test => test::plan(turn),
        CommandName::Complete => complete::plan(turn),
        CommandName::Ask
        | CommandName::Edit
        | CommandName::Refactor
        | CommandName::Optimize
        | CommandName::Review
        | CommandName::CommitMessage => freeform::plan(turn),
    }
}

fn closing(text: String, interjected: bool) -> String {
    let text = text.trim_end();
    if interjected {
        format!("{text}\n\nI have not followed your later message: I take commands only.\n\n{IDENTITY}")
    } else {
        format!("{text}\n\n{IDENTITY}")
    }
}
