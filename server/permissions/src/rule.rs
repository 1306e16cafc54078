//! Rules about paths, as settings write them, with the examples that prove they mean what they say.

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize};

use crate::action::Touch;
use crate::host::HostError;
use crate::verdict::Decision;

/// What a rule speaks about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    Read,
    Write,
    #[default]
    Any,
}

impl Access {
    pub(crate) fn covers(self, touch: Touch) -> bool {
        match self {
            Self::Any => true,
            Self::Read => touch == Touch::Read,
            Self::Write => touch != Touch::Read,
        }
    }
}

/// A configured rule. `path` is a glob relative to the workspace folder; one without `/` is a name at any
/// depth; one that matches a folder holds for all below it. Case is ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathRule {
    /// What verdicts call it; settings use `file:line`.
    pub id: String,
    pub path: String,
    #[serde(default)]
    pub access: Access,
    pub verdict: Decision,
    /// Shown with the verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Paths that the glob must match, and must not match; checked when the policy is made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_matches: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    #[error("rule `{id}`: `{path}` is not a glob: {cause}")]
    Glob { id: String, path: String, cause: String },
    #[error("rule `{id}`: `{path}` must name something below the workspace folder: use no `..`, `~` or empty path")]
    Place { id: String, path: String },
    #[error("rule `{id}`: its example `{example}` should match `{path}` and does not; correct the one or the other")]
    Unmatched { id: String, path: String, example: String },
    #[error("rule `{id}`: its example `{example}` should not match `{path}` and does; correct the one or the other")]
    Matched { id: String, path: String, example: String },
    #[error("rule `{id}`: `{command}` cannot be a rule: {cause}")]
    Command { id: String, command: String, cause: String },
    #[error(
        "rule `{id}`: its example `{example}` should be decided by `{command}` ({verdict}) and is not; correct the one or the other"
    )]
    CommandUnmatched {
        id: String,
        command: String,
        verdict: Decision,
        example: String,
    },
    #[error(
        "rule `{id}`: its example `{example}` should be left alone by `{command}` ({verdict}) and is decided by it; correct the one or the other"
    )]
    CommandMatched {
        id: String,
        command: String,
        verdict: Decision,
        example: String,
    },
    #[error("rule `{id}`: `{host}` is no host: {source}")]
    Host {
        id: String,
        host: String,
        source: HostError,
    },
    #[error("the workspace folder `{root}` cannot be resolved: {cause}")]
    Root { root: String, cause: String },
}

impl PathRule {
    /// Checks the glob and the rule's own examples.
    ///
    /// # Errors
    /// A malformed glob, or an example that proves the rule wrong.
    pub fn check(&self) -> Result<(), RuleError> {
        Matcher::of_rule(self).map(|_| ())
    }
}

/// Compiled globs over folded relative paths (see [`fold`]).
#[derive(Clone, Debug)]
pub(crate) struct Matcher(GlobSet);

impl Matcher {
    pub(crate) fn of_rule(rule: &PathRule) -> Result<Self, RuleError> {
        let (id, path) = (&rule.id, &rule.path);
        let climbs = path.split(['/', '\\']).any(|part| part == "..");
        if climbs || path.starts_with('~') || path.trim_matches('/').is_empty() {
            return Err(RuleError::Place {
                id: id.clone(),
                path: path.clone(),
            });
        }
        let matcher = Self::new([path.as_str()]).map_err(|error| RuleError::Glob {
            id: id.clone(),
            path: path.clone(),
            cause: error.kind().to_string(),
        })?;
        for example in &rule.matches {
            if !matcher.is_match(&fold(example)) {
                return Err(RuleError::Unmatched {
                    id: id.clone(),
                    path: path.clone(),
                    example: example.clone(),
                });
            }
        }
        for example in &rule.not_matches {
            if matcher.is_match(&fold(example)) {
                return Err(RuleError::Matched {
                    id: id.clone(),
                    path: path.clone(),
                    example: example.clone(),
                });
            }
        }
        Ok(matcher)
    }

    pub(crate) fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, globset::Error> {
        let mut globs = GlobSetBuilder::new();
        for pattern in patterns {
            globs.add(anchored(pattern)?);
        }
        Ok(Self(globs.build()?))
    }

    /// Whether the path, or a folder that it is in, matches.
    pub(crate) fn is_match(&self, folded: &str) -> bool {
        let ends = folded.match_indices('/').map(|(at, _)| at).chain([folded.len()]);
        ends.into_iter().any(|end| self.0.is_match(&folded[..end]))
    }
}

fn anchored(pattern: &str) -> Result<Glob, globset::Error> {
    let trimmed = pattern.strip_prefix("./").unwrap_or(pattern);
    let trimmed = trimmed.strip_suffix('/').unwrap_or(trimmed);
    let anchored = match trimmed.strip_prefix('/') {
        Some(from_root) => from_root.to_owned(),
        None if trimmed.contains('/') => trimmed.to_owned(),
        None => format!("**/{trimmed}"),
    };
    GlobBuilder::new(&anchored)
        .literal_separator(true)
        .case_insensitive(true)
        .backslash_escape(true)
        .build()
}

/// A relative path with `/` between names, each in the one form in which file systems that are lax about
/// names would see it: lower case, without invisible characters, trailing dots and spaces, or a stream name.
/// Folding makes more paths equal than any one file system does; that errs towards asking.
pub(crate) fn fold(relative: &str) -> String {
    let names = relative.split('/').map(|name| {
        let visible: String = name.chars().filter(|c| !crate::action::is_invisible(*c)).collect();
        let lower = visible.to_lowercase();
        let main = match lower.split_once(':') {
            Some((before, _)) if !before.is_empty() => before,
            _ => &lower,
        };
        let trimmed = main.trim_end_matches(['.', ' ']);
        if trimmed.is_empty() {
            main.to_owned()
        } else {
            trimmed.to_owned()
        }
    });
    names.collect::<Vec<_>>().join("/")
}
