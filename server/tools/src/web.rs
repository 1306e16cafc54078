//! The web: what the user's settings allow of it.

/// Where the web can be searched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebSettings {
    pub search: Option<SearchEndpoint>,
}

/// A search service that the user configured; without one there is no search tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchEndpoint {
    pub url: String,
    pub api_key: Option<String>,
}
