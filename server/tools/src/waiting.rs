//! Tools that wait for somebody: the user, another agent, a server, a command. None of them changes a file, so models
//! are told of them whatever the user's command allows.

use base::ToolSpec;
use futures::FutureExt;
use futures::future::BoxFuture;
use permissions::{Grant, OwnedAction};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::builtin::typed;
use crate::error::ToolError;
use crate::output::{ToolOutput, one_line};
use crate::schema::{self, Key};
use crate::tool::{Tier, Tool, ToolContext};

pub(crate) type Answer<'a> = BoxFuture<'a, Result<ToolOutput, ToolError>>;

pub(crate) trait Waiting: Send + Sync + 'static {
    type Arguments: DeserializeOwned + Send + 'static;

    const NAME: &'static str;
    /// For the model: what it does, what it answers, when to use another tool.
    const DESCRIPTION: &'static str;
    const KEYS: &'static [Key];
    const TIER: Tier;

    fn title(arguments: &Self::Arguments) -> String;

    fn actions(_arguments: &Self::Arguments, _cx: &ToolContext) -> Result<Vec<OwnedAction>, ToolError> {
        Ok(Vec::new())
    }

    /// `grants` answer [`Waiting::actions`] one by one. Once the turn is stopped nobody listens any more.
    fn run<'a>(&'a self, arguments: Self::Arguments, cx: &'a ToolContext, grants: Vec<Grant>) -> Answer<'a>;
}

/// A [`Waiting`] tool as any other.
pub(crate) struct Waits<W>(pub(crate) W);

impl<W: Waiting> Tool for Waits<W> {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: W::NAME.to_owned(),
            description: W::DESCRIPTION.to_owned(),
            schema: schema::object(W::KEYS),
        }
    }

    fn tier(&self, _arguments: &Value) -> Tier {
        W::TIER
    }

    fn is_for_readers(&self) -> bool {
        true
    }

    fn actions(&self, arguments: &Value, cx: &ToolContext) -> Result<Vec<OwnedAction>, String> {
        let actions = typed(W::NAME, arguments.clone()).and_then(|arguments| W::actions(&arguments, cx));
        actions.map_err(|error| error.to_string())
    }

    fn title(&self, arguments: &Value) -> String {
        let title = typed(W::NAME, arguments.clone()).map(|arguments| W::title(&arguments));
        one_line(&title.unwrap_or_else(|_| W::NAME.to_owned()))
    }

    fn run<'a>(&'a self, arguments: Value, cx: &'a ToolContext, grants: Vec<Grant>) -> BoxFuture<'a, ToolOutput> {
        async move {
            let answer = async { self.0.run(typed(W::NAME, arguments)?, cx, grants).await };
            let answer = tokio::select! {
                biased;
                () = cx.cancel.cancelled() => Err(ToolError::Stopped),
                answer = answer => answer,
            };
            answer.unwrap_or_else(|error| ToolOutput::error(error.to_string()))
        }
        .boxed()
    }
}
