//! Reads all layers and checks each.

use std::io;
use std::path::Path;

use serde_json::{Value, json};

use crate::approved;
use crate::check::{Examples, check};
use crate::document::{Node, TomlFile};
use crate::error::{ConfigError, Remark};
use crate::layer::{Layer, Origin, Sources, VARIABLES};
use crate::regular;
use crate::schema::{APPROVED, ROOT, Shape};

/// Settings are written by hand: more than this is not settings.
const MAX_BYTES: u64 = 1 << 20;

/// The layers that there are, from the weakest to the strongest, and what was left unread.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) layers: Vec<(Layer, Node)>,
    pub(crate) notices: Vec<Remark>,
}

/// # Errors
/// A file that cannot be read, or every mistake in any layer.
pub(crate) fn layers(sources: &Sources, examples: Examples) -> Result<Found, ConfigError> {
    let mut found = Found::default();
    found.layers.push((Layer::Default, defaults()));
    found.files(sources)?;
    if let Some(editor) = &sources.editor {
        found.value(Layer::Editor, "editor settings", editor);
    }
    for (variable, path) in VARIABLES {
        let set = sources
            .environment
            .iter()
            .find(|(name, value)| name == variable && !value.is_empty());
        let Some((_, value)) = set else { continue };
        let nested = path
            .iter()
            .rev()
            .fold(Value::from(value.as_str()), |value, key| json!({ *key: value }));
        found.value(Layer::Environment, variable, &nested);
    }
    if let Some(flags) = &sources.flags {
        found.value(Layer::Flags, "command line", flags);
    }
    found.check(examples)?;
    found.leave_out_rules_of_another_folder(sources);
    Ok(found)
}

impl Found {
    fn files(&mut self, sources: &Sources) -> Result<(), ConfigError> {
        let project = |name: &str| sources.root.as_ref().map(|root| root.join(".singletree").join(name));
        let files = [
            (Layer::Managed, sources.managed.clone()),
            (Layer::User, sources.user.clone()),
            (Layer::Approved, sources.approved.clone()),
            (Layer::Project, project("config.toml")),
            (Layer::ProjectLocal, project("config.local.toml")),
        ];
        for (layer, path) in files {
            let Some(path) = path else { continue };
            if layer.is_restricted() && !sources.is_trusted {
                self.leave_unread(layer, &path);
                continue;
            }
            let guarded = sources.root.as_deref().filter(|_| layer.is_restricted());
            let text = read_file(&path, guarded).map_err(|source| ConfigError::Read {
                path: path.clone(),
                source,
            })?;
            let Some(text) = text else { continue };
            self.layers.push((layer, parse(layer, &path, &text)?));
        }
        Ok(())
    }

    fn value(&mut self, layer: Layer, source: &str, value: &Value) {
        let origin = Origin::whole(layer, source);
        self.layers.push((layer, Node::from_json(value, &origin)));
    }

    fn leave_unread(&mut self, layer: Layer, path: &Path) {
        if path.symlink_metadata().is_ok() {
            let message = "it was not read: the workspace is not trusted (see `singletree trust`)".to_owned();
            let origin = Origin::whole(layer, &path.display().to_string());
            self.notices.push(Remark { origin, message });
        }
    }

    fn check(&self, examples: Examples) -> Result<(), ConfigError> {
        let mistakes = |(layer, node): &(Layer, Node)| check(node, shape_of(*layer), examples);
        let mistakes: Vec<Remark> = self.layers.iter().flat_map(mistakes).collect();
        if mistakes.is_empty() {
            Ok(())
        } else {
            Err(ConfigError::Invalid(mistakes))
        }
    }

    fn leave_out_rules_of_another_folder(&mut self, sources: &Sources) {
        let notices = &mut self.notices;
        self.layers.retain(|(layer, node)| {
            let is_kept = *layer != Layer::Approved || approved::is_for(node, sources.root.as_deref());
            if !is_kept {
                notices.push(Remark {
                    origin: node.origin.clone(),
                    message: "its rules were not taken: they were approved for another folder at this place".to_owned(),
                });
            }
            is_kept
        });
    }
}

/// Checks a file of approved rules.
pub(crate) fn check_approved(node: &Node) -> Result<(), ConfigError> {
    let mistakes = check(node, &APPROVED, Examples::Checked);
    if mistakes.is_empty() {
        Ok(())
    } else {
        Err(ConfigError::Invalid(mistakes))
    }
}

/// A file's text as a tree.
pub(crate) fn parse(layer: Layer, path: &Path, text: &str) -> Result<Node, ConfigError> {
    let file = TomlFile {
        layer,
        path: path.display().to_string(),
        text,
    };
    file.parse()
        .map_err(|(origin, message)| ConfigError::Invalid(vec![Remark { origin, message }]))
}

fn shape_of(layer: Layer) -> &'static Shape {
    if layer == Layer::Approved { &APPROVED } else { &ROOT }
}

fn defaults() -> Node {
    let values = json!({
        "model": "auto",
        "context": {"budget": 8000},
        "review": {"mode": "staged"},
        "permissions": {"mode": "ask"},
        "sandbox": {"mode": "auto", "timeout_seconds": 600},
        "tests": {"auto": true, "rounds": 2},
    });
    Node::from_json(&values, &Origin::whole(Layer::Default, "default"))
}

/// The file's text; none if there is no such file. A file of the workspace must stand in it.
fn read_file(path: &Path, within: Option<&Path>) -> io::Result<Option<String>> {
    let target = match path.canonicalize() {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => return Ok(None),
        // A path through something that is no folder leads nowhere either.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(None),
        Err(error) => return Err(error),
    };
    if let Some(root) = within
        && !target.starts_with(root.canonicalize()?)
    {
        return Err(io::Error::other(format!(
            "it is a link that leaves the workspace, to `{}`",
            target.display()
        )));
    }
    regular::read_text(&target, MAX_BYTES).map(Some)
}
