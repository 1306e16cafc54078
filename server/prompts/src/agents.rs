//! Sub-agents as Markdown: front matter for the harness, the body for the model.
//!
//! ```text
//! ---
//! name: reviewer
//! description: Reviews a change for defects
//! tools: read, grep, glob
//! model: anthropic/claude-haiku-4-5
//! ---
//! You review changes. Report defects only.
//! ```
//!
//! `.singletree/agents/*.md` of the project, then of `.claude/agents/`, then the user's own; of two with one name the
//! first is taken. The files are text from the workspace: the caller asks for a project's only where it is trusted.

use std::collections::BTreeSet;
use std::path::Path;

use base::Effort;

use crate::front_matter;

const FOLDERS: [&str; 2] = [".singletree/agents", ".claude/agents"];

/// An agent that a task can be given to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentDefinition {
    pub name: String,
    /// When to use it, for the model that gives the task.
    pub description: String,
    /// The only tools it has; none is all that its parent has.
    pub tools: Option<BTreeSet<String>>,
    /// `provider/model`; none is its parent's.
    pub model: Option<String>,
    pub effort: Option<Effort>,
    /// Model calls that it may take.
    pub iterations: Option<u32>,
    /// What it is told before its task.
    pub instructions: String,
}

/// The definitions that were found, sorted by name, and what was skipped and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agents {
    pub definitions: Vec<AgentDefinition>,
    pub notices: Vec<String>,
}

impl Agents {
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AgentDefinition> {
        self.definitions.iter().find(|agent| agent.name == name)
    }
}

/// Reads the definitions of a project (if it is given) and the user's own folder of them.
#[must_use]
pub fn agents(project: Option<&Path>, user: &Path) -> Agents {
    let mut found = Agents::default();
    let of_project = project
        .into_iter()
        .flat_map(|root| FOLDERS.map(|folder| root.join(folder)));
    for folder in of_project.chain([user.to_owned()]) {
        for path in front_matter::files_in(&folder) {
            match read(&path) {
                Ok(agent) if found.get(&agent.name).is_none() => found.definitions.push(agent),
                Ok(_) => {}
                Err(why) => found
                    .notices
                    .push(format!("the agent in `{}` was skipped: {why}", path.display())),
            }
        }
    }
    found.definitions.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn read(path: &Path) -> Result<AgentDefinition, String> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    parse(&front_matter::read(path)?, &stem)
}

/// `fallback` is the name of an agent that gives none.
fn parse(text: &str, fallback: &str) -> Result<AgentDefinition, String> {
    let (front, body) =
        front_matter::split(text).ok_or("it does not begin with front matter between two lines of `---`")?;
    let mut agent = AgentDefinition {
        name: fallback.to_owned(),
        description: String::new(),
        tools: None,
        model: None,
        effort: None,
        iterations: None,
        instructions: body.to_owned(),
    };
    for (number, line) in front.lines().enumerate() {
        set(&mut agent, line).map_err(|why| format!("line {}: {why}", number + 2))?;
    }
    if agent.description.is_empty() {
        return Err("it has no `description`, so no model would know when to use it".to_owned());
    }
    Ok(agent)
}

/// One line of front matter. Keys of other programs are left alone.
fn set(agent: &mut AgentDefinition, line: &str) -> Result<(), String> {
    let Some((key, value)) = front_matter::pair(line)? else {
        return Ok(());
    };
    match key {
        "name" if !value.is_empty() => agent.name = value.to_owned(),
        "description" => agent.description = value.to_owned(),
        "tools" => agent.tools = Some(list(value)),
        // What other programs write for "the same as its parent's".
        "model" => agent.model = (value != "inherit" && value.contains('/')).then(|| value.to_owned()),
        "effort" => agent.effort = Some(effort(value)?),
        "iterations" => {
            let count = value.parse().ok().filter(|count| *count > 0);
            agent.iterations = Some(count.ok_or_else(|| format!("`iterations` is a number from 1, not `{value}`"))?);
        }
        _ => {}
    }
    Ok(())
}

/// Tools as they are called here; other programs write them with a capital.
fn list(value: &str) -> BTreeSet<String> {
    let names = front_matter::list(value);
    names.iter().map(|name| name.to_lowercase()).collect()
}

fn effort(value: &str) -> Result<Effort, String> {
    match value {
        "low" => Ok(Effort::Low),
        "medium" => Ok(Effort::Medium),
        "high" => Ok(Effort::High),
        "max" => Ok(Effort::Max),
        other => Err(format!("`effort` is low, medium, high or max, not `{other}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Result<(&str, &str), &str>) {
        let parsed = parse(&front_matter::plain(text), "file");
        let seen = parsed
            .as_ref()
            .map(|agent| (agent.name.as_str(), agent.instructions.as_str()));
        assert_eq!(seen.map_err(String::as_str), expect);
    }

    #[test]
    fn front_matter_and_body() {
        check(
            "---\nname: a\ndescription: d\ncolor: red\n---\n\nDo it.\n",
            Ok(("a", "Do it.")),
        );
        check(
            "\u{feff}---\r\ndescription: \"d\"\r\n---\r\nDo it.",
            Ok(("file", "Do it.")),
        );
        check(
            "Do it.",
            Err("it does not begin with front matter between two lines of `---`"),
        );
        check(
            "---\nname: a\n---\nx",
            Err("it has no `description`, so no model would know when to use it"),
        );
        check(
            "---\ndescription: d\neffort: huge\n---\n",
            Err("line 3: `effort` is low, medium, high or max, not `huge`"),
        );
        check(
            "---\ndescription: d\n- x\n---\n",
            Err("line 3: `- x` is no `key: value`"),
        );
        check(
            "---\ndescription: d\niterations: 0\n---\n",
            Err("line 3: `iterations` is a number from 1, not `0`"),
        );
    }

    #[test]
    fn tools_and_models() {
        let agent = parse(
            "---\ndescription: d\ntools: [Read, \"grep\"]\nmodel: p/m\neffort: low\n---\n",
            "x",
        )
        .unwrap();
        assert_eq!(
            agent.tools,
            Some(BTreeSet::from(["read".to_owned(), "grep".to_owned()]))
        );
        assert_eq!((agent.model.as_deref(), agent.effort), (Some("p/m"), Some(Effort::Low)));
        let same = parse("---\ndescription: d\nmodel: inherit\n---\n", "x").unwrap();
        assert_eq!((same.model, same.tools), (None, None));
    }

    #[test]
    fn the_projects_come_before_the_users_and_links_are_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (project, user) = (folder.path().join("project"), folder.path().join("user"));
        let write = |path: &Path, description: &str| {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, format!("---\ndescription: {description}\n---\n")).unwrap();
        };
        write(&project.join(".claude/agents/b.md"), "theirs");
        write(&project.join(".singletree/agents/b.md"), "the project's");
        write(&user.join("a.md"), "the user's");
        write(&user.join("b.md"), "the user's");
        std::fs::write(user.join("broken.md"), "nothing").unwrap();
        std::os::unix::fs::symlink(user.join("a.md"), user.join("link.md")).unwrap();
        let found = agents(Some(&project), &user);
        let seen: Vec<_> = found
            .definitions
            .iter()
            .map(|agent| (&*agent.name, &*agent.description))
            .collect();
        assert_eq!(seen, [("a", "the user's"), ("b", "the project's")]);
        assert_eq!(found.notices.len(), 1);
        assert_eq!(agents(None, &user).get("b").unwrap().description, "the user's");
    }
}
