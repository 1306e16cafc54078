//! Sub-agents: the same loop with a conversation, tools and a model of its own, inside its parent's turn.
//!
//! A sub-agent works in its parent's session: it sees what the parent proposes, its own proposals join the same review,
//! what it uses counts against the parent's budget, and what it asks is asked in the parent with its name. Only its
//! words stay its own; the last of them are the parent's tool result.

use std::sync::Arc;

use base::{Effort, TurnState};
use prompts::AgentDefinition;
use tools::{AgentInfo, AgentTask};

use crate::model::Model;
use crate::request::TurnOptions;
use crate::session::Session;
use crate::steps::Steps;
use crate::turn::TurnContext;

/// So deep may sub-agents give tasks to others.
const MAX_DEPTH: u32 = 3;

/// A sub-agent at work.
pub(crate) struct Agent {
    pub(crate) name: String,
    pub(crate) definition: Option<AgentDefinition>,
    depth: u32,
}

impl Agent {
    /// Whether it may call the tool.
    pub(crate) fn has_tool(&self, name: &str) -> bool {
        let tools = self
            .definition
            .as_ref()
            .and_then(|definition| definition.tools.as_ref());
        tools.is_none_or(|tools| tools.contains(name))
    }

    pub(crate) fn iterations(&self) -> Option<u32> {
        self.definition.as_ref()?.iterations
    }

    fn effort(&self) -> Option<Effort> {
        self.definition.as_ref()?.effort
    }
}

/// The agents that the parent may choose from.
pub(crate) fn known(turn: &TurnContext) -> Vec<AgentInfo> {
    let definitions = turn.runtime.agents.definitions.iter();
    let info = definitions.map(|agent| AgentInfo {
        name: agent.name.clone(),
        description: agent.description.clone(),
    });
    info.collect()
}

/// Works on the task to its end and returns the agent's report.
pub(crate) async fn run(parent: &TurnContext, task: AgentTask) -> Result<String, String> {
    let agent = agent_for(parent, &task)?;
    let model = model_of(parent, &agent).await?;
    let prompt = prompts::assemble_for_agent(agent.definition.as_ref(), &parent.runtime.instructions, &task.prompt);
    let child = TurnContext {
        session: Arc::new(Session::of_agent(&parent.session)),
        model,
        options: Arc::new(TurnOptions {
            effort: agent.effort().or(parent.options.effort),
            breakpoints: parent.options.breakpoints.clone(),
            own_command: parent.options.own_command.clone(),
            ..TurnOptions::default()
        }),
        agent: Some(Arc::new(agent)),
        cancel: parent.cancel.child_token(),
        ..parent.clone()
    };
    child.say(base::Message::user(prompt.user.clone()));
    let outcome = Box::pin(Steps::new(&child, &prompt, None).run()).await;
    match (outcome.state, outcome.error) {
        (TurnState::Completed, _) => Ok(outcome.text),
        (_, Some(error)) if outcome.text.is_empty() => Err(error),
        (_, Some(error)) => Err(format!("{error}\n\nIts last words:\n{}", outcome.text)),
        (_, None) => Err("the sub-agent was stopped".to_owned()),
    }
}

fn agent_for(parent: &TurnContext, task: &AgentTask) -> Result<Agent, String> {
    let depth = parent.agent.as_ref().map_or(0, |agent| agent.depth) + 1;
    if depth > MAX_DEPTH {
        return Err(format!(
            "sub-agents give tasks to others {MAX_DEPTH} deep at most; do this one yourself"
        ));
    }
    let definition = match &task.agent {
        None => None,
        Some(name) => Some(parent.runtime.agents.get(name).cloned().ok_or_else(|| {
            let known: Vec<String> = known(parent)
                .into_iter()
                .map(|agent| format!("`{}`", agent.name))
                .collect();
            match known.as_slice() {
                [] => format!("there is no agent `{name}`, nor any other; leave `agent` out for the general one"),
                known => format!(
                    "there is no agent `{name}`; there are {}, and the general one without a name",
                    known.join(", ")
                ),
            }
        })?),
    };
    Ok(Agent {
        name: definition
            .as_ref()
            .map_or_else(|| task.title.clone(), |definition| definition.name.clone()),
        definition,
        depth,
    })
}

async fn model_of(parent: &TurnContext, agent: &Agent) -> Result<Model, String> {
    let named = agent
        .definition
        .as_ref()
        .and_then(|definition| definition.model.as_ref());
    match named {
        None => Ok(parent.model.clone()),
        Some(name) => match parent.runtime.models.resolve(name).await {
            Ok(route) => Ok(route.into()),
            Err(error) => Err(format!("the model of agent `{}` cannot be had: {error}", agent.name)),
        },
    }
}
