//! `todo`: what the agent means to do, shown to the user.

use base::{TodoItem, TodoState};
use futures::FutureExt;
use permissions::Grant;
use serde::Deserialize;

use crate::output::{ToolOutput, count};
use crate::schema::{Key, Kind};
use crate::tool::{Tier, ToolContext};
use crate::waiting::{Answer, Waiting};

pub(crate) struct Todo;

#[derive(Deserialize)]
pub(crate) struct Arguments {
    items: Vec<TodoItem>,
}

const ITEM: &[Key] = &[
    Key::required("content", Kind::Text, ""),
    Key::required("state", Kind::OneOf(&["pending", "in_progress", "done"]), ""),
];

impl Waiting for Todo {
    type Arguments = Arguments;

    const NAME: &'static str = "todo";
    const DESCRIPTION: &'static str =
        "Shows the user your steps for longer work: the whole list each time, one step in_progress.";
    const KEYS: &'static [Key] = &[Key::required("items", Kind::Items(ITEM, 50), "")];
    const TIER: Tier = Tier::Write;

    fn title(arguments: &Arguments) -> String {
        summary(&arguments.items)
    }

    fn run<'a>(&'a self, arguments: Arguments, cx: &'a ToolContext, _grants: Vec<Grant>) -> Answer<'a> {
        let summary = summary(&arguments.items);
        cx.host.set_plan(arguments.items);
        async { Ok(ToolOutput::new(summary.clone(), summary)) }.boxed()
    }
}

fn summary(items: &[TodoItem]) -> String {
    let done = items.iter().filter(|item| item.state == TodoState::Done).count();
    format!("{done} of {} done", count(items.len(), "step"))
}
