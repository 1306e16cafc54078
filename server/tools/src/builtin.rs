//! What the built-in tools have in common: typed arguments, and work on a thread that may block.

use base::ToolSpec;
use futures::FutureExt;
use futures::future::BoxFuture;
use permissions::{Decision, Grant, OwnedAction};
use serde::de::DeserializeOwned;
use serde_json::Value;
use workspace::{FileChange, IdeService};

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
    /// As [`Tool::grows`].
    const GROWS: Option<&'static str> = None;
    /// As [`Tool::needs`].
    const NEEDS: Option<IdeService> = None;

    fn title(arguments: &Self::Arguments) -> String;

    fn actions(arguments: &Self::Arguments, cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError>;

    /// Arguments whose [`Builtin::GROWS`] is cut, made such that they could be a call's; none if there is nothing to
    /// see.
    fn as_if_ended(arguments: Self::Arguments) -> Option<Self::Arguments> {
        Some(arguments)
    }

    /// As [`Tool::sketch`], once the policy allows what the arguments need; an error is nothing to see.
    fn sketch(_arguments: Self::Arguments, _is_cut: bool, _cx: &ToolContext) -> Result<Vec<FileChange>, ToolError> {
        Ok(Vec::new())
    }

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

    fn needs(&self) -> Option<IdeService> {
        B::NEEDS
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

    fn grows(&self) -> Option<&'static str> {
        B::GROWS
    }

    fn sketch(&self, arguments: Value, is_cut: bool, cx: &ToolContext) -> Vec<FileChange> {
        let arguments = typed(B::NAME, arguments).ok();
        let arguments = match is_cut {
            true => arguments.and_then(B::as_if_ended),
            false => arguments,
        };
        let is_allowed = |action: &OwnedAction| cx.policy.judge(&action.as_action()).decision == Decision::Allow;
        let may_be_seen = |arguments: &B::Arguments| {
            let actions = B::actions(arguments, cx);
            cx.may_edit && actions.is_ok_and(|actions| actions.iter().all(is_allowed))
        };
        let changes = arguments
            .filter(may_be_seen)
            .map(|arguments| B::sketch(arguments, is_cut, cx));
        changes.and_then(Result::ok).unwrap_or_default()
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
