//! A turn as a plan that is replayed.
//!
//! The model keeps no state, so each request runs the plan of the current task from its start. What the plan
//! asks for is answered from the tool results that the conversation already holds; at the first question that
//! is still open the plan halts with the calls that would answer it. Plans so read as straight code, and a
//! turn that was cut anywhere goes on where it was.

use base::{Block, Message, Role, ToolCall, ToolResult};

use super::call::Call;
use super::task::Task;

/// Why a plan does not go on.
#[derive(Debug)]
pub(super) enum Halt {
    /// These calls have to be made first; `say` tells the user what for.
    Call { say: String, calls: Vec<Call> },
    /// The turn is over, with this to say.
    End(String),
}

/// What a plan comes to: the closing words, or a halt on the way.
pub(super) type Plan<T = String> = Result<T, Halt>;

pub(super) struct Turn<'a> {
    pub(super) task: Task,
    tools: Vec<&'a str>,
    /// Calls made since the task was set, with their results, in order.
    history: Vec<(&'a ToolCall, Option<&'a ToolResult>)>,
    used: Vec<bool>,
    /// Words of the user that came after the task.
    pub(super) interjected: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Answer<'a> {
    pub(super) text: &'a str,
    pub(super) is_error: bool,
}

impl<'a> Turn<'a> {
    /// The turn of the last task in the conversation; none if there is no task.
    pub(super) fn of(messages: &'a [Message], tools: Vec<&'a str>) -> Option<Self> {
        let (position, block, task) = messages.iter().enumerate().rev().find_map(|(position, message)| {
            let blocks = message.content.iter().enumerate().rev();
            let (block, task) = (message.role == Role::User)
                .then(|| blocks.filter_map(|(at, block)| Some((at, Task::parse(words(block)?)?))))?
                .next()?;
            Some((position, block, task))
        })?;
        let later = &messages[position + 1..];
        let results: Vec<&ToolResult> = later
            .iter()
            .flat_map(|message| &message.content)
            .filter_map(|block| match block {
                Block::ToolResult(result) => Some(result),
                _ => None,
            })
            .collect();
        let history: Vec<_> = later
            .iter()
            .flat_map(Message::tool_calls)
            .map(|call| (call, results.iter().find(|result| result.call_id == call.id).copied()))
            .collect();
        let same_message = &messages[position].content[block + 1..];
        let interjected = same_message
            .iter()
            .chain(
                later
                    .iter()
                    .filter(|message| message.role == Role::User)
                    .flat_map(|message| &message.content),
            )
            .any(|block| words(block).is_some_and(are_the_users));
        Some(Self {
            task,
            tools,
            used: vec![false; history.len()],
            history,
            interjected,
        })
    }

    /// The results of `calls`, in their order. Halts until all are known.
    pub(super) fn ask(&mut self, say: &str, calls: &[Call]) -> Plan<Vec<Answer<'a>>> {
        if let Some(missing) = calls.iter().find(|call| !self.tools.contains(&call.tool)) {
            return Err(Halt::End(format!(
                "I cannot do this here: it needs the tool `{}`, which this session does not offer.",
                missing.tool
            )));
        }
        let mut answers = Vec::with_capacity(calls.len());
        let mut open = Vec::new();
        for call in calls {
            match self.take(call) {
                Some(answer) => answers.push(answer),
                None => open.push(call.clone()),
            }
        }
        if open.is_empty() {
            return Ok(answers);
        }
        Err(Halt::Call {
            say: say.to_owned(),
            calls: open,
        })
    }

    /// As [`Turn::ask`], for one call whose failure ends the turn.
    pub(super) fn need(&mut self, say: &str, call: Call) -> Plan<&'a str> {
        let answer = self.ask(say, std::slice::from_ref(&call))?;
        answer.first().map_or(Ok(""), |answer| answer.required(call.tool))
    }

    fn take(&mut self, call: &Call) -> Option<Answer<'a>> {
        let found =
            self.history.iter().enumerate().position(|(at, (made, _))| {
                !self.used[at] && made.name == call.tool && made.arguments == call.arguments
            })?;
        self.used[found] = true;
        let (_, result) = self.history[found];
        Some(result.map_or(
            Answer {
                text: "the call was interrupted",
                is_error: true,
            },
            |result| Answer {
                text: &result.content,
                is_error: result.is_error,
            },
        ))
    }
}

impl<'a> Answer<'a> {
    /// The text, or the end of the turn with the tool's own words.
    pub(super) fn required(self, tool: &str) -> Plan<&'a str> {
        if self.is_error {
            return Err(Halt::End(format!(
                "I stopped, because `{tool}` failed: {}",
                self.headline()
            )));
        }
        Ok(self.text)
    }

    pub(super) fn ok(self) -> Option<&'a str> {
        (!self.is_error).then_some(self.text)
    }

    /// The first line, for a sentence.
    pub(super) fn headline(self) -> &'a str {
        self.text
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("no reason given")
            .trim()
    }
}

/// The harness speaks in the user's place, too: of the date, of itself.
fn are_the_users(words: &str) -> bool {
    let words = words.trim();
    !words.is_empty() && !words.starts_with("[date]") && !words.starts_with("[harness]")
}

fn words(block: &Block) -> Option<&str> {
    match block {
        Block::Text { text } => Some(text),
        _ => None,
    }
}
