//! What takes judgement: free words, better structure, less time, a review, a message. One instruction is understood,
//! `rename X to Y`; for the rest the rules say what they are and how to get a model that reads.

mod rename;

use base::CommandName;

use super::pattern::{Pattern, pattern};
use super::turn::{Plan, Turn};

pub(super) const HOW_TO_CONNECT: &str = "To connect a model, set `ANTHROPIC_API_KEY` or `OPENAI_API_KEY` in the \
    environment, or run a local server such as Ollama; `singletree doctor` shows what is found.";

static RENAME: Pattern = pattern!(
    r#"(?i)^\s*(?:please\s+)?rename\s+(?:(?:(?:the|this)\s+)?(?:symbol|function|method|variable|parameter|class|struct|type|constant)\s+)?(?:[`'"]?(?P<from>[\p{L}_$][\w$]*)[`'"]?\s+)?(?:to|into|as)\s+[`'"]?(?P<to>[\p{L}_$][\w$]*)[`'"]?\s*[.!]?\s*$"#
);

pub(super) fn plan(turn: &mut Turn<'_>) -> Plan {
    let command = turn.task.command;
    let takes_words = matches!(command, CommandName::Edit | CommandName::Refactor);
    if takes_words && let Some(found) = RENAME.captures(&turn.task.words.clone()) {
        let from = found.name("from").map(|name| name.as_str());
        let from = from.filter(|name| !matches!(name.to_lowercase().as_str(), "this" | "it" | "that"));
        return rename::plan(turn, from, &found["to"]);
    }
    let refusal = match (command, turn.task.words.is_empty()) {
        (CommandName::Optimize, _) => "I cannot judge what the code costs, so I changed nothing.",
        (CommandName::Review, _) => "I cannot review code: that takes a language model.",
        (CommandName::CommitMessage, _) => "I cannot say what a change is for: that takes a language model.",
        (command, _) if !command.may_edit() => "I cannot answer free questions.",
        (_, false) => "I cannot follow free instructions, except `rename X to Y` within a file.",
        (_, true) => "I cannot judge what would be a better structure, so I changed nothing.",
    };
    Ok(format!(
        "{refusal} What I can do without a language model: explain a symbol, document it, write the skeleton of a test, \
         and fix what a compiler or linter suggests. {HOW_TO_CONNECT}"
    ))
}
