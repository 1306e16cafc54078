//! The tools by name.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use base::ToolSpec;
use serde_json::Value;

use crate::schema;
use crate::tool::Tool;
use crate::tool_search::ToolSearch;
use crate::waiting::Waits;
use crate::web::{WebFetch, WebSearch, WebSettings};
use crate::{
    apply_patch, ask_user, definition, delete, diagnostics, edit, format, git, glob, grep, insert, list, memory,
    outline, present_plan, read, references, relocate, rename, revert, run_tests, search, shell, shell_input,
    shell_kill, shell_output, symbols, task, todo, write,
};

/// Past so many tools in all, those from elsewhere are told of by name and description only (FEATURES EN5).
const MOST_TOLD: usize = 30;

/// Where a tool comes from; models are told of them in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ToolOrigin {
    /// This crate.
    Local,
    /// A server that the user connected.
    Mcp,
    /// A remote service, of whose tools some are let through.
    Gateway,
}

/// Tools in the order in which models are told of them: by their origins, then by their names.
pub struct Registry {
    entries: Vec<Entry>,
    /// Whether tools from elsewhere are told of only when they were asked for.
    is_lazy: bool,
}

struct Entry {
    origin: ToolOrigin,
    spec: ToolSpec,
    tool: Arc<dyn Tool>,
}

impl Entry {
    fn new(origin: ToolOrigin, tool: Arc<dyn Tool>) -> Self {
        Self {
            origin,
            spec: tool.spec(),
            tool,
        }
    }
}

impl Registry {
    /// The tools of this crate, where no web search is configured.
    #[must_use]
    pub fn builtin() -> Self {
        Self::builtin_for(&WebSettings::default())
    }

    /// The tools of this crate as far as the settings have a use for them.
    #[must_use]
    pub fn builtin_for(web: &WebSettings) -> Self {
        let mut tools: Vec<Arc<dyn Tool>> = vec![
            Arc::new(read::Read),
            Arc::new(write::Write),
            Arc::new(edit::Edit),
            Arc::new(insert::Insert),
            Arc::new(delete::Delete),
            Arc::new(relocate::Move),
            Arc::new(list::List),
            Arc::new(glob::Glob),
            Arc::new(grep::Grep),
            Arc::new(outline::Outline::default()),
            Arc::new(symbols::Symbols),
            Arc::new(definition::Definition),
            Arc::new(references::References),
            Arc::new(diagnostics::Diagnostics::default()),
            Arc::new(rename::Rename),
            Arc::new(format::Format),
            Arc::new(search::Search),
            Arc::new(shell::Shell),
            Arc::new(Waits(shell_output::ShellOutput)),
            Arc::new(Waits(shell_kill::ShellKill)),
            Arc::new(Waits(shell_input::ShellInput)),
            Arc::new(run_tests::RunTests),
            Arc::new(git::Git),
            Arc::new(apply_patch::ApplyPatch),
            Arc::new(revert::Revert),
            Arc::new(Waits(todo::Todo)),
            Arc::new(Waits(present_plan::PresentPlan)),
            Arc::new(Waits(ask_user::AskUser)),
            Arc::new(Waits(task::Task)),
            Arc::new(memory::Memory),
            Arc::new(Waits(WebFetch::default())),
        ];
        if web.search.is_some() {
            tools.push(Arc::new(Waits(WebSearch::default())));
        }
        Self::new(tools)
    }

    /// These tools of ours and no others. Of two with one name the first stays.
    #[must_use]
    pub fn new(tools: Vec<Arc<dyn Tool>>) -> Self {
        let local = tools.into_iter().map(|tool| Entry::new(ToolOrigin::Local, tool));
        Self::of(local.collect())
    }

    /// These tools besides. A name that an earlier origin has already, or an earlier tool of the same, stays its own.
    #[must_use]
    pub fn with(self, origin: ToolOrigin, tools: Vec<Arc<dyn Tool>>) -> Self {
        let more = tools.into_iter().map(|tool| Entry::new(origin, tool));
        Self::of(self.entries.into_iter().chain(more).collect())
    }

    fn of(mut entries: Vec<Entry>) -> Self {
        // The search is made anew for the tools that there are now.
        let is_search = |entry: &Entry| entry.origin == ToolOrigin::Local && entry.spec.name == ToolSearch::NAME;
        entries.retain(|entry| !is_search(entry));
        entries.sort_by_key(|entry| entry.origin);
        let mut names = HashSet::new();
        entries.retain(|entry| names.insert(entry.spec.name.clone()));
        let is_far = |entry: &&Entry| entry.origin != ToolOrigin::Local;
        let always = entries.iter().filter(|entry| entry.tool.needs().is_none()).count();
        let is_lazy = always > MOST_TOLD && entries.iter().any(|entry| is_far(&entry));
        let by_place = |a: &Entry, b: &Entry| (a.origin, &a.spec.name).cmp(&(b.origin, &b.spec.name));
        entries.sort_by(by_place);
        if is_lazy {
            let search = ToolSearch::over(entries.iter().filter(is_far).map(|entry| &entry.spec));
            entries.retain(|entry| entry.spec.name != ToolSearch::NAME);
            entries.push(Entry::new(ToolOrigin::Local, Arc::new(search)));
            entries.sort_by(by_place);
        }
        Self { entries, is_lazy }
    }

    /// What a model is told that has asked for no further tools: all of them, or only those that change nothing.
    #[must_use]
    pub fn specs(&self, may_edit: bool) -> Vec<ToolSpec> {
        self.specs_with(may_edit, &BTreeSet::new())
    }

    /// What a model is told: past thirty tools only those from elsewhere that are in `loaded`.
    #[must_use]
    pub fn specs_with(&self, may_edit: bool, loaded: &BTreeSet<String>) -> Vec<ToolSpec> {
        let is_told = |entry: &&Entry| {
            let is_loaded = !self.is_lazy || entry.origin == ToolOrigin::Local || loaded.contains(&entry.spec.name);
            is_loaded && (may_edit || entry.tool.is_for_readers())
        };
        let told = self.entries.iter().filter(is_told);
        told.map(|entry| entry.spec.clone()).collect()
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<dyn Tool>> {
        self.find(name).map(|entry| Arc::clone(&entry.tool))
    }

    /// The tool for a call whose arguments fit its schema.
    ///
    /// # Errors
    /// What is wrong with the call, for the model.
    pub fn resolve(&self, name: &str, arguments: &Value) -> Result<Arc<dyn Tool>, String> {
        let Some(entry) = self.find(name) else {
            let names = self.entries.iter().map(|entry| format!("`{}`", entry.spec.name));
            let names: Vec<_> = names.collect();
            return Err(format!("there is no tool `{name}`; the tools are {}", names.join(", ")));
        };
        schema::validate(name, &entry.spec.schema, arguments)?;
        Ok(Arc::clone(&entry.tool))
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.spec.name == name)
    }
}
