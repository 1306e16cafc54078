//! What tools need of the harness around them: the user, the plan, other agents.

use base::{Question, TodoItem};
use futures::future::BoxFuture;

/// The harness as a tool sees it. The engine implements it for each turn.
pub trait Host: Send + Sync {
    /// Puts questions to the user: one answer for each, in order.
    ///
    /// # Errors
    /// Why there are no answers, for the model: nobody is there, the user declined, time ran out.
    fn ask(&self, questions: Vec<Question>) -> BoxFuture<'_, Result<Vec<String>, String>>;

    /// What the agent means to do, whole; shown to the user and kept with the session.
    fn set_plan(&self, entries: Vec<TodoItem>);

    /// The plan as it was set last.
    fn plan(&self) -> Vec<TodoItem>;

    /// The sub-agents that a task can be given to.
    fn agents(&self) -> Vec<AgentInfo>;

    /// Gives a task to a sub-agent and waits for its report.
    ///
    /// # Errors
    /// Why there is none, for the model.
    fn run_agent(&self, task: AgentTask) -> BoxFuture<'_, Result<String, String>>;

    /// From the model's next step on it is told the schemas of these tools, too.
    fn load_tools(&self, names: &[String]);
}

/// A sub-agent as the model is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentInfo {
    pub name: String,
    /// When to use it.
    pub description: String,
}

/// Work for a sub-agent, which knows nothing but these words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentTask {
    /// As [`AgentInfo::name`]; none is the general one.
    pub agent: Option<String>,
    /// A few words for people.
    pub title: String,
    pub prompt: String,
}
