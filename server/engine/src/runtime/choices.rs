//! What a user may choose for a session, and what holds where they did not.

use base::SessionId;
use models::ModelOffer;
use permissions::Mode;
use store::{CallFilter, StoreError};

use super::Runtime;

impl Runtime {
    #[must_use]
    pub fn default_model(&self) -> &str {
        &self.default_model
    }

    /// How much the agent may do by itself, by the settings.
    #[must_use]
    pub fn default_mode(&self) -> Mode {
        self.policy.mode()
    }

    /// The models that are configured or built in. Asks no server.
    #[must_use]
    pub fn named_models(&self) -> Vec<ModelOffer> {
        self.models.named_models()
    }

    /// These, and those that providers and the servers of this machine list. Asks them all.
    pub async fn listed_models(&self) -> Vec<ModelOffer> {
        self.models.listed_models().await
    }

    /// Whether a model of that name can be asked, as far as can be told without asking.
    ///
    /// # Errors
    /// Why not, for people.
    pub async fn check_model(&self, name: &str) -> Result<(), String> {
        if name == models::AUTO {
            return Ok(());
        }
        self.models
            .resolve(name)
            .await
            .map(drop)
            .map_err(|error| error.to_string())
    }

    /// Tokens of prompt and answer together that a model takes; none if it is not known here.
    pub async fn window(&self, model: &str) -> Option<u64> {
        let route = self.models.resolve(model).await.ok()?;
        Some(route.context_window.into())
    }

    /// US dollars that a session has cost; none where the price of a call is not known. Reads the store.
    ///
    /// # Errors
    /// A failing store.
    pub fn spent(&self, session: &SessionId) -> Result<Option<f64>, StoreError> {
        let filter = CallFilter {
            session: Some(session.clone()),
            ..CallFilter::default()
        };
        let total = store::total(&self.store.calls(&filter)?);
        Ok((total.unpriced == 0).then_some(total.usd))
    }
}
