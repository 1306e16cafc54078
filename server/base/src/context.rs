//! The bill of a turn's context: which pieces of the workspace its first request holds, why, and what they cost.

use serde::{Deserialize, Serialize};

/// What was chosen for a turn's first request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ContextBill {
    /// Best first.
    pub items: Vec<ContextItem>,
    /// All that was added to the prompt, the words around the pieces included.
    pub tokens: u64,
    /// At most so many were to be added.
    pub budget: u64,
    /// US dollars, uncached; none where the model's price is not known.
    #[serde(default)]
    pub cost_usd: Option<f64>,
    /// Why there is nothing, or less than there could be; for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One piece, or several of one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ContextItem {
    /// Relative to the workspace, with `/`.
    pub path: String,
    /// `full`, `slices`, `signatures` or `path`.
    pub level: String,
    /// Lines, from 1, inclusive.
    pub ranges: Vec<(u32, u32)>,
    pub tokens: u64,
    pub why: Vec<String>,
}
