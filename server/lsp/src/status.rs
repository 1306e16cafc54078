//! `singletree.status`: what a plugin's walkthrough shows, as `doctor` finds it.

use futures::future::BoxFuture;
use serde::Serialize;

/// What was found, by the binary. Keys are never in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// `provider/model` that answers where nothing else is chosen; none where none can.
    pub model: Option<String>,
    pub models: Vec<FoundProvider>,
    pub problems: Vec<Problem>,
}

/// A vendor with a key, or a server that answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundProvider {
    pub provider: String,
    pub base_url: String,
    /// The variable, setting or address that it was found by.
    pub origin: String,
    pub has_key: bool,
    pub models: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub topic: String,
    pub message: String,
    pub remedy: String,
}

/// Looks anew each time it is asked. May ask local servers, each for a moment.
pub type StatusSource = Box<dyn Fn() -> BoxFuture<'static, Findings> + Send + Sync>;
