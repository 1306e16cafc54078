//! The models that a user may choose from.

use super::{AUTO, RULES, Registry};

/// A model by the name that it is chosen by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelOffer {
    pub name: String,
    /// For people: where it was found.
    pub origin: String,
}

impl Registry {
    /// What is configured, what the environment names and what is built in. Asks no server.
    #[must_use]
    pub fn named_models(&self) -> Vec<ModelOffer> {
        let configured = self
            .models
            .iter()
            .map(|(model, _)| (model.to_string(), "configured".to_owned()));
        let named = self.endpoints.iter().filter_map(|endpoint| {
            let model = endpoint.model.as_ref()?;
            Some((format!("{}/{model}", endpoint.name), endpoint.origin.clone()))
        });
        with_built_in(configured.chain(named))
    }

    /// These, and what every provider and every server of this machine lists. Asks them all.
    pub async fn listed_models(&self) -> Vec<ModelOffer> {
        let found = self.survey().await.into_iter().flat_map(|found| {
            let name = move |model| format!("{}/{model}", found.provider);
            found
                .models
                .into_iter()
                .map(name)
                .map(move |name| (name, found.origin.clone()))
        });
        let named = self.named_models().into_iter().map(|offer| (offer.name, offer.origin));
        with_built_in(named.filter(|(name, _)| name != AUTO && name != RULES).chain(found))
    }
}

fn with_built_in(found: impl Iterator<Item = (String, String)>) -> Vec<ModelOffer> {
    let auto = (AUTO.to_owned(), "the best that is found".to_owned());
    let rules = (RULES.to_owned(), "built in; needs no key".to_owned());
    let mut offers: Vec<ModelOffer> = Vec::new();
    for (name, origin) in std::iter::once(auto).chain(found).chain([rules]) {
        if offers.iter().all(|offer| offer.name != name) {
            offers.push(ModelOffer { name, origin });
        }
    }
    offers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ModelConfig, Settings};

    #[test]
    fn what_is_configured_stands_between_what_is_built_in() {
        let settings = Settings {
            models: vec![("local/qwen".parse().unwrap(), ModelConfig::default())],
            ..Settings::default()
        };
        let registry = Registry::new(settings, &|_| None).unwrap();
        let names: Vec<_> = registry.named_models().into_iter().map(|offer| offer.name).collect();
        assert_eq!(names, ["auto", "local/qwen", "rules"]);
    }
}
