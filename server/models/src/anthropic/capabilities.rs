//! What Anthropic's models take, by their names, as its documentation has it. Of models that are not listed there
//! nothing is assumed.

use base::Effort;
use serde_json::{Map, Value, json};

/// The least budget for thinking that the API takes.
const LEAST_BUDGET: u32 = 1024;

/// `claude-sonnet-4-6`, `claude-3-7-sonnet-20250219`, `anthropic/claude-opus-4.6`: the numbers before any date.
fn version(model: &str) -> Option<(u32, u32)> {
    let name = model.rsplit('/').next()?.strip_prefix("claude-")?;
    let mut numbers = name
        .split(['-', '.'])
        .filter(|part| part.len() <= 2)
        .filter_map(|part| part.parse().ok());
    Some((numbers.next()?, numbers.next().unwrap_or(0)))
}

/// Whether the API holds the model to a schema.
pub(super) fn follows_schemas(model: &str) -> bool {
    version(model).is_none_or(|version| version >= (4, 5))
}

/// Adds what makes the model think as much as `effort` says. Since 4.6 models decide for themselves, and take a level;
/// before they took a number of tokens, which the answer's limit includes.
pub(super) fn add_effort(body: &mut Map<String, Value>, model: &str, effort: Effort, max_output: u32) {
    let Some(version) = version(model) else { return };
    if version >= (4, 6) {
        // These think always, and have no word for it.
        if !["fable", "mythos"].iter().any(|name| model.contains(name)) {
            body.insert(
                "thinking".into(),
                json!({ "type": "adaptive", "display": "summarized" }),
            );
        }
        let level = match effort {
            Effort::Low => "low",
            Effort::Medium => "medium",
            Effort::High => "high",
            Effort::Max => "max",
        };
        body.insert("output_config".into(), json!({ "effort": level }));
    } else if version >= (3, 7) {
        let tokens = match effort {
            Effort::Low => 4_096,
            Effort::Medium => 10_000,
            Effort::High => 20_000,
            Effort::Max => 32_000,
        };
        let budget = tokens.min(max_output / 2);
        if budget >= LEAST_BUDGET {
            body.insert("thinking".into(), json!({ "type": "enabled", "budget_tokens": budget }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(model: &str, expect: &Value, schemas: bool) {
        let mut body = Map::new();
        add_effort(&mut body, model, Effort::Max, 32_000);
        assert_eq!(Value::Object(body), *expect, "{model}");
        assert_eq!(follows_schemas(model), schemas, "{model}");
    }

    #[test]
    fn models_and_what_they_take() {
        let adaptive =
            json!({"thinking": {"type": "adaptive", "display": "summarized"}, "output_config": {"effort": "max"}});
        let budget = json!({"thinking": {"type": "enabled", "budget_tokens": 16_000}});
        check("claude-sonnet-5-5", &adaptive, true);
        check("claude-sonnet-5", &adaptive, true);
        check("anthropic/claude-opus-4.6", &adaptive, true);
        check("claude-fable-5-1", &json!({"output_config": {"effort": "max"}}), true);
        check("claude-haiku-4-5-20251001", &budget, true);
        check("claude-3-7-sonnet-20250219", &budget, false);
        check("claude-3-5-haiku-latest", &json!({}), false);
        check("some-model", &json!({}), true);
    }
}
