//! The user's own commands as Markdown: front matter for the harness, the body for the model.
//!
//! ```text
//! ---
//! description: Looks for what a public interface promises and does not keep
//! argument-hint: [what to look at most]
//! tools: read, grep, references
//! model: anthropic/claude-haiku-4-5
//! ---
//! Review the public interface of this file. Look at $ARGUMENTS most of all.
//! ```
//!
//! `.singletree/commands/*.md` of the project, then of `.claude/commands/`, then the user's own; of two with one name
//! the first is taken, and none takes a built-in one's. A folder in there is part of the name, `api:review`. The files
//! are text from the workspace: the caller asks for a project's only where it is trusted, and what other programs would
//! run on reading them (`` !`command` ``) is left to the model as words.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use base::CommandName;

use crate::front_matter;

mod arguments;

const FOLDERS: [&str; 2] = [".singletree/commands", ".claude/commands"];
/// Files that are read in all: a palette of more helps nobody.
const MOST: usize = 200;
/// Characters of a description.
const MAX_DESCRIPTION: usize = 200;

/// Where a command comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandOrigin {
    Project,
    User,
}

/// A command that is a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCommand {
    pub name: String,
    /// For people.
    pub description: String,
    /// What to write behind it, in its author's words.
    pub argument_hint: Option<String>,
    /// `provider/model`; none is as for any other task.
    pub model: Option<String>,
    /// The only tools that its turns have; none is all.
    pub tools: Option<BTreeSet<String>>,
    pub origin: CommandOrigin,
    body: String,
}

impl UserCommand {
    /// Whether it has a place for the user's words.
    #[must_use]
    pub fn takes_words(&self) -> bool {
        self.argument_hint.is_some() || arguments::are_named(&self.body)
    }

    /// What the model is asked, with the user's words where the body names them (`$ARGUMENTS`, `$1` …), else below it.
    #[must_use]
    pub fn expand(&self, words: &str) -> String {
        arguments::expand(&self.body, words.trim())
    }
}

/// The commands that were found, sorted by name, and what was skipped and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserCommands {
    pub commands: Vec<UserCommand>,
    pub notices: Vec<String>,
}

impl UserCommands {
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&UserCommand> {
        self.commands.iter().find(|command| command.name == name)
    }
}

/// Reads the commands of a project (if it is given) and the user's own folder of them.
#[must_use]
pub fn user_commands(project: Option<&Path>, user: &Path) -> UserCommands {
    let mut found = UserCommands::default();
    let of_project = project
        .into_iter()
        .flat_map(|root| FOLDERS.map(|folder| (root.join(folder), CommandOrigin::Project)));
    let folders = of_project.chain([(user.to_owned(), CommandOrigin::User)]);
    let files = folders.flat_map(|(folder, origin)| named_files(&folder).into_iter().map(move |file| (file, origin)));
    for ((name, path), origin) in files.take(MOST) {
        match read(&path, &name, origin) {
            Ok(command) if found.get(&command.name).is_none() => found.commands.push(command),
            Ok(_) => {}
            Err(why) => found
                .notices
                .push(format!("the command in `{}` was skipped: {why}", path.display())),
        }
    }
    found.commands.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// The files of a folder and of those in it, with the names that they give their commands.
fn named_files(folder: &Path) -> Vec<(String, PathBuf)> {
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let here = front_matter::files_in(folder)
        .into_iter()
        .map(|path| (stem(&path), path));
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let plain = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut inner: Vec<PathBuf> = plain.map(|entry| entry.path()).collect();
    inner.sort();
    let below = inner.iter().flat_map(|folder| {
        let files = front_matter::files_in(folder).into_iter();
        files.map(|path| (format!("{}:{}", stem(folder), stem(&path)), path))
    });
    here.chain(below).collect()
}

fn read(path: &Path, name: &str, origin: CommandOrigin) -> Result<UserCommand, String> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if name.is_empty() || !name.chars().all(is_plain) {
        return Err("its name is the command's: only letters, digits, `-`, `_` and `.`".to_owned());
    }
    if CommandName::parse(name).is_some() {
        return Err(format!("`{name}` is a built-in command: give it another name"));
    }
    parse(&front_matter::read(path)?, name, origin)
}

fn parse(text: &str, name: &str, origin: CommandOrigin) -> Result<UserCommand, String> {
    let (front, body) = match front_matter::split(text) {
        Some(parts) => parts,
        None if text.starts_with("---\n") => {
            return Err("its front matter does not end with a line of `---`".to_owned());
        }
        None => ("", text.trim()),
    };
    if body.is_empty() {
        return Err("it says nothing below its front matter".to_owned());
    }
    let mut command = UserCommand {
        name: name.to_owned(),
        description: String::new(),
        argument_hint: None,
        model: None,
        tools: None,
        origin,
        body: body.to_owned(),
    };
    let mut is_in_tools = false;
    for (number, line) in front.lines().enumerate() {
        let item = line.trim().strip_prefix("- ").filter(|_| is_in_tools);
        if let (Some(item), Some(tools)) = (item, command.tools.as_mut()) {
            tools.extend(tool(item));
            continue;
        }
        let pair = front_matter::pair(line).map_err(|why| format!("line {}: {why}", number + 2))?;
        is_in_tools = set(&mut command, pair);
    }
    if command.description.is_empty() {
        let first = body.lines().next().unwrap_or_default();
        command.description = first.trim_start_matches('#').trim().to_owned();
    }
    command.description = command.description.chars().take(MAX_DESCRIPTION).collect();
    Ok(command)
}

/// One line of front matter; whether items of the tools' list may follow. Keys of other programs are left alone.
fn set(command: &mut UserCommand, pair: Option<(&str, &str)>) -> bool {
    let Some((key, value)) = pair else { return false };
    match key {
        "description" => value.clone_into(&mut command.description),
        "argument-hint" if !value.is_empty() => command.argument_hint = Some(value.to_owned()),
        // Other programs name only the vendor's model; those stay theirs.
        "model" => command.model = value.contains('/').then(|| value.to_owned()),
        "tools" | "allowed-tools" => {
            let names = front_matter::list(value);
            command.tools = Some(names.iter().flat_map(|name| tool(name)).collect());
            return true;
        }
        _ => {}
    }
    false
}

/// A tool as it is called here. Others call theirs by other names, and say in brackets which use of them is allowed,
/// which is the permissions' business.
fn tool(given: &str) -> Vec<String> {
    let name = front_matter::unquoted(given.split('(').next().unwrap_or_default());
    let ours: &[&str] = match name {
        "Bash" => &["shell", "git"],
        "Edit" | "MultiEdit" => &["edit", "insert", "apply-patch"],
        "LS" => &["list"],
        "WebFetch" => &["web-fetch"],
        "WebSearch" => &["web-search"],
        "TodoWrite" => &["todo"],
        _ => return vec![name.to_lowercase()],
    };
    ours.iter().map(|name| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests;
