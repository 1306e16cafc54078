//! `run-tests`: the project's own tests, on what is proposed.

use base::ToolSpec;
use futures::FutureExt;
use futures::future::BoxFuture;
use permissions::{Grant, OwnedAction};
use serde::Deserialize;
use serde_json::Value;

use crate::builtin;
use crate::error::ToolError;
use crate::output::{ToolOutput, one_line};
use crate::project_tests::{ProjectTests, Wanted};
use crate::schema::{self, Key, Kind};
use crate::tool::{Tier, Tool, ToolContext};

const NAME: &str = "run-tests";

pub(crate) struct RunTests;

#[derive(Deserialize)]
struct Arguments {
    path: Option<String>,
    filter: Option<String>,
}

const KEYS: &[Key] = &[
    Key::optional("path", Kind::Text, "only those of this file, folder or its package"),
    Key::optional("filter", Kind::Text, "only those whose names hold this"),
];

const DESCRIPTION: &str = "Runs the project's tests on your proposals and names the failing ones first.";

fn tests(arguments: &Value, cx: &ToolContext) -> Result<ProjectTests, ToolError> {
    let Arguments { path, filter } = builtin::typed(NAME, arguments.clone())?;
    let wanted = Wanted {
        path: path.map(|path| cx.path(&path)).transpose()?,
        filter: filter.filter(|filter| !filter.trim().is_empty()),
    };
    if let Some(path) = wanted.path.as_ref().filter(|path| !cx.exists(path)) {
        return Err(cx.not_found(path));
    }
    ProjectTests::find(cx, &wanted)
}

impl Tool for RunTests {
    fn spec(&self) -> ToolSpec {
        ToolSpec {
            name: NAME.to_owned(),
            description: DESCRIPTION.to_owned(),
            schema: schema::object(KEYS),
        }
    }

    fn tier(&self, _arguments: &Value) -> Tier {
        Tier::Dangerous
    }

    fn actions(&self, arguments: &Value, cx: &ToolContext) -> Result<Vec<OwnedAction>, String> {
        if !cx.may_edit {
            return Err(ToolError::ReadOnlyCommand.to_string());
        }
        let tests = tests(arguments, cx).map_err(|error| error.to_string())?;
        Ok(vec![tests.action(cx)])
    }

    fn title(&self, arguments: &Value) -> String {
        let narrowed = ["path", "filter"].into_iter().filter_map(|key| arguments[key].as_str());
        let words: Vec<&str> = ["Run tests"].into_iter().chain(narrowed).collect();
        one_line(&words.join(" "))
    }

    fn run<'a>(&'a self, arguments: Value, cx: &'a ToolContext, grants: Vec<Grant>) -> BoxFuture<'a, ToolOutput> {
        async move {
            let tests = match tests(&arguments, cx) {
                Ok(tests) => tests,
                Err(error) => return ToolOutput::error(error.to_string()),
            };
            let (verdict, mut output) = tests.judge(cx, grants.first()).await;
            output.is_error = !verdict.is_passed();
            output
        }
        .boxed()
    }
}
