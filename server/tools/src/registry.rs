//! The tools by name.

use std::sync::Arc;

use base::ToolSpec;
use serde_json::Value;

use crate::schema;
use crate::tool::Tool;
use crate::{
    apply_patch, delete, edit, git, glob, grep, insert, list, outline, read, references, relocate, revert, run_tests,
    shell, shell_output, symbols, write,
};

/// Tools in the order of their names, which is the order in which models are told of them.
pub struct Registry {
    tools: Vec<(ToolSpec, Arc<dyn Tool>)>,
}

impl Registry {
    /// The tools of this crate.
    #[must_use]
    pub fn builtin() -> Self {
        Self::new(vec![
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
            Arc::new(references::References),
            Arc::new(shell::Shell),
            Arc::new(shell_output::ShellOutput),
            Arc::new(run_tests::RunTests),
            Arc::new(git::Git),
            Arc::new(apply_patch::ApplyPatch),
            Arc::new(revert::Revert),
        ])
    }

    /// These tools and no others. Of two with one name the first stays.
    #[must_use]
    pub fn new(tools: Vec<Arc<dyn Tool>>) -> Self {
        let mut tools: Vec<_> = tools.into_iter().map(|tool| (tool.spec(), tool)).collect();
        tools.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
        tools.dedup_by(|(later, _), (earlier, _)| later.name == earlier.name);
        Self { tools }
    }

    /// What a model is told: all tools, or only those that change nothing.
    #[must_use]
    pub fn specs(&self, may_edit: bool) -> Vec<ToolSpec> {
        let is_offered = |tool: &Arc<dyn Tool>| may_edit || tool.is_for_readers();
        self.tools
            .iter()
            .filter(|(_, tool)| is_offered(tool))
            .map(|(spec, _)| spec.clone())
            .collect()
    }

    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<dyn Tool>> {
        self.find(name).map(|(_, tool)| Arc::clone(tool))
    }

    /// The tool for a call whose arguments fit its schema.
    ///
    /// # Errors
    /// What is wrong with the call, for the model.
    pub fn resolve(&self, name: &str, arguments: &Value) -> Result<Arc<dyn Tool>, String> {
        let Some((spec, tool)) = self.find(name) else {
            let names: Vec<_> = self.tools.iter().map(|(spec, _)| format!("`{}`", spec.name)).collect();
            return Err(format!("there is no tool `{name}`; the tools are {}", names.join(", ")));
        };
        schema::validate(name, &spec.schema, arguments)?;
        Ok(Arc::clone(tool))
    }

    fn find(&self, name: &str) -> Option<&(ToolSpec, Arc<dyn Tool>)> {
        self.tools.iter().find(|(spec, _)| spec.name == name)
    }
}
