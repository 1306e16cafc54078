//! The harness as the tools of a turn see it.

use base::{ApprovalId, EventKind, Question, QuestionRequest, TodoItem};
use futures::FutureExt;
use futures::future::BoxFuture;
use tools::{AgentInfo, AgentTask, Host};

use crate::agents;
use crate::turn::TurnContext;

impl Host for TurnContext {
    fn ask(&self, questions: Vec<Question>) -> BoxFuture<'_, Result<Vec<String>, String>> {
        let request = QuestionRequest {
            id: ApprovalId::fresh(),
            from: self.who(),
            questions,
        };
        self.runtime.approvals.inquire(self.asker(), request).boxed()
    }

    fn set_plan(&self, entries: Vec<TodoItem>) {
        self.session.set_plan(entries.clone());
        self.emit(EventKind::PlanChanged { entries });
    }

    fn plan(&self) -> Vec<TodoItem> {
        self.session.plan()
    }

    fn agents(&self) -> Vec<AgentInfo> {
        agents::known(self)
    }

    fn run_agent(&self, task: AgentTask) -> BoxFuture<'_, Result<String, String>> {
        agents::run(self, task).boxed()
    }

    fn load_tools(&self, names: &[String]) {
        self.session.load_tools(names);
    }
}
