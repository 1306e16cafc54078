//! The web: what the user's settings allow of it, and the two tools that reach it.

mod client;
mod fetch;
mod page;
mod search;

pub(crate) use client::WebError;
pub(crate) use fetch::WebFetch;
pub(crate) use search::WebSearch;

/// Where the web can be searched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebSettings {
    pub search: Option<SearchEndpoint>,
}

/// A search service that the user configured; without one there is no search tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchEndpoint {
    /// With `{query}` in it, it is read with the words in that place; else the words are sent to it as JSON.
    pub url: String,
    pub api_key: Option<String>,
}
