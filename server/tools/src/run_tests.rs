//! `run-tests`: the project's own tests, on what is proposed.

use base::ToolSpec;
use futures::FutureExt;
use futures::future::BoxFuture;
use permissions::{Grant, OwnedAction};
use serde_json::Value;

use crate::error::ToolError;
use crate::output::ToolOutput;
use crate::project_tests::{ProjectTests, project_tests};
use crate::schema::{self, Key, Kind};
use crate::tool::{Tier, Tool, ToolContext};

pub(crate) struct RunTests;

const KEYS: &[Key] = &[Key::optional(
    "filter",
    Kind::Text,
    "run only the tests whose names hold this; all by default",
)];

const DESCRIPTION: &str = "Runs the project's tests on the files as you have proposed them, in the workbench. The test \
    command is the user's own, or follows from the project's files (Cargo, npm, pnpm, yarn, bun, go, pytest, unittest, \
    make).";

fn tests(arguments: &Value, cx: &ToolContext) -> Result<ProjectTests, ToolError> {
    let tests = project_tests(cx).ok_or(ToolError::NoTests)?;
    Ok(match arguments["filter"].as_str() {
        Some(filter) if !filter.trim().is_empty() => tests.filtered(filter),
        _ => tests,
    })
}

impl Tool for RunTests {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: "run-tests".to_owned(),
            description: DESCRIPTION.to_owned(),
            schema: schema::object(KEYS),
        }
    }

    fn tier(&self, _arguments: &Value) -> Tier {
        Tier::Dangerous
    }

    fn actions(&self, arguments: &Value, cx: &ToolContext) -> Result<Vec<OwnedAction>, String> {
        let tests = tests(arguments, cx).map_err(|error| error.to_string())?;
        Ok(vec![tests.action(cx)])
    }

    fn title(&self, arguments: &Value) -> String {
        match arguments["filter"].as_str() {
            Some(filter) => crate::output::one_line(&format!("Run tests {filter}")),
            None => "Run tests".to_owned(),
        }
    }

    fn run<'a>(&'a self, arguments: Value, cx: &'a ToolContext, grants: Vec<Grant>) -> BoxFuture<'a, ToolOutput> {
        async move {
            let no_grant = ToolError::Sandbox(sandbox::SandboxError::NotGranted);
            match (tests(&arguments, cx), grants.into_iter().next()) {
                (Ok(tests), Some(grant)) => tests.run(cx, grant).await,
                (Err(error), _) => ToolOutput::error(error.to_string()),
                (_, None) => ToolOutput::error(no_grant.to_string()),
            }
        }
        .boxed()
    }
}
