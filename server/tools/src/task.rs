//! `task`: a piece of work for a sub-agent.

use futures::FutureExt;
use permissions::Grant;
use serde::Deserialize;

use crate::error::ToolError;
use crate::host::{AgentInfo, AgentTask};
use crate::output::{ToolOutput, clip, items};
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};
use crate::waiting::{Answer, Waiting};

pub(crate) struct Task;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    title: String,
    prompt: String,
    agent: Option<String>,
}

/// Characters of what is said of one agent.
const MAX_DESCRIPTION: usize = 300;

impl Waiting for Task {
    type Arguments = Arguments;

    const NAME: &'static str = "task";
    const DESCRIPTION: &'static str = "Gives a task to a sub-agent with your tools, which knows only your prompt, and answers with its \
        report. Several calls at once run in parallel.";
    const KEYS: &'static [Key] = &[
        Key::required("title", Kind::Text, ""),
        Key::required("prompt", Kind::Text, ""),
        Key::optional("agent", Kind::Text, "a special one; `?` names them"),
    ];
    /// Several agents may work side by side; what each of them does is judged by its own calls.
    const TIER: Tier = Tier::ReadOnly;

    fn title(arguments: &Arguments) -> String {
        format!("Task: {}", arguments.title)
    }

    fn run<'a>(&'a self, arguments: Arguments, cx: &'a ToolContext, _grants: Vec<Grant>) -> Answer<'a> {
        async move {
            let Arguments { title, prompt, agent } = arguments;
            let agent = agent.filter(|name| !name.trim().is_empty());
            if let Some(name) = &agent {
                let known = cx.host.agents();
                if !known.iter().any(|known| known.name == *name) {
                    return Err(ToolError::NoAgent {
                        name: name.clone(),
                        known: named(&known),
                    });
                }
            }
            let summary = format!("report on {title}");
            let task = AgentTask { agent, title, prompt };
            let report = cx.host.run_agent(task).await.map_err(ToolError::Agent)?;
            Ok(ToolOutput::kept(&cx.outputs, report, summary))
        }
        .boxed()
    }
}

fn named(agents: &[AgentInfo]) -> String {
    if agents.is_empty() {
        return "there are none but the general one".to_owned();
    }
    let lines: Vec<_> = agents
        .iter()
        .map(|agent| format!("`{}`: {}", agent.name, clip(&agent.description, MAX_DESCRIPTION)))
        .collect();
    format!("the agents are{}", items(&lines))
}
