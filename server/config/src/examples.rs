//! The examples that rules carry, tried one by one: `singletree permissions test`.

use crate::check::Examples;
use crate::error::ConfigError;
use crate::layer::{Origin, Sources};
use crate::merge::Merged;
use crate::read;
use crate::rules::Rule;

/// One example of a rule and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    pub rule: Rule,
    pub origin: Origin,
    /// A path or a command line; empty for what is wrong with the rule itself.
    pub example: String,
    pub should_match: bool,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

/// Tries the examples of all rules that are taken.
///
/// # Errors
/// Settings that cannot be read for another reason than their examples.
pub fn examples(sources: &Sources) -> Result<Vec<Example>, ConfigError> {
    let found = read::layers(sources, Examples::Ignored)?;
    let mut merged = Merged::default();
    for (layer, node) in &found.layers {
        merged.lay(*layer, node);
    }
    Ok(merged
        .rules
        .iter()
        .flat_map(|(origin, rule)| tried(origin, rule))
        .collect())
}

fn tried(origin: &Origin, rule: &Rule) -> Vec<Example> {
    let outcome = |should_match: bool, example: &str, failure: Option<String>| Example {
        rule: rule.clone(),
        origin: origin.clone(),
        example: example.to_owned(),
        should_match,
        failure,
    };
    if let Err(fault) = rule.without_examples().check() {
        return vec![outcome(true, "", Some(fault))];
    }
    rule.examples()
        .map(|(should_match, example)| {
            outcome(
                should_match,
                example,
                rule.with_example(should_match, example).check().err(),
            )
        })
        .collect()
}
