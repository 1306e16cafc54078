//! Where hosts differ in what they accept. Everything else is the same for all.

use crate::history::IdRule;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Quirks {
    /// The name of the limit on the answer's tokens.
    pub(super) max_tokens: &'static str,
    /// Whether usage must be asked for. Mistral reports it always and refuses the question.
    pub(super) asks_for_usage: bool,
    /// What the id of a call may be.
    pub(super) ids: IdRule,
}

/// OpenAI's limit of length. Some models count on ids as they made them, `functions.read:0` for one.
const USUAL_IDS: IdRule = IdRule {
    longest: 40,
    shortest: 1,
    others: "_-.:",
};

const MISTRAL_IDS: IdRule = IdRule {
    longest: 9,
    shortest: 9,
    others: "",
};

impl Quirks {
    pub(crate) fn of_host(host: &str) -> Self {
        let is_of = |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|sub| sub.ends_with('.'));
        // OpenAI refuses the old name for its reasoning models; most others do not know the new one.
        let knows_new_name = is_of("openai.com") || is_of("openai.azure.com");
        Self {
            max_tokens: if knows_new_name {
                "max_completion_tokens"
            } else {
                "max_tokens"
            },
            asks_for_usage: !is_of("mistral.ai"),
            ids: if is_of("mistral.ai") { MISTRAL_IDS } else { USUAL_IDS },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, max_tokens: &str, asks_for_usage: bool) {
        let quirks = Quirks::of_host(host);
        assert_eq!(
            (quirks.max_tokens, quirks.asks_for_usage),
            (max_tokens, asks_for_usage),
            "{host}"
        );
    }

    #[test]
    fn hosts_and_what_they_accept() {
        check("api.openai.com", "max_completion_tokens", true);
        check("eu.api.openai.com", "max_completion_tokens", true);
        check("acme.openai.azure.com", "max_completion_tokens", true);
        check("notopenai.com", "max_tokens", true);
        check("api.mistral.ai", "max_tokens", false);
        check("127.0.0.1", "max_tokens", true);
    }
}
