//! Assembly as a pure function: equal input gives equal bytes.

use base::{SystemPart, Task, Uri};

use crate::agents::AgentDefinition;
use crate::commands::instruction_for;
use crate::discover::Instruction;
use crate::excerpt::Excerpt;
use crate::task_block::{escape, task_block};

/// The part that is the same for everyone.
const SYSTEM: &str = include_str!("system.md");

/// What every sub-agent is told beyond that.
const AGENT: &str = include_str!("agent.md");

pub struct PromptInput<'a> {
    pub task: &'a Task,
    /// The text around the task's place; none for a task without a document.
    pub excerpt: Option<Excerpt>,
    /// As [`crate::discover`] found them.
    pub instructions: &'a [Instruction],
    /// What was learned before and concerns the task.
    pub memory: &'a [String],
    /// A document's path as tools take it: relative to the workspace folder, with `/`; absolute if outside.
    pub path_of: &'a dyn Fn(&Uri) -> String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// The system and the stable part, each ending at a cache boundary.
    pub system: Vec<SystemPart>,
    /// The turn's message: the task block first, then the excerpt, then what to do in words.
    pub user: String,
}

#[must_use]
pub fn assemble(input: &PromptInput<'_>) -> Prompt {
    let mut system = vec![SystemPart {
        text: SYSTEM.trim_end().to_owned(),
        cache: true,
    }];
    if !input.instructions.is_empty() {
        system.push(SystemPart {
            text: stable_part(input.instructions),
            cache: true,
        });
    }
    let language = input.excerpt.as_ref().map(|excerpt| excerpt.language.as_str());
    let mut user = task_block(input.task, language, input.path_of);
    if let (Some(excerpt), Some(uri)) = (&input.excerpt, &input.task.uri) {
        user.push_str(&excerpt.render(&(input.path_of)(uri)));
    }
    if !input.memory.is_empty() {
        user.push_str("<memory>\n");
        for entry in input.memory {
            user.push_str(&format!("- {}\n", escape(&entry.replace('\n', " "))));
        }
        user.push_str("</memory>\n");
    }
    user.push('\n');
    user.push_str(instruction_for(input.task.command));
    Prompt { system, user }
}

/// The prompt of a sub-agent: the system part, the project's instructions, its own, and its task in words.
#[must_use]
pub fn assemble_for_agent(definition: Option<&AgentDefinition>, instructions: &[Instruction], task: &str) -> Prompt {
    let mut system = vec![SystemPart {
        text: SYSTEM.trim_end().to_owned(),
        cache: true,
    }];
    if !instructions.is_empty() {
        system.push(SystemPart {
            text: stable_part(instructions),
            cache: true,
        });
    }
    let mut own = AGENT.trim_end().to_owned();
    if let Some(definition) = definition.filter(|definition| !definition.instructions.is_empty()) {
        own.push_str("\n\n");
        own.push_str(&definition.instructions);
    }
    system.push(SystemPart { text: own, cache: true });
    Prompt {
        system,
        user: task.to_owned(),
    }
}

fn stable_part(instructions: &[Instruction]) -> String {
    let mut text = String::from("Instructions of this project. Follow them unless the user says otherwise.\n");
    for instruction in instructions {
        // The text cannot close its own element and speak in our name.
        let body = instruction
            .text
            .trim_end()
            .replace("</instructions", "<\\/instructions");
        let path = instruction.path.display();
        text.push_str(&format!("\n<instructions path=\"{path}\">\n{body}\n</instructions>\n"));
    }
    text
}

#[cfg(test)]
mod tests;
