//! What routes can be made of where the user wrote none.

use super::Registry;
use crate::ProviderKind;
use crate::detect::Endpoint;
use crate::prices::Vendor;
use crate::routing::Available;

impl Registry {
    /// The vendors that a key was found for, and the models that the user priced at nothing. Asks no server.
    #[must_use]
    pub fn available(&self) -> Available {
        let keyed = self.endpoints.iter().filter(|endpoint| leads_to_a_vendor(endpoint));
        let is_free = |price: &super::Price| price.input == 0.0 && price.output == 0.0;
        let free = self
            .models
            .iter()
            .filter(|(_, config)| config.price.as_ref().is_some_and(is_free));
        Available {
            keyed: keyed
                .map(|endpoint| (endpoint.name.clone(), vendor(endpoint.config.kind)))
                .collect(),
            free: free.map(|(model, _)| model.to_string()).collect(),
        }
    }
}

/// Itself, with a key, and without a model that the environment or the user names for it.
fn leads_to_a_vendor(endpoint: &Endpoint) -> bool {
    let has_key = endpoint.config.api_key.is_some() || endpoint.config.auth_token.is_some();
    endpoint.config.base_url.is_none() && has_key && endpoint.has_default_model()
}

fn vendor(kind: ProviderKind) -> Vendor {
    match kind {
        ProviderKind::Anthropic => Vendor::Anthropic,
        ProviderKind::OpenAiChat | ProviderKind::OpenAiResponses => Vendor::OpenAi,
        ProviderKind::Gemini => Vendor::Google,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ModelConfig, Price, Settings};

    fn check(environment: &[(&str, &str)], keyed: &[(&str, Vendor)]) {
        let get = |name: &str| {
            environment
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let registry = Registry::new(Settings::default(), &get).unwrap();
        let expect: Vec<_> = keyed
            .iter()
            .map(|(name, vendor)| ((*name).to_owned(), *vendor))
            .collect();
        assert_eq!(registry.available().keyed, expect);
    }

    #[test]
    fn a_key_alone_opens_a_vendors_tiers() {
        check(&[("ANTHROPIC_API_KEY", "k")], &[("anthropic", Vendor::Anthropic)]);
        check(&[("ANTHROPIC_API_KEY", "k"), ("ANTHROPIC_MODEL", "mine")], &[]);
        check(&[("OPENAI_API_KEY", "k"), ("OPENAI_BASE_URL", "http://h/v1")], &[]);
        check(&[("GEMINI_API_KEY", "k")], &[("gemini", Vendor::Google)]);
    }

    #[test]
    fn what_the_user_priced_at_nothing_is_free() {
        let model = |price| ModelConfig {
            price,
            ..ModelConfig::default()
        };
        let settings = Settings {
            models: vec![
                ("local/a".parse().unwrap(), model(Some(Price::default()))),
                ("local/b".parse().unwrap(), model(None)),
            ],
            ..Settings::default()
        };
        assert_eq!(
            Registry::new(settings, &|_| None).unwrap().available().free,
            ["local/a"]
        );
    }
}
