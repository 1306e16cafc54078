//! The model that a turn asks at the moment.

use base::Usage;
use models::routing::{Candidate, Need};
use models::tokens::TokenCounter;
use models::{Provider, Route, prices};

/// A model with what the turn must know of it.
#[derive(Clone)]
pub(crate) struct Model {
    pub(crate) route: Route,
    counter: TokenCounter,
}

impl Model {
    /// `provider/model`, as settings and the ledger name it.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.provider().name(), self.route.model)
    }

    pub(crate) fn provider(&self) -> &dyn Provider {
        self.route.provider.as_ref()
    }

    pub(crate) fn counter(&self) -> TokenCounter {
        self.counter
    }

    /// US dollars; none where the price is not known.
    pub(crate) fn cost(&self, usage: Usage) -> Option<f64> {
        let prompt = usage.input + usage.cache_read + usage.cache_write;
        let price = prices::for_prompt(self.route.price?, &self.route.model, prompt);
        Some(price.of(usage))
    }
}

impl From<Route> for Model {
    fn from(route: Route) -> Self {
        let counter = TokenCounter::for_model(&route.model);
        Self { route, counter }
    }
}

impl From<Candidate> for Model {
    fn from(candidate: Candidate) -> Self {
        candidate.route.into()
    }
}

/// What a call of so many tokens needs of its model.
pub(crate) fn need(prompt_tokens: u64, spent: Option<f64>) -> Need {
    Need {
        prompt_tokens,
        spent: spent.unwrap_or_default(),
    }
}
