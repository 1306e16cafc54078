//! What a user can ask for by name: the built-in commands, and those that are Markdown files.
//!
//! The files are read again whenever trust is looked at, and published: who lists them waits for no disk.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use base::CommandName;
use prompts::{CommandOrigin, UserCommand, UserCommands};
use serde::Serialize;
use serde_json::Value;
use tools::Tier;

use crate::request::{OwnCommand, RunRequest};
use crate::runtime::Runtime;

/// Where commands are looked for.
#[derive(Clone, Debug)]
pub struct CommandSource {
    /// The workspace's folder, whose commands wait for trust.
    pub project: Option<PathBuf>,
    /// The folder of the user's own.
    pub user: PathBuf,
}

/// A command as palettes and menus show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CommandInfo {
    pub name: String,
    pub title: String,
    pub description: String,
    /// `built-in`, `project` or `user`.
    pub origin: &'static str,
    /// Whether the user shall be asked for words.
    pub needs_prompt: bool,
    pub may_edit: bool,
    /// What the words are about, where its author says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub argument_hint: Option<String>,
}

/// The commands that are files, as they were read last.
#[derive(Default)]
pub(crate) struct Commands {
    source: OnceLock<CommandSource>,
    known: RwLock<Arc<UserCommands>>,
}

impl Commands {
    pub(crate) fn read(&self, is_trusted: bool) {
        let Some(source) = self.source.get() else { return };
        let project = source.project.as_deref().filter(|_| is_trusted);
        let found = prompts::user_commands(project, &source.user);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(found);
    }

    fn known(&self) -> Arc<UserCommands> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Runtime {
    /// Looks for the user's own commands here from now on. Reads files.
    pub fn look_for_commands(&self, source: CommandSource) {
        let _ = self.commands.source.set(source);
        self.look_at_trust();
    }

    /// The user's own commands, and what is wrong with their files, as of the last look.
    #[must_use]
    pub fn user_commands(&self) -> Arc<UserCommands> {
        self.commands.known()
    }

    /// All commands: the built-in ones in their order, then the user's by name.
    #[must_use]
    pub fn list_commands(&self) -> Vec<CommandInfo> {
        let own = self.user_commands();
        let own = own.commands.iter().map(|command| self.info(command));
        CommandName::ALL.into_iter().map(built_in).chain(own).collect()
    }

    fn info(&self, command: &UserCommand) -> CommandInfo {
        CommandInfo {
            name: command.name.clone(),
            title: command.name.clone(),
            description: command.description.clone(),
            origin: match command.origin {
                CommandOrigin::Project => "project",
                CommandOrigin::User => "user",
            },
            needs_prompt: command.takes_words(),
            may_edit: self.may_edit(command),
            argument_hint: command.argument_hint.clone(),
        }
    }

    /// A command that has only tools that read proposes nothing.
    fn may_edit(&self, command: &UserCommand) -> bool {
        let changes = |name: &String| {
            let tool = self.tools.get(name);
            tool.is_some_and(|tool| !tool.is_for_readers() || tool.tier(&Value::Null) == Tier::Dangerous)
        };
        command.tools.as_ref().is_none_or(|tools| tools.iter().any(changes))
    }

    /// The request for a command of the user's own: the words of `request` go where the command wants them. A model that
    /// the request names wins over the command's.
    #[must_use]
    pub fn as_command(&self, command: &UserCommand, mut request: RunRequest) -> RunRequest {
        let task = &mut request.task;
        task.command = match self.may_edit(command) {
            true => CommandName::Edit,
            false => CommandName::Ask,
        };
        let words = task.prompt.take().unwrap_or_default();
        task.prompt = Some(command.expand(&words));
        request.model = request.model.or_else(|| command.model.clone());
        request.options.own_command = Some(OwnCommand {
            name: command.name.clone(),
            tools: command.tools.clone(),
        });
        request
    }
}

fn built_in(command: CommandName) -> CommandInfo {
    CommandInfo {
        name: command.as_str().to_owned(),
        title: command.title().to_owned(),
        description: command.description().to_owned(),
        origin: "built-in",
        needs_prompt: command.needs_words(),
        may_edit: command.may_edit(),
        argument_hint: None,
    }
}
