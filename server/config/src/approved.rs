//! The rules that a user made by answering *always*: `rules.toml` in the workspace's state folder.
//!
//! They are the user's own and never the project's. They are written in the form of the settings, so that they can be
//! read, edited and removed like any other rule, and they hold for this folder only: not for another that takes its
//! place.

use std::io;
use std::path::{Path, PathBuf};

use crate::document::Node;
use crate::error::ConfigError;
use crate::identity::{Folder, Identity, Shown};
use crate::layer::Layer;
use crate::paths::Paths;
use crate::private_file;
use crate::read;
use crate::rules::{self, Rule};

#[derive(Debug, thiserror::Error)]
pub enum ApprovedError {
    #[error("the workspace folder {} cannot be looked at: {cause}", Shown(path))]
    Folder { path: PathBuf, cause: io::Error },
    #[error("the approved rules in {} cannot be used: {cause}", Shown(file))]
    File { file: PathBuf, cause: io::Error },
    #[error(transparent)]
    Io(#[from] io::Error),
    /// What is wrong in the file, with its place.
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("the rule for `{subject}` was not saved: {cause}")]
    Rule { subject: String, cause: String },
}

/// The approved rules of one workspace.
#[derive(Clone, Debug)]
pub struct ApprovedRules {
    file: PathBuf,
    folder: Folder,
    rules: Vec<Rule>,
}

impl ApprovedRules {
    /// # Errors
    /// The folder or its file cannot be read, or there is a mistake in the file.
    pub fn load(paths: &Paths, root: &Path) -> Result<Self, ApprovedError> {
        let folder = Folder::find(root).map_err(|cause| ApprovedError::Folder {
            path: root.to_owned(),
            cause,
        })?;
        let file = paths.approved_file(&folder.path);
        let text = private_file::read(&file).map_err(|cause| ApprovedError::File {
            file: file.clone(),
            cause,
        })?;
        let rules = rules_in(&file, text.as_deref(), &folder.identity)?;
        Ok(Self {
            file,
            folder,
            rules: rules.unwrap_or_default(),
        })
    }

    /// The rules when they were loaded, with those added since.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// How far an *always* reaches, for the one who is asked.
    #[must_use]
    pub fn scope(&self) -> String {
        format!("in this workspace, until you remove it from {}", Shown(&self.file))
    }

    /// Saves a rule, unless it is there already. Returns it with the id that it has from now on.
    ///
    /// # Errors
    /// The rule is malformed, or the file cannot be read or written.
    pub fn add(&mut self, rule: &Rule) -> Result<Rule, ApprovedError> {
        let refused = |cause: String| ApprovedError::Rule {
            subject: rule.subject().to_owned(),
            cause,
        };
        rule.check().map_err(refused)?;
        let (file, folder) = (&self.file, &self.folder);
        self.rules = private_file::update(file, |text| -> Result<_, ApprovedError> {
            let held = rules_in(file, text, &folder.identity)?;
            let old = match (text, held) {
                (_, Some(held)) if held.iter().any(|known| is_same(known, rule)) => return Ok((None, held)),
                (Some(text), Some(_)) => text.to_owned(),
                // None yet, or those of a folder that is gone.
                _ => head(folder),
            };
            let text = format!("{}\n\n{}", old.trim_end(), written(rule));
            let rules = rules_in(file, Some(&text), &folder.identity)?;
            Ok((Some(text), rules.unwrap_or_default()))
        })
        .map_err(|error| match error {
            ApprovedError::Io(cause) => ApprovedError::File {
                file: file.clone(),
                cause,
            },
            named => named,
        })?;
        let saved = self.rules.iter().find(|known| is_same(known, rule));
        saved
            .cloned()
            .ok_or_else(|| refused("it does not read back as it was written".to_owned()))
    }
}

/// Whether a file that was read is for the folder at `root` as it is now.
pub(crate) fn is_for(node: &Node, root: Option<&Path>) -> bool {
    let folder = root.and_then(|root| Folder::find(root).ok());
    folder.is_some_and(|folder| identity(node) == Some(folder.identity.as_str()))
}

fn identity(node: &Node) -> Option<&str> {
    node.get("folder")?.get("identity")?.text()
}

/// The rules in the text; none if there is no text or it is about another folder.
fn rules_in(file: &Path, text: Option<&str>, folder: &Identity) -> Result<Option<Vec<Rule>>, ApprovedError> {
    let Some(text) = text else {
        return Ok(None);
    };
    let node = read::parse(Layer::Approved, file, text)?;
    read::check_approved(&node)?;
    if identity(&node) != Some(folder.as_str()) {
        return Ok(None);
    }
    let items = node.get("permissions").and_then(|permissions| permissions.get("rules"));
    let items = items.map(Node::items).unwrap_or_default();
    Ok(Some(items.iter().filter_map(|node| rules::read(node).ok()).collect()))
}

fn is_same(one: &Rule, other: &Rule) -> bool {
    one.kind() == other.kind() && one.subject() == other.subject() && one.verdict() == other.verdict()
}

fn head(folder: &Folder) -> String {
    format!(
        "# What you answered with *always* in one workspace. Remove a rule to be asked again.\n\n\
         [folder]\npath = {}\nidentity = {}",
        quoted(&folder.path.to_string_lossy()),
        quoted(folder.identity.as_str())
    )
}

fn written(rule: &Rule) -> String {
    let mut text = format!(
        "[[permissions.rules]]\n{} = {}\nverdict = \"{}\"\n",
        rule.kind(),
        quoted(rule.subject()),
        rule.verdict()
    );
    if let Some(reason) = rule.reason() {
        text.push_str(&format!("reason = {}\n", quoted(reason)));
    }
    for (key, should_match) in [("matches", true), ("not_matches", false)] {
        let examples = rule.examples().filter(|(wanted, _)| *wanted == should_match);
        let examples: Vec<String> = examples.map(|(_, example)| quoted(example)).collect();
        if !examples.is_empty() {
            text.push_str(&format!("{key} = [{}]\n", examples.join(", ")));
        }
    }
    text
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests;
