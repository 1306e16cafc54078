//! What the built-in tools have in common: typed arguments, and work on a thread that may block.

use base::ToolSpec;
use futures::FutureExt;
use futures::future::BoxFuture;
use permissions::{Grant, OwnedAction};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::ToolError;
use crate::output::{self, ToolOutput};
use crate::schema::{self, Key};
use crate::tool::{Tier, Tool, ToolContext};

/// A tool that is part of this crate. All of them read or propose by plain function calls; reading files and
/// trees takes a while, so the runtime's own threads are spared.
pub(crate) trait Builtin: Clone + Send + Sync + 'static {
    type Arguments: DeserializeOwned + Send + 'static;

    const NAME: &'static str;
    /// For the model: what it does, what it answers, when to use another tool.
    const DESCRIPTION: &'static str;
    const KEYS: &'static [Key];
    const TIER: Tier;

    fn title(arguments: &Self::Arguments) -> String;

    fn actions(arguments: &Self::Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError>;

    /// `grants` answer [`Builtin::actions`] one by one.
    fn run(&self, arguments: Self::Arguments, cx: &ToolContext, grants: &[Grant]) -> Result<ToolOutput, ToolError>;
}

impl<B: Builtin> Tool for B {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: B::NAME.to_owned(),
            description: B::DESCRIPTION.to_owned(),
            schema: schema::object(B::KEYS),
        }
    }

    fn tier(&self, _arguments: &Value) -> Tier {
        B::TIER
    }

    fn actions(&self, arguments: &Value, cx: &ToolContext) -> Result<Vec<OwnedAction>, String> {
        if B::TIER != Tier::ReadOnly && !cx.may_edit {
            return Err(ToolError::ReadOnlyCommand.to_string());
        }
        let actions =
            typed::<B::Arguments>(B::NAME, arguments.clone()).and_then(|arguments| B::actions(&arguments, cx));
        actions.map_err(|error| error.to_string())
    }

    fn title(&self, arguments: &Value) -> String {
        let title = typed::<B::Arguments>(B::NAME, arguments.clone()).map(|arguments| B::title(&arguments));
        output::one_line(&title.unwrap_or_else(|_| B::NAME.to_owned()))
    }

    fn run<'a>(&'a self, arguments: Value, cx: &'a ToolContext, grants: Vec<Grant>) -> BoxFuture<'a, ToolOutput> {
        let (tool, cx) = (self.clone(), cx.clone());
        let work = move || {
            cx.go_on()?;
            tool.run(typed(B::NAME, arguments)?, &cx, &grants)
        };
        async move {
            match tokio::task::spawn_blocking(work).await {
                Ok(Ok(output)) => output,
                Ok(Err(error)) => ToolOutput::error(error.to_string()),
                Err(died) => ToolOutput::error(ToolError::of_task(died).to_string()),
            }
        }
        .boxed()
    }
}

/// A tool's arguments, which fit its schema already.
pub(crate) fn typed<A: DeserializeOwned>(tool: &'static str, arguments: Value) -> Result<A, ToolError> {
    serde_json::from_value(arguments).map_err(|cause| ToolError::Arguments {
        tool,
        cause: cause.to_string(),
    })
}
