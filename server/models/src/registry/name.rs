//! `provider/model`.

use std::fmt;
use std::str::FromStr;

use super::ResolveError;

/// A model as settings and flags name it. The model's own name may hold slashes: `openrouter/qwen/qwen3-coder`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ModelRef {
    pub provider: String,
    pub model: String,
}

impl FromStr for ModelRef {
    type Err = ResolveError;

    fn from_str(name: &str) -> Result<Self, ResolveError> {
        match name.split_once('/') {
            Some((provider, model)) if !provider.is_empty() && !model.is_empty() => Ok(Self {
                provider: provider.to_owned(),
                model: model.to_owned(),
            }),
            _ => Err(ResolveError::Name { name: name.to_owned() }),
        }
    }
}

impl fmt::Display for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider, self.model)
    }
}
